internal import Foundation

/// Base64 in the ways that systems damage or vary it without losing anything: the alphabet of addresses (RFC 4648 §5),
/// percent signs of a form, spaces and marks that are no ASCII.
struct UnusualBase64 {
    /// The beginning of what may be an escape; at the end it is none.
    private(set) var held: [UInt8] = []

    private static let escapes: [[UInt8]: [UInt8]] = [
        Array("%2b".utf8): Array("+".utf8), Array("%2f".utf8): Array("/".utf8), Array("%3d".utf8): Array("=".utf8),
        Array("%0a".utf8): [], Array("%0d".utf8): [], Array("%20".utf8): [],
        // No-break space, zero-width space, byte order mark.
        [0xC2, 0xA0]: [], [0xE2, 0x80, 0x8B]: [], [0xEF, 0xBB, 0xBF]: [],
    ]
    private static let starts = Set(escapes.keys.compactMap(\.first))
    private static let longest = 3

    /// Whether what stands here may be read all the same. Five dashes are the frame of another format, not data.
    static func begins(at text: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first else { return false }
        if first == UInt8(ascii: "-") { return !text.starts(with: Array("-----".utf8)) }
        return first == UInt8(ascii: "_") || starts.contains(first)
    }

    /// The same as plain base64; what cannot be told before more comes is held back.
    mutating func plain(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        let text = held + text
        held = []
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            let byte = text[position]
            switch byte {
            case UInt8(ascii: "-"): out.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): out.append(UInt8(ascii: "/"))
            case _ where Self.starts.contains(byte):
                let rest = text[position...].prefix(Self.longest)
                if let (length, meant) = Self.escape(rest) {
                    out += meant
                    position += length - 1
                } else if rest.count < Self.longest {
                    held = Array(rest)
                    return out
                } else {
                    out.append(byte)
                }
            default: out.append(byte)
            }
            position += 1
        }
        return out
    }

    private static func escape(_ text: ArraySlice<UInt8>) -> (length: Int, meant: [UInt8])? {
        for length in stride(from: text.count, to: 1, by: -1) {
            let key = text.prefix(length).map { (65...90).contains($0) ? $0 | 32 : $0 }
            if let meant = escapes[key] { return (length, meant) }
        }
        return nil
    }

    /// How long the head of a `data:` address before its base64 is (RFC 2397); nil where there is none.
    static func addressHead(_ text: UnsafeRawBufferPointer) -> Int? {
        // Of ASCII one byte is one character, so that lengths agree.
        let head = String(decoding: text.prefix(200).prefix { $0 < 128 }, as: UTF8.self)
        guard head.drop(while: \.isWhitespace).lowercased().hasPrefix("data:"), let end = head.range(of: ";base64,")
        else { return nil }
        return head.utf8.distance(from: head.startIndex, to: end.upperBound)
    }
}
