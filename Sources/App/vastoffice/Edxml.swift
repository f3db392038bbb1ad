// vastoffice edxml check FILE…
import ArgumentParser
import Digests
import EdXML
import Foundation

struct Edxml: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Work with interchange packets (QCVN 102).", subcommands: [Check.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read packets and say, one line each, what is in them and what was tolerated or refused.")

        @Argument(help: "Packet files.", completion: .file())
        var files: [String]

        /// Exit 0 when every file was read, 1 when one was refused, 66 when one could not be opened.
        func run() async throws {
            var worst: Int32 = 0
            for file in files {
                worst = max(worst, try Self.check(file))
            }
            if worst != 0 { throw ExitCode(worst) }
        }

        /// Reads the file in pieces: a packet may be larger than what one likes to hold in memory.
        private static func check(_ file: String) throws -> Int32 {
            guard let source = try? ByteSource(contentsOf: URL(filePath: file)) else {
                print("\(file): không mở được tệp")
                return 66
            }
            let result = try PacketReader().read(
                source, attachments: .folder(FileManager.default.temporaryDirectory))
            print(PacketSummary(file: (file as NSString).lastPathComponent, result: result).line)
            return result.refused == nil ? 0 : 1
        }
    }
}
