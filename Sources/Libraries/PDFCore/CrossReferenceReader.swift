import Foundation

/// Follows the chain of cross reference sections from the last `startxref` to the first (ISO 32000-2 §7.5).
struct CrossReferenceReader {
    private let data: Data
    private let bytes: UnsafeRawBufferPointer
    private var entryCount = 0

    init(_ data: Data, _ bytes: UnsafeRawBufferPointer) {
        self.data = data
        self.bytes = bytes
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
        }
        return try grouped(sections.reversed())
    }

    private func lastStart() throws(PDFError) -> Int {
        var cursor = ByteCursor(bytes)
        guard let place = cursor.findLast("startxref", from: 0) else { throw PDFError(.noStartXRef) }
        cursor.offset = place + 9
        cursor.skipSpace()
        guard let offset = cursor.natural(), offset < bytes.count else { throw PDFError(.noStartXRef, at: place) }
        return offset
    }

    /// A linearised file splits its first revision in two sections, the later one in the file being the older one in
    /// the chain (Annex F); such sections belong to one revision.
    private func grouped(_ sections: [CrossReferenceSection]) throws(PDFError) -> [PDFRevision] {
        var groups: [[CrossReferenceSection]] = []
        for section in sections {
            if let last = groups.last?.last, last.offset > section.offset {
                groups[groups.count - 1].append(section)
            } else {
                groups.append([section])
            }
        }
        return groups.compactMap(revision)
    }

    /// Sections of one revision, the newest of the chain last.
    private func revision(_ sections: [CrossReferenceSection]) -> PDFRevision? {
        guard let top = sections.last else { return nil }
        let ends = sections.map(revisionEnd)
        guard let last = ends.max(by: { $0.end < $1.end }) else { return nil }
        let entries = sections.dropFirst().reduce(into: sections[0].entries) { $0.merge($1.entries) { $1 } }
        let pointsAhead = entries.values.contains { entry in
            guard case .offset(let offset, _) = entry else { return false }
            return offset >= last.end
        }
        let hiddenAhead = sections.contains { ($0.hiddenOffset ?? 0) >= last.end }
        return PDFRevision(
            crossReferenceOffset: top.offset, kind: top.kind, end: last.end, endOfMarker: last.marker,
            trailer: top.trailer, hasHybridConflict: sections.contains(where: \.hasHybridConflict),
            isSelfContained: last.declared == top.offset && !pointsAhead && !hiddenAhead, entries: entries)
    }

    /// `startxref`, the offset, `%%EOF` and an end of line, which must follow the section; else the section's own end.
    private func revisionEnd(after section: CrossReferenceSection) -> (end: Int, marker: Int, declared: Int?) {
        var cursor = ByteCursor(bytes, at: section.end)
        // Some writers sign their name in a comment here.
        cursor.skipSpace()
        guard cursor.take("startxref") else { return (section.end, section.end, nil) }
        cursor.skipSpace()
        let declared = cursor.natural()
        // %%EOF is a comment itself, so only white space may be skipped.
        while ByteCursor.isSpace(cursor.peek()) { cursor.offset += 1 }
        guard cursor.take("%%EOF") else { return (section.end, section.end, nil) }
        let marker = cursor.offset
        if cursor.peek() == 13 { cursor.offset += 1 }
        if cursor.peek() == 10 { cursor.offset += 1 }
        return (cursor.offset, marker, declared)
    }

    // MARK: sections

    private mutating func section(at offset: Int) throws(PDFError) -> CrossReferenceSection {
        guard offset >= 0, offset < bytes.count else { throw PDFError(.badCrossReference, at: offset) }
        var cursor = ByteCursor(bytes, at: offset)
        cursor.skipSpace()
        return cursor.take("xref") ? try table(at: offset, cursor) : try stream(at: offset)
    }

    private mutating func count(_ entries: Int, at offset: Int) throws(PDFError) {
        entryCount += entries
        if entryCount > PDFLimits.objects { throw PDFError(.limit(.objects), at: offset) }
    }

    private mutating func table(at offset: Int, _ start: ByteCursor) throws(PDFError) -> CrossReferenceSection {
        var cursor = start
        var entries: [Int: CrossReferenceEntry] = [:]
        while true {
            cursor.skipSpace()
            if cursor.take("trailer") { break }
            guard let first = cursor.natural(), case () = cursor.skipSpace(), let number = cursor.natural() else {
                throw PDFError(.badCrossReference, at: cursor.offset)
            }
            try count(number, at: cursor.offset)
            guard first <= PDFLimits.objects * 4 else { throw PDFError(.limit(.objects), at: cursor.offset) }
            entries.reserveCapacity(min(entries.count + number, bytes.count / 18))
            for index in 0..<number {
                let entry = try tableEntry(&cursor)
                // The first subsection sometimes starts at 1 where 0 is meant; the free head of the list tells.
                entries[first + index] = entry
            }
        }
        var parser = ObjectParser(data, bytes, at: cursor.offset)
        guard case .dictionary(let trailer) = try parser.object() else {
            throw PDFError(.expected("trailer"), at: cursor.offset)
        }
        var section = CrossReferenceSection(
            offset: offset, kind: .table, entries: entries, trailer: trailer, end: parser.offset)
        if let hidden = trailer["XRefStm"]?.integer { try merge(hidden: hidden, into: &section) }
        return section
    }

    private func tableEntry(_ cursor: inout ByteCursor) throws(PDFError) -> CrossReferenceEntry {
        cursor.skipSpace()
        guard let offset = cursor.natural(), case () = cursor.skipSpace(), let generation = cursor.natural() else {
            throw PDFError(.badCrossReference, at: cursor.offset)
        }
        cursor.skipSpace()
        if cursor.take("n") { return .offset(offset, generation: min(generation, 65_535)) }
        guard cursor.take("f") else { throw PDFError(.badCrossReference, at: cursor.offset) }
        return .free
    }

    /// The table comes first, then the stream for what the table hides (§7.5.8.4).
    private mutating func merge(hidden offset: Int, into section: inout CrossReferenceSection) throws(PDFError) {
        let stream = try stream(at: offset)
        section.kind = .hybrid
        section.hiddenOffset = offset
        for (number, entry) in stream.entries {
            switch section.entries[number] {
            case nil, .free: section.entries[number] = entry
            case .some(let visible): if visible != entry, entry != .free { section.hasHybridConflict = true }
            }
        }
    }

    private mutating func stream(at offset: Int) throws(PDFError) -> CrossReferenceSection {
        guard offset >= 0, offset < bytes.count else { throw PDFError(.badCrossReference, at: offset) }
        var parser = ObjectParser(data, bytes, at: offset)
        let found = try parser.indirect { _ throws(PDFError) in nil }
        guard case .stream(let stream) = found.object, stream.dictionary["Type"]?.name == "XRef" else {
            throw PDFError(.badCrossReference, at: offset)
        }
        let rows = try CrossReferenceRows(stream, at: offset)
        try count(rows.count, at: offset)
        return CrossReferenceSection(
            offset: offset, kind: .stream, entries: rows.entries(), trailer: stream.dictionary,
            end: found.range.upperBound)
    }
}

