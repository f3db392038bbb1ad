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
    /// How far the object goes for a reader who believes its /Length, or its end, whichever is further.
    var reach = 0
    /// Some dictionary in it gives one key two values.
    var repeatsKeys = false
    /// It departs from the standard's form, as far as its keywords and its /Length, and was read all the same.
    var isRepaired = false
}

extension ObjectParser {
    /// Reads `n g obj … endobj` (ISO 32000-2 §7.3.10). `length` answers an indirect /Length.
    mutating func indirect(
        length: (PDFReference) throws(PDFError) -> Int?
    ) throws(PDFError) -> IndirectObject {
        skipSpace()
        let start = offset
        guard let reference = takeObjectHeader() else { throw PDFError(.expected("object number"), at: start) }
        // Some take no comments between the numbers.
        let hasComment = cursor.bytes[start..<offset].contains(0x25)
        if hasComment || ByteCursor.isRegular(cursor.peek()) { noteRepair() }
        let value = try object()
        var found = IndirectObject(reference: reference, object: value, range: start..<offset, members: members)
        found.repeatsKeys = repeatsKeys
        if case .dictionary(let dictionary) = value {
            skipSpace()
            if takeStreamKeyword() {
                let content = try streamBytes(dictionary, length)
                found.object = .stream(PDFStream(dictionary, encoded: content.encoded))
                (found.searchedBytes, found.reach) = (content.searched, content.claimedEnd)
                if content.searched > 0 { noteRepair() }
            } else {
                offset = found.range.upperBound
            }
        }
        found.range = start..<end()
        found.reach = max(found.reach, found.range.upperBound)
        found.isRepaired = isRepaired
        return found
    }

    /// A missing `endobj` is forgiven: the object itself is complete. One that is run together with the token before or
    /// after it is another word for some.
    private mutating func end() -> Int {
        let here = offset
        skipSpace()
        let isSeparate = !ByteCursor.isRegular(cursor.peek(-1))
        if take("endobj") {
            if !isSeparate || ByteCursor.isRegular(cursor.peek()) { noteRepair() }
            return offset
        }
        noteRepair()
        offset = here
        return here
    }

    /// The keyword and its end of line, a line feed with or without a carriage return before it (§7.3.8.1); blanks
    /// between them, a carriage return alone and no end of line are forgiven.
    private mutating func takeStreamKeyword() -> Bool {
        guard take("stream") else { return false }
        let start = offset
        if cursor.peek() != 10, cursor.peek() != 13 || cursor.peek(1) != 10 { noteRepair() }
        while case let byte = cursor.peek(), byte == 32 || byte == 9 { offset += 1 }
        if cursor.peek() != 13, cursor.peek() != 10 { offset = start }
        if cursor.peek() == 13 { offset += 1 }
        if cursor.peek() == 10 { offset += 1 }
        return true
    }

    private struct StreamBytes {
        var encoded: Data
        var searched = 0
        var claimedEnd: Int
    }

    private mutating func streamBytes(
        _ dictionary: PDFDictionary, _ length: (PDFReference) throws(PDFError) -> Int?
    ) throws(PDFError) -> StreamBytes {
        let start = offset
        var declared: Int?
        switch dictionary["Length"] {
        case .reference(let reference): declared = try? length(reference)
        // Numbers too long for an integer are read as reals: some readers go as far as they can.
        case let value: declared = value?.number.map { Int(exactly: $0.rounded(.towardZero)) ?? .max }
        }
        let (sum, isBeyond) = start.addingReportingOverflow(max(declared ?? 0, 0))
        let claimed = isBeyond ? .max : sum
        if declared != nil, claimed <= cursor.bytes.count {
            offset = claimed
            skipBlanks()
            if take("endstream") { return StreamBytes(encoded: data.piece(start..<claimed), claimedEnd: claimed) }
        }
        return try searchedStream(from: start, claimedEnd: claimed)
    }

    /// A wrong length is forgiven when showing: the keyword tells where the stream ends.
    private mutating func searchedStream(from start: Int, claimedEnd: Int) throws(PDFError) -> StreamBytes {
        let count = cursor.bytes.count
        let keyword = cursor.find("endstream", from: start, before: count)
        guard var end = keyword ?? cursor.find("endobj", from: start, before: count) else {
            // The search has its price, found or not.
            offset = count
            throw PDFError(.corruptStream, at: start)
        }
        offset = end
        _ = take("endstream")
        if end > start, cursor.bytes[end - 1] == 10 { end -= 1 }
        if end > start, cursor.bytes[end - 1] == 13 { end -= 1 }
        // Without its keyword the stream goes on to the next one, whoever writes it.
        return StreamBytes(
            encoded: data.piece(start..<end), searched: end - start + 1, claimedEnd: keyword == nil ? .max : claimedEnd)
    }
}
