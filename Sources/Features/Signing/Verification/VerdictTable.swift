// Every SQL statement on what was judged.
internal import Foundation
internal import Platform

struct VerdictTable {
    let tx: Transaction

    /// What was found under this trust, not before a time; a record of an older shape counts as none.
    func record(of sha256: String, trustVersion: String, notBefore: Date) throws -> CheckRecord? {
        let text: String? = try tx.value(
            """
            SELECT report FROM verdict
            WHERE sha256 = \(sha256) AND trust_version = \(trustVersion) AND judged_at >= \(notBefore)
            """)
        return text.flatMap { try? CheckRecord(json: Data($0.utf8)) }
    }

    func keep(_ record: CheckRecord) throws {
        let text = String(decoding: try record.json(), as: UTF8.self)
        try tx.execute(
            """
            INSERT INTO verdict (sha256, trust_version, judged_at, report)
            VALUES (\(record.sha256), \(record.trustVersion), \(record.checkedAt), \(text))
            ON CONFLICT (sha256) DO UPDATE SET trust_version = excluded.trust_version, judged_at = excluded.judged_at,
                report = excluded.report
            """)
    }
}
