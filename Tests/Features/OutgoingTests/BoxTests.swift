import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Outgoing

/// Số trên hộp bằng đúng số dòng trong hộp.
@Suite struct BoxTests {
    /// One document in every state, and one sent to our own units.
    static func filled(_ engine: Engine) async throws -> OutgoingStage {
        let stage = try await OutgoingStage(engine)
        for state in [OutgoingDocument.State.draft, .submitted, .initialled, .signed, .numbered, .sealed, .issued] {
            _ = try await stage.document(state)
            stage.office.clock.advance(by: 60)
        }
        let returned = try await stage.document(.submitted)
        try await stage.desk.returnDraft(returned, by: stage.people.officeHead, reason: "Bổ sung căn cứ pháp lý.")
        _ = try await stage.document(
            .issued,
            stage.draft(to: [
                NewRecipient(.unit(stage.people.otherHead.unit), name: ""),
                NewRecipient(.unit(stage.people.officeHead.unit), name: "", role: .lead),
            ]))
        return stage
    }

    @Test(arguments: Engine.testable)
    func `every badge is the length of its list, for everybody`(engine: Engine) async throws {
        let stage = try await Self.filled(engine)
        for actor in stage.people.all {
            for box in OutgoingBox.allCases {
                let (count, ids) = try await stage.office.database.read { tx in
                    let store = OutgoingStore(tx)
                    return (try store.count(box, for: actor), try store.list(box, for: actor).items.map(\.document.id))
                }
                #expect(count == ids.count, "\(actor.name): \(box)")
                #expect(Set(ids).count == ids.count, "\(actor.name): \(box)")
                for id in ids { _ = try await stage.find(id, for: actor) }
            }
        }
    }

    @Test(arguments: Engine.testable)
    func `each waiting document lies in the box of the one whose turn it is`(engine: Engine) async throws {
        let stage = try await Self.filled(engine)
        let people = stage.people
        let expected: [(Actor, OutgoingBox, Int)] = [
            (people.specialist, .drafts, 4), (people.specialist, .returned, 1), (people.officeHead, .toInitial, 1),
            (people.chairman, .toSign, 1), (people.clerk, .toNumber, 1), (people.clerk, .toSeal, 1),
            (people.clerk, .toIssue, 1),
            (people.clerk, .trouble, 0), (people.otherHead, .unitReading, 1), (people.officeHead, .unitWork, 1),
            (people.otherHead, .unitWork, 0), (people.officeHead, .unitReading, 0),
            (people.clerk, .issued, 2), (people.otherSpecialist, .all, 0), (people.administrator, .all, 0),
        ]
        for (actor, box, count) in expected {
            #expect(try await stage.desk.list(box, for: actor).items.count == count, "\(actor.name): \(box)")
        }
    }

    @Test func `who only administers has no boxes, who also works has those of his work`() {
        #expect(OutgoingBox.boxes(of: PolicyTests.administrator).isEmpty)
        let clerk = PolicyTests.actor(6, roles: [.administrator, .recordsClerk], unit: 50)
        #expect(OutgoingBox.boxes(of: clerk).contains(.toNumber))
    }

    @Test func `a long list goes on by key without losing or repeating a row`() async throws {
        let stage = try await OutgoingStage()
        let (actor, content, now) = (stage.people.specialist, stage.content(), stage.office.now)
        try await stage.office.database.write { tx in
            for index in 0..<120 {
                _ = try OutgoingStore(tx).insert(content, by: actor, at: now.addingTimeInterval(Double(index / 7)))
            }
        }
        var seen: [OutgoingID] = []
        var key: PageKey?
        repeat {
            let page = try await stage.desk.list(.drafts, for: actor, after: key)
            seen += page.items.map(\.document.id)
            key = page.next
        } while key != nil
        #expect(seen.count == 120)
        #expect(Set(seen).count == 120)
    }

    @Test(arguments: Engine.testable)
    func `filters find without tones`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        let id = try await stage.document(.numbered)
        _ = try await stage.document(.numbered, stage.draft(stage.content("Về việc nghỉ Tết", type: .notice)))
        func found(_ text: String, type: DocumentType? = nil) async throws -> [OutgoingID] {
            var filter = OutgoingFilter()
            filter.text = text
            filter.type = type
            return try await stage.desk.list(.all, for: stage.people.clerk, filter: filter).items.map(\.document.id)
        }
        #expect(try await found("hoi dong khoa hoc") == [id])
        #expect(try await found("01/QĐ-VHL") == [id])
        #expect(try await found("", type: .decision) == [id])
        #expect(try await found("không có chữ này") == [])
    }
}
