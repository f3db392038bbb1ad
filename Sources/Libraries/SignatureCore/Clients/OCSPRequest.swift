package import Digests
package import Foundation

/// A question about one certificate (RFC 6960 §4.1).
package struct OCSPRequest: Sendable, Hashable {
    package let der: Data
    let nonce: Data?

    package static let contentType = "application/ocsp-request"

    /// SHA-1 names the issuer, as every responder understands it (RFC 5019 §2.1.1); it protects nothing here.
    package init(
        about certificate: Certificate, issuedBy issuer: Certificate, digest: DigestAlgorithm = .sha1,
        asksNonce: Bool = false
    ) {
        let identifier = DER.sequence(
            DER.sequence(DER.identifier(digest.identifier), DER.null),
            DER.octets(digest.digest(certificate.issuer.der)), DER.octets(digest.digest(issuer.publicKeyBits)),
            DER.element(DERTag.integer, certificate.serialNumber))
        let nonce = asksNonce ? randomBytes(16) : nil
        let extensions = nonce.map { nonce in
            let member = DER.sequence(DER.identifier(.ocspNonce), DER.octets(DER.octets(nonce)))
            return DER.element(DERTag.context(2), DER.sequence(member))
        }
        self.nonce = nonce
        der = Data(DER.sequence(DER.sequence(DER.sequence(DER.sequence(identifier)), extensions ?? [])))
    }
}
