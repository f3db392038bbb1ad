// The files of a record: names and places in the database, bytes in the blob store.
package import Foundation
package import Platform

package enum FileRole: String, Sendable, CaseIterable, Codable, SQLBindable, SQLDecodable {
    /// The document itself; its latest version is the one in force.
    case main
    /// A separate attachment, numbered by `ordinal`.
    case attachment
    /// What the drafter uploaded before conversion.
    case source
    /// The packet as received from or sent to the exchange.
    case packet
    /// A signed directive.
    case directive
    /// What the organisation signed as a copy of a scan.
    case copy
}

/// One version of one file of a record.
package struct RecordFile: Sendable, Hashable {
    package let id: Int64
    package let role: FileRole
    package let ordinal: Int
    package let version: Int
    package let name: String
    package let mediaType: String
    package let blob: BlobRef
    package let createdAt: Date
    package var isPDF: Bool { mediaType == "application/pdf" }
}

/// Every SQL statement on record files.
package struct RecordFileStore {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// Adds a file, or a new version of it; earlier versions stay.
    @discardableResult
    package func add(
        _ role: FileRole, ordinal: Int = 1, to subject: RecordRef, name: String, mediaType: String, blob: BlobRef,
        at now: Date
    ) throws -> RecordFile {
        let version: Int =
            try tx.value(
                """
                SELECT coalesce(max(version), 0) + 1 FROM record_file
                WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id) AND role = \(role)
                  AND ordinal = \(ordinal)
                """) ?? 1
        let id: Int64 =
            try tx.value(
                """
                INSERT INTO record_file (subject_kind, subject_id, role, ordinal, version, name, media_type, sha256,
                                         byte_count, created_at)
                VALUES (\(subject.kind), \(subject.id), \(role), \(ordinal), \(version), \(name), \(mediaType),
                        \(blob.sha256), \(blob.byteCount), \(now))
                RETURNING id
                """) ?? 0
        return RecordFile(
            id: id, role: role, ordinal: ordinal, version: version, name: name, mediaType: mediaType, blob: blob,
            createdAt: now)
    }

    /// All versions of all files, oldest first.
    package func all(of subject: RecordRef) throws -> [RecordFile] { try tx.answer(to: Self.all(of: subject)) }

    package static func all(of subject: RecordRef) -> Query<[RecordFile]> {
        .list(
            """
            SELECT * FROM record_file WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)
            ORDER BY role, ordinal, version
            """, of: file)
    }

    /// The content of every file of every record.
    package func everyBlob() throws -> [BlobRef] {
        try tx.rows("SELECT DISTINCT sha256, byte_count FROM record_file").map {
            BlobRef(sha256: try $0.get("sha256"), byteCount: try $0.get("byte_count"))
        }
    }

    /// The newest version of each file.
    package func current(of subject: RecordRef) throws -> [RecordFile] { Self.newest(try all(of: subject)) }

    /// Of all versions, the newest of each file.
    package static func newest(_ versions: [RecordFile]) -> [RecordFile] {
        var newest: [String: RecordFile] = [:]
        for file in versions { newest["\(file.role.rawValue)\(file.ordinal)"] = file }
        return newest.values.sorted { ($0.role.rawValue, $0.ordinal) < ($1.role.rawValue, $1.ordinal) }
    }

    /// Takes a file and its versions off a draft; the bytes stay in the blob store.
    package func remove(_ role: FileRole, ordinal: Int, of subject: RecordRef) throws {
        try tx.execute(
            """
            DELETE FROM record_file WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)
              AND role = \(role) AND ordinal = \(ordinal)
            """)
    }

    private static func file(_ row: Row) throws -> RecordFile {
        RecordFile(
            id: try row.get("id"), role: try row.get("role"), ordinal: try row.get("ordinal"),
            version: try row.get("version"), name: try row.get("name"), mediaType: try row.get("media_type"),
            blob: BlobRef(sha256: try row.get("sha256"), byteCount: try row.get("byte_count")),
            createdAt: try row.get("created_at"))
    }
}

// The end of files that may no longer be kept (QĐ 28/2018 Art. 9.2).
extension RecordFileStore {
    /// Takes every version of these files off a record; what is left of them is their hashes in the record's stub.
    package func removeAll(_ roles: [FileRole], of subject: RecordRef) throws {
        try tx.execute(
            """
            DELETE FROM record_file WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)
              AND role IN \(list: roles)
            """)
    }

    /// Whether any record still has a file with this content.
    package func isKept(sha256: String) throws -> Bool {
        try tx.first("SELECT id FROM record_file WHERE sha256 = \(sha256) LIMIT 1") != nil
    }
}

extension PageImages {
    /// Forgets the drawn pages of a file that is no more; gives the pictures to be removed with it.
    package static func forget(sourceSHA256: String, in tx: Transaction) throws -> [String] {
        let pictures = try tx.rows("SELECT sha256 FROM rendition WHERE source_sha256 = \(sourceSHA256)").map {
            try $0.get("sha256", as: String.self)
        }
        try tx.execute("DELETE FROM rendition WHERE source_sha256 = \(sourceSHA256)")
        return pictures.filter { !$0.isEmpty }
    }
}
