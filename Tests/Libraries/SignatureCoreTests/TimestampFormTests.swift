import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Dấu thời gian làm sai từng chỗ (RFC 3161 §2.4.2, RFC 5816): chỗ nào cũng phải bị phát hiện.
struct TimestampFormTests {
    private struct Forge {
        let root: TestAuthority
        let key: PKCS12Key
        var version = 1
        var time = now
        var imprint = DigestAlgorithm.sha256.digest(document)
        var tail: [UInt8] = []
        /// Whose certificate the token says made it.
        var named: Certificate?
        var namesAuthority = true
        var imprintAlgorithm = DigestAlgorithm.sha256
        /// The digest that the token says it was signed with, under the signature.
        var protected: DigestAlgorithm?

        init(_ kind: CertificateTemplate.Kind = .timestamping, additions: [[UInt8]] = []) throws {
            root = try TestAuthority.root()
            key = try root.issue("TSA", kind, additions: additions)
        }

        func token() throws -> TimestampToken {
            let info = DER.sequence(
                DER.integer(version), DER.identifier(ObjectIdentifier("1.3.6.1.4.1.32473.1")),
                DER.sequence(imprintAlgorithm.encodedIdentifier, DER.octets(imprint)), DER.integer(7),
                TestAuthority.generalized(time), tail)
            let hash = DigestAlgorithm.sha256.digest((named ?? key.certificate).der)
            let reference = DER.sequence(DER.sequence(DER.sequence(DER.octets(hash))))
            let attributes = DER.set(
                of: [
                    attribute(.contentType, DER.identifier(.timestampInfo)),
                    attribute(.messageDigest, DER.octets(DigestAlgorithm.sha256.digest(Data(info)))),
                ] + (namesAuthority ? [attribute(.signingCertificateV2, reference)] : [])
                    + [protected.map { attribute(.algorithmProtection, DER.sequence($0.encodedIdentifier)) }]
                    .compactMap(\.self))
            let certificate = key.certificate
            let signer = DER.sequence(
                DER.integer(1),
                DER.sequence([UInt8](certificate.issuer.der), DER.element(DERTag.integer, certificate.serialNumber)),
                DigestAlgorithm.sha256.encodedIdentifier, [DERTag.context(0)] + attributes.dropFirst(),
                SignatureAlgorithm.ecdsa(.sha256).encodedIdentifier,
                DER.octets(try key.sign(Data(attributes), digest: .sha256)))
            let content = DER.sequence(
                DER.identifier(.timestampInfo), DER.element(DERTag.context(0), DER.octets(info)))
            let body = DER.sequence(
                DER.integer(3), DER.set(of: [DigestAlgorithm.sha256.encodedIdentifier]), content,
                DER.set(of: [[UInt8](certificate.der)], tag: DERTag.context(0)), DER.set(of: [signer]))
            let outer = DER.sequence(DER.identifier(.signedData), DER.element(DERTag.context(0), body))
            return try TimestampToken(der: Data(outer))
        }

        private func attribute(_ type: ObjectIdentifier, _ value: [UInt8]) -> [UInt8] {
            DER.sequence(DER.identifier(type), DER.set(of: [value]))
        }

        func report(at date: Date = now + 60, lists: [Data] = []) throws -> TimestampReport {
            try token().verify(
                imprint: { $0.digest(document) }, trust: TrustStore(anchors: [root.certificate]), at: date,
                material: ValidationMaterial(crls: lists))
        }
    }

    private func report(_ change: (inout Forge) throws -> Void = { _ in }) throws -> TimestampReport {
        var forge = try Forge()
        try change(&forge)
        return try forge.report()
    }

    @Test func `a token made rightly is trusted, its accuracy and order told`() throws {
        #expect(try report().isTrusted)
        let exact = DER.sequence(DER.integer(2), DER.element(DERTag.primitive(0), [0x01, 0xF4]))
        var forge = try Forge()
        forge.tail = exact + DER.boolean(true)
        #expect(try forge.token().accuracySeconds == 2.5 && forge.token().isOrdering)
        #expect(try forge.report().isTrusted)
    }

    @Test func `another version, a wrong length and demands nobody understands are refused`() throws {
        #expect(try report { $0.version = 2 }.problems == [.unknownVersion])
        #expect(try report { $0.imprint = Data(count: 20) }.problems == [.badImprint])
        let demand = DER.sequence(
            DER.identifier(ObjectIdentifier("1.3.6.1.4.1.32473.9")), DER.boolean(true), DER.octets([]))
        let strange = try report { $0.tail = DER.element(DERTag.context(1), demand) }
        #expect(strange.problems == [.unknownCriticalExtension] && !strange.isIntact && !strange.isTrusted)
    }

    @Test func `the name in a token is its authority's own`() throws {
        func named(_ name: DistinguishedName) throws -> TimestampReport {
            try report { $0.tail = DER.element(DERTag.context(0), DER.element(DERTag.context(4), [UInt8](name.der))) }
        }
        let own = try Forge().key.certificate.subject
        #expect(try named(own).isTrusted)
        #expect(try named(try Practice.of(.p256).pki.root.subject).problems == [.nameMismatch])
    }

