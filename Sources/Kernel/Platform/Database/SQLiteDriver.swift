// SQLite through GRDB: one writer, several readers, write-ahead log.
internal import Foundation
internal import GRDB

struct SQLiteDriver: Driver {
    let engine = Engine.sqlite
    private let pool: DatabasePool

    init(path: String, readers: Int) throws {
        var configuration = GRDB.Configuration()
        configuration.maximumReaderCount = max(2, readers)
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
            try db.execute(sql: "PRAGMA cache_size = -16000")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        pool = try Self.translating { try DatabasePool(path: path, configuration: configuration) }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await translating { try await pool.read { db in try body(Self.transaction(db)) } }
    }

    func readOne<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await read(body)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await translating { try await pool.write { db in try body(Self.transaction(db)) } }
    }

    func close() async { try? pool.close() }

    private static func transaction(_ db: GRDB.Database) -> Transaction {
        Transaction(engine: .sqlite, connection: SQLiteConnection(db))
    }

    private func translating<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let error as GRDB.DatabaseError { throw Self.translate(error) }
    }

    private static func translating<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as GRDB.DatabaseError { throw translate(error) }
    }

    static func translate(_ error: GRDB.DatabaseError) -> DatabaseError {
        let message = error.message ?? "SQLite \(error.resultCode)"
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: return .duplicate(message)
        default: break
        }
        switch error.resultCode {
        case .SQLITE_CONSTRAINT: return .constraint(message)
        case .SQLITE_FULL: return .full(message)
        case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy(message)
        case .SQLITE_CANTOPEN, .SQLITE_IOERR: return .unreachable(message)
        default: return .statement(message, sql: error.sql ?? "")
        }
    }
}

private final class SQLiteConnection: DriverConnection {
    private let db: GRDB.Database
    init(_ db: GRDB.Database) { self.db = db }

    func rows(_ sql: SQL) throws -> [Row] {
        try translating {
            let statement = try db.cachedStatement(sql: sql.text(marker: "?"))
            let positions = ColumnPositions(statement.columnNames)
            let cursor = try GRDB.Row.fetchCursor(statement, arguments: Self.arguments(sql.values))
            var out: [Row] = []
            while let row = try cursor.next() {
                out.append(Row(positions: positions, values: row.databaseValues.map(Self.value)))
            }
            return out
        }
    }

    func rows(ofAll statements: [SQL]) throws -> [[Row]] { try statements.map(rows) }

    func execute(_ sql: SQL) throws -> Int {
        try translating {
            let statement = try db.cachedStatement(sql: sql.text(marker: "?"))
            try statement.execute(arguments: Self.arguments(sql.values))
            return db.changesCount
        }
    }

    func insert(_ many: ManyRows) throws {
        try translating {
            let statement = try db.cachedStatement(sql: many.rowStatement)
            try SQLiteRepeater(statement.sqliteStatement).run(many.rows)
        }
    }

    /// Errors are translated where they arise, so that a use case can react to a duplicate inside its transaction.
    private func translating<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as GRDB.DatabaseError { throw SQLiteDriver.translate(error) }
    }

    /// As optional existentials: of plain values GRDB asks by a key path, which costs more than binding them.
    private static func arguments(_ values: [SQLValue]) -> StatementArguments {
        StatementArguments(
            values.lazy.map { value -> (any DatabaseValueConvertible)? in
                switch value {
                case .null: nil
                case .integer(let number): number
                case .real(let number): number
                case .text(let text): text
                case .blob(let bytes): bytes
                case .boolean(let flag): flag
                }
            })
    }

    private static func value(_ value: DatabaseValue) -> SQLValue {
        switch value.storage {
        case .null: .null
        case .int64(let number): .integer(number)
        case .double(let number): .real(number)
        case .string(let text): .text(text)
        case .blob(let bytes): .blob(bytes)
        }
    }
}
