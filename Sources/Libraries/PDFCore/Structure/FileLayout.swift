import Digests
import Foundation

/// Where everything in a file is, as its cross references say or as a search has found.
struct FileLayout: Sendable {
    var revisions: [PDFRevision]
    var problems: [PDFProblem]
    /// Object streams of a file whose cross reference was no use; what is in them is to be found out.
    var unlistedStreams: [FileScan.Found] = []
    var catalogs: [PDFReference] = []

    // MARK: as the file says

    /// The chain of cross references, each entry compared with what is at its place.
    static func followed(_ source: ByteSource) throws(PDFError) -> FileLayout {
        var layout = try source.data.scanning { bytes throws(PDFError) in try chain(source.data, bytes) }
        guard !layout.revisions.isEmpty else { throw PDFError(.badCrossReference) }
        layout.checkPlaces(source)
        return layout
    }

    private static func chain(_ data: Data, _ bytes: UnsafeRawBufferPointer) throws(PDFError) -> FileLayout {
        let header = headerPlace(bytes)
        var reader = CrossReferenceReader(data, bytes)
        do throws(PDFError) {
            let revisions = try reader.revisions()
            return FileLayout(revisions: revisions, problems: headerProblems(header) + reader.problems)
        } catch {
            guard let header, header > 0 else { throw error }
            var reader = CrossReferenceReader(data, bytes, base: header)
            let revisions = try reader.revisions()
            let problems = headerProblems(header) + [PDFProblem(.offsetsFromHeader, at: header)]
            return FileLayout(revisions: revisions, problems: problems + reader.problems)
        }
    }

    /// Readers look for the header in the first kilobyte.
    private static func headerPlace(_ bytes: UnsafeRawBufferPointer) -> Int? {
        ByteCursor(bytes).find("%PDF-", from: 0, before: 1024)
    }

    private static func headerProblems(_ place: Int?) -> [PDFProblem] {
        guard let place else { return [PDFProblem(.noHeader)] }
        return place > 0 ? [PDFProblem(.bytesBeforeHeader, at: place)] : []
    }

    // MARK: as a search finds

    /// One revision that holds whatever looks like an object, the later of two with one number.
    static func searched(_ source: ByteSource) throws(PDFError) -> FileLayout {
        let header = source.data.withUnsafeBytes { headerPlace($0) }
        let scan = FileScan(source)
        guard let first = scan.objects.first, header != nil || first.offset < 1024 else { throw PDFError(.notAPDF) }
        let trailer = scan.trailers.last { $0["Root"]?.reference != nil } ?? scan.trailers.last ?? [:]
        let encryption = scan.trailers.last { $0["Encrypt"] != nil }?["Encrypt"]
        let revision = PDFRevision(
            crossReferenceOffset: 0, kind: .table, end: source.count, endOfMarker: source.count,
            trailer: trailer.merging(encryption.map { ["Encrypt": $0] } ?? [:]) { own, _ in own },
            hasHybridConflict: false, isSelfContained: false, entries: CrossReferenceEntries(scan.places()))
        return FileLayout(
            revisions: [revision], problems: headerProblems(header) + [PDFProblem(.unusableCrossReference)],
            unlistedStreams: scan.objectStreams, catalogs: scan.catalogs)
    }

    // MARK: entries against places

    /// Entries that miss their objects are put right where a search finds them, and dropped where it does not.
    private mutating func checkPlaces(_ source: ByteSource) {
        var missed: [(revision: Int, number: Int)] = []
        for index in revisions.indices {
            let wrong = PlaceCheck(source).wrong(in: revisions[index].entries)
            missed += wrong.map { (index, $0) }
        }
        if missed.isEmpty { return }
        let scan = FileScan(source)
        var lost: Set<LostPlace> = []
        for (index, numbers) in Dictionary(grouping: missed, by: \.revision).sorted(by: { $0.key < $1.key }) {
            let isLatest = index == revisions.count - 1
            let places = scan.places(before: isLatest ? .max : revisions[index].end)
            for number in numbers.map(\.number) {
                // A later table that says again what an earlier one did adds nothing that was not there.
                let isNew = lost.insert(LostPlace(number: number, entry: revisions[index].entries[number])).inserted
                if places[number] == nil, isNew { revisions[index].departures.insert(.missingObject) }
                revisions[index].entries[number] = places[number] ?? .free
                problems.append(PDFProblem(places[number] == nil ? .missingObject : .misplacedObject, at: number))
            }
        }
        problems.sort { ($0.kind.rawValue, $0.place) < ($1.kind.rawValue, $1.place) }
    }
}

/// An entry that misses its object.
private struct LostPlace: Hashable {
    var number: Int
    var entry: CrossReferenceEntry?
}

/// Looks whether objects begin where their entries say.
private struct PlaceCheck {
    private let source: ByteSource

    init(_ source: ByteSource) { self.source = source }

    func wrong(in entries: CrossReferenceEntries) -> [Int] {
        let places = entries.places
        // Objects far apart are looked at one by one: each would bring a good deal of the file into memory.
        let isSparse = source.count > 4 << 20 && source.count / max(places.count, 1) > 8192
        if isSparse { return places.filter { !isObject($0) }.map(\.number) }
        return source.data.withUnsafeBytes { bytes in
            places.filter { place in
                source.touched(place.offset)
                return !Self.isObject(place, ByteCursor(bytes, at: place.offset))
            }.map(\.number)
        }
    }

    private func isObject(_ place: CrossReferenceEntries.Place) -> Bool {
        guard place.offset > 0 else { return false }
        return source.peek(at: place.offset - 1, count: 64) { Self.isObject(place, ByteCursor($0, at: 1)) }
    }

    private static func isObject(_ place: CrossReferenceEntries.Place, _ start: ByteCursor) -> Bool {
        guard place.offset > 0 || place.number > 0 else { return false }
        var cursor = start
        // In the middle of a number something else begins.
        if ByteCursor.isDigit(cursor.peek()), ByteCursor.isDigit(cursor.peek(-1)) { return false }
        cursor.skipSpace()
        return cursor.objectHeader() == PDFReference(place.number, place.generation)
    }
}
