import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Outgoing
@testable import Signing

/// Soạn thảo văn bản (NĐ 30/2020/NĐ-CP, Điều 10–12).
@Suite struct DraftTests {
    @Test(arguments: Engine.testable)
    func `an upload becomes a PDF with proposed places, and the source is kept`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let actor = stage.people.specialist
        let id = try await stage.desk.create(try stage.draft(), by: actor)
        #expect(try await stage.find(id, for: actor).preparation == .running)
        try await stage.runJobs()
        let view = try await stage.desk.open(id, for: actor)
        #expect(view.document.preparation == .ready)
        #expect(DocumentPlaces(json: view.document.places)?.missing == [])
        #expect(view.source?.blob == view.main?.blob)
        #expect(view.document.content.notation == "QĐ-VHL")
        #expect(view.document.content.signerName == stage.people.chairman.name)
    }

    @Test func `a conversion that fails is told in the user's words and can be put right`() async throws {
        var steps: SigningSteps?
        let stage = try await OutgoingStage()
        steps = stage.desk.signing
        steps?.proposePlaces = { _, _ in throw SigningRefusal.damaged("không đọc được chữ trên trang") }
        let feature = OutgoingFeature(ground: stage.office.ground, steps: try #require(steps), shell: TestOffice.shell)
        let id = try await stage.desk.create(try stage.draft(), by: stage.people.specialist)
        try await Worker(database: stage.office.database, clock: stage.office.clock.value, handlers: feature.jobs)
            .drain()
        guard case .failed(let problem) = try await stage.find(id, for: stage.people.specialist).preparation else {
            Issue.record("should have failed")
            return
        }
        #expect(problem.contains("hãy xuất lại PDF"))
        await #expect(throws: OutgoingRefusal.self) { try await stage.desk.submit(id, by: stage.people.specialist) }
        try await stage.desk.edit(id, try stage.draft(), by: stage.people.specialist)
        try await stage.runJobs()
        #expect(try await stage.find(id, for: stage.people.specialist).preparation == .ready)
    }

    @Test func `a file that cannot be read in the time allowed fails at the first attempt`() async throws {
        let stage = try await OutgoingStage()
        var steps = stage.desk.signing
        steps.proposePlaces = { _, _ in throw SandboxError.timedOut("pdftotext") }
        let feature = OutgoingFeature(ground: stage.office.ground, steps: steps, shell: TestOffice.shell)
        let id = try await stage.desk.create(try stage.draft(), by: stage.people.specialist)
        let worker = Worker(database: stage.office.database, clock: stage.office.clock.value, handlers: feature.jobs)
        #expect(try await worker.drain() == 1)
        let preparation = try await stage.find(id, for: stage.people.specialist).preparation
        #expect(preparation == .failed(OutgoingDesk.tooComplex))
    }

    @Test func `a file whose content is not what its name says is refused`() async throws {
        let stage = try await OutgoingStage()
        let blob = try stage.office.ground.blobs.put(Data("not a PDF".utf8))
        var draft = try stage.draft()
        for name in ["van-ban.pdf", "van-ban.exe", "van-ban"] {
            draft.mainFile = NewFile(name: name, blob: blob)
            let draft = draft
            await #expect(throws: OutgoingRefusal.self) {
                _ = try await stage.desk.create(draft, by: stage.people.specialist)
            }
        }
        #expect(try await stage.count("outgoing_document") == 0)
    }

    @Test func `unknown agencies, units and signers are refused`() async throws {
        let stage = try await OutgoingStage()
        let specialist = stage.people.specialist
        var wrongSigner = stage.content()
        wrongSigner.signer = stage.people.secondSpecialist.person
        let drafts = [
            try stage.draft(to: [NewRecipient(.agency(AgencyCode("999.99.99.X99")), name: "Ma")]),
            try stage.draft(to: [NewRecipient(.agency(AgencyCode("000.00.00.G31")), name: "Chính mình")]),
            try stage.draft(to: [NewRecipient(.unit(UnitID(99_999)), name: "Không có")]),
            try stage.draft(wrongSigner), try stage.draft(stage.content("  ")),
        ]
        for draft in drafts {
            await #expect(throws: CommonRefusal.self) { try await stage.desk.create(draft, by: specialist) }
        }
    }

    @Test(arguments: Engine.testable)
    func `texts as long as the register has room for are kept, longer ones refused`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let heap = String(repeating: "\u{301}", count: 3000)
        let long: [(inout DraftContent) -> Void] = [
            { $0.subject = "a" + heap }, { $0.alsoTo = String(repeating: "x\n", count: 120_000) },
            { $0.notation = "Q" + heap },
        ]
        for change in long {
            var content = stage.content()
            change(&content)
            let draft = try stage.draft(content)
            await #expect(throws: CommonRefusal.self) {
                try await stage.desk.create(draft, by: stage.people.specialist)
            }
        }
        var content = stage.content(String(repeating: "ế", count: 500))
        content.alsoTo = "Báo Nhân Dân\u{202E}\nLưu trữ"
        let id = try await stage.desk.create(try stage.draft(content), by: stage.people.specialist)
        let kept = try await stage.find(id, for: stage.people.specialist).content
        #expect(kept.subject.count == 500 && kept.alsoTo == "Báo Nhân Dân\nLưu trữ")
    }

    @Test(arguments: [
        (String(repeating: "ế", count: 501), "QĐ-VHL", "Trích yếu dài 501 ký tự, quá mức 500."),
        ("Về việc mẫu", String(repeating: "Q", count: 31), "Ký hiệu dài 31 ký tự, quá mức 30."),
    ])
    func `what receivers have no room for is refused at drafting`(
        subject: String, notation: String, sentence: String
    ) async throws {
        let stage = try await OutgoingStage()
        var content = stage.content(subject)
        content.notation = notation
        let draft = try stage.draft(content)
        let refusal = await #expect(throws: CommonRefusal.self) {
            try await stage.desk.create(draft, by: stage.people.specialist)
        }
        #expect(refusal?.message.hasPrefix(sentence) == true)
    }

    private static let steps: [(OutgoingDocument.State, OutgoingDocument.Action, String)] = [
        (.draft, .submit, "trích yếu dài quá 500 ký tự, hãy rút gọn"),
        (.initialled, .sign, "Hãy trả lại để người soạn rút gọn."),
        (.signed, .number, "Hãy trả lại để người soạn rút gọn."),
        (.sealed, .issue, "Hãy hủy số kèm lý do rồi soạn lại với nội dung ngắn hơn."),
    ]

    @Test(arguments: steps)
    func `an older draft that is too long goes no further, and is told what to do`(
        state: OutgoingDocument.State, action: OutgoingDocument.Action, wayOut: String
    ) async throws {
        let stage = try await OutgoingStage()
        let id = try await stage.document(state)
        let subject = String(repeating: "a", count: 949)
        _ = try await stage.office.database.write {
            try $0.execute("UPDATE outgoing_document SET subject = \(subject) WHERE id = \(id)")
        }
        let document = try #require(try await stage.office.database.read { try OutgoingStore($0).forOffice(id) })
        let everybody = [stage.people.specialist, stage.people.chairman, stage.people.clerk]
        let obstacles =
            action == .submit
            ? document.gaps(recipients: []) : everybody.compactMap { document.obstacle(to: action, for: $0) }
        #expect(obstacles.contains { $0.hasSuffix(wayOut) })
    }

    @Test func `attachments are added and taken off while the document is a draft`() async throws {
        let stage = try await OutgoingStage()
        let actor = stage.people.specialist
        let one = NewFile(name: "a.pdf", blob: try stage.pdf("A"))
        let two = NewFile(name: "b.pdf", blob: try stage.pdf("B"))
        let id = try await stage.document(.draft, stage.draft(attachments: [one, two]))
        var change = Draft(content: stage.content(), recipients: [], attachments: [one], removals: [1])
        change.content.notation = "QĐ-VHL"
        try await stage.desk.edit(id, change, by: actor)
        #expect(try await stage.desk.open(id, for: actor).attachments.map(\.name) == ["b.pdf", "a.pdf"])
        #expect(try await stage.find(id, for: actor).preparation == .ready)
    }

    @Test func `a newer upload makes an older preparation pointless`() async throws {
        let stage = try await OutgoingStage()
        let actor = stage.people.specialist
        let id = try await stage.desk.create(try stage.draft(), by: actor)
        var newer = try stage.draft()
        newer.mainFile = NewFile(name: "ban-hai.pdf", blob: try stage.pdf("Ban hai"))
        try await stage.desk.edit(id, newer, by: actor)
        try await stage.runJobs()
        let view = try await stage.desk.open(id, for: actor)
        #expect(view.main?.name == "ban-hai.pdf")
        #expect(view.main?.version == 1)
    }

    @Test func `a reply is drafted only by who may see what it answers`() async throws {
        let stage = try await OutgoingStage()
        let (actor, other) = (stage.people.specialist, stage.people.otherSpecialist)
        let (seen, unseen) = (RecordRef(kind: "incoming", id: 7), RecordRef(kind: "incoming", id: 8))
        let desk = OutgoingDesk(ground: stage.office.ground, signing: stage.desk.signing) { _, record, who in
            record == seen && who.person == actor.person
        }
        func draft(answering record: RecordRef) throws -> Draft {
            var content = stage.content()
            content.inReplyTo = record
            return try stage.draft(content)
        }
        for (record, who) in [(unseen, actor), (seen, other), (RecordRef(kind: "incoming", id: -5), actor)] {
            await #expect(throws: CommonRefusal.self) { try await desk.create(try draft(answering: record), by: who) }
        }
        let id = try await desk.create(try draft(answering: seen), by: actor)
        await #expect(throws: CommonRefusal.self) { try await desk.edit(id, try draft(answering: unseen), by: actor) }
        try await desk.edit(id, try draft(answering: seen), by: actor)
        #expect(try await stage.find(id, for: actor).content.inReplyTo == seen)
        // Where nobody says who sees what, nobody answers anything.
        await #expect(throws: CommonRefusal.self) { try await stage.desk.create(try draft(answering: seen), by: actor) }
    }
}
