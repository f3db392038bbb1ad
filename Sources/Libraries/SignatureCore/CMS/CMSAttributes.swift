import Digests
import Foundation

/// The signed attributes this library knows (RFC 5652 §11, RFC 5035, ETSI EN 319 122-1 §5); others are only named.
struct SignedAttributes: Sendable {
    private(set) var types: [ObjectIdentifier] = []
    private(set) var problems: Set<CMSFacts.FormProblem> = []
    private(set) var contentType: ObjectIdentifier?
    private(set) var messageDigest: Data?
    private(set) var signingTime: Date?
    private(set) var essReferences: [ESSReference] = []
    private(set) var contentTimestampTokens: [Data] = []
    private(set) var commitmentTypes: [String] = []
    private(set) var signaturePolicy: String?
    private(set) var algorithmProtection: AlgorithmProtection?
    /// Revocation data under the signature (adbe-revocationInfoArchival).
    private(set) var material = ValidationMaterial()

    init() {}

    init(_ members: [DERValue]) throws(DERError) {
        var seen: Set<ObjectIdentifier> = []
        for member in members {
            let attribute = try CMSAttributeValue(member)
            types.append(attribute.type)
            if !seen.insert(attribute.type).inserted {
                problems.insert(.repeatedAttribute)
                continue
            }
            do throws(DERError) { try read(attribute) } catch { problems.insert(.unreadableAttribute) }
        }
    }

    private static let single: Set<ObjectIdentifier> = [
        .contentType, .messageDigest, .signingTime, .signingCertificate, .signingCertificateV2, .algorithmProtection,
    ]

    private mutating func read(_ attribute: CMSAttributeValue) throws(DERError) {
        if attribute.values.count != 1, Self.single.contains(attribute.type) || attribute.values.isEmpty {
            problems.insert(.attributeWithSeveralValues)
        }
        guard let first = attribute.values.first else { return }
        switch attribute.type {
        case .contentType: contentType = try first.objectIdentifier()
        case .messageDigest:
            guard first.tag == DERTag.octetString else {
                throw DERError(reason: .expected("OCTET STRING"), offset: first.start)
            }
            messageDigest = first.contentData
        case .signingTime: signingTime = try first.time()
        case .signingCertificate: essReferences += try ESSReference.first(in: first, isVersion2: false)
        case .signingCertificateV2: essReferences += try ESSReference.first(in: first, isVersion2: true)
        case .contentTimeStamp: contentTimestampTokens += attribute.values.map(\.encodedData)
        case .commitmentType: commitmentTypes += try attribute.values.map(Self.leadingIdentifier)
        case .signaturePolicy where first.tag == DERTag.sequence: signaturePolicy = try Self.leadingIdentifier(first)
        case .algorithmProtection: algorithmProtection = try AlgorithmProtection(first)
        case .revocationInfoArchival: material = try RevocationChoices.archival(first)
        default: return
        }
    }

    private static func leadingIdentifier(_ value: DERValue) throws(DERError) -> String {
        var fields = try value.reader()
        return try fields.next().objectIdentifier().description
    }
}

/// The unsigned attributes this library knows. Nobody signed them: what cannot be read is passed over.
struct UnsignedAttributes: Sendable {
    private(set) var timestampTokens: [Data] = []
    private(set) var archiveTimestampCount = 0
    /// Authentication codes of the revision of an encrypted PDF file (ISO/TS 32004).
    private(set) var integrityCodes: [Data] = []
    private(set) var material = ValidationMaterial()
    private(set) var isUnreadable = false

    init() {}

    init(_ set: DERValue) {
        do throws(DERError) {
            for member in try set.members() { try read(try CMSAttributeValue(member)) }
        } catch {
            isUnreadable = true
        }
    }

    private mutating func read(_ attribute: CMSAttributeValue) throws(DERError) {
        switch attribute.type {
        case .signatureTimeStamp: timestampTokens += attribute.values.map(\.encodedData)
        case .pdfMACData: integrityCodes += attribute.values.map(\.encodedData)
        case .revocationValues: try attribute.values.first.map { value throws(DERError) in try readValues(value) }
        case .certificateValues:
            for member in try attribute.values.first?.members() ?? [] {
                material.certificates.append(try Certificate(member))
            }
        case let type where ObjectIdentifier.archiveTimeStamps.contains(type):
            archiveTimestampCount += attribute.values.count
        default: return
        }
    }

    private mutating func readValues(_ value: DERValue) throws(DERError) {
        let values = try RevocationChoices.values(value)
        material.crls += values.crls
        material.ocspResponses += values.ocspResponses
    }
}

/// Type and values of an attribute (RFC 5652 §5.3).
struct CMSAttributeValue {
    var type: ObjectIdentifier
    var values: [DERValue]

    init(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        type = try fields.next().objectIdentifier()
        values = try fields.next(DERTag.set, "attrValues").members()
        try fields.finish()
    }
}

