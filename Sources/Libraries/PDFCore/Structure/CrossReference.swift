/// How a cross reference section is written.
package enum CrossReferenceKind: String, Sendable, Hashable {
    case table, stream
    /// A table whose trailer names a stream for newer readers (ISO 32000-2 §7.5.8.4).
    case hybrid
}

/// Where an object is.
enum CrossReferenceEntry: Hashable, Sendable {
    case free
    case offset(Int, generation: UInt16)
    case compressed(stream: UInt32, index: UInt32)
}

/// One cross reference section with its trailer.
struct CrossReferenceSection: Sendable {
    var offset: Int
    var kind: CrossReferenceKind
    var entries: CrossReferenceEntries
    var trailer: PDFDictionary
    /// First byte after the section and its trailer.
    var end: Int
    /// A hybrid section whose two views put an object in different places.
    var hasHybridConflict = false
    /// Offset of a hybrid section's hidden stream.
    var hiddenOffset: Int?
    var previous: Int?
    var departures: Set<RevisionDeparture> = []
}

/// One state the file was saved in: everything up to `end`.
package struct PDFRevision: Sendable {
    /// Offset of the section the revision's `startxref` names.
    package var crossReferenceOffset: Int
    package var kind: CrossReferenceKind
    /// First byte after `%%EOF` and its end of line.
    package var end: Int
    /// First byte after `%%EOF` itself.
    package var endOfMarker: Int
    package var trailer: PDFDictionary
    package var hasHybridConflict: Bool
    /// The revision stands by itself: its last `startxref` names its own section, and no entry points past its end
    /// into bytes somebody may append later.
    package var isSelfContained: Bool
    /// What departs from the standard in its form.
    package var departures: Set<RevisionDeparture> = []
    /// Where its last `startxref` stands.
    var endingOffset = 0
    var entries: CrossReferenceEntries

    /// Whether nothing that the revision itself brings stands before this offset.
    func begins(atOrAfter offset: Int) -> Bool {
        crossReferenceOffset >= offset
            && !entries.contains { entry in
                guard case .offset(let place, _) = entry else { return false }
                return place < offset
            }
    }
}

/// Entries by object number, in runs of consecutive numbers as files have them.
struct CrossReferenceEntries: Sendable {
    struct Run: Sendable {
        var first: Int
        var entries: ContiguousArray<CrossReferenceEntry>
        var end: Int { first + entries.count }
    }

    private(set) var runs: [Run] = []
    /// One number had two entries; the first counts.
    private(set) var hasDuplicates = false

    init() {}

    init(_ runs: [Run]) {
        self.runs = runs.filter { !$0.entries.isEmpty }
        sort()
    }

    init(_ entries: [Int: CrossReferenceEntry]) {
        for (number, entry) in entries.sorted(by: { $0.key < $1.key }) { append(number, entry) }
    }

    var isEmpty: Bool { runs.isEmpty }
    /// Highest number there is an entry for.
    var highest: Int? { runs.last.map { $0.end - 1 } }
    var count: Int { runs.reduce(0) { $0 + $1.entries.count } }

    subscript(number: Int) -> CrossReferenceEntry? {
        get {
            guard let place = run(of: number) else { return nil }
            return runs[place].entries[number - runs[place].first]
        }
        set {
            guard let newValue, let place = run(of: number) else { return }
            runs[place].entries[number - runs[place].first] = newValue
        }
    }

    func forEach(_ body: (Int, CrossReferenceEntry) -> Void) {
        for run in runs {
            for (index, entry) in run.entries.enumerated() { body(run.first + index, entry) }
        }
    }

    /// An object that stands in the file by itself.
    struct Place {
        var number: Int
        var generation: Int
        var offset: Int
    }

    var places: [Place] {
        var places: [Place] = []
        forEach { number, entry in
            guard case .offset(let offset, let generation) = entry else { return }
            places.append(Place(number: number, generation: Int(generation), offset: offset))
        }
        return places
    }

    func contains(where condition: (CrossReferenceEntry) -> Bool) -> Bool {
        runs.contains { $0.entries.contains(where: condition) }
    }

    /// These entries, and those of `others` for the numbers there is none for here.
    func over(_ others: Self) -> Self {
        var merged = Self(runs + others.runs)
        merged.hasDuplicates = hasDuplicates || others.hasDuplicates
        return merged
    }

    private func run(of number: Int) -> Int? {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].end <= number { low = middle + 1 } else { high = middle }
        }
        return low < runs.count && runs[low].first <= number ? low : nil
    }

    private mutating func append(_ number: Int, _ entry: CrossReferenceEntry) {
        if runs.last?.end == number {
            runs[runs.count - 1].entries.append(entry)
        } else {
            runs.append(Run(first: number, entries: [entry]))
        }
    }

    /// Runs in ascending order; where they overlap, the one that came first counts.
    private mutating func sort() {
        if runs.count < 2 { return }
        if zip(runs, runs.dropFirst()).allSatisfy({ $0.end <= $1.first }) { return }
        var sorted = runs.enumerated().sorted { ($0.element.first, $0.offset) < ($1.element.first, $1.offset) }
            .map(\.element)
        guard zip(sorted, sorted.dropFirst()).contains(where: { $0.end > $1.first }) else {
            swap(&runs, &sorted)
            return
        }
        var first: [Int: CrossReferenceEntry] = [:]
        for run in runs {
            for (index, entry) in run.entries.enumerated() where first[run.first + index] == nil {
                first[run.first + index] = entry
            }
        }
        self = Self(first)
        hasDuplicates = true
    }
}
