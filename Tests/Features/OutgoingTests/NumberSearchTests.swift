import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Outgoing

/// Tìm theo số và ký hiệu: đúng số đứng đầu, không kể số không ở trước.
@Suite struct NumberSearchTests {
    @Test(arguments: Engine.testable)
    func `the number looked for comes before those that only begin with it`(engine: Engine) async throws {
        let stage = try await OutgoingStage(engine)
        for number in 1...11 {
            _ = try await stage.document(.numbered, stage.draft(stage.content("Lần 1, thứ \(number)")))
            stage.office.clock.advance(by: 60)
        }
        func numbers(_ text: String) async throws -> [Int?] {
            var filter = OutgoingFilter()
            filter.text = text
            return try await stage.desk.list(.all, for: stage.people.clerk, filter: filter).items
                .map(\.document.numbering?.number)
        }
        #expect(try await numbers("1/QĐ-VHL") == [1, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
        #expect(try await numbers("01/QĐ-VHL").first == 1)
        #expect(try await numbers("2/qd").first == 2)
        #expect(try await numbers("02/TB-VHL").isEmpty)
    }

    @Test func `a number is looked up in its index`() async throws {
        let stage = try await OutgoingStage()
        let code = try #require(CodeQuery("1/QĐ-VHL"))
        let plan = try await stage.office.database.read { tx in
            try tx.rows("EXPLAIN QUERY PLAN \(OutgoingDocument.numbered(code))").map {
                try $0.get("detail", as: String.self)
            }
        }
        #expect(plan.contains { $0.contains("n USING") && $0.contains("outgoing_any_number") }, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN n") }, "\(plan)")
    }
}
