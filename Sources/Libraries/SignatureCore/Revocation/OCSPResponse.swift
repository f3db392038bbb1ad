import Digests
package import Foundation

/// A responder's answer about certificates (RFC 6960 §4.2). Facts only.
package struct OCSPResponse: Sendable {
    /// One certificate's status within the answer.
    struct Single: Sendable {
        var algorithm: DigestAlgorithm?
        var issuerNameHash: Data
        var issuerKeyHash: Data
        var serialNumber: Data
        var status: RevocationStatus
        var thisUpdate: Date
        var nextUpdate: Date?
        /// Certificates that expired since then are still answered for (§4.4.4).
        var archiveCutoff: Date?
        var hasUnknownCritical = false
    }

    enum ResponderName: Sendable, Hashable {
        case name(DistinguishedName)
        case keyHash(Data)
    }

    package let der: Data
    /// 0 when the rest is there, else why it is not: 1 malformed, 2 internal, 3 later, 5 signature wanted, 6 refused.
    package let responseStatus: Int
    package private(set) var producedAt = Date.distantPast
    package private(set) var certificates: [Certificate] = []
    private(set) var responder: ResponderName?
    private(set) var singles: [Single] = []
    private(set) var nonce: Data?
    private(set) var hasUnknownCritical = false
    private(set) var signatureAlgorithm: SignatureAlgorithm = .unsupported("")
    private var signature = Data()
    private var signedPart = Data()

    package init(der: Data) throws(DERError) {
        self.der = der
        var outer = try DERReader([UInt8](der))
        var fields = try outer.next(DERTag.sequence, "OCSPResponse").reader()
        try outer.finish()
        responseStatus = try fields.next().enumeration()
        guard responseStatus == 0 else { return }
        guard let bytes = try fields.nextExplicit(0) else {
            throw DERError(reason: .expected("responseBytes"), offset: fields.offset)
        }
        var response = try bytes.reader()
        guard try response.next().objectIdentifier() == .ocspBasic else {
            throw DERError(reason: .expected("BasicOCSPResponse"), offset: bytes.start)
        }
        try readBasic(try response.next(DERTag.octetString, "response").wrapped())
    }

    /// The whole answer around a BasicOCSPResponse, which is all that some attributes keep.
    init(basic: Data) throws(DERError) {
        let bytes = DER.sequence(DER.identifier(.ocspBasic), DER.octets(basic))
        let status = DER.element(DERTag.enumerated, [0])
        try self.init(der: Data(DER.sequence(status, DER.element(DERTag.context(0), bytes))))
    }

    func isSigned(by authority: Certificate) -> Bool {
        signatureAlgorithm.check(signature, over: signedPart, by: authority) == .valid
    }

    /// The part that speaks of `certificate` as issued by `issuer`; of several the one that says the worst.
    func single(for certificate: Certificate, issuedBy issuer: Certificate) -> Single? {
        let matching = singles.filter { single in
            guard single.serialNumber == certificate.serialNumber, let algorithm = single.algorithm else {
                return false
            }
            return single.issuerNameHash == algorithm.digest(certificate.issuer.der)
                && single.issuerKeyHash == algorithm.digest(issuer.publicKeyBits)
        }
        return matching.first { $0.status.isRevoked } ?? matching.first { $0.status == .unknown } ?? matching.first
    }

    /// Whether `candidate` is the one the answer names as its signer.
    func isNamed(_ candidate: Certificate) -> Bool {
        switch responder {
        case .name(let name): candidate.subject.matches(name)
        // §4.2.1: always SHA-1, of the key's bits; a name, not a protection.
        case .keyHash(let hash): DigestAlgorithm.sha1.digest(candidate.publicKeyBits) == hash
        case nil: false
        }
    }

    // MARK: reading

    private mutating func readBasic(_ value: DERValue) throws(DERError) {
        var basic = try value.reader()
        let body = try basic.next(DERTag.sequence, "ResponseData")
        signedPart = body.encodedData
        signatureAlgorithm = try SignatureAlgorithm(try basic.next(DERTag.sequence, "signatureAlgorithm"))
        signature = Data(try basic.next(DERTag.bitString, "signature").bitStringOctets())
        if let list = try basic.nextExplicit(0) {
            for member in try list.members() { certificates.append(try Certificate(member)) }
        }
        var fields = try body.reader()
        _ = try fields.nextExplicit(0)
        responder = try Self.responder(try fields.next())
        producedAt = try fields.next(DERTag.generalizedTime, "producedAt").time()
        for member in try fields.next(DERTag.sequence, "responses").members() { singles.append(try Single(member)) }
        if let extensions = try fields.nextIf(DERTag.context(1)) { try readExtensions(extensions) }
    }

    private static func responder(_ value: DERValue) throws(DERError) -> ResponderName {
        switch value.tag {
        case DERTag.context(1):
            var reader = try value.reader()
            return .name(try DistinguishedName(try reader.next(DERTag.sequence, "byName")))
        case DERTag.context(2):
            var reader = try value.reader()
            return .keyHash(try reader.next(DERTag.octetString, "byKey").contentData)
        default: throw DERError(reason: .expected("ResponderID"), offset: value.start)
        }
    }

    private mutating func readExtensions(_ value: DERValue) throws(DERError) {
        for member in try ExtensionList.members(of: value) {
            if member.type == .ocspNonce {
                // Some responders forget the OCTET STRING inside.
                nonce = (try? member.value.wrapped().contentData) ?? member.value.contentData
            } else if member.isCritical {
                hasUnknownCritical = true
            }
        }
    }
}

extension OCSPResponse.Single {
    fileprivate init(_ value: DERValue) throws(DERError) {
        var fields = try value.reader()
        var identifier = try fields.next(DERTag.sequence, "certID").reader()
        algorithm = try SignatureAlgorithm.digestAlgorithm(try identifier.next(DERTag.sequence, "hashAlgorithm"))
        issuerNameHash = try identifier.next(DERTag.octetString, "issuerNameHash").contentData
        issuerKeyHash = try identifier.next(DERTag.octetString, "issuerKeyHash").contentData
        serialNumber = try identifier.next(DERTag.integer, "serialNumber").contentData
        status = try Self.status(try fields.next())
        thisUpdate = try fields.next(DERTag.generalizedTime, "thisUpdate").time()
        nextUpdate = try fields.nextExplicit(0).map { value throws(DERError) in try value.time() }
        guard let extensions = try fields.nextIf(DERTag.context(1)) else { return }
        for member in try ExtensionList.members(of: extensions) {
            if member.type == .ocspArchiveCutoff {
                archiveCutoff = try member.value.wrapped().time()
            } else if member.isCritical {
                hasUnknownCritical = true
            }
        }
    }

    private static func status(_ value: DERValue) throws(DERError) -> RevocationStatus {
        switch value.tag {
        case DERTag.primitive(0): return .good
        case DERTag.primitive(2): return .unknown
        case DERTag.context(1):
            var fields = try value.reader()
            let time = try fields.next(DERTag.generalizedTime, "revocationTime").time()
            let reason = try fields.nextExplicit(0)?.enumeration()
            return .revoked(at: time, reason: reason.flatMap(RevocationReason.init(rawValue:)))
        default: throw DERError(reason: .expected("CertStatus"), offset: value.start)
        }
    }
}
