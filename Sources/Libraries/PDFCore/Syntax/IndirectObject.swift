import Foundation

/// An indirect object as found in the file.
struct IndirectObject: Sendable {
    var reference: PDFReference
    var object: PDFObject
    /// From the object number to the end of `endobj`.
    var range: Range<Int>
    /// Members of its arrays and dictionaries: what it costs to keep.
    var members: Int
    /// Bytes that were searched for the end of a stream whose /Length is wrong.
    var searchedBytes = 0
    /// Bytes it holds beside those of the file: what was decrypted.
    var ownedBytes = 0
}

extension ObjectParser {
    /// Reads `n g obj … endobj` (ISO 32000-2 §7.3.10). `length` answers an indirect /Length.
    mutating func indirect(
        length: (PDFReference) throws(PDFError) -> Int?
    ) throws(PDFError) -> IndirectObject {
        skipSpace()
        let start = offset
        guard let reference = takeObjectHeader() else { throw PDFError(.expected("object number"), at: start) }
        let value = try object()
        var found = IndirectObject(reference: reference, object: value, range: start..<offset, members: members)
        if case .dictionary(let dictionary) = value {
            skipSpace()
            if takeStreamKeyword() {
                let (encoded, searched) = try streamBytes(dictionary, length)
                found.object = .stream(PDFStream(dictionary, encoded: encoded))
                found.searchedBytes = searched
            } else {
                offset = found.range.upperBound
            }
        }
        found.range = start..<end()
        return found
    }

    /// A missing `endobj` is forgiven: the object itself is complete.
    private mutating func end() -> Int {
        let here = offset
        skipSpace()
        if take("endobj") { return offset }
        offset = here
        return here
    }

    /// The keyword and its end of line, blanks between them forgiven.
    private mutating func takeStreamKeyword() -> Bool {
        guard take("stream") else { return false }
        let start = offset
        while case let byte = cursor.peek(), byte == 32 || byte == 9 { offset += 1 }
        if cursor.peek() != 13, cursor.peek() != 10 { offset = start }
        if cursor.peek() == 13 { offset += 1 }
        if cursor.peek() == 10 { offset += 1 }
        return true
    }

    private mutating func streamBytes(
        _ dictionary: PDFDictionary, _ length: (PDFReference) throws(PDFError) -> Int?
    ) throws(PDFError) -> (encoded: Data, searched: Int) {
        let start = offset
        var declared: Int?
        switch dictionary["Length"] {
        case .integer(let value): declared = value
        case .reference(let reference): declared = try? length(reference)
        default: break
        }
        if let declared, declared >= 0, declared <= cursor.bytes.count - start {
            offset = start + declared
            skipBlanks()
            if take("endstream") { return (data.piece(start..<start + declared), 0) }
        }
        return try searchedStream(from: start)
    }

    /// A wrong length is forgiven when showing: the keyword tells where the stream ends.
    private mutating func searchedStream(from start: Int) throws(PDFError) -> (encoded: Data, searched: Int) {
        let count = cursor.bytes.count
        guard
            var end = cursor.find("endstream", from: start, before: count)
                ?? cursor.find("endobj", from: start, before: count)
        else {
            // The search has its price, found or not.
            offset = count
            throw PDFError(.corruptStream, at: start)
        }
        offset = end
        _ = take("endstream")
        if end > start, cursor.bytes[end - 1] == 10 { end -= 1 }
        if end > start, cursor.bytes[end - 1] == 13 { end -= 1 }
        return (data.piece(start..<end), end - start + 1)
    }
}
