import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Incoming

/// Một việc cho nhiều văn bản: mỗi văn bản một kết quả, văn bản vướng không cản văn bản khác.
@Suite struct IncomingBatchTests {
    private func browser(_ journey: Journey, _ actor: Actor) async throws -> Browser {
        let feature = IncomingFeature(
            ground: journey.office.ground, steps: .standIn(journey.office.ground.blobs), shell: TestOffice.shell)
        return try await journey.office.browser(feature.routes, as: actor)
    }

    @Test(arguments: Engine.testable)
    func `ticked documents are registered in the order they came, each told with its number`(
        engine: Engine
    ) async throws {
        let journey = try await Journey(engine)
        let first = try await journey.arrive(exchangeID: "b-1")
        journey.office.clock.advance(by: 60)
        let second = try await journey.arrive(.sample("16"), exchangeID: "b-2")
        let clerk = try await browser(journey, journey.people.clerk)
        let list = try await clerk.get("/van-ban-den/hop/cho-tiep-nhan").text
        #expect(list.contains(#"name="chon" value="\#(first)""#) && list.contains(#"name="chon" value="\#(second)""#))
        let told = try await clerk.post(
            "/van-ban-den/hop/cho-tiep-nhan/chon", ["chon": "\(second)", "chon": "\(first)"])
        #expect(told.status == 200 && told.text.contains("Đã vào sổ 2 văn bản."))
        #expect(told.text.contains("Số đến 01.") && told.text.contains("Số đến 02."))
        #expect(try await journey.view(first).document.entry?.number == 1)
        #expect(try await journey.view(second).document.entry?.number == 2)
        #expect(try await !clerk.get("/van-ban-den/hop/cho-tiep-nhan").text.contains("name=\"chon\""))
    }

    @Test func `what cannot be done is told first, with its reason, and stops no other`() async throws {
        let journey = try await Journey()
        let id = try await journey.arrive(exchangeID: "b-1")
        let clerk = try await browser(journey, journey.people.clerk)
        #expect(try await clerk.post("/van-ban-den/\(id)/register").status == 303)
        let other = try await journey.arrive(.sample("16"), exchangeID: "b-2")
        let told = try await clerk.post(
            "/van-ban-den/hop/cho-tiep-nhan/chon", ["chon": "\(id)", "chon": "\(other)", "chon": "999", "chon": "x"])
        #expect(told.text.contains("Đã vào sổ 1 văn bản; 1 văn bản chưa làm được"))
        let refused = try #require(told.text.firstRange(of: "Chưa được"))
        let done = try #require(told.text.firstRange(of: "Số đến 02."))
        #expect(refused.lowerBound < done.lowerBound)
    }

    @Test func `a document ticked many times is done once`() async throws {
        let journey = try await Journey()
        let id = try await journey.arrive(exchangeID: "b-1")
        let clerk = try await browser(journey, journey.people.clerk)
        let told = try await clerk.post(
            "/van-ban-den/hop/cho-tiep-nhan/chon", ["chon": "\(id)", "chon": "\(id)", "chon": "\(id)"])
        #expect(told.text.contains("Đã vào sổ 1 văn bản.") && !told.text.contains("chưa làm được"))
    }

    @Test func `registered documents are laid before a leader together`() async throws {
        let journey = try await Journey()
        let clerk = try await browser(journey, journey.people.clerk)
        var chosen: [IncomingID] = []
        for index in 1...2 {
            let id = try await journey.arrive(.sample("\(index)"), exchangeID: "b-\(index)")
            #expect(try await clerk.post("/van-ban-den/\(id)/register").status == 303)
            chosen.append(id)
        }
        #expect(try await clerk.get("/van-ban-den/hop/cho-trinh").text.contains("name=\"leader\""))
        let told = try await clerk.post(
            "/van-ban-den/hop/cho-trinh/chon",
            ["chon": "\(chosen[0])", "chon": "\(chosen[1])", "leader": "\(journey.people.chairman.person)"])
        #expect(told.text.contains("Đã trình 2 văn bản."))
        for id in chosen { #expect(try await journey.state(id) == .circulating) }
    }

    @Test func `what came for information is marked read together, and only by whom it came to`() async throws {
        let journey = try await Journey()
        let id = try await journey.directed([
            Assignment(.unit(journey.officeUnit), .lead), Assignment(.unit(journey.otherUnit), .information),
        ])
        let reader = try await browser(journey, journey.people.otherHead)
        #expect(try await reader.post("/van-ban-den/hop/de-biet/chon", ["chon": "\(id)"]).text.contains("Đã đọc 1"))
        let branch = try await journey.view(id).tree.branches.first { $0.role == .information }
        #expect(branch?.state == .completed)
        let stranger = try await browser(journey, journey.people.otherSpecialist)
        #expect(try await stranger.post("/van-ban-den/hop/de-biet/chon", ["chon": "\(id)"]).status == 422)
    }

    @Test func `nothing ticked, a box without such an act and a box of others are refused`() async throws {
        let journey = try await Journey()
        let clerk = try await browser(journey, journey.people.clerk)
        #expect(try await clerk.post("/van-ban-den/hop/cho-tiep-nhan/chon", [:]).status == 422)
        #expect(try await clerk.post("/van-ban-den/hop/tat-ca/chon", ["chon": "1"]).status == 404)
        let specialist = try await browser(journey, journey.people.specialist)
        #expect(try await specialist.post("/van-ban-den/hop/cho-tiep-nhan/chon", ["chon": "1"]).status == 404)
    }
}
