import Foundation
import Platform
import Testing

@testable import Incoming
@testable import Records

/// Văn bản đến chỉ đi theo bảng trạng thái; mọi việc khác bị từ chối kèm lý do.
@Suite struct LifecycleTests {
    static let pairs = IncomingDocument.State.allCases.flatMap { state in
        IncomingDocument.Action.allCases.map { (state, $0) }
    }

    static let allowed: [IncomingDocument.State: Set<IncomingDocument.Action>] = [
        .received: [.register, .refuse], .registered: [.submit], .refused: [], .circulating: [], .completed: [],
    ]

    @Test(arguments: pairs)
    func `the clerk's steps are possible in their state and nowhere else`(
        state: IncomingDocument.State, action: IncomingDocument.Action
    ) {
        let found = IncomingCase(document: .sample(state), tree: RoutingTree([]))
        let isPossible = found.obstacle(to: action, for: .sample(.recordsClerk)) == nil
        #expect(isPossible == Self.allowed[state]?.contains(action))
    }

    @Test(arguments: pairs)
    func `whoever is no clerk and holds nothing can do nothing, and is told why`(
        state: IncomingDocument.State, action: IncomingDocument.Action
    ) throws {
        let found = IncomingCase(document: .sample(state), tree: RoutingTree([]))
        let obstacle = try #require(found.obstacle(to: action, for: .sample(.specialist)))
        #expect(obstacle.count > 10)
    }

    static let branches = BranchRole.allCases.flatMap { role in
        BranchState.allCases.flatMap { state in IncomingDocument.Action.allCases.map { (role, state, $0) } }
    }

    /// What a holder may do, by role and state of his branch.
    static func holders(_ role: BranchRole, _ state: BranchState) -> Set<IncomingDocument.Action> {
        switch (role, state) {
        case (.decide, .pending), (.decide, .active): [.direct, .conclude, .forward, .giveBack]
        case (.lead, .pending), (.support, .pending): [.takeUp, .complete, .assign, .forward, .giveBack]
        case (.lead, .active), (.support, .active): [.report, .complete, .assign, .forward, .giveBack]
        case (.decide, .passed), (.lead, .passed), (.support, .passed): [.giveBack]
        default: []
        }
    }

    @Test func `what nobody has begun with is taken back by its sender, the holder above, or of a root the clerk`() {
        let (head, clerk) = (Actor.sample(.unitHead), Actor.sample(.recordsClerk))
        let (own, stranger) = (Holder.person(head.person), Holder.person(PersonID(90)))
        func recallable(_ actor: Actor, _ branches: Branch...) -> [Int64] {
            IncomingCase(document: .sample(.circulating), tree: RoutingTree(branches)).recallable(by: actor)
                .map(\.id.rawValue)
        }
        let root = Branch.sample(1, role: .decide, state: .passed, holder: stranger, createdBy: PersonID(91))
        let sent = Branch.sample(
            2, role: .lead, state: .pending, holder: stranger, parent: root.id, createdBy: head.person)
        #expect(recallable(head, root, sent) == [2])
        let others = Branch.sample(
            2, role: .lead, state: .pending, holder: stranger, parent: root.id, createdBy: PersonID(91))
        #expect(recallable(head, root, others) == [] && recallable(clerk, root, others) == [])
        let above = Branch.sample(1, role: .decide, state: .passed, holder: own, createdBy: PersonID(91))
        #expect(recallable(head, above, others) == [2])
        let waiting = Branch.sample(1, role: .decide, state: .pending, holder: stranger, createdBy: PersonID(91))
        #expect(recallable(clerk, waiting) == [1] && recallable(.sample(.specialist), waiting) == [])
        let begun = Branch.sample(1, role: .decide, state: .active, holder: stranger, createdBy: clerk.person)
        #expect(recallable(clerk, begun) == [])
    }

    @Test(arguments: branches)
    func `a holder may do what the table says of his branch`(
        role: BranchRole, state: BranchState, action: IncomingDocument.Action
    ) {
        let head = Actor.sample(.unitHead)
        let branch = Branch.sample(1, role: role, state: state, holder: .person(head.person))
        let found = IncomingCase(document: .sample(.circulating), tree: RoutingTree([branch]))
        #expect((found.obstacle(to: action, for: head) == nil) == Self.holders(role, state).contains(action))
    }

