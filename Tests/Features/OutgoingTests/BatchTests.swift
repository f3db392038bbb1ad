import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Outgoing

/// Cấp số, ban hành nhiều văn bản một lần: số theo thứ tự trình, không trùng, không sót.
@Suite struct OutgoingBatchTests {
    @Test(arguments: Engine.testable)
    func `ticked documents are numbered in the order they came`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let first = try await stage.document(.signed)
        stage.office.clock.advance(by: 60)
        let second = try await stage.document(.signed)
        let clerk = try await OutgoingPagesTests.browser(stage, stage.people.clerk)
        #expect(try await clerk.get("/van-ban-di/hop/cho-cap-so").text.contains("value=\"\(first)\""))
        let told = try await clerk.post("/van-ban-di/hop/cho-cap-so/chon", ["chon": "\(second)", "chon": "\(first)"])
        #expect(told.status == 200 && told.text.contains("Đã cấp số 2 văn bản."))
        #expect(try await stage.find(first, for: stage.people.clerk).numbering?.number == 1)
        #expect(try await stage.find(second, for: stage.people.clerk).numbering?.number == 2)
    }

    @Test func `sealed documents are issued together; one that is issued already is told as such`() async throws {
        let stage = try await OutgoingStage()
        let (sealed, issued) = (try await stage.document(.sealed), try await stage.document(.issued))
        let clerk = try await OutgoingPagesTests.browser(stage, stage.people.clerk)
        let told = try await clerk.post(
            "/van-ban-di/hop/cho-ban-hanh/chon", ["chon": "\(sealed)", "chon": "\(issued)"])
        #expect(told.text.contains("Đã ban hành 1 văn bản; 1 văn bản chưa làm được"))
        #expect(try await stage.find(sealed, for: stage.people.clerk).state == .issued)
    }

    @Test func `only the clerk numbers, and only what he may see`() async throws {
        let stage = try await OutgoingStage()
        let id = try await stage.document(.signed)
        let specialist = try await OutgoingPagesTests.browser(stage, stage.people.specialist)
        #expect(try await specialist.post("/van-ban-di/hop/cho-cap-so/chon", ["chon": "\(id)"]).status == 404)
        #expect(try await stage.find(id, for: stage.people.clerk).state == .signed)
    }
}
