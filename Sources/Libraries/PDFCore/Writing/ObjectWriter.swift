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

    /// At most five decimals and never an exponent, which PDF does not know.
    static func decimal(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        let scaled = (abs(value) * 100_000).rounded()
        let (whole, rest) = Int(scaled).quotientAndRemainder(dividingBy: 100_000)
        var text = (value < 0 && scaled > 0 ? "-" : "") + String(whole)
        if rest > 0 {
            var digits = String(rest)
            digits = String(repeating: "0", count: 5 - digits.count) + digits
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return text
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
