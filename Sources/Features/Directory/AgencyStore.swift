// Every SQL statement on agencies.
internal import Foundation
internal import Platform
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
        let found = try tx.rows("SELECT * FROM agency WHERE code IN \(list: codes)").map(Self.agency)
        return Dictionary(found.map { ($0.code, $0) }) { first, _ in first }
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
        let words = Array(Folding.words(String(text.prefix(200))).prefix(8))
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
        guard !agencies.isEmpty else { return }
        try tx.lock("agency", 0)
        let known = try knownAgencies(agencies.map(\.code))
        try forgetWords(of: known)
        var next = (try tx.value("SELECT max(id) FROM agency WHERE id IS NOT NULL", as: Int64.self) ?? 0) + 1
        let taken = try takenShortCodes(agencies)
        let first = next
        let rows = agencies.map { agency -> SQL in
            let id = known[agency.code]?.id ?? next
            if id == next { next += 1 }
            let holder = agency.shortCode.flatMap { taken[$0] }
            return Self.row(agency, id: id, shortCode: holder == nil || holder == agency.code ? agency.shortCode : nil)
        }
        try tx.execute(
            """
            INSERT INTO agency (id, code, short_code, name, abbreviation, parent_name, address, email, phone, is_own,
                                is_active, folded)
            VALUES \(.join(rows, ", "))
            ON CONFLICT (code) DO UPDATE SET short_code = excluded.short_code, name = excluded.name,
                abbreviation = excluded.abbreviation, parent_name = excluded.parent_name, address = excluded.address, email = excluded.email,
                phone = excluded.phone, is_active = excluded.is_active, folded = excluded.folded
            """)
        try rememberWords(of: known.values.map(\.id), from: first)
    }

    private static func row(_ agency: Agency, id: Int64, shortCode: AgencyCode?) -> SQL {
        let folded = Self.folded(
            [agency.name, agency.abbreviation, agency.code.rawValue, agency.shortCode?.rawValue ?? ""])
        return """
            (\(id), \(agency.code), \(shortCode), \(agency.name), \(agency.abbreviation), \(agency.parentName),
             \(agency.address), \(agency.email), \(agency.phone), \(agency.isOwn), \(agency.isActive), \(folded))
            """
    }

    private func knownAgencies(_ codes: [AgencyCode]) throws -> [AgencyCode: (id: Int64, folded: String)] {
        let rows = try tx.rows("SELECT code, id, folded FROM agency WHERE code IN \(list: codes)")
        return Dictionary(
            try rows.map { (try $0.get("code", as: AgencyCode.self), (try $0.get("id"), try $0.get("folded"))) }
        ) { first, _ in first }
    }

    /// Who has these short codes already. The platform's list gives some of them to two; the first keeps it.
    private func takenShortCodes(_ agencies: [Agency]) throws -> [AgencyCode: AgencyCode] {
        let wanted = agencies.compactMap(\.shortCode)
        guard !wanted.isEmpty else { return [:] }
        var holders: [AgencyCode: AgencyCode] = [:]
        for row in try tx.rows("SELECT short_code, code FROM agency WHERE short_code IN \(list: wanted)") {
            holders[try row.get("short_code")] = try row.get("code", as: AgencyCode.self)
        }
        for agency in agencies {
            guard let short = agency.shortCode else { continue }
            holders[short] = holders[short] ?? agency.code
        }
        return holders
    }

    /// SQLite's index must be told the old words before they change; PostgreSQL's follows by itself.
    private func forgetWords(of known: [AgencyCode: (id: Int64, folded: String)]) throws {
        guard tx.engine == .sqlite else { return }
        for old in known.values {
            try tx.execute(
                "INSERT INTO agency_text (agency_text, rowid, folded) VALUES ('delete', \(old.id), \(old.folded))")
        }
    }

    private func rememberWords(of changed: [Int64], from first: Int64) throws {
        guard tx.engine == .sqlite else { return }
        try tx.execute(
            """
            INSERT INTO agency_text (rowid, folded)
            SELECT id, folded FROM agency WHERE id >= \(first) OR id IN \(list: changed)
            """)
    }

    static func agency(_ row: Row) throws -> Agency {
        Agency(
            code: try row.get("code"), shortCode: try row.optional("short_code"), name: try row.get("name"),
            abbreviation: try row.get("abbreviation"), parentName: try row.get("parent_name"),
            address: try row.get("address"), email: try row.get("email"), phone: try row.get("phone"),
            isOwn: try row.get("is_own"), isActive: try row.get("is_active"))
    }
}
