// A practice office as a table: its agency, its units, its made-up people.
internal import Records

/// The two practice offices.
package enum DemoOfficeKind: String, Sendable, CaseIterable {
    /// Viện Hàn lâm Khoa học và Công nghệ Việt Nam.
    case academy
    /// One of its institutes, under a code that exists for practice only.
    case institute
}

/// Everything that is entered into an empty directory.
struct DemoOffice: Sendable {
    let agency: Agency
    let units: [DemoUnit]
    let people: [DemoPerson]
}

struct DemoUnit: Sendable {
    let key: String
    let name: String
    let shortName: String
    /// Account of its head.
    let head: String?

    init(_ key: String, _ name: String, _ shortName: String, head: String?) {
        self.key = key
        self.name = name
        self.shortName = shortName
        self.head = head
    }
}

struct DemoPerson: Sendable {
    let account: String
    let name: String
    let position: String
    let unit: String
    let roles: Set<Role>

    init(_ account: String, _ name: String, _ position: String, _ unit: String, _ roles: Role...) {
        self.account = account
        self.name = name
        self.position = position
        self.unit = unit
        self.roles = Set(roles)
    }
}

extension DemoOfficeKind {
    var office: DemoOffice {
        switch self {
        case .academy: .academy
        case .institute: .institute
        }
    }

    /// The agency as the other offices know it.
    package var agency: Agency {
        var agency = office.agency
        agency.isOwn = false
        return agency
    }
}
