import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Chữ ký do phần mềm khác tạo: kiểu Adobe có giờ ký, PSS, BER, không thuộc tính.
struct ForeignCMSTests {
    /// Signs `document` with the openssl tool under a fresh self-signed certificate.
    private func foreign(_ options: String, newkey: String = "rsa:2048") async throws -> (cms: Data, root: Certificate)
    {
        try await withFolder { folder in
            try document.write(to: folder.appending(path: "d"))
            let request = try openssl(
                "req -x509 -newkey \(newkey) -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=Foreign "
                    + "-addext keyUsage=nonRepudiation -addext basicConstraints=CA:FALSE", in: folder)
            #expect(request.status == 0, "\(request.text)")
            let signed = try openssl(
                "cms -sign -binary -in d -signer c.pem -inkey k.pem -outform DER -out s.der \(options)", in: folder)
            #expect(signed.status == 0, "\(signed.text)")
            let root = try Certificate.all(in: Data(contentsOf: folder.appending(path: "c.pem")))
            return (try Data(contentsOf: folder.appending(path: "s.der")), try #require(root.first))
        }
    }

    private func report(_ made: (cms: Data, root: Certificate)) throws -> CMSReport {
        try CMSFacts(der: made.cms).verify(
            documentDigest: { $0.digest(document) }, trust: TrustStore(anchors: [made.root]),
            at: made.root.notBefore + 60)
    }

    @Test(arguments: [
        "", "-md sha384", "-md sha512", "-keyid", "-cades", "-nosmimecap", "-keyopt rsa_padding_mode:pss",
        "-md sha512 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20",
    ])
    func `a signature by openssl verifies`(options: String) async throws {
        let report = try report(try await foreign(options))
        #expect(report.formProblems.isEmpty)
        #expect(report.messageDigestMatches && report.signatureValid)
        #expect(report.path?.status == .trusted)
        #expect(report.signingTimeClaimed != nil)
        #expect(report.essMatches == (options == "-cades" ? .present : .absent))
    }

    @Test func `the same in indefinite lengths verifies`() async throws {
        let made = try await foreign("")
        var reader = try DERReader([UInt8](made.cms))
        let loosened = Data(try indefinite(try reader.next(), levels: 4))
        #expect(loosened != made.cms)
        let report = try report((loosened + Data(count: 100), made.root))
        #expect(report.formProblems.isEmpty && report.signatureValid && report.messageDigestMatches)
        #expect(try CMSFacts(der: loosened + Data(count: 100)).encodedByteCount == loosened.count)
    }

    /// The outer `levels` of constructed elements in the indefinite form; certificates stay as they are.
    private func indefinite(_ value: DERValue, levels: Int) throws -> [UInt8] {
        guard levels > 0, value.tag & 0x20 != 0 else { return Array(value.encoded) }
        let members = try value.members().map { try indefinite($0, levels: levels - 1) }
        return [value.tag, 0x80] + members.flatMap(\.self) + [0, 0]
    }

    @Test(arguments: ["prime256v1", "secp384r1", "secp521r1"])
    func `elliptic curves verify`(curve: String) async throws {
        let report = try report(try await foreign("", newkey: "ec -pkeyopt ec_paramgen_curve:\(curve)"))
        #expect(report.messageDigestMatches && report.signatureValid)
    }

    @Test func `SHA-1 and short keys verify and are named as weak`() async throws {
        let report = try report(try await foreign("-md sha1", newkey: "rsa:1024"))
        #expect(report.signatureValid)
        #expect(report.weaknesses == [.sha1, .shortRSAKey(bits: 1024)])
    }

    @Test func `a signature without attributes is over the document itself`() async throws {
        let report = try report(try await foreign("-noattr"))
        #expect(report.signatureValid && report.messageDigestMatches)
        #expect(report.formProblems == [.missingSignedAttributes])
    }

    @Test(arguments: ["-nodetach", "-nodetach -stream -indef"])
    func `content inside is a departure from the form, in pieces too`(options: String) async throws {
        #expect(try report(try await foreign(options)).formProblems == [.encapsulatedContent])
    }

    @Test func `a signer's certificate left out is looked up among those configured, else reported missing`()
        async throws
    {
        let report = try report(try await foreign("-nocerts"))
        #expect(report.signature == .valid && report.path?.status == .trusted)
        let stranger = try CMSFacts(der: try await foreign("-nocerts").cms).verify(
            documentDigest: { $0.digest(document) }, trust: TrustStore(), at: now)
        #expect(stranger.signer == nil && stranger.signature == .unsupported && stranger.path == nil)
    }

    @Test func `a certificate list alone has no signer`() async throws {
        try await withFolder { folder in
            try Data(Practice.of(.p256).pki.root.pem.utf8).write(to: folder.appending(path: "c.pem"))
            _ = try openssl("crl2pkcs7 -nocrl -certfile c.pem -outform DER -out s.der", in: folder)
            let facts = try CMSFacts(der: try Data(contentsOf: folder.appending(path: "s.der")))
            #expect(facts.formProblems.contains(.noSigner))
        }
    }
}
