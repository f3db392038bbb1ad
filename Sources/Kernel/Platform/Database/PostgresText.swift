// Parameters and results as libpq wants them: text, and bytes as they are.
internal import CPQ
internal import Foundation

/// Parameters in one arena that lives for the length of the call; blobs travel in binary, the rest as text.
struct Parameters {
    private var arena: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ values: [SQLValue]) {
        for value in values { add(value) }
    }

    func with<T>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> T
    ) -> T {
        arena.withUnsafeBytes { buffer in
            let base = buffer.bindMemory(to: CChar.self).baseAddress
            let pointers = offsets.map { offset -> UnsafePointer<CChar>? in
                guard let offset, let base else { return nil }
                return base + offset
            }
            return body(Int32(offsets.count), pointers, lengths, formats)
        }
    }

    private mutating func add(_ value: SQLValue) {
        let start = arena.count
        switch value {
        case .null:
            offsets.append(nil)
            lengths.append(0)
            formats.append(0)
            return
        case .integer(let number): arena.append(contentsOf: String(number).utf8)
        case .real(let number): arena.append(contentsOf: "\(number)".utf8)
        // PostgreSQL cannot store U+0000 in text; nothing the office writes needs it.
        case .text(let text): arena.append(contentsOf: text.utf8.lazy.filter { $0 != 0 })
        case .blob(let bytes): arena.append(contentsOf: bytes)
        case .boolean(let flag): arena.append(UInt8(ascii: flag ? "t" : "f"))
        }
        offsets.append(start)
        lengths.append(Int32(clamping: arena.count - start))
        if case .blob = value { formats.append(1) } else { formats.append(0) }
        arena.append(0)
    }
}

enum PostgresText {
    static func value(_ result: OpaquePointer?, _ row: Int32, _ column: Int32, _ type: Oid) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return .null }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        switch type {
        case 20, 21, 23: return integer(bytes).map(SQLValue.integer) ?? .null
        case 700, 701, 1700: return Double(String(decoding: bytes, as: UTF8.self)).map(SQLValue.real) ?? .null
        case 16: return .boolean(bytes.first == UInt8(ascii: "t"))
        case 17: return .blob(unescaped(bytes))
        default: return .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count < 18 else { return Int64(String(decoding: bytes, as: UTF8.self)) }
        var number: Int64 = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        for byte in bytes.dropFirst(isNegative ? 1 : 0) { number = number * 10 + Int64(byte &- 48) }
        return isNegative ? -number : number
    }

    /// The hex form of bytea: `\x0a1b…`
    private static func unescaped(_ text: UnsafeRawBufferPointer) -> Data {
        var out = Data(capacity: text.count / 2)
        var high: UInt8?
        for character in text.dropFirst(2) {
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
}
