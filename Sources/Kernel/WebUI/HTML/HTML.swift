// HTML that cannot be left unescaped: every hole of a literal is text unless it is HTML itself.
package import Records

/// A piece of HTML as UTF-8, written with string interpolation; one growing buffer, no tree.
package struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
    package internal(set) var utf8: [UInt8]

    package init() { utf8 = [] }
    /// A literal of the source is trusted as it stands.
    package init(stringLiteral value: String) { utf8 = Array(value.utf8) }
    package init(stringInterpolation: StringInterpolation) { utf8 = stringInterpolation.utf8 }

    /// Text, escaped.
    package static func text(_ text: some StringProtocol) -> HTML {
        var html = HTML()
        Escaping.append(text, to: &html.utf8)
        return html
    }

    /// Markup written in the source itself; a value that came from outside cannot be passed.
    package static func raw(_ literal: StaticString) -> HTML {
        var html = HTML()
        literal.withUTF8Buffer { html.utf8.append(contentsOf: $0) }
        return html
    }

    package static let empty = HTML()
    package var isEmpty: Bool { utf8.isEmpty }
    package var string: String { String(decoding: utf8, as: UTF8.self) }

    package static func + (left: HTML, right: HTML) -> HTML {
        var sum = left
        sum += right
        return sum
    }
    package static func += (left: inout HTML, right: HTML) { left.utf8.append(contentsOf: right.utf8) }

    /// ` name="value"` with a leading space, or nothing where there is no value.
    package static func attribute(_ name: StaticString, _ value: String?) -> HTML {
        guard let value else { return .empty }
        return " \(raw(name))=\"\(value)\""
    }

    /// ` name` when the condition holds: `checked`, `required`, `disabled`.
    package static func flag(_ name: StaticString, when holds: Bool) -> HTML { holds ? " \(raw(name))" : .empty }

    /// Markup of the source when the condition holds, else nothing.
    package static func when(_ holds: Bool, _ html: @autoclosure () -> HTML) -> HTML { holds ? html() : .empty }

    package struct StringInterpolation: StringInterpolationProtocol {
        var utf8: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            utf8.reserveCapacity(literalCapacity + interpolationCount * 24)
        }
        package mutating func appendLiteral(_ literal: String) { utf8.append(contentsOf: literal.utf8) }

        package mutating func appendInterpolation(_ text: some StringProtocol) { Escaping.append(text, to: &utf8) }
        package mutating func appendInterpolation(_ text: String?) {
            if let text { Escaping.append(text, to: &utf8) }
        }
        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            utf8.append(contentsOf: String(number).utf8)
        }
        package mutating func appendInterpolation<Subject>(_ id: ID<Subject>) {
            utf8.append(contentsOf: id.description.utf8)
        }
        package mutating func appendInterpolation(_ code: DocumentCode) {
            Escaping.append(code.description, to: &utf8)
        }
        package mutating func appendInterpolation(_ html: HTML) { utf8.append(contentsOf: html.utf8) }
        package mutating func appendInterpolation(_ html: HTML?) {
            if let html { utf8.append(contentsOf: html.utf8) }
        }
        package mutating func appendInterpolation(_ pieces: some Sequence<HTML>) {
            for piece in pieces { utf8.append(contentsOf: piece.utf8) }
        }
        /// An address: only paths of this site, `http(s)`, `mailto` and `tel` are let through; others become `#`.
        package mutating func appendInterpolation(href address: String) {
            Escaping.append(Escaping.isSafe(address: address) ? address : "#", to: &utf8)
        }
    }
}

extension Sequence where Element == HTML {
    /// The pieces one after another, with `separator` between.
    package func joined(separator: HTML = .empty) -> HTML {
        var out = HTML()
        var isFirst = true
        for piece in self {
            if !isFirst { out += separator }
            isFirst = false
            out += piece
        }
        return out
    }
}

/// Escaping good for text and for quoted attributes alike.
enum Escaping {
    static func append(_ text: some StringProtocol, to buffer: inout [UInt8]) {
        let wasContiguous: Void? = text.utf8.withContiguousStorageIfAvailable { append($0, to: &buffer) }
        guard wasContiguous == nil else { return }
        Array(text.utf8).withUnsafeBufferPointer { append($0, to: &buffer) }
    }

    private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to buffer: inout [UInt8]) {
        var start = 0
        for (index, byte) in bytes.enumerated() {
            guard let entity = entity(byte) else { continue }
            buffer.append(contentsOf: bytes[start..<index])
            entity.withUTF8Buffer { buffer.append(contentsOf: $0) }
            start = index + 1
        }
        buffer.append(contentsOf: bytes[start...])
    }

    private static func entity(_ byte: UInt8) -> StaticString? {
        switch byte {
        case 0x26: "&amp;"
        case 0x3C: "&lt;"
        case 0x3E: "&gt;"
        case 0x22: "&quot;"
        case 0x27: "&#39;"
        case 0: "\u{FFFD}"
        default: nil
        }
    }

    /// `//host` would leave the site under a path's clothes.
    static func isSafe(address: String) -> Bool {
        if address.hasPrefix("/") { return !address.hasPrefix("//") && !address.hasPrefix("/\\") }
        if address.hasPrefix("#") || address.hasPrefix("?") { return true }
        let lower = address.lowercased()
        return ["http://", "https://", "mailto:", "tel:"].contains { lower.hasPrefix($0) }
    }
}
