import Foundation

/// Reads objects of the PDF syntax (ISO 32000-2 §7.3) from foreign bytes, within `PDFLimits`.
struct ObjectParser {
    /// An indirect object as found in the file.
    struct Indirect {
        var reference: PDFReference
        var object: PDFObject
        /// From the object number to the end of `endobj`.
        var range: Range<Int>
    }

    private let data: Data
    private(set) var cursor: ByteCursor
    private var members = 0
    /// The end of the stream had to be searched for.
    private(set) var isRepaired = false

    init(_ data: Data, _ bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.data = data
        cursor = ByteCursor(bytes, at: offset)
    }

    var offset: Int {
        get { cursor.offset }
        set { cursor.offset = min(max(newValue, 0), cursor.bytes.count) }
    }

    // MARK: direct objects

    mutating func object(depth: Int = 0) throws(PDFError) -> PDFObject {
        guard depth < PDFLimits.depth else { throw PDFError(.limit(.depth), at: offset) }
        cursor.skipSpace()
        switch cursor.peek() {
        case 0x2F: return .name(try name())
        case 0x28: return .string(try literalString())
        case 0x5B: return try array(depth)
        case 0x3C where cursor.peek(1) == 0x3C: return .dictionary(try dictionary(depth))
        case 0x3C: return .string(try hexString())
        case 0x30...0x39: return try numberOrReference()
        case 0x2B, 0x2D, 0x2E: return try number()
        default: return try keyword()
        }
    }

    private mutating func keyword() throws(PDFError) -> PDFObject {
        let start = offset
        for (word, object) in [
            ("true" as StaticString, PDFObject.boolean(true)), ("false", .boolean(false)), ("null", .null),
        ]
        where cursor.take(word) {
            if !ByteCursor.isRegular(cursor.peek()) { return object }
            offset = start
        }
        throw PDFError(.expected("object"), at: start)
    }

    private mutating func count(_ members: Int = 1) throws(PDFError) {
        self.members += members
        if self.members > PDFLimits.members { throw PDFError(.limit(.members), at: offset) }
    }

    private mutating func array(_ depth: Int) throws(PDFError) -> PDFObject {
        offset += 1
        var values: [PDFObject] = []
        while true {
            cursor.skipSpace()
            if cursor.peek() == 0x5D {
                offset += 1
                return .array(values)
            }
            try count()
            values.append(try object(depth: depth + 1))
        }
    }

    private mutating func dictionary(_ depth: Int) throws(PDFError) -> PDFDictionary {
        offset += 2
        var values: PDFDictionary = [:]
        while true {
            cursor.skipSpace()
            if cursor.peek() == 0x3E, cursor.peek(1) == 0x3E {
                offset += 2
                return values
            }
            guard cursor.peek() == 0x2F else { throw PDFError(.expected("name"), at: offset) }
            try count()
            let key = try name()
            values[key] = try object(depth: depth + 1)
        }
    }

    private mutating func name() throws(PDFError) -> String {
        offset += 1
        var bytes: [UInt8] = []
        while case let byte = cursor.peek(), ByteCursor.isRegular(byte) {
            offset += 1
            if byte == 0x23, let high = ByteCursor.hexValue(cursor.peek()),
                let low = ByteCursor.hexValue(cursor.peek(1))
            {
                offset += 2
                bytes.append(high << 4 | low)
            } else {
                bytes.append(UInt8(byte))
            }
        }
        guard bytes.count <= 4096 else { throw PDFError(.limit(.stringBytes), at: offset) }
        return String(pdfName: bytes)
    }

    private mutating func literalString() throws(PDFError) -> Data {
        let start = offset
        offset += 1
        var bytes: [UInt8] = []
        var open = 1
        while true {
            let byte = cursor.next()
            switch byte {
            case -1: throw PDFError(.expected(")"), at: start)
            case 0x28: open += 1
            case 0x29:
                open -= 1
                if open == 0 { return Data(bytes) }
            case 0x5C:
                if let escaped = escape() { bytes.append(escaped) }
                continue
            case 13:
                // An end of line inside a string counts as one line feed (§7.3.4.2).
                if cursor.peek() == 10 { offset += 1 }
                bytes.append(10)
                continue
            default: break
            }
            bytes.append(UInt8(byte))
        }
    }

    /// The byte an escape stands for; nil for a line continuation.
    private mutating func escape() -> UInt8? {
        let byte = cursor.next()
        switch byte {
        case 0x6E: return 10
        case 0x72: return 13
        case 0x74: return 9
        case 0x62: return 8
        case 0x66: return 12
        case 0x30...0x37:
            var value = byte - 0x30
            for _ in 0..<2 {
                guard case let digit = cursor.peek(), digit >= 0x30, digit <= 0x37 else { break }
                value = value * 8 + digit - 0x30
                offset += 1
            }
            return UInt8(value & 0xFF)
        case 13:
            if cursor.peek() == 10 { offset += 1 }
            return nil
        case 10, -1: return nil
        default: return UInt8(byte)
        }
    }

    private mutating func hexString() throws(PDFError) -> Data {
        let start = offset
        offset += 1
        var bytes: [UInt8] = []
        var high: UInt8?
        while true {
            let byte = cursor.next()
            if let digit = ByteCursor.hexValue(byte) {
                if let first = high {
                    bytes.append(first << 4 | digit)
                    high = nil
                } else {
                    high = digit
                }
            } else if byte == 0x3E {
                if let high { bytes.append(high << 4) }
                return Data(bytes)
            } else if !ByteCursor.isSpace(byte) {
                throw PDFError(.expected("hexadecimal digit"), at: start)
            }
        }
    }