    @Test func `a reference to another certificate is a mismatch`() throws {
        let report = try report { $0.named = try Practice.of(.p256).leader.certificate }
        #expect(report.essMatches == .mismatch && !report.isIntact)
    }

    @Test func `a token that does not name its authority's certificate proves nothing`() throws {
        let report = try report { $0.namesAuthority = false }
        #expect(report.signatureValid && report.essMatches == .absent && !report.isIntact && !report.isTrusted)
    }

    @Test(arguments: [(DigestAlgorithm.sha256, true), (.sha512, false)])
    func `the digest that a token protects is the one it uses`(protected: DigestAlgorithm, isIntact: Bool) throws {
        let report = try report { $0.protected = protected }
        #expect(report.signatureValid == isIntact && report.isIntact == isIntact)
    }

    @Test func `a token over a digest that no longer holds proves no time`() throws {
        let report = try report {
            $0.imprintAlgorithm = .sha1
            $0.imprint = DigestAlgorithm.sha1.digest(document)
        }
        #expect(report.isIntact && report.algorithmProblems.map(\.weakness) == [.sha1] && !report.isTrusted)
    }

    @Test func `a time before the authority had its certificate is no proof`() throws {
        let start = try Forge().key.certificate.notBefore
        #expect(try report { $0.time = start }.isTrusted)
        let early = try report { $0.time = start - 900 }
        #expect(early.problems == [.beforeAuthority] && early.isIntact && !early.isTrusted)
    }

    @Test(arguments: [
        (KeyUsage.digitalSignature, true), (.nonRepudiation, true), (.keyCertSign, false), (.keyEncipherment, false),
    ])
    func `the authority's key must be allowed to sign`(usage: KeyUsage, isAllowed: Bool) throws {
        let purpose = DER.sequence(DER.identifier(.timeStamping))
        let report = try Forge(
            .bare,
            additions: [
                CertificateTemplate.usage(usage),
                TestAuthority.extension(.extendedKeyUsage, isCritical: true, purpose),
            ]
        ).report()
        #expect(report.usageAllowed == isAllowed && report.isTrusted == isAllowed)
    }

    @Test func `the usage must be timestamping alone and critical`() throws {
        func usage(_ isCritical: Bool, _ usages: ObjectIdentifier...) throws -> TimestampReport {
            let list = DER.sequence(of: usages.map { DER.identifier($0) })
            return try Forge(
                .bare,
                additions: [
                    CertificateTemplate.usage([.digitalSignature]),
                    TestAuthority.extension(.extendedKeyUsage, isCritical: isCritical, list),
                ]
            ).report()
        }
        #expect(try usage(true, .timeStamping).isTrusted)
        #expect(try !usage(false, .timeStamping).isTrusted)
        #expect(try !usage(true, .timeStamping, .emailProtection).isTrusted)
        #expect(try usage(true, .emailProtection).path?.status == .badUsage)
    }

    /// RFC 3161 §4: after an authority merely stopped, its earlier tokens stay valid; after its key leaked none does.
    @Test func `a revoked authority's earlier tokens depend on the reason`() throws {
        let forge = try Forge()
        func trusted(_ reason: RevocationReason?, revokedAt: Date) throws -> Bool {
            let line = TestAuthority.Line(certificate: forge.key.certificate, revokedAt: revokedAt, reason: reason)
            return try forge.report(at: now + 9000, lists: [try forge.root.list([line], from: now + 8000)]).isTrusted
        }
        #expect(try trusted(.cessationOfOperation, revokedAt: now + 60))
        #expect(try !trusted(.cessationOfOperation, revokedAt: now - 60))
        #expect(try !trusted(.keyCompromise, revokedAt: now + 60))
        #expect(try !trusted(nil, revokedAt: now + 60))
    }

    /// Otherwise a revocation would make a token better than it was.
    @Test func `a revocation does not keep a token alive past its authority's end`() throws {
        let forge = try Forge()
        let line = TestAuthority.Line(
            certificate: forge.key.certificate, revokedAt: now + 60, reason: .cessationOfOperation)
        let list = try forge.root.list([line], from: now + 8000)
        #expect(try forge.report(at: now + 9000, lists: [list]).isTrusted)
        #expect(try !forge.report(at: forge.key.certificate.notAfter + 60, lists: [list]).isTrusted)
    }

    @Test func `a weak list that tells of a harmless end proves no earlier token`() throws {
        let forge = try Forge()
        let line = TestAuthority.Line(
            certificate: forge.key.certificate, revokedAt: now + 60, reason: .cessationOfOperation)
        let list = try forge.root.list([line], from: now + 8000, digest: .sha1)
        #expect(try !forge.report(at: now + 9000, lists: [list]).isTrusted)
    }
}
