package import Digests
package import Foundation

/// What a CMS SignedData (RFC 5652) of foreign origin contains. Facts only; `verify` and the caller's policy judge.
package struct CMSFacts: Sendable {
    /// Departures from what a PDF signature asks for (ISO 32000-2 §12.8.3.3, EN 319 142-1); the first signer is read.
    package enum FormProblem: String, Sendable, Hashable, Codable, CaseIterable {
        case encapsulatedContent, wrongContentType, noSigner, severalSigners, missingSignedAttributes,
            missingMessageDigest, wrongContentTypeAttribute, repeatedAttribute, attributesNotDER,
            digestAlgorithmNotListed, unsupportedDigest, unreadableCertificate, attributeWithSeveralValues
    }

    /// Reference to the signer's certificate inside the signed attributes (RFC 2634, RFC 5035).
    struct ESSReference: Sendable {
        var algorithm: DigestAlgorithm?
        var certificateHash: Data
        var serialNumber: Data?
    }

    enum SignerIdentifier: Sendable, Hashable {
        case issuerAndSerial(issuer: Data, serial: Data)
        case keyIdentifier(Data)
    }

    package private(set) var formProblems: Set<FormProblem> = []
    package private(set) var certificates: [Certificate] = []
    package private(set) var signer: Certificate?
    package private(set) var digestAlgorithm: DigestAlgorithm?
    package private(set) var signatureAlgorithm: SignatureAlgorithm = .unsupported("")
    package private(set) var messageDigest: Data?
    package private(set) var signingTimeClaimed: Date?
    package private(set) var signature = Data()
    /// DER of the signature timestamp tokens among the unsigned attributes.
    package private(set) var timestampTokens: [Data] = []
    /// Bytes the structure took of the input; what follows in a PDF's /Contents must be padding.
    package let encodedByteCount: Int
    /// Whether the bytes after the structure are all zero.
    package let paddingIsZero: Bool
    package private(set) var signedAttributeTypes: [String] = []

    private(set) var signerIdentifier: SignerIdentifier?
    private(set) var essReferences: [ESSReference] = []
    /// The signed attributes as a SET OF, as they stand and in DER order where that differs.
    private(set) var signedAttributes: Data?
    private(set) var contentType: ObjectIdentifier = .data
    private(set) var encapsulatedContent: Data?

    /// Reads a ContentInfo; indefinite lengths are tolerated. Limits: 8 MiB, 32 levels, 256 members a set.
    package init(der: Data) throws(DERError) {
        try self.init(der: der, expecting: .data)
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

    /// The same facts with the signer's certificate looked up among `candidates` where the structure has none.
    package func resolvingSigner(among candidates: [Certificate]) -> CMSFacts {
        guard signer == nil, let signerIdentifier else { return self }
        var resolved = self
        resolved.signer = candidates.first { $0.isNamed(by: signerIdentifier) }
        return resolved
    }

    private static func root(of bytes: [UInt8]) throws(DERError) -> (DERValue, Int) {
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
        _ = try fields.nextIf(DERTag.context(1))
        let signers = try fields.next(DERTag.set, "signerInfos").members()
        if signers.count > 1 { formProblems.insert(.severalSigners) }
        guard let first = signers.first else {
            formProblems.insert(.noSigner)
            return
        }
        try readSigner(first)
        var isListed = false
        for member in listed {
            if try SignatureAlgorithm.digestAlgorithm(member) == digestAlgorithm { isListed = true }
        }
        if !isListed { formProblems.insert(.digestAlgorithmNotListed) }
    }

    private mutating func readContent(_ value: DERValue, expecting: ObjectIdentifier) throws(DERError) {
        var fields = try value.reader()
        contentType = try fields.next().objectIdentifier()
        if contentType != expecting { formProblems.insert(.wrongContentType) }
        guard let explicit = try fields.nextIf(DERTag.context(0)) else { return }
        var content = try explicit.reader()
        encapsulatedContent = Data(try content.next(DERTag.octetString, "eContent").content)
        if expecting == .data { formProblems.insert(.encapsulatedContent) }
    }

    /// A certificate that cannot be read is left out: it may not be the signer's.
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
        signer = certificates.first { $0.isNamed(by: identifier) }
        digestAlgorithm = try SignatureAlgorithm.digestAlgorithm(try fields.next(DERTag.sequence, "digestAlgorithm"))
        if digestAlgorithm == nil { formProblems.insert(.unsupportedDigest) }
        if let attributes = try fields.nextIf(DERTag.context(0)) { try readSignedAttributes(attributes) }
        signatureAlgorithm = try SignatureAlgorithm(try fields.next(DERTag.sequence, "signatureAlgorithm"))
        signature = Data(try fields.next(DERTag.octetString, "signature").content)
        if let attributes = try fields.nextIf(DERTag.context(1)) { try readUnsignedAttributes(attributes) }
        if signedAttributes == nil { formProblems.insert(.missingSignedAttributes) }
    }

    private static func identifier(_ value: DERValue) throws(DERError) -> SignerIdentifier {
        if value.tag == DERTag.primitive(0) { return .keyIdentifier(Data(value.content)) }
        var fields = try value.reader()
        let issuer = Data(try fields.next(DERTag.sequence, "issuer").encoded)
        return .issuerAndSerial(issuer: issuer, serial: Data(try fields.next(DERTag.integer, "serialNumber").content))
    }

    private mutating func readSignedAttributes(_ value: DERValue) throws(DERError) {
        signedAttributes = Data([DERTag.set] + value.encoded.dropFirst())
        let members = try value.members()
        let inOrder = members.map { [UInt8]($0.encoded) }
        if DER.set(of: inOrder) != [UInt8](signedAttributes ?? Data()) { formProblems.insert(.attributesNotDER) }
        var seen: Set<ObjectIdentifier> = []
        var contentTypeAttribute: ObjectIdentifier?
        for member in members {
            let (type, values) = try Self.attribute(member)
            signedAttributeTypes.append(type.description)
            if !seen.insert(type).inserted { formProblems.insert(.repeatedAttribute) }
            if values.count > 1 { formProblems.insert(.attributeWithSeveralValues) }
            guard let first = values.first else { continue }
            switch type {
            case .contentType: contentTypeAttribute = try first.objectIdentifier()
            case .messageDigest where messageDigest == nil: messageDigest = Data(first.content)
            case .signingTime: signingTimeClaimed = try first.time()
            case .signingCertificate: try readESS(first, isVersion2: false)
            case .signingCertificateV2: try readESS(first, isVersion2: true)
            default: continue
            }
        }
        if messageDigest == nil { formProblems.insert(.missingMessageDigest) }
        if contentTypeAttribute != contentType { formProblems.insert(.wrongContentTypeAttribute) }
    }

    private mutating func readUnsignedAttributes(_ value: DERValue) throws(DERError) {
        for member in try value.members() {
            let (type, values) = try Self.attribute(member)
            guard type == .signatureTimeStamp else { continue }
            timestampTokens += values.map { Data($0.encoded) }
        }
    }

    private static func attribute(_ value: DERValue) throws(DERError) -> (ObjectIdentifier, [DERValue]) {
        var fields = try value.reader()
        let type = try fields.next().objectIdentifier()
        return (type, try fields.next(DERTag.set, "attrValues").members())
    }

    private mutating func readESS(_ value: DERValue, isVersion2: Bool) throws(DERError) {
        var fields = try value.reader()
        let references = try fields.next(DERTag.sequence, "certs").members()
        // Only the first reference names the signer's certificate (RFC 5035 §3).
        guard let first = references.first else { return }
        var parts = try first.reader()
        var algorithm: DigestAlgorithm? = isVersion2 ? .sha256 : .sha1
        if isVersion2, let identifier = try parts.nextIf(DERTag.sequence) {
            algorithm = try SignatureAlgorithm.digestAlgorithm(identifier)
        }
        let hash = Data(try parts.next(DERTag.octetString, "certHash").content)
        var serial: Data?
        if let issuerSerial = try parts.nextIf(DERTag.sequence) {
            var names = try issuerSerial.reader()
            _ = try names.next(DERTag.sequence, "issuer")
            serial = Data(try names.next(DERTag.integer, "serialNumber").content)
        }
        essReferences.append(ESSReference(algorithm: algorithm, certificateHash: hash, serialNumber: serial))
    }
}

extension Certificate {
    func isNamed(by identifier: CMSFacts.SignerIdentifier) -> Bool {
        switch identifier {
        case .issuerAndSerial(let issuer, let serial): self.issuer.der == issuer && serialNumber == serial
        case .keyIdentifier(let identifier): subjectKeyIdentifier == identifier
        }
    }
}