    private mutating func numberOrReference() throws(PDFError) -> PDFObject {
        let start = offset
        if let number = cursor.natural(), ByteCursor.isSpace(cursor.peek()) {
            let afterNumber = offset
            cursor.skipSpace()
            if let generation = cursor.natural(), generation <= 65_535, ByteCursor.isSpace(cursor.peek()) {
                cursor.skipSpace()
                if cursor.peek() == 0x52, !ByteCursor.isRegular(cursor.peek(1)) {
                    offset += 1
                    return .reference(PDFReference(number, generation))
                }
            }
            offset = afterNumber
            return .integer(number)
        }
        offset = start
        return try number()
    }

    private mutating func number() throws(PDFError) -> PDFObject {
        let start = offset
        var isNegative = false
        while case let sign = cursor.peek(), sign == 0x2B || sign == 0x2D {
            isNegative = sign == 0x2D
            offset += 1
        }
        let (whole, wholeDigits) = digits()
        guard cursor.peek() == 0x2E else {
            guard wholeDigits > 0 else { throw PDFError(.expected("number"), at: start) }
            return wholeDigits > 15 ? .real(isNegative ? -whole : whole) : .integer(Int(isNegative ? -whole : whole))
        }
        offset += 1
        let (fraction, fractionDigits) = digits()
        let scale = fractionDigits > 0 ? Self.power(of10: fractionDigits) : 1
        let value = whole + (scale.isFinite ? fraction / scale : 0)
        return .real(isNegative ? -value : value)
    }

    private mutating func digits() -> (value: Double, count: Int) {
        var value = 0.0
        let start = offset
        while case let byte = cursor.peek(), ByteCursor.isDigit(byte) {
            if offset - start < 40 { value = value * 10 + Double(byte - 0x30) }
            offset += 1
        }
        return (value, min(offset - start, 40))
    }

    private static func power(of10 count: Int) -> Double { (0..<count).reduce(1.0) { power, _ in power * 10 } }

    // MARK: indirect objects

    /// Reads `n g obj … endobj` (§7.3.10). `length` answers an indirect /Length.
    mutating func indirect(
        length: (PDFReference) throws(PDFError) -> Int?
    ) throws(PDFError) -> Indirect {
        cursor.skipSpace()
        let start = offset
        let reference = try objectHeader()
        let value = try object()
        guard case .dictionary(let dictionary) = value else {
            return Indirect(reference: reference, object: value, range: try start..<end())
        }
        cursor.skipSpace()
        guard cursor.take("stream") else {
            return Indirect(reference: reference, object: value, range: try start..<end())
        }
        let encoded = try streamBytes(dictionary, length)
        let stream = PDFStream(dictionary, encoded: encoded)
        return Indirect(reference: reference, object: .stream(stream), range: try start..<end())
    }

    private mutating func objectHeader() throws(PDFError) -> PDFReference {
        let start = offset
        guard let number = cursor.natural() else { throw PDFError(.expected("object number"), at: start) }
        cursor.skipSpace()
        guard let generation = cursor.natural(), generation <= 65_535 else {
            throw PDFError(.expected("generation"), at: start)
        }
        cursor.skipSpace()
        guard cursor.take("obj") else { throw PDFError(.expected("obj"), at: start) }
        return PDFReference(number, generation)
    }

    /// A missing `endobj` is forgiven: the object itself is complete.
    private mutating func end() throws(PDFError) -> Int {
        let here = offset
        cursor.skipSpace()
        return cursor.take("endobj") ? offset : here
    }

    private mutating func streamBytes(
        _ dictionary: PDFDictionary, _ length: (PDFReference) throws(PDFError) -> Int?
    ) throws(PDFError) -> Data {
        if cursor.peek() == 13 { offset += 1 }
        if cursor.peek() == 10 { offset += 1 }
        let start = offset
        var declared: Int?
        switch dictionary["Length"] {
        case .integer(let value): declared = value
        case .reference(let reference): declared = try length(reference)
        default: break
        }
        if let declared, declared >= 0, declared <= cursor.bytes.count - start {
            offset = start + declared
            cursor.skipSpace()
            if cursor.take("endstream") { return data.piece(start..<start + declared) }
        }
        // A wrong length is forgiven when showing: the keyword tells where the stream ends.
        isRepaired = true
        guard var end = cursor.find("endstream", from: start, before: cursor.bytes.count) else {
            throw PDFError(.corruptStream, at: start)
        }
        offset = end + 9
        if end > start, cursor.bytes[end - 1] == 10 { end -= 1 }
        if end > start, cursor.bytes[end - 1] == 13 { end -= 1 }
        return data.piece(start..<end)
    }
}

extension String {
    init(pdfName bytes: [UInt8]) {
        if let text = String(validating: bytes, as: UTF8.self) {
            self = text
        } else {
            self.init(
                String.UnicodeScalarView(
                    bytes.map { $0 < 0x80 ? Unicode.Scalar($0) : Unicode.Scalar(0xF700 + UInt32($0)) ?? " " }))
        }
    }

    var pdfNameBytes: [UInt8] {
        unicodeScalars.flatMap { scalar -> [UInt8] in
            (0xF780...0xF7FF).contains(scalar.value) ? [UInt8(scalar.value - 0xF700)] : Array(String(scalar).utf8)
        }
    }
}
