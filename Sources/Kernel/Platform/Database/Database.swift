// The office's database: one SQL text, two engines, one use case per transaction.
internal import Foundation

/// What went wrong in the database, independent of the engine.
package enum DatabaseError: Error, Sendable {
    /// A unique or primary key was already taken; the constraint's or index's name where the engine tells it.
    case duplicate(String)
    /// A foreign key, CHECK or NOT NULL constraint refused the row.
    case constraint(String)
    /// The disk or the quota is full: nothing was written.
    case full(String)
    /// Somebody else held the lock for too long; trying again may help.
    case busy(String)
    case unreachable(String)
    case statement(String, sql: String)
    case column(String, String)
}

/// The engines that the same SQL runs on.
package enum Engine: String, Sendable, CaseIterable {
    case sqlite, postgres
}

/// What a driver must answer inside a transaction.
protocol DriverConnection: AnyObject {
    func rows(_ sql: SQL) throws -> [Row]
    /// Several statements that read, in one round trip where the engine has any; their rows in the order of asking.
    func rows(ofAll statements: [SQL]) throws -> [[Row]]
    /// Number of rows changed.
    func execute(_ sql: SQL) throws -> Int
    func insert(_ many: ManyRows) throws
}

/// One open transaction. It lives only inside the closure of `read` or `write`.
package struct Transaction {
    package let engine: Engine
    let connection: any DriverConnection

    package func rows(_ sql: SQL) throws -> [Row] { try connection.rows(sql) }

    package func first(_ sql: SQL) throws -> Row? { try connection.rows(sql).first }

    @discardableResult
    package func execute(_ sql: SQL) throws -> Int { try connection.execute(sql) }

    /// The single value of a single-column statement.
    package func value<T: SQLDecodable>(_ sql: SQL, as type: T.Type = T.self) throws -> T? {
        guard let row = try first(sql), let value = row.values.first else { return nil }
        return value == .null ? nil : T(value)
    }
}

/// One statement that reads, and what its rows mean.
package struct Query<Answer>: Sendable {
    let sql: SQL
    let decode: @Sendable ([Row]) throws -> Answer

    package init(_ sql: SQL, _ decode: @escaping @Sendable ([Row]) throws -> Answer) {
        self.sql = sql
        self.decode = decode
    }
}

extension Query {
    package static func list<Item>(_ sql: SQL, of item: @escaping @Sendable (Row) throws -> Item) -> Query
    where Answer == [Item] {
        Query(sql) { try $0.map(item) }
    }
}

extension Transaction {
    package func answer<Answer>(to query: Query<Answer>) throws -> Answer { try query.decode(try rows(query.sql)) }

    /// What a page needs, asked together: PostgreSQL answers all of it in one round trip.
    package func answers<each Answer>(to queries: repeat Query<each Answer>) throws -> (repeat each Answer) {
        var statements: [SQL] = []
        repeat statements.append((each queries).sql)
        var answered = try connection.rows(ofAll: statements)[...]
        return (repeat try (each queries).decode(answered.removeFirst()))
    }
}

/// A connection that answers once.
private final class OneStatement: DriverConnection {
    private let connection: any DriverConnection
    private var isSpent = false

    init(_ connection: any DriverConnection) { self.connection = connection }

    func rows(_ sql: SQL) throws -> [Row] {
        try spend(sql)
        return try connection.rows(sql)
    }

    func rows(ofAll statements: [SQL]) throws -> [[Row]] {
        guard let first = statements.first else { return [] }
        try spend(first)
        return try connection.rows(ofAll: statements)
    }

    private func spend(_ sql: SQL) throws {
        guard !isSpent else {
            throw DatabaseError.statement("a second question in a read of one", sql: sql.text(marker: "?"))
        }
        isSpent = true
    }

    func execute(_ sql: SQL) throws -> Int {
        throw DatabaseError.statement("a change in a read", sql: sql.text(marker: "?"))
    }

    func insert(_ many: ManyRows) throws {
        throw DatabaseError.statement("a change in a read", sql: many.rowStatement)
    }
}

/// Either driver.
protocol Driver: Sendable {
    var engine: Engine { get }
    /// The body asks once: a transaction around it would see nothing else.
    func readOne<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T
    func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T
    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T
    func close() async
}

/// Opens transactions. Synchronous inside, asynchronous outside; a throw rolls back.
package struct Database: Sendable {
    private let driver: any Driver
    private let points: WritePoints?

    /// - Parameter location: a file path, `:memory:`-free; or a `postgres://` URL.
    package init(_ location: String, connections: Int = 8, points: WritePoints? = nil) async throws {
        self.points = points
        if location.hasPrefix("postgres://") || location.hasPrefix("postgresql://") {
            driver = try await PostgresDriver(url: location, connections: connections)
        } else {
            driver = try SQLiteDriver(path: location, readers: connections)
        }
    }

    package var engine: Engine { driver.engine }

    package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try points?.reached(.beforeRead)
        return try await driver.read(body)
    }

    /// A read of one statement, or of several asked together (`answers(to:)`), which see one state. A second question is
    /// refused, for it might see another. Spares PostgreSQL the beginning and the end of a transaction, which cost more
    /// than most statements of a page.
    package func readOne<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await driver.readOne { tx in
            try body(Transaction(engine: tx.engine, connection: OneStatement(tx.connection)))
        }
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        guard let points else { return try await driver.write(body) }
        try points.reached(.beforeWrite)
        let value = try await driver.write { tx in
            let value = try body(tx)
            try points.reached(.beforeCommit)
            return value
        }
        try points.reached(.committed)
        return value
    }

    /// Throws when the database does not answer; for load balancers and watchers.
    package func check() async throws { _ = try await read { try $0.first("SELECT 1 AS one") } }

    package func close() async { await driver.close() }
}
