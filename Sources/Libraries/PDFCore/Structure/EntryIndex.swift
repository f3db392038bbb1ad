/// Finds what a revision shows under a number, however many revisions came before it.
struct EntryIndex: Sendable {
    struct Listing {
        var entry: CrossReferenceEntry
        var revision: Int
    }

    private struct Later {
        var number: Int
        var revision: Int
        var entry: CrossReferenceEntry
    }

    /// What a file was first saved with is most of it, and stays as it was read.
    private let first: CrossReferenceEntries
    /// Entries of all later revisions by number, those of one number from the oldest on.
    private var later: ContiguousArray<Later> = []

    init(_ revisions: [CrossReferenceEntries]) {
        first = revisions.first ?? CrossReferenceEntries()
        later.reserveCapacity(revisions.dropFirst().reduce(0) { $0 + $1.count })
        for (revision, entries) in revisions.enumerated().dropFirst() {
            entries.forEach { later.append(Later(number: $0, revision: revision, entry: $1)) }
        }
        later.sort { ($0.number, $0.revision) < ($1.number, $1.revision) }
    }

    /// The entry that counts for whoever sees nothing after `revision`, and the revision that made it.
    func newest(_ number: Int, upTo revision: Int) -> Listing? {
        var (low, high) = (0, later.count)
        while low < high {
            let middle = (low + high) / 2
            let place = later[middle]
            let isPast = place.number > number || (place.number == number && place.revision > revision)
            if isPast { high = middle } else { low = middle + 1 }
        }
        if low > 0, later[low - 1].number == number {
            return Listing(entry: later[low - 1].entry, revision: later[low - 1].revision)
        }
        return revision >= 0 ? first[number].map { Listing(entry: $0, revision: 0) } : nil
    }
}

/// Which objects are packed in which object streams, as each revision says.
struct PackedNumbers: Sendable {
    private struct Member {
        var number: Int
        var revision: Int
    }

    private var members: [UInt32: [Member]] = [:]

    init(_ revisions: [CrossReferenceEntries]) {
        for (revision, entries) in revisions.enumerated() {
            entries.forEach { number, entry in
                guard case .compressed(let stream, _) = entry else { return }
                members[stream, default: []].append(Member(number: number, revision: revision))
            }
        }
    }

    /// Numbers that some revision up to `revision` puts in that stream.
    func numbers(in stream: Int, upTo revision: Int) -> [Int] {
        guard let stream = UInt32(exactly: stream) else { return [] }
        return (members[stream] ?? []).filter { $0.revision <= revision }.map(\.number)
    }
}
