// vastoffice admin trust list|add|disable|enable
import ArgumentParser
import Foundation
import OfficeApp
import Platform
import Records
import SignatureCore
import Signing

struct AdminTrust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "Whom the office trusts to vouch for signers and times.",
        subcommands: [List.self, Add.self, Disable.self, Enable.self])

    struct Where: ParsableArguments {
        @OptionGroup var configuration: ConfigurationOptions
        @Option(help: "Folder of database and files.") var data: String?
        @Option(help: "SQLite file or postgres:// URL.") var database: String?

        func run<Value: Sendable>(_ body: @Sendable (TrustDesk) async throws -> Value) async throws -> Value {
            let trust = try OfficeTrust(try configuration.settings(["data": data, "database": database]))
            do { return try await trust.run(body) } catch let refusal as any Refusal { throw Failure(refusal.message) }
        }

        /// How the history names who stood at the terminal.
        var person: String { "dòng lệnh, tài khoản máy \(NSUserName())" }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the trusted certificates.")
        @OptionGroup var place: Where

        func run() async throws {
            let entries = try await place.run { try await $0.all() }
            if entries.isEmpty { print("No certificate is trusted.") }
            for entry in entries { print(entry.line) }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Trust the certificates of a PEM, DER or PKCS#7 file.",
            discussion: """
                Without --confirm the certificates are shown and nothing is changed. Compare each fingerprint with what \
                the authority publishes, then repeat with --confirm for every anchor.
                """)
        @OptionGroup var place: Where
        @Argument(help: "The file.", completion: .file()) var file: String
        @Option(help: "Fingerprint (or its last 8 characters at least) of an anchor to trust. May be repeated.")
        var confirm: [String] = []
        @Flag(help: "Also take the file's other certificates, as intermediates.") var intermediates = false
        @Option(help: "What anchors are trusted for: signing, timestamping or both.") var purpose = "both"
        @Option(help: "First day of trust, yyyy-MM-dd.") var from: String?
        @Option(help: "Last day of trust, yyyy-MM-dd.") var until: String?

        func run() async throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw ValidationError("Cannot read \(file).")
            }
            let limit = try limit()
            let candidates = try await place.run { try await $0.candidates(in: data) }
            let decisions = candidates.compactMap { decision($0, limit) }
            guard !decisions.isEmpty else { return show(candidates) }
            try await place.run { [person = place.person] in try await $0.add(decisions, by: nil, operator: person) }
            for decision in decisions { print("trusted: \(decision.certificate.commonName)") }
        }

        private func show(_ candidates: [TrustCandidate]) {
            for candidate in candidates {
                print(candidate.certificate.block)
                for warning in candidate.warnings(at: Date()) { print("  ! \(warning)") }
            }
            print("Nothing was changed. Compare the fingerprints, then repeat with --confirm FINGERPRINT.")
        }

        private func decision(_ candidate: TrustCandidate, _ limit: AnchorLimit) -> TrustDecision? {
            let own = candidate.certificate.fingerprint
            let given = confirm.map { $0.lowercased().filter(\.isHexDigit) }
            let typed = given.first { $0.count >= TrustCandidate.confirmedDigits && own.hasSuffix($0) }
            guard typed != nil || intermediates else { return nil }
            return TrustDecision(
                certificate: candidate.certificate, isAnchor: typed != nil,
                limit: typed == nil ? AnchorLimit() : limit, confirmation: typed ?? "")
        }

        private func limit() throws -> AnchorLimit {
            let usages: Set<TrustStore.Usage>
            switch purpose {
            case "both": usages = Set(TrustStore.Usage.allCases)
            case "signing": usages = [.signing]
            case "timestamping": usages = [.timestamping]
            default: throw ValidationError("--purpose takes signing, timestamping or both.")
            }
            return AnchorLimit(
                usages: usages, from: try day(from)?.start, until: try day(until)?.adding(days: 1).start)
        }

        private func day(_ text: String?) throws -> Day? {
            guard let text else { return nil }
            guard let day = Day(text) else { throw ValidationError("\(text) is no day; write yyyy-MM-dd.") }
            return day
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Trust a certificate no more; it stays in the list.")
        @OptionGroup var place: Where
        @Argument(help: "Its fingerprint, or the beginning of it.") var fingerprint: String
        @Option(help: "Why, for the history.") var reason: String

        func run() async throws { try await place.set(false, fingerprint, reason: reason) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Trust a certificate again.")
        @OptionGroup var place: Where
        @Argument(help: "Its fingerprint, or the beginning of it.") var fingerprint: String

        func run() async throws { try await place.set(true, fingerprint, reason: "") }
    }
}

extension AdminTrust.Where {
    fileprivate func set(_ isEnabled: Bool, _ fingerprint: String, reason: String) async throws {
        let digits = fingerprint.lowercased().filter(\.isHexDigit)
        try await run { [person] desk in
            let found = try await desk.all().filter { $0.fingerprint.hasPrefix(digits) }
            guard digits.count >= 8, found.count == 1, let entry = found.first else {
                throw Failure("No single certificate has a fingerprint beginning with \(fingerprint).")
            }
            try await desk.setEnabled(isEnabled, of: entry.fingerprint, reason: reason, by: nil, operator: person)
            print("\(isEnabled ? "trusted" : "no longer trusted"): \(entry.name)")
        }
    }
}

extension TrustedCertificate {
    fileprivate var line: String {
        let kind = isAnchor ? "anchor" : "intermediate"
        let usages = isAnchor ? " " + limit.usages.map(\.rawValue).sorted().joined(separator: "+") : ""
        let period = [limit.from.map { " from \(Day(at: $0))" }, limit.until.map { " before \(Day(at: $0))" }]
        return
            "\(fingerprint) \(isEnabled ? "on " : "off") \(kind)\(usages)\(period.compactMap(\.self).joined())  \(name)"
    }
}

extension Certificate {
    fileprivate var block: String {
        """
        \(commonName)
          subject      \(subject.display)
          issuer       \(isSelfIssued ? "itself" : issuer.display)
          valid        \(Day(at: notBefore)) – \(Day(at: notAfter))
          key          \(publicKey.name)
          SHA-256      \(fingerprint)
        """
    }
}
