import Digests
import Foundation
import Synchronization

/// The bytes of a file with its layout, and what was read of it so far. A class because objects are read lazily
/// and shared by all views of the file.
final class PDFFile: Sendable {
    let source: ByteSource
    let layout: FileLayout
    let security: Security
    let entries: EntryIndex
    private let cache: Mutex<ReadCache>
    /// Made when revisions are first compared.
    private let packed = Mutex<PackedNumbers?>(nil)

    private init(_ source: ByteSource, _ layout: FileLayout, _ security: Security) {
        self.source = source
        self.layout = layout
        self.security = security
        entries = EntryIndex(layout.revisions.map(\.entries))
        cache = Mutex(ReadCache(fileBytes: source.count))
    }

    var data: Data { source.data }
    var revisions: [PDFRevision] { layout.revisions }

    // MARK: opening

    /// Reads by the file's own cross references, and by a search where these lead to no catalog.
    static func opened(
        _ source: ByteSource, password: String?, toleratesLock: Bool
    ) throws(PDFError) -> PDFFile {
        if let layout = try? FileLayout.followed(source) {
            let file = try unlocked(source, layout, password: password, toleratesLock: toleratesLock)
            if PDFDocument(file).hasCatalog { return file }
        }
        let layout = try FileLayout.searched(source)
        let file = try unlocked(source, layout, password: password, toleratesLock: toleratesLock)
        return try PDFFile(source, completed(layout, of: file), file.security)
    }

    private static func unlocked(
        _ source: ByteSource, _ layout: FileLayout, password: String?, toleratesLock: Bool
    ) throws(PDFError) -> PDFFile {
        let plain = PDFFile(source, layout, .none)
        guard let trailer = layout.revisions.last?.trailer, let entry = trailer["Encrypt"], !entry.isNull else {
            return plain
        }
        let document = PDFDocument(plain)
        guard let dictionary = try? document.resolvedDeeply(entry).dictionary else {
            var odd = layout
            odd.problems.append(PDFProblem(.badEncryption))
            return PDFFile(source, odd, .none)
        }
        let identifiers = (try? document.resolvedDeeply(trailer["ID"] ?? .null))?.array ?? []
        do throws(PDFError) {
            let handler = try SecurityHandler(
                dictionary, identifier: identifiers.first?.string ?? Data(), password: password,
                reference: entry.reference)
            return PDFFile(source, layout, .unlocked(handler))
        } catch  where toleratesLock {
            return PDFFile(source, layout, .locked)
        }
    }

    /// Lists what is in the object streams a search has found, and looks for a catalog.
    private static func completed(_ layout: FileLayout, of file: PDFFile) throws(PDFError) -> FileLayout {
        var layout = layout
        var entries = layout.revisions[0].entries
        var packed: [Int: CrossReferenceEntry] = [:]
        let document = PDFDocument(file)
        for place in layout.unlistedStreams {
            guard case .offset(place.offset, _)? = entries[place.reference.number],
                let stream = try? document.container(place.reference.number)
            else { continue }
            for (index, number) in stream.numbers.enumerated() where number <= PDFLimits.objectNumbers {
                // An object of its own that stands later in the file replaces a packed one.
                if case .offset(let offset, _)? = entries[number], offset > place.offset { continue }
                // Of two with one number in a stream the first counts.
                let entry = CrossReferenceEntry.compressed(
                    stream: UInt32(clamping: place.reference.number), index: UInt32(clamping: index))
                if case .compressed(UInt32(clamping: place.reference.number), _)? = packed[number] { continue }
                packed[number] = entry
            }
        }
        entries = CrossReferenceEntries(packed).over(entries)
        layout.revisions[0].entries = entries
        let whole = PDFDocument(PDFFile(file.source, layout, file.security))
        if whole.hasCatalog || whole.isLocked { return layout }
        let candidates = layout.catalogs + packed.keys.sorted().map { PDFReference($0) }
        guard let catalog = candidates.last(where: { whole.isCatalog($0) }) else { throw PDFError(.notAPDF) }
        layout.revisions[0].trailer["Root"] = .reference(catalog)
        return layout
    }

    // MARK: reading

    /// The object at `place`, whatever its number, decrypted.
    func indirect(
        at place: BytePlace, length: (PDFReference) throws(PDFError) -> Int?
    ) throws(PDFError) -> IndirectObject {
        let (known, isExhausted) = cache.withLock { ($0.objects[place], $0.isExhausted) }
        if let known { return known }
        let offset = place.offset
        guard offset >= 0, offset < place.limit, place.limit <= data.count else {
            throw PDFError(.badCrossReference, at: offset)
        }
        if isExhausted { throw PDFError(.limit(.work), at: offset) }
        var (result, work) = data.withUnsafeBytes { bytes in
            parsed(at: offset, UnsafeRawBufferPointer(rebasing: bytes[..<place.limit]), length)
        }
        if case .success(let found) = result, case .unlocked(let handler) = security {
            result = .success(handler.decrypted(found))
        }
        cache.withLock { cache in
            if case .success(let found) = result { cache.keep(found, at: place) }
            cache.spend(work: work)
        }
        source.touched(offset)
        if case .success(let found) = result { source.touched(found.range.upperBound) }
        return try result.get()
    }

