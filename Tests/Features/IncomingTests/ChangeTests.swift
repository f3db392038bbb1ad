import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Incoming

/// Bản cập nhật của bên gửi: nói đúng cái gì đổi, áp dụng đúng cái đó; trả lời bên gửi thì văn bản được đóng.
@Suite struct ChangeTests {
    private static let blob = BlobRef(sha256: String(repeating: "a", count: 64), byteCount: 3)
    private static let other = BlobRef(sha256: String(repeating: "b", count: 64), byteCount: 4)

    private static func document(registered: Bool = false) -> IncomingDocument {
        IncomingDocument(
            id: IncomingID(1),
            content: .init(
                senderCode: AgencyCode("000.00.00.G06"), senderName: "Bộ", documentID: "m-1",
                code: DocumentCode(number: "7", notation: "BKH-VP"), day: Day("2026-11-20"), typeLabel: "Công văn",
                subject: "Cũ", signerName: "A", signerPosition: "Vụ trưởng", urgency: .normal,
                dueOn: Day("2026-12-01"), toPlaces: ["X"]),
            origin: .exchange, exchangeID: "g-1", arrivedAt: .distantPast, state: registered ? .registered : .received,
            entry: registered
                ? .init(
                    year: 2026, number: 3, receivedOn: Day(at: .distantPast), registeredAt: .distantPast,
                    registeredBy: "B") : nil,
            refusal: "", notes: [])
    }

    /// Each field alone, and what the clerk is shown.
    private static let fields: [(label: String, change: @Sendable (inout IncomingDocument.Content) -> Void)] = [
        ("Số, ký hiệu", { $0.code = DocumentCode(number: "8", notation: "BKH-VP") }),
        ("Ngày văn bản", { $0.day = Day("2026-11-21") }), ("Loại văn bản", { $0.typeLabel = "Quyết định" }),
        ("Trích yếu", { $0.subject = "Mới" }), ("Người ký", { $0.signerName = "B" }),
        ("Chức vụ", { $0.signerPosition = "Bộ trưởng" }), ("Độ khẩn", { $0.urgency = .express }),
        ("Nơi nhận", { $0.toPlaces = ["X", "Y"] }), ("Hạn xử lý", { $0.dueOn = Day("2026-12-05") }),
    ]

    @Test(arguments: fields.indices) func `each field that differs is one line, and is applied`(index: Int) {
        let (label, change) = Self.fields[index]
        let document = Self.document()
        var content = document.content
        change(&content)
        let proposal = Proposal(content: content, files: [])
        let changes = proposal.changes(of: document, files: [])
        #expect(changes.map(\.label) == [label] && changes[0].before != changes[0].after)
        #expect(proposal.applied(to: document).content == content)
        #expect(Proposal(content: content, files: []).changes(of: proposal.applied(to: document), files: []).isEmpty)
    }

    @Test func `nothing that differs is no line; who sent it and how secret it is cannot be changed`() {
        let document = Self.document()
        var content = document.content
        (content.senderName, content.senderCode, content.documentID) = ("Kẻ khác", AgencyCode("X"), "khác")
        content.secrecy = .secret
        let proposal = Proposal(content: content, files: [])
        #expect(proposal.changes(of: document, files: []).isEmpty)
        #expect(proposal.applied(to: document).content == document.content)
    }

    @Test func `once it is registered our own deadline stays`() {
        let document = Self.document(registered: true)
        var content = document.content
        content.dueOn = Day("2027-01-01")
        let proposal = Proposal(content: content, files: [])
        #expect(proposal.changes(of: document, files: []).isEmpty)
        #expect(proposal.applied(to: document).content.dueOn == Day("2026-12-01"))
    }

