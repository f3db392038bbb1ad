import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Exchange
@testable import Incoming
@testable import Outgoing

/// Bên gửi biết từng nơi nhận đang ở đâu, kèm giờ và lý do.
@Suite struct RecipientBoardTests {
    private static let others = (10...48).map { AgencyCode("000.00.\($0).G99") }

    @Test(arguments: Engine.testable)
    func `forty recipients are told in one statement, each with every status and its time`(engine: Engine) async throws
    {
        let world = try await ExchangeWorld.make(engine)
        let id = try await world.issue(to: [ExchangeWorld.instituteCode] + Self.others)
        try await world.settle()
        let lines = try await world.sender.recipientBoard(id, for: world.academy.people.chairman).lines
        #expect(lines.count == 40)
        let institute = try #require(lines.first { $0.agency == ExchangeWorld.instituteCode })
        #expect(institute.standing == .arrived && institute.steps.map(\.code) == ["01"])
        #expect(lines.count { $0.standing == .trouble } == 39)
        #expect(lines.last?.problem.hasPrefix("Trục liên thông không có đơn vị nhận") == true)

        try await world.receiver.refuse(
            try await world.received().document.id, by: world.institute.people.clerk, reason: "Gửi nhầm nơi nhận.")
        try await world.settle()
        let refused = try await world.sender.recipientBoard(id, for: world.academy.people.clerk).lines[0]
        #expect(refused.standing == .refused && refused.steps.last?.note.contains("Gửi nhầm nơi nhận.") == true)
    }

    @Test func `what is held back goes out only when it is let go, and says why until then`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        let clerk = world.academy.people.clerk
        let recipient = try await world.delivery(id).id
        try await world.sender.hold(id, recipient: recipient, by: clerk, reason: "Chờ ý kiến lãnh đạo Viện.")
        try await world.settle()
        #expect(try await world.institute.count("incoming_document") == 0)
        let held = try await world.sender.recipientBoard(id, for: clerk).lines[0]
        #expect(held.standing == .held && held.problem == "Chờ ý kiến lãnh đạo Viện.")
        try await world.sender.release(id, recipient: recipient, by: clerk)
        try await world.settle()
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines[0].standing == .arrived)
        await #expect(throws: CommonRefusal.self) {
            try await world.sender.hold(id, recipient: recipient, by: clerk, reason: "Quá muộn để giữ lại.")
        }
    }

    @Test func `only who may see the document sees where it went`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        await #expect(throws: OutgoingRefusal.notFound) {
            try await world.sender.recipientBoard(id, for: world.academy.people.otherSpecialist)
        }
    }
}
