import Foundation
import Platform
import Records
import Testing

@testable import Outgoing

/// Trình tự phát hành văn bản đi (NĐ 30/2020/NĐ-CP, Điều 14).
struct LifecycleTests {
    typealias State = OutgoingDocument.State
    typealias Action = OutgoingDocument.Action

    /// The table once more, as the README tells it; everything not listed is refused.
    static let expected: [Action: [State: State]] = [
        .edit: [.draft: .draft, .returned: .returned],
        .submit: [.draft: .submitted, .returned: .submitted],
        .withdraw: [.submitted: .draft],
        .initial: [.submitted: .initialled],
        .sign: [.initialled: .signed],
        .number: [.signed: .numbered],
        .seal: [.numbered: .sealed],
        .issue: [.sealed: .issued],
        .resend: [.issued: .issued], .distribute: [.issued: .issued],
        .recall: [.issued: .issued], .amend: [.issued: .issued],
        .returnDraft: [.submitted: .returned, .initialled: .returned, .signed: .returned],
        .cancel: [
            .draft: .cancelled, .returned: .cancelled, .submitted: .cancelled, .initialled: .cancelled,
            .signed: .cancelled,
        ],
        .voidNumber: [.numbered: .cancelled, .sealed: .cancelled],
    ]

    @Test(arguments: State.allCases, Action.allCases)
    func `every action in every state leads where the table says, or is refused`(state: State, action: Action) throws {
        let document = OutgoingDocument.sample(state: state, signer: Actor.everybody.person)
        if let next = Self.expected[action]?[state] {
            #expect(try document.applying(action, by: .everybody).state == next)
        } else {
            #expect(throws: OutgoingRefusal.self) { try document.applying(action, by: .everybody) }
        }
    }

    @Test func `no two rows answer the same question`() {
        let questions = OutgoingDocument.lifecycle.map { "\($0.action) \($0.from)" }
        #expect(Set(questions).count == questions.count)
    }

    @Test(arguments: State.allCases, Action.allCases)
    func `an act by somebody else is refused with the name of who can help`(state: State, action: Action) {
        let document = OutgoingDocument.sample(state: state)
        let obstacle = document.obstacle(to: action, for: .nobody)
        #expect(obstacle?.isEmpty == false)
        #expect(throws: OutgoingRefusal.self) { try document.applying(action, by: .nobody) }
    }

    @Test(arguments: State.allCases)
    func `what is offered as possible is what can be done`(state: State) {
        let document = OutgoingDocument.sample(state: state, signer: Actor.everybody.person)
        for offer in document.offers(for: .everybody, recipients: [.sample]) {
            let action = Action(rawValue: offer.name)
            #expect(offer.isPossible == (action.map { Self.expected[$0]?[state] != nil } ?? false), "\(offer)")
        }
    }
}

extension LifecycleTests {
    @Test(arguments: Ending.allCases, Action.allCases)
    func `a frozen document is neither sent nor changed; only a replaced one may still be taken back`(
        ending: Ending, action: Action
    ) {
        var document = OutgoingDocument.sample(state: .issued, signer: Actor.everybody.person)
        document.ending = ending
        let isPossible = document.obstacle(to: action, for: .everybody) == nil
        #expect(isPossible == (ending == .replaced && action == .recall))
    }

    @Test func `a secret document is neither recalled nor updated over the exchange, and says so`() {
        let document = OutgoingDocument.sample(state: .issued, secrecy: .secret)
        for action in [Action.recall, .amend, .resend, .distribute] {
            #expect(document.obstacle(to: action, for: .everybody)?.contains("mật") == true)
        }
        #expect(document.obstacleToReplacement == SecrecyRule.sentence)
    }

    @Test(arguments: State.allCases) func `only what was issued is replaced`(state: State) {
        let document = OutgoingDocument.sample(state: state)
        #expect((document.obstacleToReplacement == nil) == (state == .issued))
    }

    @Test func `whatever undoes or corrects something says why`() {
        #expect(Set(Action.allCases.filter(\.needsReason)) == [.returnDraft, .cancel, .voidNumber, .recall, .amend])
    }

    @Test func `the initials are of the head of the unit they were asked of`() {
        var document = OutgoingDocument.sample(state: .submitted)
        func head(of unit: UnitID) -> Actor {
            Actor(
                person: PersonID(7), name: "Trưởng", position: "", unit: unit, unitName: "", roles: [.unitHead],
                heads: [unit])
        }
        document.initialUnit = UnitID(11)
        #expect(document.obstacle(to: .initial, for: head(of: UnitID(11))) == nil)
        #expect(document.obstacle(to: .initial, for: head(of: document.unit)) != nil)
    }

    @Test func `the signer and the clerk may recall, the drafter may not`() {
        let document = OutgoingDocument.sample(state: .issued)
        let drafter = Actor(
            person: PersonID(1), name: "Soạn", position: "", unit: UnitID(10), unitName: "", roles: [.specialist],
            heads: [])
        let signer = Actor(
            person: PersonID(3), name: "Ký", position: "", unit: UnitID(11), unitName: "", roles: [.leader], heads: [])
        #expect(document.obstacle(to: .recall, for: drafter)?.contains("văn thư hoặc người ký") == true)
        #expect(document.obstacle(to: .recall, for: signer) == nil)
    }
}

extension OutgoingDocument {
    /// Drafted by person 1 of unit 10, whose head is person 2; signed by person 3.
    static func sample(
        state: State = .draft, secrecy: SecurityLevel = .open, signer: PersonID = PersonID(3)
    ) -> OutgoingDocument {
        OutgoingDocument(
            id: OutgoingID(1),
            content: DraftContent(
                type: .decision, notation: "QĐ-VHL", subject: "Thành lập hội đồng", secrecy: secrecy, signer: signer,
                signerName: "Trần Văn Ký", signerPosition: "Chủ tịch"),
            drafter: PersonID(1), drafterName: "Lê Thị Soạn", unit: UnitID(10), unitName: "Văn phòng", initialUnit: nil,
            state: state, preparation: .ready, places: "{}",
            printedNotation: nil, basis: nil,
            numbering: [.numbered, .sealed, .issued].contains(state)
                ? Numbering(
                    book: "outgoing:administrative", year: 2026, number: 5,
                    day: Day(at: Date(timeIntervalSince1970: 1_795_485_600)),
                    documentID: "000.00.00.G31,2026/11/24,05/QĐ-VHL") : nil,
            isStamped: false, createdAt: .distantPast, movedAt: .distantPast, signedAt: nil, issuedAt: nil, reason: "")
    }
}

extension Recipient {
    static let sample = Recipient(
        id: 1, target: .agency(AgencyCode("000.00.01.G31")), name: "Viện Hóa học", role: .information, delivery: .none,
        failure: "", sentAt: nil, statuses: [])
}

extension Actor {
    /// Drafter, signer, head and clerk in one person.
    static let everybody = Actor(
        person: PersonID(1), name: "Người Nhiều Vai", position: "", unit: UnitID(10), unitName: "Văn phòng",
        roles: Set(Role.allCases), heads: [UnitID(10)])

    static let nobody = Actor(
        person: PersonID(99), name: "Người Ngoài", position: "", unit: UnitID(90), unitName: "Ban khác",
        roles: [.specialist, .leader, .unitHead, .administrator], heads: [UnitID(90)])
}
