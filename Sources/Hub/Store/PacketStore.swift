// Packets, their way to each recipient, how long they are kept.
internal import Digests
internal import Foundation
internal import Platform
internal import VXP

// Packets.
extension HubStore {
    /// The id of the packet with this identity, if it was sent before.
    func docId(identity: String) throws -> String? {
        try tx.value("SELECT doc_id FROM hub_packet WHERE identity = \(identity)", as: String.self)
    }

    /// nil when another call with the same packet was quicker.
    func insert(_ packet: PacketRecord) throws -> Int64? {
        let id = try tx.value(
            """
            INSERT INTO hub_packet (doc_id, identity, system_id, sender_code, message_type, sha256, byte_count, title,
                notation, urgency, trace_id, sent_at)
            VALUES (\(packet.docId), \(packet.identity), \(packet.systemId), \(packet.senderCode),
                \(packet.type.rawValue), \(packet.blob.sha256), \(packet.blob.byteCount), \(packet.title),
                \(packet.notation), \(packet.urgency), \(packet.traceId), \(now))
            ON CONFLICT (identity) DO NOTHING RETURNING id
            """, as: Int64.self)
        guard let id else { return nil }
        for (ordinal, entry) in packet.trace.enumerated() {
            try tx.execute(
                """
                INSERT INTO hub_trace (packet_id, ordinal, agency_code, passed_at)
                VALUES (\(id), \(ordinal), \(entry.agencyCode), \(entry.at))
                """)
        }
        return id
    }

    func insertDelivery(
        packet: Int64, to address: RoutingPolicy.Address, code: String, type: MessageType, urgency: Int = 0
    ) throws {
        try tx.execute(
            """
            INSERT INTO hub_delivery (doc_id, packet_id, agency_id, system_id, recipient_code, message_type, state, rank,
                created_at, updated_at)
            VALUES (\(randomIdentifier()), \(packet), \(address.id), \(address.systemId), \(code),
                \(type.rawValue), \(DeliveryState.waiting), \(DeliveryState.waiting.rank(urgency: urgency)), \(now), \(now))
            ON CONFLICT (packet_id, agency_id) DO NOTHING
            """)
    }

    /// What waits for this agency of the document that a packet changes is as urgent as the packet: no change comes before
    /// what it changes.
    func hasten(_ packet: PacketRecord, to agency: Int64) throws {
        let rank = DeliveryState.waiting.rank(urgency: packet.urgency)
        try tx.execute(
            """
            UPDATE hub_delivery SET rank = \(rank)
            WHERE agency_id = \(agency) AND state IN ('initial', 'processing') AND rank > \(rank)
              AND message_type = \(packet.type.rawValue)
              AND packet_id IN (SELECT p.id FROM hub_packet p WHERE p.id = hub_delivery.packet_id
                  AND p.sender_code = \(packet.senderCode) AND p.notation = \(packet.notation))
            """)
    }

    /// The stations a packet has passed, in order, as its sender wrote them.
    func trace(ofPacket docId: String) throws -> [TraceRecord] {
        try tx.rows(
            """
            SELECT t.agency_code, t.passed_at FROM hub_trace t JOIN hub_packet p ON p.id = t.packet_id
            WHERE p.doc_id = \(docId) ORDER BY t.ordinal
            """
        ).map { TraceRecord(agencyCode: try $0.get("agency_code"), at: try $0.get("passed_at")) }
    }
}

// Deliveries.
extension HubStore {
    /// What waits for a system's agencies: the more urgent first, then the older, what failed before after all others.
    func openDeliveries(of systemId: String, type: MessageType, limit: Int) throws -> [DeliveryRecord] {
        try tx.rows(HubStore.open(of: systemId, type: type, limit: limit)).map(DeliveryRecord.init)
    }

    /// However much waits, no more is read than is offered.
    static func open(of systemId: String, type: MessageType, limit: Int) -> SQL {
        """
        \(deliveries)
        WHERE d.system_id = \(systemId) AND d.message_type = \(type.rawValue) AND d.state <> 'done'
        ORDER BY d.rank, d.id \(.limit(limit))
        """
    }

