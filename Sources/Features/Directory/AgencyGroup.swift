// What a person writes to often: groups of agencies, favourites, those used last.
package import Foundation
package import Platform
package import Records
package import WebUI

package enum AgencyGroupSubject: Sendable {}
package typealias AgencyGroupID = ID<AgencyGroupSubject>

/// Agencies that are written to together. One belongs to a person, or to the whole office.
package struct AgencyGroup: Sendable, Hashable, Identifiable {
    package let id: AgencyGroupID
    package let name: String
    /// nil for a group of the office.
    package let owner: PersonID?
    package let count: Int

    /// Who may change it: its owner; a group of the office the clerks.
    package func mayChange(_ actor: Actor) -> Bool {
        owner.map { $0 == actor.person } ?? actor.has(.recordsClerk)
    }
}

/// Asks and changes them on behalf of one person: groups of others do not exist for him.
package struct AgencyChoices {
    private let tx: Transaction
    private let actor: Actor

    package init(_ tx: Transaction, for actor: Actor) {
        self.tx = tx
        self.actor = actor
    }

    // MARK: Groups

    package func groups(matching text: String = "", limit: Int = 200) throws -> [AgencyGroup] {
        try groups(where: DirectoryStore.matches("g.folded", text), limit: limit)
    }

    package func group(_ id: AgencyGroupID) throws -> AgencyGroup? {
        try groups(where: "g.id = \(id)", limit: 1).first
    }

    package func members(of group: AgencyGroupID) throws -> [Agency] {
        guard try self.group(group) != nil else { return [] }
        return try tx.rows(
            """
            SELECT a.* FROM agency_group_member m JOIN agency a ON a.code = m.code
            WHERE m.group_id = \(group) AND a.is_active = TRUE AND a.is_own = FALSE ORDER BY a.id
            """
        ).map(DirectoryStore.agency)
    }

    /// Enters a group, or gives a known one its name and members.
    /// - Parameter isShared: of the whole office; only a clerk may make one.
    @discardableResult
    package func save(
        _ id: AgencyGroupID?, name: String, members: [AgencyCode], isShared: Bool, at now: Date
    ) throws -> AgencyGroupID {
        let name = try TextLimit.name.checked(name, "Tên nhóm")
        guard !name.isEmpty else { throw CommonRefusal.invalid("Hãy đặt tên nhóm, không quá 200 chữ.") }
        guard !members.isEmpty else { throw CommonRefusal.invalid("Hãy chọn ít nhất một cơ quan cho nhóm.") }
        guard members.count <= Self.mostMembers else {
            throw CommonRefusal.invalid(
                "Một nhóm có nhiều nhất \(Self.mostMembers) cơ quan. Hãy chia thành nhiều nhóm.")
        }
        guard !isShared || actor.has(.recordsClerk) else {
            throw CommonRefusal.forbidden("Chỉ văn thư lập được nhóm dùng chung.")
        }
        let group = try id.map { try changed($0, name: name) } ?? inserted(name, isShared: isShared, at: now)
        try tx.execute("DELETE FROM agency_group_member WHERE group_id = \(group)")
        let known = try DirectoryStore(tx).agencies(members)
        for code in Set(members).intersection(known.keys).sorted(by: { $0.rawValue < $1.rawValue }) {
            try tx.execute("INSERT INTO agency_group_member (group_id, code) VALUES (\(group), \(code))")
        }
        return group
    }

    package func delete(_ id: AgencyGroupID) throws {
        try requireChangeable(id)
        try tx.execute("DELETE FROM agency_group WHERE id = \(id)")
    }

    private static let mostMembers = 500

    private func inserted(_ name: String, isShared: Bool, at now: Date) throws -> AgencyGroupID {
        let owner: PersonID? = isShared ? nil : actor.person
        let id: Int64? = try tx.value(
            """
            INSERT INTO agency_group (owner_id, name, folded, created_at)
            VALUES (\(owner), \(name), \(DirectoryStore.folded([name])), \(now)) RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("agency_group") }
        return AgencyGroupID(id)
    }

    private func changed(_ id: AgencyGroupID, name: String) throws -> AgencyGroupID {
        try requireChangeable(id)
        try tx.execute(
            "UPDATE agency_group SET name = \(name), folded = \(DirectoryStore.folded([name])) WHERE id = \(id)")
        return id
    }

    private func requireChangeable(_ id: AgencyGroupID) throws {
        guard let group = try group(id) else { throw CommonRefusal.notFound }
        guard group.mayChange(actor) else {
            throw CommonRefusal.forbidden("Nhóm này dùng chung cho cả cơ quan; chỉ văn thư sửa được.")
        }
    }

    private func groups(where condition: SQL, limit: Int) throws -> [AgencyGroup] {
        try tx.rows(
            """
            SELECT g.id, g.name, g.owner_id,
                   (SELECT count(*) FROM agency_group_member m WHERE m.group_id = g.id) AS member_count
            FROM agency_group g WHERE (g.owner_id = \(actor.person) OR g.owner_id IS NULL) AND \(condition)
            ORDER BY g.id \(.limit(limit))
            """
        ).map {
            AgencyGroup(
                id: try $0.get("id"), name: try $0.get("name"), owner: try $0.optional("owner_id"),
                count: try $0.get("member_count"))
        }
    }

    // MARK: Favourites and those used last

    package func noteUse(of codes: [AgencyCode], at now: Date) throws {
        let known = try DirectoryStore(tx).agencies(Array(codes.prefix(Self.mostMembers)))
        for code in known.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            try tx.execute(
                """
                INSERT INTO agency_use (person_id, code, used_at, is_favourite)
                VALUES (\(actor.person), \(code), \(now), \(false))
                ON CONFLICT (person_id, code) DO UPDATE SET used_at = excluded.used_at
                """)
        }
    }

    package func setFavourite(_ code: AgencyCode, to isFavourite: Bool) throws {
        guard try DirectoryStore(tx).agencies([code])[code] != nil else { throw CommonRefusal.notFound }
        try tx.execute(
            """
            INSERT INTO agency_use (person_id, code, used_at, is_favourite)
            VALUES (\(actor.person), \(code), \(Date(timeIntervalSince1970: 0)), \(isFavourite))
            ON CONFLICT (person_id, code) DO UPDATE SET is_favourite = excluded.is_favourite
            """)
    }

    /// Which of these are his favourites.
    package func favourites(among codes: [AgencyCode]) throws -> Set<AgencyCode> {
        Set(
            try tx.rows(
                """
                SELECT code FROM agency_use
                WHERE person_id = \(actor.person) AND is_favourite = TRUE AND code IN \(list: codes)
                """
            ).map { try $0.get("code", as: AgencyCode.self) })
    }

    /// Favourites first, then those used last, as far as they fit the text.
    func familiar(matching text: String, limit: Int) throws -> [Agency] {
        try tx.rows(
            """
            SELECT a.* FROM agency_use u JOIN agency a ON a.code = u.code
            WHERE u.person_id = \(actor.person) AND (u.is_favourite = TRUE OR u.used_at > 0)
              AND a.is_active = TRUE AND a.is_own = FALSE AND \(DirectoryStore.matches("a.folded", text))
            ORDER BY u.is_favourite DESC, u.used_at DESC, a.id \(.limit(limit))
            """
        ).map(DirectoryStore.agency)
    }
}

// How they stand in a picker.
extension AgencyChoices {
    private static let mark = "nhom:"

    /// What fits the text: groups, then what he writes to, then everybody else; each once, at most `limit`.
    package func options(matching text: String, limit: Int = 20) throws -> [Option] {
        let familiar = try familiar(matching: text, limit: 8)
        let groups = try groups(matching: text, limit: 5)
        let room = limit - familiar.count - groups.count
        let others = try DirectoryStore(tx).agencies(matching: text, limit: room + familiar.count)
        let rest = others.filter { one in !familiar.contains { $0.code == one.code } }.prefix(room)
        return groups.map(\.option) + (familiar + rest).map(\.option)
    }

    /// For a picker in which nothing is typed yet.
    package func suggestions(limit: Int = 12) throws -> [Option] {
        let groups = try groups(limit: 6)
        return groups.map(\.option) + (try familiar(matching: "", limit: limit - groups.count)).map(\.option)
    }

    /// The codes that chosen values stand for: those of a group are its members'.
    package func codes(of values: [String]) throws -> [AgencyCode] {
        var codes: [AgencyCode] = []
        for value in values {
            if value.hasPrefix(Self.mark) {
                guard let id = AgencyGroupID(String(value.dropFirst(Self.mark.count))) else { continue }
                codes += try members(of: id).map(\.code)
            } else {
                codes.append(AgencyCode(value))
            }
        }
        var seen = Set<AgencyCode>()
        return codes.filter { seen.insert($0).inserted }
    }

    static func value(of group: AgencyGroupID) -> String { "\(mark)\(group)" }
}
