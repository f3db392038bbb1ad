import Foundation

/// Follows the chain of cross reference sections from the last `startxref` to the first (ISO 32000-2 §7.5).
struct CrossReferenceReader {
    private let data: Data
    /// As far as the section being read may reach.
    private var bytes: UnsafeRawBufferPointer
    private let whole: UnsafeRawBufferPointer
    /// Where offsets are counted from.
    private let base: Int
    private var entryCount = 0
    private(set) var problems: [PDFProblem] = []

    init(_ data: Data, _ bytes: UnsafeRawBufferPointer, base: Int = 0) {
        self.data = data
        (self.bytes, whole) = (bytes, bytes)
        self.base = base
    }

    /// Revisions, oldest first.
    mutating func revisions() throws(PDFError) -> [PDFRevision] {
        var sections: [CrossReferenceSection] = []
        var seen: Set<Int> = []
        var next: Int? = try lastStart()
        while let offset = next {
            guard seen.insert(offset).inserted else { throw PDFError(.loop, at: offset) }
            guard sections.count < PDFLimits.revisions else { throw PDFError(.limit(.revisions), at: offset) }
            let section = try section(at: offset)
            next = section.previous
            sections.append(section)
            // What a newer section describes is no part of an older one, which stands before it in the file.
            if let next, next < offset { bytes = UnsafeRawBufferPointer(rebasing: whole[..<offset]) }
        }
        if sections.contains(where: \.entries.hasDuplicates) { problems.append(PDFProblem(.duplicateEntries)) }
        return Self.sized(grouped(sections.reversed()))
    }

    private func lastStart() throws(PDFError) -> Int {
        var cursor = ByteCursor(bytes)
        guard let place = cursor.findLast("startxref", from: max(0, bytes.count - Self.tailBytes)) else {
            throw PDFError(.noStartXRef)
        }
        cursor.offset = place + 9
        cursor.skipSpace()
        guard let offset = cursor.natural(), offset + base < bytes.count else {
            throw PDFError(.noStartXRef, at: place)
        }
        return offset + base
    }

    /// Readers look for `startxref` in the last kilobyte; some generators append more than that.
    private static let tailBytes = 1 << 20

    // MARK: revisions

    /// A linearised file splits its first revision in two sections, the later one in the file being the older one in
    /// the chain (Annex F); such sections belong to one revision.
    private func grouped(_ sections: [CrossReferenceSection]) -> [PDFRevision] {
        var groups: [[CrossReferenceSection]] = []
        for section in sections {
            if let last = groups.last?.last, last.offset > section.offset {
                groups[groups.count - 1].append(section)
            } else {
                groups.append([section])
            }
        }
        return groups.enumerated().compactMap { revision($1, isFirst: $0 == 0) }
    }

    /// Sections of one revision, the newest of the chain last.
    private func revision(_ sections: [CrossReferenceSection], isFirst: Bool) -> PDFRevision? {
        let ends = sections.map(revisionEnd)
        guard let top = sections.last, let last = ends.max(by: { $0.end < $1.end }) else { return nil }
        let entries = sections.dropFirst().reduce(sections[0].entries) { $1.entries.over($0) }
        let pointsAhead = entries.contains { entry in
            guard case .offset(let offset, _) = entry else { return false }
            return offset >= last.end
        }
        let hiddenAhead = sections.contains { ($0.hiddenOffset ?? 0) >= last.end }
        var revision = PDFRevision(
            crossReferenceOffset: top.offset, kind: top.kind, end: last.end, endOfMarker: last.marker,
            trailer: top.trailer, hasHybridConflict: sections.contains(where: \.hasHybridConflict),
            // Only the first revision can be linearised: a later one in two parts hides something.
            isSelfContained: last.declared == top.offset && !pointsAhead && !hiddenAhead
                && (isFirst || sections.count == 1),
            departures: sections.reduce(into: []) { $0.formUnion($1.departures) }, endingOffset: last.start,
            entries: entries)
        if !revision.isSelfContained || !last.isExact { revision.departures.insert(.ending) }
        return revision
    }

    /// /Size is above the object numbers that earlier revisions had (§7.5.5). Of those a revision adds itself one may be
    /// beyond, where nothing refers to it: readers take it for missing.
    private static func sized(_ revisions: [PDFRevision]) -> [PDFRevision] {
        var revisions = revisions
        var floor = 0
        for index in revisions.indices {
            let size = revisions[index].trailer["Size"]?.integer ?? -1
            let beyond = (revisions[index].entries.highest ?? -1) + 1
            let isSound = size >= max(floor, 0) && size <= PDFLimits.objectNumbers + 1
            if !isSound { revisions[index].departures.insert(.size) }
            // An older one that says less than it has, or more, does not bind the next.
            floor = max(floor, min(max(size, 0), beyond))
        }
        return revisions
    }

    /// `startxref`, the offset, `%%EOF` and an end of line, which must follow the section; else the section's own end.
    private func revisionEnd(after section: CrossReferenceSection) -> Ending {
        var cursor = ByteCursor(whole, at: section.end)
        // Some writers sign their name in a comment here.
        cursor.skipSpace()
        let start = cursor.offset
        guard cursor.take("startxref") else { return Ending(end: section.end, marker: section.end, start: section.end) }
        let isNumberNext = ByteCursor.isDigit(cursor.peekPastBlanks())
        cursor.skipSpace()
        let declared = cursor.natural().map { $0 + base }
        // %%EOF is a comment itself, so only white space may be skipped.
        cursor.skipBlanks()
        guard cursor.take("%%EOF") else {
            return Ending(end: section.end, marker: section.end, start: section.end)
        }
        let marker = cursor.offset
        if cursor.peek() == 13 { cursor.offset += 1 }
        if cursor.peek() == 10 { cursor.offset += 1 }
        return Ending(
            end: cursor.offset, marker: marker, start: start, declared: declared,
            isExact: isNumberNext && marker - start <= PDFDocument.endingBytes)
    }

