/// Character references: the five of XML 1.0 §4.6 and numeric ones. Any other `&` is kept as it stands.
enum Reference {
    private static let named: [String: UInt8] = [
        "amp": Byte.ampersand, "lt": Byte.less, "gt": Byte.greater, "quot": Byte.quote, "apos": Byte.apostrophe,
    ]
    private static let longest = 10

    static func resolved(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(range.count)
        var position = range.lowerBound
        while let found = ampersand(in: bytes, position..<range.upperBound) {
            out.append(contentsOf: bytes[position..<found])
            let (replacement, end) = reference(in: bytes, at: found, before: range.upperBound)
            out.append(contentsOf: replacement ?? [Byte.ampersand])
            position = end
        }
        out.append(contentsOf: bytes[position..<range.upperBound])
        return out
    }

    static func looseAmpersands(in bytes: [UInt8], _ range: Range<Int>) -> Int {
        var count = 0
        var position = range.lowerBound
        while let found = ampersand(in: bytes, position..<range.upperBound) {
            let (replacement, end) = reference(in: bytes, at: found, before: range.upperBound)
            if replacement == nil { count += 1 }
            position = end
        }
        return count
    }

    static func ampersand(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard let found = XMLReader.index(of: Byte.ampersand, in: bytes, from: range.lowerBound),
            found < range.upperBound
        else { return nil }
        return found
    }

    /// The bytes a reference stands for, and where to go on; nil bytes when it is a loose `&`.
    private static func reference(in bytes: [UInt8], at start: Int, before end: Int) -> ([UInt8]?, Int) {
        let window = bytes[(start + 1)..<min(end, start + 1 + longest)]
        guard let stop = window.firstIndex(of: Byte.semicolon) else { return (nil, start + 1) }
        let name = String(decoding: bytes[(start + 1)..<stop], as: UTF8.self)
        if let byte = named[name] { return ([byte], stop + 1) }
        guard let scalar = numeric(name) else { return (nil, start + 1) }
        return (Array(String(scalar).utf8), stop + 1)
    }

    /// `#10`, `#x1F600`: a character XML 1.0 §2.2 allows.
    private static func numeric(_ name: String) -> Unicode.Scalar? {
        let value: UInt32?
        if name.hasPrefix("#x") || name.hasPrefix("#X") {
            value = UInt32(name.dropFirst(2), radix: 16)
        } else if name.hasPrefix("#") {
            value = UInt32(name.dropFirst())
        } else {
            value = nil
        }
        guard let value, value >= 32 || [9, 10, 13].contains(value), value != 0xFFFE, value != 0xFFFF else {
            return nil
        }
        return Unicode.Scalar(value)
    }
}

extension XMLTree {
    /// The text of an element with references resolved, as bytes.
    func bytes(of node: XMLNode) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(node.textByteCount)
        for piece in node.text {
            if piece.isLiteral || Reference.ampersand(in: bytes, piece.range) == nil {
                out.append(contentsOf: bytes[piece.range])
            } else {
                out.append(contentsOf: Reference.resolved(bytes, piece.range))
            }
        }
        return out
    }
}
