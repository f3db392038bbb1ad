import Foundation
import OfficeTestKit
import Platform
import Testing

@testable import OfficeApp

/// Nâng cấp: cơ sở dữ liệu cũ lên bản mới mà không mất chỗ của văn bản trong các hộp.
@Suite struct UpgradeTests {
    /// What an office had before boxes were read by the order of their documents.
    private static let later: Set = ["records-2", "incoming-2", "outgoing-3"]

    @Test(arguments: Engine.testable)
    func `documents on the desks of an older office keep their place in its lists`(engine: Engine) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try await TestDatabase.make(engine, in: folder)
        try await database.migrate(Office.schema.filter { !Self.later.contains($0.name) })
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO incoming_document (id, origin, sender_code, sender_name, document_id, number, notation,
                    type_label, subject, signer_name, signer_position, urgency, secrecy, to_places, notes, arrived_at,
                    state, refusal, sameness, search_text)
                VALUES (7, 'entered', '', 'Bộ', '', '1', 'BKH', '', 'Về việc thử', '', '', 0, 0, '', '', 1234567,
                    'received', '', '', '')
                """)
            try tx.execute(
                """
                INSERT INTO branch (subject_kind, subject_id, holder_kind, holder_id, holder_name, role, state, note,
                    created_by_name, created_at, outcome)
                VALUES ('incoming', 7, 'person', 3, 'An', 'lead', 'pending', '', 'Bình', 1300000, '')
                """)
        }
        try await database.migrate(Office.schema)
        let place: Int64? = try await database.read { try $0.value("SELECT subject_at FROM branch") }
        #expect(place == 1_234_567)
        await database.close()
    }
}
