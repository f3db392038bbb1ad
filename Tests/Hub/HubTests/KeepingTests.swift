import EdXML
import Foundation
import OfficeTestKit
import Platform
import Testing
import VXP

@testable import Hub

/// Trục giữ gói tin bao lâu, đưa gói nào trước, và nhiều máy cùng phục vụ một trục.
@Suite struct KeepingTests {
    private func urgent(
        _ world: HubWorld, _ number: String, _ urgency: DocumentPacket.Urgency,
        _ operation: DocumentPacket.Operation? = nil
    ) -> Data {
        PacketWriter().write(
            DocumentPacket(
                sender: Party(agencyCode: HubWorld.academy), recipients: [Party(agencyCode: HubWorld.institute)],
                code: .init(number: number, notation: "VHL"), documentType: .init(number: 1, name: "Công văn"),
                subject: "Hỏa tốc", details: .init(urgency: urgency), documentId: number,
                trace: [.init(agencyCode: HubWorld.academy, at: PacketTime(world.clock.now))], operation: operation))
    }

    private func send(_ world: HubWorld, _ file: Data, by hub: ExchangeHub? = nil) async throws -> String {
        try await world.client(hub: hub).sendEdoc(file: file, from: HubWorld.academy, messageType: .document)
    }

    @Test(arguments: Engine.testable)
    func `the more urgent is offered first, what failed last`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let order: [(String, DocumentPacket.Urgency)] = [
            ("1", .normal), ("2", .express), ("3", .urgent), ("4", .express), ("5", .expressAtSetTime),
        ]
        for (number, urgency) in order { _ = try await send(world, urgent(world, number, urgency)) }
        let receiver = world.client("vien")
        #expect(try await offered(world) == ["5", "2", "4", "3", "1"])
        let first = try #require(try await receiver.receivedList(messageType: .document).first)
        try await receiver.updateStatus(docId: first.docId, to: .fail)
        #expect(try await offered(world) == ["2", "4", "3", "1", "5"])
        try await receiver.updateStatus(docId: first.docId, to: .processing)
        #expect(try await offered(world) == ["5", "2", "4", "3", "1"])
    }

    /// Numbers of what waits for the institute, in the order of the offers.
    private func offered(_ world: HubWorld) async throws -> [String] {
        let receiver = world.client("vien")
        var numbers: [String] = []
        for row in try await receiver.receivedList(messageType: .document) {
            guard
                case .document(let packet) = PacketReader().read(try await receiver.getEdoc(docId: row.docId)).packet
            else { continue }
            numbers.append(
                packet.operationKind == .new ? packet.code.number : "\(packet.operationKind) \(packet.code.number)")
        }
        return numbers
    }

    @Test(arguments: Engine.testable, [DocumentPacket.Operation.Kind.amend, .recall])
    func `no change, however urgent, is offered before what it changes`(
        engine: Engine, kind: DocumentPacket.Operation.Kind
    ) async throws {
        let world = try await HubWorld.make(engine)
        _ = try await send(world, urgent(world, "1", .normal))
        _ = try await send(world, urgent(world, "2", .urgent))
        let change = DocumentPacket.Operation(kind: kind, reason: "Sai sót", documentId: "1")
        _ = try await send(world, urgent(world, "1", .express, change))
        _ = try await send(world, urgent(world, "3", .normal, .init(kind: kind, reason: "Sai sót", documentId: "3")))
        #expect(try await offered(world) == ["1", "\(kind) 1", "2", "\(kind) 3"])
        // Also while the document is being fetched, and after that failed and begins anew.
        let (receiver, rows) = (
            world.client("vien"), try await world.client("vien").receivedList(messageType: .document)
        )
        try await receiver.updateStatus(docId: rows[0].docId, to: .processing)
        #expect(try await offered(world) == ["1", "\(kind) 1", "2", "\(kind) 3"])
    }

    @Test(arguments: Engine.testable)
    func `a delivered packet goes after its time and its record stays`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine, settings: ["hub.retention.days": "30"])
        let sent = try await send(world, world.document(number: "1"))
        _ = try await send(world, world.document(number: "2"))
        let receiver = world.client("vien")
        let rows = try await receiver.receivedList(messageType: .document)
        try await receiver.updateStatus(docId: rows[0].docId, to: .done)
        world.clock.advance(by: 29 * 86_400)
        try await world.hub.desk.sweep()
        #expect(try await receiver.getEdoc(docId: rows[0].docId) == world.document(number: "1"))
        world.clock.advance(by: 2 * 86_400)
        try await world.hub.desk.sweep()
        try await world.hub.desk.sweep()
        await #expect(throws: VXPFailure.self) { try await receiver.getEdoc(docId: rows[0].docId) }
        #expect(try await receiver.getEdoc(docId: rows[1].docId) == world.document(number: "2"))
        #expect(try await world.client().sentList(messageType: .document, docId: sent).map(\.receiveStatus) == ["done"])
        #expect(try await world.hub.desk.events().filter { $0.kind == .packetsRemoved }.map(\.subject) == ["1"])
        #expect(try await send(world, world.document(number: "1")) == sent)
    }

    @Test func `the stations a packet has passed are kept and read again`() async throws {
        let world = try await HubWorld.make()
        let sent = try await send(world, urgent(world, "1", .normal))
        let now = world.clock.now
        let trace = try await world.hub.desk.database.read { try HubStore(tx: $0, now: now).trace(ofPacket: sent) }
        #expect(trace == [TraceRecord(agencyCode: HubWorld.academy, at: "2026/11/24 09:00:00")])
    }

    @Test(arguments: Engine.testable)
    func `two nodes on one database are one hub`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let second = try await ExchangeHub(world.settings, clock: world.clock.value)
        let packet = world.document()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<8 {
                group.addTask { try await send(world, packet, by: index.isMultiple(of: 2) ? world.hub : second) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        let row = try #require(try await world.client("vien", hub: second).receivedList(messageType: .document).first)
        #expect(try await world.client("vien").getEdoc(docId: row.docId) == packet)
        let request = try RequestSigner(systemId: "vien", secret: "bí mật 2")
            .sign(.updateStatus(docId: row.docId, to: .done), at: world.tick())
        #expect(await second.api.answer(request).status == 200)
        #expect(await world.hub.api.answer(request).status == 401)
        #expect(try await world.client("vien", hub: second).count(.document) == 0)
        await second.close()
    }

    @Test(arguments: Engine.testable)
    func `what waits is there after a restart`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let packet = world.document()
        _ = try await send(world, packet)
        await world.hub.close()
        let again = try await ExchangeHub(world.settings, clock: world.clock.value)
        let row = try #require(try await world.client("vien", hub: again).receivedList(messageType: .document).first)
        #expect(try await world.client("vien", hub: again).getEdoc(docId: row.docId) == packet)
        await again.close()
    }
}
