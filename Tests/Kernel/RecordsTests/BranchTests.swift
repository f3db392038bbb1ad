import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

/// Luồng xử lý: chủ trì, phối hợp, để biết; hạn; thu hồi; hoàn thành.
@Suite struct BranchTests {
    private let subject = RecordRef(kind: "incoming", id: 7)

    private func add(
        _ office: TestOffice, _ holder: Holder, _ role: BranchRole, below parent: BranchID? = nil, dueOn: Day? = nil
    ) async throws -> BranchID {
        let (subject, now, actor) = (subject, office.now, office.people.chairman)
        return try await office.database.write { tx in
            try BranchStore(tx).add(
                NewBranch(parent: parent, holder: holder, holderName: "ai đó", role: role, dueOn: dueOn, note: "xem"),
                to: subject, listedAt: now, by: actor, at: now)
        }
    }

    private func set(_ office: TestOffice, _ id: BranchID, _ state: BranchState) async throws {
        let now = office.now
        try await office.database.write { try BranchStore($0).set(id, to: state, at: now) }
    }

    private func tree(_ office: TestOffice) async throws -> RoutingTree {
        let subject = subject
        return try await office.database.read { try BranchStore($0).tree(of: subject) }
    }

    @Test(arguments: Engine.testable)
    func `a branch comes back as it was sent`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let day = Day("2026-12-01")
        let id = try await add(office, .unit(office.people.otherHead.unit), .lead, dueOn: day)
        let branch = try #require(try await tree(office).branch(id))
        #expect(branch.holder == .unit(office.people.otherHead.unit))
        #expect((branch.role, branch.state, branch.dueOn, branch.note) == (.lead, .pending, day, "xem"))
        #expect(branch.createdBy == office.people.chairman.person && branch.createdAt == office.now)
        #expect(branch.isHeld(by: office.people.otherHead))
        #expect(!branch.isHeld(by: office.people.otherSpecialist))
        #expect(branch.isOverdue(on: Day("2026-12-02") ?? Day(at: office.now)))
        #expect(!branch.isOverdue(on: Day("2026-12-01") ?? Day(at: office.now)))
    }

    @Test(arguments: Engine.testable)
    func `all leads below must be done before what is above is done`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let people = office.people
        let root = try await add(office, .person(people.chairman.person), .decide)
        let unit = try await add(office, .unit(people.otherHead.unit), .lead, below: root)
        let first = try await add(office, .person(people.specialist.person), .lead, below: unit)
        let second = try await add(office, .person(people.secondSpecialist.person), .lead, below: unit)
        let support = try await add(office, .person(people.otherSpecialist.person), .support, below: unit)
        for id in [root, unit] { try await set(office, id, .passed) }
        #expect(try await tree(office).completedAncestors(afterCompleting: first) == [])
        try await set(office, first, .completed)
        #expect(try await tree(office).completedAncestors(afterCompleting: second) == [unit, root])
        #expect(try await tree(office).completedAncestors(afterCompleting: support) == [])
        for id in [second, unit, root] { try await set(office, id, .completed) }
        #expect(try await tree(office).isDealtWith)
    }

    @Test(arguments: Engine.testable)
    func `a lead that was taken or given back is not waited for`(engine: Engine) async throws {
        for state in [BranchState.recalled, .returned] {
            let office = try await TestOffice.make(engine)
            let root = try await add(office, .person(office.people.chairman.person), .decide)
            let first = try await add(office, .person(office.people.specialist.person), .lead, below: root)
            let second = try await add(office, .person(office.people.secondSpecialist.person), .lead, below: root)
            try await set(office, root, .passed)
            #expect(try await tree(office).completedAncestors(afterCompleting: first) == [])
            try await set(office, second, state)
            #expect(try await tree(office).completedAncestors(afterCompleting: first) == [root])
        }
    }

    @Test(arguments: Engine.testable)
    func `one who reads for information is never waited for`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let root = try await add(office, .person(office.people.chairman.person), .decide)
        let information = try await add(office, .person(office.people.specialist.person), .information, below: root)
        try await set(office, root, .completed)
        #expect(try await tree(office).isDealtWith)
        let branch = try #require(try await tree(office).branch(information))
        let now = office.now
        #expect(try await office.database.write { try BranchStore($0).markRead(branch, at: now) })
        let read = try #require(try await tree(office).branch(information))
        #expect(read.state == .completed && read.readAt == now)
        #expect(try await office.database.write { try !BranchStore($0).markRead(read, at: now) })
    }

    @Test(arguments: 1...30)
    func `recalling takes exactly what was not completed below`(seed: Int) async throws {
        var random = SeededRandom(seed: seed)
        let office = try await TestOffice.make()
        var ids: [BranchID] = []
        for _ in 0..<random.int(in: 2...14) {
            let parent = ids.isEmpty ? nil : random.pick(ids)
            let id = try await add(
                office, .person(office.people.specialist.person), random.pick(BranchRole.allCases) ?? .lead,
                below: parent)
            ids.append(id)
            try await set(office, id, random.pick(BranchState.allCases) ?? .pending)
        }
        let before = try await tree(office)
        let picked = random.pick(ids)
        let chosen = try #require(picked)
        let taken = Set(before.unfinishedBelow(chosen))
        let now = office.now
        try await office.database.write { try BranchStore($0).recall(Array(taken), at: now) }
        let after = try await tree(office)
        let below = Set(before.descendants(of: chosen).map(\.id))
        for branch in before.branches {
            let isTaken = below.contains(branch.id) && branch.state != .completed
            #expect(after.branch(branch.id)?.state == (isTaken ? .recalled : branch.state))
        }
        #expect(!below.contains(chosen))
    }

    @Test(arguments: Engine.testable)
    func `a deadline below may not be later than the one above`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let day = try #require(Day("2026-12-01"))
        let limited = try await add(office, .person(office.people.chairman.person), .lead, dueOn: day)
        let free = try await add(office, .person(office.people.chairman.person), .lead)
        let tree = try await tree(office)
        #expect(tree.allows(dueOn: day, below: limited) && !tree.allows(dueOn: day.adding(days: 1), below: limited))
        #expect(tree.allows(dueOn: day.adding(days: 400), below: free) && tree.allows(dueOn: nil, below: limited))
    }

    @Test(arguments: Engine.testable)
    func `what lies on one's desk is what one holds, oneself or as head`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let people = office.people
        let mine = try await add(office, .person(people.otherHead.person), .lead)
        let ours = try await add(office, .unit(people.otherHead.unit), .lead)
        _ = try await add(office, .person(people.specialist.person), .lead)
        func desk(_ actor: Actor) async throws -> Set<BranchID> {
            try await office.database.read { tx in
                Set(try tx.rows("SELECT b.id FROM branch b WHERE \(actor.holdsBranch)").map { try $0.get("id") })
            }
        }
        #expect(try await desk(people.otherHead) == [mine, ours])
        #expect(try await desk(people.otherSpecialist) == [])
    }
}
