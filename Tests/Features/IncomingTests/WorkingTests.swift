import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Testing

@testable import Incoming

/// Bút phê, phân công, xử lý, trả lại, thu hồi; trạng thái về nơi gửi mỗi loại một lần.
@Suite struct WorkingTests {
    @Test(arguments: Engine.testable)
    func `a document goes from the leader to the officer and back as done`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let (people, desk) = (journey.people, journey.desk)
        let today = Day(at: journey.office.now)
        let id = try await journey.directed([
            Assignment(.unit(journey.officeUnit), .lead, dueOn: today.adding(days: 7)),
            Assignment(.unit(journey.otherUnit), .support), Assignment(.person(people.deputy.person), .information),
        ])
        #expect(try await desk.count(.toAssign, for: people.officeHead) == 1)
        try await desk.assign(
            id, by: people.officeHead,
            [
                Assignment(.person(people.specialist.person), .lead, dueOn: today.adding(days: 5)),
                Assignment(.person(people.secondSpecialist.person), .support),
            ], note: "Làm ngay.")
        try await desk.takeUp(id, by: people.specialist)
        try await desk.report(id, by: people.specialist, text: "Đã thu thập số liệu.")
        try await desk.complete(id, by: people.specialist, outcome: "Đã có văn bản trả lời.")
        #expect(try await journey.state(id) == .completed)
        #expect(try await journey.statuses(id) == [1, 3, 4, 5, 6])
        try await desk.complete(id, by: people.secondSpecialist, outcome: "Đã góp ý.")
        let tree = try await journey.view(id).tree
        #expect(tree.branches.filter { $0.role == .lead }.allSatisfy { $0.state == .completed })
        #expect(try await journey.statuses(id) == [1, 3, 4, 5, 6])
    }

    @Test(arguments: Engine.testable)
    func `a wrong PIN is refused and nothing is directed`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.submitted()
        await #expect(throws: SigningRefusal.wrongPIN(remaining: 4)) {
            try await journey.direct(id, [Assignment(.unit(journey.officeUnit), .lead)], pin: "000000")
        }
        let view = try await journey.view(id)
        #expect(view.directives.isEmpty && view.tree.branches.count == 1)
        #expect(try await journey.statuses(id) == [1, 3])
    }

    @Test(arguments: Engine.testable)
    func `a directive is bound to words and files`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.directed([Assignment(.unit(journey.officeUnit), .lead)])
        let view = try await journey.view(id)
        let note = try #require(view.directives.first)
        #expect(try await journey.desk.check(note, files: view.files).isTrusted)
        #expect(view.files.filter { $0.role == .directive }.count == 2)

        let other = try journey.office.ground.blobs.put(Data("%PDF-1.7 khác".utf8))
        let now = journey.office.now
        _ = try await journey.office.database.write { tx in
            try RecordFileStore(tx).add(
                .main, to: view.document.ref, name: "cong-van.pdf", mediaType: "application/pdf", blob: other, at: now)
        }
        let changed = try await journey.view(id)
        #expect(try await !journey.desk.check(note, files: changed.files).isIntact)

        let words = DirectiveNote(
            branch: note.branch, leader: note.leader, leaderName: note.leaderName, leaderPosition: note.leaderPosition,
            text: "Không giao.", at: note.at, payload: note.payload, signature: note.signature)
        #expect(try await !journey.desk.check(words, files: view.files).isIntact)
    }

    @Test(arguments: Engine.testable)
    func `a directive names who leads, and nobody twice`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.submitted()
        let unit = Holder.unit(journey.officeUnit)
        await #expect(throws: IncomingRefusal.noLead) { try await journey.direct(id, [Assignment(unit, .support)]) }
        await #expect(throws: CommonRefusal.self) {
            try await journey.direct(id, [Assignment(unit, .lead), Assignment(unit, .support)])
        }
        await #expect(throws: CommonRefusal.self) {
            try await journey.direct(id, [Assignment(.unit(UnitID(9999)), .lead)])
        }
    }

    @Test(arguments: Engine.testable)
    func `what a unit gives back lies before the leader again`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let (people, desk) = (journey.people, journey.desk)
        let id = try await journey.directed([Assignment(.unit(journey.officeUnit), .lead)])
        try await desk.assign(id, by: people.officeHead, [Assignment(.person(people.specialist.person), .lead)])
        try await desk.giveBack(id, by: people.officeHead, reason: "Không thuộc chức năng của đơn vị.")
        #expect(try await desk.count(.toDecide, for: people.chairman) == 1)
        #expect(try await desk.count(.toDo, for: people.specialist) == 0)
        await #expect(throws: IncomingRefusal.notFound) { _ = try await desk.open(id, for: people.specialist) }
        try await journey.direct(id, [Assignment(.unit(journey.otherUnit), .lead)])
        try await desk.complete(id, by: people.otherHead, outcome: "Đã giải quyết.")
        #expect(try await journey.state(id) == .completed)
        #expect(try await journey.view(id).directives.count == 2)
        #expect(try await journey.statuses(id) == [1, 3, 4, 6])
    }

    @Test(arguments: Engine.testable)
    func `what the leader gives back waits to be submitted again`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.submitted()
        try await journey.desk.giveBack(
            id, by: journey.people.chairman, reason: "Đề nghị trình Phó Chủ tịch phụ trách.")
        #expect(try await journey.state(id) == .registered)
        try await journey.desk.submit(id, by: journey.people.clerk, to: journey.people.deputy.person)
        #expect(try await journey.desk.count(.toDecide, for: journey.people.deputy) == 1)
    }

    @Test(arguments: Engine.testable)
    func `a recall takes back exactly what nobody has begun with`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let (people, desk) = (journey.people, journey.desk)
        let id = try await journey.directed([
            Assignment(.unit(journey.officeUnit), .lead), Assignment(.unit(journey.otherUnit), .lead),
        ])
        try await desk.takeUp(id, by: people.officeHead)
        let branches = try await journey.view(id).tree.branches
        let begun = try #require(branches.first { $0.holder == .unit(journey.officeUnit) })
        let untouched = try #require(branches.first { $0.holder == .unit(journey.otherUnit) })
        await #expect(throws: IncomingRefusal.self) {
            try await desk.recall(id, by: people.chairman, branches: [begun.id, untouched.id])
        }
        try await desk.recall(id, by: people.chairman, branches: [untouched.id])
        let after = try await journey.view(id).tree
        #expect(after.branches.filter { $0.state == .recalled }.map(\.id) == [untouched.id])
        #expect(try await journey.state(id) == .circulating)
        await #expect(throws: IncomingRefusal.notFound) { _ = try await desk.open(id, for: people.otherHead) }
    }

    @Test(arguments: Engine.testable)
    func `a submission is recalled and the document waits to be submitted again`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let id = try await journey.submitted()
        let root = try #require(try await journey.view(id).tree.roots.first)
        try await journey.desk.recall(id, by: journey.people.clerk, branches: [root.id])
        #expect(try await journey.state(id) == .registered)
        await #expect(throws: IncomingRefusal.notFound) {
            _ = try await journey.desk.open(id, for: journey.people.chairman)
        }
    }

    @Test(arguments: Engine.testable)
    func `forwarded work is done when the next one is done`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let (people, desk) = (journey.people, journey.desk)
        let id = try await journey.submitted()
        await #expect(throws: CommonRefusal.self) {
            try await desk.forward(id, by: people.chairman, to: .person(people.specialist.person))
        }
        try await desk.forward(
            id, by: people.chairman, to: .person(people.deputy.person), note: "Anh phụ trách cho ý kiến.")
        try await desk.conclude(id, by: people.deputy)
        #expect(try await journey.state(id) == .completed)
        #expect(try await journey.statuses(id) == [1, 3, 6])
    }

    @Test(arguments: Engine.testable)
    func `what came for information closes by being read`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let (people, desk) = (journey.people, journey.desk)
        let id = try await journey.directed([
            Assignment(.unit(journey.officeUnit), .lead), Assignment(.person(people.deputy.person), .information),
        ])
        #expect(try await desk.count(.toRead, for: people.deputy) == 1)
        _ = try await desk.open(id, for: people.deputy)
        #expect(try await desk.count(.toRead, for: people.deputy) == 0)
        #expect(try await journey.state(id) == .circulating)
    }

    @Test(arguments: Engine.testable)
    func `deadlines put work into overdue and due soon`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let (people, desk) = (journey.people, journey.desk)
        let today = Day(at: journey.office.now)
        _ = try await journey.directed([Assignment(.unit(journey.officeUnit), .lead, dueOn: today.adding(days: 2))])
        #expect(try await desk.count(.dueSoon, for: people.officeHead) == 1)
        journey.office.clock.advance(by: 3 * 86_400)
        #expect(try await desk.count(.dueSoon, for: people.officeHead) == 0)
        #expect(try await desk.count(.overdue, for: people.officeHead) == 1)
    }

    @Test(arguments: Engine.testable)
    func `others do not know that the document exists`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let (people, desk) = (journey.people, journey.desk)
        let id = try await journey.directed([Assignment(.unit(journey.officeUnit), .lead)])
        let allowed = [people.clerk, people.chairman, people.officeHead]
        for actor in allowed { #expect(try await desk.open(id, for: actor).document.id == id) }
        for actor in people.all
        where actor != people.chairman && !actor.has(.recordsClerk) && actor != people.officeHead {
            await #expect(throws: IncomingRefusal.notFound) { _ = try await desk.open(id, for: actor) }
            await #expect(throws: IncomingRefusal.notFound) {
                try await desk.complete(id, by: actor, outcome: "Đã giải quyết xong.")
            }
            let file = try #require(try await journey.view(id).main)
            await #expect(throws: IncomingRefusal.notFound) { _ = try await desk.file(file.id, of: id, for: actor) }
        }
    }
}
