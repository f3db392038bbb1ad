import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Testing

@testable import Outgoing

/// Gửi trong ngày ký, chậm nhất sáng ngày làm việc tiếp theo; chậm thì nổi lên và văn thư được báo.
@Suite struct LateTests {
    private func lateness(_ stage: OutgoingStage) async throws -> (count: Int, listed: [OutgoingID]) {
        let (clerk, now) = (stage.people.clerk, stage.office.now)
        let count = try await stage.office.database.read { try OutgoingStore($0).count(.late, for: clerk, now: now) }
        return (count, try await stage.desk.list(.late, for: clerk).items.map(\.document.id))
    }

    @Test(arguments: Engine.testable)
    func `what was signed and not sent in time is counted and listed until it is sent`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let id = try await stage.document(.signed)
        #expect(try await stage.find(id, for: stage.people.clerk).sendDueAt != nil)
        #expect(try await lateness(stage).count == 0)
        // Tuesday 9:00 until noon of Wednesday.
        stage.office.clock.advance(by: 27 * 3600)
        #expect(try await lateness(stage) == (1, [id]))
        for step in 1...2 {
            if step == 1 { try await stage.desk.number(id, by: stage.people.clerk) }
            if step == 2 { try await stage.desk.seal(id, by: stage.people.clerk, with: .pin(OutgoingStage.pin)) }
            #expect(try await lateness(stage) == (1, [id]))
        }
        try await stage.desk.issue(id, by: stage.people.clerk)
        #expect(try await lateness(stage) == (1, [id]), "it is not with its receiver yet")
        let now = stage.office.now
        try await stage.office.database.write { tx in
            try OutgoingDelivery(tx).recordSent(
                id.rawValue, to: AgencyCode("000.00.97.G31"), exchangeID: "X", packedAt: now, at: now)
        }
        #expect(try await lateness(stage).count == 0)
        #expect(try await stage.desk.list(.late, for: stage.people.specialist).items.isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `what was taken back, or is held back from its receiver, is late no more`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let id = try await stage.document(.issued)
        stage.office.clock.advance(by: 27 * 3600)
        for statement in [
            "UPDATE outgoing_recipient SET held = 'recall' WHERE document_id = \(id)",
            "UPDATE outgoing_document SET ended = 'recalled' WHERE id = \(id)",
        ] as [SQL] {
            #expect(try await lateness(stage) == (1, [id]))
            _ = try await stage.office.database.write { try $0.execute(statement) }
            #expect(try await lateness(stage).count == 0)
            _ = try await stage.office.database.write {
                try $0.execute("UPDATE outgoing_recipient SET held = '' WHERE document_id = \(id)")
            }
        }
    }

    @Test func `an urgent document is late after an hour; one that is given back has no limit`() async throws {
        let stage = try await OutgoingStage()
        var content = stage.content()
        content.urgency = .express
        let id = try await stage.document(.signed, stage.draft(content))
        stage.office.clock.advance(by: 3599)
        #expect(try await lateness(stage).count == 0)
        stage.office.clock.advance(by: 1)
        #expect(try await lateness(stage).count == 1)
        try await stage.desk.returnDraft(id, by: stage.people.clerk, reason: "Sai thể thức, đề nghị sửa.")
        #expect(try await lateness(stage).count == 0)
        #expect(try await stage.find(id, for: stage.people.specialist).sendDueAt == nil)
    }

    @Test(arguments: Engine.testable)
    func `everybody who has not got what was issued is listed with the reason`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let (agency, now, clerk) = (AgencyCode("000.00.97.G31"), stage.office.now, stage.people.clerk)
        let id = try await stage.document(.issued)
        #expect(try await stage.desk.undelivered(after: nil).items.isEmpty)
        try await stage.office.database.write { tx in
            try OutgoingDelivery(tx).recordSendFailure(
                id.rawValue, to: agency, message: "Không kết nối được trục.", isFinal: true, at: now)
        }
        let line = try #require(try await stage.desk.undelivered(after: nil).items.first)
        #expect(line.failure == "Không kết nối được trục." && line.delivery == .failed)
        try await stage.desk.hold(id, recipient: line.id, by: clerk, reason: "Chờ nơi nhận kết nối lại.")
        #expect(try await stage.desk.undelivered(after: nil).items.map(\.held) == ["Chờ nơi nhận kết nối lại."])
        try await stage.desk.release(id, recipient: line.id, by: clerk)
        try await stage.office.database.write { tx in
            try OutgoingDelivery(tx).recordSent(id.rawValue, to: agency, exchangeID: "X", packedAt: now, at: now)
            _ = try OutgoingDelivery(tx).recordStatus(
                documentID: "000.00.00.G31,2026/11/24,01/QĐ-VHL", from: agency, status: .refused,
                description: "Gửi nhầm nơi nhận", at: now)
        }
        let items = try await stage.desk.undelivered(after: nil).items
        #expect(items.map(\.failure) == ["Gửi nhầm nơi nhận"])
        #expect(try await stage.desk.undelivered(limit: UndeliveredBook.mostRows) == items)
        let browser = try await stage.office.browser(
            OutgoingPagesTests.routes(stage), as: stage.people.clerk)
        #expect(try await browser.get(UndeliveredView.path).text.contains("\(UndeliveredView.path)/xlsx"))
        let book = try await browser.get("\(UndeliveredView.path)/xlsx")
        #expect(book.status == 200 && book.body.range(of: Data("Gửi nhầm nơi nhận".utf8)) != nil)
    }

    @Test func `a replacement begins from what it replaces, and only from what is still in force`() async throws {
        let stage = try await OutgoingStage()
        let old = try await stage.document(.issued)
        var content = stage.content("Về việc thay thế")
        content.replaces = old
        let new = try await stage.document(.issued, stage.draft(content))
        #expect(try await stage.find(old, for: stage.people.clerk).ending == .replaced)
        #expect(try await stage.desk.open(new, for: stage.people.clerk).links.map(\.words) == ["Thay thế"])
        let draft = try stage.draft(content)
        await #expect(throws: CommonRefusal.invalid("Văn bản này đã có văn bản thay thế.")) {
            try await stage.desk.create(draft, by: stage.people.specialist)
        }
        await #expect(throws: OutgoingRefusal.notFound) {
            try await stage.desk.create(draft, by: stage.people.otherSpecialist)
        }
    }

    @Test func `who has the replaced document and is not sent its replacement is asked to give it back`() async throws {
        let stage = try await OutgoingStage()
        let (kept, leftOut) = (AgencyCode("000.00.97.G31"), AgencyCode("000.00.00.G09"))
        let both = [kept, leftOut].map { NewRecipient(.agency($0), name: "") }
        let old = try await stage.document(.issued, stage.draft(to: both))
        let now = stage.office.now
        try await stage.office.database.write { tx in
            for agency in [kept, leftOut] {
                try OutgoingDelivery(tx).recordSent(old.rawValue, to: agency, exchangeID: "X", packedAt: now, at: now)
            }
        }
        var content = stage.content()
        content.replaces = old
        let new = try await stage.document(.issued, stage.draft(content, to: [both[0]]))
        let replaced = try await stage.desk.open(old, for: stage.people.clerk)
        #expect(
            replaced.changes.map { [$0.change.change.rawValue] + $0.answers.map { "\($0.name)" } }
                == [["recall", "Bộ Nội vụ"], ["replace", "Viện Công nghệ thông tin (mã thực hành)"]])
        let title = try #require(try await stage.find(new, for: stage.people.clerk).code).description
        #expect(replaced.changes[0].change.reason.contains(title) && !replaced.changes[0].change.isFormal)
        #expect(replaced.events.contains { $0.detail.hasSuffix("trả lại văn bản này: Bộ Nội vụ.") })
    }

    @Test func `the paper copy and the replaced document are told to the exchange`() async throws {
        let stage = try await OutgoingStage()
        let (agency, now) = (AgencyCode("000.00.97.G31"), stage.office.now)
        let old = try await stage.document(.issued)
        try await stage.office.database.write {
            try OutgoingDelivery($0).recordSent(old.rawValue, to: agency, exchangeID: "X", packedAt: now, at: now)
        }
        var content = stage.content()
        (content.replaces, content.alsoOnPaper) = (old, true)
        let new = try await stage.document(.issued, stage.draft(content))
        let issued = try await stage.office.database.read { try OutgoingDelivery($0).packetContents(of: new.rawValue) }
        #expect(issued.alsoOnPaper)
        let label = "Quyết định số 01/QĐ-VHL ngày 24/11/2026"
        #expect(
            issued.replaces
                == .init(documentID: "000.00.00.G31,2026/11/24,01/QĐ-VHL", label: label, agencies: [agency]))
    }

    /// Years of issued documents are not read to find the few that have not arrived.
    @Test func `what was issued late is found from those who have not got it`() async throws {
        let stage = try await OutgoingStage()
        let way = try #require(OutgoingBox.late.ways(for: stage.people.clerk, now: stage.office.now).last)
        guard case .own(let condition) = way else {
            Issue.record("not a condition of documents")
            return
        }
        let plan = try await stage.office.database.read { tx in
            try tx.rows("EXPLAIN QUERY PLAN SELECT d.id FROM outgoing_document d WHERE \(condition)")
                .map { try $0.get("detail", as: String.self) }
        }
        #expect(plan.contains { $0.contains("SEARCH d USING INTEGER PRIMARY KEY") }, "\(plan)")
        #expect(plan.contains { $0.contains("outgoing_recipient_unsent") }, "\(plan)")
    }
}
