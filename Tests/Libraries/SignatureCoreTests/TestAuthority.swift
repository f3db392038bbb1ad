import Digests
import Foundation

@testable import SignatureCore

/// An authority that issues whatever a test asks for, right or wrong, at any time.
struct TestAuthority {
    let key: PKCS12Key
    var certificate: Certificate { key.certificate }

    static func root(_ name: String = "Gốc", additions: [[UInt8]] = []) throws -> TestAuthority {
        let handle = try PrivateKeyHandle.generated(.p256)
        let template = Self.template(.root, name, .init(from: now - 86_400, days: 3650), additions)
        let certificate = try template.issued(to: try handle.publicKeyInfo(), by: nil, with: handle)
        return TestAuthority(key: PKCS12Key(key: handle, certificate: certificate, chain: [], roots: []))
    }

    private static func template(
        _ kind: CertificateTemplate.Kind, _ name: String, _ validity: ValidityPeriod, _ additions: [[UInt8]]
    ) -> CertificateTemplate {
        CertificateTemplate(
            kind: kind,
            subject: DistinguishedName([
                .init(type: .country, value: "VN"), .init(type: .organisation, value: "Viện"),
                .init(type: .commonName, value: name),
            ]), notBefore: validity.notBefore, notAfter: validity.notAfter, additions: additions)
    }

    func issue(
        _ name: String, _ kind: CertificateTemplate.Kind = .signer(emailAddress: nil),
        validity: ValidityPeriod = .init(from: now - 86_400, days: 365), additions: [[UInt8]] = []
    ) throws -> PKCS12Key {
        let handle = try PrivateKeyHandle.generated(.p256)
        let info = try handle.publicKeyInfo()
        let certificate = try certify(info, Self.template(kind, name, validity, additions))
        return PKCS12Key(key: handle, certificate: certificate, chain: [], roots: [])
    }

    func certify(_ publicKeyInfo: Data, _ template: CertificateTemplate) throws -> Certificate {
        let issuer = certificate
        return try key.withKey { (key: borrowing PrivateKeyHandle) throws(SignatureError) in
            try template.issued(to: publicKeyInfo, by: issuer, with: key)
        }
    }

    func authority(
        _ name: String, _ kind: CertificateTemplate.Kind = .issuing, additions: [[UInt8]] = [],
        validity: ValidityPeriod = .init(from: now - 86_400, days: 1825)
    ) throws -> TestAuthority {
        TestAuthority(key: try issue(name, kind, validity: validity, additions: additions))
    }

    // MARK: lists

    struct Line {
        var certificate: Certificate
        var revokedAt: Date
        var reason: RevocationReason?
        var extensions: [[UInt8]] = []
    }

    func list(
        _ lines: [Line] = [], from thisUpdate: Date = now - 3600, until nextUpdate: Date? = now + 86_400,
        number: Int = 5, extensions: [[UInt8]] = [], signedBy other: PKCS12Key? = nil,
        digest: DigestAlgorithm = .sha256
    ) throws -> Data {
        let encoded = lines.map { line in
            let reason = line.reason.map {
                Self.extension(.reasonCode, DER.element(DERTag.enumerated, [UInt8($0.rawValue)]))
            }
            let members = line.extensions + [reason].compactMap(\.self)
            return DER.sequence(
                DER.element(DERTag.integer, line.certificate.serialNumber), DER.time(line.revokedAt),
                members.isEmpty ? [] : DER.sequence(of: members))
        }
        let all = [Self.extension(.crlNumber, DER.integer(number))] + extensions
        let algorithm = SignatureAlgorithm.ecdsa(digest).encodedIdentifier
        let body = DER.sequence(
            DER.integer(1), algorithm, [UInt8](certificate.subject.der), DER.time(thisUpdate),
            nextUpdate.map(DER.time) ?? [], encoded.isEmpty ? [] : DER.sequence(of: encoded),
            DER.element(DERTag.context(0), DER.sequence(of: all)))
        return try Self.sign(body, algorithm, by: other ?? key, digest)
    }

    static func `extension`(_ type: ObjectIdentifier, isCritical: Bool = false, _ value: [UInt8]) -> [UInt8] {
        CertificateTemplate.extension(type, isCritical: isCritical, value)
    }

    static func scope(_ members: [UInt8]...) -> [UInt8] {
        Self.extension(.issuingDistributionPoint, isCritical: true, DER.sequence(of: members))
    }

    static func flag(_ number: UInt8) -> [UInt8] { DER.element(DERTag.primitive(number), [0xFF]) }

    private static func sign(
        _ body: [UInt8], _ algorithm: [UInt8], by key: PKCS12Key, _ digest: DigestAlgorithm
    ) throws -> Data {
        Data(DER.sequence(body, algorithm, DER.bits(try key.sign(Data(body), digest: digest))))
    }

    /// What was signed by ECDSA with SHA-256, certificate or list, with the first `part` of its body replaced and signed
    /// anew.
    func signedAnew(_ signed: Data, _ part: [UInt8], by other: [UInt8]) throws -> Data {
        var outer = try DERReader([UInt8](signed))
        var fields = try outer.next().reader()
        var body = try fields.next().encodedData
        guard let place = body.range(of: Data(part)) else { throw SignatureError.library("nothing to replace") }
        body.replaceSubrange(place, with: other)
        return try Self.sign([UInt8](body), SignatureAlgorithm.ecdsa(.sha256).encodedIdentifier, by: key, .sha256)
    }

