package import Digests
package import Foundation

/// A PDF file as one of its revisions shows it; the newest unless asked otherwise. Reading never changes the bytes.
package struct PDFDocument: Sendable {
    private let file: PDFFile
    /// Index of the revision shown.
    package let revisionIndex: Int

    /// Reads header, cross references and trailers; objects are read when asked for.
    package init(_ source: ByteSource) throws(PDFError) {
        file = try PDFFile(source)
        revisionIndex = file.revisions.count - 1
    }

    package init(data: Data) throws(PDFError) { try self.init(ByteSource(data)) }

    private init(file: PDFFile, revisionIndex: Int) {
        self.file = file
        self.revisionIndex = revisionIndex
    }

    /// All bytes of the file, whichever revision is shown.
    package var data: Data { file.data }
    /// The same bytes, to be read in pieces.
    package var source: ByteSource { file.source }
    /// All revisions of the file, oldest first.
    package var revisions: [PDFRevision] { file.revisions }
    package var revision: PDFRevision { file.revisions[revisionIndex] }
    package var trailer: PDFDictionary { revision.trailer }
    package var isLatest: Bool { revisionIndex == file.revisions.count - 1 }

    /// The file as it was when revision `index` was saved; nil when there is no such revision.
    package func atRevision(_ index: Int) -> PDFDocument? {
        file.revisions.indices.contains(index) ? PDFDocument(file: file, revisionIndex: index) : nil
    }

    // MARK: objects

    private func entry(_ number: Int) -> CrossReferenceEntry? {
        for revision in file.revisions[...revisionIndex].reversed() {
            if let entry = revision.entries[number] { return entry }
        }
        return nil
    }

    /// The object; null when the file has none of that number (ISO 32000-2 §7.3.10).
    package func object(_ reference: PDFReference) throws(PDFError) -> PDFObject { try object(reference, depth: 0) }

    private func object(_ reference: PDFReference, depth: Int) throws(PDFError) -> PDFObject {
        guard depth < 8 else { throw PDFError(.loop) }
        switch entry(reference.number) {
        case nil, .free: return .null
        case .offset(let offset, let generation):
            guard generation == reference.generation else { return .null }
            let found = try indirect(at: offset, depth)
            guard found.reference == reference else { throw PDFError(.badCrossReference, at: offset) }
            return found.object
        case .compressed(let stream, _):
            guard reference.generation == 0 else { return .null }
            return try container(stream, depth)[reference.number] ?? .null
        }
    }

    private func indirect(at offset: Int, _ depth: Int) throws(PDFError) -> ObjectParser.Indirect {
        try file.indirect(at: offset) { length throws(PDFError) in try object(length, depth: depth + 1).integer }
    }

    private func container(_ number: Int, _ depth: Int) throws(PDFError) -> ObjectStream {
        guard case .offset(let offset, _) = entry(number) else { throw PDFError(.expected("object stream")) }
        return try file.container(at: offset) { () throws(PDFError) in
            let found = try indirect(at: offset, depth)
            guard found.reference.number == number, case .stream(let stream) = found.object else {
                throw PDFError(.expected("object stream"), at: offset)
            }
            return try ObjectStream(stream)
        }
    }

    /// Follows references until something else is found; a missing object is null.
    package func resolve(_ object: PDFObject?) throws(PDFError) -> PDFObject {
        var current = object ?? .null
        for _ in 0..<16 {
            guard case .reference(let reference) = current else { return current }
            current = try self.object(reference)
        }
        throw PDFError(.loop)
    }

    /// The member of a dictionary, references followed.
    package func value(_ key: String, of dictionary: PDFDictionary) throws(PDFError) -> PDFObject {
        try resolve(dictionary[key])
    }

    /// Content of a stream whose filter entries may be references.
    package func decoded(_ stream: PDFStream, limit: Int = PDFLimits.decodedBytes) throws(PDFError) -> Data {
        var direct = stream
        for key in ["Filter", "DecodeParms"] {
            guard let value = stream.dictionary[key] else { continue }
            var resolved = try resolve(value)
            if case .array(let members) = resolved {
                var values: [PDFObject] = []
                for member in members { values.append(try resolve(member)) }
                resolved = .array(values)
            }
            direct.dictionary[key] = resolved
        }
        return try direct.decoded(limit: limit)
    }

    // MARK: places

    /// Bytes of an object's `n g obj … endobj`; nil for objects in streams and missing ones.
    package func range(of reference: PDFReference) throws(PDFError) -> Range<Int>? {
        guard case .offset(let offset, _) = entry(reference.number) else { return nil }
        return try indirect(at: offset, 0).range
    }

    /// Whether this revision has an object of that number in use.
    package func contains(_ number: Int) -> Bool {
        switch entry(number) {
        case nil, .free: false
        default: true
        }
    }

    /// Objects some revision after `index`, up to the one shown, wrote or freed, and those packed in a stream so
    /// touched: whoever replaces the stream replaces them.
    package func numbersTouched(after index: Int) -> Set<Int> {
        guard index >= 0, index < revisionIndex else { return [] }
        let direct = Set(file.revisions[(index + 1)...revisionIndex].flatMap(\.entries.keys))
        let packed = file.revisions.prefix(index + 1).flatMap(\.entries).filter { _, entry in
            guard case .compressed(let stream, _) = entry else { return false }
            return direct.contains(stream)
        }
        return direct.union(packed.map(\.key))
    }

    /// The object of a number with whatever generation it has.
    package func reference(_ number: Int) -> PDFReference {
        guard case .offset(_, let generation) = entry(number) else { return PDFReference(number) }
        return PDFReference(number, generation)
    }

    /// One more than the highest object number any revision speaks of.
    package var nextNumber: Int {
        let highest = file.revisions.flatMap(\.entries.keys).max() ?? 0
        return max(highest + 1, min(trailer["Size"]?.integer ?? 0, PDFLimits.objects * 4))
    }

    package var catalogReference: PDFReference? { trailer["Root"]?.reference }

    package func catalog() throws(PDFError) -> PDFDictionary {
        guard let catalog = try resolve(trailer["Root"]).dictionary else { throw PDFError(.expected("catalog")) }
        return catalog
    }
}

extension PDFDocument {
    /// The bytes a hexadecimal string written exactly in `range`, `<` and `>` included, stands for; nil when anything
    /// else is there.
    package func hexadecimal(in range: Range<Int>) -> Data? {
        guard range.lowerBound >= 0, range.upperBound <= data.count, range.count >= 2 else { return nil }
        return data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Data? in
            var cursor = ByteCursor(bytes, at: range.lowerBound)
            guard cursor.next() == 0x3C, bytes[range.upperBound - 1] == 0x3E else { return nil }
            var out: [UInt8] = []
            out.reserveCapacity(range.count / 2)
            var high: UInt8?
            while cursor.offset < range.upperBound - 1 {
                guard let digit = ByteCursor.hexValue(cursor.next()) else { return nil }
                if let first = high {
                    out.append(first << 4 | digit)
                    high = nil
                } else {
                    high = digit
                }
            }
            if let high { out.append(high << 4) }
            return Data(out)
        }
    }
}
