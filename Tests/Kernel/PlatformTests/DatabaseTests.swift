import Foundation
import OfficeTestKit
import Testing

@testable import Platform

/// Giao dịch: hoặc trọn vẹn, hoặc không gì cả; hai cơ sở dữ liệu như một.
@Suite struct DatabaseTests {
    private static let counter = SchemaStep(
        "test-counter",
        """
        CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL, CHECK (value >= 0));
        CREATE TABLE part (id {ID}, counter TEXT NOT NULL REFERENCES counter (name));
        INSERT INTO counter (name, value) VALUES ('a', 0);
        """)

    private struct Stop: Error {}

    private func value(_ office: TestOffice) async throws -> Int? {
        try await office.database.read { try $0.value("SELECT value FROM counter WHERE name = 'a'") }
    }

    @Test(arguments: Engine.testable)
    func `a transaction that throws leaves nothing behind`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter])
        await #expect(throws: Stop.self) {
            try await office.database.write { tx in
                try tx.execute("UPDATE counter SET value = 5")
                throw Stop()
            }
        }
        #expect(try await value(office) == 0)
    }

    @Test(arguments: Engine.testable)
    func `a transaction that only reads cannot write`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter])
        await #expect(throws: DatabaseError.self) {
            try await office.database.read { try $0.execute("UPDATE counter SET value = 5") }
        }
        #expect(try await value(office) == 0)
    }

    @Test(arguments: Engine.testable)
    func `questions asked together are answered in their order, inside a transaction and without one`(
        engine: Engine
    ) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter])
        let value = Query("SELECT value FROM counter WHERE name = 'a'") { try $0[0].get("value", as: Int.self) }
        let names = Query.list("SELECT \("b") AS name UNION ALL SELECT \("c")") { try $0.get("name", as: String.self) }
        for _ in 0..<2 {
            let (one, list) = try await office.database.readOne { try $0.answers(to: value, names) }
            #expect(one == 0 && list == ["b", "c"])
        }
        try await office.database.write { tx in
            let (before, _) = try tx.answers(to: value, names)
            try tx.execute("UPDATE counter SET value = value + 2 WHERE name = 'a'")
            let (after, list) = try tx.answers(to: value, names)
            #expect(before == 0 && after == 2 && list.count == 2)
        }
        await #expect(throws: DatabaseError.self) {
            try await office.database.readOne { tx in (try tx.answers(to: value, names), try tx.answers(to: value)) }
        }
        #expect(try await office.database.read { try $0.answers(to: value, names).0 } == 2)
    }

    @Test(arguments: Engine.testable)
    func `one bad question fails all that were asked with it, and the next are answered`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter], connections: 1)
        let good = Query("SELECT value FROM counter WHERE name = 'a'") { try $0[0].get("value", as: Int.self) }
        let change = Query("UPDATE counter SET value = 5 RETURNING value") { try $0[0].get("value", as: Int.self) }
        let broken = Query("SELECT CAST(value AS BIGINT) FROM counter WHERE name = json_extract('{', '$')") { $0.count }
        for _ in 0..<3 {
            await #expect(throws: DatabaseError.self) {
                try await office.database.readOne { try $0.answers(to: good, change, good) }
            }
            await #expect(throws: DatabaseError.self) {
                try await office.database.read { try $0.answers(to: good, broken, good) }
            }
            #expect(try await office.database.readOne { try $0.answers(to: good, good) } == (0, 0))
        }
    }

    @Test(arguments: Engine.testable)
    func `a read of one statement makes one, and changes nothing`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter])
        let counter: SQL = "SELECT value FROM counter WHERE name = 'a'"
        #expect(try await office.database.readOne { try $0.value(counter, as: Int.self) } == 0)
        await #expect(throws: DatabaseError.self) {
            try await office.database.readOne { tx in (try tx.value(counter, as: Int.self), try tx.rows(counter)) }
        }
        await #expect(throws: DatabaseError.self) {
            try await office.database.readOne { try $0.execute("UPDATE counter SET value = 5") }
        }
        await #expect(throws: DatabaseError.self) {
            try await office.database.readOne { try $0.rows("UPDATE counter SET value = 5 RETURNING value") }
        }
        _ = try await office.database.write { try $0.execute("UPDATE counter SET value = 6") }
        #expect(try await value(office) == 6)
    }

    @Test(arguments: Engine.testable)
    func `many rows are written as they are, and change what is there`(engine: Engine) async throws {
        let office = try await TestOffice.make(
            engine,
            schema: [
                SchemaStep(
                    "test-many",
                    "CREATE TABLE many (id BIGINT PRIMARY KEY, name TEXT, is_on BOOLEAN NOT NULL, CHECK (id > 0));")
            ])
        let names = ["Đông \"Anh\"", "a\\b", "{x,y}", "NULL", "", " ", "a,b\n'c'", "漢"]
        try await office.database.write { tx in
            var rows = ManyRows(
                into: "many", [.integer("id"), .text("name"), .boolean("is_on")],
                conflict: "ON CONFLICT (id) DO UPDATE SET name = excluded.name")
            for (index, name) in names.enumerated() { rows.append([index + 1, name, index.isMultiple(of: 2)]) }
            rows.append([100, SQLValue.null, true])
            try tx.insert(rows)
            var again = ManyRows(
                into: "many", [.integer("id"), .text("name"), .boolean("is_on")],
                conflict: "ON CONFLICT (id) DO UPDATE SET name = excluded.name")
            again.append([100, "mới", false])
            try tx.insert(again)
            try tx.insert(ManyRows(into: "many", [.integer("id")]))
        }
        try await office.database.read { tx in
            let rows = try tx.rows("SELECT * FROM many ORDER BY id")
            #expect(try rows.map { try $0.get("name", as: String.self) } == names + ["mới"])
            #expect(try rows.prefix(3).map { try $0.get("is_on", as: Bool.self) } == [true, false, true])
            let (some, none): (SQL, SQL) = (
                tx.isAmong("name", ["a\\b", "NULL", "không"]), tx.isAmong("name", [String]())
            )
            #expect(try tx.value("SELECT count(*) FROM many WHERE \(some)", as: Int.self) == 2)
            #expect(try tx.value("SELECT count(*) FROM many WHERE \(none)", as: Int.self) == 0)
            #expect(
                try tx.value("SELECT count(*) FROM many WHERE \(tx.isAmong("id", [1, 100, 7_000]))", as: Int.self) == 2)
        }
        await #expect(throws: DatabaseError.self) {
            try await office.database.write { tx in
                var wrong = ManyRows(into: "many", [.integer("id"), .boolean("is_on")])
                wrong.append([200, true])
                wrong.append([-1, true])
                try tx.insert(wrong)
            }
        }
        await #expect(throws: DatabaseError.self) {
            try await office.database.readOne { tx in
                var row = ManyRows(into: "many", [.integer("id"), .boolean("is_on")])
                row.append([300, true])
                try tx.insert(row)
            }
        }
        let count = try await office.database.read { try $0.value("SELECT count(*) FROM many", as: Int.self) }
        #expect(count == names.count + 1)
    }

    @Test func `columns are found by name, the first where a name stands twice`() {
        let names = (0..<40).map { "c\($0)" } + ["c7", "", "Số"]
        let positions = ColumnPositions(names)
        for (index, name) in names.enumerated() where index != 40 { #expect(positions.position(of: name) == index) }
        #expect(positions.position(of: "c7") == 7)
        for name in ["c40", "C1", "c", "số"] { #expect(positions.position(of: name) == nil) }
        #expect(ColumnPositions([]).position(of: "a") == nil)
    }

    @Test(arguments: Engine.testable)
    func `what a taken key and a broken rule are called is the same on both engines`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter])
        func error(_ sql: SQL) async -> DatabaseError? {
            do { _ = try await office.database.write { try $0.execute(sql) } } catch { return error as? DatabaseError }
            return nil
        }
        if case .duplicate = await error("INSERT INTO counter (name, value) VALUES ('a', 1)") {
        } else {
            Issue.record("duplicate")
        }
        if case .constraint = await error("INSERT INTO counter (name, value) VALUES ('b', -1)") {
        } else {
            Issue.record("check")
        }
        if case .constraint = await error("INSERT INTO counter (name) VALUES ('b')") {
        } else {
            Issue.record("not null")
        }
        if case .constraint = await error("INSERT INTO part (counter) VALUES ('zz')") {
        } else {
            Issue.record("foreign key")
        }
        if case .statement = await error("UPDATE no_such_table SET value = 1") {} else { Issue.record("statement") }
    }

    @Test(arguments: Engine.testable)
    func `execute tells how many rows changed`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter])
        try await office.database.write { tx throws in
            #expect(try tx.execute("UPDATE counter SET value = 1 WHERE name = 'a'") == 1)
            #expect(try tx.execute("UPDATE counter SET value = 1 WHERE name = 'zz'") == 0)
            #expect(try tx.execute("INSERT INTO counter (name, value) VALUES ('a', 1) ON CONFLICT DO NOTHING") == 0)
            #expect(try tx.execute("DELETE FROM counter WHERE name = 'zz'") == 0)
        }
    }

    @Test(arguments: Engine.testable)
    func `two hundred writers at once lose no update`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter], connections: 16)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    _ = try await office.database.write { tx in
                        try tx.lock("counter", 1)
                        let value: Int? = try tx.value("SELECT value FROM counter WHERE name = 'a'")
                        try tx.execute("UPDATE counter SET value = \((value ?? 0) + 1) WHERE name = 'a'")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await value(office) == 200)
    }

    @Test(arguments: Engine.testable)
    func `a reader sees one moment, whatever is written meanwhile`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter])
        _ = try await office.database.write { tx throws in
            try tx.execute("INSERT INTO counter (name, value) VALUES ('b', 0)")
        }
        let writing = Task {
            for step in 1...50 {
                _ = try await office.database.write { try $0.execute("UPDATE counter SET value = \(step)") }
            }
        }
        for _ in 0..<50 {
            let (a, b): (Int?, Int?) = try await office.database.read { tx in
                (
                    try tx.value("SELECT value FROM counter WHERE name = 'a'"),
                    try tx.value("SELECT value FROM counter WHERE name = 'b'")
                )
            }
            #expect(a == b)
        }
        try await writing.value
    }

    @Test(arguments: Engine.testable)
    func `schema steps run once, in order, and a failing one leaves nothing of itself`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, schema: [Self.counter])
        try await office.database.migrate([
            Self.counter, SchemaStep("test-2", "INSERT INTO counter (name, value) VALUES ('two', 2);"),
        ])
        try await office.database.migrate([
            SchemaStep("test-2", "INSERT INTO counter (name, value) VALUES ('never', 2);")
        ])
        await #expect(throws: DatabaseError.self) {
            try await office.database.migrate([
                SchemaStep("test-3", "CREATE TABLE third (id {ID});\nINSERT INTO no_such_table (id) VALUES (1);")
            ])
        }
        try await office.database.migrate([SchemaStep("test-4", "CREATE TABLE third (id {ID});")])
        let names = try await office.database.read { tx in
            try tx.rows("SELECT name FROM counter ORDER BY name").map { try $0.get("name", as: String.self) }
        }
        #expect(names == ["a", "two"])
    }

    @Test(arguments: Engine.testable)
    func `two nodes that start at once bring the database up to date once`(engine: Engine) async throws {
        let folder = try TestOffice.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let place =
            engine == .sqlite ? folder.appending(path: "shared.sqlite").path : try await TestDatabase.postgresURL()
        let nodes = [try await Database(place, connections: 2), try await Database(place, connections: 2)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await node.migrate(jobSchema + [Self.counter]) } }
            try await group.waitForAll()
        }
        for node in nodes {
            #expect(try await node.read { try $0.value("SELECT count(*) FROM counter", as: Int.self) } == 1)
            await node.close()
        }
    }

    @Test func `a database that cannot be reached is called so`() async throws {
        for place in ["/no/such/folder/office.sqlite", "postgres://nobody@127.0.0.1:1/none"] {
            do {
                _ = try await Database(place)
                Issue.record("\(place) should not open")
            } catch DatabaseError.unreachable {}
        }
    }

    @Test(.enabled(if: Engine.testable.contains(.postgres), "VASTOFFICE_TEST_POSTGRES is not set"))
    func `a connection that the server closed is opened anew`() async throws {
        let office = try await TestOffice.make(.postgres, schema: [Self.counter], connections: 2)
        let pid: Int? = try await office.database.read { try $0.value("SELECT pg_backend_pid()") }
        let other = try await TestOffice.make(.postgres)
        _ = try await other.database.write { tx in try tx.rows("SELECT pg_terminate_backend(CAST(\(pid) AS INTEGER))") }
        try await Task.sleep(for: .milliseconds(100))
        for _ in 0..<4 { #expect(try await value(office) == 0) }
        let one: Int? = try await office.database.readOne { try $0.value("SELECT pg_backend_pid()") }
        _ = try await other.database.write { tx in try tx.rows("SELECT pg_terminate_backend(CAST(\(one) AS INTEGER))") }
        try await Task.sleep(for: .milliseconds(100))
        for _ in 0..<4 { #expect(try await office.database.readOne { try $0.value("SELECT 7", as: Int.self) } == 7) }
        let two: Int? = try await office.database.readOne { try $0.value("SELECT pg_backend_pid()") }
        _ = try await other.database.write { tx in try tx.rows("SELECT pg_terminate_backend(CAST(\(two) AS INTEGER))") }
        try await Task.sleep(for: .milliseconds(100))
        let seven = Query("SELECT 7 AS seven") { try $0[0].get("seven", as: Int.self) }
        for _ in 0..<4 { #expect(try await office.database.readOne { try $0.answers(to: seven, seven) } == (7, 7)) }
    }
}
