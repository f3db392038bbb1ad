import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Hình thức của chữ ký CMS: mỗi sai lệch một phép thử (RFC 5652, EN 319 122-1).
struct CMSFormTests {
    /// A CMS put together by hand, so that each part of it can be wrong.
    private struct Forge {
        let practice: Practice
        let leader: PKCS12Key
        var content = ObjectIdentifier.data
        var encapsulated: [UInt8]?
        var listed = DigestAlgorithm.sha256
        var attributes: [[UInt8]]
        var unsigned: [[UInt8]] = []
        var isSorted = true
        var signerCount = 1
        var usesKeyIdentifier = false
        var certificates: [[UInt8]]
        var extraRevocation: [UInt8]?
        var algorithm = SignatureAlgorithm.ecdsa(.sha256).encodedIdentifier

        /// By the practice leader, if by nobody else.
        init(by signer: PKCS12Key? = nil) throws {
            practice = try Practice.of(.p256)
            leader = signer ?? practice.leader
            attributes = [
                Self.attribute(.contentType, DER.identifier(.data)),
                Self.attribute(.messageDigest, DER.octets(DigestAlgorithm.sha256.digest(document))),
            ]
            certificates = ([leader.certificate] + leader.chain).map { [UInt8]($0.der) }
        }

        static func attribute(_ type: ObjectIdentifier, _ values: [UInt8]...) -> [UInt8] {
            DER.sequence(DER.identifier(type), DER.element(DERTag.set, values.flatMap(\.self)))
        }

        func made() throws -> Data {
            let certificate = leader.certificate
            let set =
                isSorted ? DER.set(of: attributes) : DER.element(DERTag.set, attributes.flatMap(\.self))
            let signature = try leader.sign(Data(set), digest: .sha256)
            let named = DER.sequence(
                [UInt8](certificate.issuer.der), DER.element(DERTag.integer, certificate.serialNumber))
            let key = DER.element(DERTag.primitive(0), certificate.subjectKeyIdentifier ?? Data())
            let signer = DER.sequence(
                DER.integer(usesKeyIdentifier ? 3 : 1), usesKeyIdentifier ? key : named,
                DigestAlgorithm.sha256.encodedIdentifier, [DERTag.context(0)] + set.dropFirst(), algorithm,
                DER.octets(signature), unsigned.isEmpty ? [] : DER.set(of: unsigned, tag: DERTag.context(1)))
            let inner = encapsulated.map { DER.element(DERTag.context(0), DER.octets($0)) } ?? []
            let signedData = DER.sequence(
                DER.integer(1), DER.set(of: [listed.encodedIdentifier]), DER.sequence(DER.identifier(content), inner),
                DER.element(DERTag.context(0), certificates.flatMap(\.self)),
                extraRevocation.map { DER.element(DERTag.context(1), $0) } ?? [],
                DER.element(DERTag.set, Array(repeating: signer, count: signerCount).flatMap(\.self)))
            return Data(DER.sequence(DER.identifier(.signedData), DER.element(DERTag.context(0), signedData)))
        }
    }

    private func report(_ change: (inout Forge) throws -> Void = { _ in }) throws -> CMSReport {
        var forge = try Forge()
        try change(&forge)
        return try forge.practice.verify(try forge.made())
    }

    @Test func `what is put together rightly has no problem, with either way to name the signer`() throws {
        for usesKeyIdentifier in [false, true] {
            let report = try report { $0.usesKeyIdentifier = usesKeyIdentifier }
            #expect(report.formProblems.isEmpty && report.signatureValid && report.path?.status == .trusted)
        }
    }

    @Test func `content of another kind or content inside is a problem`() throws {
        #expect(try report { $0.encapsulated = [UInt8](document) }.formProblems == [.encapsulatedContent])
        let other = try report { $0.content = .timestampInfo }
        #expect(other.formProblems == [.wrongContentType, .wrongContentTypeAttribute])
    }

