import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Chữ ký CMS theo mức cơ bản của PAdES: đúng thuộc tính, đúng khóa, và người khác cũng kiểm tra được.
struct CMSSigningTests {
    @Test(arguments: PracticeKeyKind.allCases, [false, true])
    func `what is signed here verifies here, to the root`(keys: PracticeKeyKind, timestamped: Bool) async throws {
        let practice = try Practice.of(keys)
        let report = try practice.verify(try await practice.sign(timestamped: timestamped))
        #expect(report.formProblems.isEmpty)
        #expect(report.messageDigestMatches && report.signatureValid)
        #expect(report.essMatches == .present)
        #expect(report.signer == practice.leader.certificate)
        #expect(report.path?.status == .trusted)
        #expect(report.signingTimeClaimed == nil)
        #expect(report.provenTime == (timestamped ? now : nil))
        #expect(report.weaknesses.isEmpty)
    }

    @Test func `the signed attributes are those three of the baseline and no other`() async throws {
        let facts = try CMSFacts(der: try await Practice.of(.rsa2048).sign(timestamped: true))
        let expected: [ObjectIdentifier] = [.contentType, .messageDigest, .signingCertificateV2]
        #expect(Set(facts.signedAttributeTypes) == Set(expected.map(\.description)))
        #expect(facts.timestampTokens.count == 1)
        #expect(facts.certificates.count == 2)
    }

    /// OpenSSL 3.0 knows no Ed25519 in CMS, so that one is judged here only.
    @Test(arguments: [PracticeKeyKind.rsa2048, .p256, .p384, .p521], [DigestAlgorithm.sha256, .sha384, .sha512])
    func `openssl verifies it as a CAdES signature`(keys: PracticeKeyKind, digest: DigestAlgorithm) async throws {
        let practice = try Practice.of(keys)
        let cms = try await practice.sign(timestamped: true, digest: digest)
        try await withFolder { folder in
            try cms.write(to: folder.appending(path: "s.der"))
            try document.write(to: folder.appending(path: "d"))
            try Data(practice.pki.root.pem.utf8).write(to: folder.appending(path: "root.pem"))
            let output = try openssl(
                "cms -verify -cades -binary -inform DER -in s.der -content d -CAfile root.pem -purpose any -out /dev/null "
                    + "-attime \(Int(now.timeIntervalSince1970))", in: folder)
            #expect(output.text.contains("Verification successful"), "\(output.text)")
        }
    }

