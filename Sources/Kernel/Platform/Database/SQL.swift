// SQL as a value: every hole of the interpolation becomes a bound parameter, so an injection cannot be written.
package import Foundation

/// What a column or parameter holds.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob(Data)
    case boolean(Bool)
}

/// Something that can be bound to a hole.
package protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

/// One statement with its parameters, written once for both engines.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    enum Piece: Sendable, Hashable {
        case text(String)
        case hole

        var roomNeeded: Int {
            switch self {
            case .text(let text): text.utf8.count
            case .hole: 4
            }
        }
    }

    var pieces: [Piece]
    var values: [SQLValue]

    package init(stringLiteral value: String) {
        pieces = [.text(value)]
        values = []
    }

    package init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
        values = stringInterpolation.values
    }

    /// Statement text from outside the source code, such as a schema step read from a list. Never from a user.
    package init(trusted text: String) {
        pieces = [.text(text)]
        values = []
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []
        var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
            values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        package mutating func appendInterpolation(_ value: some SQLBindable) {
            pieces.append(.hole)
            values.append(value.sqlValue)
        }

        package mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            pieces.append(.hole)
            values.append(value?.sqlValue ?? .null)
        }

        /// Another piece of SQL, with its own parameters.
        package mutating func appendInterpolation(_ sql: SQL) {
            pieces += sql.pieces
            values += sql.values
        }

        /// `(?, ?, ?)` for IN; an empty list gives `(NULL)`, which matches nothing. Lists are filled up to a power of
        /// two with their last value, so that lists of every length share a few prepared statements.
        package mutating func appendInterpolation(list: [some SQLBindable]) {
            guard let last = list.last else { return appendLiteral("(NULL)") }
            var length = 1
            while length < list.count { length *= 2 }
            appendLiteral("(")
            for index in 0..<length {
                if index > 0 { appendLiteral(", ") }
                appendInterpolation(index < list.count ? list[index] : last)
            }
            appendLiteral(")")
        }
    }

    package static func + (a: SQL, b: SQL) -> SQL { "\(a)\(b)" }

    /// Pieces joined by `separator`; empty SQL for no pieces.
    package static func join(_ parts: [SQL], _ separator: SQL) -> SQL {
        var out = StringInterpolation(literalCapacity: 0, interpolationCount: parts.count)
        for (index, part) in parts.enumerated() {
            if index > 0 { out.appendInterpolation(separator) }
            out.appendInterpolation(part)
        }
        return SQL(stringInterpolation: out)
    }

    /// `LIMIT n` in the text itself: a planner that does not know the number expects much and sorts what an index
    /// would give in order.
    package static func limit(_ count: Int) -> SQL { SQL(trusted: "LIMIT \(count)") }

    /// Statement text with numbered parameters: `?1` on SQLite, `$1` on PostgreSQL.
    func text(marker: Character) -> String {
        var out = ""
        out.reserveCapacity(pieces.reduce(0) { $0 + $1.roomNeeded })
        var number = 0
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .hole:
                number += 1
                out.append(marker)
                out += String(number)
            }
        }
        return out
    }
}

extension SQLValue: SQLBindable { package var sqlValue: SQLValue { self } }
extension String: SQLBindable { package var sqlValue: SQLValue { .text(self) } }
extension Int: SQLBindable { package var sqlValue: SQLValue { .integer(Int64(self)) } }
extension Int64: SQLBindable { package var sqlValue: SQLValue { .integer(self) } }
extension Double: SQLBindable { package var sqlValue: SQLValue { .real(self) } }
extension Bool: SQLBindable { package var sqlValue: SQLValue { .boolean(self) } }
extension Data: SQLBindable { package var sqlValue: SQLValue { .blob(self) } }
extension Day: SQLBindable { package var sqlValue: SQLValue { .text(description) } }
/// Instants are whole milliseconds since 1970 in a BIGINT column.
extension Date: SQLBindable {
    package var sqlValue: SQLValue { .integer(Int64((timeIntervalSince1970 * 1000).rounded())) }
}
extension SQLBindable where Self: RawRepresentable, RawValue: SQLBindable {
    package var sqlValue: SQLValue { rawValue.sqlValue }
}