    @Test func `one's desk is open work, what came for information and what is over are none`() {
        let head = Actor.sample(.unitHead)
        func desk(_ branches: [(role: BranchRole, state: BranchState)]) -> BranchID? {
            let held = branches.enumerated().map { index, branch in
                Branch.sample(
                    Int64(index + 1), role: branch.role, state: branch.state, holder: .person(head.person))
            }
            return IncomingCase(document: .sample(.circulating), tree: RoutingTree(held)).desk(of: head)?.id
        }
        #expect(desk([(.information, .pending)]) == nil && desk([(.lead, .completed)]) == nil)
        #expect(desk([(.information, .pending), (.support, .pending)]) == BranchID(2))
        #expect(desk([(.lead, .completed), (.support, .active)]) == BranchID(2))
        #expect(desk([(.lead, .passed), (.support, .active)]) == BranchID(2))
        #expect(desk([(.lead, .passed)]) == BranchID(1))
    }

    @Test func `an officer who heads no unit does not assign`() {
        let officer = Actor.sample(.specialist)
        let branch = Branch.sample(1, role: .lead, state: .pending, holder: .person(officer.person))
        let found = IncomingCase(document: .sample(.circulating), tree: RoutingTree([branch]))
        #expect(found.obstacle(to: .assign, for: officer) != nil)
        #expect(!found.offers(for: officer).contains { $0.name == "assign" })
    }

    @Test(arguments: BranchState.allCases)
    func `the sender takes back only what nobody has begun with`(state: BranchState) {
        let clerk = Actor.sample(.recordsClerk)
        let branch = Branch.sample(
            1, role: .decide, state: state, holder: .person(PersonID(99)), createdBy: clerk.person)
        let found = IncomingCase(document: .sample(.circulating), tree: RoutingTree([branch]))
        #expect((found.obstacle(to: .recall, for: clerk) == nil) == (state == .pending))
        let other = Actor(
            person: PersonID(8), name: "", position: "", unit: UnitID(1), unitName: "", roles: [.specialist], heads: [])
        #expect(found.obstacle(to: .recall, for: other) != nil)
    }

    @Test func `every impossible offer has its reason`() {
        for state in IncomingDocument.State.allCases {
            let found = IncomingCase(document: .sample(state), tree: RoutingTree([]))
            for offer in found.offers(for: .sample(.recordsClerk)) {
                #expect(offer.obstacle?.isEmpty != true)
                #expect(!offer.label.isEmpty)
            }
        }
    }
}

/// Hạn: không trước hôm nay, không sau hạn được giao.
@Suite struct DeadlineTests {
    private let today = Day("2026-11-24") ?? Day(at: Date())

    @Test func `a deadline gone by is refused`() {
        #expect(throws: IncomingRefusal.self) {
            try DeadlineRule.check(today.adding(days: -1), today: today, below: nil, in: RoutingTree([]), limit: nil)
        }
    }

    @Test func `a deadline below is not after the one above`() throws {
        let parent = Branch.sample(
            1, role: .lead, state: .pending, holder: .unit(UnitID(1)), dueOn: today.adding(days: 3))
        let tree = RoutingTree([parent])
        try DeadlineRule.check(today.adding(days: 3), today: today, below: parent, in: tree, limit: nil)
        #expect(throws: IncomingRefusal.self) {
            try DeadlineRule.check(today.adding(days: 4), today: today, below: parent, in: tree, limit: nil)
        }
    }

    @Test func `nobody's deadline is after that of the document`() {
        #expect(throws: IncomingRefusal.self) {
            try DeadlineRule.check(
                today.adding(days: 8), today: today, below: nil, in: RoutingTree([]), limit: today.adding(days: 7))
        }
    }
}

