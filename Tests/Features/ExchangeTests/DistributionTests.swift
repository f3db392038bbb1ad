import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Exchange
@testable import Incoming
@testable import Outgoing

/// Nơi nhận sau khi ban hành: nơi bị quên được gửi thêm, nơi gửi nhầm được yêu cầu trả lại; các nơi khác không bị làm phiền.
@Suite struct DistributionTests {
    private static let stranger = AgencyCode("000.00.10.G99")
    private static let mistake = "Gửi nhầm nơi nhận, không thuộc thẩm quyền."

    @Test(arguments: Engine.testable)
    func `whoever was forgotten gets the document as the others did, once`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let clerk = world.academy.people.clerk
        let id = try await world.issue(to: [Self.stranger])
        try await world.settle()
        #expect(try await world.institute.count("incoming_document") == 0)
        let place = try await world.sent(id).document.movedAt

        let institute = NewRecipient(.agency(ExchangeWorld.instituteCode), name: "")
        try await world.sender.distribute(id, to: [institute], by: clerk)
        try await world.settle()

        let received = try await world.received().document
        #expect(received.content.subject == "Về việc thành lập Hội đồng & tổ giúp việc" && received.state == .received)
        #expect(received.content.toPlaces.last == "Lưu: VT.")
        #expect(received.content.toPlaces.dropLast() == (try await world.sent(id).recipients.map(\.name))[...])
        let board = try await world.sender.recipientBoard(id, for: clerk).lines
        #expect(board.map(\.standing) == [.trouble, .arrived])
        #expect(try await world.academy.transmissions().count { $0.status == nil } == 2, "nobody is sent it twice")
        let sent = try await world.sent(id)
        #expect(sent.document.state == .issued && sent.changes.isEmpty)
        #expect(sent.events.contains { $0.kind == "distribute" && $0.detail.contains(board[1].name) })
        #expect(sent.document.movedAt == (sent.document.issuedAt ?? place), "it keeps its place in the lists")
    }

    @Test func `only the clerk sends to more, only what is known, only once, and never what is frozen`() async throws {
        let world = try await ExchangeWorld.make()
        let (clerk, chairman) = (world.academy.people.clerk, world.academy.people.chairman)
        let id = try await world.issue()
        try await world.settle()
        func refusal(_ receivers: [NewRecipient], by actor: Actor) async -> String? {
            do {
                try await world.sender.distribute(id, to: receivers, by: actor)
                return nil
            } catch { return (error as? any Refusal)?.message }
        }
        let institute = NewRecipient(.agency(ExchangeWorld.instituteCode), name: "")
        #expect(await refusal([institute], by: clerk)?.hasPrefix("Đã có trong danh sách nơi nhận") == true)
        #expect(await refusal([], by: clerk) == "Hãy chọn ít nhất một nơi nhận.")
        let unknown = NewRecipient(.agency(AgencyCode("000.99.99.X99")), name: "")
        #expect(await refusal([unknown], by: clerk)?.contains("không có trong danh bạ") == true)
        let unit = NewRecipient(.unit(world.academy.people.otherHead.unit), name: "")
        #expect(await refusal([unit], by: chairman)?.contains("Việc này của văn thư") == true)
        try await world.sender.recall(id, by: clerk, reason: Self.mistake)
        #expect(await refusal([unit], by: clerk)?.contains("đã được thu hồi") == true)
        #expect(try await world.sent(id).recipients.count == 1)
    }

    @Test(arguments: Engine.testable)
    func `one receiver gives back what it got by mistake; the document lives on`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let clerk = world.academy.people.clerk
        let id = try await world.issue(to: [ExchangeWorld.instituteCode, Self.stranger])
        try await world.settle()
        let recipient = try await world.delivery(id).id

        try await world.sender.takeBack(id, from: recipient, by: clerk, reason: Self.mistake)
        await #expect(throws: CommonRefusal.self, "it is asked once") {
            try await world.sender.takeBack(id, from: recipient, by: clerk, reason: Self.mistake)
        }
        try await world.settle()
        let asked = try await world.received()
        let request = try #require(asked.changes.first)
        #expect(request.change == .recall && request.reason == Self.mistake)
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.recalling, .trouble])
        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        try await world.settle()

        #expect(try await world.received().document.ending == .recalled)
        let sent = try await world.sent(id)
        #expect(sent.document.ending == nil && sent.document.state == .issued)
        #expect(sent.changes.map(\.answers.count) == [1])
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.givenBack, .trouble])

        // Who has given it back is asked for nothing more.
        try await world.sender.amend(
            id, by: clerk, subject: "Về việc kiện toàn Hội đồng", urgency: .urgent, reason: "Trích yếu ghi thiếu chữ.")
        try await world.sender.recall(id, by: clerk, reason: Self.mistake)
        #expect(try await world.sent(id).changes.map(\.answers.count) == [0, 0, 1])
    }

    @Test func `a receiver that refuses keeps it, and may be asked again`() async throws {
        let world = try await ExchangeWorld.make()
        let clerk = world.academy.people.clerk
        let id = try await world.issue()
        try await world.settle()
        let recipient = try await world.delivery(id).id
        for _ in 1...2 {
            try await world.sender.takeBack(id, from: recipient, by: clerk, reason: Self.mistake)
            try await world.settle()
            let request = try #require(try await world.received().changes.first { $0.state == .open })
            try await world.receiver.refuseChange(
                request.id, by: world.institute.people.clerk, reason: "Đơn vị đang xử lý văn bản này.")
            try await world.settle()
            #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.kept])
        }
        #expect(try await world.sent(id).document.ending == nil)
    }

    @Test func `what was not sent cannot be taken back`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue(to: [Self.stranger])
        let recipient = try await world.delivery(id, to: Self.stranger).id
        await #expect(throws: CommonRefusal.self) {
            try await world.sender.takeBack(id, from: recipient, by: world.academy.people.clerk, reason: Self.mistake)
        }
        await #expect(throws: OutgoingRefusal.notFound) {
            try await world.sender.takeBack(id, from: 999_999, by: world.academy.people.clerk, reason: Self.mistake)
        }
    }

    @Test(arguments: Engine.testable)
    func `a unit of ours loses it at once, and may get it again`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let (clerk, head) = (world.academy.people.clerk, world.academy.people.otherHead)
        let id = try await world.issue()
        let unit = NewRecipient(.unit(head.unit), name: "")
        try await world.sender.distribute(id, to: [unit], by: clerk)
        #expect(try await world.sender.list(.unitReading, for: head).items.map(\.document.id) == [id])
        let recipient = try #require(try await world.sent(id).recipients.first { $0.unit == head.unit }).id

        try await world.sender.takeBack(id, from: recipient, by: clerk, reason: Self.mistake)
        #expect(try await world.sender.list(.unitReading, for: head).items.isEmpty)
        await #expect(throws: OutgoingRefusal.notFound) { try await world.sender.open(id, for: head) }
        let lines = try await world.sender.recipientBoard(id, for: clerk).lines
        #expect(lines.last?.standing == .givenBack)

        try await world.sender.distribute(id, to: [unit], by: clerk)
        #expect(try await world.sender.list(.unitReading, for: head).items.map(\.document.id) == [id])
        #expect(try await world.sent(id).recipients.count == 2)
    }
}
