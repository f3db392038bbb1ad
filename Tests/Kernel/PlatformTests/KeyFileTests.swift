import Digests
import Foundation
import OfficeTestKit
import Testing

@testable import Platform

/// Mật khẩu của hệ thống khác nằm trong cấu hình ở dạng niêm phong; khóa nằm riêng.
@Suite struct KeyFileTests {
    private func settings(_ values: [String: String] = [:]) throws -> (Settings, URL) {
        let folder = try TestOffice.temporaryFolder()
        return (Settings(values.merging(["data": folder.path]) { first, _ in first }), folder)
    }

    @Test func `a sealed secret is read back, and its text says nothing`() throws {
        let (settings, folder) = try settings()
        defer { try? FileManager.default.removeItem(at: folder) }
        let sealed = try settings.sealed("bí mật", as: "hub.secret")
        #expect(sealed.hasPrefix("sealed:") && !sealed.contains("bí mật"))
        #expect(try settings.overlaid(with: ["hub.secret": sealed]).secret("hub.secret") == "bí mật")
        #expect(try settings.sealed("bí mật", as: "hub.secret") != sealed)
    }

    @Test func `a plain secret is taken as it is`() throws {
        #expect(try Settings(["hub.secret": "x"]).secret("hub.secret") == "x")
        #expect(throws: SettingsError.self) { try Settings().secret("hub.secret") }
    }

    @Test func `the key is made once, for the office's account alone`() throws {
        let (settings, folder) = try settings()
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = try KeyFile(settings).key()
        #expect(key.count == 32)
        #expect(try KeyFile(settings).key() == key)
        let path = folder.appending(path: "office.key").path
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["office.key"])
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: SettingsError.self) { try KeyFile(settings).key() }
    }

    @Test func `a secret opens neither under another key nor in another's place`() throws {
        let ((settings, folder), (other, elsewhere)) = (try settings(), try settings())
        defer { for place in [folder, elsewhere] { try? FileManager.default.removeItem(at: place) } }
        let sealed = try settings.sealed("x", as: "hub.secret")
        #expect(throws: SettingsError.self) { try other.overlaid(with: ["hub.secret": sealed]).secret("hub.secret") }
        #expect(throws: SettingsError.self) {
            try settings.overlaid(with: ["hub.password": sealed]).secret("hub.password")
        }
        #expect(throws: SettingsError.self) {
            try settings.overlaid(with: ["hub.secret": "sealed:***"]).secret("hub.secret")
        }
    }

    @Test(arguments: 0..<45) func `a seal changed anywhere does not open`(place: Int) throws {
        let key = Data(repeating: 1, count: 32)
        var sealed = try Seal.close(Data("mười bảy".utf8).prefix(17), key: key, purpose: "p")
        sealed[place % sealed.count] ^= 1
        let changed = sealed
        #expect(throws: SealFault.notGenuine) { try Seal.open(changed, key: key, purpose: "p") }
    }

    @Test func `only keys of 256 bits are taken`() {
        #expect(throws: SealFault.wrongKeyLength) { try Seal.close(Data(), key: Data(count: 16), purpose: "") }
        #expect(throws: SealFault.malformed) { try Seal.open(Data(count: 5), key: Data(count: 32), purpose: "") }
    }
}
