/// A name (ISO 32000-2 §7.3.5): two names are one when their bytes are, whatever the letters look like.
///
/// Text would not do as it is: Swift takes `K` and the Kelvin sign, or é in one and in two characters, for the same,
/// where other readers see two names. Bytes that are not UTF-8 stand as U+F780 … U+F7FF, so that every name can be
/// shown and written as it was read.
package struct PDFName: Sendable {
    /// The name as text, to be shown.
    package let text: String

    package init(_ text: String) { self.text = text }

    init(bytes: [UInt8]) {
        // A name that holds one of the stand-ins itself is spelt in stand-ins too, or it would pass for another.
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: Self.isStandIn) {
            self.text = text
        } else {
            text = String(
                String.UnicodeScalarView(
                    bytes.map { $0 < 0x80 ? Unicode.Scalar($0) : Unicode.Scalar(0xF700 + UInt32($0)) ?? " " }))
        }
    }

    /// The bytes the name stands for, escapes undone.
    var bytes: [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            Self.isStandIn(scalar) ? [UInt8(scalar.value - 0xF700)] : Array(String(scalar).utf8)
        }
    }

    private static func isStandIn(_ scalar: Unicode.Scalar) -> Bool { (0xF780...0xF7FF).contains(scalar.value) }

    package var isEmpty: Bool { text.utf8.isEmpty }
    package func hasPrefix(_ prefix: StaticString) -> Bool {
        text.utf8.starts(with: UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
    }
}

extension PDFName: Hashable, Comparable {
    package static func == (a: Self, b: Self) -> Bool { a.text.isExactly(b.text) }

    package static func < (a: Self, b: Self) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        if isDone == nil { for byte in text.utf8 { hasher.combine(byte) } }
        hasher.combine(0xFF as UInt8)
    }
}

extension PDFName: ExpressibleByStringLiteral, CustomStringConvertible {
    package init(stringLiteral text: String) { self.init(text) }

    package var description: String { text }
}

extension String {
    /// Whether both are the same bytes, not merely letters that look the same.
    package func isExactly(_ other: String) -> Bool {
        let answer: Bool?? = utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable { others in own.elementsEqual(others) }
        }
        return (answer ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
