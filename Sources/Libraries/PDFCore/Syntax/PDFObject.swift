package import Foundation

/// Number and generation of an indirect object (ISO 32000-2 §7.3.10).
package struct PDFReference: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var number: Int
    package var generation: Int

    package init(_ number: Int, _ generation: Int = 0) {
        self.number = number
        self.generation = generation
    }

    package static func < (a: Self, b: Self) -> Bool { (a.number, a.generation) < (b.number, b.generation) }
    package var description: String { "\(number) \(generation) R" }
}

package typealias PDFDictionary = [PDFName: PDFObject]

/// A stream as it stands in the file: still encoded.
package struct PDFStream: Hashable, Sendable {
    package var dictionary: PDFDictionary
    package var encoded: Data

    package init(_ dictionary: PDFDictionary, encoded: Data) {
        self.dictionary = dictionary
        self.encoded = encoded
    }
}

/// One PDF object (ISO 32000-2 §7.3).
package enum PDFObject: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case real(Double)
    case string(Data)
    case name(PDFName)
    case array([PDFObject])
    case dictionary(PDFDictionary)
    case stream(PDFStream)
    case reference(PDFReference)
}

extension PDFObject {
    /// The object written at the beginning of `data`; whatever follows it is left alone.
    package init(parsing data: Data) throws(PDFError) {
        self = try data.scanning { bytes throws(PDFError) in
            var parser = ObjectParser(data, bytes, at: 0)
            return try parser.object()
        }
    }

    package var isNull: Bool { self == .null }

    package var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// Integer or real.
    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    package var name: PDFName? {
        guard case .name(let value) = self else { return nil }
        return value
    }

    package var string: Data? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var array: [PDFObject]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    /// The dictionary itself, or a stream's.
    package var dictionary: PDFDictionary? {
        switch self {
        case .dictionary(let value): value
        case .stream(let value): value.dictionary
        default: nil
        }
    }

    package var stream: PDFStream? {
        guard case .stream(let value) = self else { return nil }
        return value
    }

    package var reference: PDFReference? {
        guard case .reference(let value) = self else { return nil }
        return value
    }

    /// Text of a string object (ISO 32000-2 §7.9.2.2).
    package var text: String? { string.map(TextDecoding.text) }

    /// A text string: ASCII as it is, everything else UTF-16 with its mark.
    package static func text(_ text: String) -> PDFObject {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return .string(Data(text.utf8)) }
        var bytes: [UInt8] = [0xFE, 0xFF]
        for unit in text.utf16 { bytes += [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
        return .string(Data(bytes))
    }

    package static func numbers(_ values: [Double]) -> PDFObject { .array(values.map(PDFObject.measure)) }

    /// A number of our own making: five decimals are finer than any printer.
    package static func measure(_ value: Double) -> PDFObject {
        .real(abs(value) < 1e9 ? (value * 100_000).rounded() / 100_000 : value)
    }
}
