// Every SQL statement on agencies, units and people.
internal import Foundation
package import Platform
package import Records

/// Asks and changes the directory inside a transaction.
package struct DirectoryStore {
    let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }
}

// People.
extension DirectoryStore {
    package func person(_ id: PersonID) throws -> Person? {
        try people(where: "p.id = \(id)", limit: 1).first
    }

    package func person(account: String) throws -> Person? {
        try people(where: "p.account = \(Self.account(account))", limit: 1).first
    }

    /// Active people whose name, position or unit has a word beginning with each word of `text`, accents or not;
    /// everybody for a blank text.
    package func people(matching text: String, limit: Int = 20) throws -> [Person] {
        try people(where: "p.is_active = TRUE AND \(Self.matches("p.folded", text))", limit: limit)
    }

    /// The same, of those who hold the role.
    package func people(matching text: String, withRole role: Role?, limit: Int = 20) throws -> [Person] {
        let holds: SQL = role.map { "AND p.id IN (SELECT h.person_id FROM person_role h WHERE h.role = \($0))" } ?? ""
        return try people(where: "p.is_active = TRUE AND \(Self.matches("p.folded", text)) \(holds)", limit: limit)
    }

    package func people(withRole role: Role) throws -> [Person] {
        try people(
            where: """
                p.is_active = TRUE AND p.id IN (SELECT h.person_id FROM person_role h WHERE h.role = \(role))
                """, limit: 1000)
    }

    package func people(in unit: UnitID) throws -> [Person] {
        try people(where: "p.is_active = TRUE AND p.unit_id = \(unit)", limit: 1000)
    }

    /// Several people at once; those unknown are left out.
    package func people(_ ids: [PersonID]) throws -> [Person] {
        guard !ids.isEmpty else { return [] }
        return try people(where: "p.id IN \(list: ids)", limit: ids.count)
    }

    /// One page of the active people, in the order they were entered: by unit and rank.
    package func people(matching text: String, in unit: UnitID?, after key: PageKey?) throws -> ListPage<Person> {
        let inUnit: SQL = unit.map { "AND p.unit_id = \($0)" } ?? ""
        let rows = try people(
            where: """
                p.is_active = TRUE AND \(Self.matches("p.folded", text)) \(inUnit) AND p.id > \(key?.id ?? 0)
                """, limit: ListPage<Person>.size + 1)
        return ListPage(oneMoreThanAPage: rows) { PageKey(key: $0.id.rawValue, id: $0.id.rawValue) }
    }

    /// The person as one who acts; nil for an unknown or inactive one.
    package func actor(for id: PersonID) throws -> Actor? {
        try Self.actor(
            from: tx.rows("SELECT \(Self.actorColumns) \(Self.actorTables) WHERE p.id = \(id) AND p.is_active = TRUE"))
    }

