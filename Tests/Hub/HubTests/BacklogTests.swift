import Foundation
import OfficeTestKit
import Platform
import Testing
import VXP

@testable import Hub

/// Trục ngừng nhiều ngày rồi hoạt động lại: trăm nghìn gói chờ cũng không làm chậm lời gọi nào.
@Suite struct BacklogTests {
    private static let packets = 100_000

    /// A hub with many packets for the institute, every tenth express, and as many delivered long ago.
    private static func world(_ engine: Engine) async throws -> HubWorld {
        let world = try await HubWorld.make(engine)
        let now = world.clock.now
        try await world.hub.desk.database.write { tx in
            try tx.execute(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.packets))
                INSERT INTO hub_packet (doc_id, identity, system_id, sender_code, message_type, sha256, byte_count, title,
                    notation, urgency, trace_id, sent_at)
                SELECT 'p' || i, 'p' || i, 'vhl', \(HubWorld.academy), 'edoc', 'h' || i, 10, '', '',
                    CASE i % 10 WHEN 0 THEN 3 ELSE 0 END, '', \(now) FROM n
                """)
            try tx.execute(
                """
                INSERT INTO hub_delivery (doc_id, packet_id, agency_id, system_id, recipient_code, message_type, state, rank,
                    created_at, updated_at)
                SELECT 'd' || p.id, p.id, (SELECT id FROM hub_agency WHERE code = \(HubWorld.institute)), 'vien',
                    \(HubWorld.institute), 'edoc', CASE p.id % 2 WHEN 0 THEN 'initial' ELSE 'done' END, -p.urgency,
                    p.sent_at, p.sent_at
                FROM hub_packet p
                """)
            for table in ["hub_packet", "hub_delivery"] { try tx.learnAbout(table) }
        }
        return world
    }

    private func plan(_ world: HubWorld, of statement: SQL) async throws -> [String] {
        try await world.hub.desk.database.read { tx in
            switch tx.engine {
            case .sqlite: try tx.rows("EXPLAIN QUERY PLAN \(statement)").map { try $0.get("detail") }
            case .postgres: try tx.rows("EXPLAIN \(statement)").map { try $0.get("QUERY PLAN") }
            }
        }
    }

    @Test(arguments: Engine.testable)
    func `what is offered is read off an index, and no more of it than is offered`(engine: Engine) async throws {
        let world = try await Self.world(engine)
        let plan = try await plan(world, of: HubStore.open(of: "vien", type: .document, limit: 200))
        let text = plan.joined(separator: "\n")
        #expect(text.contains("hub_delivery_open"), "\(text)")
        #expect(!text.contains("SCAN") && !text.contains("TEMP B-TREE"), "\(text)")
        #expect(!text.contains("Seq Scan") && !text.contains("Sort"), "\(text)")
        let rows = try await world.client("vien").receivedList(messageType: .document)
        #expect(rows.count == 200 && rows.first?.docId == "d10")
        for row in rows.prefix(3) { try await world.client("vien").updateStatus(docId: row.docId, to: .done) }
        #expect(try await world.client("vien").receivedList(messageType: .document).first?.docId == "d40")
        #expect(try await world.client("vien").count(.document) == Self.packets / 2 - 3)
    }

    @Test(arguments: Engine.testable)
    func `what stays and what waits is found without looking at every packet`(engine: Engine) async throws {
        let world = try await Self.world(engine)
        let now = world.clock.now
        let old = try await plan(world, of: HubStore.delivered(before: now - 86_400, after: nil, limit: 200))
            .joined(separator: "\n")
        #expect(old.contains("hub_packet_kept") && !old.contains("Seq Scan on hub_packet"), "\(old)")
        #expect(!old.contains("TEMP B-TREE") && !old.contains("Sort"), "\(old)")
        let waiting = try await plan(world, of: HubStore.waiting(stuckSince: now)).joined(separator: "\n")
        // PostgreSQL reads the table in one go where half of it waits; that is quicker there.
        if engine == .sqlite { #expect(waiting.contains("hub_delivery_waiting"), "\(waiting)") }
        #expect(waiting.contains("hub_delivery_failed"), "\(waiting)")
        let standing = try await world.hub.desk.standing()
        #expect(standing.agencies.map(\.open) == [Self.packets / 2] && standing.agencies.map(\.failed) == [0])
    }

    @Test(arguments: Engine.testable)
    func `calls that were taken are forgotten in parts`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let now = world.clock.now
        _ = try await world.hub.desk.database.write { tx in
            try tx.execute(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
                INSERT INTO hub_call_taken (proof, taken_at) SELECT 'c' || i,
                    CASE WHEN i <= 11990 THEN CAST(\(now - 86_400) AS BIGINT) ELSE CAST(\(now) AS BIGINT) END FROM n
                """)
        }
        try await world.hub.desk.sweep()
        let left = try await world.hub.desk.database.read {
            try $0.value("SELECT count(*) FROM hub_call_taken", as: Int.self)
        }
        #expect(left == 10)
    }
}
