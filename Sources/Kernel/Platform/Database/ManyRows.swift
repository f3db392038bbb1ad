// Many rows of one table in one go.
internal import Foundation

/// Rows on their way into a table, all with the same columns. On PostgreSQL each column travels as one array, on SQLite
/// one prepared statement runs for each row: a statement as long as its rows would take longer to write than they do.
package struct ManyRows: Sendable {
    /// A column and what it holds.
    package enum Column: Sendable, Hashable {
        case text(String)
        case integer(String)
        case boolean(String)

        var name: String {
            switch self {
            case .text(let name), .integer(let name), .boolean(let name): name
            }
        }

        /// As PostgreSQL names an array of them.
        fileprivate var array: String {
            switch self {
            case .text: "TEXT[]"
            case .integer: "BIGINT[]"
            case .boolean: "BOOLEAN[]"
            }
        }
    }

    let table: String
    let columns: [Column]
    let conflict: String
    package private(set) var rows: [[SQLValue]] = []

    /// - Parameters:
    ///   - table: a name from the source code, like the columns' names.
    ///   - conflict: what follows the rows, e.g. `ON CONFLICT (code) DO UPDATE SET name = excluded.name`.
    package init(into table: StaticString, _ columns: [Column], conflict: StaticString = "") {
        self.table = "\(table)"
        self.columns = columns
        self.conflict = "\(conflict)"
    }

    /// One value for each column, in their order.
    package mutating func append(_ row: [any SQLBindable]) {
        precondition(row.count == columns.count, "a row of \(row.count) values for \(columns.count) columns")
        rows.append(row.map { $0.sqlValue })
    }

    private var head: String { "INSERT INTO \(table) (\(columns.map(\.name).joined(separator: ", ")))" }

    /// For one row.
    var rowStatement: String {
        let markers = (1...columns.count).map { "?\($0)" }.joined(separator: ", ")
        return "\(head) VALUES (\(markers)) \(conflict)"
    }

    /// For all of them at once.
    var arrayStatement: SQL {
        var parts: [SQL] = []
        for (position, column) in columns.enumerated() {
            parts.append("\(PostgresArray.text(rows.lazy.map { $0[position] }))" + SQL(trusted: "::\(column.array)"))
        }
        return SQL(trusted: "\(head) SELECT * FROM unnest(") + .join(parts, ", ") + SQL(trusted: ") \(conflict)")
    }
}

/// PostgreSQL's text of an array: `{"a","b",NULL}`.
enum PostgresArray {
    static func text(_ values: some Sequence<SQLValue>) -> String {
        var out: [UInt8] = [UInt8(ascii: "{")]
        for value in values {
            if out.count > 1 { out.append(UInt8(ascii: ",")) }
            append(value, to: &out)
        }
        out.append(UInt8(ascii: "}"))
        return String(decoding: out, as: UTF8.self)
    }

    private static func append(_ value: SQLValue, to out: inout [UInt8]) {
        switch value {
        case .null, .blob: out.append(contentsOf: "NULL".utf8)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .real(let number): out.append(contentsOf: "\(number)".utf8)
        case .boolean(let flag): out.append(UInt8(ascii: flag ? "t" : "f"))
        case .text(let text):
            out.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { out.append(UInt8(ascii: "\\")) }
                out.append(byte)
            }
            out.append(UInt8(ascii: "\""))
        }
    }
}

extension Transaction {
    /// Writes the rows in their order.
    package func insert(_ many: ManyRows) throws {
        guard !many.rows.isEmpty else { return }
        try connection.insert(many)
    }

    /// `column IN` a list of any length, which travels as one value: lists of thousands, and of every length, share one
    /// statement.
    package func isAmong(_ column: StaticString, _ texts: [String]) -> SQL {
        switch engine {
        case .sqlite:
            let list = (try? JSONEncoder().encode(texts)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
            return SQL(trusted: "\(column) IN (SELECT value FROM json_each(") + "\(list)))"
        case .postgres:
            let list = PostgresArray.text(texts.lazy.map { .text($0) })
            return SQL(trusted: "\(column) = ANY (") + "\(list)::TEXT[])"
        }
    }

    /// The same for numbers.
    package func isAmong(_ column: StaticString, _ numbers: [Int64]) -> SQL {
        let list = numbers.lazy.map(String.init).joined(separator: ",")
        return switch engine {
        case .sqlite: SQL(trusted: "\(column) IN (SELECT value FROM json_each(") + "\("[\(list)]")))"
        case .postgres: SQL(trusted: "\(column) = ANY (") + "\("{\(list)}")::BIGINT[])"
        }
    }
}
