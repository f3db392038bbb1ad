// PostgreSQL through libpq: a pool of connections, each on a queue of its own, so that no blocking call
// ever holds a thread of the cooperative pool.
internal import CPQ
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
        let session = try liveSession(beginning: readOnly ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN")
        do {
            let result = try body(Transaction(engine: .postgres, connection: session))
            try session.command("COMMIT")
            return result
        } catch {
            try? session.command("ROLLBACK")
            throw error
        }
    }

    func close() { session = nil }

    /// A connection that the server closed in the meantime is opened anew, once, before anything was done on it.
    private func liveSession(beginning begin: String) throws -> PostgresSession {
        if let session, (try? session.command(begin)) != nil { return session }
        let fresh = try PostgresSession(url: url)
        session = fresh
        try fresh.command(begin)
        return fresh
    }
}

/// A libpq connection with its prepared statements. Lives inside one actor.
private final class PostgresSession: DriverConnection {
    private let connection: OpaquePointer
    private var prepared: [String: PreparedStatement] = [:]

    private struct PreparedStatement {
        let name: String
    }

    init(url: String) throws {
        guard let connection = PQconnectdb(url) else {
            throw DatabaseError.unreachable("libpq (Debian: libpq5) could not be loaded")
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(connection)).trimmingCharacters(in: .whitespacesAndNewlines)
            PQfinish(connection)
            throw DatabaseError.unreachable(message)
        }
        self.connection = connection
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    deinit { PQfinish(connection) }

    func command(_ text: String) throws {
        let result = PQexec(connection, text)
        defer { PQclear(result) }
        try check(result, sql: text)
    }

    func rows(_ sql: SQL) throws -> [Row] {
        try run(sql) { Self.rows($0) }
    }

    func execute(_ sql: SQL) throws -> Int {
        try run(sql) { Int(String(cString: PQcmdTuples($0))) ?? 0 }
    }

    private func run<T>(_ sql: SQL, _ body: (OpaquePointer?) -> T) throws -> T {
        let text = sql.text(marker: "$")
        let result: OpaquePointer?
        if sql.values.isEmpty, text.contains(";") {
            result = PQexec(connection, text)
        } else {
            let name = try statementName(text)
            result = send(name, sql.values)
        }
        defer { PQclear(result) }
        try check(result, sql: text)
        return body(result)
    }

    private func statementName(_ text: String) throws -> String {
        if let known = prepared[text] { return known.name }
        let name = "s\(prepared.count)"
        let result = PQprepare(connection, name, text, 0, nil)
        defer { PQclear(result) }
        try check(result, sql: text)
        prepared[text] = PreparedStatement(name: name)
        return name
    }

    /// All parameter bytes live in one arena for the length of the call; blobs travel in binary, the rest as text.
    private func send(_ name: String, _ values: [SQLValue]) -> OpaquePointer? {
        var arena: [UInt8] = []
        var offsets: [Int?] = []
        var lengths: [Int32] = []
        var formats: [Int32] = []
        for value in values {
            guard let (bytes, binary) = Self.encoded(value) else {
                offsets.append(nil)
                lengths.append(0)
                formats.append(0)
                continue
            }
            offsets.append(arena.count)
            lengths.append(Int32(clamping: bytes.count))
            formats.append(binary ? 1 : 0)
            arena += bytes
            arena.append(0)
        }
        return arena.withUnsafeBytes { buffer in
            let base = buffer.bindMemory(to: CChar.self).baseAddress
            let pointers: [UnsafePointer<CChar>?] = offsets.map { offset in
                guard let offset, let base else { return nil }
                return base + offset
            }
            return PQexecPrepared(connection, name, Int32(values.count), pointers, lengths, formats, 0)
        }
    }

    private static func encoded(_ value: SQLValue) -> ([UInt8], Bool)? {
        switch value {
        case .null: nil
        case .integer(let number): (Array(String(number).utf8), false)
        case .real(let number): (Array("\(number)".utf8), false)
        // PostgreSQL cannot store U+0000 in text; nothing the office writes needs it.
        case .text(let text): (text.utf8.filter { $0 != 0 }, false)
        case .blob(let bytes): (Array(bytes), true)
        case .boolean(let flag): (Array((flag ? "t" : "f").utf8), false)
        }
    }

    private static func rows(_ result: OpaquePointer?) -> [Row] {
        let columns = PQnfields(result)
        let names = (0..<columns).map { String(cString: PQfname(result, $0)) }
        let types = (0..<columns).map { PQftype(result, $0) }
        let positions = ColumnPositions(names)
        return (0..<PQntuples(result)).map { row in
            Row(positions: positions, values: (0..<columns).map { decode(result, row, $0, types[Int($0)]) })
        }
    }

    private static func decode(_ result: OpaquePointer?, _ row: Int32, _ column: Int32, _ type: Oid) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let bytes = PQgetvalue(result, row, column) else { return .null }
        let text = String(cString: bytes)
        switch type {
        case 20, 21, 23: return Int64(text).map(SQLValue.integer) ?? .null
        case 700, 701, 1700: return Double(text).map(SQLValue.real) ?? .null
        case 16: return .boolean(text == "t")
        case 17: return .blob(unescaped(text))
        default: return .text(text)
        }
    }

    /// The hex form of bytea: `\x0a1b…`
    private static func unescaped(_ text: String) -> Data {
        var out = Data()
        var high: UInt8?
        for character in text.utf8.dropFirst(2) {
            let digit = character <= 57 ? character &- 48 : character &- 87
            if let first = high {
                out.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return out
    }

    private func check(_ result: OpaquePointer?, sql: String) throws {
        let status = PQresultStatus(result)
        if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return }
        let message = String(cString: PQerrorMessage(connection)).trimmingCharacters(in: .whitespacesAndNewlines)
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        throw Self.translate(state: state, message: message, sql: sql)
    }

    private static func translate(state: String, message: String, sql: String) -> DatabaseError {
        switch state {
        case "23505": .duplicate(message)
        case _ where state.hasPrefix("23"): .constraint(message)
        case "53100": .full(message)
        case "40001", "40P01", "55P03": .busy(message)
        case _ where state.isEmpty || state.hasPrefix("08") || state.hasPrefix("57"): .unreachable(message)
        default: .statement(message, sql: sql)
        }
    }
}
