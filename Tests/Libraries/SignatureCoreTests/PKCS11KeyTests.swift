import Digests
import Foundation
import KeyCounterparts
import Testing

@testable import SignatureCore

/// Khóa trong token, HSM (PKCS#11): khóa không rời thiết bị; mã PIN sai, thiết bị mất đều được báo rõ, không ký gì.
@Suite(.enabled(if: SoftHSM.isPresent, "needs SoftHSM and OpenSC"), .serialized) struct PKCS11KeyTests {
    static let kinds: [PracticeKeyKind] = PracticeKeyKind.allCases
    static let (pin, otherPIN) = ("123456", "654321")

    /// One token for each kind of key, one that two people share, one to be pulled out.
    static let module: Result<SoftHSM, any Error> = Result {
        var tokens = try kinds.map { kind in
            SoftHSM.Token(kind.rawValue, pin: pin, archives: [try archive("Nguyễn Văn Đức", kind)])
        }
        tokens.append(
            SoftHSM.Token(
                "dùng chung", pin: pin,
                archives: [try archive("Trần Thị Hồng Vân", .p256), try archive("Lê Quang Minh", .p256)]))
        return try SoftHSM(tokens)
    }

    static func archive(_ name: String, _ kind: PracticeKeyKind) throws -> Data {
        try Practice.of(kind).pki.issue(
            to: .person(name: name, agency: "Viện Hàn lâm"), keys: kind, validity: valid,
            passphrase: SoftHSM.passphrase)
    }

    func open(_ label: String, fingerprint: String? = nil, pin: String = pin) async throws -> PKCS11Key {
        try await PKCS11Key.open(
            modulePath: try Self.module.get().modulePath, token: TokenName(label: label), fingerprint: fingerprint,
            pin: pin)
    }

    @Test func `every token is listed with its label and its certificates before anybody logs in`() async throws {
        let tokens = try await PKCS11Module.at(try Self.module.get().modulePath).present()
        #expect(Set(tokens.map(\.name.label)) == Set(Self.kinds.map(\.rawValue) + ["dùng chung"]))
        let shared = try #require(tokens.first { $0.name.label == "dùng chung" })
        let names = shared.certificates.filter { !$0.certificate.isAuthority }.map(\.certificate.commonName)
        #expect(names.sorted() == ["Lê Quang Minh", "Trần Thị Hồng Vân"])
        #expect(tokens.allSatisfy { !$0.isPINLocked && !$0.name.serial.isEmpty })
    }

    @Test(arguments: kinds)
    func `a token signs with every kind of key, and the chain goes along`(kind: PracticeKeyKind) async throws {
        let key = try await open(kind.rawValue)
        #expect(key.certificate.commonName == "Nguyễn Văn Đức")
        #expect(key.chain == [try Practice.of(kind).pki.issuingCertificate])
        let cms = try await key.signDetached(document)
        let report = try CMSFacts(der: cms).verify(
            documentDigest: { $0.digest(document) }, trust: try Practice.of(kind).pki.trust, at: now)
        #expect(report.messageDigestMatches && report.signatureValid && report.path?.status == .trusted)
    }

    @Test(arguments: [DigestAlgorithm.sha256, .sha384, .sha512])
    func `a token signs by RSASSA-PSS`(digest: DigestAlgorithm) async throws {
        let key = try await open(PracticeKeyKind.rsa2048.rawValue)
        let request = try CMSSignatureRequest.prepare(
            documentDigest: digest.digest(document), digestAlgorithm: digest, certificate: key.certificate,
            chain: key.chain, usesPSS: true)
        let signature = try await key.signPSS(request.messageToSign, digest: digest)
        _ = try request.finish(signature: signature)
    }

    @Test func `a wrong PIN is told, and the right one still opens the key`() async throws {
        await #expect(throws: KeyHolderError.self) { try await open("p256", pin: "999999") }
        do { _ = try await open("p256", pin: "999999") } catch let error as KeyHolderError {
            guard case .wrongPIN = error else { throw error }
        }
        _ = try await open("p256").sign(document, digest: .sha256)
    }

    @Test func `a login of one person lets nobody else in`() async throws {
        let one = try await open("dùng chung")
        _ = try await one.sign(document, digest: .sha256)
        await #expect(throws: KeyHolderError.self) { try await open("dùng chung", pin: "000000") }
        // The first person's key goes on working: it logs in again by itself.
        _ = try await one.sign(document, digest: .sha256)
    }

    @Test func `of two keys on one token the one asked for signs`() async throws {
        let tokens = try await PKCS11Module.at(try Self.module.get().modulePath).present()
        let shared = try #require(tokens.first { $0.name.label == "dùng chung" })
        for entry in shared.certificates where !entry.certificate.isAuthority {
            let key = try await open("dùng chung", fingerprint: entry.certificate.fingerprint)
            #expect(key.certificate == entry.certificate)
            #expect(!key.chain.contains { !$0.isAuthority })
            _ = try await key.signDetached(document)
        }
    }

    @Test func `many sign on one token at the same time, and each signature is right`() async throws {
        let keys = [try await open("dùng chung"), try await open("dùng chung")]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<40 {
                group.addTask { _ = try await keys[index % 2].signDetached(document) }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a token that is not there and a certificate that is not on it are named`() async throws {
        await #expect(throws: KeyHolderError.noSuchToken("không có")) { try await open("không có") }
        await #expect(throws: KeyHolderError.noSuchKey) { try await open("p256", fingerprint: "00") }
    }

    @Test func `a token pulled out is told, and signs again when it is put back, without a restart`() async throws {
        let module = try SoftHSM([
            SoftHSM.Token("rút ra", pin: Self.pin, archives: [try Self.archive("Nguyễn Văn Đức", .p256)])
        ])
        func opened() async throws -> PKCS11Key {
            try await PKCS11Key.open(modulePath: module.modulePath, token: TokenName(label: "rút ra"), pin: Self.pin)
        }
        let key = try await opened()
        _ = try await key.signDetached(document)
        try module.pullOut()
        for _ in 1...2 {
            await #expect {
                _ = try await key.sign(document, digest: .sha256)
            } throws: { [.tokenGone, .noSuchToken("rút ra")].contains($0 as? KeyHolderError) }
            await #expect(throws: KeyHolderError.self) { _ = try await opened() }
        }
        try module.putIn()
        // The key that was open goes on, and so does one that is opened now.
        _ = try await key.signDetached(document)
        _ = try await opened().signDetached(document)
    }

    @Test func `while one token is pulled out the others of its module sign`() async throws {
        let module = try SoftHSM([
            SoftHSM.Token("ở lại", pin: Self.pin, archives: [try Self.archive("Nguyễn Văn Đức", .p256)])
        ])
        let key = try await PKCS11Key.open(
            modulePath: module.modulePath, token: TokenName(label: "ở lại"), pin: Self.pin)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<40 {
                group.addTask {
                    guard index.isMultiple(of: 4) else { return _ = try await key.signDetached(document) }
                    await #expect(throws: KeyHolderError.noSuchToken("đã rút")) {
                        _ = try await PKCS11Key.open(
                            modulePath: module.modulePath, token: TokenName(label: "đã rút"), pin: Self.pin)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: ["/khong/co/thu-vien.so", "/usr/lib/x86_64-linux-gnu/libz.so.1"])
    func `what is no PKCS#11 module is refused`(path: String) async throws {
        #expect {
            _ = try PKCS11Module.at(path)
        } throws: { error in
            guard case KeyHolderError.unusableModule = error else { return false }
            return true
        }
    }
}

