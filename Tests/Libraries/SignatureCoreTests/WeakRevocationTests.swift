import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Dữ liệu thu hồi ký bằng thuật toán đã cũ (TT 15/2025/TT-BKHCN): không bao giờ làm kết luận tốt hơn.
struct WeakRevocationTests {
    typealias Line = TestAuthority.Line

    @Test(arguments: [(DigestAlgorithm.sha256, true), (.sha1, false)])
    func `a list clears a certificate only by algorithms that hold`(digest: DigestAlgorithm, counts: Bool) throws {
        let path = try { try $0.path([$0.issuing.list(digest: digest)]) }(TestHierarchy())
        #expect((path.revocation == .good) == counts && path.status == .trusted)
        #expect(path.revocations.first?.refusals == (counts ? [] : [.weakAlgorithm]))
        #expect(counts || path.problems.first?.sentence.contains("đã cũ") == true)
    }

    @Test(arguments: [(DigestAlgorithm.sha256, true), (.sha1, false)])
    func `an answer clears a certificate only by algorithms that hold`(digest: DigestAlgorithm, counts: Bool) throws {
        let hierarchy = try TestHierarchy()
        let answer = try hierarchy.issuing.answer(
            about: hierarchy.signer.certificate, TestAuthority.Answer(signatureDigest: digest))
        let path = try hierarchy.path(ocsp: [answer])
        #expect((path.revocation == .good) == counts)
        #expect(path.revocations.first?.refusals == (counts ? [] : [.weakAlgorithm]))
    }

    @Test func `a revocation on a weak list counts, whatever sound data says`() throws {
        let hierarchy = try TestHierarchy()
        let line = Line(certificate: hierarchy.signer.certificate, revokedAt: now - 7200)
        let weak = try hierarchy.issuing.list([line], digest: .sha1)
        #expect(try hierarchy.path([weak]).isRevoked)
        #expect(try hierarchy.path([hierarchy.issuing.list(from: now - 60), weak]).isRevoked)
    }

    /// Revoked after the time that matters means good until then: nobody may make that up.
    @Test func `that the certificate was revoked only later is believed of sound data alone`() throws {
        let hierarchy = try TestHierarchy()
        let line = Line(certificate: hierarchy.signer.certificate, revokedAt: now - 600)
        let (sound, weak) = (
            try hierarchy.issuing.list([line], from: now - 300),
            try hierarchy.issuing.list([line], from: now - 300, digest: .sha1)
        )
        #expect(try hierarchy.path([sound], proof: now - 900).revocation == .good)
        #expect(try hierarchy.path([weak], proof: now - 900).revocation == .tryLater)
        let both = try hierarchy.path([weak, hierarchy.issuing.list(from: now - 1200)], proof: now - 900)
        #expect(both.revocation == .good)
    }

    @Test func `of two revocations the earlier counts, so that a weak list hides none`() throws {
        let hierarchy = try TestHierarchy()
        let certificate = hierarchy.signer.certificate
        let sound = try hierarchy.issuing.list([Line(certificate: certificate, revokedAt: now - 7200)])
        let weak = try hierarchy.issuing.list([Line(certificate: certificate, revokedAt: now - 60)], digest: .sha1)
        #expect(try hierarchy.path([weak, sound], proof: now - 3600).isRevoked)
    }

    @Test(arguments: [(DigestAlgorithm.sha256, true), (.sha1, false)])
    func `a hold ends by sound data alone`(digest: DigestAlgorithm, isLifted: Bool) throws {
        let hierarchy = try TestHierarchy()
        let line = Line(certificate: hierarchy.signer.certificate, revokedAt: now - 7200, reason: .certificateHold)
        let older = try hierarchy.issuing.list(from: now - 9000)
        let newer = try hierarchy.issuing.list(from: now - 60, digest: digest)
        let path = try hierarchy.path([older, hierarchy.issuing.list([line]), newer])
        #expect((path.revocation == .good) == isLifted && !path.isRevoked)
    }

    private static let ages: [(AlgorithmWeakness, Int, Int?, Bool)] = [
        (.sha1, 2019, nil, false), (.sha1, 2021, nil, true), (.sha1, 2021, 2019, true),
        (.shortRSAKey(bits: 1024), 2012, nil, true), (.shortRSAKey(bits: 1024), 2012, 2012, false),
    ]

