// vastoffice verify FILE
import ArgumentParser
import Foundation
import PAdES
import Platform
import SignatureCore

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", _superCommandName: "vastoffice",
        abstract: "Verify all signatures of a PDF file.",
        discussion: """
            Exit 0 valid, 1 not valid, 2 indeterminate, 3 unsigned, 4 malformed, 64 usage.
            Without --trust and without --integrity-only the office's list of trusted certificates is used.
            """)

    @Argument(help: "The PDF file.", completion: .file()) var file: String
    @Flag(help: "Print the whole report as JSON.") var json = false
    @Option(help: "PEM or DER file of trusted certificates. May be repeated.", completion: .file()) var trust:
        [String] = []
    @Option(help: "PEM or DER file of intermediate certificates. May be repeated.", completion: .file())
    var intermediate: [String] = []
    @Option(help: "Certificate revocation list, PEM or DER. May be repeated.", completion: .file()) var crl: [String] =
        []
    @Option(help: "OCSP response, DER. May be repeated.", completion: .file()) var ocsp: [String] = []
    @Option(help: "Password of an encrypted file.") var password: String?
    @Option(help: "Judge as if it were this time (ISO 8601; without a zone: +07:00).", transform: moment) var at: Date?
    @Flag(help: "Fetch nothing; what is not in the file or handed over is reported as not checked.") var offline = false
    @Flag(help: "Also ask addresses inside private networks that certificates name.") var privateHosts = false
    @Flag(help: "Judge everything but trust in the signer.") var integrityOnly = false

    /// Nobody waits longer than this for all servers together.
    private static let patienceSeconds = 8.0

    func run() async throws {
        let request = VerificationRequest(
            trust: try store(), date: at ?? Date(), judgesTrust: !integrityOnly, password: password,
            material: ValidationMaterial(crls: try crl.map(binary), ocspResponses: try ocsp.map(binary)))
        let file = try readable()
        let report =
            offline
            ? SignatureVerifier.report(onFile: file, request)
            : await SignatureVerifier.report(
                onFile: file, request,
                asking: .overNetwork(privateHosts: privateHosts, patienceSeconds: Self.patienceSeconds))
        if json {
            print(String(decoding: try report.json(), as: UTF8.self))
        } else {
            for line in report.lines { print(line) }
        }
        let code = report.verdict.exitCode
        if code != 0 { throw ExitCode(code) }
    }

    private func readable() throws -> URL {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), !isDirectory.boolValue,
            FileManager.default.isReadableFile(atPath: file)
        else { throw ValidationError("Cannot read \(file).") }
        return URL(filePath: file)
    }

    // MARK: trust

    private func store() throws -> TrustStore {
        if integrityOnly { return TrustStore() }
        let helpers = try intermediate.flatMap(certificates)
        guard trust.isEmpty else {
            return TrustStore(anchors: try trust.flatMap(certificates), intermediates: helpers)
        }
        do {
            var store = try TrustList.configured(ProcessInfo.processInfo.environment)?.store ?? TrustStore()
            store.intermediates += helpers
            return store
        } catch {
            throw ValidationError("The list of trusted certificates cannot be read: \(error)")
        }
    }

    // MARK: time

    private static let endOfYear9999 = 253_402_300_799.0

    @Sendable private static func moment(_ text: String) throws -> Date {
        if let seconds = TimeInterval(text) {
            guard abs(seconds) <= Self.endOfYear9999 else { throw ValidationError("Not a time: \(text)") }
            return Date(timeIntervalSince1970: seconds)
        }
        for candidate in [text, text + "+07:00", text + "T00:00:00+07:00"] {
            for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
                if let date = try? Date(candidate, strategy: style) { return date }
            }
        }
        throw ValidationError("Not a time in ISO 8601: \(text)")
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
