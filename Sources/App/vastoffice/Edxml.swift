// vastoffice edxml check FILE…
import ArgumentParser
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
                guard let data = FileManager.default.contents(atPath: file) else {
                    print("\(file): không mở được tệp")
                    worst = max(worst, 66)
                    continue
                }
                let result = PacketReader().read(data)
                print(PacketSummary(file: (file as NSString).lastPathComponent, result: result).line)
                if result.refused != nil { worst = max(worst, 1) }
            }
            if worst != 0 { throw ExitCode(worst) }
        }
    }
}