/// Content of a cross reference stream (ISO 32000-2 §7.5.8).
private struct CrossReferenceRows {
    private let content: [UInt8]
    private let widths: [Int]
    private let subsections: [(first: Int, count: Int)]
    let count: Int

    init(_ stream: PDFStream, at offset: Int) throws(PDFError) {
        content = [UInt8](try stream.decoded())
        widths = stream.dictionary["W"]?.array?.compactMap(\.integer) ?? []
        guard widths.count == 3, widths.allSatisfy({ (0...8).contains($0) }), widths.reduce(0, +) > 0 else {
            throw PDFError(.badCrossReference, at: offset)
        }
        let size = stream.dictionary["Size"]?.integer ?? 0
        let index = stream.dictionary["Index"]?.array?.map { $0.integer ?? -1 } ?? [0, size]
        guard index.count.isMultiple(of: 2), index.allSatisfy({ (0...PDFLimits.objects * 4).contains($0) }) else {
            throw PDFError(.badCrossReference, at: offset)
        }
        subsections = stride(from: 0, to: index.count, by: 2).map { (index[$0], index[$0 + 1]) }
        count = min(content.count / widths.reduce(0, +), subsections.reduce(0) { $0 + $1.count })
    }

    func entries() -> [Int: CrossReferenceEntry] {
        var entries: [Int: CrossReferenceEntry] = [:]
        entries.reserveCapacity(count)
        let width = widths.reduce(0, +)
        var row = 0
        for (first, rows) in subsections {
            for index in 0..<rows where row < count {
                entries[first + index] = entry(at: row * width)
                row += 1
            }
        }
        return entries
    }

    private func entry(at start: Int) -> CrossReferenceEntry {
        let kind = widths[0] == 0 ? 1 : field(start, widths[0])
        let second = field(start + widths[0], widths[1])
        let third = field(start + widths[0] + widths[1], widths[2])
        switch kind {
        case 1: return .offset(second, generation: min(third, 65_535))
        case 2: return .compressed(stream: second, index: third)
        default: return .free
        }
    }

    private func field(_ start: Int, _ width: Int) -> Int {
        let value = content[start..<start + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(clamping: value)
    }
}
