// What the office keeps with every signature it makes (TT 15/2025/TT-BKHCN: certificate, status used, result).
package import Foundation
package import Platform
package import Records
package import SignatureCore

/// One signature, by the file it made: the certificate, and what was known of it when its holder signed.
package struct SignatureEvidence: Sendable {
    package let file: BlobRef
    package let holder: KeyHolder
    /// Who operated the key; for the seal, the clerk.
    package let person: PersonID?
    package let personName: String
    package let certificate: Certificate
    package let signedAt: Date
    package let status: CertificateStatus
    /// OCSP answers and lists as they came.
    package let material: BlobRef?
}

package struct Evidence: Sendable {
    private let ground: Groundwork

    package init(ground: Groundwork) { self.ground = ground }

    /// Keeps the evidence of the signature that made each of `files`; telling it twice keeps it once.
    package func record(
        _ files: [BlobRef], certificate: Certificate, holder: KeyHolder, by person: PersonID?, personName: String
    ) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let known = try StatusTable(tx: tx).find(certificate.fingerprint)
            let status = known?.status ?? CertificateStatus(.unknown, checkedAt: now)
            for file in files {
                try EvidenceTable(tx: tx).add(
                    SignatureEvidence(
                        file: file, holder: holder, person: person, personName: personName, certificate: certificate,
                        signedAt: now, status: status, material: known?.material))
            }
        }
    }

    /// The evidence of the signatures that made these files, by their SHA-256.
    func of(_ files: [String]) async throws -> [SignatureEvidence] {
        try await ground.database.read { try EvidenceTable(tx: $0).of(files) }
    }
}
