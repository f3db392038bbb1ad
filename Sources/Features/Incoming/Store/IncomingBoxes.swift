// The boxes: one predicate each, run by the badge and by the list alike.
internal import Foundation
package import Platform
package import Records

package enum IncomingBox: String, Sendable, CaseIterable {
    case toAccept = "cho-tiep-nhan"
    case toSubmit = "cho-trinh"
    case toDecide = "cho-y-kien"
    case toAssign = "cho-phan-cong"
    case toDo = "cho-xu-ly"
    case toSupport = "phoi-hop"
    case toRead = "de-biet"
    case overdue = "qua-han"
    case dueSoon = "sap-den-han"
    case followed = "theo-doi"
    case done = "da-xu-ly"
    case all = "tat-ca"

    package var title: String {
        switch self {
        case .toAccept: "Chờ tiếp nhận"
        case .toSubmit: "Chờ trình"
        case .toDecide: "Chờ cho ý kiến"
        case .toAssign: "Chờ phân công"
        case .toDo: "Chờ xử lý"
        case .toSupport: "Phối hợp"
        case .toRead: "Để biết"
        case .overdue: "Quá hạn"
        case .dueSoon: "Sắp đến hạn"
        case .followed: "Đã chuyển, đang theo dõi"
        case .done: "Đã xử lý"
        case .all: "Tất cả văn bản đến"
        }
    }

    package var whenEmpty: String {
        switch self {
        case .toAccept: "Mọi văn bản đến đều đã được tiếp nhận hoặc từ chối."
        case .toSubmit: "Mọi văn bản đã vào sổ đều đã được trình."
        case .toDecide: "Không có văn bản nào chờ bạn cho ý kiến."
        case .toAssign: "Đơn vị không có văn bản nào chờ bạn phân công."
        case .toDo: "Bạn không có văn bản nào chờ xử lý."
        case .toSupport: "Bạn không có văn bản nào chờ phối hợp."
        case .toRead: "Bạn đã đọc hết văn bản gửi để biết."
        case .overdue: "Không có việc nào của bạn quá hạn."
        case .dueSoon: "Không có việc nào của bạn đến hạn trong ba ngày tới."
        case .followed: "Không có văn bản nào bạn đã chuyển mà chưa xong."
        case .done: "Những văn bản bạn đã xử lý xong sẽ nằm ở đây."
        case .all: "Chưa có văn bản đến nào."
        }
    }

    package var href: String { self == .all ? "/van-ban-den" : "/van-ban-den/hop/\(rawValue)" }

    /// Boxes where something waits for this person; the others are places to look things up, and are not counted.
    package var isWork: Bool { self != .done && self != .all && self != .followed }

    package static func boxes(of actor: Actor, today: Day) -> [IncomingBox] {
        allCases.filter { $0.condition(for: actor, today: today) != nil }
    }

    /// Over table alias `d`; nil for a person who has no such box.
    func condition(for actor: Actor, today: Day) -> SQL? {
        switch self {
        case .toAccept: actor.has(.recordsClerk) ? "d.state = 'received'" : nil
        case .toSubmit: actor.has(.recordsClerk) ? "d.state = 'registered'" : nil
        case .all: actor.has(.recordsClerk) ? "TRUE" : held(actor, "b.state <> 'recalled'")
        default: branchCondition(actor, today).flatMap { held(actor, $0) }
        }
    }

    /// Nobody who only administers holds documents.
    private func held(_ actor: Actor, _ condition: SQL) -> SQL? {
        actor.roles.isSubset(of: [.administrator]) ? nil : "d.id IN (\(actor.heldIncoming(condition)))"
    }

    private func branchCondition(_ actor: Actor, _ today: Day) -> SQL? {
        let waiting: SQL = "b.state IN ('pending', 'active')"
        let working: SQL = "b.role IN ('decide', 'lead', 'support')"
        switch self {
        case .toDecide: return actor.has(.leader) ? "\(waiting) AND b.role = 'decide'" : nil
        case .toAssign:
            return actor.heads.isEmpty ? nil : "\(waiting) AND b.holder_kind = 'unit' AND b.role IN ('lead', 'support')"
        case .toDo: return "\(waiting) AND b.holder_kind = 'person' AND b.role = 'lead'"
        case .toSupport: return "\(waiting) AND b.holder_kind = 'person' AND b.role = 'support'"
        case .toRead: return "b.state = 'pending' AND b.role = 'information'"
        case .overdue: return "\(waiting) AND \(working) AND b.due_on < \(today)"
        case .dueSoon:
            return "\(waiting) AND \(working) AND b.due_on BETWEEN \(today) AND \(today.adding(days: 2))"
        case .followed: return "b.state = 'passed'"
        case .done: return "b.state = 'completed'"
        case .toAccept, .toSubmit, .all: return nil
        }
    }
}

