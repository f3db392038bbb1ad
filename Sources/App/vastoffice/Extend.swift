// vastoffice extend IN OUT --level B-LTA
import ArgumentParser
import Foundation
import PAdES
import SignatureCore

struct Extend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend", _superCommandName: "vastoffice",
        abstract: "Lift the signatures of a PDF file to a higher level, or renew its archive timestamp.",
        discussion: "Whose program signed does not matter. The input is never changed.")

    @Argument(help: "The signed file.", completion: .file()) var input: String
    @Argument(help: "Where to write the extended file.", completion: .file()) var output: String
    @Option(help: "B-T, B-LT or B-LTA; B-LTA adds an archive timestamp each time.") var level: SignatureLevel
    @Option(help: "Password of an encrypted file.") var password: String?
    @OptionGroup(title: "Proofs") var proofs: ProofOptions

    func validate() throws {
        guard level > .bB else { throw ValidationError("--level cần B-T, B-LT hoặc B-LTA.") }
    }

    func run() async throws {
        try await telling {
            try await PDFExtender.extend(
                file: URL(filePath: input), to: URL(filePath: output), level: level, proofs: try proofs.sources(),
                password: password)
        }
    }
}
