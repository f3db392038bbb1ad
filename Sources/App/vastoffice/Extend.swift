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
        tellOfBrokenSignatures()
        try await telling {
            try await PDFExtender.extend(
                file: URL(filePath: input), to: URL(filePath: output), level: level, proofs: try proofs.sources(),
                password: password)
        }
    }

    /// A signature that does not hold is not made to hold by what is added; others of the file may still need it.
    private func tellOfBrokenSignatures() {
        let request = VerificationRequest(trust: TrustStore(), date: Date(), judgesTrust: false, password: password)
        let report = SignatureVerifier.report(onFile: URL(filePath: input), request)
        for signature in report.signatures where [.invalid, .modifiedAfterSigning].contains(signature.verdict) {
            let sentence =
                "Chữ ký “\(signature.field)” không hợp lệ, nâng mức không làm thay đổi điều đó: \(signature.sentence)\n"
            FileHandle.standardError.write(Data(sentence.utf8))
        }
    }
}
