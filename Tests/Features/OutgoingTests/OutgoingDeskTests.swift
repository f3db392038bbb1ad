import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Outgoing
@testable import Signing

/// Quản lý văn bản đi: cấp số, đăng ký, đóng dấu, phát hành và theo dõi (NĐ 30/2020/NĐ-CP, Điều 14–18).
@Suite struct OutgoingDeskTests {
    @Test(arguments: Engine.testable)
    func `a document goes from draft to issue by the hands of those whose turn it is`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let people = stage.people
        let id = try await stage.document(.issued)
        let view = try await stage.desk.open(id, for: people.specialist)
        #expect(view.document.state == .issued)
        #expect(view.document.code?.description == "01/QĐ-VHL")
        #expect(view.document.numbering?.documentID == "000.00.00.G31,2026/11/24,01/QĐ-VHL")
        #expect(view.document.isStamped)
        #expect(
            try await stage.marks(id) == [
                "layOut", "initials \(people.officeHead.person)", "signature \(people.chairman.person)",
                "stamp 01/QĐ-VHL 2026-11-24", "seal 01",
            ])
        #expect(view.events.map(\.kind) == ["drafted", "submit", "initial", "sign", "number", "seal", "issue"])
        #expect(view.recipients.map(\.delivery) == [.waiting])
        let intact = try await stage.office.database.read { try EventHistory($0).isIntact(view.document.ref) }
        #expect(intact)
        let jobs: [String] = try await stage.office.database.read { tx in
            try tx.rows("SELECT dedupe FROM job WHERE kind = 'exchange.send'").map { try $0.get("dedupe") }
        }
        #expect(jobs == ["\(id):000.00.97.G31"])
    }

    @Test(arguments: Engine.testable)
    func `a wrong PIN is refused and nothing is signed`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let id = try await stage.document(.initialled)
        let before = try await stage.desk.open(id, for: stage.people.chairman)
        await #expect(throws: SigningRefusal.wrongPIN(remaining: 4)) {
            try await stage.desk.sign(id, by: stage.people.chairman, with: .pin("000000"), seen: nil)
        }
        let after = try await stage.desk.open(id, for: stage.people.chairman)
        #expect(after.document == before.document)
        #expect(after.files == before.files)
        #expect(after.events == before.events)
    }

    @Test(arguments: Engine.testable)
    func `a refused action leaves neither a new state nor an event`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let people = stage.people
        let id = try await stage.document(.signed)
        let before = try await stage.desk.open(id, for: people.specialist)
        await #expect(throws: OutgoingRefusal.self) { try await stage.desk.issue(id, by: people.clerk) }
        await #expect(throws: OutgoingRefusal.self) { try await stage.desk.number(id, by: people.specialist) }
        await #expect(throws: OutgoingRefusal.self) {
            try await stage.desk.seal(id, by: people.clerk, with: .pin(OutgoingStage.pin))
        }
        await #expect(throws: OutgoingRefusal.reasonMissing) {
            try await stage.desk.returnDraft(id, by: people.clerk, reason: "sai")
        }
        let after = try await stage.desk.open(id, for: people.specialist)
        #expect(after.document == before.document)
        #expect(after.events == before.events)
        #expect(try await stage.count("register_entry") == 0)
    }

    @Test func `what is not this person's does not exist for him`() async throws {
        let stage = try await OutgoingStage()
        let people = stage.people
        let id = try await stage.document(.submitted)
        for stranger in [people.secondSpecialist, people.otherHead, people.clerk, people.administrator, people.deputy] {
            await #expect(throws: OutgoingRefusal.notFound) { try await stage.desk.open(id, for: stranger) }
            await #expect(throws: OutgoingRefusal.notFound) {
                try await stage.desk.initial(id, by: stranger, with: .pin(OutgoingStage.pin), seen: nil)
            }
        }
        #expect(try await stage.desk.open(id, for: people.chairman).document.id == id)
        #expect(try await stage.desk.open(id, for: people.officeHead).document.id == id)
    }

    @Test func `clerks see a document from its signature on`() async throws {
        let stage = try await OutgoingStage()
        let early = try await stage.document(.initialled)
        let signed = try await stage.document(.signed)
        await #expect(throws: OutgoingRefusal.notFound) { try await stage.desk.open(early, for: stage.people.clerk) }
        #expect(try await stage.desk.open(signed, for: stage.people.clerk).document.id == signed)
    }

    @Test(arguments: Engine.testable)
    func `whose business a document is, is the same in the database and of the document`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let people = stage.people
        var ids: [OutgoingID] = []
        for state in [OutgoingDocument.State.draft, .submitted, .initialled, .signed, .numbered, .sealed, .issued] {
            ids.append(try await stage.document(state))
        }
        let voided = try await stage.document(.numbered)
        try await stage.desk.voidNumber(voided, by: people.clerk, reason: "Cấp nhầm số văn bản.")
        let elsewhere = try await stage.document(.draft)
        let other = try #require(people.otherHead.heads.first)
        _ = try await stage.office.database.write { tx in
            try tx.execute("UPDATE outgoing_document SET initial_unit_id = \(other) WHERE id = \(elsewhere)")
        }
        var owners: [OutgoingID: [PersonID]] = [:]
        for id in ids + [voided, elsewhere] {
            for actor in people.all {
                let condition = SQL.join(actor.ownWays.map { "(\($0))" }, " OR ")
                let (document, count) = try await stage.office.database.read { tx in
                    let rows = try tx.rows("SELECT d.* FROM outgoing_document d WHERE d.id = \(id)")
                    let count: Int? = try tx.value(
                        "SELECT count(*) FROM outgoing_document d WHERE d.id = \(id) AND (\(condition))")
                    return (try rows.map(OutgoingStore.document), count)
                }
                let isOwn = try #require(document.first).isOwnBusiness(of: actor)
                #expect(isOwn == (count == 1), "\(actor.name)")
                if isOwn { owners[id, default: []].append(actor.person) }
            }
        }
        func owns(_ actor: Actor, _ id: OutgoingID) -> Bool { owners[id]?.contains(actor.person) ?? false }
        #expect(ids.map { owns(people.clerk, $0) } == [false, false, false, true, true, true, true])
        #expect(owns(people.clerk, voided) && !owns(people.clerk, elsewhere))
        #expect(owns(people.otherHead, elsewhere) && owns(people.officeHead, elsewhere))
        #expect(ids.allSatisfy { owns(people.officeHead, $0) && !owns(people.otherHead, $0) })
    }

    @Test(arguments: Engine.testable)
    func `a unit sees what was sent to it, not what was taken back nor what has its number elsewhere`(
        engine: Engine
    ) async throws {
        let stage = try await OutgoingStage(engine)
        let (id, head, now) = (try await stage.document(.signed), stage.people.otherHead, stage.office.now)
        let holder = Holder.unit(try #require(head.heads.first))
        for (kind, isTakenBack, isSeen) in [
            ("incoming", false, false), ("outgoing", true, false), ("outgoing", false, true),
        ] {
            try await stage.office.database.write { tx in
                let branches = BranchStore(tx)
                let sent = try branches.add(
                    NewBranch(holder: holder, holderName: "", role: .lead), to: RecordRef(kind: kind, id: id.rawValue),
                    listedAt: now, by: nil, at: now)
                if isTakenBack { try branches.recall([sent], at: now) }
            }
            #expect(((try? await stage.find(id, for: head)) != nil) == isSeen)
        }
    }

    @Test func `a file that changed after it was shown is not signed`() async throws {
        let stage = try await OutgoingStage()
        let id = try await stage.document(.initialled)
        let stale = String(repeating: "0", count: 64)
        await #expect(throws: OutgoingRefusal.changedMeanwhile) {
            try await stage.desk.sign(id, by: stage.people.chairman, with: .pin(OutgoingStage.pin), seen: stale)
        }
        let shown = try await stage.desk.open(id, for: stage.people.chairman).main?.blob.sha256
        try await stage.desk.sign(id, by: stage.people.chairman, with: .pin(OutgoingStage.pin), seen: shown)
        #expect(try await stage.find(id, for: stage.people.chairman).state == .signed)
    }

    @Test(arguments: Engine.testable)
    func `of two who sign at the same time one is told that the document has moved on`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let id = try await stage.document(.initialled)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    do {
                        try await stage.desk.sign(
                            id, by: stage.people.chairman, with: .pin(OutgoingStage.pin), seen: nil)
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count(where: { $0 }) == 1)
        let events = try await stage.desk.open(id, for: stage.people.chairman).events
        #expect(events.count(where: { $0.kind == "sign" }) == 1)
    }

    @Test func `a returned draft starts again from the file without signatures`() async throws {
        let stage = try await OutgoingStage()
        let people = stage.people
        let id = try await stage.document(.initialled)
        try await stage.desk.returnDraft(id, by: people.chairman, reason: "Bổ sung căn cứ pháp lý.")
        let returned = try await stage.desk.open(id, for: people.specialist)
        #expect(returned.document.state == .returned)
        #expect(returned.document.reason == "Bổ sung căn cứ pháp lý.")
        #expect(try await stage.marks(id) == [])
        try await stage.desk.submit(id, by: people.specialist)
        #expect(try await stage.marks(id) == ["layOut"])
    }

    @Test(arguments: Engine.testable)
    func `a voided number stays in the register with its reason and is not used again`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let id = try await stage.document(.numbered)
        try await stage.desk.voidNumber(id, by: stage.people.clerk, reason: "Văn bản ban hành nhầm thẩm quyền.")
        let next = try await stage.document(.numbered)
        #expect(try await stage.find(next, for: stage.people.clerk).numbering?.number == 2)
        let lines = try await stage.desk.register(RegisterPeriod(year: 2026), after: nil).items
        #expect(lines.map(\.number) == [2, 1])
        #expect(lines.last?.voidReason == "Văn bản ban hành nhầm thẩm quyền.")
    }

    @Test(arguments: Engine.testable)
    func `two hundred documents numbered at once have two hundred numbers without a gap`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine, connections: 16)
        let clerk = stage.people.clerk
        let ids = try await Self.signed(200, in: stage)
        let numbers = try await withThrowingTaskGroup(of: Int?.self) { group in
            for id in ids { group.addTask { try await stage.desk.takeNumber(id, by: clerk).numbering?.number } }
            return try await group.reduce(into: [Int]()) { all, number in all.append(number ?? 0) }
        }
        #expect(numbers.sorted() == Array(1...200))
        let broken = try await stage.office.database.read {
            try Register($0).brokenLinks(book: "outgoing:administrative", year: 2026)
        }
        #expect(broken == [])
    }

    /// Signed documents, written straight into the tables: their way there is another test's matter.
    private static func signed(_ count: Int, in stage: OutgoingStage) async throws -> [OutgoingID] {
        let (actor, content, now) = (stage.people.specialist, stage.content(), stage.office.now)
        return try await stage.office.database.write { tx in
            let ids = try (0..<count).map { _ in
                var content = content
                content.notation = "QĐ-VHL"
                return try OutgoingStore(tx).insert(content, by: actor, at: now)
            }
            try tx.execute("UPDATE outgoing_document SET state = 'signed'")
            return ids
        }
    }

    @Test(arguments: Engine.testable)
    func `secret documents have a series of their own and never go to the exchange`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let open = try await stage.document(.numbered)
        let secret = try await stage.document(.issued, stage.draft(stage.content(secrecy: .confidential)))
        #expect(try await stage.find(open, for: stage.people.clerk).numbering?.number == 1)
        let found = try await stage.desk.open(secret, for: stage.people.clerk)
        #expect(found.document.numbering?.number == 1)
        #expect(found.document.numbering?.book == "outgoing:secret")
        #expect(found.recipients.map(\.delivery) == [.byHand])
        let sends: Int = try await stage.office.database.read {
            try $0.value("SELECT count(*) FROM job WHERE kind = 'exchange.send'") ?? -1
        }
        #expect(sends == 0)
        await #expect(throws: OutgoingRefusal.secret) {
            try await stage.office.database.read { try OutgoingDelivery($0).packetContents(of: secret.rawValue) }
        }
    }

    @Test func `a damaged attachment is told before it is submitted`() async throws {
        let stage = try await OutgoingStage()
        let damaged = NewFile(
            name: "phu-luc.pdf", blob: try stage.office.ground.blobs.put(Data("%PDF-1.4 broken".utf8)))
        let id = try await stage.document(.draft, stage.draft(attachments: [damaged]))
        await #expect(
            throws: OutgoingRefusal.incomplete(["tệp kèm “phu-luc.pdf” bị hỏng hoặc có mật khẩu, hãy thay tệp khác"])
        ) {
            try await stage.desk.submit(id, by: stage.people.specialist)
        }
        #expect(try await stage.find(id, for: stage.people.specialist).state == .draft)
    }

    @Test func `separate attachments get the organisation's mark, other files stay as they are`() async throws {
        let stage = try await OutgoingStage()
        let sheet = try stage.office.ground.blobs.put(Data("bảng tính".utf8))
        let attachments = [
            NewFile(name: "phu-luc.pdf", blob: try stage.pdf("Phu luc")), NewFile(name: "du-toan.xlsx", blob: sheet),
        ]
        let id = try await stage.document(.sealed, stage.draft(attachments: attachments))
        let view = try await stage.desk.open(id, for: stage.people.clerk)
        let marked = try #require(view.attachments.first)
        #expect(OutgoingStage.marks(try stage.office.ground.blobs.get(marked.blob)) == ["mark 01"])
        #expect(view.attachments.last?.blob == sheet)
        #expect(view.events.last?.detail.contains("1/2 tệp kèm") == true)
    }
}
