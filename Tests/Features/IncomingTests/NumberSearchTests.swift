import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Incoming

/// Tìm theo số: đúng số đứng đầu, không kể số không ở trước; số đến cũng tìm được.
@Suite struct NumberSearchTests {
    private func filled(_ engine: Engine) async throws -> Journey {
        let journey = try await Journey(engine)
        for (index, number) in ["010", "01", "1", "11", "100"].enumerated() {
            let id = try await journey.arrive(
                .sample(number, sender: "Viện \(index)"), exchangeID: "g-\(index)", pdf: "%PDF-1.7 \(index)")
            if index > 2 { try await journey.desk.register(id, by: journey.people.clerk) }
            journey.office.clock.advance(by: 60)
        }
        return journey
    }

    private func numbers(_ journey: Journey, _ text: String) async throws -> [String] {
        var filter = IncomingFilter()
        filter.text = text
        return try await journey.desk.list(.all, for: journey.people.clerk, filter: filter).items
            .map(\.document.content.code.number)
    }

    @Test(arguments: Engine.testable)
    func `the number looked for comes before those that only begin with it`(engine: Engine) async throws {
        let journey = try await filled(engine)
        // The others hold a word that begins so: of the day, or their own number.
        #expect(try await numbers(journey, "1/VTH-VP") == ["1", "01", "100", "11", "010"])
        #expect(try await numbers(journey, "01/vth") == ["1", "01", "010"])
        #expect(try await numbers(journey, "10/VTH") == ["010", "100"])
        // 11 and 100 were registered as numbers 1 and 2.
        #expect(try await numbers(journey, "2").first == "100")
        #expect(try await Set(numbers(journey, "1").prefix(3)) == ["1", "01", "11"])
    }

    @Test(arguments: Engine.testable)
    func `the office's search puts it first, too`(engine: Engine) async throws {
        let journey = try await filled(engine)
        let clerk = journey.people.clerk
        let found = try await journey.office.database.read { tx in
            try Catalogue(tx).search("1/VTH-VP", in: [IncomingFeature.searched(by: clerk)], after: nil)
        }
        #expect(found.items.count == 5)
        #expect(
            found.items.prefix(2).allSatisfy { $0.subtitle.contains("1/VTH-VP") && !$0.subtitle.contains("11/VTH") })
    }

    @Test func `a number is looked up in its index`() async throws {
        let journey = try await Journey()
        for text in ["1", "1/VTH"] {
            let code = try #require(CodeQuery(text))
            let plan = try await journey.office.database.read { tx in
                try tx.rows("EXPLAIN QUERY PLAN \(IncomingDocument.numbered(code))").map {
                    try $0.get("detail", as: String.self)
                }
            }
            #expect(plan.contains { $0.contains("n USING INDEX incoming_number") }, "\(plan)")
            #expect(!plan.contains { $0.hasPrefix("SCAN n") }, "\(plan)")
        }
    }
}
