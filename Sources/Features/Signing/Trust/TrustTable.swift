// Every SQL statement on trusted certificates.
internal import Digests
internal import Foundation
internal import Platform
internal import SignatureCore

struct TrustTable {
    let tx: Transaction

    /// Adds a certificate or puts new words to one that is there, which is then in force again.
    func put(_ certificate: Certificate, isAnchor: Bool, limit: AnchorLimit, by name: String, at now: Date) throws {
        try tx.execute(
            """
            INSERT INTO trust_certificate (fingerprint, certificate, is_anchor, enabled, added_at, for_signing,
                                           for_timestamps, trusted_from, trusted_until, added_by)
            VALUES (\(certificate.fingerprint), \(certificate.der), \(isAnchor), \(true), \(now),
                    \(limit.usages.contains(.signing)), \(limit.usages.contains(.timestamping)), \(limit.from),
                    \(limit.until), \(name))
            ON CONFLICT (fingerprint) DO UPDATE SET enabled = excluded.enabled, is_anchor = excluded.is_anchor,
                for_signing = excluded.for_signing, for_timestamps = excluded.for_timestamps,
                trusted_from = excluded.trusted_from, trusted_until = excluded.trusted_until
            """)
    }

    func setLimit(_ limit: AnchorLimit, of fingerprint: String) throws {
        try tx.execute(
            """
            UPDATE trust_certificate
            SET for_signing = \(limit.usages.contains(.signing)),
                for_timestamps = \(limit.usages.contains(.timestamping)),
                trusted_from = \(limit.from), trusted_until = \(limit.until)
            WHERE fingerprint = \(fingerprint)
            """)
    }

    func setEnabled(_ isEnabled: Bool, of fingerprint: String) throws {
        try tx.execute(
            "UPDATE trust_certificate SET enabled = \(isEnabled) WHERE fingerprint = \(fingerprint)")
    }

    func find(_ fingerprint: String) throws -> TrustedCertificate? {
        try tx.first("SELECT * FROM trust_certificate WHERE fingerprint = \(fingerprint)").map(Self.trusted)
    }

    func all() throws -> [TrustedCertificate] {
        try tx.rows("SELECT * FROM trust_certificate ORDER BY added_at, fingerprint").map(Self.trusted)
    }

    /// What is in force, as the command line reads it.
    func list() throws -> TrustList {
        let rows = try tx.rows("SELECT * FROM trust_certificate WHERE enabled = \(true) ORDER BY fingerprint")
        return TrustList(
            entries: try rows.map(Self.trusted).map {
                TrustList.Entry(certificate: $0.certificate, isAnchor: $0.isAnchor, limit: $0.limit)
            })
    }

    /// Changes with what is trusted, for what and when; told without reading the certificates.
    func version() throws -> String {
        let lines = try tx.rows(
            """
            SELECT fingerprint, is_anchor, for_signing, for_timestamps, trusted_from, trusted_until
            FROM trust_certificate WHERE enabled = \(true) ORDER BY fingerprint
            """
        ).map { row in
            let limit = try Self.limit(row)
            let dates = [limit.from, limit.until].map { $0.map { "\(Int($0.timeIntervalSince1970))" } ?? "-" }
            return try """
            \(row.get("fingerprint", as: String.self)) \(row.get("is_anchor", as: Bool.self)) \
            \(limit.usages.map(\.rawValue).sorted().joined(separator: "+")) \(dates.joined(separator: " "))
            """
        }
        return sha256Hex(Data(lines.joined(separator: ",").utf8))
    }

    private static func trusted(_ row: Row) throws -> TrustedCertificate {
        TrustedCertificate(
            certificate: try Certificate(der: try row.get("certificate", as: Data.self)),
            isAnchor: try row.get("is_anchor"), limit: try limit(row), isEnabled: try row.get("enabled"),
            addedAt: try row.get("added_at"), addedBy: try row.get("added_by"))
    }

    private static func limit(_ row: Row) throws -> AnchorLimit {
        var usages: Set<TrustStore.Usage> = []
        if try row.get("for_signing") { usages.insert(.signing) }
        if try row.get("for_timestamps") { usages.insert(.timestamping) }
        return AnchorLimit(
            usages: usages, from: try row.optional("trusted_from"), until: try row.optional("trusted_until"))
    }
}
