import Foundation
import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Incoming

/// Các trang văn bản đến: đúng người mới thấy, đúng việc mới làm, biểu mẫu nói đủ điều cần nói.
@Suite struct IncomingPagesTests {
    private func browser(_ journey: Journey, _ actor: Actor) async throws -> Browser {
        let feature = IncomingFeature(
            ground: journey.office.ground, steps: .standIn(journey.office.ground.blobs), shell: TestOffice.shell)
        return try await journey.office.browser(feature.routes, as: actor)
    }

    private func page(_ journey: Journey, _ actor: Actor, _ id: IncomingID) async throws -> Answer {
        try await browser(journey, actor).get("/van-ban-den/\(id)")
    }

    @Test func `a scan is entered, registered and laid before a leader`() async throws {
        let journey = try await Journey()
        let clerk = try await browser(journey, journey.people.clerk)
        #expect(try await clerk.get("/van-ban-den/moi").status == 200)
        let fields: KeyValuePairs<String, String> = [
            "sender": "Sở <b>Khoa học</b>", "number": "12", "notation": "SKHCN-VP", "day": "2026-11-20",
            "type": "officialLetter", "subject": "Về việc thử", "urgency": "1", "secrecy": "0",
        ]
        let wrong = try await clerk.post(
            "/van-ban-den/moi", fields, files: [FormFile("scan", name: "quet.pdf", bytes: Data("không phải PDF".utf8))])
        #expect(wrong.status == 422 || wrong.status == 400)
        let made = try await clerk.post(
            "/van-ban-den/moi", fields, files: [FormFile("scan", name: "quet.pdf", bytes: Data("%PDF-1.4\n%%EOF".utf8))]
        )
        #expect(made.status == 303)
        let place = try #require(made.location?.split(separator: "?").first.map(String.init))
        let waiting = try await clerk.get(place)
        #expect(waiting.text.contains("Sở &lt;b&gt;Khoa học&lt;/b&gt;") && waiting.text.contains("KHẨN"))
        #expect(waiting.text.contains("Không xem được tại đây"))
        #expect(try await clerk.post("\(place)/register", ["received": "2026-11-24"]).status == 303)
        #expect(try await clerk.post("\(place)/submit", ["leader": "\(journey.people.chairman.person)"]).status == 303)
        #expect(try await clerk.get("/van-ban-den/so").text.contains("12/SKHCN-VP"))
        #expect(try await clerk.get("/van-ban-den/hop/cho-trinh").status == 200)
    }

    @Test func `the directive form names places, roles and deadlines`() async throws {
        let journey = try await Journey()
        let id = try await journey.submitted()
        let leader = try await browser(journey, journey.people.chairman)
        let text = try await leader.get("/van-ban-den/\(id)").text
        #expect(text.contains("name=\"role.u\(journey.officeUnit)\"") && text.contains("Tổ chức thực hiện và báo cáo"))
        let today = Day(at: journey.office.now)
        let done = try await leader.post(
            "/van-ban-den/\(id)/direct",
            [
                "text": "Giao Văn phòng.", "pin": Journey.pin, "role.u\(journey.officeUnit)": "lead",
                "role.u\(journey.otherUnit)": "", "support": "u\(journey.otherUnit)",
                "information": "p\(journey.people.deputy.person)", "due": today.adding(days: 7).description,
                "due.u\(journey.officeUnit)": today.adding(days: 3).description,
                "due.support": today.adding(days: 5).description,
            ])
        #expect(done.status == 303)
        let given = try await journey.view(id).tree.branches.filter { $0.parent != nil }
        #expect(given.map(\.role) == [.lead, .support, .information])
        #expect(given.map(\.dueOn) == [today.adding(days: 3), today.adding(days: 5), nil])
        let after = try await leader.get("/van-ban-den/\(id)").text
        #expect(after.contains("Giao Văn phòng.") && after.contains("<blockquote>"))
    }

    @Test(arguments: [("role.x1", "lead"), ("role.u1", "boss"), ("lead", "q7"), ("lead", "u-1"), ("role.u1", "decide")])
    func `a forged assignment is refused`(name: String, value: String) throws {
        let form = Form([:])
        #expect(try AssignmentForm(form).assignments.isEmpty)
        let forged = try #require(Form(urlEncoded: "\(name)=\(value)"))
        #expect(throws: CommonRefusal.self) { try AssignmentForm(forged) }
    }

    @Test func `a likely duplicate asks for confirmation on the page`() async throws {
        let journey = try await Journey()
        let first = try await journey.arrive(.sample(), exchangeID: "a")
        try await journey.desk.register(first, by: journey.people.clerk)
        let second = try await journey.arrive(.sample(), exchangeID: "b", pdf: "%PDF-1.7 hai")
        let clerk = try await browser(journey, journey.people.clerk)
        let text = try await clerk.get("/van-ban-den/\(second)").text
        #expect(text.contains("Có thể trùng với") && text.contains("name=\"confirmed\""))
        let refused = try await clerk.post("/van-ban-den/\(second)/register", [:])
        #expect(refused.status == 409 && refused.text.contains("có thể trùng"))
        #expect(try await clerk.post("/van-ban-den/\(second)/register", ["confirmed": "1"]).status == 303)
    }

    @Test func `pages, files and pictures of a stranger's document are not there`() async throws {
        let journey = try await Journey()
        let id = try await journey.submitted()
        let main = try #require(try await journey.view(id).main)
        let paths = [
            "/van-ban-den/\(id)", "/van-ban-den/\(id)/phieu", "/van-ban-den/\(id)/tep/\(main.id)",
            "/van-ban-den/\(id)/tep/\(main.id)/trang/1", "/van-ban-den/999999",
        ]
        for actor in [journey.people.specialist, journey.people.officeHead, journey.people.administrator] {
            let stranger = try await browser(journey, actor)
            for path in paths { #expect(try await stranger.get(path).status == 404, "\(actor.name) \(path)") }
            for action in IncomingDocument.Action.allCases {
                let status = try await stranger.post(
                    "/van-ban-den/\(id)/\(action.rawValue)", ["reason": "Lý do đủ dài."]
                ).status
                #expect((400..<500).contains(status), "\(actor.name) \(action) \(status)")
            }
            #expect(try await stranger.get("/van-ban-den/so").status == 403)
            #expect(try await stranger.get("/van-ban-den").text.contains("/van-ban-den/\(id)") == false)
        }
        let clerk = try await browser(journey, journey.people.clerk)
        #expect(try await clerk.get(paths[2]).body == Data("%PDF-1.7 một".utf8))
        #expect(try await clerk.get("/van-ban-den/\(id)/tep/999999").status == 404)
    }

    @Test func `every box is a page, and an unknown one is not`() async throws {
        let journey = try await Journey()
        _ = try await journey.submitted()
        for actor in [journey.people.clerk, journey.people.chairman, journey.people.specialist] {
            let person = try await browser(journey, actor)
            for box in IncomingBox.allCases { #expect(try await person.get(box.href).status == 200) }
            #expect(try await person.get("/van-ban-den/hop/khong-co").status == 404)
        }
    }

    @Test func `after handing on, what can still be done stands folded`() async throws {
        let journey = try await Journey()
        let id = try await journey.directed([Assignment(.unit(journey.officeUnit), .lead)])
        let text = try await page(journey, journey.people.chairman, id).text
        #expect(text.contains("Việc khác") && text.contains("Thu hồi từ"))
    }
}
