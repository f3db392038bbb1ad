// Every statement on the hub's tables, by what it is about; this file holds systems and agencies.
internal import Foundation
internal import Platform
internal import VXP

struct HubStore {
    let tx: Transaction
    let now: Date
}

// Systems.
extension HubStore {
    /// A system's secrets as they lie in the table; the previous one counts until its time.
    struct Credentials: Sendable {
        let secrets: [String]
        let isSealed: Bool
        let seenAt: Date?
        let clockSkew: Double?
    }

    func credentials(of systemId: String) throws -> Credentials? {
        try tx.first(
            """
            SELECT secret, is_sealed, previous_secret, previous_until, seen_at, clock_skew FROM hub_system
            WHERE system_id = \(systemId)
            """
        ).map { row in
            var secrets = [try row.get("secret", as: String.self)]
            if let old: String = try row.optional("previous_secret"),
                let until: Date = try row.optional("previous_until"),
                now < until
            {
                secrets.append(old)
            }
            let skew: Int64? = try row.optional("clock_skew")
            return Credentials(
                secrets: secrets, isSealed: try row.get("is_sealed"), seenAt: try row.optional("seen_at"),
                clockSkew: skew.map { Double($0) / 1000 })
        }
    }

    /// - Parameter sealed: the secret as it shall lie in the table.
    func upsert(_ system: HubSystem, sealed: String) throws {
        try tx.execute(
            """
            INSERT INTO hub_system (system_id, secret, is_sealed, name, created_at)
            VALUES (\(system.systemId), \(sealed), \(true), \(system.name), \(now))
            ON CONFLICT (system_id) DO UPDATE SET secret = excluded.secret, is_sealed = excluded.is_sealed,
                name = excluded.name
            """)
    }

    func setSecret(_ sealed: String, of systemId: String) throws {
        try tx.execute("UPDATE hub_system SET secret = \(sealed), is_sealed = \(true) WHERE system_id = \(systemId)")
    }

    /// The present secret becomes the previous one.
    func rotate(_ systemId: String, to sealed: String, oldUntil: Date) throws {
        try tx.execute(
            """
            UPDATE hub_system SET previous_secret = secret, previous_until = \(oldUntil), secret = \(sealed),
                is_sealed = \(true)
            WHERE system_id = \(systemId)
            """)
    }

    /// Secrets from before they were sealed.
    func unsealed() throws -> [(systemId: String, secret: String)] {
        try tx.rows("SELECT system_id, secret FROM hub_system WHERE is_sealed = \(false)").map {
            (try $0.get("system_id"), try $0.get("secret"))
        }
    }

    /// That the system of this call was here, and how far its clock is from ours.
    func noteSeen(_ call: VerifiedCall) throws {
        try tx.execute(
            """
            UPDATE hub_system SET seen_at = \(now), clock_skew = \(Int64(call.calledAt.timeIntervalSince(now) * 1000))
            WHERE system_id = \(call.systemId)
            """)
    }

    /// False when this very call was taken before.
    func takeOnce(_ proof: String) throws -> Bool {
        try tx.execute("INSERT INTO hub_call_taken (proof, taken_at) VALUES (\(proof), \(now)) ON CONFLICT DO NOTHING")
            == 1
    }

    /// Some of the calls whose time has long passed: they cannot come again, their signature has lapsed. How many went.
    func forgetCalls(before then: Date, limit: Int) throws -> Int {
        try tx.execute(
            """
            DELETE FROM hub_call_taken WHERE proof IN
                (SELECT proof FROM hub_call_taken WHERE taken_at < \(then) ORDER BY taken_at \(.limit(limit)))
            """)
    }
}

// Agencies.
extension HubStore {
    /// No tree of agencies is deeper; one that was made to go round ends here.
    private static let mostLevels = 20

    /// Whether `other` is this agency or one below it.
    func lies(_ other: String, atOrBelow code: String) throws -> Bool {
        var above: String? = other
        for _ in 0..<Self.mostLevels {
            guard let one = above else { return false }
            if one == code { return true }
            above = try tx.value("SELECT parent_code FROM hub_agency WHERE code = \(one)", as: String.self)
        }
        return true
    }

    /// Adds or changes an agency; an unchanged one keeps its version. Serialised by the caller's lock.
    func upsert(_ agency: HubAgency, systemId: String?) throws {
        let before = try addresses([agency.code])[agency.code]
        try tx.execute(
            """
            INSERT INTO hub_agency (code, short_code, name, parent_code, email, mobile, fax, system_id, is_locked,
                is_deleted, version, changed_at)
            VALUES (\(agency.code), \(agency.shortCode), \(agency.name), \(agency.parentCode), \(agency.email),
                \(agency.mobile), \(agency.fax), \(systemId), \(agency.isLocked ?? before?.isLocked ?? false), \(false),
                \(try nextVersion()), \(now))
            ON CONFLICT (code) DO UPDATE SET short_code = COALESCE(excluded.short_code, hub_agency.short_code),
                name = excluded.name, parent_code = excluded.parent_code, email = excluded.email,
                mobile = excluded.mobile, fax = excluded.fax, system_id = excluded.system_id,
                is_locked = excluded.is_locked, is_deleted = excluded.is_deleted, version = excluded.version,
                changed_at = excluded.changed_at
            WHERE COALESCE(excluded.short_code, hub_agency.short_code) IS DISTINCT FROM hub_agency.short_code
                OR excluded.name <> hub_agency.name
                OR excluded.parent_code IS DISTINCT FROM hub_agency.parent_code
                OR excluded.email IS DISTINCT FROM hub_agency.email
                OR excluded.mobile IS DISTINCT FROM hub_agency.mobile
                OR excluded.fax IS DISTINCT FROM hub_agency.fax
                OR excluded.system_id IS DISTINCT FROM hub_agency.system_id
                OR excluded.is_locked <> hub_agency.is_locked OR hub_agency.is_deleted
            """)
        if let before, before.systemId != systemId || agency.isLocked.map({ $0 != before.isLocked }) == true {
            try offerAgain(agency: before.id)
        }
    }

