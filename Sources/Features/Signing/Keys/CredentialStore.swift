// Every SQL statement on enrolled keys and PIN attempts.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore

struct CredentialStore {
    let tx: Transaction

    /// The default first.
    func all(of holder: KeyHolder) throws -> [Credential] {
        try tx.rows(
            """
            SELECT * FROM credential WHERE holder_kind = \(holder.kind) AND holder_id = \(holder.id)
              AND retired_at IS NULL ORDER BY is_default DESC, id
            """
        ).map(Self.credential)
    }

    /// Retired ones too: a task may still hold on to its key.
    func find(_ id: Int64) throws -> Credential? {
        try tx.first("SELECT * FROM credential WHERE id = \(id)").map(Self.credential)
    }

    /// The first key of a holder, or the one he chose last, is the default.
    @discardableResult
    func add(
        _ kind: KeyKind, of holder: KeyHolder, name: String, certificate: Certificate, archive: Data? = nil,
        locator: KeyLocator = KeyLocator(), image: BlobRef?, at now: Date
    ) throws -> Int64 {
        let json = String(decoding: try JSONEncoder().encode(locator), as: UTF8.self)
        let id: Int64? = try tx.value(
            """
            INSERT INTO credential (holder_kind, holder_id, kind, name, certificate, archive, locator, image_sha256,
                                    image_bytes, is_default, enrolled_at)
            VALUES (\(holder.kind), \(holder.id), \(kind), \(name), \(certificate.der), \(archive), \(json),
                    \(image?.sha256), \(image?.byteCount), \(false), \(now))
            RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("credential") }
        if try all(of: holder).count == 1 { try makeDefault(id, of: holder) }
        return id
    }

    func makeDefault(_ id: Int64, of holder: KeyHolder) throws {
        try tx.execute(
            """
            UPDATE credential SET is_default = \(false)
            WHERE holder_kind = \(holder.kind) AND holder_id = \(holder.id) AND is_default = \(true)
            """)
        try tx.execute(
            """
            UPDATE credential SET is_default = \(true)
            WHERE id = \(id) AND holder_kind = \(holder.kind) AND holder_id = \(holder.id) AND retired_at IS NULL
            """)
    }

    /// Certificate and image stay for the record, the private key does not; another becomes the default.
    func retire(_ id: Int64, of holder: KeyHolder, at now: Date) throws {
        try tx.execute(
            """
            UPDATE credential SET retired_at = \(now), is_default = \(false),
                archive = substr(archive, 1, 0)
            WHERE id = \(id) AND holder_kind = \(holder.kind) AND holder_id = \(holder.id) AND retired_at IS NULL
            """)
        let left = try all(of: holder)
        if let next = left.first, !left.contains(where: \.isDefault) { try makeDefault(next.id, of: holder) }
    }

    func setImage(_ image: BlobRef, of id: Int64) throws {
        try tx.execute(
            "UPDATE credential SET image_sha256 = \(image.sha256), image_bytes = \(image.byteCount) WHERE id = \(id)")
    }

    func pinState(of key: Int64) throws -> PINState {
        guard let row = try tx.first("SELECT failures, locked_until FROM pin_attempt WHERE key_id = \(key)") else {
            return PINState(failures: 0, lockedUntil: nil)
        }
        return PINState(failures: try row.get("failures"), lockedUntil: try row.optional("locked_until"))
    }

    func setPINState(_ state: PINState, of key: Int64) throws {
        try tx.execute(
            """
            INSERT INTO pin_attempt (key_id, failures, locked_until)
            VALUES (\(key), \(state.failures), \(state.lockedUntil))
            ON CONFLICT (key_id) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until
            """)
    }

    private static func holder(_ row: Row) throws -> KeyHolder {
        try row.get("holder_kind", as: String.self) == KeyHolder.seal.kind
            ? .seal : .person(PersonID(try row.get("holder_id", as: Int64.self)))
    }

    static func credential(_ row: Row) throws -> Credential {
        let image: String? = try row.optional("image_sha256")
        let locator: String = try row.get("locator")
        return Credential(
            id: try row.get("id"), holder: try holder(row), kind: try row.get("kind"), name: try row.get("name"),
            certificate: try Certificate(der: try row.get("certificate", as: Data.self)),
            archive: try row.optional("archive"),
            locator: (try? JSONDecoder().decode(KeyLocator.self, from: Data(locator.utf8))) ?? KeyLocator(),
            image: try image.map { BlobRef(sha256: $0, byteCount: try row.get("image_bytes")) },
            isDefault: try row.get("is_default"), enrolledAt: try row.get("enrolled_at"))
    }
}