/// Mã trả về của thiết bị thành lời cho người dùng.
@Suite struct PKCS11FailureTests {
    struct Case: Sendable {
        let value: UInt
        let flags: UInt
        let error: KeyHolderError
        init(_ value: UInt, _ flags: UInt, _ error: KeyHolderError) {
            (self.value, self.flags, self.error) = (value, flags, error)
        }
        init(_ value: UInt, _ error: KeyHolderError) { self.init(value, 0, error) }
    }

    /// PKCS#11 v2.40: return values of §5.1, token flags of §3.2.
    static let cases = [
        Case(0xA0, .wrongPIN(.unknown)), Case(0xA0, 1 << 16, .wrongPIN(.few)), Case(0xA0, 1 << 17, .wrongPIN(.last)),
        Case(0xA0, 3 << 16, .wrongPIN(.last)), Case(0xA0, 1 << 18, .pinLocked), Case(0xA0, 7 << 16, .pinLocked),
        Case(0xA1, .wrongPIN(.unknown)), Case(0xA2, .wrongPIN(.unknown)), Case(0xA3, .pinExpired),
        Case(0xA4, .pinLocked), Case(0xE0, .tokenGone), Case(0x32, .tokenGone), Case(0x03, .tokenGone),
        Case(0xE1, .tokenGone), Case(0x102, .pinExpired), Case(0x70, .unsupported("thuật toán ký này")),
        Case(0x54, .unsupported("thuật toán ký này")), Case(0x30, .device(0x30)), Case(0x05, .device(0x05)),
    ]

    @Test(arguments: cases) func `each return value has its sentence`(one: Case) {
        let error = KeyHolderError(PKCS11Failure(one.value, flags: one.flags))
        #expect(error == one.error)
        #expect(!error.message.isEmpty)
    }

    @Test(arguments: [0xB0, 0xB3, 0x101, 0xE0, 0x32, 0x190, 0x82] as [UInt])
    func `a lost session is worth opening anew`(value: UInt) {
        #expect(KeyHolderError(PKCS11Failure(value)).isLostSession)
    }

    @Test(arguments: [0x05, 0x30, 0xB3, 0xE0] as [UInt])
    func `a module that has lost its device is worth beginning anew, and if it stays lost the device is gone`(
        value: UInt
    ) {
        let error = KeyHolderError(PKCS11Failure(value))
        #expect(error.isLostModule && error.ofLostModule == .tokenGone)
    }

    @Test(arguments: [0xA0, 0xA4, 0x70] as [UInt])
    func `a wrong or locked PIN does not begin the module anew`(value: UInt) {
        #expect(!KeyHolderError(PKCS11Failure(value)).isLostModule)
    }

    @Test(arguments: [0xA0, 0xA4, 0x30, 0x70] as [UInt])
    func `a wrong PIN is never tried twice by itself`(value: UInt) {
        #expect(!KeyHolderError(PKCS11Failure(value)).isLostSession)
    }

    @Test func `two numbers side by side become DER`() throws {
        #expect(
            try ecdsaSignature(fromPair: Data([0x00, 0x81, 0x00, 0x01]))
                == Data([0x30, 0x07, 0x02, 0x02, 0x00, 0x81, 0x02, 0x01, 0x01]))
        #expect(throws: KeyHolderError.self) { try ecdsaSignature(fromPair: Data([1])) }
        #expect(throws: KeyHolderError.self) { try ecdsaSignature(fromPair: Data()) }
    }
}