    private func parsed(
        at offset: Int, _ bytes: UnsafeRawBufferPointer, _ length: (PDFReference) throws(PDFError) -> Int?
    ) -> (Result<IndirectObject, PDFError>, work: Int) {
        var parser = ObjectParser(data, bytes, at: offset)
        do throws(PDFError) {
            let found = try parser.indirect(length: length)
            let skipped = found.searchedBytes > 0 ? 0 : found.object.stream?.encoded.count ?? 0
            return (.success(found), found.range.count - skipped)
        } catch {
            return (.failure(error), max(64, parser.offset - offset))
        }
    }

    /// The object stream whose own object stands at `place`.
    func container(at place: BytePlace, make: () throws(PDFError) -> ObjectStream) throws(PDFError) -> ObjectStream {
        if let known = cache.withLock({ $0.containers[place] }) { return known }
        if cache.withLock({ $0.isExhausted }) { throw PDFError(.limit(.work), at: place.offset) }
        let made = try make()
        cache.withLock { cache in
            cache.keep(made, at: place)
            cache.spend(work: made.byteCount)
        }
        return made
    }

    /// A member of that stream.
    func packed(
        _ number: Int, at index: Int, in stream: ObjectStream, at container: BytePlace
    ) throws(PDFError) -> ObjectStream.Packed {
        let place = ReadCache.Packed(container: container, number: number, index: index)
        if let known = cache.withLock({ $0.packed[place] }) { return known }
        if cache.withLock({ $0.isExhausted }) { throw PDFError(.limit(.work), at: container.offset) }
        let found = try stream.object(number, at: index)
        cache.withLock { cache in
            cache.keep(found, at: place)
            cache.spend(work: found.byteCount)
        }
        return found
    }

    /// Asks which numbers are packed in which object stream.
    func packedNumbers<Value: Sendable>(_ body: (PackedNumbers) -> Value) -> Value {
        packed.withLock { known in
            let numbers = known ?? PackedNumbers(layout.revisions.map(\.entries))
            known = numbers
            return body(numbers)
        }
    }

    /// Counts bytes unpacked for somebody against what one file may cost.
    func spend(work count: Int) throws(PDFError) {
        cache.withLock { $0.spend(work: count) }
        if cache.withLock({ $0.isExhausted }) { throw PDFError(.limit(.work)) }
    }
}

/// Where an object stands, and where the bytes end that may belong to it: those of a later revision never do.
struct BytePlace: Hashable {
    var offset: Int
    var limit: Int
}

/// What was read, within bounds: memory must not follow the file's size, nor time what a file claims.
private struct ReadCache: Sendable {
    struct Packed: Hashable {
        var container: BytePlace
        var number: Int
        var index: Int
    }

    private(set) var objects: [BytePlace: IndirectObject] = [:]
    private(set) var containers: [BytePlace: ObjectStream] = [:]
    private(set) var packed: [Packed: ObjectStream.Packed] = [:]
    private var keptMembers = 0
    private var keptBytes = 0
    private var work = 0
    private let maximumWork: Int

    /// Overlapping objects make a small file cost a great deal of reading; honest files are read a few times over.
    init(fileBytes: Int) { maximumWork = 32 * fileBytes + (64 << 20) }

    var isExhausted: Bool { work > maximumWork }

    mutating func spend(work count: Int) { work += count + 16 }

    mutating func keep(_ found: IndirectObject, at place: BytePlace) {
        makeRoom(members: found.members + 8, bytes: found.ownedBytes)
        objects[place] = found
    }

    mutating func keep(_ stream: ObjectStream, at place: BytePlace) {
        makeRoom(members: 2 * stream.count, bytes: stream.byteCount)
        containers[place] = stream
    }

    mutating func keep(_ object: ObjectStream.Packed, at place: Packed) {
        makeRoom(members: object.members + 8, bytes: 0)
        packed[place] = object
    }

    private mutating func makeRoom(members: Int, bytes: Int) {
        keptMembers += members
        keptBytes += bytes
        if keptMembers <= Self.maximumMembers, keptBytes <= Self.maximumBytes { return }
        objects = [:]
        containers = [:]
        packed = [:]
        (keptMembers, keptBytes) = (members, bytes)
    }

    private static let maximumMembers = 400_000
    private static let maximumBytes = 16 << 20
}