    @Test func `what a destroyed document said is gone, what proves it stays`() {
        let gone = Self.document(registered: true).destroyed(at: .distantPast)
        #expect(gone.content.subject == IncomingDocument.destroyedSubject)
        #expect(gone.content.signerName.isEmpty && gone.content.signerPosition.isEmpty && gone.content.toPlaces.isEmpty)
        #expect(gone.content.code.description == "7/BKH-VP" && gone.content.day == Day("2026-11-20"))
        #expect(gone.entry?.number == 3 && gone.ending == .recalled && gone.endingSentence != nil)
    }

    @Test(arguments: Ending.allCases, IncomingDocument.Action.allCases)
    func `nothing can be done with what has ended, and it says why`(ending: Ending, action: IncomingDocument.Action) {
        var document = Self.document(registered: true)
        document.ending = ending
        let clerk = Actor(
            person: PersonID(1), name: "Văn thư", position: "", unit: UnitID(1), unitName: "", roles: [.recordsClerk],
            heads: [])
        let found = IncomingCase(document: document, tree: RoutingTree([]))
        #expect(found.obstacle(to: action, for: clerk) == document.endingSentence)
        #expect(found.offers(for: clerk).isEmpty)
    }

    // MARK: Replies

    private func reply(to id: IncomingID, by drafter: Actor, in journey: Journey) async throws {
        let job = AnsweredJob(
            answered: RecordRef(kind: IncomingDocument.kind, id: id.rawValue),
            by: RecordRef(kind: "outgoing", id: 5), label: "Công văn số 05/VHL-VP ngày 24/11/2026",
            drafter: drafter.person)
        try await journey.desk.close(job)
        try await journey.desk.close(job)
    }

    @Test(arguments: Engine.testable)
    func `an issued reply closes the drafter's work, and with it the document`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let officer = journey.people.specialist
        let id = try await journey.directed([Assignment(.person(officer.person), .lead)])
        try await journey.desk.takeUp(id, by: officer)
        try await reply(to: id, by: officer, in: journey)
        let view = try await journey.view(id)
        #expect(view.document.state == .completed)
        #expect(view.links.map(\.words) == ["Đã trả lời bằng"])
        #expect(view.events.count { $0.kind == "answered" } == 1)
        #expect(try await journey.statuses(id).last == 6)
    }

    @Test func `others who lead still have their part`() async throws {
        let journey = try await Journey()
        let (one, two) = (journey.people.specialist, journey.people.otherSpecialist)
        let id = try await journey.directed([
            Assignment(.person(one.person), .lead), Assignment(.person(two.person), .lead),
        ])
        try await reply(to: id, by: one, in: journey)
        #expect(try await journey.state(id) == .circulating)
        try await journey.desk.complete(id, by: two, outcome: "Xong.")
        #expect(try await journey.state(id) == .completed)
    }

    @Test func `a reply by somebody who may not see the document closes and links nothing`() async throws {
        let journey = try await Journey()
        let id = try await journey.directed([Assignment(.person(journey.people.specialist.person), .lead)])
        try await reply(to: id, by: journey.people.otherSpecialist, in: journey)
        let view = try await journey.view(id)
        #expect(view.document.state == .circulating && view.links.isEmpty)
    }

    // MARK: Time limits

    @Test(arguments: Engine.testable)
    func `what is not taken in its time lies in a box of its own, which counts what it lists`(
        engine: Engine
    ) async throws {
        let journey = try await Journey(engine)
        let clerk = journey.people.clerk
        let id = try await journey.arrive()
        #expect(try await journey.desk.count(.lateReceipt, for: clerk) == 0)
        // Tuesday 9:00 until midnight.
        journey.office.clock.advance(by: 15 * 3600)
        #expect(try await journey.desk.count(.lateReceipt, for: clerk) == 1)
        #expect(try await journey.desk.list(.lateReceipt, for: clerk).items.map(\.document.id) == [id])
        #expect(try await journey.desk.list(.lateReceipt, for: journey.people.specialist).items.isEmpty)
        try await journey.desk.register(id, by: clerk)
        #expect(try await journey.desk.count(.lateReceipt, for: clerk) == 0)
    }
}
