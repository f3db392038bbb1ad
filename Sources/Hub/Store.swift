// Every statement on the hub's tables.
internal import Foundation
internal import Platform
internal import VXP

struct HubStore {
    let tx: Transaction
    let now: Date

    // MARK: Systems

    func secret(of systemId: String) throws -> String? {
        try tx.value("SELECT secret FROM hub_system WHERE system_id = \(systemId)", as: String.self)
    }

    func upsert(_ system: HubSystem) throws {
        try tx.execute(
            """
            INSERT INTO hub_system (system_id, secret, name, created_at)
            VALUES (\(system.systemId), \(system.secret), \(system.name), \(now))
            ON CONFLICT (system_id) DO UPDATE SET secret = excluded.secret, name = excluded.name
            """)
    }

    /// At most one write a minute and system: offices poll every few seconds.
    func noteSeen(_ systemId: String) throws {
        try tx.execute(
            """
            UPDATE hub_system SET seen_at = \(now)
            WHERE system_id = \(systemId) AND (seen_at IS NULL OR seen_at < \(now.addingTimeInterval(-60)))
            """)
    }

    func needsSeen(_ systemId: String) throws -> Bool {
        let seen = try tx.value("SELECT seen_at FROM hub_system WHERE system_id = \(systemId)", as: Date.self)
        return seen.map { $0 < now.addingTimeInterval(-60) } ?? true
    }

    /// False when this very call was taken before. Forgets calls an hour old: their signature has long lapsed.
    func takeOnce(_ proof: String) throws -> Bool {
        try tx.execute("DELETE FROM hub_call_taken WHERE taken_at < \(now.addingTimeInterval(-3600))")
        let taken = try tx.execute(
            "INSERT INTO hub_call_taken (proof, taken_at) VALUES (\(proof), \(now)) ON CONFLICT DO NOTHING")
        return taken == 1
    }

    // MARK: Agencies

