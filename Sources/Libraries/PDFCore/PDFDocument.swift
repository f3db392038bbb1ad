package import Digests
package import Foundation

/// A PDF file as one of its revisions shows it; the newest unless asked otherwise. Reading never changes the bytes.
package struct PDFDocument: Sendable {
    private let file: PDFFile
    /// Index of the revision shown.
    package let revisionIndex: Int

    /// Reads header, cross references and trailers; objects are read when asked for.
    ///
    /// The empty password is always tried. With `toleratesLock` a file that none opens is opened all the same, its
    /// strings and streams unread.
    package init(_ source: ByteSource, password: String? = nil, toleratesLock: Bool = false) throws(PDFError) {
        self.init(try PDFFile.opened(source, password: password, toleratesLock: toleratesLock))
    }

    package init(data: Data, password: String? = nil, toleratesLock: Bool = false) throws(PDFError) {
        try self.init(ByteSource(data), password: password, toleratesLock: toleratesLock)
    }

    init(_ file: PDFFile) {
        self.init(file: file, revisionIndex: file.revisions.count - 1)
    }

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

    /// What is wrong with the file's structure, and was forgiven.
    package var problems: [PDFProblem] { file.layout.problems }
    /// Something had to be guessed: such a file may be shown, but nobody can say what was signed in it.
    package var isReconstructed: Bool { problems.contains(where: \.isGuess) }
    /// Encrypted, and no password opened it.
    package var isLocked: Bool {
        if case .locked = file.security { true } else { false }
    }
    package var isEncrypted: Bool {
        if case .none = file.security { false } else { true }
    }
    var security: Security { file.security }

    /// The file as it was when revision `index` was saved; nil when there is no such revision.
    package func atRevision(_ index: Int) -> PDFDocument? {
        file.revisions.indices.contains(index) ? PDFDocument(file: file, revisionIndex: index) : nil
    }

    // MARK: objects

    private func listing(_ number: Int) -> EntryIndex.Listing? { file.entries.newest(number, upTo: revisionIndex) }

    func entry(_ number: Int) -> CrossReferenceEntry? { listing(number)?.entry }

    func end(ofRevision index: Int) -> Int {
        index == file.revisions.count - 1 ? data.count : min(file.revisions[index].end, data.count)
    }

    /// The object; null when the file has none of that number (ISO 32000-2 §7.3.10).
    package func object(_ reference: PDFReference) throws(PDFError) -> PDFObject { try examined(reference).object }

    /// The object, and whether it gives one key of a dictionary two values, of which readers take the first or the last.
    package func examined(_ reference: PDFReference) throws(PDFError) -> (object: PDFObject, repeatsKeys: Bool) {
        guard let listing = listing(reference.number) else { return (.null, false) }
        switch listing.entry {
        case .free: return (.null, false)
        case .offset(let offset, let generation):
            guard generation == reference.generation else { return (.null, repeatsKeys(reference)) }
            let found = try found(at: offset, of: listing.revision).object
            guard found.reference == reference else { throw PDFError(.badCrossReference, at: offset) }
            return (found.object, found.repeatsKeys)
        case .compressed(let stream, let index):
            guard reference.generation == 0 else { return (.null, repeatsKeys(reference)) }
            let packed = try packed(reference.number, in: stream, at: index)
            return (packed.object, packed.repeatsKeys)
        }
    }

    func packed(_ number: Int, in stream: UInt32, at index: UInt32) throws(PDFError) -> ObjectStream.Packed {
        let (container, place) = try container(at: Int(stream))
        return try file.packed(number, at: Int(index), in: container, at: place)
    }

    typealias Found = (object: IndirectObject, place: BytePlace)

    func found(_ number: Int, depth: Int = 0) throws(PDFError) -> Found? {
        guard let listing = listing(number), case .offset(let offset, _) = listing.entry else { return nil }
        return try found(at: offset, of: listing.revision, depth)
    }

    /// An object that stands by itself. A sound one is whole within the revision that wrote it; a broken one may be read
    /// on into later revisions, as readers do, but never past the end of the revision shown.
    private func found(at offset: Int, of revision: Int, _ depth: Int = 0) throws(PDFError) -> Found {
        let own = BytePlace(offset: offset, limit: end(ofRevision: revision))
        let shown = BytePlace(offset: offset, limit: end(ofRevision: revisionIndex))
        if own != shown, let object = try? indirect(at: own, depth), object.searchedBytes == 0 { return (object, own) }
        return (try indirect(at: shown, depth), shown)
    }

    /// A stream's length may be an object of its own, whose length matters only if it is no number.
    private func indirect(at place: BytePlace, _ depth: Int) throws(PDFError) -> IndirectObject {
        try file.indirect(at: place) { length throws(PDFError) in
            guard depth < 4 else { return nil }
            return try found(length.number, depth: depth + 1)?.object.object.integer
        }
    }

    func container(_ number: Int) throws(PDFError) -> ObjectStream { try container(at: number).0 }

    /// An object stream stands in the file by itself, never in another (§7.5.7).
    private func container(at number: Int) throws(PDFError) -> (ObjectStream, BytePlace) {
        guard let (found, place) = try found(number) else { throw PDFError(.expected("object stream")) }
        let container = try file.container(at: place) { () throws(PDFError) in
            guard found.reference.number == number, case .stream(let stream) = found.object else {
                throw PDFError(.expected("object stream"), at: place.offset)
            }
            if isLocked { throw PDFError(.encrypted, at: place.offset) }
            let content = try unpacked(stream, limit: PDFLimits.decodedBytes) { _ in 0 }
            return try ObjectStream(stream.dictionary, content: content)
        }
        return (container, place)
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
    package func value(_ key: PDFName, of dictionary: PDFDictionary) throws(PDFError) -> PDFObject {
        try resolve(dictionary[key])
    }

    /// Content of a stream whose filter entries may be references.
    package func decoded(_ stream: PDFStream, limit: Int = PDFLimits.decodedBytes) throws(PDFError) -> Data {
        if isLocked, stream.dictionary["Type"]?.name != "XRef" { throw PDFError(.encrypted) }
        var direct = stream
        for key in ["Filter", "DecodeParms"] as [PDFName] {
            if let value = stream.dictionary[key] { direct.dictionary[key] = try resolvedDeeply(value) }
        }
        let content = try unpacked(direct, limit: limit) { $0 / 8 }
        if stream.encoded.count > 1 << 20 { source.releasePages() }
        return content
    }

    /// Content of a stream, counted against what the file may cost. One that fails counts double, for it gives nothing
    /// and an honest file has few.
    private func unpacked(_ stream: PDFStream, limit: Int, cost: (Int) -> Int) throws(PDFError) -> Data {
        var work = 0
        do throws(PDFError) {
            let content = try stream.decoded(limit: limit, work: &work)
            try file.spend(work: cost(work))
            return content
        } catch {
            try file.spend(work: work / 4)
            throw error
        }
    }

    /// The object without references, as far as three floors down.
    func resolvedDeeply(_ object: PDFObject, floors: Int = 3) throws(PDFError) -> PDFObject {
        let object = try resolve(object)
        if floors == 0 { return object }
        switch object {
        case .array(let members):
            var values: [PDFObject] = []
            for member in members.prefix(64) { values.append(try resolvedDeeply(member, floors: floors - 1)) }
            return .array(values)
        case .dictionary(let members):
            var values = members
            for (key, value) in members { values[key] = try resolvedDeeply(value, floors: floors - 1) }
            return .dictionary(values)
        default: return object
        }
    }

    // MARK: places

    /// Bytes of an object's `n g obj … endobj`; nil for objects in streams and missing ones.
    package func range(of reference: PDFReference) throws(PDFError) -> Range<Int>? {
        try found(reference.number)?.object.range
    }

    /// Whether the object gives one key of a dictionary two values, whatever its generation.
    package func repeatsKeys(_ reference: PDFReference) -> Bool {
        if case .compressed(let stream, let index)? = entry(reference.number) {
            return (try? packed(reference.number, in: stream, at: index).repeatsKeys) ?? false
        }
        return (try? found(reference.number)?.object.repeatsKeys) ?? false
    }

    /// Whether readers may take bytes that were added after the revision shown for part of the object: it has no end
    /// before, or its length leads there. An object in a stream goes as far as its stream.
    package func reachesBeyondRevision(_ reference: PDFReference) -> Bool {
        let end = end(ofRevision: revisionIndex)
        guard end < data.count else { return false }
        var number = reference.number
        if case .compressed(let stream, _)? = entry(number) { number = Int(stream) }
        guard contains(number) else { return number != reference.number }
        guard let found = try? found(number) else { return true }
        return found.object.reach > end
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
        var touched: Set<Int> = []
        for revision in file.revisions[(index + 1)...revisionIndex] {
            revision.entries.forEach { number, _ in touched.insert(number) }
        }
        return touched.union(file.packedNumbers { packed in touched.flatMap { packed.numbers(in: $0, upTo: index) } })
    }

    /// The object of a number with whatever generation it has.
    package func reference(_ number: Int) -> PDFReference {
        guard case .offset(_, let generation)? = entry(number) else { return PDFReference(number) }
        return PDFReference(number, Int(generation))
    }

    /// One more than the highest object number any revision speaks of.
    package var nextNumber: Int {
        let highest = file.revisions.compactMap(\.entries.highest).max() ?? 0
        return max(highest + 1, min(trailer["Size"]?.integer ?? 0, PDFLimits.objectNumbers))
    }
}

// MARK: - the catalog

extension PDFDocument {
    package var catalogReference: PDFReference? { trailer["Root"]?.reference }

    package func catalog() throws(PDFError) -> PDFDictionary {
        guard let catalog = try resolve(trailer["Root"]).dictionary else { throw PDFError(.expected("catalog")) }
        return catalog
    }

    /// Whether the trailer leads to a catalog; one that is locked away counts.
    var hasCatalog: Bool {
        do throws(PDFError) {
            let catalog = try catalog()
            return try value("Pages", of: catalog).dictionary != nil
        } catch {
            return error.reason == .encrypted
        }
    }

    func isCatalog(_ reference: PDFReference) -> Bool {
        guard let dictionary = try? object(reference).dictionary, dictionary["Type"]?.name == "Catalog" else {
            return false
        }
        return (try? value("Pages", of: dictionary).dictionary) != nil
    }
}

extension PDFDocument {
    /// The bytes a hexadecimal string written exactly in `range`, `<` and `>` included, stands for; nil when anything
    /// else is there.
    package func hexadecimal(in range: Range<Int>) -> Data? {
        guard range.lowerBound >= 0, range.upperBound <= data.count, range.count >= 2 else { return nil }
        return data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Data? in
            guard bytes[range.lowerBound] == 0x3C, bytes[range.upperBound - 1] == 0x3E else { return nil }
            let digits = UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound + 1..<range.upperBound - 1])
            let (decoded, isClean) = Data.decoded(hexadecimal: digits)
            return isClean ? decoded : nil
        }
    }
}
