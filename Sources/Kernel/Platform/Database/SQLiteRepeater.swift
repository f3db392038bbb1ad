internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// One statement run for row after row. GRDB makes a value of its own of every field and compares their number with the
/// statement's at each run, which takes longer than SQLite's own work on two hundred thousand rows.
struct SQLiteRepeater {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { self.statement = statement }

    func run(_ rows: [[SQLValue]]) throws(GRDB.DatabaseError) {
        // GRDB keeps the statement for others: it gets it back as it was.
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for row in rows {
            precondition(row.count == sqlite3_bind_parameter_count(statement), "a row has as many values as columns")
            sqlite3_reset(statement)
            for (index, value) in row.enumerated() { try check(bind(value, at: CInt(index + 1)), against: SQLITE_OK) }
            try check(sqlite3_step(statement), against: SQLITE_DONE)
        }
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
