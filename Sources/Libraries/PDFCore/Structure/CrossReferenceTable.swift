import Foundation

/// The rows of a cross reference table, from after `xref` to after `trailer` (ISO 32000-2 §7.5.4).
struct CrossReferenceTable {
    private var cursor: ByteCursor
    private let base: Int
    private(set) var runs: [CrossReferenceEntries.Run] = []
    private(set) var count = 0
    /// The head of the free list, object 0, was numbered 1.
    private(set) var isShifted = false
    /// All of it is written exactly as the standard says.
    private(set) var isExact = true

    init(_ cursor: ByteCursor, base: Int) {
        self.cursor = cursor
        self.base = base
    }

    var end: Int { cursor.offset }

    mutating func read() throws(PDFError) {
        skipEndOfLine()
        while true {
            skipSpace()
            if cursor.take("trailer") {
                if ByteCursor.isRegular(cursor.peek()) { isExact = false }
                return
            }
            guard let first = cursor.natural(), case () = skipOneSpace(), let number = cursor.natural() else {
                throw PDFError(.badCrossReference, at: cursor.offset)
            }
            guard first <= PDFLimits.objectNumbers, number <= PDFLimits.objects else {
                throw PDFError(.limit(.objects), at: cursor.offset)
            }
            try subsection(first, number)
        }
    }

    /// Comments have no place in a table.
    private mutating func skipSpace() {
        cursor.skipBlanks()
        if cursor.peek() == 0x25 { isExact = false }
        cursor.skipSpace()
    }

    private mutating func skipOneSpace() {
        if cursor.peek() != 32 || !ByteCursor.isDigit(cursor.peek(1)) { isExact = false }
        cursor.skipSpace()
    }

    private mutating func skipEndOfLine() {
        while case let byte = cursor.peek(), byte == 32 || byte == 9 { cursor.offset += 1 }
        if cursor.peek() != 10, cursor.peek() != 13 { isExact = false }
        skipSpace()
    }

    private mutating func subsection(_ first: Int, _ number: Int) throws(PDFError) {
        count += number
        var run = CrossReferenceEntries.Run(first: first, entries: [])
        run.entries.reserveCapacity(min(number, (cursor.bytes.count - cursor.offset) / 18 + 1))
        skipEndOfLine()
        for index in 0..<number {
            if !ByteCursor.isDigit(cursor.peek()) {
                isExact = false
                cursor.skipSpace()
            }
            let entry: CrossReferenceEntry
            let generation: Int
            let start = cursor.offset
            if let fixed = fixedEntry() { (entry, generation) = fixed } else { (entry, generation) = try looseEntry() }
            takeEndOfRow(start)
            if generation > 65_535 || first + index == 0 && entry != .free { isExact = false }
            if index == 0, first == 1, runs.isEmpty, entry == .free, generation == 65_535 {
                run.first = 0
                isShifted = true
            }
            run.entries.append(entry)
        }
        runs.append(run)
    }

    /// Two bytes end a row of 20, one of them at least an end of line.
    private mutating func takeEndOfRow(_ start: Int) {
        switch (cursor.peek(), cursor.peek(1)) {
        case (32, 13), (32, 10), (13, 10): cursor.offset += 2
        default: isExact = false
        }
        if cursor.offset != start + 20 { isExact = false }
    }

    /// `oooooooooo ggggg n` as the standard wants it, which nearly every file has.
    private mutating func fixedEntry() -> (CrossReferenceEntry, Int)? {
        let bytes = cursor.bytes
        let start = cursor.offset
        guard start + 18 < bytes.count, bytes[start + 10] == 32, bytes[start + 16] == 32,
            ByteCursor.isSpace(Int(bytes[start + 18])), let offset = digits(start, 10),
            let generation = digits(start + 11, 5)
        else { return nil }
        switch bytes[start + 17] {
        case 0x6E: cursor.offset = start + 18
        case 0x66:
            cursor.offset = start + 18
            return (.free, generation)
        default: return nil
        }
        return (.offset(offset + base, generation: UInt16(clamping: generation)), generation)
    }

