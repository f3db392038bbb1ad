package import Digests

/// The platform's three lists of agencies.
package enum AgencyListing: Sendable, CaseIterable {
    /// `getAgenciesList`: the code of one system.
    case plain
    /// `getAgenciesListQD20`: both codes of each agency.
    case withBothCodes
    /// `getSynchronizeUnit`: what changed, with versions and deletions.
    case changes

    var call: VXPCall {
        switch self {
        case .plain: VXPCall(.getAgenciesList)
        case .withBothCodes: VXPCall(.getAgenciesListQD20, parameters: [("level", "1")])
        case .changes: VXPCall(.getSynchronizeUnit)
        }
    }
}

/// Reads a list of agencies from a file, some at a time: the national one has two hundred thousand.
package struct AgencyListReader: Sendable {
    private let source: ByteSource
    private var offset = 0
    private var stream = AnswerStream()
    private var waiting: [AgencyRow] = []
    private var count = 0
    private var isFinished = false

    private static let pieceBytes = 64 << 10
    /// More than twice what the national directory holds.
    private static let mostRows = 1_000_000

    package init(_ source: ByteSource) { self.source = source }

    /// The next rows, at least `count` unless the list ends; none at the end. Throws `VXPFailure`, or what the disk says.
    package mutating func next(_ count: Int) throws -> [AgencyRow] {
        while waiting.count < count, !isFinished { try readOn() }
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
    }

    private mutating func readOn() throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 16)
        defer { buffer.deallocate() }
        let count = try source.read(at: offset, into: buffer)
        offset += count
        do {
            if count > 0 { try stream.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count])) } else { try finish() }
        } catch is AnswerStream.Problem {
            throw VXPFailure.malformedAnswer("agencies")
        }
        let rows = stream.takeRows()
        waiting += rows.map { AgencyRow($0) }
        self.count += rows.count
        guard self.count <= Self.mostRows else { throw VXPFailure.malformedAnswer("agencies: too many") }
    }

    private mutating func finish() throws {
        isFinished = true
        try stream.finish()
        try AnswerFrame(stream.frame).check()
    }
}

extension AgencyRow {
    /// From the members of a row, whatever their kind was.
    init(_ row: [String: String]) {
        self.init(
            id: row["id"], pid: row["pid"], code: row["code"] ?? "", name: row["name"] ?? "", mail: row["mail"],
            mobile: row["mobile"], fax: row["fax"], oldCode: row["oldCode"], code102: row["code102"],
            centerCode: row["centerCode"], version: row["version"], deleted: row["deleted"],
            modifyDate: row["modifyDate"], isAgency: row["isAgency"])
    }
}