    func countOpen(of systemId: String, type: MessageType) throws -> Int {
        try tx.value(
            """
            SELECT COUNT(*) FROM hub_delivery d
            WHERE d.system_id = \(systemId) AND d.message_type = \(type.rawValue) AND d.state <> 'done'
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

    /// A delivery to one of the system's agencies; nil for anybody else's, and while the agency is locked.
    func delivery(_ docId: String, for systemId: String) throws -> DeliveryRecord? {
        try tx.first(
            """
            \(HubStore.deliveries) JOIN hub_agency a ON a.id = d.agency_id
            WHERE d.doc_id = \(docId) AND a.system_id = \(systemId) AND a.is_locked = \(false)
            """
        ).map(DeliveryRecord.init)
    }

    func setState(_ state: DeliveryState, of delivery: DeliveryRecord) throws {
        try tx.execute(
            """
            UPDATE hub_delivery SET state = \(state),
                rank = \(state.rank(urgency: DeliveryState.urgency(ofRank: delivery.rank))), updated_at = \(now)
            WHERE doc_id = \(delivery.docId) AND state <> 'done'
            """)
    }

    func noteFetched(_ docId: String) throws {
        try tx.execute("UPDATE hub_delivery SET fetched_at = \(now) WHERE doc_id = \(docId) AND fetched_at IS NULL")
    }

    static let deliveries: SQL = """
        SELECT d.doc_id, d.recipient_code, d.state, d.created_at, d.updated_at, p.sender_code,
            p.doc_id AS packet_doc, p.message_type, p.title, p.notation, p.sent_at, p.sha256, p.byte_count, d.rank,
            p.trace_id, p.removed_at
        FROM hub_delivery d JOIN hub_packet p ON p.id = d.packet_id
        """
}

// What an agency has used of its limits.
extension HubStore {
    /// Packets of this minute and bytes of this day so far.
    func usage(of agency: Int64) throws -> (packetsThisMinute: Int, bytesToday: Int) {
        let rows = try tx.rows(
            """
            SELECT period, packets, bytes FROM hub_usage
            WHERE agency_id = \(agency) AND period IN \(list: [UsagePeriod.minute(now).name, UsagePeriod.day(now).name])
            """)
        var usage = (packetsThisMinute: 0, bytesToday: 0)
        for row in rows {
            if try row.get("period") == UsagePeriod.minute(now).name {
                usage.packetsThisMinute = try row.get("packets")
            } else {
                usage.bytesToday = try row.get("bytes")
            }
        }
        return usage
    }

    func use(_ bytes: Int, agency: Int64) throws {
        for period in [UsagePeriod.minute(now), .day(now)] {
            try tx.execute(
                """
                INSERT INTO hub_usage (agency_id, period, packets, bytes, ends_at)
                VALUES (\(agency), \(period.name), 1, \(bytes), \(period.end))
                ON CONFLICT (agency_id, period) DO UPDATE SET packets = hub_usage.packets + 1,
                    bytes = hub_usage.bytes + excluded.bytes
                """)
        }
    }

    func forgetUsage(before then: Date) throws { try tx.execute("DELETE FROM hub_usage WHERE ends_at < \(then)") }
}

// Retention.
extension HubStore {
    struct Kept: Sendable {
        let id: Int64
        let sentAt: Date
        let blob: BlobRef
    }

    /// Packets that every recipient has stored before `then`, oldest first, after the packet `last`.
    func delivered(before then: Date, after last: Kept?, limit: Int) throws -> [Kept] {
        try tx.rows(HubStore.delivered(before: then, after: last, limit: limit)).map {
            Kept(
                id: try $0.get("id"), sentAt: try $0.get("sent_at"),
                blob: BlobRef(sha256: try $0.get("sha256"), byteCount: try $0.get("byte_count")))
        }
    }

    static func delivered(before then: Date, after last: Kept?, limit: Int) -> SQL {
        let position: SQL = last.map { "AND (p.sent_at, p.id) > (\($0.sentAt), \($0.id))" } ?? ""
        return """
            SELECT p.id, p.sent_at, p.sha256, p.byte_count FROM hub_packet p
            WHERE p.removed_at IS NULL AND p.sent_at < \(then) \(position)
              AND NOT EXISTS (SELECT 1 FROM hub_delivery d
                  WHERE d.packet_id = p.id AND (d.state <> 'done' OR d.updated_at >= \(then)))
            ORDER BY p.sent_at, p.id \(.limit(limit))
            """
    }

    /// The record stays; its content goes. Whether no other packet needs the same content.
    func markRemoved(_ kept: Kept) throws -> Bool {
        try tx.execute("UPDATE hub_packet SET removed_at = \(now) WHERE id = \(kept.id)")
        let others: Int? = try tx.value(
            "SELECT COUNT(*) FROM hub_packet WHERE sha256 = \(kept.blob.sha256) AND removed_at IS NULL")
        return others == 0
    }
}