/// Filters that stand in the address.
package struct IncomingFilter: Sendable, Hashable {
    package var urgentOnly = false
    package var state: IncomingDocument.State?
    /// Words of number, notation, subject, sender; tones do not matter.
    package var text = ""

    package init() {}

    var condition: SQL {
        var parts: [SQL] = []
        if urgentOnly { parts.append("d.urgency > 0") }
        if let state { parts.append("d.state = \(state)") }
        for word in Folding.words(text).prefix(8) { parts.append("d.search_text LIKE \("%\(word)%")") }
        return parts.isEmpty ? "TRUE" : .join(parts, " AND ")
    }
}

/// One line of a list.
package struct IncomingLine: Sendable, Hashable {
    package let document: IncomingDocument
    package let fileCount: Int
    /// This person's own branch, the open one first: its role, state and deadline stand in the list.
    package let role: BranchRole?
    package let branchState: BranchState?
    package let dueOn: Day?
    package let isUnread: Bool
}

extension IncomingStore {
    /// Newest arrivals first; one page is two statements, however many rows.
    func list(
        _ box: IncomingBox, for actor: Actor, today: Day, filter: IncomingFilter = IncomingFilter(),
        after key: PageKey? = nil
    ) throws -> ListPage<IncomingLine> {
        guard let condition = box.condition(for: actor, today: today) else { return ListPage(items: [], next: nil) }
        let rows = try tx.rows(Self.page(condition, filter, after: key))
        let own = try ownBranches(rows.map { try $0.get("id", as: Int64.self) }, actor)
        return ListPage(oneMoreThanAPage: try rows.map { try Self.line($0, own) }) {
            PageKey(
                key: Int64(($0.document.arrivedAt.timeIntervalSince1970 * 1000).rounded()), id: $0.document.id.rawValue)
        }
    }

    static func page(_ condition: SQL, _ filter: IncomingFilter = IncomingFilter(), after key: PageKey? = nil) -> SQL {
        let later: SQL = key.map { "AND (d.arrived_at, d.id) < (\($0.key), \($0.id))" } ?? ""
        // The page is chosen first: what a row shows beside its document is asked for one page, not for the whole box.
        return """
            SELECT d.*, (SELECT count(DISTINCT f.ordinal) FROM record_file f WHERE f.subject_kind = 'incoming'
                         AND f.subject_id = d.id AND f.role = 'attachment') AS file_count
            FROM (SELECT d.id AS id FROM incoming_document d WHERE \(condition) AND \(filter.condition) \(later)
                  ORDER BY d.arrived_at DESC, d.id DESC LIMIT \(ListPage<IncomingLine>.size + 1)) AS p
            JOIN incoming_document d ON d.id = p.id
            ORDER BY d.arrived_at DESC, d.id DESC
            """
    }

    static func total(_ condition: SQL) -> SQL { "SELECT count(*) FROM incoming_document d WHERE \(condition)" }

    /// How many documents lie in the box: the same predicate, counted.
    func count(_ box: IncomingBox, for actor: Actor, today: Day) throws -> Int {
        guard let condition = box.condition(for: actor, today: today) else { return 0 }
        return try tx.value(Self.total(condition)) ?? 0
    }

    private struct OwnBranch {
        let role: BranchRole
        let state: BranchState
        let dueOn: Day?
        let isRead: Bool
    }

    /// This person's branch of each document: work before what is closed, then the latest. The branches of one page's
    /// documents are read first; otherwise all that ever lay on this person's desk would be gone through.
    private func ownBranches(_ ids: [Int64], _ actor: Actor) throws -> [Int64: OwnBranch] {
        guard !ids.isEmpty else { return [:] }
        let rows = try tx.rows(
            """
            WITH b AS MATERIALIZED (
                SELECT x.id, x.subject_id, x.holder_kind, x.holder_id, x.role, x.state, x.due_on, x.read_at FROM branch x
                WHERE x.subject_kind = 'incoming' AND x.subject_id IN \(list: ids))
            SELECT b.subject_id, b.role, b.state, b.due_on, b.read_at FROM b
            WHERE \(actor.holdsBranch) AND b.state <> 'recalled'
            ORDER BY CASE WHEN b.state IN ('pending', 'active') THEN 0 WHEN b.state = 'passed' THEN 1 ELSE 2 END, b.id DESC
            """)
        var own: [Int64: OwnBranch] = [:]
        for row in rows {
            let id: Int64 = try row.get("subject_id")
            guard own[id] == nil else { continue }
            own[id] = OwnBranch(
                role: try row.get("role"), state: try row.get("state"), dueOn: try row.optional("due_on"),
                isRead: row["read_at"] != .null)
        }
        return own
    }

    private static func line(_ row: Row, _ own: [Int64: OwnBranch]) throws -> IncomingLine {
        let document = try document(row)
        let branch = own[document.id.rawValue]
        return IncomingLine(
            document: document, fileCount: try row.get("file_count"), role: branch?.role, branchState: branch?.state,
            dueOn: branch?.dueOn ?? document.content.dueOn,
            isUnread: branch.map { !$0.isRead && $0.state.isOpen } ?? false)
    }
}
