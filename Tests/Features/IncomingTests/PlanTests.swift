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
        for actor in [journey.people.clerk, journey.people.chairman, journey.people.officeHead] {
            guard let source = box.source(for: actor, today: Day(at: journey.office.now)) else { continue }
            let statements = [
                IncomingStore.page(source, actor), IncomingStore.page(source, actor, after: PageKey(key: 9, id: 9)),
                BoxQuery.count(IncomingStore.ids(source, actor)),
            ]
            for statement in statements {
                let plan = try await journey.plan(of: statement)
                #expect(!plan.contains { $0.isWholeTable }, "\(plan.joined(separator: "\n"))")
            }
        }
    }

    @Test(arguments: boxes)
    func `a page of a desk is read in the order of its index`(box: IncomingBox) async throws {
        let journey = try await Journey()
        let actor = journey.people.officeHead
        guard case .desk(let desk) = box.source(for: actor, today: Day(at: journey.office.now)) else { return }
        for arm in desk.arms(for: actor, after: PageKey(key: 9, id: 9), filter: nil) {
            let plan = try await journey.plan(of: "\(arm) \(SQL.limit(51))")
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH b USING COVERING INDEX branch_") }, "\(plan)")
            #expect(plan.count == 1, "\(plan)")
        }
    }

    @Test func `whether a document lies on a desk is asked of the document, not of the desk`() async throws {
        let journey = try await Journey()
        for actor in [journey.people.chairman, journey.people.officeHead, journey.people.specialist] {
            for statement in [
                "SELECT d.id FROM incoming_document d WHERE d.id = 1 AND \(actor.seesIncoming)",
                IncomingStore.ownBranch(of: "1", actor),
                "UPDATE branch SET subject_at = 9 WHERE subject_kind = 'outgoing' AND subject_id = 7 AND subject_at <> 9",
            ] as [SQL] {
                let plan = try await journey.plan(of: statement).filter { $0.contains("branch") }
                #expect(
                    !plan.isEmpty && plan.allSatisfy { $0.contains("branch_subject (subject_kind=? AND subject_id=?") })
            }
        }
    }
}

extension Journey {
    fileprivate func plan(of statement: SQL) async throws -> [String] {
        try await office.database.read { tx in
            try tx.rows("EXPLAIN QUERY PLAN \(statement)").map { try $0.get("detail", as: String.self) }
        }
    }
}

extension String {
    /// All rows, or all rows of one kind; `p`, `u`, `w0`, `n` hold at most a page that was chosen before.
    fileprivate var isWholeTable: Bool {
        hasPrefix("SCAN d") && !contains("USING") || hasPrefix("SCAN b") || hasPrefix("SCAN f")
            || hasSuffix("(subject_kind=?)")
    }
}
