// One libpq connection: statements prepared once, a transaction begun together with its first statement.
internal import CPQ
internal import Foundation

/// Lives inside one actor. A class, because it owns the connection.
final class PostgresSession: DriverConnection {
    private var connection: OpaquePointer
    private var prepared: [String: PreparedStatement] = [:]
    private var state = State.idle

    private enum State {
        case idle
        /// BEGIN goes out with the first statement: one round trip less, and none for a transaction that does nothing.
        case toBegin(readOnly: Bool)
        case begun(readOnly: Bool)
        /// One question that reads, without a transaction of ours.
        case single
        /// The end of a reading transaction was sent; its answer is read before the next one begins.
        case ending
    }

    /// A statement the server knows by name, and what its columns are called.
    private final class PreparedStatement {
        let name: String
        var columns: Columns?
        init(name: String) { self.name = name }
    }

    private struct Columns {
        let positions: ColumnPositions
        let types: [Oid]

        init(_ result: OpaquePointer?) {
            let count = PQnfields(result)
            positions = ColumnPositions((0..<count).map { String(cString: PQfname(result, $0)) })
            types = (0..<count).map { PQftype(result, $0) }
        }
    }

    private static let beginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    init(url: String) throws {
        connection = try Self.connect(url)
        self.url = url
        try settle()
    }

    private let url: String

    deinit { PQfinish(connection) }

    private static func connect(_ url: String) throws -> OpaquePointer {
        guard let connection = PQconnectdb(url) else {
            throw DatabaseError.unreachable("libpq (Debian: libpq5) could not be loaded")
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            let message = message(of: connection)
            PQfinish(connection)
            throw DatabaseError.unreachable(message)
        }
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        return connection
    }

    /// Statements are written for their indexes and planned once; compiling a plan takes longer than any of them runs.
    /// Whatever stands in no writing transaction can only read; statements sent together then see one state.
    private func settle() throws {
        try command(
            """
            SET plan_cache_mode = force_generic_plan; SET jit = off; SET default_transaction_read_only = on;
            SET default_transaction_isolation = 'repeatable read'
            """)
    }

    private static let beginWriting = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

    // MARK: Transactions

    func begin(readOnly: Bool) {
        makeReady()
        state = .toBegin(readOnly: readOnly)
    }

    func beginOne() {
        makeReady()
        state = .single
    }

    func endOne() {
        if PQpipelineStatus(connection) != PQ_PIPELINE_OFF { try? reconnect() }
        state = .idle
    }

    private func makeReady() {
        if case .ending = state { drain() }
        if prepared.count >= Self.mostPrepared { forgetPrepared() }
    }

    /// Lists of many filters must not fill the server's memory.
    private static let mostPrepared = 500

    private func forgetPrepared() {
        guard (try? command("DEALLOCATE ALL")) != nil else { return }
        prepared = [:]
    }

    func commit() throws {
        switch state {
        case .toBegin, .idle, .single, .ending: state = .idle
        case .begun(readOnly: true):
            // Nothing can go wrong with it any more; a lost connection shows at the next statement.
            state = PQsendQuery(connection, "COMMIT") == 1 ? .ending : .idle
        case .begun(readOnly: false):
            try command("COMMIT")
            state = .idle
        }
    }

    func rollBack() {
        if PQpipelineStatus(connection) != PQ_PIPELINE_OFF {
            try? reconnect()
        } else if case .begun = state {
            try? command("ROLLBACK")
        }
        state = .idle
    }

    private func drain() {
        while let result = PQgetResult(connection) { PQclear(result) }
    }

    // MARK: Statements

    func rows(_ sql: SQL) throws -> [Row] {
        try run(sql) { result, statement in Self.rows(result, statement) }
    }

    func execute(_ sql: SQL) throws -> Int {
        try run(sql) { result, _ in Int(String(cString: PQcmdTuples(result))) ?? 0 }
    }

    func insert(_ many: ManyRows) throws { _ = try execute(many.arrayStatement) }

    private func command(_ text: String) throws {
        let result = PQexec(connection, text)
        defer { PQclear(result) }
        try check(result, sql: text)
    }

    private func run<T>(_ sql: SQL, _ body: (OpaquePointer?, PreparedStatement?) -> T) throws -> T {
        let text = sql.text(marker: "$")
        if sql.values.isEmpty, text.contains(";") {
            if case .toBegin(let readOnly) = state { try beginNow(readOnly) }
            let result = PQexec(connection, text)
            defer { PQclear(result) }
            try check(result, sql: text)
            return body(result, nil)
        }
        let (result, statement) = try answer(text, sql.values)
        defer { PQclear(result) }
        try check(result, sql: text)
        return body(result, statement)
    }

    func rows(ofAll statements: [SQL]) throws -> [[Row]] {
        let asked = statements.map { Asked(text: $0.text(marker: "$"), values: $0.values) }
        let results =
            switch state {
            case .toBegin(let readOnly): try onceMore { try beginning(readOnly, asked) }
            case .single: try onceMore { try pipelined(nil, asked) }
            default: try pipelined(nil, asked)
            }
        defer { for (result, _) in results { PQclear(result) } }
        // After the first error the server answers no more: that one is told.
        for ((result, _), one) in zip(results, asked) { try check(result, sql: one.text) }
        return results.map(Self.rows)
    }

