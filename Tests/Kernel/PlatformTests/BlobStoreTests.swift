import Digests
import Foundation
import OfficeTestKit
import Testing

@testable import Platform

/// Kho tệp theo nội dung: ghi một lần, không bao giờ sửa.
@Suite struct BlobStoreTests {
    private func store() throws -> (BlobStore, URL) {
        let folder = try TestOffice.temporaryFolder()
        return (try BlobStore(folder: folder), folder)
    }

    @Test func `what is stored comes back, under the digest of its content`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        let ref = try store.put(Data("abc".utf8))
        #expect(ref.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(ref.byteCount == 3)
        #expect(try store.get(ref) == Data("abc".utf8))
        try store.verify(ref)
    }

    @Test func `the same content is stored once`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try store.put(Data("abc".utf8))
        func number() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: store.path(first).path)[.systemFileNumber] as? Int
        }
        let file = try number()
        #expect(try store.put(Data("abc".utf8)) == first)
        #expect(try number() == file)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "incoming").path).isEmpty)
    }

    @Test func `an empty file and a large one are files like others`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        for bytes in [Data(), Data(repeating: 7, count: 5 << 20)] {
            let ref = try store.put(bytes)
            #expect(try store.get(ref) == bytes)
        }
    }

    @Test func `a file changed behind our back is found damaged, a lost one missing`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        let ref = try store.put(Data("bản gốc".utf8))
        try Data("bản sửa".utf8).write(to: store.path(ref))
        #expect(throws: BlobError.self) { try store.verify(ref) }
        try FileManager.default.removeItem(at: store.path(ref))
        #expect(throws: BlobError.self) { try store.get(ref) }
    }

    @Test func `content that comes in pieces is stored as what comes at once`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        let draft = try store.draft()
        for piece in ["bản ", "gốc"] { try draft.append(Data(piece.utf8)) }
        #expect(try draft.source().data == Data("bản gốc".utf8))
        let ref = try draft.commit()
        #expect(try store.put(Data("bản gốc".utf8)) == ref)
        #expect(try store.source(ref).data == Data("bản gốc".utf8))
    }

    @Test func `a draft that is given up leaves nothing`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        func giveUp() throws { try store.draft().append(Data("nửa chừng".utf8)) }
        try giveUp()
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.workFolder.path).isEmpty)
    }

    @Test func `a file of the work folder is taken over without a copy`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = Data(repeating: 3, count: 100_000)
        for name in ["một", "hai"] {
            let file = store.workFolder.appending(path: name)
            try bytes.write(to: file)
            let ref = try store.adopt(file, sha256: sha256Hex(bytes), byteCount: bytes.count)
            try store.verify(ref)
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    @Test func `what a process that died left is swept away after a day`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (old, new) = (store.workFolder.appending(path: "cũ"), store.workFolder.appending(path: "mới"))
        for file in [old, new] { try Data("x".utf8).write(to: file) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -2 * 86_400)], ofItemAtPath: old.path)
        _ = try BlobStore(folder: folder)
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.workFolder.path) == ["mới"])
    }

    @Test func `many writers of the same content do not disturb each other`() async throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = Data(repeating: 9, count: 300_000)
        let refs = try await withThrowingTaskGroup(of: BlobRef.self) { group in
            for _ in 0..<20 { group.addTask { try store.put(bytes) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(refs.count == 1)
        for ref in refs { try store.verify(ref) }
    }

    @Test func `what nobody names any more is removed unless it was stored again in the meantime`() throws {
        let (store, folder) = try store()
        defer { try? FileManager.default.removeItem(at: folder) }
        let ref = try store.put(Data("abc".utf8))
        let old = Date(timeIntervalSince1970: 1000)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: store.path(ref).path)
        #expect(try store.put(Data("abc".utf8)) == ref)
        #expect(try !store.remove(ref, ifOlderThan: old.addingTimeInterval(1)))
        #expect(store.contains(ref))
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: store.path(ref).path)
        #expect(try store.remove(ref, ifOlderThan: old.addingTimeInterval(1)))
        #expect(!store.contains(ref))
        #expect(try store.remove(ref, ifOlderThan: old))
    }
}
