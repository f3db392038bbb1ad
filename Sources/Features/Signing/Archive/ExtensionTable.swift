// Every SQL statement on files whose signatures were lifted for the long term.
internal import Foundation
internal import Platform

/// A file with more proofs than the one it was made from; the other stays where it is, as it was sent.
struct ExtendedFile: Sendable, Hashable {
    var source: BlobRef
    /// As the source is called.
    var name: String
    /// "B-LT", "B-LTA"
    var level: String
    var file: BlobRef
    var extendedAt: Date
    /// When the archive timestamp should get a younger one; nil where there is none.
    var renewAt: Date?
}

struct ExtensionTable {
    let tx: Transaction

    func current(of source: BlobRef) throws -> ExtendedFile? {
        try tx.first(
            "SELECT * FROM extended_file WHERE source_sha256 = \(source.sha256) AND replaced_at IS NULL"
        ).map(Self.extended)
    }

    /// The new one takes the place of the old, which stays for the record.
    func put(_ extended: ExtendedFile) throws {
        try tx.execute(
            """
            UPDATE extended_file SET replaced_at = \(extended.extendedAt)
            WHERE source_sha256 = \(extended.source.sha256) AND replaced_at IS NULL
            """)
        try tx.execute(
            """
            INSERT INTO extended_file (source_sha256, source_bytes, name, level, sha256, byte_count, extended_at, renew_at)
            VALUES (\(extended.source.sha256), \(extended.source.byteCount), \(extended.name), \(extended.level),
                    \(extended.file.sha256), \(extended.file.byteCount), \(extended.extendedAt), \(extended.renewAt))
            """)
    }

    func toRenew(at now: Date, limit: Int) throws -> [ExtendedFile] {
        try tx.rows(
            """
            SELECT * FROM extended_file WHERE replaced_at IS NULL AND renew_at <= \(now) ORDER BY renew_at LIMIT \(limit)
            """
        ).map(Self.extended)
    }

    func everyBlob() throws -> [BlobRef] {
        try tx.rows("SELECT DISTINCT sha256, byte_count FROM extended_file").map {
            BlobRef(sha256: try $0.get("sha256"), byteCount: try $0.get("byte_count"))
        }
    }

    private static func extended(_ row: Row) throws -> ExtendedFile {
        ExtendedFile(
            source: BlobRef(sha256: try row.get("source_sha256"), byteCount: try row.get("source_bytes")),
            name: try row.get("name"), level: try row.get("level"),
            file: BlobRef(sha256: try row.get("sha256"), byteCount: try row.get("byte_count")),
            extendedAt: try row.get("extended_at"), renewAt: try row.optional("renew_at"))
    }
}
