import Foundation

/// Reads objects of the PDF syntax (ISO 32000-2 §7.3) from foreign bytes, within `PDFLimits`.
///
/// What common readers forgive is forgiven here: a stray token counts as null, a key without value as absent.
struct ObjectParser {
    let data: Data
    private(set) var cursor: ByteCursor
    /// Members of all arrays and dictionaries read so far.
    private(set) var members = 0
    /// Some dictionary gave one key two values: readers take the first or the last.
    private(set) var repeatsKeys = false
    /// Something departs from the standard's form and was read all the same, which other readers may do differently.
    private(set) var isRepaired = false
    /// Keys and values of dictionaries being read, so that each is made once with its final size.
    private var keys: [PDFName] = []
    private var values: [PDFObject] = []

    init(_ data: Data, _ bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.data = data
        cursor = ByteCursor(bytes, at: offset)
    }

    var offset: Int {
        get { cursor.offset }
        set { cursor.offset = min(max(newValue, 0), cursor.bytes.count) }
    }

    mutating func noteRepair() { isRepaired = true }
    mutating func skipSpace() { cursor.skipSpace() }
    mutating func skipBlanks() { cursor.skipBlanks() }
    mutating func take(_ word: StaticString) -> Bool { cursor.take(word) }
    mutating func takeObjectHeader() -> PDFReference? { cursor.objectHeader() }

    mutating func object(depth: Int = 0) throws(PDFError) -> PDFObject {
        guard depth < PDFLimits.depth else { throw PDFError(.limit(.depth), at: offset) }
        cursor.skipSpace()
        switch cursor.peek() {
        case 0x2F: return .name(try name())
        case 0x28: return .string(try literalString())
        case 0x5B: return .array(try array(depth))
        case 0x3C where cursor.peek(1) == 0x3C: return .dictionary(try dictionary(depth))
        case 0x3C: return .string(try hexString())
        case 0x30...0x39: return try numberOrReference()
        case 0x2B, 0x2D, 0x2E: return number()
        default: return try keyword(depth)
        }
    }

    private mutating func keyword(_ depth: Int) throws(PDFError) -> PDFObject {
        let start = offset
        cursor.skipRegular()
        switch offset - start {
        case 4 where cursor.matches("true", at: start): return .boolean(true)
        case 5 where cursor.matches("false", at: start): return .boolean(false)
        case 4 where cursor.matches("null", at: start): return .null
        case 6 where depth == 0 && cursor.matches("endobj", at: start):
            // `4 0 obj endobj`: an object with nothing in it is null.
            offset = start
            noteRepair()
            return .null
        default: break
        }
        // Words of the file's structure mean that a bracket was never closed.
        for word in Self.structure where cursor.matches(word, at: start) { offset = start }
        guard depth > 0, offset > start else { throw PDFError(.expected("object"), at: start) }
        noteRepair()
        return .null
    }

    private static let structure: [StaticString] = ["endobj", "endstream", "stream", "xref", "trailer", "startxref"]

    private mutating func countMember() throws(PDFError) {
        members += 1
        if members > PDFLimits.members { throw PDFError(.limit(.members), at: offset) }
    }

    private mutating func array(_ depth: Int) throws(PDFError) -> [PDFObject] {
        offset += 1
        var values: [PDFObject] = []
        while true {
            cursor.skipSpace()
            switch cursor.peek() {
            case 0x5D:
                offset += 1
                return values
            case 0x29, 0x7B, 0x7D:
                noteRepair()
                offset += 1
            default:
                try countMember()
                values.append(try object(depth: depth + 1))
            }
        }
    }

    private mutating func dictionary(_ depth: Int) throws(PDFError) -> PDFDictionary {
        let base = keys.count
        offset += 2
        while true {
            cursor.skipSpace()
            switch cursor.peek() {
            case 0x3E where cursor.peek(1) == 0x3E:
                offset += 2
                return dictionary(from: base)
            case 0x2F: try member(depth)
            case 0x29, 0x5D, 0x7B, 0x7D, 0x3E:
                noteRepair()
                offset += 1
            default:
                // A value whose key is missing is passed over.
                noteRepair()
                try countMember()
                _ = try object(depth: depth + 1)
            }
        }
    }

