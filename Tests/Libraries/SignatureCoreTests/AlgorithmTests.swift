import Digests
import Foundation
import Testing

@testable import SignatureCore

/// Thuật toán ký: đúng tham số, đúng dạng, đúng độ dài khóa (RFC 8017, RFC 4055, RFC 8419; TT 15/2025/TT-BKHCN).
struct AlgorithmTests {
    private func algorithm(_ encoded: [UInt8]) throws -> SignatureAlgorithm {
        var reader = try DERReader(encoded)
        return try SignatureAlgorithm(try reader.next())
    }

    private func pss(_ digest: ObjectIdentifier, _ mask: ObjectIdentifier, salt: Int, trailer: Int?) -> [UInt8] {
        func explicit(_ number: UInt8, _ value: [UInt8]) -> [UInt8] { DER.element(DERTag.context(number), value) }
        let members =
            explicit(0, DER.sequence(DER.identifier(digest)))
            + explicit(1, DER.sequence(DER.identifier(.mgf1), DER.sequence(DER.identifier(mask))))
            + explicit(2, DER.integer(salt)) + (trailer.map { explicit(3, DER.integer($0)) } ?? [])
        return DER.sequence(DER.identifier(.rsaPSS), DER.element(DERTag.sequence, members))
    }

    @Test func `the mask of PSS may be made by SHA-1 still, and is told`() throws {
        let old = SignatureAlgorithm.rsaPSS(digest: .sha256, mask: .sha1, saltByteCount: 32)
        #expect(try algorithm(pss(.sha256, .sha1, salt: 32, trailer: nil)) == old)
        #expect(old.hasOldMask && old.ownDigest == .sha256)
        #expect(!SignatureAlgorithm.rsaPSS(digest: .sha256, mask: .sha256, saltByteCount: 32).hasOldMask)
        let leader = try Practice.of(.rsa2048).leader
        let value = try leader.signPSS(document, digest: .sha256)
        #expect(old.check(value, over: document, by: leader.certificate) == .invalid)
    }

    @Test func `the parameters of PSS are read, no strange mask and one trailer only`() throws {
        let right = SignatureAlgorithm.rsaPSS(digest: .sha256, mask: .sha256, saltByteCount: 32)
        #expect(try algorithm(pss(.sha256, .sha256, salt: 32, trailer: nil)) == right)
        #expect(try algorithm(pss(.sha256, .sha256, salt: 32, trailer: 1)) == right)
        #expect(try algorithm(right.encodedIdentifier) == right)
        for wrong in [
            pss(.sha256, .sha512, salt: 32, trailer: nil), pss(.sha256, .sha256, salt: 32, trailer: 2),
            pss(.sha256, .sha256, salt: 600, trailer: nil),
        ] {
            guard case .unsupported = try algorithm(wrong) else {
                Issue.record("\(Data(wrong).hex)")
                continue
            }
        }
    }

    @Test func `PSS with another salt than it says does not verify`() throws {
        let leader = try Practice.of(.rsa2048).leader
        let value = try leader.signPSS(document, digest: .sha256)
        for (salt, check) in [(32, SignatureCheck.valid), (20, .invalid)] {
            let algorithm = SignatureAlgorithm.rsaPSS(digest: .sha256, mask: .sha256, saltByteCount: salt)
            #expect(algorithm.check(value, over: document, by: leader.certificate) == check)
        }
        #expect(SignatureAlgorithm.rsaPKCS1(.sha256).check(value, over: document, by: leader.certificate) == .invalid)
    }

    @Test func `two different digests in one signature do not verify`() throws {
        let leader = try Practice.of(.p256).leader
        let value = try leader.sign(document, digest: .sha256)
        // Made by either of the two.
        for value in [value, try leader.sign(document, digest: .sha384)] {
            let check = SignatureAlgorithm.ecdsa(.sha256).check(
                value, over: .bytes(document), digest: .sha384, by: leader.certificate)
            #expect(check == .invalid)
        }
        #expect(SignatureAlgorithm.ecdsa(.sha256).check(value, over: document, by: leader.certificate) == .valid)
    }

