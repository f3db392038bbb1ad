import EdXML
import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Synchronization
import Testing
import VXP

@testable import Exchange
@testable import Hub
@testable import Incoming
@testable import Outgoing

extension ExchangeWorld {
    /// The Academy's desk; nothing here is signed.
    var sender: OutgoingDesk { OutgoingDesk(ground: academy.office.ground, signing: .none) }
    /// The institute's desk.
    var receiver: IncomingDesk { IncomingDesk(ground: institute.office.ground, signing: .none) }

    /// The institute's newest document, as its clerk sees it.
    func received() async throws -> IncomingView {
        let id: Int64? = try await institute.office.database.read {
            try $0.value("SELECT max(id) FROM incoming_document")
        }
        return try await receiver.open(IncomingID(try #require(id)), for: institute.people.clerk)
    }

    func sent(_ id: OutgoingID) async throws -> OutgoingView { try await sender.open(id, for: academy.people.clerk) }

    /// Statuses that the institute has sent, in order.
    func reported() async throws -> [ExchangeStatus] {
        try await institute.transmissions().compactMap(\.status)
    }
}

extension SigningSteps {
    /// For desks that sign nothing.
    static let none = SigningSteps(
        convertToPDF: { file, _ in file }, proposePlaces: { _, _ in throw CrashedHere() },
        layOut: { file, _ in file }, stamp: { file, _, _ in file }, begin: { _, _, _, _, _ in throw CrashedHere() },
        verification: { _ in throw SigningRefusal.damaged("tệp thử") })
}

extension DirectiveSteps {
    static let none = DirectiveSteps(
        begin: { _, _, _, _, _ in throw CrashedHere() }, check: { _, _ in throw CrashedHere() },
        verification: { _ in throw SigningRefusal.damaged("tệp thử") })
}

/// Thu hồi: bên gửi yêu cầu kèm lý do, bên nhận đồng ý thì hủy và giữ vết, từ chối thì nói rõ vì sao (QĐ 28/2018, Điều 8, 9).
@Suite struct RecallTests {
    static let reason = "Văn bản có sai sót về nội dung."

    /// A document that arrived and was registered, and its recall as the institute has it.
    private static func recalled(
        _ engine: Engine = .sqlite, isFormal: Bool = false
    ) async throws -> (world: ExchangeWorld, id: OutgoingID) {
        let world = try await ExchangeWorld.make(engine)
        let id = try await world.issue()
        try await world.settle()
        try await world.receiver.register(try await world.received().document.id, by: world.institute.people.clerk)
        try await world.settle()
        try await world.sender.recall(id, by: world.academy.people.clerk, reason: reason, isFormal: isFormal)
        try await world.settle()
        return (world, id)
    }

    @Test(arguments: Engine.testable, [false, true])
    func `an agreed recall destroys there, freezes here, and both records say who, when and why`(
        engine: Engine, isFormal: Bool
    ) async throws {
        let (world, id) = try await Self.recalled(engine, isFormal: isFormal)
        let asked = try await world.received()
        let request = try #require(asked.changes.first)
        #expect(request.change == .recall && request.isFormal == isFormal && request.state == .open)
        #expect(request.reason == Self.reason && request.senderName.hasPrefix("Viện Hàn lâm"))
        #expect(asked.main != nil)
        let packet = try #require(try await world.institute.arrivals().first)
        let hashes = asked.files.map(\.blob.sha256)

        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        try await world.settle()

        let left = try await world.received()
        #expect(left.document.ending == .recalled && left.files.isEmpty && left.offers.isEmpty)
        #expect(left.document.content.subject == IncomingDocument.destroyedSubject)
        #expect(left.document.content.signerName.isEmpty && left.document.content.toPlaces.isEmpty)
        #expect(left.document.content.code == DocumentCode(number: "15", notation: "QĐ-VHL"))
        #expect(left.document.content.day == Day(year: 2026, month: 11, day: 24) && left.document.entry?.number == 1)
        let answered = try #require(left.changes.first)
        #expect(answered.state == .agreed && answered.answeredBy == world.institute.people.clerk.name)
        #expect(Set(answered.stub?.files.map(\.sha256) ?? []) == Set(hashes))
        #expect(left.events.contains { $0.kind == "destroyed" && $0.detail.contains(Self.reason) })
        for hash in hashes {
            let file = world.institute.office.ground.blobs.path(BlobRef(sha256: hash, byteCount: 0))
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
        await #expect(throws: CommonRefusal.notFound) { try await world.institute.desk.packet(received: packet.id) }
        let inbox = try await world.institute.desk.inbox(openOnly: false, after: nil).items
        #expect(inbox.count { $0.isDestroyed } == inbox.count { $0.record?.id == left.document.id.rawValue })
        #expect(inbox.contains { $0.id == packet.id && $0.isDestroyed })

        let frozen = try await world.sent(id)
        #expect(frozen.document.ending == .recalled && frozen.main != nil)
        let (change, answers) = try #require(frozen.changes.first)
        #expect(change.reason == Self.reason && change.askedBy == world.academy.people.clerk.name)
        #expect(answers.map(\.state) == [.agreed] && answers.first?.answeredAt != nil)
        #expect(RecallStanding(answers.map(\.state)) == .agreedByAll)
        #expect(try await world.delivery(id).statuses.map(\.status).contains(.changeAccepted))
    }

    @Test(arguments: Engine.testable)
    func `each request and each answer travels once, however often everything runs again`(engine: Engine) async throws {
        let (world, _) = try await Self.recalled(engine)
        let request = try #require(try await world.received().changes.first)
        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        await #expect(throws: ChangeRefusal.answered) {
            try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        }
        let now = world.institute.office.now
        try await world.institute.office.database.write { tx in
            try JobQueue(tx, now: now).enqueue(AnswerChangeJob(change: request.id.rawValue))
        }
        try await world.settle(rounds: 4)
        #expect(try await world.reported() == [.arrived, .accepted, .changeAccepted])
        #expect(try await world.academy.transmissions().map(\.status) == [nil, .recallRequested])
        #expect(try await world.institute.count("exchange_inbox") == 2)
    }

    @Test func `a refused recall tells its reason, and the document lives on at both ends`() async throws {
        let (world, id) = try await Self.recalled()
        let request = try #require(try await world.received().changes.first)
        await #expect(throws: IncomingRefusal.reasonMissing) {
            try await world.receiver.refuseChange(request.id, by: world.institute.people.clerk, reason: "Không")
        }
        try await world.receiver.refuseChange(
            request.id, by: world.institute.people.clerk, reason: "Văn bản đã giải quyết xong.")
        try await world.settle()
        let kept = try await world.received()
        #expect(kept.document.ending == nil && kept.main != nil && kept.changes.first?.state == .refused)
        let view = try await world.sent(id)
        #expect(view.document.ending == nil)
        let answer = try #require(view.changes.first?.answers.first)
        #expect(answer.state == .refused && answer.note.contains("Văn bản đã giải quyết xong."))

        try await world.sender.recall(id, by: world.academy.people.chairman, reason: "Đề nghị lấy lại lần nữa.")
        try await world.settle()
        #expect(try await world.received().changes.map(\.state) == [.open, .refused])
    }

    @Test func `a recall stops all work on the document, and nobody but the clerk answers it`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.settle()
        let (clerk, leader) = (world.institute.people.clerk, world.institute.people.chairman)
        let document = try await world.received().document.id
        try await world.receiver.register(document, by: clerk)
        try await world.receiver.submit(document, by: clerk, to: leader.person)
        try await world.sender.recall(id, by: world.academy.people.clerk, reason: Self.reason)
        try await world.settle()
        let request = try #require(try await world.received().changes.first)
        await #expect(throws: ChangeRefusal.notClerk) { try await world.receiver.agree(request.id, by: leader) }
        #expect(try await world.receiver.count(.changes, for: clerk) == 1)
        try await world.receiver.agree(request.id, by: clerk)
        #expect(try await world.receiver.count(.changes, for: clerk) == 0)
        #expect(try await world.receiver.count(.toDecide, for: leader) == 0)
        #expect(try await world.receiver.count(.toSubmit, for: clerk) == 0)
        let stub = try await world.receiver.open(document, for: leader)
        #expect(stub.document.content.subject == IncomingDocument.destroyedSubject && stub.files.isEmpty)
        await #expect(throws: IncomingRefusal.self) {
            try await world.receiver.conclude(document, by: leader)
        }
    }

    @Test func `what was not sent yet is not sent any more`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.sender.recall(id, by: world.academy.people.clerk, reason: Self.reason)
        try await world.settle()
        #expect(try await world.institute.count("incoming_document") == 0)
        let view = try await world.sent(id)
        #expect(view.document.ending == .recalled && view.changes.first?.answers.isEmpty == true)
        await #expect(throws: OutgoingRefusal.self) {
            try await world.sender.recall(id, by: world.academy.people.clerk, reason: Self.reason)
        }
    }

    @Test func `a file that another document has too is not erased`() async throws {
        let world = try await ExchangeWorld.make()
        let first = try await world.issue(15)
        try await world.settle()
        let request = try await world.received().document.id
        _ = try await world.issue(16)
        try await world.settle()
        try await world.sender.recall(first, by: world.academy.people.clerk, reason: Self.reason)
        try await world.settle()
        let change = try #require(
            try await world.receiver.open(request, for: world.institute.people.clerk).changes.first)
        try await world.receiver.agree(change.id, by: world.institute.people.clerk)
        try await world.settle()
        let other = try await world.received()
        let main = try #require(other.main)
        #expect(try world.institute.office.ground.blobs.get(main.blob) == ExchangeWorld.pdf)
    }

    @Test func `a recall of a document that never came is laid before the clerk`() async throws {
        let world = try await ExchangeWorld.make()
        let status = StatusPacket(
            sender: Party(agencyCode: ExchangeWorld.academyCode.rawValue, name: "Viện Hàn lâm"),
            about: .init(agencyCode: ExchangeWorld.instituteCode.rawValue, code: "99/X", documentId: "lạ"),
            status: .recallRequested, explanation: "Gửi nhầm")
        try await world.smuggle(PacketWriter().write(status), as: .status)
        try await world.settle()
        let arrival = try #require(try await world.institute.arrivals().first)
        #expect(arrival.state == .attention && arrival.problem.contains("không tìm thấy văn bản này"))
    }
}

