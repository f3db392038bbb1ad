import Foundation

/// Strings in both notations (ISO 32000-2 §7.3.4).
extension ObjectParser {
    mutating func literalString() throws(PDFError) -> Data {
        let start = offset
        if let plain = plainString() { return plain }
        offset = start + 1
        var bytes: [UInt8] = []
        var open = 1
        while true {
            let byte = next()
            switch byte {
            case -1: throw PDFError(.expected(")"), at: start)
            case 0x28: open += 1
            case 0x29:
                open -= 1
                if open == 0 { return Data(bytes) }
            case 0x5C:
                if let escaped = escape() { bytes.append(escaped) }
                continue
            case 13:
                // An end of line inside a string counts as one line feed (§7.3.4.2).
                if cursor.peek() == 10 { offset += 1 }
                bytes.append(10)
                continue
            default: break
            }
            bytes.append(UInt8(byte))
        }
    }

    /// A string in which nothing stands for something else.
    private mutating func plainString() -> Data? {
        var index = offset + 1
        while index < cursor.bytes.count {
            switch cursor.bytes[index] {
            case 0x29:
                let content = UnsafeRawBufferPointer(rebasing: cursor.bytes[offset + 1..<index])
                offset = index + 1
                return Data(content)
            case 0x28, 0x5C, 13: return nil
            default: index += 1
            }
        }
        return nil
    }

    private mutating func next() -> Int {
        let byte = cursor.peek()
        if byte >= 0 { offset += 1 }
        return byte
    }

    /// The byte an escape stands for; nil for a line continuation.
    private mutating func escape() -> UInt8? {
        let byte = next()
        switch byte {
        case 0x6E: return 10
        case 0x72: return 13
        case 0x74: return 9
        case 0x62: return 8
        case 0x66: return 12
        case 0x30...0x37:
            var value = byte - 0x30
            for _ in 0..<2 {
                guard case let digit = cursor.peek(), digit >= 0x30, digit <= 0x37 else { break }
                value = value * 8 + digit - 0x30
                offset += 1
            }
            return UInt8(value & 0xFF)
        case 13:
            if cursor.peek() == 10 { offset += 1 }
            return nil
        case 10, -1: return nil
        default: return UInt8(byte)
        }
    }

    /// Whatever is no digit is passed over, as readers do; who must know exactly asks `PDFDocument.hexadecimal(in:)`.
    mutating func hexString() throws(PDFError) -> Data {
        let start = offset + 1
        guard let end = cursor.find(">", from: start, before: cursor.bytes.count) else {
            offset = cursor.bytes.count
            throw PDFError(.expected(">"), at: start)
        }
        offset = end + 1
        let digits = UnsafeRawBufferPointer(rebasing: cursor.bytes[start..<end])
        let (bytes, isClean) = Data.decoded(hexadecimal: digits)
        // White space between digits is no departure (§7.3.4.3).
        if !isClean, !digits.allSatisfy({ ByteCursor.hexValue(Int($0)) != nil || ByteCursor.isSpace(Int($0)) }) {
            noteRepair()
        }
        return bytes
    }
}

extension Data {
    /// The bytes that hexadecimal digits stand for, a last single one followed by 0; `isClean` when there was nothing
    /// but digits.
    static func decoded(hexadecimal text: UnsafeRawBufferPointer) -> (bytes: Data, isClean: Bool) {
        var isClean = true
        let digits = hexadecimalDigits
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 2 + 1) { buffer, count in
            var index = 0
            // Digits alone, two by two, as signatures have them by the ten thousand.
            while index + 1 < text.count {
                let (high, low) = (digits[Int(text[index])], digits[Int(text[index + 1])])
                if high | low > 15 { break }
                buffer[count] = high << 4 | low
                count += 1
                index += 2
            }
            var high: UInt8?
            for character in text[index...] {
                let value = digits[Int(character)]
                if value > 15 {
                    isClean = false
                } else if let first = high {
                    buffer[count] = first << 4 | value
                    count += 1
                    high = nil
                } else {
                    high = value
                }
            }
            if let high {
                buffer[count] = high << 4
                count += 1
            }
        }
        return (Data(bytes), isClean)
    }

    /// What each byte stands for as a hexadecimal digit, more than 15 where it is none.
    private static let hexadecimalDigits = (0...255).map { ByteCursor.hexValue($0) ?? 0xFF }
}
