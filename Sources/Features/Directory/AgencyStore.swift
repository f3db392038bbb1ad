// Every SQL statement on agencies.
internal import Foundation
package import Platform
package import Records

extension DirectoryStore {
    /// The agency whose office this is.
    package func ownAgency() throws -> Agency {
        guard let row = try tx.first("SELECT * FROM agency WHERE is_own = TRUE") else {
            throw DirectoryFault.noOwnAgency
        }
        return try Self.agency(row)
    }

    /// By its code in either system.
    package func agency(_ code: AgencyCode) throws -> Agency? {
        // Two look-ups by index: with OR neither engine is sure to use both.
        let byCode = try tx.first("SELECT * FROM agency WHERE code = \(code)")
        return try (byCode ?? tx.first("SELECT * FROM agency WHERE short_code = \(code)")).map(Self.agency)
    }

    /// Several at once by the code on the wire; those unknown are left out.
    package func agencies(_ codes: [AgencyCode]) throws -> [AgencyCode: Agency] {
        guard !codes.isEmpty else { return [:] }
        let found = try tx.rows("SELECT * FROM agency WHERE \(tx.isAmong("code", codes.map(\.rawValue)))")
            .map(Self.agency)
        return Dictionary(found.map { ($0.code, $0) }) { first, _ in first }
    }

    /// Another agency, or ours, that has this very name, accents or not; nil where the name is the agency's own.
    package func namesake(of agency: Agency, called name: String) throws -> Agency? {
        guard !Folding.isSame(name, agency.name) else { return nil }
        return try ([ownAgency()] + agencies(matching: name, limit: 200))
            .first { $0.code != agency.code && Folding.isSame($0.name, name) }
    }

    /// Active agencies other than ours, by beginnings of words of name or code, accents or not; everybody for a blank
    /// text. In the order in which the directory has them: the higher ones first.
    package func agencies(matching text: String, limit: Int = 20) throws -> [Agency] {
        try agencyPage(matching: text, after: nil, limit: limit).map(\.agency)
    }

    /// One page of the same, by key.
    package func agencies(matching text: String, after key: PageKey?) throws -> ListPage<Agency> {
        let size = ListPage<Agency>.size
        let found = try agencyPage(matching: text, after: key, limit: size + 1)
        let next = found.count > size ? PageKey(key: found[size - 1].id, id: found[size - 1].id) : nil
        return ListPage(items: found.prefix(size).map(\.agency), next: next)
    }

    private func agencyPage(
        matching text: String, after key: PageKey?, limit: Int
    ) throws -> [(id: Int64, agency: Agency)] {
        let words = Array(Folding.words(TextLimit.name.fitting(text)).prefix(8))
        let match =
            words.isEmpty
            ? TextMatch(from: "agency a", condition: "TRUE", order: "a.id")
            : tx.textMatch(words, in: "agency", alias: "a")
        let position: SQL = key.map { "AND \(match.order) > \($0.id)" } ?? ""
        return try tx.rows(
            """
            SELECT a.* FROM \(match.from) WHERE \(match.condition) \(position) AND a.is_active = TRUE AND a.is_own = FALSE
            ORDER BY \(match.order) \(.limit(limit))
            """
        ).map { (try $0.get("id"), try Self.agency($0)) }
    }

    /// Enters the agency, or brings what is known of it up to date. Ours stays ours.
    package func upsertAgency(_ agency: Agency) throws { try upsertAgencies([agency]) }

    /// The same for many, with different codes. New ones come after those that are there, in the given order.
    package func upsertAgencies(_ agencies: [Agency]) throws {
        try upsertAgencies(agencies.map(SearchableAgency.init))
    }

    /// The same of agencies whose words were made ready before the transaction.
    package func upsertAgencies(_ searchable: [SearchableAgency]) throws {
        guard !searchable.isEmpty else { return }
        let agencies = searchable.map(\.agency)
        try tx.lock("agency", 0)
        let known = try knownAgencies(agencies.map(\.code))
        var next = (try tx.value("SELECT max(id) FROM agency WHERE id IS NOT NULL", as: Int64.self) ?? 0) + 1
        let holders = try shortCodeHolders(agencies)
        var rows = ManyRows(into: "agency", Self.columns, conflict: Self.update)
        var words = AgencyWords()
        for entry in searchable {
            let (agency, folded) = (entry.agency, entry.folded)
            let before = known[agency.code]
            let id = before?.id ?? next
            if before == nil { next += 1 }
            words.change(before?.folded, to: folded, of: id)
            let isFree = agency.shortCode.map { holders[$0] == agency.code } ?? true
            rows.append([
                id, agency.code, agency.shortCode.map { isFree ? $0.sqlValue : .null } ?? .null, agency.name,
                agency.abbreviation, agency.parentName, agency.address, agency.email, agency.phone, agency.isOwn,
                agency.isActive, agency.listing, folded,
            ])
        }
        try tx.insert(rows)
        try words.write(to: tx)
    }

    private static let columns: [ManyRows.Column] = [
        .integer("id"), .text("code"), .text("short_code"), .text("name"), .text("abbreviation"), .text("parent_name"),
        .text("address"), .text("email"), .text("phone"), .boolean("is_own"), .boolean("is_active"), .text("listing"),
        .text("folded"),
    ]