    @discardableResult
    package func insert(_ person: NewPerson, passwordHash: String?) throws -> PersonID {
        guard let unit = try unit(person.unit) else { throw CommonRefusal.invalid("Đơn vị không có trong danh bạ.") }
        let folded = Self.folded([person.name, person.position, unit.name])
        let id: Int64? = try tx.value(
            """
            INSERT INTO person (name, position, unit_id, account, email, phone, password_hash, is_practice, is_active, folded)
            VALUES (\(person.name), \(person.position), \(person.unit), \(Self.account(person.account)), \(person.email),
                    \(person.phone), \(passwordHash), \(person.isPractice), \(true), \(folded))
            RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("person") }
        for role in person.roles.sorted() {
            try tx.execute("INSERT INTO person_role (person_id, role) VALUES (\(id), \(role))")
        }
        return PersonID(id)
    }

    /// Accounts are compared without regard to case.
    static func account(_ text: String) -> String { text.lowercased() }

    private func people(where condition: SQL, limit: Int) throws -> [Person] {
        let rows = try tx.rows(
            """
            SELECT p.*, u.name AS unit_name, r.role AS role
            FROM (SELECT * FROM person p WHERE \(condition) ORDER BY p.id LIMIT \(limit)) p
            JOIN unit u ON u.id = p.unit_id LEFT JOIN person_role r ON r.person_id = p.id
            ORDER BY p.id
            """)
        return try rows.chunked { try $0.get("id", as: Int64.self) }.map(Self.person)
    }

    /// From the rows of one person, one for each of his roles.
    private static func person(_ rows: [Row]) throws -> Person {
        guard let row = rows.first else { throw DatabaseError.column("id", "has no row") }
        return Person(
            id: try row.get("id"), name: try row.get("name"), position: try row.get("position"),
            unit: try row.get("unit_id"), unitName: try row.get("unit_name"),
            roles: Set(try rows.compactMap { try $0.optional("role", as: Role.self) }),
            account: try row.get("account"), email: try row.get("email"), phone: try row.get("phone"),
            isPractice: try row.get("is_practice"), isActive: try row.get("is_active"))
    }
}

// The one query that gives a whole actor, shared with the session.
extension DirectoryStore {
    static var actorColumns: SQL {
        "p.id AS person_id, p.name, p.position, p.unit_id, u.name AS unit_name, r.role AS role, h.id AS headed_id"
    }

    static var actorTables: SQL {
        """
        FROM person p JOIN unit u ON u.id = p.unit_id
        LEFT JOIN person_role r ON r.person_id = p.id
        LEFT JOIN unit h ON h.head_id = p.id AND h.is_active = TRUE
        """
    }

    /// From one row for each pair of a role and a headed unit.
    static func actor(from rows: [Row]) throws -> Actor? {
        guard let row = rows.first else { return nil }
        return Actor(
            person: try row.get("person_id"), name: try row.get("name"), position: try row.get("position"),
            unit: try row.get("unit_id"), unitName: try row.get("unit_name"),
            roles: Set(try rows.compactMap { try $0.optional("role", as: Role.self) }),
            heads: Set(try rows.compactMap { try $0.optional("headed_id", as: UnitID.self) }))
    }
}

// Units.
extension DirectoryStore {
    package func unit(_ id: UnitID) throws -> Unit? {
        try tx.first("SELECT * FROM unit WHERE id = \(id)").map(Self.unit)
    }

    /// All active units, in the order they were entered.
    package func units() throws -> [Unit] {
        try tx.rows("SELECT * FROM unit WHERE is_active = TRUE ORDER BY id").map(Self.unit)
    }

    package func units(matching text: String, limit: Int = 20) throws -> [Unit] {
        try tx.rows(
            """
            SELECT * FROM unit WHERE is_active = TRUE AND \(Self.matches("folded", text)) ORDER BY id LIMIT \(limit)
            """
        ).map(Self.unit)
    }

    package func head(of unit: UnitID) throws -> Person? {
        try people(
            where: "p.is_active = TRUE AND p.id = (SELECT head_id FROM unit WHERE id = \(unit))", limit: 1
        ).first
    }

    /// The head of the agency: the leader who heads the unit of its leadership. Where several leaders head units, those
    /// who are heads of units by role come after, as do units below others.
    package func agencyHead() throws -> Person? {
        try people(
            where: """
                p.is_active = TRUE AND p.id = (
                    SELECT u.head_id FROM unit u
                    JOIN person_role l ON l.person_id = u.head_id AND l.role = 'leader'
                    LEFT JOIN person_role h ON h.person_id = u.head_id AND h.role = 'unitHead'
                    WHERE u.is_active = TRUE
                    ORDER BY CASE WHEN h.role IS NULL THEN 0 ELSE 1 END,
                             CASE WHEN u.parent_id IS NULL THEN 0 ELSE 1 END, u.id
                    LIMIT 1)
                """, limit: 1
        ).first
    }

    @discardableResult
    package func insertUnit(_ name: String, shortName: String, parent: UnitID? = nil) throws -> UnitID {
        let id: Int64? = try tx.value(
            """
            INSERT INTO unit (parent_id, name, short_name, is_active, folded)
            VALUES (\(parent), \(name), \(shortName), \(true), \(Self.folded([name, shortName]))) RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("unit") }
        return UnitID(id)
    }

    package func setHead(of unit: UnitID, to person: PersonID?) throws {
        try tx.execute("UPDATE unit SET head_id = \(person) WHERE id = \(unit)")
    }

    private static func unit(_ row: Row) throws -> Unit {
        Unit(
            id: try row.get("id"), parent: try row.optional("parent_id"), name: try row.get("name"),
            shortName: try row.get("short_name"), head: try row.optional("head_id"), isActive: try row.get("is_active"))
    }
}

// Searching.
extension DirectoryStore {
    /// ` nguyen van an chanh van phong`: every word with a space before it, so that a word's beginning can be looked for.
    static func folded(_ parts: [String]) -> String { line(of: parts.flatMap(Folding.words)) }

    /// The same of words that are folded already.
    static func line(of words: [String]) -> String { words.map { " \($0)" }.joined() }

    /// Each word of the text begins some word of the column. Words are letters and digits: no pattern can slip in.
    static func matches(_ column: SQL, _ text: String) -> SQL {
        let words = Folding.words(TextLimit.name.fitting(text)).prefix(8)
        return words.isEmpty ? "TRUE" : .join(words.map { "\(column) LIKE \("% \($0)%")" }, " AND ")
    }
}

/// What must never be: the installation is not complete.
package enum DirectoryFault: Error, Sendable, CustomStringConvertible {
    case noOwnAgency

    package var description: String {
        switch self {
        case .noOwnAgency: "this database holds no office yet: nobody has entered the agency it belongs to"
        }
    }
}

extension Array {
    /// Runs of neighbours with the same key.
    func chunked<Key: Equatable>(by key: (Element) throws -> Key) rethrows -> [[Element]] {
        var runs: [[Element]] = []
        var last: Key?
        for element in self {
            let next = try key(element)
            if next == last { runs[runs.count - 1].append(element) } else { runs.append([element]) }
            last = next
        }
        return runs
    }
}
