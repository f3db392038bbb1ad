package import Foundation

/// A digest wanted of parts of a source, in their order.
package struct RangeDigest: Hashable, Sendable {
    package var algorithm: DigestAlgorithm
    /// Ascending and apart from one another.
    package var ranges: [Range<Int>]

    package init(_ algorithm: DigestAlgorithm, _ ranges: [Range<Int>]) {
        self.algorithm = algorithm
        self.ranges = ranges.filter { !$0.isEmpty }
    }

    /// Everything before `end` without `hole`.
    package init(_ algorithm: DigestAlgorithm, before end: Int, without hole: Range<Int>) {
        self.init(algorithm, [0..<max(0, min(hole.lowerBound, end)), min(hole.upperBound, end)..<max(0, end)])
    }

    func covers(_ segment: Range<Int>) -> Bool {
        ranges.contains { $0.lowerBound <= segment.lowerBound && segment.upperBound <= $0.upperBound }
    }
}

extension ByteSource {
    package func digest(_ algorithm: DigestAlgorithm) throws -> Data {
        try digests([RangeDigest(algorithm, [0..<count])])[0]
    }

    /// All digests in one pass over the bytes.
    package func digests(_ wanted: [RangeDigest]) throws -> [Data] {
        var pass = DigestPass(wanted, of: self)
        while try pass.advance() {}
        return wanted.map { pass.value(of: $0) ?? Data() }
    }

    /// Feeds the bytes of `range` to a running digest.
    package func feed(_ range: Range<Int>, to hasher: inout Hasher) throws {
        let lane = Lane(hasher.copy(), members: [])
        try forEachPiece(of: range) { lane.hasher.update($0) }
        hasher = lane.hasher.copy()
    }
}

/// Digests of one source on their way through its bytes. Those that have read the same so far share one running digest, so
/// that signatures of one file, which have their beginning in common, cost little more than the longest.
struct DigestPass {
    private let source: ByteSource
    private let wanted: [RangeDigest]
    private var lanes: [Lane]
    private var position: Int
    /// Where ranges begin or end, as far as these lie ahead.
    private var edges: ArraySlice<Int>
    /// Few for any source: each asks for a buffer of its own.
    private let stepBytes: Int

    init(_ wanted: [RangeDigest], of source: ByteSource) {
        self.source = source
        self.wanted = wanted
        stepBytes = max(source.count / 8, 64 << 10)
        edges = Set(wanted.flatMap(\.ranges).flatMap { [$0.lowerBound, $0.upperBound] }).sorted()[...]
        position = edges.popFirst() ?? 0
        lanes = Dictionary(grouping: wanted.indices) { wanted[$0].algorithm }.map {
            Lane(Hasher($0.key), members: $0.value)
        }
    }

    /// Reads on by one step; false where nothing is left to read.
    mutating func advance() throws -> Bool {
        guard let edge = edges.first else { return false }
        let step = position..<min(edge, position + stepBytes)
        for index in lanes.indices { lanes += lanes[index].split { wanted[$0].covers(step) } }
        let reading = lanes.filter { lane in lane.members.contains { wanted[$0].covers(step) } }
        if !reading.isEmpty {
            try source.forEachPiece(of: step) { piece in
                for lane in reading { lane.hasher.update(piece) }
            }
        }
        position = step.upperBound
        if position == edge { edges.removeFirst() }
        return true
    }

    /// Of what was read so far; nil for a digest that was not wanted.
    func value(of digest: RangeDigest) -> Data? {
        guard let index = wanted.firstIndex(of: digest) else { return nil }
        return lanes.first { $0.members.contains(index) }?.hasher.value()
    }
}

/// A running digest and those who still want the same. A class because closures feed it.
private final class Lane {
    var hasher: Hasher
    private(set) var members: [Int]

    init(_ hasher: consuming Hasher, members: [Int]) {
        self.hasher = hasher
        self.members = members
    }

    /// Parts from those who read on when others do not; the answer is their lane, if there are both.
    func split(_ readsOn: (Int) -> Bool) -> [Lane] {
        let (staying, leaving) = (members.filter(readsOn), members.filter { !readsOn($0) })
        if staying.isEmpty || leaving.isEmpty { return [] }
        members = staying
        return [Lane(hasher.copy(), members: leaving)]
    }
}