    @Test func `a pair of numbers has one encoding and no zero in it`() throws {
        let value = [UInt8](try Practice.of(.p256).leader.sign(document, digest: .sha256))
        #expect(ECDSAValue.isWellFormed(Data(value)))
        let one = DER.integer(1)
        let wrong: [[UInt8]] = [
            value + [0], DER.sequence(DER.integer(0), one), DER.sequence(one, DER.integer(0)), DER.sequence(one),
            DER.sequence(DER.element(DERTag.integer, [0xFF]), one), DER.sequence(one, one, one),
            DER.sequence(DER.element(DERTag.integer, [0, 1]), one), [],
            DER.sequence(DER.element(DERTag.integer, [UInt8]()), one),
            [0x30, 0x81] + value.dropFirst(),
        ]
        for bytes in wrong { #expect(!ECDSAValue.isWellFormed(Data(bytes)), "\(Data(bytes).hex)") }
    }

    @Test func `numbers at or beyond the order of the curve do not verify`() throws {
        let order = try #require(Data(hex: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        let value = Data(DER.sequence(DER.integer(magnitude: order), DER.integer(1)))
        let leader = try Practice.of(.p256).leader.certificate
        #expect(ECDSAValue.isWellFormed(value))
        #expect(SignatureAlgorithm.ecdsa(.sha256).check(value, over: document, by: leader) == .invalid)
    }

    @Test func `Ed25519 goes with SHA-512 only, and says so`() throws {
        let leader = try Practice.of(.ed25519).leader
        let value = try leader.sign(document, digest: .sha512)
        let algorithm = SignatureAlgorithm.ed25519
        #expect(algorithm.check(value, over: .bytes(document), digest: .sha512, by: leader.certificate) == .valid)
        #expect(algorithm.check(value, over: .bytes(document), digest: .sha256, by: leader.certificate) == .unsupported)
        let reason = algorithm.obstacle(digest: .sha256, by: leader.certificate)
        #expect(reason == "Ed25519 chỉ đi với SHA-512, không phải SHA-256.")
    }

    @Test func `Ed448 goes with SHAKE256 only`() async throws {
        try await withFolder { folder in
            try document.write(to: folder.appending(path: "d"))
            let made = try openssl(
                "req -x509 -newkey ed448 -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=E", in: folder)
            #expect(made.status == 0, "\(made.text)")
            _ = try openssl("pkeyutl -sign -inkey k.pem -rawin -in d -out s", in: folder)
            let certificate = try Certificate.all(in: Data(contentsOf: folder.appending(path: "c.pem")))[0]
            let value = try Data(contentsOf: folder.appending(path: "s"))
            let algorithm = SignatureAlgorithm.ed448
            #expect(algorithm.check(value, over: .bytes(document), digest: .shake256, by: certificate) == .valid)
            #expect(
                algorithm.check(value.flipped(at: 3), over: .bytes(document), digest: .shake256, by: certificate)
                    == .invalid)
            #expect(algorithm.check(value, over: .bytes(document), digest: .sha512, by: certificate) == .unsupported)
            #expect(algorithm.obstacle(digest: .sha512, by: certificate)?.contains("SHAKE256") == true)
            #expect(certificate.isSigned(by: certificate))
        }
    }

    @Test func `a key of another kind than the algorithm is told as such`() throws {
        let leader = try Practice.of(.p256).leader.certificate
        #expect(SignatureAlgorithm.rsaPKCS1(.sha256).check(Data(count: 64), over: document, by: leader) == .unsupported)
        #expect(SignatureAlgorithm.rsaPKCS1(nil).obstacle(digest: .sha256, by: leader)?.contains("ECDSA P-256") == true)
    }

    @Test(arguments: [
        ("", "md5", DigestAlgorithm.md5), ("abc", "sha3-256", .sha3With256), ("abc", "sha3-512", .sha3With512),
        ("abc", "sha224", .sha224), ("abc", "sha3-384", .sha3With384),
    ])
    func `digests are those openssl computes`(text: String, name: String, algorithm: DigestAlgorithm) async throws {
        let output = try await withFolder { folder in
            try Data(text.utf8).write(to: folder.appending(path: "d"))
            return try openssl("dgst -r -\(name) d", in: folder).text
        }
        #expect(output.hasPrefix(algorithm.digest(Data(text.utf8)).hex))
        #expect(algorithm.digest(Data()).count == algorithm.byteCount)
    }

    @Test func `SHAKE256 gives 512 bits`() {
        let known = "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"
        let digest = DigestAlgorithm.shake256.digest(Data())
        #expect(digest.hex.hasPrefix(known) && digest.count == 64)
    }

