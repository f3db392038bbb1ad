import Foundation
import OfficeTestKit
import Testing

@testable import Platform

/// Cấu hình: tệp, rồi môi trường, rồi dòng lệnh.
@Suite struct SettingsTests {
    private func file(_ text: String) throws -> String {
        let path = try TestOffice.temporaryFolder().appending(path: "office.conf").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func `the environment wins over the file, the command line over both`() throws {
        let path = try file("port = 1\nhost = \"a b\"\n# nhận xét\n\nhub.url = http://x/\n")
        let settings = try Settings(file: path)
            .overlaid(environment: ["VASTOFFICE_PORT": "2", "VASTOFFICE_HUB_URL": "http://y/", "OTHER": "z"])
            .overlaid(with: ["port": "3"])
        #expect(try settings.integer("port", default: 0) == 3)
        #expect(settings.text("host") == "a b")
        #expect(try settings.url("hub.url")?.host() == "y")
        #expect(settings.text("other") == nil)
    }

    @Test func `a line that is none is told by its number`() throws {
        let path = try file("port = 1\nchỗ này sai\n")
        #expect(throws: SettingsError.self) { try Settings(file: path) }
        do { _ = try Settings(file: path) } catch { #expect(error.description.contains(":2:")) }
        #expect(throws: SettingsError.self) { try Settings(file: "/no/such/file") }
    }

    @Test(arguments: [("true", true), ("yes", true), ("1", true), ("false", false), ("no", false), ("0", false)])
    func `flags are read in a few plain spellings`(text: String, value: Bool) throws {
        #expect(try Settings(["a": text]).flag("a", default: !value) == value)
    }

    @Test func `a value of the wrong kind is refused, an absent one has its default`() throws {
        let settings = Settings(["a": "nhiều", "empty": ""])
        #expect(throws: SettingsError.self) { try settings.integer("a", default: 1) }
        #expect(throws: SettingsError.self) { try settings.flag("a", default: true) }
        #expect(throws: SettingsError.self) { try settings.url("a") }
        #expect(throws: SettingsError.self) { try settings.required("empty") }
        #expect(try settings.integer("none", default: 4) == 4)
        #expect(try settings.url("none") == nil)
    }
}