    // MARK: answers

    struct Answer {
        var status: RevocationStatus = .good
        var digest = DigestAlgorithm.sha1
        var thisUpdate = now - 600
        var nextUpdate: Date? = now + 86_400
        var producedAt = now - 600
        var nonce: Data?
        var archiveCutoff: Date?
        var extensions: [[UInt8]] = []
        var signatureDigest = DigestAlgorithm.sha256
        /// Of the part about the certificate.
        var singleExtensions: [[UInt8]] = []
        /// Of whose key the answer speaks, when that is not the authority's.
        var issuerKey: Data?
        var issuerName: Data?
    }

    /// Signed by `responder`, whose certificate goes along, or `shown` instead of it; else by the authority itself.
    func answer(
        about subject: Certificate, _ answer: Answer = Answer(), and others: [Answer] = [],
        signedBy responder: PKCS12Key? = nil, showing shown: Certificate? = nil
    ) throws -> Data {
        let signer = responder ?? key
        let algorithm = SignatureAlgorithm.ecdsa(answer.signatureDigest).encodedIdentifier
        let nonce = answer.nonce.map { Self.extension(.ocspNonce, DER.octets($0)) }
        let extensions = answer.extensions + [nonce].compactMap(\.self)
        let body = DER.sequence(
            DER.element(DERTag.context(1), [UInt8](signer.certificate.subject.der)),
            Self.generalized(answer.producedAt),
            DER.sequence(of: ([answer] + others).map { single(about: subject, $0) }),
            extensions.isEmpty ? [] : DER.element(DERTag.context(1), DER.sequence(of: extensions)))
        let signature = try signer.sign(Data(body), digest: answer.signatureDigest)
        let certificates = responder.map {
            DER.element(DERTag.context(0), DER.sequence([UInt8]((shown ?? $0.certificate).der)))
        }
        let basic = DER.sequence(body, algorithm, DER.bits(signature), certificates ?? [])
        return try OCSPResponse(basic: Data(basic)).der
    }

    private func single(about subject: Certificate, _ answer: Answer) -> [UInt8] {
        let identifier = DER.sequence(
            answer.digest.encodedIdentifier,
            DER.octets(answer.digest.digest(answer.issuerName ?? subject.issuer.der)),
            DER.octets(answer.digest.digest(answer.issuerKey ?? certificate.publicKeyBits)),
            DER.element(DERTag.integer, subject.serialNumber))
        let cutoff = answer.archiveCutoff.map { Self.extension(.ocspArchiveCutoff, Self.generalized($0)) }
        let extensions = [cutoff].compactMap(\.self) + answer.singleExtensions
        return DER.sequence(
            identifier, Self.status(answer.status), Self.generalized(answer.thisUpdate),
            answer.nextUpdate.map { DER.element(DERTag.context(0), Self.generalized($0)) } ?? [],
            extensions.isEmpty ? [] : DER.element(DERTag.context(1), DER.sequence(of: extensions)))
    }

    private static func status(_ status: RevocationStatus) -> [UInt8] {
        switch status {
        case .good: return DER.element(DERTag.primitive(0), [])
        case .unknown: return DER.element(DERTag.primitive(2), [])
        case .revoked(let time, let reason):
            let code = reason.map {
                DER.element(DERTag.context(0), DER.element(DERTag.enumerated, [UInt8($0.rawValue)]))
            }
            return DER.element(DERTag.context(1), generalized(time) + (code ?? []))
        }
    }

    static func generalized(_ date: Date) -> [UInt8] {
        // The encoder writes UTCTime in this century; the same digits with the century are a GeneralizedTime.
        DER.element(DERTag.generalizedTime, Array("20".utf8) + DER.time(date).dropFirst(2))
    }
}

/// Root, authority and signer, with everything that vouches for them.
struct TestHierarchy {
    let root: TestAuthority
    let issuing: TestAuthority
    let signer: PKCS12Key

    init(signerAdditions: [[UInt8]] = [], validity: ValidityPeriod = .init(from: now - 86_400, days: 365)) throws {
        root = try TestAuthority.root()
        issuing = try root.authority("Phát hành")
        signer = try issuing.issue("Nguyễn Văn Đức", validity: validity, additions: signerAdditions)
    }

    var trust: TrustStore { TrustStore(anchors: [root.certificate], intermediates: [issuing.certificate]) }

    /// The root clears the authority, long enough for every test.
    func rootList(
        _ lines: [TestAuthority.Line] = [], from: Date = now - 7200, until: Date = now + 86_400 * 3000
    ) throws
        -> Data
    {
        try root.list(lines, from: from, until: until)
    }

    func path(
        _ crls: [Data] = [], ocsp: [Data] = [], at date: Date = now, proof: Date? = nil,
        proofs: ProofsOfExistence = ProofsOfExistence(), beside: [Certificate] = []
    ) throws -> PathReport {
        trust.path(
            of: signer.certificate, at: date,
            material: ValidationMaterial(
                certificates: beside, crls: try crls + [rootList()], ocspResponses: ocsp), proof: proof, proofs: proofs)
    }
}
