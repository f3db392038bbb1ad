import Digests
import Foundation

/// Finds objects and trailers by looking through the whole file, as readers do whose cross reference is of no use.
struct FileScan: Sendable {
    struct Found: Sendable {
        var reference: PDFReference
        var offset: Int
    }

    /// In the order of the file.
    private(set) var objects: [Found] = []
    private(set) var trailers: [PDFDictionary] = []
    private(set) var catalogs: [PDFReference] = []
    private(set) var objectStreams: [Found] = []

    init(_ source: ByteSource) {
        let data = source.data
        data.withUnsafeBytes { bytes in run(source, data, bytes) }
        source.releasePages()
    }

    /// The last place of each number before `end`.
    func places(before end: Int = .max) -> [Int: CrossReferenceEntry] {
        var places: [Int: CrossReferenceEntry] = [:]
        for found in objects where found.offset < end {
            places[found.reference.number] = .offset(
                found.offset, generation: UInt16(clamping: found.reference.generation))
        }
        return places
    }

    private mutating func run(_ source: ByteSource, _ data: Data, _ bytes: UnsafeRawBufferPointer) {
        let cursor = ByteCursor(bytes)
        // Objects that fail to parse may each run to the end of the file.
        var budget = 4 * bytes.count + (1 << 20)
        var (position, gap, released) = (0, 0, 0)
        while budget > 0, objects.count < PDFLimits.objects,
            let word = cursor.find("obj", from: position, before: bytes.count)
        {
            position = word + 3
            guard let (reference, start) = Self.header(endingAt: word, in: bytes, after: gap) else { continue }
            var parser = ObjectParser(data, bytes, at: start)
            let found = try? parser.indirect { _ throws(PDFError) in nil }
            budget -= max(parser.offset - start, found?.searchedBytes ?? 0)
            guard let found else { continue }
            readTrailers(data, bytes, gap..<start)
            note(found, Found(reference: reference, offset: start))
            (position, gap) = (max(position, found.range.upperBound), found.range.upperBound)
            if position - released > 8 << 20 {
                source.releasePages()
                released = position
            }
        }
        readTrailers(data, bytes, gap..<bytes.count)
    }

    private mutating func note(_ found: IndirectObject, _ place: Found) {
        guard place.reference.number <= PDFLimits.objectNumbers else { return }
        objects.append(place)
        guard let dictionary = found.object.dictionary else { return }
        switch (dictionary["Type"]?.name, found.object.stream) {
        case ("Catalog", nil): catalogs.append(place.reference)
        case ("XRef", .some): trailers.append(dictionary)
        case ("ObjStm", .some): objectStreams.append(place)
        default: break
        }
    }

    private mutating func readTrailers(_ data: Data, _ bytes: UnsafeRawBufferPointer, _ gap: Range<Int>) {
        let cursor = ByteCursor(bytes)
        var position = gap.lowerBound
        while let word = cursor.find("trailer", from: position, before: gap.upperBound), trailers.count < 1024 {
            position = word + 7
            var parser = ObjectParser(data, bytes, at: position)
            guard case .dictionary(let trailer)? = try? parser.object() else { continue }
            trailers.append(trailer)
            position = max(position, parser.offset)
        }
    }

    /// Reads `n g ` backwards from before `obj`.
    private static func header(
        endingAt word: Int, in bytes: UnsafeRawBufferPointer, after limit: Int
    ) -> (PDFReference, start: Int)? {
        var index = word - 1
        while index >= limit, ByteCursor.isSpace(Int(bytes[index])) { index -= 1 }
        let generationEnd = index
        while index >= limit, ByteCursor.isDigit(Int(bytes[index])) { index -= 1 }
        guard index < generationEnd, index >= limit, ByteCursor.isSpace(Int(bytes[index])) else { return nil }
        while index >= limit, ByteCursor.isSpace(Int(bytes[index])) { index -= 1 }
        let numberEnd = index
        while index >= limit, ByteCursor.isDigit(Int(bytes[index])) { index -= 1 }
        guard index < numberEnd else { return nil }
        var cursor = ByteCursor(bytes, at: index + 1)
        return cursor.objectHeader().map { ($0, index + 1) }
    }
}