/// Something that can be read from a column.
package protocol SQLDecodable {
    init?(_ value: SQLValue)
}

extension String: SQLDecodable {
    package init?(_ value: SQLValue) {
        guard case .text(let text) = value else { return nil }
        self = text
    }
}
extension Int64: SQLDecodable {
    package init?(_ value: SQLValue) {
        guard case .integer(let number) = value else { return nil }
        self = number
    }
}
extension Int: SQLDecodable {
    package init?(_ value: SQLValue) {
        guard case .integer(let number) = value else { return nil }
        self.init(exactly: number)
    }
}
extension Double: SQLDecodable {
    package init?(_ value: SQLValue) {
        switch value {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
}
extension Bool: SQLDecodable {
    package init?(_ value: SQLValue) {
        switch value {
        case .boolean(let flag): self = flag
        case .integer(let number): self = number != 0
        default: return nil
        }
    }
}
extension Data: SQLDecodable {
    package init?(_ value: SQLValue) {
        guard case .blob(let bytes) = value else { return nil }
        self = bytes
    }
}
extension Day: SQLDecodable {
    package init?(_ value: SQLValue) {
        guard case .text(let text) = value else { return nil }
        self.init(text)
    }
}
extension Date: SQLDecodable {
    package init?(_ value: SQLValue) {
        guard case .integer(let milliseconds) = value else { return nil }
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
extension SQLDecodable where Self: RawRepresentable, RawValue: SQLDecodable {
    @inlinable package init?(_ value: SQLValue) {
        guard let raw = RawValue(value) else { return nil }
        self.init(rawValue: raw)
    }
}

/// Column positions of one result, shared by its rows. Read for every field of every row, so it is a small open table
/// with a hash of the name's ends instead of a dictionary.
@usableFromInline final class ColumnPositions: Sendable {
    let names: [String]
    /// Positions in `names`, -1 where free; a power of two, at most half full.
    let slots: [Int]

    init(_ names: [String]) {
        var size = 8
        while size < names.count * 2 { size *= 2 }
        var slots = [Int](repeating: -1, count: size)
        for (position, name) in names.enumerated() {
            var slot = Self.hash(name) & (size - 1)
            while slots[slot] >= 0, names[slots[slot]] != name { slot = (slot + 1) & (size - 1) }
            if slots[slot] < 0 { slots[slot] = position }
        }
        self.names = names
        self.slots = slots
    }

    private static func hash(_ name: String) -> Int {
        let bytes = name.utf8
        return bytes.count &* 37 &+ Int(bytes.first ?? 0) &* 11 &+ Int(bytes.last ?? 0)
    }

    @usableFromInline func position(of name: String) -> Int? {
        var slot = Self.hash(name) & (slots.count - 1)
        while slots[slot] >= 0 {
            if names[slots[slot]] == name { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}

/// One row of a result, read by column name.
package struct Row: Sendable {
    @usableFromInline let positions: ColumnPositions
    @usableFromInline let values: [SQLValue]

    init(positions: ColumnPositions, values: [SQLValue]) {
        self.positions = positions
        self.values = values
    }

    package subscript(_ name: String) -> SQLValue {
        guard let position = positions.position(of: name) else { return .null }
        return values[position]
    }

    // Compiled where they are used: otherwise every field of every row would have the type `T?` made up while the
    // program runs.

    /// The value of a NOT NULL column.
    @inlinable
    package func get<T: SQLDecodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        guard let position = positions.position(of: name) else {
            throw DatabaseError.column(name, "is not in the result")
        }
        guard let value = T(values[position]) else { throw DatabaseError.column(name, "does not hold a \(T.self)") }
        return value
    }

    /// The value of a column that may be NULL; a missing column or an unreadable value is an error, not nil.
    @inlinable
    package func optional<T: SQLDecodable>(_ name: String, as type: T.Type = T.self) throws -> T? {
        guard let position = positions.position(of: name) else {
            throw DatabaseError.column(name, "is not in the result")
        }
        if case .null = values[position] { return nil }
        guard let value = T(values[position]) else { throw DatabaseError.column(name, "does not hold a \(T.self)") }
        return value
    }
}
