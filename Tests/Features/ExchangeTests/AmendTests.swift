import EdXML
import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Exchange
@testable import Hub
@testable import Incoming
@testable import Outgoing

/// Cập nhật và thay thế: bên nhận xem cái gì đổi rồi mới áp dụng; văn bản cũ và mới nối với nhau.
@Suite struct AmendTests {
    @Test(arguments: Engine.testable)
    func `an update is shown beside what it changes and applied when the clerk agrees`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let id = try await world.issue()
        try await world.settle()
        try await world.sender.amend(
            id, by: world.academy.people.clerk, subject: "Về việc thành lập Hội đồng khoa học", urgency: .express,
            reason: "Trích yếu ghi thiếu chữ.")
        try await world.settle()

        let before = try await world.received()
        let request = try #require(before.changes.first)
        let changes = request.proposal?.changes(of: before.document, files: before.files) ?? []
        #expect(
            changes == [
                FieldChange(
                    label: "Trích yếu", before: "Về việc thành lập Hội đồng & tổ giúp việc",
                    after: "Về việc thành lập Hội đồng khoa học"),
                FieldChange(label: "Độ khẩn", before: "Khẩn", after: "Hỏa tốc"),
            ])
        #expect(before.document.content.urgency == .urgent)
        #expect(try await world.institute.count("incoming_document") == 1)

        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        try await world.settle()
        let after = try await world.received()
        #expect(after.document.content.subject == "Về việc thành lập Hội đồng khoa học")
        #expect(after.document.content.urgency == .express && after.document.state == .received)
        #expect(after.changes.first?.applied == changes)
        #expect(try await world.sent(id).changes.first?.answers.map(\.state) == [.agreed])
        #expect(try await world.reported() == [.arrived, .changeAccepted])
    }

    @Test(arguments: Engine.testable)
    func `who gets the document after it was updated gets the update too`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let (id, clerk) = (try await world.issue(), world.academy.people.clerk)
        world.academy.wire.become(.isDown)
        try await world.academy.runJobs()
        let amended = "Về việc thành lập Hội đồng khoa học"
        try await world.sender.amend(
            id, by: clerk, subject: amended, urgency: .urgent, reason: "Đính chính tên gọi của Hội đồng.")
        world.academy.wire.become(.works)
        world.advance(by: 3_600)
        try await world.settle()
        let received = try await world.received()
        #expect(received.document.content.subject == "Về việc thành lập Hội đồng & tổ giúp việc")
        let request = try #require(received.changes.first)
        #expect(request.change == .amend && request.proposal?.content.subject == amended)
        try await world.settle()
        #expect(try await world.academy.transmissions().count == 2, "each goes once")
    }

    @Test func `an update that brings another file keeps the old one as an earlier version`() async throws {
        let world = try await ExchangeWorld.make()
        try await world.smuggle(PacketWriter().write(ExchangeWorld.packet()))
        try await world.settle()
        let new = Data("%PDF-1.7 bản mới".utf8)
        var packet = ExchangeWorld.packet(
            kind: .amend,
            attachments: [
                PacketAttachment(contentId: "1", name: "cv-moi.pdf", declaredType: "application/pdf", content: new)
            ])
        packet.operation?.documentId = packet.documentId
        try await world.smuggle(PacketWriter().write(packet))
        try await world.settle()
        let asked = try await world.received()
        let request = try #require(asked.changes.first)
        #expect(request.proposal?.changes(of: asked.document, files: asked.files).map(\.label) == ["Tệp văn bản"])
        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        let main = try #require(try await world.received().main)
        #expect(main.version == 2 && main.name == "cv-moi.pdf")
        #expect(try world.institute.office.ground.blobs.get(main.blob) == new)
    }

    @Test func `a refused update changes nothing`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.settle()
        try await world.sender.amend(
            id, by: world.academy.people.clerk, subject: "Khác hẳn", urgency: .normal, reason: "Trích yếu ghi sai.")
        try await world.settle()
        let request = try #require(try await world.received().changes.first)
        try await world.receiver.refuseChange(
            request.id, by: world.institute.people.clerk, reason: "Không đúng văn bản đã ký.")
        try await world.settle()
        #expect(try await world.received().document.content.subject == "Về việc thành lập Hội đồng & tổ giúp việc")
        #expect(try await world.sent(id).changes.first?.answers.map(\.state) == [.refused])
    }

    // MARK: The list of receivers

    /// An update that says only who receives the document; its header is a stub.
    private static func receivers(
        _ changes: [DocumentPacket.RecipientChange], to recipients: [Party]
    ) -> Data {
        var packet = ExchangeWorld.packet(kind: .amend, attachments: [])
        packet.subject = "(xem văn bản gốc)"
        packet.recipients = recipients
        packet.operation?.documentId = packet.documentId
        packet.operation?.amendment = .init(changesDocument: false, changesRecipients: true, recipients: changes)
        return PacketWriter().write(packet)
    }

    private static let us = ExchangeWorld.instituteCode.rawValue

    @Test(arguments: Engine.testable)
    func `an update of the receivers alone changes nothing but them`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        try await world.smuggle(PacketWriter().write(ExchangeWorld.packet()))
        try await world.settle()
        try await world.smuggle(
            Self.receivers(
                [.init(agencyCode: "000.00.95.G31", kind: .added), .init(agencyCode: "000.00.96.G31", kind: .removed)],
                to: [Party(agencyCode: Self.us), Party(agencyCode: "000.00.95.G31", name: "Viện Năm")]))
        try await world.settle()
        let asked = try await world.received()
        let request = try #require(asked.changes.first)
        #expect(request.change == .amend)
        #expect(
            request.proposal?.changes(of: asked.document, files: asked.files)
                == [FieldChange(label: "Nơi nhận", before: "", after: "Thêm: Viện Năm; Rút: 000.00.96.G31")])
        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        try await world.settle()
        let after = try await world.received()
        #expect(after.document.content.subject == "Về việc kiểm tra" && after.main != nil)
        #expect(after.document.content.toPlaces == ["Thêm: Viện Năm", "Rút: 000.00.96.G31"])
        #expect(try await world.reported() == [.arrived, .changeAccepted])
    }

    @Test func `whoever is taken off the list is asked to give the document back`() async throws {
        let world = try await ExchangeWorld.make()
        try await world.smuggle(PacketWriter().write(ExchangeWorld.packet()))
        try await world.settle()
        try await world.smuggle(
            Self.receivers([.init(agencyCode: Self.us, kind: .removed)], to: [Party(agencyCode: Self.us)]))
        try await world.settle()
        let request = try #require(try await world.received().changes.first)
        #expect(request.change == .recall && request.isFormal && request.reason.contains("khỏi danh sách nơi nhận"))
        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        try await world.settle()
        #expect(try await world.received().document.ending == .recalled)
        #expect(try await world.reported() == [.arrived, .changeAccepted])
    }

    @Test func `whoever is put on the list later gets a new document`() async throws {
        let world = try await ExchangeWorld.make()
        var packet = ExchangeWorld.packet(kind: .amend)
        packet.operation?.documentId = packet.documentId
        packet.operation?.amendment = .init(
            changesDocument: false, changesRecipients: true, recipients: [.init(agencyCode: Self.us, kind: .added)])
        try await world.smuggle(PacketWriter().write(packet))
        try await world.settle()
        #expect(try await world.institute.arrivals().map(\.state) == [.filed])
        let view = try await world.received()
        #expect(view.document.content.subject == "Về việc kiểm tra" && view.main != nil && view.changes.isEmpty)
        #expect(view.document.notes.isEmpty)
        #expect(try await world.reported() == [.arrived])
    }

    /// Document 16 of the Academy, issued in the place of `old`.
    private func replacement(of old: OutgoingID, in world: ExchangeWorld) async throws -> OutgoingID {
        let new = try await world.issue(16)
        let (clerk, now) = (world.academy.people.clerk, world.academy.office.now)
        try await world.academy.office.database.write { tx in
            var found = try OutgoingDesk.contents(try #require(try OutgoingStore(tx).forOffice(new)), tx)
            found.document.content.replaces = old
            try OutgoingStore(tx).save(found.document, recipients: found.recipients)
            try OutgoingDesk.replace(by: found, by: clerk, tx, now)
        }
        return new
    }

    @Test(arguments: Engine.testable)
    func `a replacement is linked both ways at both ends and answered`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let old = try await world.issue()
        try await world.settle()
        let oldThere = try await world.received().document.id
        try await world.receiver.register(oldThere, by: world.institute.people.clerk)
        let new = try await replacement(of: old, in: world)
        try await world.settle()
        #expect(try await world.sent(old).links.map(\.words) == ["Được thay thế bằng"])
        #expect(try await world.sent(new).links.map(\.label) == ["Quyết định số 15/QĐ-VHL ngày 24/11/2026"])
        #expect(try await world.sent(old).document.ending == .replaced)

        let carrier = try await world.received()
        let request = try #require(carrier.carried.first)
        #expect(request.document == oldThere && request.change == .replace && carrier.document.id != oldThere)
        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        try await world.settle()
        let replaced = try await world.receiver.open(oldThere, for: world.institute.people.clerk)
        #expect(replaced.document.ending == .replaced && replaced.main != nil && replaced.document.state == .completed)
        #expect(replaced.links.map(\.words) == ["Được thay thế bằng"])
        #expect(replaced.links.replacement(.replaced)?.label == "Quyết định số 16/QĐ-VHL ngày 24/11/2026")
        // Recalled afterwards, it is not said to be replaced any more.
        #expect(replaced.links.replacement(.recalled) == nil && replaced.links.replacement(nil) == nil)
        #expect(try await world.received().links.replacement(.replaced) == nil)
        #expect(try await world.received().links.map(\.words) == ["Thay thế"])
        #expect(try await world.sent(old).changes.first?.answers.map(\.state) == [.agreed])
        let statuses = try await world.reported()
        #expect(statuses.filter { $0 == .changeAccepted }.count == 1 && !statuses.contains(.completed))
    }

    @Test func `a reply that comes is bound to what it answers on both records`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue(to: [ExchangeWorld.instituteCode])
        try await world.settle()
        var packet = ExchangeWorld.packet(number: "9")
        packet.sender = Party(agencyCode: ExchangeWorld.instituteCode.rawValue, name: "Viện")
        packet.recipients = [Party(agencyCode: ExchangeWorld.academyCode.rawValue)]
        packet.inReplyTo = [
            DocumentReference(
                agencyCode: ExchangeWorld.academyCode.rawValue, code: "15/QĐ-VHL",
                documentId: "000.00.00.G31,2026/11/24,15/QĐ-VHL")
        ]
        let bytes = PacketWriter().write(packet)
        let now = world.academy.office.now
        try await world.academy.office.database.write { tx in
            let blob = try world.academy.office.ground.blobs.put(bytes)
            try InboxStore(tx).insert("tra-loi", .document, from: ExchangeWorld.instituteCode.rawValue, blob, at: now)
        }
        try await world.academy.desk.poll()
        let links = try await world.sent(id).links
        #expect(links.map(\.words) == ["Đã trả lời bằng"] && links.map(\.label) == ["Công văn số 9/VHL-VP"])
    }
}
