import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Testing

@testable import Outgoing

/// Gửi liên thông và theo dõi trạng thái (QĐ 28/2018/QĐ-TTg).
@Suite struct DeliveryTests {
    let agency = AgencyCode("000.00.97.G31")

    @Test(arguments: Engine.testable)
    func `the packet's contents are the issued document with its newest files, the main one first`(
        engine: Engine
    ) async throws {
        let stage = try await OutgoingStage(engine)
        let attachment = NewFile(name: "phu-luc.pdf", blob: try stage.pdf("Phu luc"))
        let id = try await stage.document(.issued, stage.draft(attachments: [attachment]))
        let issued = try await stage.office.database.read { try OutgoingDelivery($0).packetContents(of: id.rawValue) }
        #expect(issued.documentID == "000.00.00.G31,2026/11/24,01/QĐ-VHL")
        #expect(issued.code.description == "01/QĐ-VHL")
        #expect(issued.signerName == stage.people.chairman.name)
        #expect(issued.receivers.map(\.agency) == [agency])
        #expect(issued.files.map(\.name) == ["quyet-dinh.pdf", "phu-luc.pdf"])
        #expect(issued.files.map(\.isMain) == [true, false])
        let main = try await stage.desk.open(id, for: stage.people.clerk).main
        #expect(issued.files.first?.blob == main?.blob)
    }

