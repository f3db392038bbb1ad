// PostgreSQL through libpq: a pool of connections, each on a queue of its own, so that no blocking call
// ever holds a thread of the cooperative pool.
internal import Dispatch
internal import Foundation

struct PostgresDriver: Driver {
    let engine = Engine.postgres
    private let pool: PostgresPool

    init(url: String, connections: Int) async throws {
        pool = PostgresPool(url: url, size: max(2, connections))
        try await pool.with { try await $0.transaction(readOnly: true) { _ in } }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await pool.with { try await $0.transaction(readOnly: true, body) }
    }

    func readOne<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await pool.with { try await $0.statement(body) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try await pool.with { try await $0.transaction(readOnly: false, body) }
    }

    func close() async { await pool.close() }
}

/// Hands out idle connections, first come first served.
private actor PostgresPool {
    private var idle: [PostgresActor]
    private var waiting: [CheckedContinuation<PostgresActor, Never>] = []
    private let all: [PostgresActor]

    init(url: String, size: Int) {
        all = (0..<size).map { PostgresActor(url: url, number: $0) }
        idle = all
    }

    func with<T: Sendable>(_ body: @Sendable (PostgresActor) async throws -> T) async throws -> T {
        let connection = await take()
        defer { giveBack(connection) }
        return try await body(connection)
    }

    func close() async {
        for connection in all { await connection.close() }
    }

    private func take() async -> PostgresActor {
        if let connection = idle.popLast() { return connection }
        return await withCheckedContinuation { waiting.append($0) }
    }

    private func giveBack(_ connection: PostgresActor) {
        if waiting.isEmpty { idle.append(connection) } else { waiting.removeFirst().resume(returning: connection) }
    }
}

/// Runs an actor's work on one dispatch queue.
private final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue
    init(_ label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

/// One connection and its transactions.
private actor PostgresActor {
    private let executor: QueueExecutor
    private let url: String
    private var session: PostgresSession?

    init(url: String, number: Int) {
        self.url = url
        executor = QueueExecutor("postgres-\(number)")
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func transaction<T: Sendable>(
        readOnly: Bool, _ body: @Sendable (Transaction) throws -> T
    ) throws -> T {
        let session = try self.session ?? PostgresSession(url: url)
        self.session = session
        session.begin(readOnly: readOnly)
        do {
            let result = try body(Transaction(engine: .postgres, connection: session))
            try session.commit()
            return result
        } catch {
            session.rollBack()
            throw error
        }
    }

    /// No transaction: the one statement of `body` is one by itself.
    func statement<T: Sendable>(_ body: @Sendable (Transaction) throws -> T) throws -> T {
        let session = try self.session ?? PostgresSession(url: url)
        self.session = session
        session.beginOne()
        defer { session.endOne() }
        return try body(Transaction(engine: .postgres, connection: session))
    }

    func close() { session = nil }
}
