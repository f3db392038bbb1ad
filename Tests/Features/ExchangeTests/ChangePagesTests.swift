import Foundation
import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Exchange
@testable import Incoming
@testable import Outgoing

/// Văn thư xem cái gì đổi rồi trả lời trên trang; người khác không trả lời thay được.
@Suite struct ChangePagesTests {
    private static func incoming(_ world: ExchangeWorld, as actor: Actor) async throws -> Browser {
        let feature = IncomingFeature(
            ground: world.institute.office.ground, steps: .none, shell: TestOffice.shell)
        return try await world.institute.office.browser(feature.routes, as: actor)
    }

    private static func outgoing(_ world: ExchangeWorld, as actor: Actor) async throws -> Browser {
        let feature = OutgoingFeature(ground: world.academy.office.ground, steps: .none, shell: TestOffice.shell)
        return try await world.academy.office.browser(feature.routes, as: actor)
    }

    @Test func `the review shows both values side by side, and the answer is one act`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.settle()
        try await world.sender.amend(
            id, by: world.academy.people.clerk, subject: "Về việc <đổi> tên", urgency: .urgent,
            reason: "Trích yếu ghi sai.")
        try await world.settle()
        let request = try #require(try await world.received().changes.first)
        let clerk = try await Self.incoming(world, as: world.institute.people.clerk)
        let document = try await clerk.get("/van-ban-den/\(request.document)")
        #expect(document.text.contains(request.href) && document.text.contains("Xem và áp dụng bản cập nhật"))
        let review = try await clerk.get(request.href)
        #expect(review.status == 200)
        for text in [
            "Về việc thành lập Hội đồng &amp; tổ giúp việc", "Về việc &lt;đổi&gt; tên", "Trích yếu ghi sai.",
            "Đồng ý và cập nhật",
        ] {
            #expect(review.text.contains(text), "\(text)")
        }
        #expect(try await clerk.post("\(request.href)/tu-choi", ["reason": "ngắn"]).status == 422)
        #expect(try await clerk.post("\(request.href)/dong-y").status == 303)
        #expect(try await clerk.post("\(request.href)/dong-y").status == 409)
        #expect(try await world.received().document.content.subject == "Về việc <đổi> tên")
    }

    @Test func `a request is answered on its own document, by a clerk`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.settle()
        try await world.sender.recall(id, by: world.academy.people.clerk, reason: "Văn bản có sai sót.")
        try await world.settle()
        let request = try #require(try await world.received().changes.first)
        for actor in [world.institute.people.chairman, world.institute.people.specialist] {
            let browser = try await Self.incoming(world, as: actor)
            #expect(try await browser.get(request.href).status == 403)
            #expect(try await browser.post("\(request.href)/dong-y").status == 403)
        }
        let clerk = try await Self.incoming(world, as: world.institute.people.clerk)
        for path in ["/van-ban-den/99/thay-doi/\(request.id)", "/van-ban-den/\(request.document)/thay-doi/99"] {
            #expect(try await clerk.get(path).status == 404)
            #expect(try await clerk.post("\(path)/dong-y").status == 404)
        }
        #expect(try await world.received().changes.map(\.state) == [.open])
    }

    @Test func `the leader who signed recalls and sees the receivers; a stranger cannot tell that there is anything`()
        async throws
    {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.settle()
        let leader = try await Self.outgoing(world, as: world.academy.people.chairman)
        let board = try await leader.get("/van-ban-di/\(id)/noi-nhan")
        #expect(board.status == 200 && board.text.contains("Đã đến") && board.text.contains("000.00.97.G31"))
        #expect(!board.text.contains("Giữ lại"))
        let filtered = try await leader.get("/van-ban-di/\(id)/noi-nhan?loc=tu-choi")
        #expect(filtered.text.contains("Không có nơi nhận nào"))
        #expect(try await leader.post("/van-ban-di/\(id)/noi-nhan/giu-lai", ["recipient": "1"]).status == 403)
        let stranger = try await Self.outgoing(world, as: world.academy.people.otherSpecialist)
        let (hidden, absent) = (
            try await stranger.get("/van-ban-di/\(id)/noi-nhan"), try await stranger.get("/van-ban-di/999/noi-nhan")
        )
        #expect(hidden.status == 404 && absent.status == 404)
        #expect(
            try await stranger.post("/van-ban-di/\(id)/recall", ["reason": "Văn bản có sai sót."]).status == 404)
        #expect(try await leader.post("/van-ban-di/\(id)/recall", ["reason": "Văn bản có sai sót."]).status == 303)
        try await world.settle()
        #expect(try await world.received().changes.map(\.state) == [.open])
    }

    @Test func `a draft that replaces begins with what it replaces`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        let clerk = try await Self.outgoing(world, as: world.academy.people.clerk)
        let form = try await clerk.get("/van-ban-di/moi?thay-the=\(id)")
        #expect(form.text.contains("name=\"replaces\" value=\"\(id)\""))
        #expect(form.text.contains("Về việc thành lập Hội đồng &amp; tổ giúp việc"))
        let stranger = try await Self.outgoing(world, as: world.academy.people.otherSpecialist)
        #expect(try await stranger.get("/van-ban-di/moi?thay-the=\(id)").status == 404)
    }
}
