// Every SQL statement on keys and PIN attempts.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore

struct SigningStore {
    let tx: Transaction

    func credential(of holder: KeyHolder) throws -> Credential? {
        try tx.first(
            """
            SELECT * FROM signing_key WHERE holder_kind = \(holder.kind) AND holder_id = \(holder.id)
              AND retired_at IS NULL
            """
        ).map(Credential.from)
    }

    /// The new key takes the place of the old, which stays for the record.
    func enrol(_ holder: KeyHolder, certificate: Certificate, archive: Data, image: BlobRef?, at now: Date) throws {
        try tx.execute(
            """
            UPDATE signing_key SET retired_at = \(now)
            WHERE holder_kind = \(holder.kind) AND holder_id = \(holder.id) AND retired_at IS NULL
            """)
        try tx.execute(
            """
            INSERT INTO signing_key (holder_kind, holder_id, certificate, archive, image_sha256, image_bytes, enrolled_at)
            VALUES (\(holder.kind), \(holder.id), \(certificate.der), \(archive), \(image?.sha256), \(image?.byteCount), \(now))
            """)
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
}
