// Every SQL statement on the evidence kept with signatures.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore

struct EvidenceTable {
    let tx: Transaction

    func add(_ evidence: SignatureEvidence) throws {
        let status = evidence.status
        try tx.execute(
            """
            INSERT INTO signature_evidence (sha256, byte_count, holder_kind, holder_id, person_id, person_name,
                                            certificate, signed_at, answer, source, this_update, next_update,
                                            checked_at, material_sha256, material_bytes)
            VALUES (\(evidence.file.sha256), \(evidence.file.byteCount), \(evidence.holder.kind),
                    \(evidence.holder.id), \(evidence.person?.rawValue), \(evidence.personName),
                    \(evidence.certificate.der), \(evidence.signedAt), \(status.answer), \(status.source),
                    \(status.thisUpdate), \(status.nextUpdate), \(status.checkedAt), \(evidence.material?.sha256),
                    \(evidence.material?.byteCount))
            ON CONFLICT DO NOTHING
            """)
    }

    func of(_ files: [String]) throws -> [SignatureEvidence] {
        try tx.rows("SELECT * FROM signature_evidence WHERE sha256 IN \(list: files) ORDER BY signed_at, id")
            .map(Self.evidence)
    }

    private static func evidence(_ row: Row) throws -> SignatureEvidence {
        let material: String? = try row.optional("material_sha256")
        let kind: String = try row.get("holder_kind")
        let holder: KeyHolder = kind == "seal" ? .seal : .person(PersonID(try row.get("holder_id", as: Int64.self)))
        return SignatureEvidence(
            file: BlobRef(sha256: try row.get("sha256"), byteCount: try row.get("byte_count")), holder: holder,
            person: try row.optional("person_id", as: Int64.self).map { PersonID($0) },
            personName: try row.get("person_name"),
            certificate: try Certificate(der: try row.get("certificate", as: Data.self)),
            signedAt: try row.get("signed_at"),
            status: CertificateStatus(
                try row.get("answer"), source: try row.get("source"), thisUpdate: try row.optional("this_update"),
                nextUpdate: try row.optional("next_update"), checkedAt: try row.get("checked_at")),
            material: try material.map { BlobRef(sha256: $0, byteCount: try row.get("material_bytes")) })
    }
}
