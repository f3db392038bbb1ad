internal import Foundation

/// Lines of XML with two spaces a level. Nothing reaches the output unescaped except tags written in this target.
struct TagWriter {
    private(set) var data = Data()

    mutating func line(_ text: String, at depth: Int) {
        start(text, at: depth)
        data.append(UInt8(ascii: "\n"))
    }

    /// A line that goes on.
    mutating func start(_ text: String, at depth: Int) {
        data.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
        data.append(contentsOf: text.utf8)
    }

    mutating func open(_ name: String, at depth: Int) { line("<\(name)>", at: depth) }
    mutating func close(_ name: String, at depth: Int) { line("</\(name)>", at: depth) }

    /// An element with text; left out when there is none.
    mutating func leaf(_ name: String, _ text: String?, at depth: Int) {
        guard let text else { return }
        line("<\(name)>\(TagWriter.escaped(text))</\(name)>", at: depth)
    }

    /// Hands over what was written and begins anew.
    mutating func flush(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try data.withUnsafeBytes { try body($0) }
        data.removeAll(keepingCapacity: true)
    }

    /// XML 1.0 §2.4; characters that §2.2 forbids are dropped, a carriage return is kept from normalisation.
    static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".unicodeScalars)
            case "<": out.append(contentsOf: "&lt;".unicodeScalars)
            case ">": out.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
            case "\r": out.append(contentsOf: "&#13;".unicodeScalars)
            case "\t", "\n": out.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