    /// adbe.pkcs7.sha1: the document's SHA-1 digest is what is inside and signed.
    @Test(arguments: [(document, true), (document + [0], false)])
    func `a structure over the document's digest holds for that document only`(other: Data, holds: Bool) throws {
        var forge = try Forge()
        let digest = DigestAlgorithm.sha1.digest(document)
        forge.encapsulated = [UInt8](digest)
        forge.attributes[1] = Forge.attribute(.messageDigest, DER.octets(DigestAlgorithm.sha256.digest(digest)))
        let facts = try CMSFacts(der: try forge.made(), content: .digest)
        let trust = TrustStore(anchors: [forge.practice.pki.root])
        let report = facts.verify(documentDigest: { $0.digest(other) }, trust: trust, at: now)
        #expect(report.formProblems.isEmpty && report.signatureValid)
        #expect(report.messageDigestMatches == holds)
        #expect(report.weaknesses == [.sha1])
    }

    @Test func `a structure over a digest that is not there is a problem`() throws {
        let cms = try Forge().made()
        #expect(try CMSFacts(der: cms, content: .digest).formProblems == [.missingContent])
        #expect(try CMSFacts(der: cms).formProblems.isEmpty)
    }

    @Test func `no signer or two signers is a problem`() throws {
        #expect(try report { $0.signerCount = 2 }.formProblems == [.severalSigners])
        #expect(try report { $0.signerCount = 0 }.formProblems.contains(.noSigner))
    }

    @Test func `a digest that is not listed is a problem`() throws {
        #expect(try report { $0.listed = .sha512 }.formProblems == [.digestAlgorithmNotListed])
    }

