// vastoffice verify FILE
import ArgumentParser
import Foundation
import PAdES
import SignatureCore

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify all signatures of a PDF file.",
        discussion: "Exit 0 valid, 1 not valid, 2 indeterminate, 3 unsigned, 4 malformed, 64 usage.")

    @Argument(help: "The PDF file.", completion: .file()) var file: String
    @Flag(help: "Print the whole report as JSON.") var json = false
    @Option(help: "PEM or DER file of trusted certificates. May be repeated.", completion: .file()) var trust:
        [String] = []
    @Option(help: "PEM or DER file of intermediate certificates. May be repeated.", completion: .file())
    var intermediate: [String] = []

    func run() async throws {
        let store = TrustStore(
            anchors: try trust.flatMap(certificates), intermediates: try intermediate.flatMap(certificates))
        guard let data = try? Data(contentsOf: URL(filePath: file), options: .alwaysMapped) else {
            throw ValidationError("Cannot read \(file).")
        }
        let report = SignatureVerifier.report(on: data, trust: store, at: Date())
        if json {
            print(String(decoding: try report.json(), as: UTF8.self))
        } else {
            for line in report.lines { print(line) }
        }
        let code = report.verdict.exitCode
        if code != 0 { throw ExitCode(code) }
    }

    private func certificates(_ path: String) throws -> [Certificate] {
        guard let data = FileManager.default.contents(atPath: path), let found = try? Certificate.all(in: data),
            !found.isEmpty
        else { throw ValidationError("No certificate in \(path).") }
        return found
    }
}

extension Verdict {
    fileprivate var exitCode: Int32 {
        switch self {
        case .valid: 0
        case .invalid, .modifiedAfterSigning: 1
        case .indeterminate: 2
        case .unsigned: 3
        case .malformed: 4
        }
    }
}

extension VerificationReport {
    /// The report for people: the verdict, then each signature.
    fileprivate var lines: [String] {
        ["\(verdict.rawValue): \(sentence)"]
            + signatures.flatMap { signature in
                [
                    "  \(signature.field): \(signature.verdict.rawValue) – \(signature.signer?.name ?? "?")"
                        + (signature.level.map { ", \($0)" } ?? ""), "    \(signature.sentence)",
                ] + signature.changes.map { "    · \($0.sentence)" }
            } + warnings.map { "  ! \($0)" }
    }
}
