import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Mã bảo vệ toàn vẹn của tệp mã hóa (ISO/TS 32004): chỉ người mở được tệp mới tính và kiểm tra được.
@Suite struct IntegrityCodeTests {
    private static let key = Data(repeating: 3, count: 32)
    private static let signature = Data("giá trị chữ ký".utf8)

    private static func subject(_ algorithm: DigestAlgorithm, isAttached: Bool) -> IntegrityCode.Subject {
        IntegrityCode.Subject(
            algorithm, documentDigest: algorithm.digest(document),
            signatureDigest: isAttached ? algorithm.digest(signature) : nil)
    }

    private static func finding(
        _ code: Data, in signature: Data? = nil, by key: Data = key, over content: Data = document
    ) throws -> AuthenticatedCode.Finding {
        let read = try AuthenticatedCode(der: code)
        let digest = (read.digestAlgorithm ?? .sha256).digest(content)
        return read.finding(under: key, documentDigest: digest, signature: signature)
    }

    @Test(
        arguments: [DigestAlgorithm.sha256, .sha384, .sha512, .sha3With256, .sha3With384, .sha3With512, .shake256],
        [true, false])
    func `a code holds for the very bytes, signature and key it was made with`(
        algorithm: DigestAlgorithm, isAttached: Bool
    ) throws {
        let code = try IntegrityCode.made(
            over: Self.subject(algorithm, isAttached: isAttached), under: Self.key)
        let (own, other) = isAttached ? (Self.signature, nil) : (nil, Self.signature)
        #expect(try Self.finding(code, in: own) == .right)
        #expect(try Self.finding(code, in: other) == .wrong)
        #expect(try Self.finding(code, in: own, by: Data(count: 32)) == .wrong)
        #expect(try Self.finding(code, in: own, over: document + Data([0])) == .wrong)
    }

    @Test(arguments: [DigestAlgorithm.md5, .sha1, .sha224])
    func `a weak digest is not taken`(algorithm: DigestAlgorithm) throws {
        let code = try IntegrityCode.made(over: Self.subject(algorithm, isAttached: false), under: Self.key)
        #expect(try Self.finding(code) == .unsupported)
    }

    @Test func `each code has a key of its own and the length that was promised`() throws {
        let subject = Self.subject(.sha256, isAttached: false)
        let codes = try (0..<8).map { _ in try IntegrityCode.made(over: subject, under: Self.key) }
        #expect(Set(codes).count == 8)
        #expect(codes.allSatisfy { $0.count == IntegrityCode.byteCount(.sha256) })
        #expect(throws: SignatureError.self) { try IntegrityCode.made(over: subject, under: Data(count: 16)) }
    }

    @Test func `nothing may stand behind a code, and no byte of it may be missing or different`() throws {
        let code = try IntegrityCode.made(over: Self.subject(.sha256, isAttached: false), under: Self.key)
        #expect(throws: DERError.self) { try AuthenticatedCode(der: code + Data([0])) }
        #expect(throws: DERError.self) { try AuthenticatedCode(der: code.dropLast()) }
        for index in code.indices {
            var changed = code
            changed[index] ^= 1
            #expect((try? Self.finding(changed)) != .right, "byte \(index)")
        }
    }

    @Test(arguments: [PracticeKeyKind.rsa2048, .p256], [true, false])
    func `a signature that carries a code holds as before, whatever else it carries`(
        keys: PracticeKeyKind, hasTimestamp: Bool
    ) async throws {
        let practice = try Practice.of(keys)
        let authority = TimestampAuthority.local(practice.responder) { now }
        let cms = try await practice.leader.signDetached(document, timestampedBy: hasTimestamp ? authority : nil)
        let digest = DigestAlgorithm.sha256.digest(document)
        let carrying = try IntegrityCode.carried(by: cms, .sha256, documentDigest: digest, under: Self.key)
        let (before, after) = (try CMSFacts(der: cms), try CMSFacts(der: carrying))
        #expect(carrying.count - cms.count <= IntegrityCode.attachedByteCount(.sha256))
        #expect(after.signature == before.signature && after.timestampTokens == before.timestampTokens)
        #expect(after.certificates == before.certificates && after.formProblems.isEmpty)
        let report = after.verify(
            documentDigest: { $0.digest(document) }, trust: TrustStore(anchors: [practice.pki.root]), at: now)
        #expect(report.signatureValid && report.messageDigestMatches)
        #expect(after.integrityCodes.count == 1)
        #expect(try Self.finding(after.integrityCodes[0], in: after.signature) == .right)
    }

    @Test func `a timestamp token that carries a code is still the token it was`() async throws {
        let practice = try Practice.of(.p256)
        let digest = DigestAlgorithm.sha256.digest(document)
        let token = try await TimestampAuthority.local(practice.responder) { now }.stamp(digest)
        let carrying = try IntegrityCode.carried(by: token, .sha256, documentDigest: digest, under: Self.key)
        let read = try TimestampToken(der: carrying)
        #expect(read.imprint == digest)
        #expect(try TimestampToken(der: token).cms.signature == read.cms.signature)
        #expect(read.verify(imprint: { _ in digest }, trust: TrustStore(), at: now).isIntact)
        #expect(try Self.finding(try #require(read.cms.integrityCodes.first), in: read.cms.signature) == .right)
    }

    @Test(arguments: [Data(), Data([0x30, 0]), Data("nonsense".utf8)])
    func `what is no signature carries no code`(cms: Data) {
        #expect(throws: SignatureError.self) {
            try IntegrityCode.carried(by: cms, .sha256, documentDigest: Data(count: 32), under: Self.key)
        }
    }
}