    private static let update: StaticString = """
        ON CONFLICT (code) DO UPDATE SET short_code = excluded.short_code, name = excluded.name,
            abbreviation = excluded.abbreviation, parent_name = excluded.parent_name, address = excluded.address,
            email = excluded.email, phone = excluded.phone, is_active = excluded.is_active,
            listing = CASE excluded.listing WHEN 'never' THEN agency.listing ELSE excluded.listing END,
            folded = excluded.folded
        """

    private func knownAgencies(_ codes: [AgencyCode]) throws -> [AgencyCode: (id: Int64, folded: String)] {
        let rows = try tx.rows(
            "SELECT code, id, folded FROM agency WHERE \(tx.isAmong("code", codes.map(\.rawValue)))")
        return Dictionary(
            try rows.map { (try $0.get("code", as: AgencyCode.self), (try $0.get("id"), try $0.get("folded"))) }
        ) { first, _ in first }
    }

    /// Who has these short codes. The platform's list gives some of them to two; the first keeps it.
    private func shortCodeHolders(_ agencies: [Agency]) throws -> [AgencyCode: AgencyCode] {
        let wanted = agencies.compactMap(\.shortCode?.rawValue)
        guard !wanted.isEmpty else { return [:] }
        var holders: [AgencyCode: AgencyCode] = [:]
        let taken = try tx.rows("SELECT short_code, code FROM agency WHERE \(tx.isAmong("short_code", wanted))")
        for row in taken { holders[try row.get("short_code")] = try row.get("code", as: AgencyCode.self) }
        for agency in agencies {
            guard let short = agency.shortCode, holders[short] == nil else { continue }
            holders[short] = agency.code
        }
        return holders
    }

    static func agency(_ row: Row) throws -> Agency {
        Agency(
            code: try row.get("code"), shortCode: try row.optional("short_code"), name: try row.get("name"),
            abbreviation: try row.get("abbreviation"), parentName: try row.get("parent_name"),
            address: try row.get("address"), email: try row.get("email"), phone: try row.get("phone"),
            isOwn: try row.get("is_own"), isActive: try row.get("is_active"), listing: try row.get("listing"))
    }
}

/// The words of agencies in SQLite's index, which must be told the old ones before they change; PostgreSQL's follows by
/// itself.
private struct AgencyWords {
    private var gone = ManyRows(
        into: "agency_text", [.text("agency_text"), .integer("rowid"), .text("folded")])
    private var come = ManyRows(into: "agency_text", [.integer("rowid"), .text("folded")])

    mutating func change(_ old: String?, to new: String, of id: Int64) {
        guard old != new else { return }
        if let old { gone.append(["delete", id, old]) }
        come.append([id, new])
    }

    func write(to tx: Transaction) throws {
        guard tx.engine == .sqlite else { return }
        try tx.insert(gone)
        try tx.insert(come)
    }
}

// Agencies that the platform's list has no more.
extension DirectoryStore {
    /// Some of the agencies that the platform has listed, ours left out, by id.
    package func listedAgencies(after id: Int64, limit: Int) throws -> [(id: Int64, code: AgencyCode)] {
        try tx.rows(
            """
            SELECT id, code FROM agency WHERE id > \(id) AND listing = 'listed' AND is_own = FALSE
            ORDER BY id \(.limit(limit))
            """
        ).map { (try $0.get("id"), try $0.get("code")) }
    }

    /// How many agencies that the platform has listed take documents.
    package func countListedActive() throws -> Int {
        try tx.value(
            "SELECT count(*) FROM agency WHERE listing <> 'never' AND is_active = TRUE AND is_own = FALSE") ?? 0
    }

    /// Not in the platform's list any more.
    package func markMissing(_ ids: [Int64]) throws {
        try tx.execute("UPDATE agency SET listing = 'missing' WHERE \(tx.isAmong("id", ids))")
    }

    /// Active agencies that the platform's list has no more; each is found by index.
    package static let missingIDs: SQL = "SELECT id FROM agency WHERE listing = 'missing' AND is_active = TRUE"

    package func countMissing() throws -> Int {
        try tx.value("SELECT count(*) FROM (\(Self.missingIDs)) m") ?? 0
    }

    /// One page of them, in the directory's order.
    package func missingAgencies(after key: PageKey?) throws -> ListPage<Agency> {
        let size = ListPage<Agency>.size
        let rows = try tx.rows(
            """
            SELECT * FROM agency WHERE listing = 'missing' AND is_active = TRUE AND id > \(key?.id ?? 0)
            ORDER BY id \(.limit(size + 1))
            """)
        let ids = try rows.prefix(size).map { try $0.get("id", as: Int64.self) }
        let next = rows.count > size ? ids.last.map { PageKey(key: $0, id: $0) } : nil
        return ListPage(items: try rows.prefix(size).map(Self.agency), next: next)
    }

    /// Some of the missing stop taking documents; how many did. They stay known for what they sent.
    package func closeMissing(limit: Int) throws -> Int {
        try tx.execute(
            """
            UPDATE agency SET is_active = FALSE
            WHERE id IN (\(Self.missingIDs) ORDER BY id \(.limit(limit)))
            """)
    }
}
