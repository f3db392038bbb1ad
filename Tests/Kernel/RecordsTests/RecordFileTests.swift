import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

/// Tệp của văn bản: phiên bản mới không xoá bản cũ.
@Suite struct RecordFileTests {
    private let subject = RecordRef(kind: "outgoing", id: 3)

    @Test(arguments: Engine.testable)
    func `a new version leaves the earlier ones where they are`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let (subject, now, blobs) = (subject, office.now, office.ground.blobs)
        try await office.database.write { tx throws in
            let store = RecordFileStore(tx)
            for text in ["một", "hai"] {
                try store.add(
                    .main, to: subject, name: "Quyết định.pdf", mediaType: "application/pdf",
                    blob: try blobs.put(Data(text.utf8)), at: now)
            }
            try store.add(
                .attachment, ordinal: 2, to: subject, name: "Phụ lục.xlsx", mediaType: "application/octet-stream",
                blob: try blobs.put(Data("ba".utf8)), at: now)
            let all = try store.all(of: subject)
            #expect(all.count == 3)
            let current = try store.current(of: subject)
            #expect(current.map(\.role) == [.attachment, .main])
            #expect(current.map(\.version) == [1, 2])
            #expect(current.map(\.isPDF) == [false, true])
            #expect(try blobs.get(current[1].blob) == Data("hai".utf8))
            try store.remove(.attachment, ordinal: 2, of: subject)
            #expect(try store.current(of: subject).count == 1)
            #expect(try store.all(of: RecordRef(kind: "incoming", id: 3)).isEmpty)
        }
    }
}
