import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Incoming

/// Trả lại, thu hồi rồi thì không còn xem được: trang, tệp, phiếu, danh sách, số đếm, tìm kiếm.
@Suite struct VisibilityTests {
    /// By how many ways this person comes to the document.
    private func ways(_ journey: Journey, _ id: IncomingID, _ actor: Actor) async throws -> Set<String> {
        let (desk, today) = (journey.desk, Day(at: journey.office.now))
        let main = try #require(try await journey.view(id).main)
        var ways: Set<String> = []
        if (try? await desk.open(id, for: actor)) != nil { ways.insert("page") }
        if (try? await desk.file(main.id, of: id, for: actor)) != nil { ways.insert("file") }
        if try await !desk.documents([id], for: actor).isEmpty { ways.insert("batch") }
        for box in IncomingBox.boxes(of: actor, today: today) {
            if try await !desk.list(box, for: actor).items.isEmpty { ways.insert("list") }
            if try await desk.count(box, for: actor) > 0 { ways.insert("count") }
        }
        let found = try await journey.office.database.read { tx in
            try Catalogue(tx).search("công văn", in: [IncomingFeature.searched(by: actor)], after: nil)
        }
        if !found.items.isEmpty { ways.insert("search") }
        let feature = IncomingFeature(
            ground: journey.office.ground, steps: .standIn(journey.office.ground.blobs), shell: TestOffice.shell)
        let browser = try await journey.office.browser(feature.routes, as: actor)
        if try await browser.get("/van-ban-den/\(id)/phieu").status != 404 { ways.insert("slip") }
        if try await browser.get("/van-ban-den/\(id)/tep/\(main.id)/trang/1").status != 404 { ways.insert("image") }
        return ways
    }

    private static let all: Set = ["page", "file", "batch", "list", "count", "search", "slip", "image"]

    /// Directed to a unit, whose head gave it to a specialist.
    private func assigned(_ engine: Engine) async throws -> (Journey, IncomingID) {
        let journey = try await Journey(engine)
        let people = journey.people
        let id = try await journey.directed([Assignment(.unit(journey.officeUnit), .lead)])
        try await journey.desk.assign(id, by: people.officeHead, [Assignment(.person(people.specialist.person), .lead)])
        return (journey, id)
    }

    @Test(arguments: Engine.testable)
    func `who holds it comes to it by every way`(engine: Engine) async throws {
        let (journey, id) = try await assigned(engine)
        for actor in [journey.people.specialist, journey.people.officeHead, journey.people.chairman] {
            #expect(try await ways(journey, id, actor) == Self.all)
        }
    }

    @Test(arguments: Engine.testable)
    func `who gave it back comes to it by no way, who sent it still does`(engine: Engine) async throws {
        let (journey, id) = try await assigned(engine)
        let people = journey.people
        try await journey.desk.giveBack(id, by: people.specialist, reason: "Không thuộc chức năng của tôi.")
        #expect(try await ways(journey, id, people.specialist) == [])
        #expect(try await ways(journey, id, people.officeHead) == Self.all)
    }

    @Test(arguments: Engine.testable)
    func `who gave it back and is given it again comes to it again`(engine: Engine) async throws {
        let (journey, id) = try await assigned(engine)
        let people = journey.people
        try await journey.desk.giveBack(id, by: people.specialist, reason: "Không thuộc chức năng của tôi.")
        try await journey.desk.assign(
            id, by: people.officeHead, [Assignment(.person(people.specialist.person), .lead)], note: "Vẫn là việc này.")
        #expect(try await ways(journey, id, people.specialist) == Self.all)
    }

    @Test(arguments: Engine.testable)
    func `a recall takes the document from everybody below, also from who had given it back`(
        engine: Engine
    ) async throws {
        let (journey, id) = try await assigned(engine)
        let people = journey.people
        try await journey.desk.giveBack(id, by: people.specialist, reason: "Không thuộc chức năng của tôi.")
        let unit = Holder.unit(journey.officeUnit)
        let branch = try #require(try await journey.view(id).tree.branches.first { $0.holder == unit })
        try await journey.desk.recall(id, by: people.chairman, branches: [branch.id])
        for actor in [people.officeHead, people.specialist] { #expect(try await ways(journey, id, actor) == []) }
        let tree = try await journey.view(id).tree
        #expect(tree.descendants(of: branch.id).map(\.state) == [.recalled])
        #expect(tree.descendants(of: branch.id).map(\.outcome) == ["Không thuộc chức năng của tôi."])
        #expect(try await ways(journey, id, people.chairman) == Self.all)
    }

    @Test(arguments: Engine.testable)
    func `nobody whose desk was passed through is handed the document by its recall`(engine: Engine) async throws {
        let (journey, id) = try await assigned(engine)
        let (people, desk) = (journey.people, journey.desk)
        // The specialist hands on a support; the lead above comes back, so that the unit's branch can be recalled.
        try await desk.giveBack(id, by: people.specialist, reason: "Không thuộc chức năng của tôi.")
        try await desk.assign(
            id, by: people.officeHead,
            [
                Assignment(.person(people.specialist.person), .lead),
                Assignment(.person(people.secondSpecialist.person), .support),
            ])
        try await desk.forward(id, by: people.secondSpecialist, to: .person(people.otherSpecialist.person))
        try await desk.giveBack(id, by: people.specialist, reason: "Không thuộc chức năng của tôi.")
        let unit = Holder.unit(journey.officeUnit)
        let branch = try #require(try await journey.view(id).tree.branches.first { $0.holder == unit })
        try await desk.recall(id, by: people.chairman, branches: [branch.id])
        for actor in [people.officeHead, people.specialist, people.secondSpecialist, people.otherSpecialist] {
            #expect(try await ways(journey, id, actor) == [])
        }
    }

    @Test(arguments: Engine.testable)
    func `what was completed below a recalled branch stays with who completed it`(engine: Engine) async throws {
        let journey = try await Journey(engine)
        let (people, desk) = (journey.people, journey.desk)
        let id = try await journey.directed([Assignment(.unit(journey.officeUnit), .lead)])
        try await desk.assign(
            id, by: people.officeHead,
            [
                Assignment(.person(people.specialist.person), .lead),
                Assignment(.person(people.secondSpecialist.person), .support),
            ])
        try await desk.complete(id, by: people.secondSpecialist, outcome: "Đã góp ý.")
        try await desk.giveBack(id, by: people.specialist, reason: "Không thuộc chức năng của tôi.")
        let unit = Holder.unit(journey.officeUnit)
        let branch = try #require(try await journey.view(id).tree.branches.first { $0.holder == unit })
        try await desk.recall(id, by: people.chairman, branches: [branch.id])
        #expect(try await ways(journey, id, people.specialist) == [])
        #expect(try await ways(journey, id, people.secondSpecialist).isSuperset(of: ["page", "file", "search"]))
    }

    @Test func `who gives a document back is led to his list`() async throws {
        let (journey, id) = try await assigned(.sqlite)
        let feature = IncomingFeature(
            ground: journey.office.ground, steps: .standIn(journey.office.ground.blobs), shell: TestOffice.shell)
        let browser = try await journey.office.browser(feature.routes, as: journey.people.specialist)
        let answer = try await browser.post(
            "/van-ban-den/\(id)/return", ["reason": "Không thuộc chức năng của tôi."])
        #expect(answer.status == 303 && answer.location?.hasPrefix("/van-ban-den?") == true)
    }
}
