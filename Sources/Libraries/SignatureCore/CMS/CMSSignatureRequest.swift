package import Digests
package import Foundation

/// A detached CMS signature half made: the signed attributes for one document digest, waiting for the key holder's
/// answer. Small and serialisable, so another process or another day may finish it.
///
/// Attributes of a baseline signature: content-type, message-digest, signing-certificate-v2; no signing-time
/// (ETSI EN 319 142-1 Table 1, EN 319 122-1 §5). The older `adbe.pkcs7.detached` carries its time there.
package struct CMSSignatureRequest: Codable, Sendable, Hashable {
    package let digestAlgorithm: DigestAlgorithm
    package let certificate: Certificate
    package let chain: [Certificate]
    /// An RSA key signs by RSASSA-PSS.
    package let usesPSS: Bool
    /// DER of the signed attributes as a SET OF: the bytes the key holder signs (RFC 5652 §5.4).
    package let messageToSign: Data

    package static func prepare(
        documentDigest: Data, digestAlgorithm: DigestAlgorithm, certificate: Certificate, chain: [Certificate],
        signingTime: Date? = nil, usesPSS: Bool = false
    ) throws(SignatureError) -> CMSSignatureRequest {
        guard documentDigest.count == digestAlgorithm.byteCount else { throw .unsupportedAlgorithm("digest length") }
        _ = try SignatureAlgorithm(key: certificate.publicKey, digest: digestAlgorithm, usesPSS: usesPSS)
        let time = signingTime.map { [attribute(.signingTime, DER.time($0))] } ?? []
        let attributes = DER.set(
            of: [
                attribute(.contentType, DER.identifier(.data)),
                attribute(.messageDigest, DER.octets(documentDigest)),
                attribute(.signingCertificateV2, essReference(to: certificate)),
            ] + time)
        return CMSSignatureRequest(
            digestAlgorithm: digestAlgorithm, certificate: certificate, chain: chain.filter { $0 != certificate },
            usesPSS: usesPSS, messageToSign: Data(attributes))
    }

    /// DER of the ContentInfo, with the chain and the timestamp token inside.
    ///
    /// The signature is checked first: a wrong answer is refused with `signatureDoesNotVerify` and never written.
    package func finish(signature: Data, timestampToken: Data? = nil) throws(SignatureError) -> Data {
        let algorithm = try SignatureAlgorithm(key: certificate.publicKey, digest: digestAlgorithm, usesPSS: usesPSS)
        guard
            algorithm.check(signature, over: .bytes(messageToSign), digest: digestAlgorithm, by: certificate) == .valid
        else { throw .signatureDoesNotVerify }
        return Data(encoded(algorithm, signature: signature, timestampToken: timestampToken))
    }

    /// Bytes a finished signature may take; an upper bound, with room for a timestamp token of `timestampReserve`.
    package static func estimatedSize(
        certificate: Certificate, chain: [Certificate], withTimestamp: Bool, timestampReserve: Int = 8192
    ) -> Int {
        let certificates = ([certificate] + chain).reduce(0) { $0 + $1.der.count }
        // 512 covers attributes, identifiers and lengths (measured below 330 with SHA-512).
        return certificates + certificate.issuer.der.count + certificate.publicKey.signatureByteCount + 512
            + (withTimestamp ? timestampReserve : 0)
    }

    private func encoded(_ algorithm: SignatureAlgorithm, signature: Data, timestampToken: Data?) -> [UInt8] {
        let signedAttributes = [DERTag.context(0)] + messageToSign.dropFirst()
        let unsignedAttributes = timestampToken.map {
            DER.set(of: [Self.attribute(.signatureTimeStamp, [UInt8]($0))], tag: DERTag.context(1))
        }
        let signerIdentifier = DER.sequence(
            [UInt8](certificate.issuer.der), DER.element(DERTag.integer, certificate.serialNumber))
        let signerInfo = DER.sequence(
            DER.integer(1), signerIdentifier, digestAlgorithm.encodedIdentifier, signedAttributes,
            algorithm.encodedIdentifier, DER.octets(signature), unsignedAttributes ?? [])
        let certificates = DER.set(of: ([certificate] + chain).map { [UInt8]($0.der) }, tag: DERTag.context(0))
        let signedData = DER.sequence(
            DER.integer(1), DER.set(of: [digestAlgorithm.encodedIdentifier]), DER.sequence(DER.identifier(.data)),
            certificates, DER.set(of: [signerInfo]))
        return DER.sequence(DER.identifier(.signedData), DER.element(DERTag.context(0), signedData))
    }

    private static func attribute(_ type: ObjectIdentifier, _ value: [UInt8]) -> [UInt8] {
        DER.sequence(DER.identifier(type), DER.set(of: [value]))
    }

    /// SigningCertificateV2 with SHA-256, its default and therefore not written (RFC 5035 §3). The issuer and serial
    /// number stand in the signer identifier already.
    private static func essReference(to certificate: Certificate) -> [UInt8] {
        DER.sequence(DER.sequence(DER.sequence(DER.octets(DigestAlgorithm.sha256.digest(certificate.der)))))
    }
}

extension CMSSignatureRequest {
    /// Asks `key` to sign and, when `authority` is given, has the signature value timestamped.
    package func signed(
        by key: some SigningKey, timestampedBy authority: TimestampAuthority? = nil
    ) async throws -> Data {
        let signature =
            try await usesPSS
            ? key.signPSS(messageToSign, digest: digestAlgorithm) : key.sign(messageToSign, digest: digestAlgorithm)
        let token = try await authority?.stamp(DigestAlgorithm.sha256.digest(signature))
        return try finish(signature: signature, timestampToken: token)
    }
}

extension SigningKey {
    /// A detached signature over `document`, with the digest that suits the key.
    package func signDetached(_ document: Data, timestampedBy authority: TimestampAuthority? = nil) async throws -> Data
    {
        let digest = certificate.preferredDigest
        let request = try CMSSignatureRequest.prepare(
            documentDigest: digest.digest(document), digestAlgorithm: digest, certificate: certificate, chain: chain)
        return try await request.signed(by: self, timestampedBy: authority)
    }
}