    /// Where a revision ends, and how.
    private struct Ending {
        var end: Int
        var marker: Int
        var start: Int
        var declared: Int?
        var isExact = false
    }

    // MARK: sections

    private mutating func section(at offset: Int) throws(PDFError) -> CrossReferenceSection {
        guard offset >= 0, offset < bytes.count else { throw PDFError(.badCrossReference, at: offset) }
        var cursor = ByteCursor(bytes, at: offset)
        cursor.skipSpace()
        let isTable = cursor.take("xref")
        if isTable, ByteCursor(bytes, at: offset).peekPastBlanks() == 0x25 { noteSearched(offset) }
        let isNamedExactly = isTable ? cursor.offset == offset + 4 : cursor.offset == offset
        var section = isTable ? try table(at: offset, cursor) : try stream(at: offset)
        if !isNamedExactly { section.departures.insert(.ending) }
        section.previous = previous(of: section)
        if let previous = section.trailer["Prev"], previous.integer == nil { section.departures.insert(.previous) }
        return section
    }

    private mutating func noteSearched(_ offset: Int) { problems.append(PDFProblem(.searchedSection, at: offset)) }

    /// Generators write `/Prev 0` or a negative number where there is none.
    private mutating func previous(of section: CrossReferenceSection) -> Int? {
        guard let previous = section.trailer["Prev"]?.number.flatMap({ Int(exactly: $0.rounded()) }) else {
            if section.trailer["Prev"] != nil { problems.append(PDFProblem(.badPrevious, at: section.offset)) }
            return nil
        }
        if previous > 0 { return previous + base }
        problems.append(PDFProblem(.badPrevious, at: section.offset))
        return nil
    }

    private mutating func count(_ entries: Int, at offset: Int) throws(PDFError) {
        entryCount += entries
        if entryCount > PDFLimits.objects { throw PDFError(.limit(.objects), at: offset) }
    }

    private mutating func table(at offset: Int, _ start: ByteCursor) throws(PDFError) -> CrossReferenceSection {
        var table = CrossReferenceTable(start, base: base)
        try table.read()
        try count(table.count, at: offset)
        if table.isShifted { problems.append(PDFProblem(.shiftedTable, at: offset)) }
        var parser = ObjectParser(data, bytes, at: table.end)
        guard case .dictionary(let trailer) = try parser.object() else {
            throw PDFError(.expected("trailer"), at: table.end)
        }
        if parser.repeatsKeys { problems.append(PDFProblem(.repeatedTrailerKey, at: table.end)) }
        var section = CrossReferenceSection(
            offset: offset, kind: .table, entries: CrossReferenceEntries(table.runs), trailer: trailer,
            end: parser.offset)
        if !table.isExact { section.departures.insert(.tableForm) }
        if parser.isRepaired { section.departures.insert(.trailerForm) }
        switch trailer["XRefStm"] {
        case .integer(let hidden): merge(hidden: hidden + base, into: &section)
        case nil, .null: break
        default: section.departures.insert(.hiddenSection)
        }
        return section
    }

    /// The table comes first, then the stream for what the table hides (§7.5.8.4).
    private mutating func merge(hidden offset: Int, into section: inout CrossReferenceSection) {
        guard let stream = try? stream(at: offset) else {
            problems.append(PDFProblem(.badPrevious, at: offset))
            return
        }
        section.departures.formUnion(stream.departures)
        section.kind = .hybrid
        section.hiddenOffset = offset
        var merged = section.entries.over(stream.entries)
        var conflicts = false
        stream.entries.forEach { number, entry in
            switch section.entries[number] {
            case nil, .free: merged[number] = entry
            case .some(let visible): if visible != entry, entry != .free { conflicts = true }
            }
        }
        section.hasHybridConflict = conflicts
        section.entries = merged
    }

    private mutating func stream(at offset: Int) throws(PDFError) -> CrossReferenceSection {
        guard offset >= 0, offset < bytes.count else { throw PDFError(.badCrossReference, at: offset) }
        var parser = ObjectParser(data, bytes, at: offset)
        let found = try parser.indirect { _ throws(PDFError) in nil }
        guard case .stream(let stream) = found.object, stream.dictionary["Type"]?.name == "XRef" else {
            throw PDFError(.badCrossReference, at: offset)
        }
        // Readers that take the place at its word find nothing, or another stream with the same beginning.
        let isExact = found.range.lowerBound == offset && !ByteCursor.isDigit(ByteCursor(bytes, at: offset).peek(-1))
        if !isExact || found.searchedBytes > 0 { noteSearched(offset) }
        if found.repeatsKeys { problems.append(PDFProblem(.repeatedTrailerKey, at: offset)) }
        let rows = try CrossReferenceRows(stream, base: base, at: offset)
        try count(rows.count, at: offset)
        var section = CrossReferenceSection(
            offset: offset, kind: .stream, entries: CrossReferenceEntries(rows.runs()), trailer: stream.dictionary,
            end: found.range.upperBound)
        if !rows.isExact { section.departures.insert(.streamForm) }
        if found.isRepaired { section.departures.insert(.trailerForm) }
        return section
    }
}
