package import Foundation

/// Writes objects in the PDF syntax.
struct ObjectWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ text: String) { bytes += Array(text.utf8) }

    mutating func write(raw data: Data) { bytes += data }

    mutating func write(_ object: PDFObject) {
        switch object {
        case .null: write("null")
        case .boolean(let value): write(value ? "true" : "false")
        case .integer(let value): write(String(value))
        case .real(let value): write(Self.decimal(value))
        case .string(let value): write(string: value)
        case .name(let value): write(name: value)
        case .array(let values): write(values)
        case .dictionary(let values): write(values)
        case .stream(let stream): write(stream)
        case .reference(let reference): write(reference.description)
        }
    }

    private mutating func write(_ values: [PDFObject]) {
        write("[")
        for (index, value) in values.enumerated() {
            if index > 0 { write(" ") }
            write(value)
        }
        write("]")
    }

    /// Keys in alphabetical order after /Type, so that the same object always gives the same bytes.
    mutating func write(_ values: PDFDictionary) {
        write("<<")
        for (key, value) in values.sorted(by: {
            ($0.key != "Type" ? 1 : 0, $0.key) < ($1.key != "Type" ? 1 : 0, $1.key)
        }) {
            write(name: key)
            write(" ")
            write(value)
        }
        write(">>")
    }

    private mutating func write(_ stream: PDFStream) {
        write(stream.dictionary.merging(["Length": .integer(stream.encoded.count)]) { $1 })
        write("\nstream\n")
        bytes += stream.encoded
        write("\nendstream")
    }

    private mutating func write(name: PDFName) {
        write("/")
        for byte in name.bytes {
            if byte > 0x20, byte < 0x7F, byte != 0x23, !ByteCursor.isDelimiter(Int(byte)) {
                bytes.append(byte)
            } else {
                write("#" + Data([byte]).hexText)
            }
        }
    }

    /// Printable text stays readable; everything else is hexadecimal, so that no byte needs an escape.
    private mutating func write(string: Data) {
        let isPlain = string.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x28 && $0 != 0x29 && $0 != 0x5C }
        if isPlain {
            write("(")
            bytes += string
            write(")")
        } else {
            write("<" + string.hexText + ">")
        }
    }

    /// The shortest text that reads back as the very same number: what is carried over into an update must not differ from
    /// what was signed. Never an exponent, which PDF does not know.
    static func decimal(_ value: Double) -> String {
        guard value.isFinite, value != 0, abs(value) < 1e30 else { return "0" }
        let shortest = "\(abs(value))".split(separator: "e")
        let (mantissa, exponent) = (shortest[0].split(separator: "."), shortest.count > 1 ? Int(shortest[1]) ?? 0 : 0)
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
        let text = shifted(String(mantissa[0]) + fraction, point: mantissa[0].count + exponent)
        return (value < 0 && text != "0" ? "-" : "") + text
    }

    /// `digits` with the decimal point after the first `point` of them.
    private static func shifted(_ digits: String, point: Int) -> String {
        guard point > 0 else {
            return point < -40 ? "0" : "0." + String(repeating: "0", count: -point) + digits
        }
        guard point < digits.count else { return digits + String(repeating: "0", count: point - digits.count) }
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }
}

extension Data {
    fileprivate var hexText: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension PDFObject {
    /// The object as it is written to a file.
    package var encoded: Data {
        var writer = ObjectWriter()
        writer.write(self)
        return Data(writer.bytes)
    }
}