    @Test func `the digest listed first is known before the rest is read`() throws {
        var forge = try Forge()
        forge.listed = .sha512
        let made = try forge.made()
        #expect(CMSFacts.announcedDigest(in: made) == .sha512)
        for count in [0, 1, 20, made.count - 1] { #expect(CMSFacts.announcedDigest(in: made.prefix(count)) == nil) }
        #expect(CMSFacts.announcedDigest(in: Data(count: 100)) == nil)
    }

    @Test func `attributes missing, repeated, empty, in several values or out of order are problems`() throws {
        #expect(try report { $0.attributes.removeLast() }.formProblems == [.missingMessageDigest])
        #expect(try report { $0.attributes.removeFirst() }.formProblems == [.wrongContentTypeAttribute])
        #expect(try report { $0.attributes.append($0.attributes[1]) }.formProblems == [.repeatedAttribute])
        let unsorted = try report {
            $0.isSorted = false
            $0.attributes.reverse()
        }
        #expect(unsorted.formProblems == [.attributesNotDER])
        let time = DER.time(now)
        #expect(
            try report { $0.attributes.append(Forge.attribute(.signingTime, time, time)) }.formProblems
                == [.attributeWithSeveralValues])
        #expect(
            try report { $0.attributes.append(Forge.attribute(.signingTime)) }.formProblems
                == [.attributeWithSeveralValues])
    }

    @Test func `an attribute that cannot be read is a problem, an unknown one is none`() throws {
        #expect(
            try report { $0.attributes.append(Forge.attribute(.signingTime, DER.null)) }.formProblems
                == [.unreadableAttribute])
        let unknown = try report {
            $0.attributes.append(Forge.attribute(ObjectIdentifier("1.3.6.1.4.1.32473.5"), DER.null))
        }
        #expect(unknown.formProblems.isEmpty && unknown.signatureValid)
    }

    @Test func `what the signer committed to and the policy named are told`() throws {
        let approval = ObjectIdentifier("1.2.840.113549.1.9.16.6.5")
        let policy = ObjectIdentifier("1.3.6.1.4.1.32473.2")
        let report = try report {
            $0.attributes.append(Forge.attribute(.commitmentType, DER.sequence(DER.identifier(approval))))
            $0.attributes.append(Forge.attribute(.signaturePolicy, DER.sequence(DER.identifier(policy))))
        }
        #expect(report.formProblems.isEmpty)
        #expect(report.commitmentTypes == [approval.description] && report.signaturePolicy == policy.description)
    }

    @Test func `algorithms under protection may not differ from those used`() throws {
        func protected(
            _ digest: DigestAlgorithm, _ algorithm: SignatureAlgorithm = .ecdsa(.sha256)
        ) throws -> CMSReport {
            try report {
                let signature = DER.element(DERTag.context(1), algorithm.encodedIdentifier.dropFirst(2))
                let value = DER.sequence(digest.encodedIdentifier, signature)
                $0.attributes.append(Forge.attribute(.algorithmProtection, value))
            }
        }
        #expect(try protected(.sha256).formProblems.isEmpty)
        #expect(try protected(.sha512).formProblems == [.algorithmProtectionMismatch])
        #expect(try protected(.sha256, .ecdsa(.sha384)).formProblems == [.algorithmProtectionMismatch])
    }

    @Test func `certificates of attributes are passed over, broken ones noted`() throws {
        let attribute = try report { $0.certificates.append(DER.element(DERTag.context(2), DER.null)) }
        #expect(attribute.formProblems.isEmpty && attribute.signatureValid)
        #expect(try report { $0.certificates.append(DER.sequence(DER.null)) }.formProblems == [.unreadableCertificate])
    }

    @Test func `unsigned attributes that cannot be read do not touch the signature`() throws {
        let report = try report { $0.unsigned = [DER.sequence(DER.null)] }
        #expect(report.formProblems == [.unreadableAttribute] && report.signatureValid)
    }

    @Test func `archive timestamps are counted`() throws {
        let cms = try { () throws -> Data in
            var forge = try Forge()
            forge.unsigned = [Forge.attribute(ObjectIdentifier("0.4.0.1733.2.4"), DER.sequence(DER.null))]
            return try forge.made()
        }()
        #expect(try CMSFacts(der: cms).archiveTimestampCount == 1)
    }

    @Test func `lists and answers travelling inside are found wherever they are kept`() throws {
        let hierarchy = try TestHierarchy()
        let list = [UInt8](try hierarchy.issuing.list())
        let answer = [UInt8](try hierarchy.issuing.answer(about: hierarchy.signer.certificate))
        var forge = try Forge()
        let kept = DER.sequence(
            DER.element(DERTag.context(0), DER.sequence(list)), DER.element(DERTag.context(1), DER.sequence(answer)))
        forge.attributes.append(Forge.attribute(.revocationInfoArchival, kept))
        #expect(try CMSFacts(der: try forge.made()).embeddedMaterial.crls == [Data(list)])
        #expect(try CMSFacts(der: try forge.made()).embeddedMaterial.ocspResponses == [Data(answer)])
        forge.attributes.removeLast()
        forge.extraRevocation = list + DER.element(DERTag.context(1), DER.identifier(.ocspInCMS) + answer)
        let facts = try CMSFacts(der: try forge.made())
        #expect(facts.embeddedMaterial.crls == [Data(list)] && facts.embeddedMaterial.ocspResponses == [Data(answer)])
    }

    @Test(arguments: [true, false])
    func `a reference to the certificate must be right in every part`(isRight: Bool) throws {
        let leader = try Practice.of(.p256).leader.certificate
        let issuer = isRight ? leader.issuer : leader.subject
        let names = DER.sequence(DER.element(DERTag.context(4), [UInt8](issuer.der)))
        let serial = DER.element(DERTag.integer, leader.serialNumber)
        for (type, digest) in [
            (ObjectIdentifier.signingCertificate, DigestAlgorithm.sha1), (.signingCertificateV2, .sha256),
        ] {
            let reference = DER.sequence(DER.octets(digest.digest(leader.der)), DER.sequence(names, serial))
            let report = try report {
                $0.attributes.append(Forge.attribute(type, DER.sequence(DER.sequence(reference))))
            }
            #expect(report.essMatches == (isRight ? .present : .mismatch))
        }
    }

    @Test(arguments: [(true, nil), (false, "NO_POE")] as [(Bool, String?)])
    func `a proof of the signature is one of the certificate that it names`(isNamed: Bool, found: String?) throws {
        let hierarchy = try TestHierarchy()
        var forge = try Forge(by: hierarchy.signer)
        let reference = DER.sequence(DER.octets(DigestAlgorithm.sha256.digest(hierarchy.signer.certificate.der)))
        if isNamed {
            forge.attributes.append(
                Forge.attribute(.signingCertificateV2, DER.sequence(DER.sequence(reference))))
        }
        let line = TestAuthority.Line(certificate: hierarchy.issuing.certificate, revokedAt: now + 3600)
        let lists = [try hierarchy.rootList([line], from: now + 7200), try hierarchy.issuing.list()]
        let facts = try CMSFacts(der: try forge.made())
        var proofs = ProofsOfExistence()
        for proven in [facts.signature, lists[1]] { proofs.add(now + 60, of: proven) }
        let report = facts.verify(
            documentDigest: { $0.digest(document) }, trust: hierarchy.trust, at: now + 9000,
            material: ValidationMaterial(crls: lists), proofs: proofs)
        #expect(report.signatureValid && report.path?.subIndication == found)
    }

    @Test func `of several references to the certificate none may be wrong, and each stands once`() throws {
        let practice = try Practice.of(.p256)
        func reference(_ digest: DigestAlgorithm, _ certificate: Certificate) -> [UInt8] {
            DER.sequence(DER.sequence(DER.sequence(DER.octets(digest.digest(certificate.der)))))
        }
        let leader = practice.leader.certificate
        for (named, match) in [(leader, ESSMatch.present), (practice.pki.root, .mismatch)] {
            let report = try report {
                $0.attributes.append(Forge.attribute(.signingCertificate, reference(.sha1, leader)))
                $0.attributes.append(Forge.attribute(.signingCertificateV2, reference(.sha256, named)))
            }
            #expect(report.essMatches == match)
        }
        for (type, digest) in [
            (ObjectIdentifier.signingCertificate, DigestAlgorithm.sha1), (.signingCertificateV2, .sha256),
        ] {
            let twice = try report {
                $0.attributes.append(Forge.attribute(type, reference(digest, leader), reference(digest, leader)))
            }
            #expect(twice.formProblems == [.attributeWithSeveralValues])
        }
    }

    @Test func `of two certificates of one number the one the attributes mean is taken`() throws {
        let practice = try Practice.of(.p256)
        let leader = practice.leader.certificate
        var twin = [UInt8](leader.der)
        twin[twin.count - 1] ^= 1
        let reference = DER.sequence(DER.octets(DigestAlgorithm.sha256.digest(leader.der)))
        let report = try report {
            $0.certificates.insert(twin, at: 0)
            $0.attributes.append(Forge.attribute(.signingCertificateV2, DER.sequence(DER.sequence(reference))))
        }
        #expect(report.signer == leader && report.essMatches == .present)
    }
}

