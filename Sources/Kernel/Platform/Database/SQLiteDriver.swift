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

    // A connection that only reads says itself where its transaction begins and ends, in statements compiled once: GRDB
    // compiles them for each read.

    func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await translating {
            try await pool.unsafeRead { db in
                let connection = SQLiteConnection(db)
                return try connection.seeingOneState { try body(Transaction(engine: .sqlite, connection: connection)) }
            }
        }
    }

    /// One statement is a transaction by itself.
    func readOne<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await translating { try await pool.unsafeRead { db in try body(Self.transaction(db)) } }
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
        try with(sql.text(marker: "?")) { statement throws(GRDB.DatabaseError) in try statement.rows(sql.values) }
    }

    func rows(ofAll statements: [SQL]) throws -> [[Row]] {
        guard statements.count > 1, !db.isInsideTransaction else { return try statements.map(rows) }
        return try seeingOneState { try statements.map(rows) }
    }

    func execute(_ sql: SQL) throws -> Int {
        try with(sql.text(marker: "?")) { statement throws(GRDB.DatabaseError) in try statement.run(sql.values) }
        return db.changesCount
    }

    func insert(_ many: ManyRows) throws {
        try with(many.rowStatement) { statement throws(GRDB.DatabaseError) in try statement.run(each: many.rows) }
    }

    /// All that is read in the body is of one moment.
    func seeingOneState<T>(_ body: () throws -> T) throws -> T {
        try with("BEGIN DEFERRED TRANSACTION") { begin throws(GRDB.DatabaseError) in try begin.run([]) }
        let outcome = Result(catching: body)
        // Nothing was changed, so both ends are the same; some errors have ended it already.
        if db.isInsideTransaction {
            try with("COMMIT TRANSACTION") { commit throws(GRDB.DatabaseError) in try commit.run([]) }
        }
        return try outcome.get()
    }

    /// Errors are translated where they arise, so that a use case can react to a duplicate inside its transaction.
    private func with<T>(_ text: String, _ body: (SQLiteStatement) throws(GRDB.DatabaseError) -> T) throws -> T {
        do {
            return try body(SQLiteStatement(try db.cachedStatement(sql: text).sqliteStatement))
        } catch let error as GRDB.DatabaseError { throw SQLiteDriver.translate(error) }
    }
}