    @Test(arguments: [DigestAlgorithm.md5, .sha1, .sha224, .sha3With256, .shake256])
    func `old and unusual digests are read but not made`(digest: DigestAlgorithm) throws {
        let leader = try Practice.of(.rsa2048).leader.certificate
        #expect(throws: SignatureError.self) {
            try CMSSignatureRequest.prepare(
                documentDigest: Data(count: digest.byteCount), digestAlgorithm: digest, certificate: leader, chain: [])
        }
    }

    @Test func `weak algorithms are excused by proof of being old enough, never without`() {
        let policy = AlgorithmPolicy.standard
        let sha1 = policy.problem(.sha1)
        #expect(sha1?.isTolerated(at: nil) == false)
        #expect(sha1?.isTolerated(at: Date(timeIntervalSince1970: 1_560_000_000)) == true)  // 2019
        #expect(sha1?.isTolerated(at: now) == false)
        #expect(sha1.map { $0.isTolerated(at: $0.reliableUntil) } == false)
        #expect(policy.problem(.sha256) == nil && policy.problem(.sha3With256) == nil)
        #expect(policy.problem(.rsa(bits: 2048)) == nil && policy.problem(.ecdsa(.p256)) == nil)
        #expect(policy.problem(.rsa(bits: 1024))?.isTolerated(at: Date(timeIntervalSince1970: 1_300_000_000)) == true)
        #expect(policy.problem(.rsa(bits: 512))?.isTolerated(at: Date(timeIntervalSince1970: 1_000_000_000)) == false)
    }

    @Test func `weak certificates on the path are named, and sign nothing more`() async throws {
        try await withFolder { folder in
            let commands = [
                "req -x509 -newkey rsa:2048 -nodes -keyout r.key -out r.pem -days 30 -subj /CN=Root",
                "req -new -newkey rsa:2048 -nodes -keyout s.key -out s.csr -subj /CN=Signer",
                "x509 -req -sha1 -in s.csr -CA r.pem -CAkey r.key -set_serial 1 -days 20 -out s.pem",
            ]
            for command in commands { #expect(try openssl(command, in: folder).status == 0) }
            let certificates = try ["s.pem", "r.pem"].map {
                try Certificate.all(in: Data(contentsOf: folder.appending(path: $0)))[0]
            }
            let problems = AlgorithmPolicy.standard.problems(along: certificates)
            #expect(problems.map(\.weakness) == [.sha1] && problems.first?.certificate == certificates[0])
            let readiness = SigningReadiness.check(
                certificates[0], trust: TrustStore(anchors: [certificates[1]]), at: certificates[0].notBefore)
            #expect(readiness.problems.contains(.weakAlgorithm) && !readiness.maySign)
        }
    }

    @Test func `a key that signs anything is no key`() throws {
        for exponent in [1, 2, 65_536] {
            let key = DER.sequence(DER.integer(magnitude: [UInt8](repeating: 0xC1, count: 256)), DER.integer(exponent))
            let info = DER.sequence(DER.sequence(DER.identifier(.rsaEncryption), DER.null), DER.bits(key))
            var reader = try DERReader(info)
            #expect(try PublicKeyAlgorithm(try reader.next()) == .other("RSA (e)"))
        }
    }

    @Test(arguments: [([UInt8]([0x80, 0, 0, 1]), true), ([1, 0, 0, 0, 1], false)])
    func `an exponent has 32 bits at the most`(exponent: [UInt8], isRead: Bool) throws {
        let modulus = DER.integer(magnitude: [UInt8](repeating: 0xC1, count: 256))
        let info = DER.sequence(
            DER.sequence(DER.identifier(.rsaEncryption), DER.null),
            DER.bits(DER.sequence(modulus, DER.integer(magnitude: exponent))))
        var reader = try DERReader(info)
        #expect(try PublicKeyAlgorithm(try reader.next()) == (isRead ? .rsa(bits: 2048) : .other("RSA (e)")))
    }

    @Test(arguments: [(1024, true), (1025, false)])
    func `no time is spent on RSA of more than 8192 bits`(octets: Int, isTried: Bool) throws {
        let modulus = DER.integer(magnitude: [UInt8](repeating: 0xC1, count: octets))
        let info = DER.sequence(
            DER.sequence(DER.identifier(.rsaEncryption), DER.null), DER.bits(DER.sequence(modulus, DER.integer(3))))
        let template = CertificateTemplate(
            kind: .bare, subject: DistinguishedName([.init(type: .commonName, value: "A")]), notBefore: now,
            notAfter: now + 60)
        let certificate = try TestAuthority.root().certify(Data(info), template)
        let algorithm = SignatureAlgorithm.rsaPKCS1(.sha256)
        #expect((algorithm.obstacle(digest: .sha256, by: certificate) == nil) == isTried)
        let check = algorithm.check(Data(count: octets), over: Data(), by: certificate)
        #expect(check == (isTried ? .invalid : .unsupported))
    }
}