    @Test func `a document that is not issued has no packet`() async throws {
        let stage = try await OutgoingStage()
        let id = try await stage.document(.sealed)
        await #expect(throws: OutgoingRefusal.notFound) {
            try await stage.office.database.read { try OutgoingDelivery($0).packetContents(of: id.rawValue) }
        }
    }

    @Test(arguments: Engine.testable)
    func `sent, then statuses in their order; a status told twice counts once`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let (agency, now) = (agency, stage.office.now)
        let id = try await stage.document(.issued)
        let matched = try await stage.office.database.write { tx in
            let delivery = OutgoingDelivery(tx)
            try delivery.recordSent(id.rawValue, to: agency, exchangeID: "X1", packedAt: now, at: now)
            return try [ExchangeStatus.arrived, .accepted, .accepted, .completed].enumerated().map { index, status in
                try delivery.recordStatus(
                    documentID: "000.00.00.G31,2026/11/24,01/QĐ-VHL", from: agency, status: status,
                    description: "ghi chú",
                    at: now.addingTimeInterval(Double(index)))
            }
        }
        #expect(matched == [true, true, true, true])
        let recipient = try #require(try await stage.desk.open(id, for: stage.people.clerk).recipients.first)
        #expect(recipient.delivery == .sent)
        #expect(recipient.statuses.map(\.status) == [.arrived, .accepted, .completed])
        let events = try await stage.desk.open(id, for: stage.people.clerk).events
        #expect(events.count(where: { $0.kind == "status" }) == 3)
        let waits = try await stage.office.database.read {
            try OutgoingDelivery($0).need(of: agency, for: id.rawValue) == .sending
        }
        #expect(!waits)
    }

    @Test func `a status finds its document by number, notation and day where the identity was mangled`() async throws {
        let stage = try await OutgoingStage()
        let (agency, now) = (agency, stage.office.now)
        _ = try await stage.document(.issued)
        let found = try await stage.office.database.write { tx in
            let delivery = OutgoingDelivery(tx)
            func status(_ number: String, from: AgencyCode) throws -> Bool {
                try delivery.recordStatus(
                    documentID: "?", code: DocumentCode(number: number, notation: "QĐ-VHL"), day: Day(at: now),
                    from: from,
                    status: .arrived, description: "", at: now)
            }
            return try [
                status("01", from: agency), status("1", from: agency), status("02", from: agency),
                status("01", from: AgencyCode("000.00.00.G06")),
            ]
        }
        #expect(found == [true, true, false, false])
    }

    @Test(arguments: Engine.testable)
    func `a final failure lies in its box until the clerk sends again`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let (agency, now, clerk) = (agency, stage.office.now, stage.people.clerk)
        let id = try await stage.document(.issued)
        try await stage.office.database.write { tx in
            try OutgoingDelivery(tx).recordSendFailure(
                id.rawValue, to: agency, message: "Trục liên thông không trả lời.", isFinal: false, at: now)
        }
        #expect(try await stage.desk.list(.trouble, for: clerk).items.isEmpty)
        try await stage.office.database.write { tx in
            try OutgoingDelivery(tx).recordSendFailure(
                id.rawValue, to: agency, message: "Trục liên thông không trả lời.", isFinal: true, at: now)
        }
        #expect(try await stage.desk.list(.trouble, for: clerk).items.map(\.document.id) == [id])
        let recipient = try #require(try await stage.desk.open(id, for: clerk).recipients.first)
        #expect(recipient.failure == "Trục liên thông không trả lời.")
        try await stage.desk.resend(id, to: recipient.id, by: clerk)
        #expect(try await stage.desk.list(.trouble, for: clerk).items.isEmpty)
        let jobs: Int? = try await stage.office.database.read {
            try $0.value("SELECT count(*) FROM job WHERE kind = 'exchange.send'")
        }
        #expect(jobs == 2)
        await #expect(throws: OutgoingRefusal.self) { try await stage.desk.resend(id, to: recipient.id, by: clerk) }
    }

    @Test(arguments: Engine.testable)
    func `a unit that it came to sees what was issued, and nothing of how it came about`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let (people, reason) = (stage.people, "Nội bộ: đề nghị sửa lại căn cứ.")
        let unit = NewRecipient(.unit(people.otherHead.unit), name: "")
        let id = try await stage.document(.submitted, stage.draft(to: [unit]))
        try await stage.desk.returnDraft(id, by: people.officeHead, reason: reason)
        try await stage.desk.submit(id, by: people.specialist)
        try await stage.desk.initial(id, by: people.officeHead, with: .pin(OutgoingStage.pin), seen: nil)
        try await stage.desk.sign(id, by: people.chairman, with: .pin(OutgoingStage.pin), seen: nil)
        try await stage.desk.number(id, by: people.clerk)
        try await stage.desk.seal(id, by: people.clerk, with: .pin(OutgoingStage.pin))
        try await stage.desk.issue(id, by: people.clerk)

        let view = try await stage.desk.open(id, for: people.otherHead)
        #expect(view.files.allSatisfy { $0.role == .main || $0.role == .attachment } && view.main != nil)
        #expect(!view.events.contains { $0.detail.contains(reason) } && view.events.contains { $0.kind == "issue" })
        let own = try await stage.desk.open(id, for: people.specialist)
        #expect(own.events.contains { $0.detail.contains(reason) })

        let all = try await stage.office.database.read { try RecordFileStore($0).all(of: OutgoingDocument.ref(id)) }
        for file in all {
            let isShown = view.files.contains { $0.id == file.id }
            let seen = try? await stage.desk.file(file.id, of: id, for: people.otherHead)
            #expect((seen != nil) == isShown, "\(file.name), \(file.role), version \(file.version)")
            _ = try await stage.desk.file(file.id, of: id, for: people.specialist)
        }
        #expect(all.count > view.files.count)
    }

    @Test(arguments: Engine.testable)
    func `our own units find it on their desk; what is for information closes by being read`(
        engine: Engine
    ) async throws {
        let stage = try await OutgoingStage(engine)
        let people = stage.people
        let recipients = [
            NewRecipient(.unit(people.otherHead.unit), name: ""),
            NewRecipient(.unit(people.officeHead.unit), name: "", role: .lead),
        ]
        let id = try await stage.document(.issued, stage.draft(to: recipients))
        #expect(try await stage.desk.list(.unitReading, for: people.otherHead).items.map(\.document.id) == [id])
        #expect(try await stage.desk.list(.unitWork, for: people.officeHead).items.map(\.document.id) == [id])
        let view = try await stage.desk.open(id, for: people.otherHead)
        #expect(view.tree.branches.first { $0.holder == .unit(people.otherHead.unit) }?.state == .completed)
        #expect(try await stage.desk.list(.unitReading, for: people.otherHead).items.isEmpty)
        _ = try await stage.desk.open(id, for: people.officeHead)
        #expect(try await stage.desk.list(.unitWork, for: people.officeHead).items.count == 1)
        try await stage.desk.complete(id, by: people.officeHead, outcome: "Đã triển khai.")
        #expect(try await stage.desk.list(.unitWork, for: people.officeHead).items.isEmpty)
        await #expect(throws: OutgoingRefusal.notFound) { try await stage.desk.open(id, for: people.otherSpecialist) }
    }

    @Test(arguments: Engine.testable)
    func `a recall takes it from our own units, also from one that has dealt with it`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let people = stage.people
        let recipients = [
            NewRecipient(.unit(people.otherHead.unit), name: ""),
            NewRecipient(.unit(people.officeHead.unit), name: "", role: .lead),
        ]
        // Drafted elsewhere, so that the head of the office has it as a receiver alone.
        let id = try await stage.desk.create(stage.draft(to: recipients), by: people.otherSpecialist)
        try await stage.runJobs()
        try await stage.desk.submit(id, by: people.otherSpecialist)
        try await stage.desk.initial(id, by: people.otherHead, with: .pin(OutgoingStage.pin), seen: nil)
        try await stage.desk.sign(id, by: people.chairman, with: .pin(OutgoingStage.pin), seen: nil)
        try await stage.desk.number(id, by: people.clerk)
        try await stage.desk.seal(id, by: people.clerk, with: .pin(OutgoingStage.pin))
        try await stage.desk.issue(id, by: people.clerk)
        try await stage.desk.complete(id, by: people.officeHead, outcome: "Đã triển khai.")
        #expect(try await !stage.desk.list(.all, for: people.officeHead).items.isEmpty)
        try await stage.desk.recall(id, by: people.clerk, reason: "Văn bản có sai sót về nội dung.")
        #expect(try await stage.desk.list(.all, for: people.officeHead).items.isEmpty)
        await #expect(throws: OutgoingRefusal.notFound) { try await stage.desk.open(id, for: people.officeHead) }
        _ = try await stage.desk.open(id, for: people.otherSpecialist)
    }
}
