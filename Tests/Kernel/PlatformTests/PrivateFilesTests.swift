import Foundation
import OfficeTestKit
import Testing

@testable import Platform

/// Tài khoản khác trên máy chủ không đọc được gì của văn phòng, kể cả tệp tạm.
@Suite struct PrivateFilesTests {
    private func folder() throws -> URL { try TestOffice.temporaryFolder().appending(path: "tmp") }

    private func permissions(_ url: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: url.path(percentEncoded: false))[.posixPermissions] as? Int
    }

    @Test func `a folder left open by an earlier version is closed`() throws {
        let folder = try folder()
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        try PrivateFiles.closedFolder(folder)
        #expect(try permissions(folder) == 0o700)
    }

    @Test func `a process works in a folder that is closed to others and gone with it`() throws {
        let scratch = try ScratchFolder(below: try folder())
        #expect(try permissions(scratch.url) == 0o700)
        scratch.remove()
        #expect(!FileManager.default.fileExists(atPath: scratch.url.path))
    }

    @Test func `what a killed process left is swept, what another node works on is not`() throws {
        let parent = try folder()
        let alive = try ScratchFolder(below: parent)
        let dead = parent.appending(path: "process-dead")
        try FileManager.default.createDirectory(at: dead, withIntermediateDirectories: true)
        for name in ["held", "file.pdf"] { try Data("%PDF-".utf8).write(to: dead.appending(path: name)) }
        try Data("%PDF-".utf8).write(to: alive.url.appending(path: "file.pdf"))
        _ = try ScratchFolder(below: parent)
        #expect(!FileManager.default.fileExists(atPath: dead.path))
        #expect(FileManager.default.fileExists(atPath: alive.url.appending(path: "file.pdf").path))
    }

    @Test(arguments: [(3_600.0, true), (90_000, false)])
    func `what nobody can be asked about goes after a day`(age: Double, isKept: Bool) throws {
        let parent = try folder()
        let old = parent.appending(path: "upload-old")
        try FileManager.default.createDirectory(at: old, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: old.path)
        _ = try ScratchFolder(below: parent)
        #expect(FileManager.default.fileExists(atPath: old.path) == isKept)
    }
}
