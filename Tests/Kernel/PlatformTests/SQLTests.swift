import Foundation
import OfficeTestKit
import Testing

@testable import Platform

/// Câu lệnh SQL viết một lần cho cả hai cơ sở dữ liệu.
@Suite struct SQLTests {
    @Test func `every hole becomes a numbered parameter, whatever is written into it`() {
        let name = "'; DROP TABLE person; --"
        let sql: SQL = "SELECT * FROM person WHERE name = \(name) AND age > \(7)"
        #expect(sql.text(marker: "?") == "SELECT * FROM person WHERE name = ?1 AND age > ?2")
        #expect(sql.text(marker: "$") == "SELECT * FROM person WHERE name = $1 AND age > $2")
        #expect(sql.values == [.text(name), .integer(7)])
    }

    @Test func `a piece keeps its own parameters in their order`() {
        let piece: SQL = "b = \(2)"
        let sql: SQL = "a = \(1) AND \(piece) AND c = \(3)"
        #expect(sql.text(marker: "$") == "a = $1 AND b = $2 AND c = $3")
        #expect(sql.values == [.integer(1), .integer(2), .integer(3)])
        #expect(SQL.join([sql, piece], " OR ").text(marker: "$") == "a = $1 AND b = $2 AND c = $3 OR b = $4")
        #expect(SQL.join([], " OR ").text(marker: "$").isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `a list matches its members, an empty one nothing`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await office.database.read { tx throws in
            let one: Int? = try tx.value("SELECT count(*) FROM person WHERE account IN \(list: ["vanthu", "ai đó"])")
            let none: Int? = try tx.value("SELECT count(*) FROM person WHERE account IN \(list: [String]())")
            #expect(one == 1 && none == 0)
        }
    }

    @Test(arguments: Engine.testable)
    func `the same parameter order means the same on both engines`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let text: String? = try await office.database.read { tx in
            try tx.value("SELECT CAST(\("một") AS TEXT) || CAST(\("hai") AS TEXT) || CAST(\("ba") AS TEXT)")
        }
        #expect(text == "mộthaiba")
    }

    @Test(arguments: Engine.testable)
    func `every kind of value comes back as it went in`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.table])
        let instant = Date(timeIntervalSince1970: 1_795_485_600.123)
        let bytes = Data((0...255).map { UInt8($0) })
        let text = "Quyết định “số 05” – ĐẾN\n'\"\\ \u{1F600} ế"
        try await office.database.write { tx throws in
            try tx.execute(
                """
                INSERT INTO sample (whole, small, real, text, bytes, flag, day, instant, absent)
                VALUES (\(Int64.max), \(-1), \(0.1), \(text), \(bytes), \(true), \(Day("2026-02-28")), \(instant), \(nil as String?))
                """)
            let row = try #require(try tx.first("SELECT * FROM sample"))
            #expect(try row.get("whole") == Int64.max)
            #expect(try row.get("small") == -1)
            #expect(try row.get("real") == 0.1)
            #expect(try row.get("text") == text)
            #expect(try row.get("bytes") == bytes)
            #expect(try row.get("flag") == true)
            #expect(try row.get("day", as: Day.self).printed == "28/02/2026")
            #expect(try row.get("instant", as: Date.self).timeIntervalSince1970 == 1_795_485_600.123)
            #expect(try row.optional("absent", as: String.self) == nil)
        }
    }

    @Test(arguments: Engine.testable)
    func `an empty text and an empty blob are values, not nothing`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.table])
        try await office.database.write { tx throws in
            try tx.execute("INSERT INTO sample (text, bytes) VALUES (\(""), \(Data()))")
            let row = try #require(try tx.first("SELECT text, bytes FROM sample"))
            #expect(try row.get("text") == "")
            #expect(try row.get("bytes") == Data())
        }
    }

    @Test(arguments: Engine.testable)
    func `a wrong or missing column is an error that names it`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.table])
        try await office.database.write { tx throws in
            try tx.execute("INSERT INTO sample (text, day) VALUES (\("chữ"), \("2026-02-30"))")
            let row = try #require(try tx.first("SELECT text, day, whole FROM sample"))
            #expect(throws: DatabaseError.self) { try row.get("text", as: Int.self) }
            #expect(throws: DatabaseError.self) { try row.get("day", as: Day.self) }
            #expect(throws: DatabaseError.self) { try row.get("whole", as: Int.self) }
            #expect(throws: DatabaseError.self) { try row.get("no_such_column", as: Int.self) }
            #expect(throws: DatabaseError.self) { try row.optional("no_such_column", as: Int.self) }
        }
    }

    private static let table = SchemaStep(
        "test-sample",
        """
        CREATE TABLE sample (
            id {ID}, whole BIGINT, small BIGINT, real DOUBLE PRECISION, text TEXT, bytes {BLOB}, flag BOOLEAN, day TEXT,
            instant BIGINT, absent TEXT);
        """)
}
