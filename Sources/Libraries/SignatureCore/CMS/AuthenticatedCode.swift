package import Digests
package import Foundation

/// An authentication code of foreign origin (ISO/TS 32004): read first, judged by whoever has the key.
package struct AuthenticatedCode: Sendable {
    package enum Finding: Sendable, Hashable {
        case right, wrong
        /// Made with algorithms that are not known here.
        case unsupported
    }

    /// Nil where it is none that a code may be made with.
    package let digestAlgorithm: DigestAlgorithm?
    private let usesKnownAlgorithms: Bool
    private let wrappedKey: Data
    private let content: Data
    /// The authenticated attributes as a SET OF, and what they say.
    private let attributes: Data
    private let agrees: Bool
    private let code: Data

    private static let digests: Set<DigestAlgorithm> = [
        .sha256, .sha384, .sha512, .sha3With256, .sha3With384, .sha3With512, .shake256,
    ]

    /// Reads AuthenticatedData (RFC 5652 §9.1) with nothing behind it. Unauthenticated attributes have no place in a code.
    package init(der: Data) throws(DERError) {
        var fields = try Self.authenticatedData(der).reader()
        try Self.expectVersionZero(try fields.next(DERTag.integer, "version"))
        let recipient = try Self.recipient(try fields.next(DERTag.set, "recipientInfos"))
        wrappedKey = recipient.key
        let algorithm = try fields.next(DERTag.sequence, "macAlgorithm")
        let isHMAC = try Self.identifier(of: algorithm) == .hmacWithSHA256
        usesKnownAlgorithms = recipient.isKnown && isHMAC
        let digest = try fields.next(DERTag.context(1), "digestAlgorithm")
        let named = try SignatureAlgorithm.digestAlgorithm(digest)
        digestAlgorithm = named.flatMap { Self.digests.contains($0) ? $0 : nil }
        content = try Self.content(try fields.next(DERTag.sequence, "encapContentInfo"))
        let set = try fields.next(DERTag.context(2), "authAttrs")
        attributes = Data([DERTag.set]) + set.encodedData.dropFirst()
        let signed = try SignedAttributes(try set.members())
        agrees =
            signed.problems.isEmpty && signed.contentType == .pdfMACIntegrityInfo
            && signed.messageDigest == digestAlgorithm?.digest(content)
            && signed.algorithmProtection?.matches(digest: digest, code: algorithm) ?? true
        code = try fields.next(DERTag.octetString, "mac").contentData
        try fields.finish()
    }

    /// Whether whoever made it could open the file, and made it over these bytes; `signature` is the value of the one that
    /// carries it.
    package func finding(under wrappingKey: Data, documentDigest: Data, signature: Data?) -> Finding {
        guard usesKnownAlgorithms, let digestAlgorithm else { return .unsupported }
        let subject = IntegrityCode.Subject(
            digestAlgorithm, documentDigest: documentDigest, signatureDigest: signature.map(digestAlgorithm.digest))
        guard let key = KeyWrap.unwrap(wrappedKey, under: wrappingKey),
            constantTimeEqual(hmacSHA256(key: key, message: attributes), code), agrees,
            content == Data(IntegrityCode.integrityInfo(subject))
        else { return .wrong }
        return .right
    }

    // MARK: reading

    private static func authenticatedData(_ der: Data) throws(DERError) -> DERValue {
        var reader = try DERReader([UInt8](der))
        var contentInfo = try reader.next(DERTag.sequence, "ContentInfo").reader()
        try reader.finish()
        guard try contentInfo.next().objectIdentifier() == .authenticatedData,
            let data = try contentInfo.nextExplicit(0), data.tag == DERTag.sequence
        else { throw DERError(reason: .expected("AuthenticatedData"), offset: 0) }
        try contentInfo.finish()
        return data
    }

    /// The only one: PasswordRecipientInfo (RFC 5652 §6.2.4).
    private static func recipient(_ set: DERValue) throws(DERError) -> (key: Data, isKnown: Bool) {
        let members = try set.members()
        guard members.count == 1, let only = members.first, only.tag == DERTag.context(3) else {
            throw DERError(reason: .expected("one recipient with a password"), offset: set.start)
        }
        var fields = try only.reader()
        try expectVersionZero(try fields.next(DERTag.integer, "version"))
        let derivation = try fields.next(DERTag.context(0), "keyDerivationAlgorithm")
        let encryption = try fields.next(DERTag.sequence, "keyEncryptionAlgorithm")
        let key = try fields.next(DERTag.octetString, "encryptedKey").contentData
        try fields.finish()
        let algorithms = [try identifier(of: derivation), try identifier(of: encryption)]
        return (key, algorithms == [.pdfMACWrapKDF, .aes256Wrap])
    }

    private static func expectVersionZero(_ value: DERValue) throws(DERError) {
        guard try value.smallInteger() == 0 else { throw DERError(reason: .outOfRange("version"), offset: value.start) }
    }

    private static func identifier(of algorithm: DERValue) throws(DERError) -> ObjectIdentifier {
        var fields = try algorithm.reader()
        return try fields.next().objectIdentifier()
    }

    private static func content(_ value: DERValue) throws(DERError) -> Data {
        var fields = try value.reader()
        guard try fields.next().objectIdentifier() == .pdfMACIntegrityInfo,
            let content = try fields.nextExplicit(0), content.tag == DERTag.octetString
        else { throw DERError(reason: .expected("MacIntegrityInfo"), offset: value.start) }
        return content.contentData
    }
}
