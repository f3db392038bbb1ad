import Foundation
import Testing

@testable import SignatureCore

/// Khóa ký trong tệp PKCS#12 chỉ mở được bằng đúng mã PIN.
struct PKCS12KeyTests {
    private func file() throws -> Data {
        try Practice.of(.p256).pki.issue(
            to: Practice.leaderHolder, keys: .p256, validity: valid, passphrase: pin)
    }

    @Test(arguments: ["", "0000", "Ma-PIN 2468", "mã-PIN 2468"])
    func `a wrong PIN is told apart from a broken file`(wrong: String) throws {
        let file = try file()
        #expect(throws: SignatureError.wrongPassphrase) { try PKCS12Key(data: file, passphrase: wrong) }
    }

    @Test func `what is no key file is malformed, whatever the PIN`() throws {
        let file = try file()
        for damaged in [Data(), Data("PDF".utf8), file.prefix(100), Data(count: 2 << 20)] {
            #expect { try PKCS12Key(data: damaged, passphrase: pin) } throws: { error in
                guard case SignatureError.malformedKeyStore = error else { return false }
                return true
            }
        }
    }

    @Test func `openssl opens the file with its PIN and finds AES-256 under PBKDF2 with SHA-256`() async throws {
        let file = try file()
        try await withFolder { folder in
            try file.write(to: folder.appending(path: "k.p12"))
            let output = try openssl("pkcs12 -in k.p12 -info -nokeys -passin", in: folder, extra: ["pass:\(pin)"])
            #expect(output.status == 0)
            #expect(output.text.contains("PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256"))
            #expect(output.text.contains("MAC: sha256"))
        }
    }

    @Test(arguments: ["", "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1", "-legacy"])
    func `a file made by openssl is opened and its PIN checked`(options: String) async throws {
        try await withFolder { folder in
            _ = try openssl(
                "req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=Foreign", in: folder)
            let made = try openssl(
                "pkcs12 -export \(options) -inkey k.pem -in c.pem -out k.p12 -passout", in: folder,
                extra: ["pass:\(pin)"])
            #expect(made.status == 0, "\(made.text)")
            let file = try Data(contentsOf: folder.appending(path: "k.p12"))
            #expect(try PKCS12Key(data: file, passphrase: pin).certificate.commonName == "Foreign")
            #expect(throws: SignatureError.wrongPassphrase) { try PKCS12Key(data: file, passphrase: "1111") }
        }
    }

    @Test func `a file without an integrity code is refused as malformed`() async throws {
        try await withFolder { folder in
            _ = try openssl(
                "req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=Foreign", in: folder)
            _ = try openssl("pkcs12 -export -nomac -inkey k.pem -in c.pem -out k.p12 -passout pass:1234", in: folder)
            let file = try Data(contentsOf: folder.appending(path: "k.p12"))
            #expect(throws: SignatureError.malformedKeyStore("no integrity code")) {
                try PKCS12Key(data: file, passphrase: "1234")
            }
        }
    }

    @Test func `a file with certificates only has no key to sign with`() async throws {
        try await withFolder { folder in
            _ = try openssl(
                "req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=Foreign", in: folder)
            _ = try openssl("pkcs12 -export -nokeys -in c.pem -out k.p12 -passout pass:1234", in: folder)
            let file = try Data(contentsOf: folder.appending(path: "k.p12"))
            #expect(throws: SignatureError.noPrivateKey) { try PKCS12Key(data: file, passphrase: "1234") }
        }
    }

    @Test func `the practice authority is put away and goes on issuing under the same root`() throws {
        let practice = try Practice.of(.p256)
        let archive = try practice.pki.archive(passphrase: "kho")
        let reopened = try PracticePKI(archive: archive, passphrase: "kho", rounds: 2048)
        #expect(reopened.root == practice.pki.root)
        let file = try reopened.issue(to: .seal(agency: "Viện Vật lý"), keys: .p256, validity: valid, passphrase: pin)
        let seal = try PKCS12Key(data: file, passphrase: pin)
        #expect(practice.pki.trust.path(of: seal.certificate, at: now).status == .trusted)
    }

    @Test(arguments: 1...20)
    func `a damaged key file is refused, never a crash`(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let file = try file()
        for _ in 0..<10 { _ = try? PKCS12Key(data: file.damaged(by: &generator), passphrase: pin) }
    }
}