/// Đường đi của văn bản: hoàn thành, trả lại, thu hồi kéo theo nhau đúng luật.
@Suite struct CascadeTests {
    /// Leader 1 → units 2, 3 lead, 4 support; unit 2 → officer 5.
    private func tree(_ states: [Int64: BranchState]) -> RoutingTree {
        let shape: [(id: Int64, parent: Int64?, role: BranchRole)] = [
            (1, nil, .decide), (2, 1, .lead), (3, 1, .lead), (4, 1, .support), (5, 2, .lead),
        ]
        return RoutingTree(
            shape.map { one in
                .sample(
                    one.id, role: one.role, state: states[one.id] ?? .pending, holder: .person(PersonID(one.id)),
                    parent: one.parent.map { BranchID($0) })
            })
    }

    @Test func `the whole is complete when all that lead are done`() {
        let one = tree([1: .passed, 2: .passed, 5: .completed])
        #expect(one.completedAncestors(afterCompleting: BranchID(5)) == [BranchID(2)])
        let all = tree([1: .passed, 2: .passed, 3: .completed, 5: .completed])
        #expect(all.completedAncestors(afterCompleting: BranchID(5)) == [BranchID(2), BranchID(1)])
    }

    @Test func `who supports completes nothing above`() {
        #expect(tree([1: .passed, 4: .completed]).completedAncestors(afterCompleting: BranchID(4)).isEmpty)
    }

    @Test func `what leads comes back to its sender, what supports does not`() {
        #expect(tree([1: .passed]).reopened(byReturnOf: BranchID(3)) == BranchID(1))
        #expect(tree([1: .passed]).reopened(byReturnOf: BranchID(4)) == nil)
    }

    @Test func `a recall opens the sender's branch when nobody else is at work`() {
        let both = tree([1: .passed])
        #expect(both.reopened(byRecallOf: [BranchID(2)]).isEmpty)
        #expect(both.reopened(byRecallOf: [BranchID(2), BranchID(3)]) == [BranchID(1)])
    }

    @Test func `a document given back at the root waits to be submitted again`() {
        let returned = RoutingTree([.sample(1, role: .decide, state: .returned, holder: .person(PersonID(1)))])
        #expect(returned.documentState == .registered)
        #expect(RoutingTree([]).documentState == .registered)
        #expect(tree([:]).documentState == .circulating)
        #expect(tree([1: .completed]).documentState == .completed)
    }
}

extension IncomingDocument {
    static func sample(_ state: State = .received) -> IncomingDocument {
        let entry = Entry(
            year: 2026, number: 15, receivedOn: Day("2026-11-24") ?? Day(at: Date()), registeredAt: Date(),
            registeredBy: "Mai")
        return IncomingDocument(
            id: IncomingID(1), content: .sample(), origin: .exchange, exchangeID: "x1", arrivedAt: Date(), state: state,
            entry: state == .received || state == .refused ? nil : entry, refusal: "", notes: [])
    }
}

extension IncomingDocument.Content {
    static func sample(_ number: String = "15", sender: String = "Viện Toán học") -> IncomingDocument.Content {
        IncomingDocument.Content(
            senderCode: AgencyCode("000.00.97.G31"), senderName: sender,
            documentID: "000.00.97.G31,2026/11/20,\(number)/VTH-VP",
            code: DocumentCode(number: number, notation: "VTH-VP"), day: Day("2026-11-20"), typeLabel: "Công văn",
            subject: "Về việc báo cáo kết quả năm 2026", signerName: "Nguyễn Văn A", toPlaces: ["Viện Hàn lâm"])
    }
}

extension Actor {
    static func sample(_ roles: Role...) -> Actor {
        Actor(
            person: PersonID(7), name: "Nguyễn Văn B", position: "", unit: UnitID(1), unitName: "", roles: Set(roles),
            heads: roles.contains(.unitHead) ? [UnitID(1)] : [])
    }
}

extension Branch {
    static func sample(
        _ id: Int64, role: BranchRole, state: BranchState, holder: Holder, parent: BranchID? = nil,
        createdBy: PersonID? = nil, dueOn: Day? = nil
    ) -> Branch {
        Branch(
            id: BranchID(id), subject: RecordRef(kind: "incoming", id: 1), parent: parent, holder: holder,
            holderName: "N\(id)",
            role: role, state: state, dueOn: dueOn, note: "", createdBy: createdBy, createdByName: "",
            createdAt: Date(),
            readAt: nil, closedAt: nil, outcome: "")
    }
}
