// Fills an empty directory with a practice office.
package import Foundation
package import Platform
internal import Records

/// Practice people are marked as such; none of them exists.
package enum DemoDirectory {
    /// Enters agencies, units and people. An office that has its own agency already is left alone: safe at every start.
    /// - Parameter passwordHash: of the one password all practice accounts share.
    /// - Returns: whether anything was entered.
    @discardableResult
    package static func seed(
        _ kind: DemoOfficeKind, tx: Transaction, passwordHash: String, now: Date
    ) throws -> Bool {
        let store = DirectoryStore(tx)
        guard try tx.first("SELECT code FROM agency WHERE is_own = TRUE") == nil else { return false }
        let office = kind.office
        try store.upsertAgency(office.agency)
        for other in DemoOfficeKind.allCases where other != kind { try store.upsertAgency(other.agency) }
        for agency in DemoOffice.others { try store.upsertAgency(agency) }
        try seed(office, store, passwordHash, domain: kind.mailDomain)
        return true
    }

    private static func seed(
        _ office: DemoOffice, _ store: DirectoryStore, _ passwordHash: String, domain: String
    ) throws {
        var units: [String: UnitID] = [:]
        for unit in office.units { units[unit.key] = try store.insertUnit(unit.name, shortName: unit.shortName) }
        var people: [String: PersonID] = [:]
        for (index, person) in office.people.enumerated() {
            guard let unit = units[person.unit] else { throw DemoFault.unknownUnit(person.unit) }
            people[person.account] = try store.insert(
                NewPerson(
                    name: person.name, position: person.position, unit: unit, roles: person.roles,
                    account: person.account, email: "\(person.account)@\(domain)", phone: "024 0000 \(1000 + index)",
                    isPractice: true), passwordHash: passwordHash)
        }
        for unit in office.units {
            guard let id = units[unit.key], let head = unit.head else { continue }
            guard let person = people[head] else { throw DemoFault.unknownPerson(head) }
            try store.setHead(of: id, to: person)
        }
    }
}

package enum DemoFault: Error, Sendable {
    case unknownUnit(String)
    case unknownPerson(String)
}

extension DemoOfficeKind {
    /// `.example` never leads anywhere (RFC 2606).
    fileprivate var mailDomain: String {
        switch self {
        case .academy: "vhl.example"
        case .institute: "cntt.example"
        }
    }
}