    private func digits(_ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<start + count {
            let digit = Int(cursor.bytes[index]) - 0x30
            guard digit >= 0, digit <= 9 else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The same with any number of digits and blanks.
    private mutating func looseEntry() throws(PDFError) -> (CrossReferenceEntry, Int) {
        guard let offset = cursor.natural(), case () = cursor.skipSpace(), let generation = cursor.natural() else {
            throw PDFError(.badCrossReference, at: cursor.offset)
        }
        cursor.skipSpace()
        if cursor.take("n") { return (.offset(offset + base, generation: UInt16(clamping: generation)), generation) }
        guard cursor.take("f") else { throw PDFError(.badCrossReference, at: cursor.offset) }
        return (.free, generation)
    }
}

/// Content of a cross reference stream (ISO 32000-2 §7.5.8).
struct CrossReferenceRows {
    private let content: [UInt8]
    private let widths: [Int]
    private let subsections: [(first: Int, count: Int)]
    private let base: Int
    let count: Int
    private let isComplete: Bool

    init(_ stream: PDFStream, base: Int, at offset: Int) throws(PDFError) {
        self.base = base
        content = [UInt8](try stream.decoded())
        let declared = stream.dictionary["W"]?.array ?? []
        widths = declared.prefix(3).compactMap(\.integer)
        guard widths.count == 3, widths.allSatisfy({ (0...8).contains($0) }), widths.reduce(0, +) > 0 else {
            throw PDFError(.badCrossReference, at: offset)
        }
        let size = stream.dictionary["Size"]?.integer ?? 0
        let index = stream.dictionary["Index"]?.array?.map { $0.integer ?? -1 } ?? [0, size]
        guard index.count.isMultiple(of: 2), index.allSatisfy({ (0...PDFLimits.objectNumbers).contains($0) }) else {
            throw PDFError(.badCrossReference, at: offset)
        }
        subsections = stride(from: 0, to: index.count, by: 2).map { (index[$0], index[$0 + 1]) }
        count = min(content.count / widths.reduce(0, +), subsections.reduce(0) { $0 + $1.count })
        guard count <= PDFLimits.objects else { throw PDFError(.limit(.objects), at: offset) }
        let (width, rows) = (widths.reduce(0, +), subsections.reduce(0) { $0 + $1.count })
        isComplete = declared.count == 3 && rows <= content.count && content.count == rows * width
    }

    /// The widths are three integers, and there are as many rows as /Index says, all of the three types there are.
    var isExact: Bool {
        guard isComplete, widths[0] > 0 else { return isComplete }
        let width = widths.reduce(0, +)
        return (0..<count).allSatisfy { field($0 * width, widths[0]) <= 2 }
    }

    func runs() -> [CrossReferenceEntries.Run] {
        let width = widths.reduce(0, +)
        var row = 0
        var runs: [CrossReferenceEntries.Run] = []
        for (first, rows) in subsections where row < count {
            let last = min(row + rows, count)
            let entries = (row..<last).map { entry(at: $0 * width) }
            runs.append(CrossReferenceEntries.Run(first: first, entries: ContiguousArray(entries)))
            row = last
        }
        return runs
    }

    private func entry(at start: Int) -> CrossReferenceEntry {
        let kind = widths[0] == 0 ? 1 : field(start, widths[0])
        let second = field(start + widths[0], widths[1])
        let third = field(start + widths[0] + widths[1], widths[2])
        switch kind {
        case 1:
            let (offset, overflow) = second.addingReportingOverflow(base)
            return overflow ? .free : .offset(offset, generation: UInt16(clamping: third))
        case 2: return .compressed(stream: UInt32(clamping: second), index: UInt32(clamping: third))
        default: return .free
        }
    }

    private func field(_ start: Int, _ width: Int) -> Int {
        var value: UInt64 = 0
        for index in start..<start + width { value = value << 8 | UInt64(content[index]) }
        return Int(clamping: value)
    }
}
