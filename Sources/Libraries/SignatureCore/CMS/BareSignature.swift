package import Digests
package import Foundation

/// An RSA signature value alone, as PDF files of old years carry it beside the signer's certificates
/// (adbe.x509.rsa_sha1, ISO 32000-1 §12.8.3.2).
package struct BareSignature: Sendable {
    /// The digests the standard lists for it, oldest first; the value itself says which one it is made over.
    package static let digests: [DigestAlgorithm] = [.sha1, .sha256, .sha384, .sha512]
    private static let mostCertificates = 16

    package let signature: Data
    package let certificates: [Certificate]
    /// Whether the bytes after the value are all zero.
    package let paddingIsZero: Bool

    /// Reads an OCTET STRING. The first of `certificates` is the signer's; others that cannot be read are left out.
    package init(der: Data, certificates: [Data]) throws(DERError) {
        let bytes = [UInt8](der)
        var reader = try DERReader(bytes)
        let value = try reader.next(DERTag.octetString, "signature")
        signature = value.contentData
        paddingIsZero = bytes[value.end...].allSatisfy { $0 == 0 }
        let signer = try certificates.first.map { data throws(DERError) in try Certificate(der: data) }
        let others = certificates.dropFirst().prefix(Self.mostCertificates).compactMap { try? Certificate(der: $0) }
        self.certificates = [signer].compactMap(\.self) + others
    }

    /// Collects what holds about the signature for the document whose digest `documentDigest` computes.
    ///
    /// Where the value does not open under the signer's key no digest is known, and nothing is said of the document.
    package func verify(
        documentDigest: (DigestAlgorithm) -> Data, trust: TrustStore, at date: Date,
        material: ValidationMaterial = ValidationMaterial(), proofs: ProofsOfExistence = ProofsOfExistence()
    ) -> CMSReport {
        let signer = certificates.first
        let opened = signer.flatMap(openedDigest)
        let obstacle = signer.flatMap { SignatureAlgorithm.rsaPKCS1(nil).obstacle(digest: .sha1, by: $0) }
        let proven = proofs.time(of: signature)
        let own = [
            opened.flatMap { AlgorithmPolicy.standard.problem($0.algorithm) },
            signer.flatMap { AlgorithmPolicy.standard.problem($0.publicKey, of: $0) },
        ].compactMap(\.self)
        var report = CMSReport(
            formProblems: [], digestAlgorithm: opened?.algorithm, signatureAlgorithm: .rsaPKCS1(opened?.algorithm),
            messageDigestMatches: opened.map { documentDigest($0.algorithm) == $0.digest } ?? false,
            signature: opened != nil ? .valid : obstacle == nil ? .invalid : .unsupported, signatureObstacle: obstacle,
            essMatches: .absent, signer: signer,
            timestampUnreadable: false, weaknesses: Set(own.map(\.weakness)), provenTime: proven)
        var known = material
        known.certificates += certificates
        report.path = signer.map { signer in
            trust.answer(
                PathQuestion(
                    certificate: signer, usage: .signing, now: date, proof: proven, helpers: certificates,
                    material: known, proofs: proofs))
        }
        report.addConclusions(own: own)
        return report
    }

    private func openedDigest(by signer: Certificate) -> (algorithm: DigestAlgorithm, digest: Data)? {
        for algorithm in Self.digests {
            if let digest = SignatureAlgorithm.opened(signature, as: algorithm, by: signer) {
                return (algorithm, digest)
            }
        }
        return nil
    }
}
