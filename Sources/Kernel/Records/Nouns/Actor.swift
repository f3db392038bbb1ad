// Who acts: the one value every policy, box and store asks for.

/// Whole-number identity of a row, typed by what it identifies.
package struct ID<Subject>: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
    package let rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package init?(_ text: some StringProtocol) {
        guard let value = Int64(text), value > 0 else { return nil }
        rawValue = value
    }
    package init(from decoder: any Decoder) throws { rawValue = try Int64(from: decoder) }
    package func encode(to encoder: any Encoder) throws { try rawValue.encode(to: encoder) }
    package var description: String { String(rawValue) }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

package enum PersonSubject: Sendable {}
package enum UnitSubject: Sendable {}
package typealias PersonID = ID<PersonSubject>
package typealias UnitID = ID<UnitSubject>

/// The roles of the office; one person may hold several.
package enum Role: String, Sendable, CaseIterable, Codable, Comparable {
    case specialist, unitHead, leader, recordsClerk, administrator

    package var label: String {
        switch self {
        case .specialist: "Chuyên viên"
        case .unitHead: "Trưởng đơn vị"
        case .leader: "Lãnh đạo"
        case .recordsClerk: "Văn thư"
        case .administrator: "Quản trị"
        }
    }

    package static func < (a: Self, b: Self) -> Bool {
        (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
}

/// A signed-in person with what the office lets him be.
package struct Actor: Sendable, Hashable {
    package let person: PersonID
    package let name: String
    /// Position title as it is printed, e.g. "Chánh Văn phòng".
    package let position: String
    package let unit: UnitID
    package let unitName: String
    package let roles: Set<Role>
    /// Units this person heads: what is sent to such a unit is his to assign.
    package let heads: Set<UnitID>

    package init(
        person: PersonID, name: String, position: String, unit: UnitID, unitName: String, roles: Set<Role>,
        heads: Set<UnitID>
    ) {
        self.person = person
        self.name = name
        self.position = position
        self.unit = unit
        self.unitName = unitName
        self.roles = roles
        self.heads = heads
    }

    package func has(_ role: Role) -> Bool { roles.contains(role) }
}

/// Points at a record of some feature without knowing the feature.
package struct RecordRef: Hashable, Sendable, Codable {
    /// "incoming" or "outgoing".
    package let kind: String
    package let id: Int64
    package init(kind: String, id: Int64) {
        self.kind = kind
        self.id = id
    }
}
