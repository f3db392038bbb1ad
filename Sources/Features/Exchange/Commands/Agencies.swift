// The platform's directory of agencies, brought home: all of it now and then, what changed in between.
internal import Digests
internal import Directory
internal import Foundation
internal import Logging
internal import Platform
package import Records
internal import VXP

extension ExchangeDesk {
    /// Between two readings of the whole list, in seconds: a week.
    private static let wholeEvery = 7.0 * 86_400

    /// Enters new agencies and brings known ones up to date; writes only what differs. Ours stays as we keep it.
    package func refreshAgencies() async throws {
        guard let client else { return }
        let (now, last) = (ground.clock.now(), try await ground.database.read { try DirectoryLog($0).last() })
        let isDelta = last.map { now.timeIntervalSince($0.wholeAt) < Self.wholeEvery } ?? false
        do {
            if isDelta, client.listings.contains(.changes), let last {
                try await takeChanges(client, since: last)
            } else {
                try await takeAll(client, at: now)
            }
        } catch let failure as VXPFailure {
            try await noteFailure(failure)
        }
    }

    /// Said to be read only when all of it is: whatever breaks off is begun anew, and finds most of it done.
    private func takeAll(_ client: ExchangePlatform, at now: Date) async throws {
        let rows = try await agencies(client, client.listings.contains(.withBothCodes) ? .withBothCodes : .plain)
        try await take(AgencyOffer.all(rows))
        try await settleMissing(listed: AgencyOffer.codes(rows), at: now)
        try await ground.database.write { tx in
            try tx.learnAbout("agency")
            try DirectoryLog(tx).save(DirectoryReading(wholeAt: now, version: 0))
        }
    }

    private func takeChanges(_ client: ExchangePlatform, since last: DirectoryReading) async throws {
        let all = try await agencies(client, .changes)
        let rows = all.filter { $0.number == 0 || $0.number > last.version }
        try await take(AgencyOffer.all(rows, namesIn: all))
        let newest = DirectoryReading(
            wholeAt: last.wholeAt, version: rows.map(\.number).max() ?? last.version)
        if newest != last { try await ground.database.write { try DirectoryLog($0).save(newest) } }
    }

    /// The list goes to the disk first: it may be larger than what one likes to hold as text.
    private func agencies(_ client: ExchangePlatform, _ listing: AgencyListing) async throws -> [AgencyRow] {
        let list = try ground.blobs.draft()
        try await client.agencyList(listing) { try list.append($0) }
        var (reader, rows) = (AgencyListReader(try list.source()), [AgencyRow]())
        while case let more = try reader.next(agenciesAtOnce), !more.isEmpty { rows += more }
        return rows
    }

    /// The higher agencies first, so that they are also shown first. While one part is written, the next is compared and
    /// its words are made ready.
    private func take(_ offers: [AgencyOffer]) async throws {
        let offers = offers.sorted { ($0.level, $0.code.rawValue) < ($1.level, $1.code.rawValue) }
        var (ready, isLearnt) = ([SearchableAgency](), false)
        for part in offers.chunks(of: agenciesAtOnce) {
            let (changed, learns) = (ready, !isLearnt)
            async let written: Void = write(changed, learns: learns)
            ready = try await changes(part)
            try await written
            isLearnt = isLearnt || !changed.isEmpty
        }
        try await write(ready, learns: !isLearnt)
    }

    private func changes(_ part: [AgencyOffer]) async throws -> [SearchableAgency] {
        let known = try await ground.database.read { try DirectoryStore($0).agencies(part.map(\.code)) }
        return part.compactMap { $0.changing(known[$0.code]) }.map(SearchableAgency.init)
    }

    /// - Parameter learns: planned for an empty table, the look-ups of a first load would read all of it for each part.
    private func write(_ changed: [SearchableAgency], learns: Bool) async throws {
        guard !changed.isEmpty else { return }
        try await ground.database.write { tx in
            try DirectoryStore(tx).upsertAgencies(changed)
            if learns { try tx.learnAbout("agency") }
        }
    }
}

// What the whole list has no more.
extension ExchangeDesk {
    /// The directory and what was done to it have one history.
    static let directory = RecordRef(kind: "directory", id: 1)

    /// Agencies that were listed before and are not any more stop taking documents; where too many are gone to believe
    /// the list, the administrator decides.
    private func settleMissing(listed: Set<AgencyCode>, at now: Date) async throws {
        for part in try await unlisted(listed).chunks(of: agenciesAtOnce) {
            try await ground.database.write { try DirectoryStore($0).markMissing(part) }
        }
        let (missing, active) = try await ground.database.read { tx in
            (try DirectoryStore(tx).countMissing(), try DirectoryStore(tx).countListedActive())
        }
        guard missing > 0 else { return }
        guard WholeListPolicy.isPlausible(missing: missing, of: active) else {
            return Self.log.error(
                "the exchange's list of agencies lacks \(missing) of \(active): they stay until an administrator decides"
            )
        }
        try await close(missing, by: nil, at: now)
    }

