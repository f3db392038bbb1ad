internal import Foundation

/// Character references: the five of XML 1.0 §4.6 and numeric ones. Any other `&` is kept as it stands.
enum Reference {
    private static let named: [String: UInt8] = [
        "amp": Byte.ampersand, "lt": Byte.less, "gt": Byte.greater, "quot": Byte.quote, "apos": Byte.apostrophe,
    ]
    /// Bytes between `&` and `;`.
    private static let longest = 10
    /// As much as may be needed to tell a reference from a loose `&`.
    static let span = longest + 1

    /// Hands over the text with its references resolved, in pieces; how many `&` were loose.
    @discardableResult
    static func resolve(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) -> Int {
        var (loose, position) = (0, 0)
        while let found = ampersand(in: text, from: position) {
            if found > position { body(UnsafeRawBufferPointer(rebasing: text[position..<found])) }
            let (replacement, end) = reference(in: text, at: found)
            if replacement == nil { loose += 1 }
            (replacement ?? [Byte.ampersand]).withUnsafeBytes { body($0) }
            position = end
        }
        if position < text.count { body(UnsafeRawBufferPointer(rebasing: text[position...])) }
        return loose
    }

    static func resolved(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(Byte.ampersand) else { return text }
        var out: [UInt8] = []
        text.withUnsafeBytes { bytes in _ = resolve(bytes) { out.append(contentsOf: $0) } }
        return out
    }

    /// Where a piece of text that goes on may be cut without cutting a reference.
    static func cut(_ text: UnsafeRawBufferPointer) -> Int {
        let tail = max(0, text.count - span)
        return text[tail...].lastIndex(of: Byte.ampersand) ?? text.count
    }

    private static func ampersand(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < text.count, let base = text.baseAddress,
            let hit = memchr(base + start, Int32(Byte.ampersand), text.count - start)
        else { return nil }
        return UnsafeRawPointer(hit) - base
    }

    /// The bytes a reference stands for, and where to go on; nil bytes when it is a loose `&`.
    private static func reference(in text: UnsafeRawBufferPointer, at start: Int) -> ([UInt8]?, Int) {
        let window = text[(start + 1)..<min(text.count, start + 1 + longest)]
        guard let stop = window.firstIndex(of: Byte.semicolon) else { return (nil, start + 1) }
        let name = String(decoding: text[(start + 1)..<stop], as: UTF8.self)
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