    private mutating func member(_ depth: Int) throws(PDFError) {
        try countMember()
        let key = try name()
        cursor.skipSpace()
        // A key at the end has no value, which is as good as its absence.
        if cursor.peek() == 0x3E { return noteRepair() }
        let value = try object(depth: depth + 1)
        keys.append(key)
        values.append(value)
    }

    /// The last of several values for one key counts.
    private mutating func dictionary(from base: Int) -> PDFDictionary {
        let count = keys.count - base
        if count == 0 { return [:] }
        var made = PDFDictionary(minimumCapacity: count)
        for index in base..<keys.count {
            let replaced = made.updateValue(values[index], forKey: keys[index])
            if let replaced, replaced != values[index] { repeatsKeys = true }
        }
        keys.removeLast(count)
        values.removeLast(count)
        return made
    }

    private mutating func name() throws(PDFError) -> PDFName {
        offset += 1
        let start = offset
        var isPlain = true
        while case let byte = cursor.peek(), ByteCursor.isRegular(byte) {
            if byte == 0x23 || byte >= 0x80 { isPlain = false }
            offset += 1
        }
        guard offset - start <= 4096 else { throw PDFError(.limit(.stringBytes), at: start) }
        let written = UnsafeRawBufferPointer(rebasing: cursor.bytes[start..<offset])
        return isPlain ? PDFName(String(decoding: written, as: UTF8.self)) : PDFName(bytes: unescaped(written))
    }

    /// `#xx` stands for a byte, and never for 0, where some readers end the name (§7.3.5).
    private mutating func unescaped(_ written: UnsafeRawBufferPointer) -> [UInt8] {
        var cursor = ByteCursor(written)
        var bytes: [UInt8] = []
        while case let byte = cursor.next(), byte >= 0 {
            if byte == 0x23, let high = ByteCursor.hexValue(cursor.peek()),
                let low = ByteCursor.hexValue(cursor.peek(1))
            {
                cursor.offset += 2
                bytes.append(high << 4 | low)
                if high | low == 0 { noteRepair() }
            } else {
                if byte == 0x23 { noteRepair() }
                bytes.append(UInt8(byte))
            }
        }
        return bytes
    }

    // MARK: numbers

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
        return number()
    }

    /// Whatever of a number can be made out; readers take `--5`, `1.2.3` and `-` for numbers, too.
    private mutating func number() -> PDFObject {
        var isNegative = false
        let start = offset
        while case let sign = cursor.peek(), sign == 0x2B || sign == 0x2D {
            isNegative = sign == 0x2D
            offset += 1
        }
        let begin = offset
        if begin > start + 1 { noteRepair() }
        let (whole, wholeDigits) = digits()
        defer { skipRestOfNumber() }
        guard cursor.peek() == 0x2E else {
            if wholeDigits == 0 { noteRepair() }
            return wholeDigits > 15 ? .real(isNegative ? -whole : whole) : .integer(Int(isNegative ? -whole : whole))
        }
        offset += 1
        let (fraction, fractionDigits) = digits()
        if wholeDigits + fractionDigits == 0 { noteRepair() }
        let value = real(whole, wholeDigits, fraction, fractionDigits, from: begin)
        return .real(isNegative ? -value : value)
    }

    /// The number nearest to what stands there, so that it reads back the same when it was written anew. Up to 15 digits
    /// one division gives it; more are rare.
    private func real(
        _ whole: Double, _ wholeDigits: Int, _ fraction: Double, _ fractionDigits: Int, from begin: Int
    ) -> Double {
        let scale = Self.power(of10: fractionDigits)
        guard wholeDigits + fractionDigits > 15 else { return (whole * scale + fraction) / scale }
        return Double(String(decoding: cursor.bytes[begin..<offset], as: UTF8.self)) ?? whole + fraction / scale
    }

    private mutating func skipRestOfNumber() {
        let end = offset
        while case let byte = cursor.peek(), ByteCursor.isDigit(byte) || byte == 0x2E || byte == 0x2D { offset += 1 }
        if offset > end { noteRepair() }
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
}