    @Test(arguments: [DigestAlgorithm.sha256, .sha384, .sha512])
    func `openssl verifies a signature by RSASSA-PSS that claims its time`(digest: DigestAlgorithm) async throws {
        let practice = try Practice.of(.rsa2048)
        let request = try CMSSignatureRequest.prepare(
            documentDigest: digest.digest(document), digestAlgorithm: digest,
            certificate: practice.leader.certificate, chain: practice.leader.chain, signingTime: now, usesPSS: true)
        let cms = try await request.signed(by: practice.leader)
        let report = try practice.verify(cms)
        #expect(report.signatureValid && report.signingTimeClaimed == now)
        #expect(
            report.signatureAlgorithm == .rsaPSS(digest: digest, mask: digest, saltByteCount: digest.byteCount))
        try await withFolder { folder in
            try cms.write(to: folder.appending(path: "s.der"))
            try document.write(to: folder.appending(path: "d"))
            try Data(practice.pki.root.pem.utf8).write(to: folder.appending(path: "root.pem"))
            let output = try openssl(
                "cms -verify -binary -inform DER -in s.der -content d -CAfile root.pem -purpose any -out /dev/null "
                    + "-attime \(Int(now.timeIntervalSince1970))", in: folder)
            #expect(output.text.contains("Verification successful"), "\(output.text)")
        }
    }

    @Test func `only an RSA key signs by RSASSA-PSS`() async throws {
        let leader = try Practice.of(.p256).leader
        #expect(throws: SignatureError.self) {
            try CMSSignatureRequest.prepare(
                documentDigest: Data(count: 32), digestAlgorithm: .sha256, certificate: leader.certificate, chain: [],
                usesPSS: true)
        }
    }

    @Test func `an answer by another key is refused and nothing is written`() async throws {
        let practice = try Practice.of(.p256)
        let request = try CMSSignatureRequest.prepare(
            documentDigest: DigestAlgorithm.sha256.digest(document), digestAlgorithm: .sha256,
            certificate: practice.leader.certificate, chain: [])
        let other = try practice.key(valid: valid)
        let answer = try other.sign(request.messageToSign, digest: .sha256)
        #expect(throws: SignatureError.signatureDoesNotVerify) { try request.finish(signature: answer) }
    }

    @Test func `a request may be finished another day by another process`() async throws {
        let practice = try Practice.of(.rsa2048)
        let request = try CMSSignatureRequest.prepare(
            documentDigest: DigestAlgorithm.sha256.digest(document), digestAlgorithm: .sha256,
            certificate: practice.leader.certificate, chain: practice.leader.chain)
        let thawed = try JSONDecoder().decode(CMSSignatureRequest.self, from: try JSONEncoder().encode(request))
        let cms = try thawed.finish(signature: try practice.leader.sign(thawed.messageToSign, digest: .sha256))
        #expect(try practice.verify(cms).signatureValid)
    }

    @Test func `a digest of the wrong length or unsuited to the key is refused`() throws {
        let leader = try Practice.of(.ed25519).leader
        #expect(throws: SignatureError.self) {
            try CMSSignatureRequest.prepare(
                documentDigest: Data(count: 20), digestAlgorithm: .sha256, certificate: leader.certificate, chain: [])
        }
        #expect(throws: SignatureError.self) {
            try CMSSignatureRequest.prepare(
                documentDigest: Data(count: 32), digestAlgorithm: .sha256, certificate: leader.certificate, chain: [])
        }
    }

    @Test(arguments: PracticeKeyKind.allCases, [false, true])
    func `the size promised is enough and not wasteful`(keys: PracticeKeyKind, timestamped: Bool) async throws {
        let practice = try Practice.of(keys)
        let count = try await practice.sign(timestamped: timestamped).count
        let promised = CMSSignatureRequest.estimatedSize(
            certificate: practice.leader.certificate, chain: practice.leader.chain, withTimestamp: timestamped)
        #expect(count <= promised && promised - count < (timestamped ? 8192 : 512))
    }
}

/// Kiểm tra chữ ký: sự thật được ghi lại, không kết luận thay người dùng.
struct CMSVerificationTests {
    @Test func `another document has another digest`() async throws {
        let practice = try Practice.of(.rsa2048)
        let report = try practice.verify(try await practice.sign(), over: document + [0])
        #expect(!report.messageDigestMatches)
        #expect(report.signatureValid)
    }

    @Test func `a changed signature value does not verify`() async throws {
        let practice = try Practice.of(.rsa2048)
        let report = try practice.verify(try await practice.sign().flipped(at: -1))
        #expect(report.messageDigestMatches)
        #expect(report.signature == .invalid)
    }

    @Test func `changed signed attributes do not verify`() async throws {
        let practice = try Practice.of(.p256)
        let cms = try await practice.sign()
        let digest = DigestAlgorithm.sha256.digest(document)
        let place = try #require(cms.range(of: digest)?.lowerBound)
        let report = try practice.verify(cms.flipped(at: place))
        #expect(!report.messageDigestMatches && !report.signatureValid)
    }

    @Test func `padding after the structure is measured and told from junk`() async throws {
        let cms = try await Practice.of(.p256).sign()
        let padded = try CMSFacts(der: cms + Data(count: 500))
        #expect(padded.encodedByteCount == cms.count && padded.paddingIsZero)
        #expect(try !CMSFacts(der: cms + Data([0, 1])).paddingIsZero)
    }

    @Test func `an unknown root is untrusted though the signature holds`() async throws {
        let practice = try Practice.of(.rsa2048)
        let report = try practice.verify(
            try await practice.sign(), trust: TrustStore(anchors: [try Practice.of(.p256).pki.root]))
        #expect(report.signatureValid && report.path?.status == .untrusted)
    }

    @Test func `a certificate that ran out is judged at the time a trusted stamp proves`() async throws {
        let practice = try Practice.of(.p256)
        let later = now + 400 * 86_400
        let plain = try practice.verify(try await practice.sign(), at: later)
        #expect(plain.path?.status == .expired)
        let stamped = try practice.verify(try await practice.sign(timestamped: true), at: later)
        #expect(stamped.path?.status == .trusted && stamped.path?.judgedAt == now)
        #expect(stamped.timestamp?.authorityExpiredSince == false)
    }