    func setLocked(_ isLocked: Bool, agency id: Int64) throws {
        try tx.execute(
            """
            UPDATE hub_agency SET is_locked = \(isLocked), version = \(try nextVersion()), changed_at = \(now)
            WHERE id = \(id)
            """)
        try offerAgain(agency: id)
    }

    /// What waits for an agency is offered to the system that serves it now, and to nobody while it is locked.
    private func offerAgain(agency id: Int64) throws {
        try tx.execute(
            """
            UPDATE hub_delivery SET system_id = (SELECT system_id FROM hub_agency WHERE id = \(id) AND NOT is_locked)
            WHERE agency_id = \(id) AND state <> 'done'
            """)
    }

    func setLimits(_ packetsPerMinute: Int?, _ bytesPerDay: Int?, _ uploads: Int?, agency id: Int64) throws {
        try tx.execute(
            """
            UPDATE hub_agency SET packets_per_minute = \(packetsPerMinute), bytes_per_day = \(bytesPerDay),
                uploads = \(uploads)
            WHERE id = \(id)
            """)
    }

    /// An agency's limits, its own before the usual ones.
    func limits(agency id: Int64, usual: HubLimits) throws -> HubLimits {
        guard
            let row = try tx.first("SELECT packets_per_minute, bytes_per_day, uploads FROM hub_agency WHERE id = \(id)")
        else { return usual }
        return HubLimits(
            packetsPerMinute: try row.optional("packets_per_minute") ?? usual.packetsPerMinute,
            bytesPerDay: try row.optional("bytes_per_day") ?? usual.bytesPerDay,
            uploads: try row.optional("uploads") ?? usual.uploads)
    }

    func delete(agency id: Int64) throws {
        try tx.execute(
            """
            UPDATE hub_agency SET is_deleted = \(true), version = \(try nextVersion()), changed_at = \(now)
            WHERE id = \(id)
            """)
    }

    private func nextVersion() throws -> Int64 {
        try tx.value("SELECT COALESCE(MAX(version), 0) + 1 FROM hub_agency", as: Int64.self) ?? 1
    }

    /// Addresses by every code asked for, in either code system.
    func addresses(_ codes: [String]) throws -> [String: RoutingPolicy.Address] {
        var found: [String: RoutingPolicy.Address] = [:]
        for start in stride(from: 0, to: codes.count, by: 200) {
            let some = Array(codes[start..<min(codes.count, start + 200)])
            let rows = try tx.rows(
                """
                SELECT id, code, short_code, system_id, is_locked FROM hub_agency
                WHERE (code IN \(list: some) OR short_code IN \(list: some)) AND is_deleted = \(false)
                """)
            for row in rows {
                let address = RoutingPolicy.Address(
                    id: try row.get("id"), code: try row.get("code"), systemId: try row.optional("system_id"),
                    isLocked: try row.get("is_locked"))
                found[address.code] = address
                if let short = try row.optional("short_code", as: String.self) { found[short] = address }
            }
        }
        return found
    }

    func agencyRows(includingDeleted: Bool) throws -> [AgencyRecord] {
        let all: SQL = includingDeleted ? "TRUE" : "a.is_deleted = \(false)"
        return try tx.rows(
            """
            SELECT a.id, p.id AS parent_id, a.code, a.short_code, a.name, a.email, a.mobile, a.fax, a.system_id,
                a.is_locked, a.is_deleted, a.version, a.changed_at
            FROM hub_agency a LEFT JOIN hub_agency p ON p.code = a.parent_code
            WHERE \(all) ORDER BY a.code
            """
        ).map(AgencyRecord.init)
    }

    /// Agencies with a system, a page of them by code.
    func agencyOverview(after code: String, limit: Int) throws -> [AgencyOverview] {
        try tx.rows(
            """
            SELECT a.code, a.short_code, a.name, a.system_id, a.is_locked, a.packets_per_minute, a.bytes_per_day,
                a.uploads,
                (SELECT COUNT(*) FROM hub_delivery d WHERE d.agency_id = a.id AND d.state <> 'done') AS open
            FROM hub_agency a WHERE a.is_deleted = \(false) AND a.system_id IS NOT NULL AND a.code > \(code)
            ORDER BY a.code LIMIT \(limit)
            """
        ).map { row in
            AgencyOverview(
                code: try row.get("code"), shortCode: try row.optional("short_code"), name: try row.get("name"),
                systemId: try row.optional("system_id"), isLocked: try row.get("is_locked"),
                packetsPerMinute: try row.optional("packets_per_minute"),
                bytesPerDay: try row.optional("bytes_per_day"),
                uploads: try row.optional("uploads"), open: try row.get("open"))
        }
    }
}
