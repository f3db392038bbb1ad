import Foundation

/// Filters that write bytes as text (ISO 32000-2 §7.4.2, §7.4.3).
enum ASCIIFilters {
    static func hexadecimal(_ data: Data) -> Data {
        let digits = data.prefix { $0 != 0x3E }
        return digits.withUnsafeBytes { Data.decoded(hexadecimal: $0).bytes }
    }

    static func base85(_ data: Data, limit: Int) throws(PDFError) -> Data {
        var out: [UInt8] = []
        out.reserveCapacity(min(limit, data.count / 5 * 4) + 4)
        var group: [UInt32] = []
        for byte in data {
            guard out.count <= limit else { throw PDFError(.limit(.decodedBytes)) }
            switch byte {
            case 0x21...0x75:
                group.append(UInt32(byte - 0x21))
                if group.count == 5 { try flush(&group, 4, into: &out) }
            case 0x7A where group.isEmpty: out += [0, 0, 0, 0]
            case 0x7E:
                try finish(&group, &out)
                return Data(out)
            default: guard ByteCursor.isSpace(Int(byte)) else { throw PDFError(.corruptStream) }
            }
        }
        try finish(&group, &out)
        return Data(out)
    }

    private static func finish(_ group: inout [UInt32], _ out: inout [UInt8]) throws(PDFError) {
        if group.count < 2 { return }
        let count = group.count - 1
        while group.count < 5 { group.append(84) }
        try flush(&group, count, into: &out)
    }

    private static func flush(
        _ group: inout [UInt32], _ count: Int, into out: inout [UInt8]
    ) throws(PDFError) {
        let value = group.reduce(UInt64(0)) { $0 * 85 + UInt64($1) }
        guard value <= UInt64(UInt32.max) else { throw PDFError(.corruptStream) }
        for index in 0..<count { out.append(UInt8(value >> (24 - index * 8) & 0xFF)) }
        group.removeAll(keepingCapacity: true)
    }
}

/// Runs of equal bytes (ISO 32000-2 §7.4.5).
enum RunLength {
    static func decoded(_ data: Data, limit: Int) throws(PDFError) -> Data {
        var out: [UInt8] = []
        try data.scanning { bytes throws(PDFError) in
            var cursor = ByteCursor(bytes)
            while case let length = cursor.next(), length >= 0, length != 128 {
                if length < 128 {
                    let end = min(cursor.offset + length + 1, bytes.count)
                    out += bytes[cursor.offset..<end]
                    cursor.offset = end
                } else if case let byte = cursor.next(), byte >= 0 {
                    out += repeatElement(UInt8(byte), count: 257 - length)
                }
                guard out.count <= limit else { throw PDFError(.limit(.decodedBytes)) }
            }
        }
        return Data(out)
    }
}

/// The dictionary compression of old files (ISO 32000-2 §7.4.4).
enum LZW {
    private static let clear = 256
    private static let end = 257

    static func decoded(_ data: Data, isEarly: Bool, limit: Int) throws(PDFError) -> Data {
        var table = Table()
        var out: [UInt8] = []
        var (buffer, bits, width) = (0, 0, 9)
        var previous: Int?
        for byte in data {
            buffer = (buffer << 8 | Int(byte)) & 0xFF_FFFF
            bits += 8
            if bits < width { continue }
            bits -= width
            let code = buffer >> bits & ((1 << width) - 1)
            if code == end { break }
            if code == clear {
                table = Table()
                (previous, width) = (nil, 9)
                continue
            }
            guard let start = table.write(code, after: previous, to: &out) else { throw PDFError(.corruptStream) }
            guard out.count <= limit else { throw PDFError(.limit(.decodedBytes)) }
            if let previous { table.add(previous, first: out[start]) }
            previous = code
            width = table.width(isEarly: isEarly)
        }
        return Data(out)
    }

    /// Each entry is an earlier one and a byte more.
    private struct Table {
        private var prefixes = [Int](repeating: 0, count: 258)
        private var suffixes = (0..<258).map { UInt8(truncatingIfNeeded: $0) }
        private var lengths = [Int](repeating: 1, count: 258)

        mutating func add(_ prefix: Int, first: UInt8) {
            guard prefixes.count < 4096 else { return }
            prefixes.append(prefix)
            suffixes.append(first)
            lengths.append(lengths[prefix] + 1)
        }

        func width(isEarly: Bool) -> Int {
            let count = prefixes.count + (isEarly ? 1 : 0)
            return count < 512 ? 9 : count < 1024 ? 10 : count < 2048 ? 11 : 12
        }

        /// Where in `out` the bytes of `code` begin; the next code to be added may be used already.
        func write(_ code: Int, after previous: Int?, to out: inout [UInt8]) -> Int? {
            let start = out.count
            let known = code < prefixes.count ? code : previous
            guard var entry = known, code <= prefixes.count else { return nil }
            let length = lengths[entry]
            out += repeatElement(0, count: length)
            for index in (start..<start + length).reversed() {
                out[index] = suffixes[entry]
                entry = prefixes[entry]
            }
            if code == prefixes.count { out.append(out[start]) }
            return start
        }
    }
}
