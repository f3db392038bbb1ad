import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Chữ ký kiểu adbe.x509.rsa_sha1 của những năm cũ: chỉ có giá trị RSA, chứng thư số đứng bên cạnh.
struct BareSignatureTests {
    private func report(
        _ digest: DigestAlgorithm = .sha256, over other: Data = document, keys: PracticeKeyKind = .rsa2048,
        change: (Data) -> Data = { $0 }
    ) throws -> CMSReport {
        let practice = try Practice.of(keys)
        let value = DER.octets(change(try practice.leader.sign(document, digest: digest)))
        let certificates = ([practice.leader.certificate] + practice.leader.chain).map(\.der)
        return try BareSignature(der: Data(value), certificates: certificates).verify(
            documentDigest: { $0.digest(other) }, trust: TrustStore(anchors: [practice.pki.root]), at: now)
    }

    @Test(arguments: [DigestAlgorithm.sha256, .sha384, .sha512])
    func `the value tells its digest, and the first certificate is the signer's`(digest: DigestAlgorithm) throws {
        let report = try report(digest)
        #expect(report.signatureValid && report.messageDigestMatches && report.digestAlgorithm == digest)
        #expect(report.path?.status == .trusted && report.weaknesses.isEmpty)
        #expect(try report.signer == Practice.of(.rsa2048).leader.certificate)
    }

    @Test func `a changed document is told apart from a value that is not the signer's`() throws {
        let changed = try report(over: document + [0])
        #expect(changed.signatureValid && !changed.messageDigestMatches)
        let forged = try report { $0.flipped(at: -1) }
        #expect(forged.signature == .invalid && forged.digestAlgorithm == nil)
    }

    @Test func `a key that is no RSA key makes no such signature`() throws {
        let report = try report(keys: .p256)
        #expect(report.signature == .unsupported && report.signatureObstacle != nil)
    }

    @Test func `without a certificate there is no signer, and bytes after the value are seen`() throws {
        let value = Data(DER.octets(Data(count: 256)))
        let bare = try BareSignature(der: value + [0, 0], certificates: [])
        #expect(bare.paddingIsZero)
        #expect(bare.verify(documentDigest: { $0.digest(document) }, trust: TrustStore(), at: now).signer == nil)
        #expect(try !BareSignature(der: value + [0, 1], certificates: []).paddingIsZero)
        #expect(throws: DERError.self) { try BareSignature(der: Data(DER.integer(5)), certificates: []) }
    }
}
