// What the administrator does with the list of trusted certificates; every change is told and dated.
package import Foundation
internal import Platform
package import Records
package import SignatureCore

/// Imports, dates and switches off whom the office trusts. After each change the list is written beside the database,
/// for the command line.
package struct TrustDesk: Sendable {
    private let ground: Groundwork

    /// The whole list has one history.
    static let subject = RecordRef(kind: "trust", id: 1)
    static let mostCandidates = 50

    package init(ground: Groundwork) { self.ground = ground }

    package func all() async throws -> [TrustedCertificate] {
        try await ground.database.read { try TrustTable(tx: $0).all() }
    }

    func history() async throws -> [Event] {
        try await ground.database.read { try EventHistory($0).of(Self.subject) }
    }

    /// What is trusted now, and a name that changes with it.
    package func current() async throws -> (list: TrustList, version: String) {
        try await ground.database.read { tx in
            let table = TrustTable(tx: tx)
            return (try table.list(), try table.version())
        }
    }

    /// The certificates of a file (PEM, DER, PKCS#7), issuers first; nothing is kept.
    package func candidates(in file: Data) async throws -> [TrustCandidate] {
        let found: [Certificate]
        do { found = try Certificate.all(in: file) } catch { throw TrustRefusal.unreadable }
        guard found.count <= Self.mostCandidates else { throw TrustRefusal.tooMany(Self.mostCandidates) }
        let known = Set(try await all().map(\.fingerprint))
        var seen: Set<String> = []
        return found.filter { seen.insert($0.fingerprint).inserted }
            .sorted { ($0.isSelfIssued ? 0 : 1, $0.commonName) < ($1.isSelfIssued ? 0 : 1, $1.commonName) }
            .map { TrustCandidate(certificate: $0, isKnown: known.contains($0.fingerprint)) }
    }

    /// - Parameter operator: how a terminal's user is named in the history, where no actor is signed in.
    package func add(_ decisions: [TrustDecision], by actor: Actor?, operator name: String = "") async throws {
        guard !decisions.isEmpty else { throw TrustRefusal.nothingChosen }
        for decision in decisions { try decision.check() }
        try await change { tx, now in
            for decision in decisions {
                try TrustTable(tx: tx).put(
                    decision.certificate, isAnchor: decision.isAnchor, limit: decision.limit,
                    by: actor?.name ?? name, at: now)
                try EventHistory(tx).append(
                    "trusted", on: Self.subject, by: actor, at: now, decision.sentence + Self.suffix(name))
            }
        }
    }

    package func setEnabled(
        _ isEnabled: Bool, of fingerprint: String, reason: String, by actor: Actor?, operator name: String = ""
    ) async throws {
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard isEnabled || !reason.isEmpty else { throw TrustRefusal.reasonMissing }
        try await change { tx, now in
            let known = try Self.known(fingerprint, tx)
            guard known.isEnabled != isEnabled else { return }
            try TrustTable(tx: tx).setEnabled(isEnabled, of: fingerprint)
            let what = isEnabled ? "Tin cậy lại “\(known.name)”." : "Ngừng tin cậy “\(known.name)”: \(reason)"
            try EventHistory(tx).append(
                isEnabled ? "enabled" : "disabled", on: Self.subject, by: actor, at: now, what + Self.suffix(name))
        }
    }

    package func setLimit(_ limit: AnchorLimit, of fingerprint: String, by actor: Actor) async throws {
        try await change { tx, now in
            let known = try Self.known(fingerprint, tx)
            guard !known.isAnchor || !limit.usages.isEmpty else { throw TrustRefusal.noUsage(known.name) }
            if let from = limit.from, let until = limit.until, from >= until {
                throw TrustRefusal.badPeriod(known.name)
            }
            try TrustTable(tx: tx).setLimit(limit, of: fingerprint)
            try EventHistory(tx).append(
                "limited", on: Self.subject, by: actor, at: now,
                "Đổi phạm vi tin cậy “\(known.name)”: \(limit.sentence).")
        }
    }

    /// Trusts a certificate that set-up itself made; what an administrator decided about it since then stands.
    package func trust(_ certificate: Certificate, isAnchor: Bool) async throws {
        let known = try await ground.database.read { try TrustTable(tx: $0).find(certificate.fingerprint) }
        guard known == nil else { return }
        try await change { tx, now in
            try TrustTable(tx: tx).put(certificate, isAnchor: isAnchor, limit: AnchorLimit(), by: "", at: now)
        }
    }

    /// Writes the list where the command line looks for it; does nothing in an office without a data folder.
    package func writeFile() async throws {
        guard let file = Self.file(ground.settings) else { return }
        try await current().list.write(to: file)
    }

    static func file(_ settings: Settings) -> URL? {
        if let named = settings.text("trust.file") { return URL(filePath: named) }
        return settings.text("data").map {
            URL(filePath: $0, directoryHint: .isDirectory).appending(path: "trust.json")
        }
    }

    private func change(_ body: @escaping @Sendable (Transaction, Date) throws -> Void) async throws {
        let now = ground.clock.now()
        try await ground.database.write { try body($0, now) }
        try await writeFile()
    }

    private static func known(_ fingerprint: String, _ tx: Transaction) throws -> TrustedCertificate {
        guard let known = try TrustTable(tx: tx).find(fingerprint) else { throw CommonRefusal.notFound }
        return known
    }

    private static func suffix(_ name: String) -> String { name.isEmpty ? "" : " (\(name))" }
}

extension TrustDecision {
    fileprivate var sentence: String {
        let kind = isAnchor ? "gốc tin cậy" : "chứng thư trung gian"
        return
            "Nhập \(kind) “\(certificate.commonName)”, dấu vân tay \(certificate.fingerprint)\(isAnchor ? ", \(limit.sentence)" : "")."
    }
}

extension AnchorLimit {
    /// "để ký văn bản và dấu thời gian, từ 01/01/2026 đến trước 01/01/2030"
    var sentence: String {
        let usage = TrustStore.Usage.allCases.filter(usages.contains).map(\.label).joined(separator: " và ")
        let start = from.map { ", từ \(Day(at: $0).printed)" } ?? ""
        let end = until.map { ", đến trước \(Day(at: $0).printed)" } ?? ""
        return "để \(usage)\(start)\(end)"
    }
}

extension TrustStore.Usage {
    var label: String {
        switch self {
        case .signing: "ký văn bản"
        case .timestamping: "cấp dấu thời gian"
        }
    }
}
