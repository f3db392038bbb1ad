import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

/// Lịch sử: mỗi việc một dòng, nối nhau, không sửa được mà không lộ.
@Suite struct EventHistoryTests {
    private let subject = RecordRef(kind: "incoming", id: 7)

    private func append(_ office: TestOffice, _ kind: String, by actor: Actor?) async throws {
        let (subject, now) = (subject, office.now)
        try await office.database.write { tx in
            try EventHistory(tx).append(kind, on: subject, by: actor, at: now, "Đã \(kind)")
        }
    }

    @Test(arguments: Engine.testable)
    func `events tell who did what and when, oldest first`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await append(office, "registered", by: office.people.clerk)
        office.clock.advance(by: 60)
        try await append(office, "sent", by: nil)
        let subject = subject
        let events = try await office.database.read { try EventHistory($0).of(subject) }
        #expect(events.map(\.kind) == ["registered", "sent"])
        #expect(events.map(\.person) == [office.people.clerk.person, nil])
        #expect(events.map(\.personName) == [office.people.clerk.name, "Hệ thống"])
        #expect(events[1].at == office.now)
        #expect(try await office.database.read { try EventHistory($0).of(RecordRef(kind: "outgoing", id: 7)) }.isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `neither history nor register can be emptied`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        for table in ["event", "register", "register_entry"] {
            await #expect(throws: DatabaseError.self) {
                try await office.database.write { try $0.execute(SQL(trusted: "TRUNCATE \(table)")) }
            }
        }
    }

    @Test(arguments: Engine.testable)
    func `events appended side by side still follow one another`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, connections: 8)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { try await append(office, "step\(number)", by: office.people.clerk) }
            }
            try await group.waitForAll()
        }
        let subject = subject
        #expect(try await office.database.read { try EventHistory($0).isIntact(subject) })
    }

    @Test(
        arguments: Engine.testable,
        [
            "UPDATE event SET detail = 'khác' WHERE kind = 'b'",
            "UPDATE event SET person_name = 'Người khác' WHERE kind = 'b'",
            "UPDATE event SET at = at - 1000 WHERE kind = 'a'",
            "UPDATE event SET person_id = NULL WHERE kind = 'c'",
            "DELETE FROM event WHERE kind = 'b'",
            "DELETE FROM event WHERE kind = 'a'",
        ])
    func `a history changed behind our back is found`(engine: Engine, tampering: String) async throws {
        let office = try await TestOffice.make(engine)
        for kind in ["a", "b", "c"] { try await append(office, kind, by: office.people.clerk) }
        let subject = subject
        #expect(try await office.database.read { try EventHistory($0).isIntact(subject) })
        _ = try await office.database.write { try $0.execute(SQL(trusted: tampering)) }
        #expect(try await office.database.read { try !EventHistory($0).isIntact(subject) })
    }
}
