// The platform's directory of agencies, brought home: all of it now and then, what changed in between.
internal import Digests
internal import Directory
internal import Foundation
internal import Platform
internal import Records
internal import VXP

extension ExchangeDesk {
    /// Between two readings of the whole list, in seconds: a week.
    private static let wholeEvery = 7.0 * 86_400
    private static let batch = 1_000

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

    private func takeAll(_ client: ExchangePlatform, at now: Date) async throws {
        let rows = try await agencies(client, client.listings.contains(.withBothCodes) ? .withBothCodes : .plain)
        let names = Dictionary(rows.compactMap { row in row.id.map { ($0, row.name) } }) { first, _ in first }
        try await take(rows.compactMap { AgencyOffer($0, parentName: $0.pid.flatMap { names[$0] } ?? "") })
        try await ground.database.write { tx in
            try tx.learnAbout("agency")
            try DirectoryLog(tx).save(DirectoryReading(wholeAt: now, version: 0))
        }
    }

    private func takeChanges(_ client: ExchangePlatform, since last: DirectoryReading) async throws {
        let all = try await agencies(client, .changes)
        let names = Dictionary(all.compactMap { row in row.id.map { ($0, row.name) } }) { first, _ in first }
        let rows = all.filter { $0.number == 0 || $0.number > last.version }
        try await take(rows.compactMap { AgencyOffer($0, parentName: $0.pid.flatMap { names[$0] } ?? "") })
        let newest = DirectoryReading(
            wholeAt: last.wholeAt, version: rows.map(\.number).max() ?? last.version)
        if newest != last { try await ground.database.write { try DirectoryLog($0).save(newest) } }
    }

    /// The list goes to the disk first: it may be larger than what one likes to hold as text.
    private func agencies(_ client: ExchangePlatform, _ listing: AgencyListing) async throws -> [AgencyRow] {
        let list = try ground.blobs.draft()
        try await client.agencyList(listing) { try list.append($0) }
        var (reader, rows) = (AgencyListReader(try list.source()), [AgencyRow]())
        while case let more = try reader.next(Self.batch), !more.isEmpty { rows += more }
        return rows
    }

    /// The higher agencies first, so that they are also shown first.
    private func take(_ offers: [AgencyOffer]) async throws {
        let offers = AgencyOffer.once(offers).sorted { ($0.level, $0.code.rawValue) < ($1.level, $1.code.rawValue) }
        for start in stride(from: 0, to: offers.count, by: Self.batch) {
            let part = Array(offers[start..<min(start + Self.batch, offers.count)])
            let changed = try await ground.database.read { tx in
                let known = try DirectoryStore(tx).agencies(part.map(\.code))
                return part.compactMap { $0.changing(known[$0.code]) }
            }
            guard !changed.isEmpty else { continue }
            try await ground.database.write { try DirectoryStore($0).upsertAgencies(changed) }
        }
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

    /// nil for a row without a usable code or name.
    init?(_ row: AgencyRow, parentName: String) {
        let old = row.code102 ?? row.oldCode ?? row.code
        code = AgencyCode(old)
        shortCode = row.code == old || !AgencyCode(row.code).isWellFormed ? nil : AgencyCode(row.code)
        name = row.name.trimmingSpaces.cut(to: 300)
        self.parentName = parentName
        email = row.mail ?? ""
        phone = row.mobile ?? ""
        isActive = !["true", "1"].contains(row.deleted?.lowercased() ?? "")
        guard code.isWellFormed, !name.isEmpty else { return nil }
    }

    /// 1 for a ministry or province: how many groups of the code say something.
    var level: Int { code.rawValue.split(separator: ".").count { group in group.contains { $0 != "0" } } }

    /// The platform's list has some agencies twice; the last row of a code counts.
    static func once(_ offers: [AgencyOffer]) -> [AgencyOffer] {
        Array(Dictionary(offers.map { ($0.code, $0) }) { $1 }.values)
    }

    /// The known agency with what is new; nil when nothing is. What the platform leaves out stays as it was.
    func changing(_ known: Agency?) -> Agency? {
        guard let known else {
            return Agency(
                code: code, shortCode: shortCode, name: name, parentName: parentName, email: email, phone: phone,
                isActive: isActive)
        }
        guard !known.isOwn else { return nil }
        var agency = known
        agency.name = name
        agency.shortCode = shortCode ?? known.shortCode
        agency.isActive = isActive
        if !parentName.isEmpty { agency.parentName = parentName }
        if !email.isEmpty { agency.email = email }
        if !phone.isEmpty { agency.phone = phone }
        return agency == known ? nil : agency
    }
}
