package import Foundation

/// Base64 (RFC 4648 §4) as packets carry it: line breaks allowed, missing padding forgiven, anything else an error.
package enum Base64 {
    package struct Problem: Error, Hashable, Sendable {
        /// Index of the offending byte in the text.
        package var offset: Int
    }

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        for space in [9, 10, 13, 32] { table[space] = 254 }
        table[61] = 253
        return table
    }()

    /// The bytes decoded until the end or the first problem.
    static func decode(_ text: [UInt8]) -> (content: Data, problem: Problem?) {
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 4 * 3 + 3)
        var bits: UInt32 = 0
        var sextets = 0
        var padding = 0
        let table = values
        let problem: Int? = text.withUnsafeBufferPointer { text in
            table.withUnsafeBufferPointer { table in
                for offset in 0..<text.count {
                    let value = table[Int(text[offset])]
                    if value == 254 { continue }
                    if value == 253 {
                        padding += 1
                        if sextets % 4 < 2 || padding > 2 { return offset }
                        continue
                    }
                    if value == 255 || padding > 0 { return offset }
                    bits = bits << 6 | UInt32(value)
                    sextets += 1
                    guard sextets % 4 == 0 else { continue }
                    out.append(UInt8(truncatingIfNeeded: bits >> 16))
                    out.append(UInt8(truncatingIfNeeded: bits >> 8))
                    out.append(UInt8(truncatingIfNeeded: bits))
                }
                return nil
            }
        }
        let rest = sextets % 4
        if rest == 2 { out.append(UInt8(truncatingIfNeeded: bits >> 4)) }
        if rest == 3 {
            out.append(UInt8(truncatingIfNeeded: bits >> 10))
            out.append(UInt8(truncatingIfNeeded: bits >> 2))
        }
        if let problem { return (Data(out), Problem(offset: problem)) }
        let isWhole = rest != 1 && (padding == 0 || rest + padding == 4)
        return (Data(out), isWhole ? nil : Problem(offset: text.count))
    }

    package static func encode(_ data: Data) -> String { data.base64EncodedString() }
}
