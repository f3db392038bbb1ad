/// JSON strings written as the kit's library writes them: compact, `/` as it is.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"...: out += escaped(scalar)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// `\uXXXX`, in two halves beyond the basic plane: header values stay within ASCII.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let text = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - text.count) + text
        }.joined()
    }

    /// A flat JSON object of strings, in order; nil for anything else, for a name given twice, or beyond 100 members.
    static func members(_ text: String) -> [(name: String, value: String)]? {
        var cursor = Cursor(bytes: Array(text.utf8))
        return cursor.object()
    }

    private struct Cursor {
        let bytes: [UInt8]
        var position = 0

        mutating func object() -> [(name: String, value: String)]? {
            var found: [(name: String, value: String)] = []
            guard take("{") else { return nil }
            if take("}") { return atEnd ? found : nil }
            repeat {
                guard let name = string(), take(":"), let value = string() else { return nil }
                guard found.count < 100, !found.contains(where: { $0.name == name }) else { return nil }
                found.append((name, value))
            } while take(",")
            return take("}") && atEnd ? found : nil
        }

        private var atEnd: Bool {
            bytes[position...].allSatisfy { $0 == 32 }
        }

        private mutating func take(_ character: Character) -> Bool {
            while position < bytes.count, bytes[position] == 32 { position += 1 }
            guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
            position += 1
            return true
        }

        private mutating func string() -> String? {
            guard take("\"") else { return nil }
            var units: [UInt16] = []
            var plain: [UInt8] = []
            func flushed() -> [UInt16] { units + Array(String(decoding: plain, as: UTF8.self).utf16) }
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: flushed(), as: UTF16.self)
                case UInt8(ascii: "\\"):
                    units = flushed()
                    plain = []
                    guard let unit = escape() else { return nil }
                    units.append(unit)
                case 0..<32: return nil
                default: plain.append(byte)
                }
            }
            return nil
        }

        private mutating func escape() -> UInt16? {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
            case UInt8(ascii: "n"): return 10
            case UInt8(ascii: "r"): return 13
            case UInt8(ascii: "t"): return 9
            case UInt8(ascii: "b"): return 8
            case UInt8(ascii: "f"): return 12
            case UInt8(ascii: "u"):
                guard bytes.count - position >= 4 else { return nil }
                defer { position += 4 }
                let text = String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
                return text.first == "+" || text.first == "-" ? nil : UInt16(text, radix: 16)
            default: return nil
            }
        }
    }
}
