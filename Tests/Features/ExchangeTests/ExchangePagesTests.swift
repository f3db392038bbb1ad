import Foundation
import OfficeTestKit
import Hummingbird
import Platform
import Records
import Testing

@testable import Exchange

/// Trang liên thông của văn thư.
@Suite struct ExchangePagesTests {
    @Test func `the clerk sees what went out and came in, and others do not`() async throws {
        let world = try await ExchangeWorld.make()
        _ = try await world.issue()
        try await world.settle()
        let (academy, institute) = (world.academy, world.institute)
        let clerk = try await academy.office.browser(academy.feature.routes, as: academy.people.clerk)
        let page = try await clerk.get("/lien-thong")
        #expect(page.status == 200 && page.text.contains("Quyết định 15/QĐ-VHL") && page.text.contains("Đã gửi"))
        #expect(page.text.contains("Đang kết nối với trục liên thông từ 09:00"))
        let receiver = try await institute.office.browser(institute.feature.routes, as: institute.people.clerk)
        let inbox = try await receiver.get("/lien-thong/goi-den")
        #expect(inbox.text.contains("Quyết định 15/QĐ-VHL") && inbox.text.contains("/van-ban-den/1"))
        let other = try await academy.office.browser(academy.feature.routes, as: academy.people.specialist)
        for path in ["/lien-thong", "/lien-thong/goi-den", "/lien-thong/goi-di/1/tai", "/lien-thong/goi-den/1/tai"] {
            #expect(try await other.get(path).status == 403)
        }
    }

    @Test func `a packet is downloaded as it came and never shown`() async throws {
        let world = try await ExchangeWorld.make()
        try await world.smuggle(Data("<script>alert(1)</script>".utf8))
        try await world.settle()
        let institute = world.institute
        let clerk = try await institute.office.browser(institute.feature.routes, as: institute.people.clerk)
        let answer = try await clerk.get("/lien-thong/goi-den/1/tai")
        #expect(answer.body == Data("<script>alert(1)</script>".utf8))
        #expect(answer.headers[.contentType] == "application/octet-stream")
        #expect(answer.headers[.contentDisposition]?.hasPrefix("attachment") == true)
        #expect(try await clerk.get("/lien-thong/goi-den/99/tai").status == 404)
    }

    @Test func `the boxes count what their lists show`() async throws {
        let world = try await ExchangeWorld.make()
        _ = try await world.issue(to: [.init("000.00.88.G31")])
        try await world.smuggle(Data("rác".utf8))
        try await world.settle()
        let (academy, institute) = (world.academy, world.institute)
        let failed = try await academy.office.database.read { tx in
            try tx.counts(of: ExchangeFeature.boxes(for: academy.people.clerk))
        }
        #expect(failed.map(\.count) == [1, 0])
        let clerk = try await academy.office.browser(academy.feature.routes, as: academy.people.clerk)
        #expect(try await clerk.get(failed[0].href).text.contains("Gửi lại"))
        let resent = try await clerk.post("/lien-thong/goi-di/1/gui-lai")
        #expect(resent.status == 303 && resent.location?.hasPrefix("/lien-thong?ok=") == true)
        let open = try await institute.office.database.read { tx in
            try tx.counts(of: ExchangeFeature.boxes(for: institute.people.clerk))
        }
        #expect(open.map(\.count) == [0, 1])
        #expect(ExchangeFeature.boxes(for: institute.people.specialist).isEmpty)
    }
}
