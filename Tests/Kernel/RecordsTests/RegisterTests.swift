import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

/// Sổ đăng ký: số cấp theo năm từ 01, duy nhất, không nhảy, không trùng (NĐ 30/2020 Điều 15, 22).
@Suite struct RegisterTests {
    private func take(
        _ office: TestOffice, _ id: Int64, book: String = "outgoing", at now: Date? = nil
    ) async throws -> RegisterEntry {
        let (clerk, now) = (office.people.clerk.person, now ?? office.now)
        return try await office.database.write { tx in
            try Register(tx).take(book: book, for: RecordRef(kind: "outgoing", id: id), by: clerk, at: now)
        }
    }

    private func broken(_ office: TestOffice, year: Int = 2026) async throws -> [Int] {
        try await office.database.read { try Register($0).brokenLinks(book: "outgoing", year: year) }
    }

    @Test(arguments: Engine.testable)
    func `two hundred clerks at once take two hundred numbers without gap or double`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, connections: 32)
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for id in 1...200 { group.addTask { try await take(office, Int64(id)).number } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(numbers.sorted() == Array(1...200))
        #expect(try await broken(office).isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `a number whose transaction fails is given to the next`(engine: Engine) async throws {
        struct Stop: Error {}
        let office = try await TestOffice.make(engine)
        let (clerk, now) = (office.people.clerk.person, office.now)
        #expect(try await take(office, 1).number == 1)
        _ = try? await office.database.write { tx in
            _ = try Register(tx).take(book: "outgoing", for: RecordRef(kind: "outgoing", id: 2), by: clerk, at: now)
            throw Stop()
        }
        #expect(try await take(office, 3).number == 2)
        #expect(try await broken(office).isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `numbers begin at one on the first of January in Viet Nam`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let newYear = try #require(Day("2027-01-01")).start
        #expect(try await take(office, 1, at: newYear.addingTimeInterval(-2)).number == 1)
        let last = try await take(office, 2, at: newYear.addingTimeInterval(-1))
        let first = try await take(office, 3, at: newYear)
        #expect((last.year, last.number) == (2026, 2))
        #expect((first.year, first.number) == (2027, 1))
    }

    @Test(arguments: Engine.testable)
    func `each book counts for itself`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        #expect(try await take(office, 1, book: "outgoing").number == 1)
        #expect(try await take(office, 1, book: "outgoing:secret").number == 1)
        #expect(try await take(office, 2, book: "outgoing").number == 2)
    }

    @Test(arguments: Engine.testable)
    func `a document has one number in a book, until it is voided`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        _ = try await take(office, 1)
        await #expect(throws: DatabaseError.self) { try await take(office, 1) }
        try await office.database.write { tx in
            try Register(tx).void(book: "outgoing", year: 2026, number: 1, reason: "Sai thể thức")
        }
        #expect(try await take(office, 1).number == 2)
        #expect(try await broken(office).isEmpty)
    }

    @Test(
        arguments: Engine.testable,
        [
            "UPDATE register_entry SET subject_id = 99 WHERE number = 3",
            "UPDATE register_entry SET taken_at = taken_at + 1 WHERE number = 3",
            "UPDATE register_entry SET taken_by = taken_by + 1 WHERE number = 3",
            "DELETE FROM register_entry WHERE number = 3",
            "DELETE FROM register_entry WHERE number = 5",
            "DELETE FROM register_entry WHERE number >= 4",
            "UPDATE register_entry SET hash = previous_hash WHERE number = 5",
            "UPDATE register SET last_number = 4",
            "DELETE FROM register_entry",
        ])
    func `a register changed behind our back is found`(engine: Engine, tampering: String) async throws {
        let office = try await TestOffice.make(engine)
        for id in 1...5 { _ = try await take(office, Int64(id)) }
        #expect(try await broken(office).isEmpty)
        _ = try await office.database.write { try $0.execute(SQL(trusted: tampering)) }
        #expect(try await !broken(office).isEmpty)
    }
}
