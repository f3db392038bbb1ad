// Every SQL statement on who holds which certificate, its status, and the evidence of signatures.
internal import Foundation
internal import Platform
internal import SignatureCore

struct IdentityTable {
    let tx: Transaction

    func find(_ holder: KeyHolder) throws -> SignerIdentity? {
        try tx.first(
            "SELECT * FROM signing_identity WHERE holder_kind = \(holder.kind) AND holder_id = \(holder.id)"
        ).map {
            SignerIdentity(
                name: try $0.get("name"), identifier: try $0.optional("identifier"), email: try $0.optional("email"),
                organisation: try $0.optional("organisation"))
        }
    }

    /// The first certificate of a holder says who he is; later ones are measured by it.
    func settle(_ identity: SignerIdentity, of holder: KeyHolder, at now: Date) throws {
        try tx.execute(
            """
            INSERT INTO signing_identity (holder_kind, holder_id, name, identifier, email, organisation, recorded_at)
            VALUES (\(holder.kind), \(holder.id), \(identity.name), \(identity.identifier), \(identity.email),
                    \(identity.organisation), \(now))
            ON CONFLICT DO NOTHING
            """)
    }

    func forget(_ holder: KeyHolder) throws {
        try tx.execute(
            "DELETE FROM signing_identity WHERE holder_kind = \(holder.kind) AND holder_id = \(holder.id)")
    }
}

struct StatusTable {
    let tx: Transaction

    func find(_ fingerprint: String) throws -> KnownStatus? {
        try tx.first("SELECT * FROM certificate_status WHERE fingerprint = \(fingerprint)").map(Self.known)
    }

    func keep(_ known: KnownStatus) throws {
        let status = known.status
        try tx.execute(
            """
            INSERT INTO certificate_status (fingerprint, certificate, beside, answer, revoked_at, source, this_update,
                                            next_update, checked_at, detail, material_sha256, material_bytes, used_at)
            VALUES (\(known.certificate.fingerprint), \(known.certificate.der), \(Self.joined(known.beside)),
                    \(status.answer), \(status.revokedAt), \(status.source), \(status.thisUpdate),
                    \(status.nextUpdate), \(status.checkedAt), \(status.detail), \(known.material?.sha256),
                    \(known.material?.byteCount), \(known.usedAt))
            ON CONFLICT (fingerprint) DO UPDATE SET beside = excluded.beside, answer = excluded.answer,
                revoked_at = excluded.revoked_at, source = excluded.source, this_update = excluded.this_update,
                next_update = excluded.next_update, checked_at = excluded.checked_at, detail = excluded.detail,
                material_sha256 = excluded.material_sha256, material_bytes = excluded.material_bytes,
                used_at = excluded.used_at
            """)
    }

    /// Certificates somebody signed with lately whose status runs out soon.
    func toRefresh(usedSince: Date, endingBefore: Date, askedBefore: Date, limit: Int) throws -> [KnownStatus] {
        try tx.rows(
            """
            SELECT * FROM certificate_status
            WHERE used_at >= \(usedSince) AND answer <> \(StatusAnswer.revoked) AND checked_at < \(askedBefore)
              AND (answer = \(StatusAnswer.unknown) OR next_update IS NULL OR next_update < \(endingBefore))
            ORDER BY checked_at LIMIT \(limit)
            """
        ).map(Self.known)
    }

    private static func known(_ row: Row) throws -> KnownStatus {
        let material: String? = try row.optional("material_sha256")
        return KnownStatus(
            certificate: try Certificate(der: try row.get("certificate", as: Data.self)),
            beside: (try? Certificate.all(in: try row.get("beside", as: Data.self))) ?? [],
            status: CertificateStatus(
                try row.get("answer"), revokedAt: try row.optional("revoked_at"), source: try row.get("source"),
                thisUpdate: try row.optional("this_update"), nextUpdate: try row.optional("next_update"),
                checkedAt: try row.get("checked_at"), detail: try row.get("detail")),
            material: try material.map { BlobRef(sha256: $0, byteCount: try row.get("material_bytes")) },
            usedAt: try row.get("used_at"))
    }

    private static func joined(_ certificates: [Certificate]) -> Data {
        Data(certificates.prefix(10).map(\.pem).joined().utf8)
    }
}

/// A status with what was asked about and the authority's own words.
struct KnownStatus: Sendable {
    var certificate: Certificate
    /// What stands above it, as the key's holder brought it.
    var beside: [Certificate]
    var status: CertificateStatus
    /// OCSP answers and lists as they came.
    var material: BlobRef?
    /// When somebody last wanted to sign with it.
    var usedAt: Date
}