/// Reference to the signer's certificate inside the signed attributes (RFC 2634, RFC 5035).
struct ESSReference: Sendable {
    var algorithm: DigestAlgorithm?
    var certificateHash: Data
    var issuers: [GeneralName] = []
    var serialNumber: Data?

    /// Only the first reference names the signer's certificate (RFC 5035 §3).
    static func first(in value: DERValue, isVersion2: Bool) throws(DERError) -> [ESSReference] {
        var fields = try value.reader()
        guard let first = try fields.next(DERTag.sequence, "certs").members().first else { return [] }
        var parts = try first.reader()
        var algorithm: DigestAlgorithm? = isVersion2 ? .sha256 : .sha1
        if isVersion2, let identifier = try parts.nextIf(DERTag.sequence) {
            algorithm = try SignatureAlgorithm.digestAlgorithm(identifier)
        }
        var reference = ESSReference(
            algorithm: algorithm, certificateHash: try parts.next(DERTag.octetString, "certHash").contentData)
        if let issuerSerial = try parts.nextIf(DERTag.sequence) {
            var names = try issuerSerial.reader()
            reference.issuers = try GeneralName.list(try names.next(DERTag.sequence, "issuer"))
            reference.serialNumber = try names.next(DERTag.integer, "serialNumber").contentData
        }
        return [reference]
    }

    func names(_ certificate: Certificate) -> Bool {
        guard algorithm?.digest(certificate.der) == certificateHash else { return false }
        guard let serialNumber else { return true }
        return serialNumber == certificate.serialNumber
            && issuers.contains {
                if case .directory(let name) = $0 { name.matches(certificate.issuer) } else { false }
            }
    }
}

/// The algorithms the signer meant (RFC 6211), under the signature so that nobody may exchange them.
struct AlgorithmProtection: Sendable {
    private let digest: Data
    private let signature: Data?
    private let code: Data?

    init(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        digest = try fields.next(DERTag.sequence, "digestAlgorithm").encodedData
        signature = try fields.nextIf(DERTag.context(1)).map(\.contentData)
        code = try fields.nextIf(DERTag.context(2)).map(\.contentData)
    }

    func matches(digest: DERValue, signature: DERValue) -> Bool {
        guard Self.isSame(self.digest, digest.encodedData) else { return false }
        return self.signature.map { $0 == signature.contentData } ?? true
    }

    /// The same for a message authentication code.
    func matches(digest: DERValue, code: DERValue) -> Bool {
        // Tagged implicitly where it stands beside the content: only the tag differs.
        let untagged = Data([DERTag.sequence]) + digest.encodedData.dropFirst()
        return Self.isSame(self.digest, untagged) && self.code == code.contentData
    }

    /// Digest algorithms with NULL and without parameters are the same (RFC 5754 §2).
    private static func isSame(_ a: Data, _ b: Data) -> Bool {
        func algorithm(_ der: Data) -> DigestAlgorithm? {
            guard var reader = try? DERReader([UInt8](der)), let value = try? reader.next() else { return nil }
            return try? SignatureAlgorithm.digestAlgorithm(value)
        }
        return a == b || (algorithm(a) != nil && algorithm(a) == algorithm(b))
    }
}

/// The ways lists and answers travel inside a CMS.
enum RevocationChoices {
    /// RevocationInfoChoices (RFC 5652 §10.2.1, RFC 5940).
    static func read(_ members: [DERValue]) -> ValidationMaterial {
        var material = ValidationMaterial()
        for member in members {
            if member.tag == DERTag.sequence {
                material.crls.append(member.encodedData)
            } else if member.tag == DERTag.context(1), var fields = try? member.reader(),
                (try? fields.next().objectIdentifier()) == .ocspInCMS, let answer = try? fields.next()
            {
                material.ocspResponses.append(answer.encodedData)
            }
        }
        return material
    }

    /// RevocationInfoArchival (ISO 32000-2 §12.8.3.3.2).
    static func archival(_ value: DERValue) throws(DERError) -> ValidationMaterial {
        let (lists, answers) = try parts(value)
        return ValidationMaterial(crls: lists, ocspResponses: answers)
    }

    /// RevocationValues (EN 319 122-1 annex A.1.2), which keeps answers without their outer layer.
    static func values(_ value: DERValue) throws(DERError) -> ValidationMaterial {
        let (lists, answers) = try parts(value)
        var whole: [Data] = []
        for answer in answers { whole.append(try OCSPResponse(basic: answer).der) }
        return ValidationMaterial(crls: lists, ocspResponses: whole)
    }

    private static func parts(_ value: DERValue) throws(DERError) -> (lists: [Data], answers: [Data]) {
        var fields = try value.reader()
        let lists = try fields.nextExplicit(0)?.members().map(\.encodedData) ?? []
        return (lists, try fields.nextExplicit(1)?.members().map(\.encodedData) ?? [])
    }
}