    @Test(arguments: ages)
    func `data of its algorithm's own time is believed, of a short key only with proof`(
        weakness: AlgorithmWeakness, made: Int, proven: Int?, isWeak: Bool
    ) throws {
        func day(_ year: Int) -> Date { Date(timeIntervalSince1970: Double(year - 1970) * 31_557_600 + 9_000_000) }
        let piece = RevocationEvidence(
            source: .crl, der: Data(), status: .good, thisUpdate: day(made),
            authority: try Practice.of(.p256).pki.root,
            algorithmProblems: [
                AlgorithmProblem(weakness: weakness, reliableUntil: weakness == .sha1 ? day(2020) : day(2014))
            ])
        #expect(piece.isWeak(for: day(2010), provenAt: proven.map(day)) == isWeak)
        #expect(piece.isWeak(for: now, provenAt: proven.map(day)) == (isWeak || weakness == .sha1))
    }
}

/// Một tệp mang bao nhiêu chứng thư cũng được: việc kiểm tra có giới hạn và không làm hai lần.
struct AuthorityCheckTests {
    private func path(
        _ hierarchy: TestHierarchy, _ checks: AuthorityChecks, beside crowd: [Certificate] = []
    ) throws -> PathReport {
        let material = ValidationMaterial(
            certificates: crowd, crls: [try hierarchy.issuing.list(), try hierarchy.rootList()])
        return hierarchy.trust.sharing(CommonGround(material, checks: checks))
            .path(of: hierarchy.signer.certificate, at: now)
    }

    @Test func `what is at hand for the whole file is used, and no signature is checked twice`() throws {
        let hierarchy = try TestHierarchy()
        let common = CommonGround(
            ValidationMaterial(crls: [try hierarchy.issuing.list(), try hierarchy.rootList()]))
        let trust = hierarchy.trust.sharing(common)
        #expect(trust.path(of: hierarchy.signer.certificate, at: now).isFullyTrusted)
        let once = common.checks.work
        #expect(trust.path(of: hierarchy.signer.certificate, at: now).isFullyTrusted)
        // Two certificates and two lists.
        #expect(once == 4 * 16 && common.checks.work == once)
    }

    @Test func `a link known from another file is paid for all the same, and vouches for no other key`() throws {
        let hierarchy = try TestHierarchy()
        let (first, second) = (AuthorityChecks(), AuthorityChecks())
        #expect(try path(hierarchy, first).isFullyTrusted && path(hierarchy, second).isFullyTrusted)
        #expect(first.work == second.work)
        let stranger = try hierarchy.root.authority("Phát hành").certificate
        #expect(!second.isSigned(hierarchy.signer.certificate, by: stranger))
        #expect(second.isSigned(hierarchy.signer.certificate, by: hierarchy.issuing.certificate))
    }

    @Test func `a file that asks for too much gets no path, one within bounds does`() throws {
        let hierarchy = try TestHierarchy()
        let crowd = try (0..<20).map { _ in try hierarchy.root.authority("Phát hành").certificate }
        let modest = AuthorityChecks()
        #expect(try path(hierarchy, modest, beside: crowd).isFullyTrusted && !modest.isExhausted)
        let report = try path(hierarchy, AuthorityChecks(maximumWork: 40), beside: crowd)
        #expect(report.status == .untrusted && report.problems.map(\.kind) == [.tooMuchToCheck])
        #expect(report.subIndication == "NO_CERTIFICATE_CHAIN_FOUND")
    }

    @Test func `thousands of lists that begin alike are told apart, and are paid for`() throws {
        let list = try TestHierarchy().issuing.list()
        let many = (0..<3000).map { list.dropLast(2) + Data([UInt8($0 >> 8), UInt8($0 & 0xFF)]) }
        #expect((many + many).uniqued().count == 3000)
        let checks = AuthorityChecks(maximumWork: 500)
        #expect(checks.mayLook(through: 3000) && checks.mayLook(through: 3000) && !checks.isExhausted)
        #expect(!checks.mayLook(through: 3000) && checks.isExhausted)
    }
}