/// Dấu thời gian trên nội dung và trật tự thời gian (EN 319 102-1 §5.5).
struct TimestampOrderTests {
    private func signed(content: Date?, signature: Date?) async throws -> CMSFacts {
        let practice = try Practice.of(.p256)
        let digest = DigestAlgorithm.sha256.digest(document)
        var attributes = [
            DER.sequence(DER.identifier(.contentType), DER.set(of: [DER.identifier(.data)])),
            DER.sequence(DER.identifier(.messageDigest), DER.set(of: [DER.octets(digest)])),
        ]
        if let content {
            let token = try await TimestampAuthority.local(practice.responder) { content }.stamp(digest)
            attributes.append(DER.sequence(DER.identifier(.contentTimeStamp), DER.set(of: [[UInt8](token)])))
        }
        let set = DER.set(of: attributes)
        let value = try practice.leader.sign(Data(set), digest: .sha256)
        var unsigned: [UInt8] = []
        if let signature {
            let token = try await TimestampAuthority.local(practice.responder) { signature }.stamp(
                DigestAlgorithm.sha256.digest(value))
            let attribute = DER.sequence(DER.identifier(.signatureTimeStamp), DER.set(of: [[UInt8](token)]))
            unsigned = DER.set(of: [attribute], tag: DERTag.context(1))
        }
        let certificate = practice.leader.certificate
        let signer = DER.sequence(
            DER.integer(1),
            DER.sequence([UInt8](certificate.issuer.der), DER.element(DERTag.integer, certificate.serialNumber)),
            DigestAlgorithm.sha256.encodedIdentifier, [DERTag.context(0)] + set.dropFirst(),
            SignatureAlgorithm.ecdsa(.sha256).encodedIdentifier, DER.octets(value), unsigned)
        let body = DER.sequence(
            DER.integer(1), DER.set(of: [DigestAlgorithm.sha256.encodedIdentifier]),
            DER.sequence(DER.identifier(.data)),
            DER.set(of: [[UInt8](certificate.der)], tag: DERTag.context(0)), DER.set(of: [signer]))
        return try CMSFacts(
            der: Data(DER.sequence(DER.identifier(.signedData), DER.element(DERTag.context(0), body))))
    }

