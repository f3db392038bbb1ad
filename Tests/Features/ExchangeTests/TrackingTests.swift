import EdXML
import Foundation
import OfficeTestKit
import Platform
import Records
import Testing
import VXP

@testable import Exchange
@testable import Hub
@testable import Incoming
@testable import Outgoing

/// Bên gửi theo dõi đến khi văn bản thật sự đến nơi (QĐ 28/2018, Điều 8): gửi được lên trục chưa phải là đã đến.
@Suite struct TrackingTests {
    @Test(arguments: Engine.testable)
    func `what nobody takes up stands out after a working day, until it arrives`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let clerk = world.academy.people.clerk
        let id = try await world.issue()
        try await world.academy.runJobs()
        #expect(try await world.delivery(id).delivery == .sent)
        // Tuesday 9:00; the law's time for receiving it ends on Wednesday at noon.
        world.advance(by: 26 * 3_600)
        try await world.academy.desk.askForArrivals()
        #expect(try await world.sender.undelivered(after: nil).items.isEmpty)
        world.advance(by: 3_601)
        try await world.academy.desk.askForArrivals()
        let line = try #require(try await world.sender.undelivered(after: nil).items.first)
        #expect(line.failure.hasPrefix("Nơi nhận chưa lấy văn bản về từ trục liên thông."))
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.unreached])
        #expect(try await world.sender.list(.trouble, for: clerk).items.map(\.document.id) == [id])
        #expect(try await world.sent(id).events.count { $0.kind == "unreached" } == 1)
        world.advance(by: 7_200)
        try await world.academy.desk.askForArrivals()
        #expect(try await world.sent(id).events.count { $0.kind == "unreached" } == 1, "told once")

        try await world.settle()
        #expect(try await world.sender.undelivered(after: nil).items.isEmpty)
        #expect(try await world.sender.list(.trouble, for: clerk).items.isEmpty)
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.arrived])
    }

    @Test(arguments: Engine.testable)
    func `a receiver whose system fails on the packet stands out at once, and is sent it again`(
        engine: Engine
    ) async throws {
        let world = try await ExchangeWorld.make(engine)
        let clerk = world.academy.people.clerk
        let id = try await world.issue()
        try await world.academy.runJobs()
        world.institute.wire.become(.halvesPackets)
        try await world.institute.desk.poll()
        world.advance(by: 3_601)
        try await world.academy.desk.askForArrivals()
        let line = try #require(try await world.sender.recipientBoard(id, for: clerk).lines.first)
        #expect(line.standing == .unreached && line.problem.hasPrefix("Hệ thống của nơi nhận báo lỗi"))

        world.institute.wire.become(.works)
        try await world.sender.resend(id, to: line.id, by: clerk)
        try await world.settle()
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.arrived])
        #expect(try await world.institute.count("incoming_document") == 1)
    }

    @Test(arguments: Engine.testable)
    func `who has taken it or reported on it is not asked about`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        _ = try await world.issue()
        try await world.settle()
        world.advance(by: 3 * 86_400)
        let before = world.academy.wire.made.count
        try await world.academy.desk.askForArrivals()
        #expect(world.academy.wire.made.count == before)
        #expect(try await world.sender.undelivered(after: nil).items.isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `a packet damaged on its way is fetched again and filed`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        _ = try await world.issue()
        try await world.academy.runJobs()
        world.institute.wire.become(.halvesPackets)
        try await world.institute.desk.poll()
        #expect(try await world.institute.arrivals().map(\.state) == [.unreadable])
        world.institute.wire.become(.works)
        try await world.institute.desk.poll()
        #expect(try await world.institute.arrivals().map(\.state) == [.unreadable], "not at once")
        world.advance(by: 61)
        try await world.settle()
        let arrival = try #require(try await world.institute.arrivals().first)
        #expect(arrival.state == .filed && arrival.told == .done && arrival.fetches == 2)
        #expect(try await world.institute.count("incoming_document") == 1)
    }

    @Test func `what is really unreadable is fetched six times and no more`() async throws {
        let world = try await ExchangeWorld.make()
        try await world.smuggle(Data("không phải gói tin".utf8))
        for _ in 1...9 {
            try await world.institute.desk.poll()
            world.advance(by: 25 * 3_600)
        }
        let arrival = try #require(try await world.institute.arrivals().first)
        #expect(arrival.state == .unreadable && arrival.fetches == 6)
        #expect(world.institute.wire.made.count { $0 == "/getEdoc" } == 6)
    }

    @Test(arguments: Engine.testable)
    func `a second refusal is a refusal again, with its own reason`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let (clerk, receiving) = (world.academy.people.clerk, world.institute.people.clerk)
        let id = try await world.issue()
        try await world.settle()
        for (round, reason) in ["Gửi nhầm đơn vị nhận.", "Vẫn gửi nhầm đơn vị nhận."].enumerated() {
            try await world.receiver.refuse(try await world.received().document.id, by: receiving, reason: reason)
            try await world.settle()
            let refused = try await world.delivery(id)
            #expect(refused.delivery == .refused)
            #expect(refused.statuses.map(\.status) == [.arrived, .refused])
            #expect(refused.statuses.last?.note.contains(reason) == true)
            #expect(try await world.sent(id).events.count { $0.detail.contains("Từ chối") } == round + 1)
            try await world.sender.resend(id, to: refused.id, by: clerk)
            try await world.settle()
            #expect(try await world.delivery(id).delivery == .sent)
            #expect(try await world.delivery(id).statuses.map(\.status) == [.arrived])
        }
    }

    @Test(arguments: Engine.testable)
    func `the same document with another urgency or time limit is not the same`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        var packet = ExchangeWorld.packet()
        try await world.smuggle(PacketWriter().write(packet))
        try await world.settle()
        try await world.smuggle(PacketWriter(leavesRoomForSignature: true).write(packet))
        try await world.settle()
        #expect(try await world.institute.count("incoming_document") == 1)
        packet.details = .init(urgency: .express)
        try await world.smuggle(PacketWriter().write(packet))
        try await world.settle()
        #expect(try await world.institute.count("incoming_document") == 2)
        #expect(try await world.received().document.content.urgency == .express)
    }

    @Test func `a status and a recall that the platform says another agency sent are told so`() async throws {
        let world = try await ExchangeWorld.make()
        try await world.smuggle(PacketWriter().write(ExchangeWorld.packet()))
        try await world.settle()
        let recall = StatusPacket(
            sender: Party(agencyCode: ExchangeWorld.academyCode.rawValue, name: "Viện Hàn lâm"),
            about: .init(
                agencyCode: ExchangeWorld.academyCode.rawValue, code: "7/VHL-VP",
                documentId: ExchangeWorld.packet().documentId), status: .recallRequested, explanation: "Gửi nhầm")
        try await world.smuggle(PacketWriter().write(recall), as: .status, from: "000.00.10.G99")
        try await world.settle()
        let request = try #require(try await world.received().changes.first)
        #expect(request.reason == "Gửi nhầm (\(Self.doubt))")
    }

    private static let doubt = "Trục liên thông ghi bên gửi là 000.00.10.G99, khác bên gửi trong gói tin."

    @Test(arguments: [DocumentPacket.Operation.Kind.recall, .amend, .replace])
    func `a formal recall, update or replacement is told so as well`(kind: DocumentPacket.Operation.Kind) async throws {
        let world = try await ExchangeWorld.make()
        try await world.smuggle(PacketWriter().write(ExchangeWorld.packet()))
        try await world.settle()
        var change = ExchangeWorld.packet(kind: kind)
        change.subject = "Nội dung khác"
        if kind == .replace { change.operation?.replacements = [.init(documentId: change.documentId ?? "")] }
        change.operation?.reason = "Sai căn cứ"
        try await world.smuggle(PacketWriter().write(change), from: "000.00.10.G99")
        try await world.settle()
        let first = try #require(try await world.institute.arrivals().first?.record)
        let view = try await world.receiver.open(IncomingID(first.id), for: world.institute.people.clerk)
        #expect(view.changes.map(\.reason) == ["Sai căn cứ (\(Self.doubt))"])
    }
}