/// What a document meets on its way to a receiver; set under way. A class because the wire shares it.
private final class OnTheWay: Sendable {
    private let happening = Mutex<(@Sendable () async throws -> Void)?>(nil)

    func becomes(_ new: (@Sendable () async throws -> Void)?) { happening.withLock { $0 = new } }

    /// Once, when the hub has the packet and its answer is not back yet.
    func meet() async throws {
        let now = happening.withLock { happening in
            defer { happening = nil }
            return happening
        }
        try await now?()
    }

    func transport(to hub: ExchangeHub) -> HTTPTransport {
        HTTPTransport { call in
            let answer = await hub.api.answer(
                VXPRequest(
                    method: call.method, path: call.url.path(), headers: call.headers.map { (name: $0.0, value: $0.1) },
                    body: call.body))
            if call.url.path() == "/sendEdoc" { try await self.meet() }
            return HTTPAnswer(status: answer.status, body: answer.body)
        }
    }
}

extension RecallTests {
    @Test(arguments: Engine.testable)
    func `what was on its way when it was taken back is asked for when it has come`(engine: Engine) async throws {
        let way = OnTheWay()
        let world = try await ExchangeWorld.make(engine, through: { way.transport(to: $0) })
        let clerk = world.academy.people.clerk
        let id = try await world.issue()
        way.becomes { [weak world] in try await world?.sender.recall(id, by: clerk, reason: Self.reason) }
        try await world.settle()
        #expect(try await world.sent(id).document.ending == .recalled)
        let request = try #require(try await world.received().changes.first)
        #expect(request.change == .recall && request.reason == Self.reason)
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.recalling])

        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        try await world.settle()
        #expect(try await world.received().document.ending == .recalled)
        #expect(try await world.sent(id).changes.map { RecallStanding($0.answers.map(\.state)) } == [.agreedByAll])
    }

    /// What makes that nobody knows whether a document arrived; the other world, in which it never left, looks the same.
    enum Doubt: String, Sendable, CaseIterable {
        case answerLost, processDied, requestLost

        func fall(on academy: OfficeParty) {
            switch self {
            case .answerLost: academy.wire.become(.losesAnswers(to: ["/sendEdoc"]))
            case .requestLost: academy.wire.become(.losesRequests(to: ["/sendEdoc"]))
            case .processDied: academy.crash.at(.accepted)
            }
        }

        var arrived: Bool { self != .requestLost }
    }

    @Test(arguments: Engine.testable, Doubt.allCases)
    func `a document that may have arrived is asked for when it is taken back, and never sent again`(
        engine: Engine, doubt: Doubt
    ) async throws {
        let world = try await ExchangeWorld.make(engine)
        let clerk = world.academy.people.clerk
        let id = try await world.issue()
        doubt.fall(on: world.academy)
        try? await world.academy.runJobs()
        #expect(try await world.delivery(id).mayHaveIt)
        try await world.sender.recall(id, by: clerk, reason: Self.reason)
        #expect(try await world.sent(id).events.contains { $0.detail.contains("1 nơi chưa rõ đã nhận được hay chưa") })
        world.academy.wire.become(.works)
        world.academy.crash.at(nil)
        try await world.settle()
        world.advance(by: 3_600)
        try await world.settle()

        #expect(try await world.academy.transmissions().map(\.state) == [.stopped, .sent])
        #expect(try await world.academy.transmissions().map(\.status) == [nil, .recallRequested])
        #expect(try await world.institute.count("incoming_document") == (doubt.arrived ? 1 : 0))
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.recalling])
        guard doubt.arrived else {
            #expect(try await world.institute.arrivals().map(\.state) == [.attention], "the clerk there is told")
            return
        }
        let request = try #require(try await world.received().changes.first)
        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        try await world.settle()
        #expect(try await world.received().document.ending == .recalled)
        #expect(try await world.sent(id).changes.map { RecallStanding($0.answers.map(\.state)) } == [.agreedByAll])
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.givenBack])
    }

    @Test(arguments: Engine.testable)
    func `a document that surely never left is not asked for`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let clerk = world.academy.people.clerk
        let id = try await world.issue()
        world.academy.wire.become(.isDown)
        try await world.academy.runJobs()
        #expect(try await world.academy.transmissions().map(\.state) == [.waiting])
        #expect(try await !world.delivery(id).mayHaveIt)
        try await world.sender.recall(id, by: clerk, reason: Self.reason)
        world.academy.wire.become(.works)
        world.advance(by: 3_600)
        try await world.settle()
        #expect(try await world.academy.transmissions().map(\.state) == [.stopped])
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.stopped])
        #expect(try await world.institute.arrivals().isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `a document taken back in the middle of an attempt that fails is not asked for`(engine: Engine) async throws {
        let way = OnTheWay()
        let world = try await ExchangeWorld.make(engine, through: { way.transport(to: $0) })
        let clerk = world.academy.people.clerk
        let id = try await world.issue(to: [AgencyCode("000.00.10.G99")])
        way.becomes { [weak world] in
            try await world?.sender.recall(id, by: clerk, reason: Self.reason)
            throw HTTPTransportError.unreachable("hub")
        }
        try await world.settle()
        world.advance(by: 3_600)
        try await world.settle()
        #expect(try await world.academy.transmissions().map(\.state) == [.stopped], "nobody is asked")
        #expect(try await world.sent(id).changes.map(\.answers.count) == [0])
        #expect(try await world.sender.recipientBoard(id, for: clerk).lines.map(\.standing) == [.stopped])
    }

    @Test(arguments: Engine.testable)
    func `a document that nobody gives back goes on to those who waited for it`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let (stranger, clerk) = (AgencyCode("000.00.10.G99"), world.academy.people.clerk)
        let id = try await world.issue(to: [stranger, ExchangeWorld.instituteCode])
        world.academy.wire.become(.isDown)
        try await world.academy.runJobs()
        world.academy.wire.become(.works)
        let now = world.academy.office.now
        try await world.academy.office.database.write { tx in
            // The other one was reached before the network failed.
            try OutgoingDelivery(tx).recordSent(
                id.rawValue, to: stranger, exchangeID: "X", packedAt: now, at: now)
        }
        try await world.sender.recall(id, by: clerk, reason: Self.reason)
        world.advance(by: 3_600)
        try await world.settle()
        #expect(try await world.institute.count("incoming_document") == 0)
        let code = DocumentCode(number: 15, notation: "QĐ-VHL")
        try await world.academy.office.database.write { tx in
            _ = try OutgoingDelivery(tx).recordStatus(
                documentID: OutgoingDesk.documentID(ExchangeWorld.academyCode, Day(at: now), code), from: stranger,
                status: .changeRefused, description: "Đã giải quyết xong.", at: now)
        }
        try await world.settle()
        #expect(try await world.sent(id).document.ending == nil)
        #expect(try await world.institute.count("incoming_document") == 1)
        #expect(try await world.delivery(id).delivery == .sent)
    }

    @Test(arguments: Engine.testable, [true, false])
    func `a recall that comes before its document finds it when it has come`(
        engine: Engine, isSeen: Bool
    ) async throws {
        let world = try await ExchangeWorld.make(engine)
        let document = ExchangeWorld.packet()
        let recall = StatusPacket(
            sender: Party(agencyCode: ExchangeWorld.academyCode.rawValue, name: "Viện Hàn lâm"),
            about: .init(
                agencyCode: ExchangeWorld.academyCode.rawValue, code: "7/VHL-VP", issuedOn: document.issuedOn,
                documentId: document.documentId), status: .recallRequested, explanation: "Gửi nhầm")
        try await world.smuggle(PacketWriter().write(recall), as: .status)
        try await world.settle()
        let first = try #require(try await world.institute.arrivals().first)
        #expect(first.state == .attention)
        if isSeen { try await world.institute.desk.settle(first.id, by: world.institute.people.clerk) }
        try await world.smuggle(PacketWriter().write(ExchangeWorld.packet(number: "8")))
        try await world.settle()
        #expect(try await world.institute.arrivals().first?.state == (isSeen ? .settled : .attention))

        try await world.smuggle(PacketWriter().write(document))
        try await world.settle()
        #expect(try await world.institute.arrivals().map(\.state) == [.filed, .filed, .filed])
        let request = try #require(try await world.received().changes.first)
        #expect(request.change == .recall && request.reason == "Gửi nhầm")
        try await world.receiver.agree(request.id, by: world.institute.people.clerk)
        #expect(try await world.received().document.ending == .recalled)
    }

    @Test(arguments: Engine.testable, [true, false])
    func `who was asked already answers the recall of all by the same word`(
        engine: Engine, agrees: Bool
    ) async throws {
        let world = try await ExchangeWorld.make(engine)
        let clerk = world.academy.people.clerk
        let id = try await world.issue()
        try await world.settle()
        let recipient = try await world.delivery(id).id
        try await world.sender.takeBack(id, from: recipient, by: clerk, reason: Self.reason)
        try await world.sender.recall(id, by: clerk, reason: Self.reason)
        try await world.settle()
        let requests = try await world.received().changes
        #expect(requests.count == 1, "it is asked once")
        let receiving = world.institute.people.clerk
        if agrees {
            try await world.receiver.agree(requests[0].id, by: receiving)
        } else {
            try await world.receiver.refuseChange(requests[0].id, by: receiving, reason: "Đơn vị đang xử lý văn bản.")
        }
        try await world.settle()
        let sent = try await world.sent(id)
        let state: ChangeAnswer.State = agrees ? .agreed : .refused
        #expect(sent.changes.map { $0.answers.map(\.state) } == [[state], [state]])
        #expect(sent.document.ending == (agrees ? .recalled : nil), "refused by all it lives on")
    }

    @Test func `what waits when it is taken back is told as stopped`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.sender.recall(id, by: world.academy.people.clerk, reason: Self.reason)
        let lines = try await world.sender.recipientBoard(id, for: world.academy.people.clerk).lines
        #expect(lines.map(\.standing) == [.stopped])
        try await world.settle()
        #expect(try await world.institute.count("incoming_document") == 0)
    }
}
