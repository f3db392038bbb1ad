import OfficeTestKit
import Platform
import Records
import Testing

@testable import Incoming

/// Mỗi hộp được trả lời bằng chỉ mục, dù có một triệu văn bản.
@Suite struct PlanTests {
    static let boxes = IncomingBox.allCases

    @Test(arguments: boxes)
    func `no box reads the whole table`(box: IncomingBox) async throws {
        let journey = try await Journey()
        let today = Day(at: journey.office.now)
        for actor in [journey.people.clerk, journey.people.chairman, journey.people.officeHead] {
            guard let condition = box.condition(for: actor, today: today) else { continue }
            for statement in [IncomingStore.page(condition), IncomingStore.total(condition)] {
                let plan = try await journey.office.database.read { tx in
                    try tx.rows("EXPLAIN QUERY PLAN \(statement)").map { try $0.get("detail", as: String.self) }
                }
                // `p` is the page chosen before, fifty rows.
                let scans = plan.filter { $0.hasPrefix("SCAN") && !$0.contains("USING") && $0 != "SCAN p" }
                #expect(scans.isEmpty, "\(plan.joined(separator: "\n"))")
                if box != .all {
                    #expect(!plan.contains { $0.hasPrefix("SCAN d") }, "\(plan.joined(separator: "\n"))")
                }
            }
        }
    }
}
