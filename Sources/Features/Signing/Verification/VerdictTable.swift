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
        return text.flatMap { try? DecodedReports.record($0) }
    }

    /// The same for every file of a page, in one statement.
    func records(of files: [String], trustVersion: String, notBefore: Date) throws -> [CheckRecord] {
        guard !files.isEmpty else { return [] }
        return try tx.rows(
            """
            SELECT report FROM verdict
            WHERE sha256 IN \(list: files) AND trust_version = \(trustVersion) AND judged_at >= \(notBefore)
            """
        ).compactMap { try? DecodedReports.record(try $0.get("report")) }
    }

    /// Lists and answers that an earlier judgement of the file had.
    func material(of sha256: String) throws -> BlobRef? {
        try tx.first("SELECT * FROM verdict WHERE sha256 = \(sha256) AND material_sha256 IS NOT NULL").map {
            BlobRef(sha256: try $0.get("material_sha256"), byteCount: try $0.get("material_bytes"))
        }
    }

    func keep(_ record: CheckRecord, material: BlobRef?) throws {
        let text = String(decoding: try record.json(), as: UTF8.self)
        try tx.execute(
            """
            INSERT INTO verdict (sha256, trust_version, judged_at, report, material_sha256, material_bytes)
            VALUES (\(record.sha256), \(record.trustVersion), \(record.checkedAt), \(text), \(material?.sha256),
                    \(material?.byteCount))
            ON CONFLICT (sha256) DO UPDATE SET trust_version = excluded.trust_version, judged_at = excluded.judged_at,
                report = excluded.report, material_sha256 = excluded.material_sha256,
                material_bytes = excluded.material_bytes
            """)
    }
}