    private func report(
        _ facts: CMSFacts, at date: Date = now + 86_400, material: ValidationMaterial = ValidationMaterial(),
        proofs: ProofsOfExistence = ProofsOfExistence()
    ) throws -> CMSReport {
        facts.verify(
            documentDigest: { $0.digest(document) }, trust: try Practice.of(.p256).pki.trust, at: date,
            material: material, proofs: proofs)
    }

    @Test func `content before signature is in order, the other way round is not`() async throws {
        let right = try report(try await signed(content: now - 60, signature: now))
        #expect(right.contentTimestamps.first?.isTrusted == true && !right.hasTimestampOrderFailure)
        #expect(right.provenTime == now)
        let wrong = try report(try await signed(content: now + 60, signature: now))
        #expect(wrong.hasTimestampOrderFailure)
        // The authority of these tests is off by a second at most, which is no contradiction.
        #expect(try !report(try await signed(content: now + 1, signature: now)).hasTimestampOrderFailure)
    }

    @Test func `a later timestamp may not be older than what it covers`() async throws {
        let facts = try await signed(content: nil, signature: now)
        let token = try TimestampToken(der: try #require(facts.timestampTokens.first))
        for (offset, fails) in [(3600.0, false), (-3600.0, true)] {
            var proofs = ProofsOfExistence()
            proofs.add(now + offset, of: token.cms.signature)
            #expect(try report(facts, proofs: proofs).hasTimestampOrderFailure == fails)
        }
    }

    @Test func `a later timestamp proves a signature that has none of its own`() async throws {
        let facts = try await signed(content: nil, signature: nil)
        let end = try Practice.of(.p256).leader.certificate.notAfter
        #expect(try report(facts, at: end + 86_400).path?.subIndication == "OUT_OF_BOUNDS_NO_POE")
        var proofs = ProofsOfExistence()
        proofs.add(now + 60, of: facts.signature)
        let proven = try report(facts, at: end + 86_400, proofs: proofs)
        #expect(proven.path?.status == .trusted && proven.provenTime == now + 60)
    }

    @Test func `with proof that the content is younger than the expiry, expiry before signing is certain`() async throws
    {
        let end = try Practice.of(.p256).leader.certificate.notAfter
        let facts = try await signed(content: end + 3600, signature: nil)
        #expect(try report(facts, at: end + 86_400).path?.subIndication == "EXPIRED")
        let earlier = try await signed(content: end - 3600, signature: nil)
        #expect(try report(earlier, at: end + 86_400).path?.subIndication == "OUT_OF_BOUNDS_NO_POE")
    }

    @Test func `a stamp from the future proves nothing`() async throws {
        let report = try report(try await signed(content: nil, signature: now + 86_400), at: now)
        #expect(report.timestamp?.problems == [.fromTheFuture] && report.provenTime == nil)
    }

    @Test func `a stamp tells how exact it is`() async throws {
        let report = try report(try await signed(content: nil, signature: now))
        #expect(report.timestamp?.accuracySeconds == 1)
    }
}