    /// Those of the directory that the list has no more, by id.
    private func unlisted(_ listed: Set<AgencyCode>) async throws -> [Int64] {
        var (last, gone) = (Int64(0), [Int64]())
        while true {
            let after = last
            let some = try await ground.database.read {
                try DirectoryStore($0).listedAgencies(after: after, limit: agenciesAtOnce)
            }
            gone += some.filter { !listed.contains($0.code) }.map(\.id)
            guard let end = some.last, some.count == agenciesAtOnce else { return gone }
            last = end.id
        }
    }

    /// What an administrator decides after looking at the list.
    /// - Parameter seen: how many there were on the page he looked at.
    package func closeMissingAgencies(seen: Int, by actor: Actor) async throws {
        let missing = try await ground.database.read { try DirectoryStore($0).countMissing() }
        guard missing == seen, missing > 0 else { throw ExchangeRefusal.listChanged }
        try await close(missing, by: actor, at: ground.clock.now())
    }

    private func close(_ count: Int, by actor: Actor?, at now: Date) async throws {
        while try await ground.database.write({ try DirectoryStore($0).closeMissing(limit: agenciesAtOnce) }) > 0 {}
        try await ground.database.write { tx in
            try EventHistory(tx).append(
                "agenciesClosed", on: Self.directory, by: actor, at: now,
                "Ngừng dùng \(count) cơ quan không còn trong danh sách của trục liên thông.")
        }
        Self.log.notice("\(count) agencies that the exchange lists no more are closed")
    }
}

/// How far the platform's directory has been read.
struct DirectoryReading: Sendable, Hashable {
    /// When the whole list was read last.
    var wholeAt: Date
    /// Highest version among the changes taken since; 0 before the first.
    var version: Int64
}

extension AgencyRow {
    /// The row's version in the list of changes; 0 where the platform gives none.
    fileprivate var number: Int64 { version.flatMap { Int64($0) } ?? 0 }

    /// The code on the wire, where the platform names it apart.
    fileprivate var wireCode: String { code102 ?? oldCode ?? code }
}

/// An agency as the platform lists it.
struct AgencyOffer: Sendable {
    let code: AgencyCode
    let shortCode: AgencyCode?
    let name: String
    let parentName: String
    let email: String
    let phone: String
    /// Taken out of the directory: known for what it sent, no longer written to.
    let isActive: Bool
    /// 1 for a ministry or province: how many groups of the code say something.
    let level: Int

    /// nil for a row without a usable code or name.
    init?(_ row: AgencyRow, parentName: String) {
        let old = row.wireCode
        code = AgencyCode(old)
        shortCode = row.code == old || !AgencyCode(row.code).isWellFormed ? nil : AgencyCode(row.code)
        name = row.name.trimmingSpaces.cut(to: 300)
        self.parentName = parentName
        email = row.mail ?? ""
        phone = row.mobile ?? ""
        isActive = row.deleted.map { !["true", "1"].contains($0.lowercased()) } ?? true
        level = Self.level(of: old)
        guard code.isWellFormed, !name.isEmpty else { return nil }
    }

    private static func level(of code: String) -> Int {
        code.utf8.split(separator: UInt8(ascii: ".")).count { group in group.contains { $0 != UInt8(ascii: "0") } }
    }

    /// The usable rows, each agency once: the platform's list has some twice, and the last row of a code counts.
    /// - Parameter namesIn: rows that name the agencies above, where that is more than these.
    static func all(_ rows: [AgencyRow], namesIn others: [AgencyRow]? = nil) -> [AgencyOffer] {
        let names = Dictionary((others ?? rows).compactMap { row in row.id.map { ($0, row.name) } }) { first, _ in first
        }
        let offers = rows.compactMap { AgencyOffer($0, parentName: $0.pid.flatMap { names[$0] } ?? "") }
        return Array(Dictionary(offers.map { ($0.code, $0) }) { $1 }.values)
    }

    /// Every agency the list knows of, even by a row that is not usable otherwise.
    static func codes(_ rows: [AgencyRow]) -> Set<AgencyCode> { Set(rows.map { AgencyCode($0.wireCode) }) }

    /// The known agency with what is new; nil when nothing is. What the platform leaves out stays as it was.
    func changing(_ known: Agency?) -> Agency? {
        guard let known else {
            return Agency(
                code: code, shortCode: shortCode, name: name, parentName: parentName, email: email, phone: phone,
                isActive: isActive, listing: .listed)
        }
        guard !known.isOwn else { return nil }
        var agency = known
        agency.name = name
        agency.shortCode = shortCode ?? known.shortCode
        agency.isActive = isActive
        agency.listing = .listed
        if !parentName.isEmpty { agency.parentName = parentName }
        if !email.isEmpty { agency.email = email }
        if !phone.isEmpty { agency.phone = phone }
        return agency == known ? nil : agency
    }
}

extension Array {
    /// In pieces of at most `count`.
    func chunks(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
