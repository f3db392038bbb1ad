import Digests
import Foundation

/// Finds `n g obj` in bytes of any kind, inside streams, strings and comments too.
struct HeaderScan {
    private let source: ByteSource
    /// Enough for the numbers, white space and a comment or two before the keyword.
    private static let reach = 1024
    private static let maximumWords = PDFLimits.objects

    init(_ source: ByteSource) { self.source = source }

    /// Tells each number and where its digits begin, as long as `body` wants to know more; a number nobody can use is -1.
    func forEach(in range: Range<Int>, _ body: (Int, Int) -> Bool) {
        var (words, isWanted) = (0, true)
        // What is left of a word that two pieces share.
        var (start, before): (Int, [UInt8]) = (range.lowerBound, [])
        do {
            try source.forEachPiece(of: range) { piece in
                Self.words(in: piece, after: before) { place in
                    guard isWanted, words <= Self.maximumWords else { return }
                    words += 1
                    if let found = header(endingAt: start + place, from: range.lowerBound) {
                        isWanted = body(found.number, found.offset)
                    }
                }
                before = Array((before + piece.suffix(Self.overlap)).suffix(Self.overlap))
                start += piece.count
            }
        } catch {
            // What could not be read may hold anything.
            words = .max
        }
        if words > Self.maximumWords { _ = body(-1, range.lowerBound) }
    }

    private static let overlap = 3

    /// Places of `obj` in `piece`, counted from its first byte, that are no ends of `endobj`.
    private static func words(in piece: UnsafeRawBufferPointer, after before: [UInt8], _ body: (Int) -> Void) {
        // A word that begins in the piece before is looked for in both their ends together.
        let seam = before + piece.prefix(2)
        seam.withUnsafeBytes { bytes in
            search(bytes, from: max(0, before.count - 2), before: before.count) { body($0 - before.count) }
        }
        search(piece, from: 0, before: piece.count, preceding: before.last, body)
    }

    private static func search(
        _ bytes: UnsafeRawBufferPointer, from first: Int, before end: Int, preceding: UInt8? = nil,
        _ body: (Int) -> Void
    ) {
        let cursor = ByteCursor(bytes)
        var position = first
        while let place = cursor.find("obj", from: position, before: bytes.count), place < end {
            position = place + 3
            if mayEndHeader(bytes, before: place, preceding) { body(place) }
        }
    }

    /// Digits come before the word, or a line ends there that may be a comment.
    private static func mayEndHeader(
        _ bytes: UnsafeRawBufferPointer, before place: Int, _ preceding: UInt8?
    ) -> Bool {
        var index = place
        while index > 0, bytes[index - 1] == 32 { index -= 1 }
        let last = index > 0 ? Int(bytes[index - 1]) : preceding.map(Int.init) ?? 10
        return ByteCursor.isSpace(last) || ByteCursor.isDigit(last)
    }

    /// Reads `n g ` backwards from before `obj`.
    private func header(endingAt word: Int, from limit: Int) -> (number: Int, offset: Int)? {
        let first = max(limit, word - Self.reach)
        return source.peek(at: first, count: word - first) { bytes in
            var reader = BackwardReader(bytes, passesComments: true)
            let digits = reader.header() ?? BackwardReader.plainHeader(bytes)
            if let digits { return (ByteCursor(bytes, at: digits).naturalAhead ?? -1, first + digits) }
            // So much white space or comment that the numbers may stand before it.
            return reader.isAtStart && first > limit ? (-1, first) : nil
        }
    }
}

/// Reads numbers from their ends.
private struct BackwardReader {
    private let bytes: UnsafeRawBufferPointer
    private let passesComments: Bool
    private var end: Int
    /// There was nothing more to read backwards.
    private(set) var isAtStart = false

    init(_ bytes: UnsafeRawBufferPointer, passesComments: Bool) {
        (self.bytes, self.passesComments) = (bytes, passesComments)
        end = bytes.count
    }

    /// Where the object number begins of a header that goes to the end of the bytes.
    mutating func header() -> Int? { number() == nil ? nil : number() }

    /// The same where nothing is taken for a comment.
    static func plainHeader(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var reader = Self(bytes, passesComments: false)
        return reader.header()
    }

    /// Where the digits begin that stand before here.
    private mutating func number() -> Int? {
        skipSpace()
        if end == 0 { isAtStart = true }
        var index = end
        while index > 0, ByteCursor.isDigit(Int(bytes[index - 1])) { index -= 1 }
        guard index < end else { return nil }
        end = index
        return index
    }

    /// A comment goes on to the end of its line; in other data what looks like one is none.
    private mutating func skipSpace() {
        while end > 0 {
            let byte = bytes[end - 1]
            guard ByteCursor.isSpace(Int(byte)) else { return }
            end -= 1
            if passesComments, byte == 10 || byte == 13, let comment = takeLine() { end = comment }
        }
    }

    /// Where the first comment of the line before here begins.
    private mutating func takeLine() -> Int? {
        var (index, found) = (end, Int?.none)
        while index > 0, bytes[index - 1] != 10, bytes[index - 1] != 13 {
            index -= 1
            if bytes[index] == 0x25 { found = index }
        }
        if index == 0 { isAtStart = true }
        return found
    }
}

extension ByteCursor {
    fileprivate var naturalAhead: Int? {
        var copy = self
        return copy.natural()
    }
}
