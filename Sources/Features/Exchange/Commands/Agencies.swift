// The platform's directory of agencies, brought home.
internal import Platform
internal import Directory
internal import Foundation
internal import Records
internal import VXP

extension ExchangeDesk {
    /// Enters new agencies and brings known ones up to date; writes only what differs. Ours stays as we keep it.
    package func refreshAgencies() async throws {
        guard let client else { return }
        let rows: [AgencyRow]
        do throws(VXPFailure) { rows = try await client.agenciesQD20() } catch { return try await noteFailure(error) }
        let names = Dictionary(rows.compactMap { row in row.id.map { ($0, row.name) } }) { first, _ in first }
        for start in stride(from: 0, to: rows.count, by: 500) {
            let part = rows[start..<min(start + 500, rows.count)]
            try await take(part.compactMap { AgencyOffer($0, parentName: $0.pid.flatMap { names[$0] } ?? "") })
        }
    }

    private func take(_ offers: [AgencyOffer]) async throws {
        let changed = try await ground.database.read { tx in
            let store = DirectoryStore(tx)
            return try offers.compactMap { offer in offer.changing(try store.agency(offer.code)) }
        }
        guard !changed.isEmpty else { return }
        try await ground.database.write { tx in
            for agency in changed { try DirectoryStore(tx).upsertAgency(agency) }
        }
    }
}

/// An agency as the platform lists it.
struct AgencyOffer: Sendable {
    let code: AgencyCode
    let shortCode: AgencyCode?
    let name: String
    let parentName: String
    let email: String
    let phone: String

    /// nil for a row without a usable code or name.
    init?(_ row: AgencyRow, parentName: String) {
        let old = row.code102 ?? row.oldCode ?? row.code
        code = AgencyCode(old)
        shortCode = row.code == old || !AgencyCode(row.code).isWellFormed ? nil : AgencyCode(row.code)
        name = row.name.trimmingSpaces.cut(to: 300)
        self.parentName = parentName
        email = row.mail ?? ""
        phone = row.mobile ?? ""
        guard code.isWellFormed, !name.isEmpty else { return nil }
    }

    /// The known agency with what is new; nil when nothing is. What the platform leaves out stays as it was.
    func changing(_ known: Agency?) -> Agency? {
        guard let known else {
            return Agency(
                code: code, shortCode: shortCode, name: name, parentName: parentName, email: email, phone: phone)
        }
        guard !known.isOwn else { return nil }
        var agency = known
        agency.name = name
        agency.shortCode = shortCode ?? known.shortCode
        if !parentName.isEmpty { agency.parentName = parentName }
        if !email.isEmpty { agency.email = email }
        if !phone.isEmpty { agency.phone = phone }
        return agency == known ? nil : agency
    }
}