    private func answer(_ text: String, _ values: [SQLValue]) throws -> (OpaquePointer?, PreparedStatement) {
        // A connection that the server closed in the meantime is opened anew, once, before anything was done on it.
        switch state {
        case .toBegin(let readOnly):
            return try onceMore { try beginning(readOnly, [Asked(text: text, values: values)])[0] }
        case .single:
            return try onceMore {
                let (result, statement) = try executing(text, values)
                if PQstatus(connection) != CONNECTION_OK {
                    PQclear(result)
                    throw DatabaseError.unreachable(Self.message(of: connection))
                }
                return (result, statement)
            }
        default: return try executing(text, values)
        }
    }

    private func onceMore<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch DatabaseError.unreachable {
            try reconnect()
            return try body()
        }
    }

    private func executing(_ text: String, _ values: [SQLValue]) throws -> (OpaquePointer?, PreparedStatement) {
        let statement = try prepare(text)
        return (Parameters(values).with { PQexecPrepared(connection, statement.name, $0, $1, $2, $3, 0) }, statement)
    }

    private func reconnect() throws {
        let fresh = try Self.connect(url)
        PQfinish(connection)
        connection = fresh
        prepared = [:]
        try settle()
    }

    private func beginNow(_ readOnly: Bool) throws {
        try onceMore { try command(readOnly ? Self.beginReading : Self.beginWriting) }
        state = .begun(readOnly: readOnly)
    }

    /// BEGIN and the first statements in one round trip.
    private func beginning(
        _ readOnly: Bool, _ asked: [Asked]
    ) throws -> [(OpaquePointer?, PreparedStatement)] {
        let results = try pipelined(readOnly ? Self.beginReading : Self.beginWriting, asked)
        state = .begun(readOnly: readOnly)
        return results
    }

    private struct Asked {
        let text: String
        let values: [SQLValue]
    }

    /// The results are the caller's to clear.
    private func pipelined(_ begin: String?, _ asked: [Asked]) throws -> [(OpaquePointer?, PreparedStatement)] {
        let begin = try begin.map { try prepare($0) }
        let statements = try asked.map { try prepare($0.text) }
        try require(PQenterPipelineMode(connection) == 1)
        if let begin { try require(PQsendQueryPrepared(connection, begin.name, 0, nil, nil, nil, 0) == 1) }
        for (statement, one) in zip(statements, asked) {
            let sent = Parameters(one.values).with {
                PQsendQueryPrepared(connection, statement.name, $0, $1, $2, $3, 0)
            }
            try require(sent == 1)
        }
        try require(PQpipelineSync(connection) == 1)
        if begin != nil { try readAnswerOfBegin(sql: asked.first?.text ?? "") }
        let results = statements.map { statement in
            let result = PQgetResult(connection)
            // The end of this answer.
            PQclear(PQgetResult(connection))
            return (result, statement)
        }
        // The end of the pipeline.
        PQclear(PQgetResult(connection))
        PQexitPipelineMode(connection)
        guard PQstatus(connection) == CONNECTION_OK else {
            for (result, _) in results { PQclear(result) }
            throw DatabaseError.unreachable(Self.message(of: connection))
        }
        return results
    }

    private func readAnswerOfBegin(sql text: String) throws {
        let result = PQgetResult(connection)
        defer { PQclear(result) }
        try check(result, sql: text)
        PQclear(PQgetResult(connection))
    }

    private func prepare(_ text: String) throws -> PreparedStatement {
        if let known = prepared[text] { return known }
        let statement = PreparedStatement(name: "s\(prepared.count)")
        let result = PQprepare(connection, statement.name, text, 0, nil)
        defer { PQclear(result) }
        try check(result, sql: text)
        prepared[text] = statement
        return statement
    }

    // MARK: Errors

    private func require(_ isDone: Bool) throws {
        guard isDone else { throw DatabaseError.unreachable(Self.message(of: connection)) }
    }

    private func check(_ result: OpaquePointer?, sql: String) throws {
        let status = PQresultStatus(result)
        if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return }
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        throw Self.translate(state: state, message: Self.message(of: connection), sql: sql)
    }

    private static func message(of connection: OpaquePointer) -> String {
        String(cString: PQerrorMessage(connection)).trimmingCharacters(in: .whitespacesAndNewlines)
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

// Answers.
extension PostgresSession {
    private static func rows(_ result: OpaquePointer?, _ statement: PreparedStatement?) -> [Row] {
        let columns = statement?.columns ?? Columns(result)
        statement?.columns = columns
        return (0..<PQntuples(result)).map { row in
            Row(
                positions: columns.positions,
                values: columns.types.indices.map { PostgresText.value(result, row, Int32($0), columns.types[$0]) })
        }
    }
}
