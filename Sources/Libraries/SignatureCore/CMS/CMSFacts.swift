package import Digests
package import Foundation

/// What a CMS SignedData (RFC 5652) of foreign origin contains. Facts only; `verify` and the caller's policy judge.
package struct CMSFacts: Sendable {
    /// Departures from what a PDF signature asks for (ISO 32000-2 §12.8.3.3, EN 319 142-1); the first signer is read.
    package enum FormProblem: String, Sendable, Hashable, Codable, CaseIterable {
        case encapsulatedContent, wrongContentType, noSigner, severalSigners, missingSignedAttributes,
            missingMessageDigest, wrongContentTypeAttribute, repeatedAttribute, attributesNotDER,
            digestAlgorithmNotListed, unsupportedDigest, unreadableCertificate, attributeWithSeveralValues,
            unreadableAttribute, algorithmProtectionMismatch, missingContent
    }

    enum SignerIdentifier: Sendable, Hashable {
        case issuerAndSerial(issuer: DistinguishedName, serial: Data)
        case keyIdentifier(Data)
    }

    /// What of a document the structure is made over.
    package enum Content: Sendable, Hashable {
        /// The document itself, which is not inside.
        case detached
        /// The SHA-1 digest of the document, which is inside (adbe.pkcs7.sha1, ISO 32000-1 §12.8.3.3.1).
        case digest
    }

    package private(set) var formProblems: Set<FormProblem> = []
    package private(set) var certificates: [Certificate] = []
    package private(set) var signer: Certificate?
    package private(set) var digestAlgorithm: DigestAlgorithm?
    package private(set) var signatureAlgorithm: SignatureAlgorithm = .unsupported("")
    package private(set) var signature = Data()
    package private(set) var signerCount = 0
    /// Bytes the structure took of the input; what follows in a PDF's /Contents must be padding.
    package let encodedByteCount: Int
    /// Whether the bytes after the structure are all zero.
    package let paddingIsZero: Bool

    private(set) var signed = SignedAttributes()
    private(set) var unsigned = UnsignedAttributes()
    private(set) var signerIdentifier: SignerIdentifier?
    /// The signed attributes as a SET OF, as they stand.
    private(set) var signedAttributes: Data?
    private(set) var contentType: ObjectIdentifier = .data
    private(set) var encapsulatedContent: Data?
    private var revocationData = ValidationMaterial()
    /// The document's digest that is signed in its place; nil where the document itself is.
    package private(set) var signedDigest: Data?

    package var messageDigest: Data? { signed.messageDigest }
    package var signingTimeClaimed: Date? { signed.signingTime }
    package var signedAttributeTypes: [String] { signed.types.map(\.description) }
    /// DER of the signature timestamp tokens among the unsigned attributes.
    package var timestampTokens: [Data] { unsigned.timestampTokens }
    /// DER of the timestamp tokens over the content among the signed attributes.
    package var contentTimestampTokens: [Data] { signed.contentTimestampTokens }
    /// DER of the authentication codes among the unsigned attributes (ISO/TS 32004).
    package var integrityCodes: [Data] { unsigned.integrityCodes }
    package var archiveTimestampCount: Int { unsigned.archiveTimestampCount }
    /// Dotted identifiers of what the signer committed to (EN 319 122-1 §5.2.3).
    package var commitmentTypes: [String] { signed.commitmentTypes }
    /// The policy an explicit-policy signature names (EN 319 122-1 §5.2.9), dotted.
    package var signaturePolicy: String? { signed.signaturePolicy }
    /// Certificates and revocation data found anywhere inside.
    package var embeddedMaterial: ValidationMaterial {
        var material = signed.material.merging(unsigned.material).merging(revocationData)
        material.certificates += certificates
        return material
    }

    /// Reads a ContentInfo; indefinite lengths are tolerated. Limits: 8 MiB, 32 levels, 256 members a set.
    package init(der: Data, content: Content = .detached) throws(DERError) {
        try self.init(der: der, expecting: .data)
        guard content == .digest else { return }
        signedDigest = encapsulatedContent
        formProblems.remove(.encapsulatedContent)
        if signedDigest == nil { formProblems.insert(.missingContent) }
    }

    /// `content` is the type of content expected: id-data outside, TSTInfo inside a timestamp token.
    init(der: Data, expecting content: ObjectIdentifier) throws(DERError) {
        let bytes = [UInt8](der)
        let (root, consumed) = try Self.root(of: bytes)
        encodedByteCount = consumed
        paddingIsZero = bytes[consumed...].allSatisfy { $0 == 0 }
        var contentInfo = try root.reader()
        guard try contentInfo.next().objectIdentifier() == .signedData else {
            throw DERError(reason: .expected("SignedData"), offset: root.start)
        }
        var explicit = try contentInfo.next(DERTag.context(0), "content").reader()
        try readSignedData(try explicit.next(DERTag.sequence, "SignedData"), expecting: content)
    }

    /// The first digest the structure lists, before what takes longer is read: an honest one's signer uses it.
    package static func announcedDigest(in der: Data) -> DigestAlgorithm? {
        do throws(DERError) {
            var outer = try DERReader([UInt8](der))
            var contentInfo = try outer.next(DERTag.sequence, "ContentInfo").reader()
            _ = try contentInfo.next()
            var explicit = try contentInfo.next(DERTag.context(0), "content").reader()
            var signedData = try explicit.next(DERTag.sequence, "SignedData").reader()
            _ = try signedData.next()
            var listed = try signedData.next(DERTag.set, "digestAlgorithms").reader()
            return try SignatureAlgorithm.digestAlgorithm(try listed.next())
        } catch {
            return nil
        }
    }

    /// The same facts with the signer's certificate looked up among `candidates` where the structure has none.
    package func resolvingSigner(among candidates: [Certificate]) -> CMSFacts {
        guard signer == nil, let signerIdentifier else { return self }
        var resolved = self
        resolved.signer = candidates.first { $0.isNamed(by: signerIdentifier) }
        return resolved
    }

    // MARK: reading

    static func root(of bytes: [UInt8]) throws(DERError) -> (DERValue, Int) {
        do throws(DERError) {
            var reader = try DERReader(bytes)
            let root = try reader.next(DERTag.sequence, "ContentInfo")
            try refuseConstructedStrings(in: root)
            return (root, root.end)
        } catch {
            let (normalised, consumed) = try BERNormaliser.normalise(bytes)
            var reader = try DERReader(normalised)
            return (try reader.next(DERTag.sequence, "ContentInfo"), consumed)
        }
    }

    /// A definite-length wrapper may still hold indefinite or pieced parts; the outer levels tell.
    private static func refuseConstructedStrings(in root: DERValue) throws(DERError) {
        var contentInfo = try root.reader()
        _ = try contentInfo.next()
        var explicit = try contentInfo.next().reader()
        for member in try explicit.next().members() where member.tag == DERTag.sequence {
            for part in try member.members() where part.tag == DERTag.context(0) {
                for content in try part.members() where content.tag == DERTag.constructedOctetString {
                    throw DERError(reason: .badTag, offset: content.start)
                }
            }
        }
    }

    private mutating func readSignedData(_ value: DERValue, expecting: ObjectIdentifier) throws(DERError) {
        var fields = try value.reader()
        _ = try fields.next(DERTag.integer, "version")
        let listed = try fields.next(DERTag.set, "digestAlgorithms").members()
        try readContent(try fields.next(DERTag.sequence, "encapContentInfo"), expecting: expecting)
        if let set = try fields.nextIf(DERTag.context(0)) { readCertificates(try set.members()) }
        if let set = try fields.nextIf(DERTag.context(1)) { revocationData = RevocationChoices.read(try set.members()) }
        let signers = try fields.next(DERTag.set, "signerInfos").members()
        try fields.finish()
        signerCount = signers.count
        if signers.count > 1 { formProblems.insert(.severalSigners) }
        guard let first = signers.first else {
            formProblems.insert(.noSigner)
            return
        }
        try readSigner(first)
        var isListed = false
        for member in listed where try SignatureAlgorithm.digestAlgorithm(member) == digestAlgorithm { isListed = true }
        if !isListed { formProblems.insert(.digestAlgorithmNotListed) }
    }

    private mutating func readContent(_ value: DERValue, expecting: ObjectIdentifier) throws(DERError) {
        var fields = try value.reader()
        contentType = try fields.next().objectIdentifier()
        if contentType != expecting { formProblems.insert(.wrongContentType) }
        guard let explicit = try fields.nextIf(DERTag.context(0)) else { return }
        var content = try explicit.reader()
        encapsulatedContent = try content.next(DERTag.octetString, "eContent").contentData
        if expecting == .data { formProblems.insert(.encapsulatedContent) }
    }

    /// Attribute certificates are passed over; a certificate that cannot be read is left out: it may not be the
    /// signer's.
    private mutating func readCertificates(_ members: [DERValue]) {
        for member in members where member.tag == DERTag.sequence {
            do throws(DERError) {
                certificates.append(try Certificate(member))
            } catch {
                formProblems.insert(.unreadableCertificate)
            }
        }
    }

    private mutating func readSigner(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        _ = try fields.next(DERTag.integer, "version")
        let identifier = try Self.identifier(try fields.next())
        signerIdentifier = identifier
        let digest = try fields.next(DERTag.sequence, "digestAlgorithm")
        digestAlgorithm = try SignatureAlgorithm.digestAlgorithm(digest)
        if digestAlgorithm == nil { formProblems.insert(.unsupportedDigest) }
        let attributes = try fields.nextIf(DERTag.context(0))
        let algorithm = try fields.next(DERTag.sequence, "signatureAlgorithm")
        signatureAlgorithm = try SignatureAlgorithm(algorithm)
        signature = try fields.next(DERTag.octetString, "signature").contentData
        if let attributes { try readSignedAttributes(attributes, digest: digest, signature: algorithm) }
        if let attributes = try fields.nextIf(DERTag.context(1)) { unsigned = UnsignedAttributes(attributes) }
        try fields.finish()
        if unsigned.isUnreadable { formProblems.insert(.unreadableAttribute) }
        if signedAttributes == nil { formProblems.insert(.missingSignedAttributes) }
        signer = certificate(named: identifier)
    }

    /// Of several certificates of one number the one the signed attributes mean.
    private func certificate(named identifier: SignerIdentifier) -> Certificate? {
        let named = certificates.filter { $0.isNamed(by: identifier) }
        guard named.count > 1, let first = signed.essReferences.first else { return named.first }
        return named.first(where: first.names) ?? named.first
    }

    private static func identifier(_ value: DERValue) throws(DERError) -> SignerIdentifier {
        if value.tag == DERTag.primitive(0) { return .keyIdentifier(value.contentData) }
        var fields = try value.reader()
        let issuer = try DistinguishedName(try fields.next(DERTag.sequence, "issuer"))
        return .issuerAndSerial(issuer: issuer, serial: try fields.next(DERTag.integer, "serialNumber").contentData)
    }

    private mutating func readSignedAttributes(
        _ value: DERValue, digest: DERValue, signature: DERValue
    ) throws(DERError) {
        var set = value.encodedData
        set[set.startIndex] = DERTag.set
        signedAttributes = set
        let members = try value.members()
        if !Self.isOrdered(members) { formProblems.insert(.attributesNotDER) }
        signed = try SignedAttributes(members)
        formProblems.formUnion(signed.problems)
        if signed.messageDigest == nil { formProblems.insert(.missingMessageDigest) }
        if signed.contentType != contentType { formProblems.insert(.wrongContentTypeAttribute) }
        if let protection = signed.algorithmProtection, !protection.matches(digest: digest, signature: signature) {
            formProblems.insert(.algorithmProtectionMismatch)
        }
    }

    /// DER sorts a SET OF by the encodings of its members (X.690 §11.6).
    private static func isOrdered(_ members: [DERValue]) -> Bool {
        zip(members, members.dropFirst()).allSatisfy { !$1.encoded.lexicographicallyPrecedes($0.encoded) }
    }
}

extension Certificate {
    func isNamed(by identifier: CMSFacts.SignerIdentifier) -> Bool {
        switch identifier {
        case .issuerAndSerial(let issuer, let serial): serialNumber == serial && self.issuer.matches(issuer)
        case .keyIdentifier(let identifier): subjectKeyIdentifier == identifier
        }
    }
}
