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
    /// Number of rows changed.
    func execute(_ sql: SQL) throws -> Int
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

/// Either driver.
protocol Driver: Sendable {
    var engine: Engine { get }
    func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T
    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T
    func close() async
}

/// Opens transactions. Synchronous inside, asynchronous outside; a throw rolls back.
package struct Database: Sendable {
    private let driver: any Driver

    /// - Parameter location: a file path, `:memory:`-free; or a `postgres://` URL.
    package init(_ location: String, connections: Int = 8) async throws {
        if location.hasPrefix("postgres://") || location.hasPrefix("postgresql://") {
            driver = try await PostgresDriver(url: location, connections: connections)
        } else {
            driver = try SQLiteDriver(path: location, readers: connections)
        }
    }

    package var engine: Engine { driver.engine }

    package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await driver.read(body)
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await driver.write(body)
    }

    /// Throws when the database does not answer; for load balancers and watchers.
    package func check() async throws { _ = try await read { try $0.first("SELECT 1 AS one") } }

    package func close() async { await driver.close() }
}
