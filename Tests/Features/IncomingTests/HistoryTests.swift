import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Testing

@testable import Incoming

/// Dù xử lý theo thứ tự nào: số trên hộp bằng số dòng, trạng thái suy ra từ các nhánh, mỗi trạng thái gửi đi một lần.
@Suite struct HistoryTests {
    @Test(arguments: 1...12)
    func `random histories keep the books straight`(seed: Int) async throws {
        let journey = try await Journey()
        var random = SeededRandom(seed: seed)
        var ids: [IncomingID] = []
        for number in 1...3 {
            ids.append(try await journey.arrive(.sample("\(number)"), exchangeID: "g-\(number)"))
        }
        for _ in 1...60 {
            guard let id = random.pick(ids) else { continue }
            await step(id, journey, &random)
            try await check(id, journey)
        }
        try await checkBoxes(journey)
    }

    /// One act by somebody, possible or not.
    private func step(_ id: IncomingID, _ journey: Journey, _ random: inout SeededRandom) async {
        let (people, desk) = (journey.people, journey.desk)
        let cast = [
            people.clerk, people.chairman, people.deputy, people.officeHead, people.otherHead, people.specialist,
            people.secondSpecialist, people.otherSpecialist,
        ]
        let holders: [Holder] = [
            .unit(journey.officeUnit), .unit(journey.otherUnit), .person(people.specialist.person),
            .person(people.secondSpecialist.person), .person(people.otherSpecialist.person),
            .person(people.deputy.person),
        ]
        guard let actor = random.pick(cast), let action = random.pick(IncomingDocument.Action.allCases) else { return }
        let some = holders.shuffled(using: &random).prefix(random.int(in: 1...3)).map {
            Assignment($0, random.pick([.lead, .support, .information]) ?? .lead)
        }
        let reason = "Lý do dài hơn mười chữ."
        switch action {
        case .register: _ = try? await desk.register(id, by: actor)
        case .refuse: if random.int(in: 1...5) == 1 { try? await desk.refuse(id, by: actor, reason: reason) }
        case .submit: try? await desk.submit(id, by: actor, to: people.chairman.person)
        case .direct:
            _ = try? await desk.direct(id, by: actor, .init(text: "Giao.", assignments: some), with: .pin(Journey.pin))
        case .assign: try? await desk.assign(id, by: actor, some)
        case .takeUp: try? await desk.takeUp(id, by: actor)
        case .report: try? await desk.report(id, by: actor, text: "Đang làm.")
        case .complete: try? await desk.complete(id, by: actor, outcome: "Xong.")
        case .forward: if let to = some.first?.holder { try? await desk.forward(id, by: actor, to: to) }
        case .conclude: if random.int(in: 1...4) == 1 { try? await desk.conclude(id, by: actor) }
        case .giveBack: try? await desk.giveBack(id, by: actor, reason: reason)
        case .recall:
            guard let view = try? await desk.open(id, for: actor) else { return }
            let mine = view.found.recallable(by: actor).map(\.id)
            guard let one = random.pick(mine) else { return }
            let before = view.tree.branches.filter { $0.state != .recalled }.map(\.id)
            let taken = Set([one] + view.tree.unfinishedBelow(one))
            try? await desk.recall(id, by: actor, branches: [one])
            let after = (try? await journey.view(id).tree.branches.filter { $0.state != .recalled }.map(\.id)) ?? []
            #expect(
                Set(before).subtracting(after) == taken, "a recall removes exactly its branch and what is below it")
        }
    }

    private func check(_ id: IncomingID, _ journey: Journey) async throws {
        let view = try await journey.view(id)
        let tree = view.tree
        if view.document.entry != nil { #expect(view.document.state == tree.documentState) }
        if view.document.state == .completed {
            let leads = tree.branches.filter { $0.role == .lead || $0.role == .decide }
            #expect(leads.allSatisfy { !$0.state.isOpen }, "nobody leads a completed document any more")
        }
        for branch in tree.branches where branch.state == .passed {
            #expect(tree.children(of: branch.id).contains { $0.state != .recalled && $0.state != .returned })
        }
        let codes = try await journey.statuses(id)
        #expect(Set(codes).count == codes.count, "each status at most once")
        let isIntact = try await journey.office.database.read { try EventHistory($0).isIntact(view.document.ref) }
        #expect(isIntact)
    }

    private func checkBoxes(_ journey: Journey) async throws {
        let today = Day(at: journey.office.now)
        for actor in journey.people.all {
            for box in IncomingBox.boxes(of: actor, today: today) {
                let list = try await journey.desk.list(box, for: actor).items
                #expect(try await journey.desk.count(box, for: actor) == list.count)
                for line in list { _ = try await journey.desk.open(line.document.id, for: actor) }
            }
        }
    }
}

/// Trang danh sách đi theo khóa: không sót, không lặp.
@Suite struct ListTests {
    @Test(arguments: Engine.testable)
    func `pages follow one another without gap or repetition`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let now = journey.office.now
        try await journey.office.database.write { tx in
            for number in 1...120 {
                let new = NewIncoming(
                    content: .sample("\(number)"), origin: .exchange, exchangeID: "g-\(number)",
                    arrivedAt: now.addingTimeInterval(Double(number / 7)), notes: [])
                _ = try IncomingStore(tx).insert(new)
            }
        }
        var (seen, key): ([IncomingID], PageKey?) = ([], nil)
        repeat {
            let page = try await journey.desk.list(.all, for: journey.people.clerk, after: key)
            seen += page.items.map(\.document.id)
            key = page.next
        } while key != nil
        #expect(seen.count == 120 && Set(seen).count == 120)
        #expect(try await journey.desk.count(.toAccept, for: journey.people.clerk) == 120)
    }

    @Test(arguments: Engine.testable)
    func `words find a document without tones, and percent signs mean nothing`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.arrive()
        var filter = IncomingFilter()
        for (text, isFound) in [("bao cao ket qua", true), ("15 vth vp", true), ("không có", false)] {
            filter.text = text
            let found = try await journey.desk.list(.all, for: journey.people.clerk, filter: filter).items.map(
                \.document.id)
            #expect(found == (isFound ? [id] : []))
        }
    }

    @Test func `the board shows each person the boxes of his roles`() async throws {
        let journey = try await Journey()
        let today = Day(at: journey.office.now)
        let clerk = IncomingBox.boxes(of: journey.people.clerk, today: today)
        #expect(clerk.contains(.toAccept) && clerk.contains(.toSubmit) && !clerk.contains(.toDecide))
        #expect(IncomingBox.boxes(of: journey.people.chairman, today: today).contains(.toDecide))
        #expect(IncomingBox.boxes(of: journey.people.officeHead, today: today).contains(.toAssign))
        #expect(IncomingBox.boxes(of: journey.people.administrator, today: today).isEmpty)
    }
}
