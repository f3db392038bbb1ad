// People and the units they work in.
package import Records

/// A person of the office. One who left stays known, for what he did before.
package struct Person: Sendable, Hashable, Identifiable {
    package let id: PersonID
    package let name: String
    /// Position title as it is printed, e.g. "Chánh Văn phòng".
    package let position: String
    package let unit: UnitID
    package let unitName: String
    package let roles: Set<Role>
    /// Name to sign in with.
    package let account: String
    package let email: String
    package let phone: String
    /// A made-up person of a practice office.
    package let isPractice: Bool
    package let isActive: Bool

    package func has(_ role: Role) -> Bool { roles.contains(role) }
}

/// A unit of the agency: its leadership, an office, a department, an institute.
package struct Unit: Sendable, Hashable, Identifiable {
    package let id: UnitID
    /// nil for the topmost units.
    package let parent: UnitID?
    package let name: String
    /// Abbreviation used in the notation of what the unit drafts, e.g. `VP` in `15/VHL-VP`.
    package let shortName: String
    package let head: PersonID?
    package let isActive: Bool
}

/// A person to be entered.
package struct NewPerson: Sendable, Hashable {
    package var name: String
    package var position: String
    package var unit: UnitID
    package var roles: Set<Role>
    package var account: String
    package var email: String
    package var phone: String
    package var isPractice: Bool

    package init(
        name: String, position: String, unit: UnitID, roles: Set<Role>, account: String, email: String = "",
        phone: String = "", isPractice: Bool = false
    ) {
        self.name = name
        self.position = position
        self.unit = unit
        self.roles = roles
        self.account = account
        self.email = email
        self.phone = phone
        self.isPractice = isPractice
    }
}
