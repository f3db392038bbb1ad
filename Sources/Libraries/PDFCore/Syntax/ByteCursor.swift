import Foundation

/// Reads bytes of foreign origin; every access is checked, past the end there is nothing.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        self.bytes = bytes
        self.offset = min(max(offset, 0), bytes.count)
    }

    var isAtEnd: Bool { offset >= bytes.count }

    /// The byte `ahead` of here, or -1 past the end.
    @inline(__always)
    func peek(_ ahead: Int = 0) -> Int {
        let index = offset + ahead
        return index >= 0 && index < bytes.count ? Int(bytes[index]) : -1
    }

    @inline(__always)
    mutating func next() -> Int {
        let byte = peek()
        if byte >= 0 { offset += 1 }
        return byte
    }

    /// White space and comments.
    mutating func skipSpace() {
        while true {
            let byte = peek()
            if byte == 0x25 {
                while !isAtEnd, peek() != 10, peek() != 13 { offset += 1 }
            } else if Self.isSpace(byte) {
                offset += 1
            } else {
                return
            }
        }
    }

    /// White space alone.
    mutating func skipBlanks() {
        while Self.isSpace(peek()) { offset += 1 }
    }

    /// The first byte that is no white space, or -1.
    func peekPastBlanks() -> Int {
        var copy = self
        copy.skipBlanks()
        return copy.peek()
    }

    mutating func skipRegular() {
        while Self.isRegular(peek()) { offset += 1 }
    }

    /// Takes `word` when it stands here.
    mutating func take(_ word: StaticString) -> Bool {
        guard matches(word, at: offset) else { return false }
        offset += word.utf8CodeUnitCount
        return true
    }

    func matches(_ word: StaticString, at start: Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard start >= 0, start <= bytes.count - count else { return false }
        for index in 0..<count where word.utf8Start[index] != bytes[start + index] { return false }
        return true
    }

    /// First place of `word` at or after `start`, looking no further than `end`.
    func find(_ word: StaticString, from start: Int, before end: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var index = max(start, 0)
        let last = min(end, bytes.count) - word.utf8CodeUnitCount
        while index <= last {
            guard let hit = memchr(base + index, Int32(word.utf8Start[0]), last - index + 1) else { return nil }
            index = UnsafeRawPointer(hit) - base
            if matches(word, at: index) { return index }
            index += 1
        }
        return nil
    }

    func findLast(_ word: StaticString, from start: Int, before end: Int = .max) -> Int? {
        var index = min(bytes.count, end) - word.utf8CodeUnitCount
        let first = word.utf8Start[0]
        while index >= max(start, 0) {
            if bytes[index] == first, matches(word, at: index) { return index }
            index -= 1
        }
        return nil
    }

    /// Decimal digits as a number; nil when there is none or it is beyond 15 digits.
    @inline(__always)
    mutating func natural() -> Int? {
        let start = offset
        var value = 0
        while case let byte = peek(), Self.isDigit(byte) {
            guard offset - start < 15 else { return nil }
            value = value * 10 + (byte - 0x30)
            offset += 1
        }
        return offset > start ? value : nil
    }

    /// `n g obj` where it stands here.
    mutating func objectHeader() -> PDFReference? {
        guard let number = natural(), Self.isSpace(peek()) else { return nil }
        skipSpace()
        guard let generation = natural(), generation <= 65_535 else { return nil }
        skipSpace()
        return take("obj") ? PDFReference(number, generation) : nil
    }

    @inline(__always)
    static func isDigit(_ byte: Int) -> Bool { byte >= 0x30 && byte <= 0x39 }

    @inline(__always)
    static func isSpace(_ byte: Int) -> Bool {
        byte == 32 || byte == 10 || byte == 13 || byte == 9 || byte == 12 || byte == 0
    }

    static func isDelimiter(_ byte: Int) -> Bool {
        switch byte {
        case 0x28, 0x29, 0x3C, 0x3E, 0x5B, 0x5D, 0x7B, 0x7D, 0x2F, 0x25: true
        default: false
        }
    }

    /// Neither space nor delimiter nor the end.
    @inline(__always)
    static func isRegular(_ byte: Int) -> Bool { byte >= 0 && !isSpace(byte) && !isDelimiter(byte) }

    static func hexValue(_ byte: Int) -> UInt8? {
        switch byte {
        case 0x30...0x39: UInt8(byte - 0x30)
        case 0x41...0x46: UInt8(byte - 0x37)
        case 0x61...0x66: UInt8(byte - 0x57)
        default: nil
        }
    }
}

extension Data {
    /// `withUnsafeBytes` with the error's type kept.
    func scanning<Value>(_ body: (UnsafeRawBufferPointer) throws(PDFError) -> Value) throws(PDFError) -> Value {
        let result: Result<Value, PDFError> = withUnsafeBytes { bytes in
            do throws(PDFError) {
                return .success(try body(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Bytes `range` counted from the first byte of this data, sharing its storage.
    func piece(_ range: Range<Int>) -> Data { self[startIndex + range.lowerBound..<startIndex + range.upperBound] }
}