    @Test func `a stamp whose authority has run out since proves nothing, unless a later one covers it`() async throws {
        let practice = try Practice.of(.p256)
        let facts = try CMSFacts(der: try await practice.sign(timestamped: true))
        let token = try TimestampToken(der: try #require(facts.timestampTokens.first))
        let end = practice.responder.certificate.notAfter
        var proofs = ProofsOfExistence()
        for (proof, isTrusted) in [(nil, false), (end - 60, true), (end + 60, false)] as [(Date?, Bool)] {
            if let proof { proofs = ProofsOfExistence(); proofs.add(proof, of: token.cms.signature) }
            let report = facts.verify(
                documentDigest: { $0.digest(document) }, trust: practice.pki.trust, at: end + 86_400, proofs: proofs)
            #expect(report.timestamp?.isTrusted == isTrusted)
            #expect(report.timestamp?.authorityExpiredSince == true)
            #expect(report.path?.subIndication == (isTrusted ? nil : "OUT_OF_BOUNDS_NO_POE"))
        }
    }

    @Test func `a signature made after expiry stays expired under its stamp`() async throws {
        let practice = try Practice.of(.p256)
        let expired = try practice.key(valid: .init(from: now - 40 * 86_400, days: 30))
        #expect(!expired.certificate.fitness(at: now).isEmpty)
        let report = try practice.verify(try await practice.sign(by: expired, timestamped: true))
        #expect(report.signatureValid && report.path?.status == .expired)
    }

    @Test func `a stamp over another signature proves nothing`() async throws {
        let practice = try Practice.of(.p256)
        let digest = DigestAlgorithm.sha256
        let request = try CMSSignatureRequest.prepare(
            documentDigest: digest.digest(document), digestAlgorithm: digest, certificate: practice.leader.certificate,
            chain: practice.leader.chain)
        let signature = try practice.leader.sign(request.messageToSign, digest: digest)
        let token = try await TimestampAuthority.local(practice.responder) { now }.stamp(
            digest.digest(Data("khác".utf8)))
        let report = try practice.verify(try request.finish(signature: signature, timestampToken: token))
        #expect(report.signatureValid)
        #expect(report.timestamp?.imprintMatches == false && report.timestamp?.isIntact == false)
        #expect(report.provenTime == nil)
    }

    @Test func `junk in the place of a stamp is reported as such`() async throws {
        let practice = try Practice.of(.p256)
        let digest = DigestAlgorithm.sha256
        let request = try CMSSignatureRequest.prepare(
            documentDigest: digest.digest(document), digestAlgorithm: digest, certificate: practice.leader.certificate,
            chain: practice.leader.chain)
        let signature = try practice.leader.sign(request.messageToSign, digest: digest)
        let report = try practice.verify(
            try request.finish(signature: signature, timestampToken: Data(DER.sequence(DER.null))))
        #expect(report.signatureValid && report.timestampUnreadable)
    }

    @Test(arguments: 1...40)
    func `a damaged signature is never taken for sound, and never a crash`(seed: Int) async throws {
        var generator = SeededGenerator(seed: seed)
        let practice = try Practice.of(seed.isMultiple(of: 2) ? .rsa2048 : .p256)
        let cms = try await practice.sign(timestamped: true)
        for _ in 0..<40 {
            guard let report = try? practice.verify(cms.damaged(by: &generator)) else { continue }
            let isWhole = report.messageDigestMatches && report.signatureValid && report.essMatches == .present
            // Framing and the other certificates may change without touching what was signed; the signer may not.
            #expect(!isWhole || report.signer == practice.leader.certificate)
            #expect(report.provenTime == nil || report.timestamp?.authority == practice.responder.certificate)
        }
    }

    @Test func `every truncation is refused`() async throws {
        let cms = try await Practice.of(.p256).sign(timestamped: true)
        for count in stride(from: 0, to: cms.count, by: 7) {
            #expect(throws: DERError.self) { try CMSFacts(der: cms.prefix(count)) }
        }
    }
}
