package import Digests
package import Foundation

/// The authentication code of one revision of an encrypted PDF file (ISO/TS 32004): CMS AuthenticatedData (RFC 5652 §9)
/// that only those who can open the file can make or check.
package enum IntegrityCode {
    /// What a code is made over.
    package struct Subject: Sendable, Hashable {
        package var digestAlgorithm: DigestAlgorithm
        /// Of the file without the hole.
        package var documentDigest: Data
        /// Of the value of the signature that carries the code; nil for a code that stands by itself.
        package var signatureDigest: Data?

        package init(_ digestAlgorithm: DigestAlgorithm, documentDigest: Data, signatureDigest: Data? = nil) {
            self.digestAlgorithm = digestAlgorithm
            self.documentDigest = documentDigest
            self.signatureDigest = signatureDigest
        }

        /// As long as one of real digests.
        fileprivate init(blank algorithm: DigestAlgorithm, isAttached: Bool) {
            let digest = Data(count: algorithm.byteCount)
            self.init(algorithm, documentDigest: digest, signatureDigest: isAttached ? digest : nil)
        }
    }

    static let keyByteCount = 32

    /// A code under a key of its own, made up for it and wrapped with `wrappingKey`.
    package static func made(over subject: Subject, under wrappingKey: Data) throws(SignatureError) -> Data {
        let key = randomBytes(keyByteCount)
        guard let wrapped = KeyWrap.wrap(key, under: wrappingKey) else { throw .library("AES key wrap") }
        return Data(encoded(subject, key: key, wrapped: wrapped))
    }

    /// Bytes of a code that stands by itself: neither more nor less, since nothing may stand behind it.
    package static func byteCount(_ algorithm: DigestAlgorithm) -> Int {
        blank(Subject(blank: algorithm, isAttached: false)).count
    }

    /// Bytes by which a signature that carries its code is longer, at most.
    package static func attachedByteCount(_ algorithm: DigestAlgorithm) -> Int {
        // Identifiers, and lengths that take more octets around more content.
        blank(Subject(blank: algorithm, isAttached: true)).count + 48
    }

    private static func blank(_ subject: Subject) -> [UInt8] {
        encoded(subject, key: Data(count: keyByteCount), wrapped: Data(count: keyByteCount + KeyWrap.overhead))
    }

    // MARK: encoding

    private static func encoded(_ subject: Subject, key: Data, wrapped: Data) -> [UInt8] {
        let content = integrityInfo(subject)
        let attributes = attributes(over: content, subject.digestAlgorithm)
        // RFC 5652 §9.2: what is authenticated are the attributes as a SET OF, not as they are tagged inside.
        let code = hmacSHA256(key: key, message: Data(attributes))
        let explicit = DER.element(DERTag.context(0), DER.octets(content))
        let authenticated = DER.sequence(
            DER.integer(0), DER.set(of: [recipient(wrapped)]), macAlgorithm,
            [DERTag.context(1)] + subject.digestAlgorithm.encodedIdentifier.dropFirst(),
            DER.sequence(DER.identifier(.pdfMACIntegrityInfo), explicit),
            [DERTag.context(2)] + attributes.dropFirst(), DER.octets(code))
        return DER.sequence(
            DER.identifier(.authenticatedData), DER.element(DERTag.context(0), authenticated))
    }

    private static var macAlgorithm: [UInt8] { DER.sequence(DER.identifier(.hmacWithSHA256)) }

    /// MacIntegrityInfo (ISO/TS 32004).
    static func integrityInfo(_ subject: Subject) -> [UInt8] {
        DER.sequence(
            DER.integer(0), DER.octets(subject.documentDigest),
            subject.signatureDigest.map { DER.element(DERTag.primitive(0), $0) } ?? [])
    }

    /// PasswordRecipientInfo (RFC 5652 §6.2.4); the password is the file's key.
    private static func recipient(_ wrapped: Data) -> [UInt8] {
        DER.element(
            DERTag.context(3),
            DER.integer(0) + DER.element(DERTag.context(0), DER.identifier(.pdfMACWrapKDF))
                + DER.sequence(DER.identifier(.aes256Wrap)) + DER.octets(wrapped))
    }

    /// The algorithms stand under the code, so that nobody may exchange them (RFC 6211).
    private static func attributes(over content: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8] {
        let protection = DER.sequence(
            algorithm.encodedIdentifier, [DERTag.context(2)] + macAlgorithm.dropFirst())
        return DER.set(of: [
            attribute(.contentType, DER.identifier(.pdfMACIntegrityInfo)),
            attribute(.messageDigest, DER.octets(algorithm.digest(Data(content)))),
            attribute(.algorithmProtection, protection),
        ])
    }

    private static func attribute(_ type: ObjectIdentifier, _ value: [UInt8]) -> [UInt8] {
        DER.sequence(DER.identifier(type), DER.set(of: [value]))
    }
}