    /// Adds or changes an agency; unchanged ones keep their version. Serialised by the caller's lock.
    func upsert(_ agency: HubAgency, systemId: String?) throws {
        let version = try nextVersion()
        try tx.execute(
            """
            INSERT INTO hub_agency (code, short_code, name, parent_code, email, mobile, fax, system_id, is_locked,
                is_deleted, version, changed_at)
            VALUES (\(agency.code), \(agency.shortCode), \(agency.name), \(agency.parentCode), \(agency.email),
                \(agency.mobile), \(agency.fax), \(systemId), \(agency.isLocked ?? false), \(false), \(version), \(now))
            ON CONFLICT (code) DO UPDATE SET short_code = COALESCE(excluded.short_code, hub_agency.short_code),
                name = excluded.name, parent_code = excluded.parent_code, email = excluded.email,
                mobile = excluded.mobile, fax = excluded.fax, system_id = excluded.system_id,
                is_locked = excluded.is_locked, is_deleted = excluded.is_deleted, version = excluded.version,
                changed_at = excluded.changed_at
            """)
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

    // MARK: Packets

    /// The id of the packet with this identity, if it was sent before.
    func docId(identity: String) throws -> String? {
        try tx.value("SELECT doc_id FROM hub_packet WHERE identity = \(identity)", as: String.self)
    }

    /// nil when another call with the same packet was quicker.
    func insert(_ packet: PacketRecord) throws -> Int64? {
        try tx.value(
            """
            INSERT INTO hub_packet (doc_id, identity, system_id, sender_code, message_type, sha256, byte_count, title,
                notation, sent_at)
            VALUES (\(packet.docId), \(packet.identity), \(packet.systemId), \(packet.senderCode),
                \(packet.type.rawValue), \(packet.blob.sha256), \(packet.blob.byteCount), \(packet.title),
                \(packet.notation), \(now))
            ON CONFLICT (identity) DO NOTHING RETURNING id
            """, as: Int64.self)
    }

    func insertDelivery(packet: Int64, to address: RoutingPolicy.Address, code: String, type: MessageType) throws {
        try tx.execute(
            """
            INSERT INTO hub_delivery (doc_id, packet_id, agency_id, recipient_code, message_type, state, created_at,
                updated_at)
            VALUES (\(UUID().uuidString.lowercased()), \(packet), \(address.id), \(code), \(type.rawValue),
                \(DeliveryState.waiting), \(now), \(now))
            ON CONFLICT (packet_id, agency_id) DO NOTHING
            """)
    }

    /// What waits for a system's agencies, oldest first, those that failed before after all others.
    func openDeliveries(of systemId: String, type: MessageType, limit: Int) throws -> [DeliveryRecord] {
        try tx.rows(
            """
            \(HubStore.deliveries)
            WHERE d.agency_id IN (SELECT id FROM hub_agency WHERE system_id = \(systemId))
              AND d.message_type = \(type.rawValue) AND d.state <> 'done'
            ORDER BY CASE WHEN d.state = 'fail' THEN 1 ELSE 0 END, d.id LIMIT \(limit)
            """
        ).map(DeliveryRecord.init)
    }

    func countOpen(of systemId: String, type: MessageType) throws -> Int {
        try tx.value(
            """
            SELECT COUNT(*) FROM hub_delivery d
            WHERE d.agency_id IN (SELECT id FROM hub_agency WHERE system_id = \(systemId))
              AND d.message_type = \(type.rawValue) AND d.state <> 'done'
            """, as: Int.self) ?? 0
    }

    func deliveries(ofPacket docId: String, sentBy systemId: String) throws -> [DeliveryRecord] {
        try tx.rows(
            """
            \(HubStore.deliveries)
            WHERE p.doc_id = \(docId) AND p.system_id = \(systemId) ORDER BY d.id
            """
        ).map(DeliveryRecord.init)
    }

    /// A delivery to one of the system's agencies; nil for anybody else's.
    func delivery(_ docId: String, for systemId: String) throws -> DeliveryRecord? {
        try tx.first(
            """
            \(HubStore.deliveries) JOIN hub_agency a ON a.id = d.agency_id
            WHERE d.doc_id = \(docId) AND a.system_id = \(systemId)
            """
        ).map(DeliveryRecord.init)
    }

    func setState(_ state: DeliveryState, ofDelivery docId: String) throws {
        try tx.execute(
            "UPDATE hub_delivery SET state = \(state), updated_at = \(now) WHERE doc_id = \(docId) AND state <> 'done'")
    }

    private static let deliveries: SQL = """
        SELECT d.doc_id, d.recipient_code, d.state, d.created_at, d.updated_at, p.sender_code,
            p.doc_id AS packet_doc, p.message_type, p.title, p.notation, p.sent_at, p.sha256, p.byte_count
        FROM hub_delivery d JOIN hub_packet p ON p.id = d.packet_id
        """

    // MARK: Overview

    func recentDeliveries(limit: Int) throws -> [DeliveryRecord] {
        try tx.rows(
            """
            \(HubStore.deliveries) ORDER BY d.id DESC LIMIT \(limit)
            """
        ).map(DeliveryRecord.init)
    }

    func systemOverview() throws -> [SystemOverview] {
        try tx.rows(
            """
            SELECT s.system_id, s.name, s.seen_at,
                (SELECT COUNT(*) FROM hub_agency a
                    WHERE a.system_id = s.system_id AND a.is_deleted = \(false)) AS agencies,
                (SELECT COUNT(*) FROM hub_delivery d JOIN hub_agency a ON a.id = d.agency_id
                    WHERE a.system_id = s.system_id AND d.state <> 'done') AS open
            FROM hub_system s ORDER BY s.system_id
            """
        ).map {
            SystemOverview(
                systemId: try $0.get("system_id"), name: try $0.get("name"), seenAt: try $0.optional("seen_at"),
                agencies: try $0.get("agencies"), open: try $0.get("open"))
        }
    }
}
