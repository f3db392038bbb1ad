internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// A prepared statement, asked by SQLite's own calls. GRDB, which keeps it, makes a value of its own of every field and
/// compares their number with the statement's at each run: on a page of fifty rows that takes longer than SQLite's work.
struct SQLiteStatement {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { self.statement = statement }

    /// The rows that the statement gives with these parameters.
    func rows(_ parameters: [SQLValue]) throws(GRDB.DatabaseError) -> [Row] {
        defer { giveBack() }
        try bindAll(parameters)
        var rows: [Row] = []
        var columns: Columns?
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                try check(code, against: SQLITE_DONE)
                return rows
            }
            // Only now: the first step compiles the statement anew where the schema has changed.
            let known = columns ?? Columns(of: statement)
            columns = known
            rows.append(Row(positions: known.positions, values: (0..<known.count).map(value)))
        }
    }

    /// The statement once with these parameters, for what it changes.
    func run(_ parameters: [SQLValue]) throws(GRDB.DatabaseError) {
        defer { giveBack() }
        try step(parameters)
    }

    /// The statement for row after row.
    func run(each rows: [[SQLValue]]) throws(GRDB.DatabaseError) {
        defer { giveBack() }
        for row in rows {
            try step(row)
            sqlite3_reset(statement)
        }
    }

    private struct Columns {
        let count: CInt
        let positions: ColumnPositions

        init(of statement: OpaquePointer) {
            count = sqlite3_column_count(statement)
            positions = ColumnPositions((0..<count).map { String(cString: sqlite3_column_name(statement, $0)) })
        }
    }

    private func step(_ parameters: [SQLValue]) throws(GRDB.DatabaseError) {
        try bindAll(parameters)
        // A statement that also answers is stepped through, or it would not be done.
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else { return try check(code, against: SQLITE_DONE) }
        }
    }

    /// GRDB keeps the statement for others: it gets it back as it was.
    private func giveBack() {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    // MARK: Values

    private func bindAll(_ values: [SQLValue]) throws(GRDB.DatabaseError) {
        precondition(values.count == sqlite3_bind_parameter_count(statement), "as many values as parameters")
        for (index, value) in values.enumerated() { try check(bind(value, at: CInt(index + 1)), against: SQLITE_OK) }
    }

    private func bind(_ value: SQLValue, at index: CInt) -> CInt {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .boolean(let flag): sqlite3_bind_int64(statement, index, flag ? 1 : 0)
        case .real(let number): sqlite3_bind_double(statement, index, number)
        case .text(let text): sqlite3_bind_text(statement, index, text, CInt(text.utf8.count), Self.copied)
        case .blob(let bytes):
            bytes.withUnsafeBytes {
                $0.isEmpty
                    ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob64(statement, index, $0.baseAddress, UInt64($0.count), Self.copied)
            }
        }
    }

    private func value(_ column: CInt) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(statement, column)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(statement, column) else { return .blob(Data()) }
            return .blob(Data(bytes: start, count: Int(sqlite3_column_bytes(statement, column))))
        default: return .null
        }
    }

    private func check(_ code: CInt, against expected: CInt) throws(GRDB.DatabaseError) {
        guard code != expected else { return }
        let connection = sqlite3_db_handle(statement)
        throw GRDB.DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection)),
            sql: sqlite3_sql(statement).map { String(cString: $0) })
    }

    /// SQLITE_TRANSIENT: SQLite copies what is bound.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
