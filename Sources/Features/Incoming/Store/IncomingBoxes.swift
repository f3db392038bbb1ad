// The boxes: one predicate each, run by the badge and by the list alike.
internal import Foundation
package import Platform
package import Records

package enum IncomingBox: String, Sendable, CaseIterable {
    case toAccept = "cho-tiep-nhan"
    case lateReceipt = "qua-han-tiep-nhan"
    case changes = "thu-hoi-cap-nhat"
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
        case .changes: "Bên gửi thu hồi, cập nhật"
        case .lateReceipt: "Quá hạn tiếp nhận"
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
        case .changes: "Không có yêu cầu thu hồi, cập nhật, thay thế nào chờ trả lời."
        case .lateReceipt: "Không có văn bản đến nào quá hạn tiếp nhận."
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
        allCases.filter { $0.source(for: actor, today: today) != nil }
    }

    /// Where a box finds its documents; the list and the count ask the same.
    enum Source {
        /// Those of the whole office that meet a condition over table alias `d`.
        case office(SQL)
        case desk(DeskQuery)
    }

    /// nil for a person who has no such box.
    /// - Parameter now: what is late is late by now; by the start of the day where it is not told.
    func source(for actor: Actor, today: Day, now: Date? = nil) -> Source? {
        switch self {
        case .changes: actor.has(.recordsClerk) ? .office(Self.hasOpenChange) : nil
        case .lateReceipt:
            actor.has(.recordsClerk)
                ? .office("d.state = 'received' AND d.ended = '' AND d.receipt_due_at <= \(now ?? today.start)") : nil
        case .toAccept: actor.has(.recordsClerk) ? .office("d.state = 'received' AND d.ended = ''") : nil
        case .toSubmit: actor.has(.recordsClerk) ? .office("d.state = 'registered' AND d.ended = ''") : nil
        case .all where actor.has(.recordsClerk): .office("TRUE")
        default: desk(actor, today).map { .desk($0) }
        }
    }

    /// Few at any time: read from an index of its own.
    private static let hasOpenChange: SQL =
        "d.id IN (SELECT c.document_id FROM incoming_change c WHERE c.state = 'open')"

    private static let waiting: [BranchState] = [.pending, .active]
    private static let working: [BranchRole] = [.decide, .lead, .support]

    private func desk(_ actor: Actor, _ today: Day) -> DeskQuery? {
        // Nobody who only administers holds documents.
        guard !actor.roles.isSubset(of: [.administrator]) else { return nil }
        switch self {
        case .toDecide:
            return actor.has(.leader) ? DeskQuery("incoming", Self.waiting, as: [.decide]) : nil
        case .toAssign:
            return actor.heads.isEmpty
                ? nil : DeskQuery("incoming", Self.waiting, as: [.lead, .support], heldBy: .units)
        case .toDo: return DeskQuery("incoming", Self.waiting, as: [.lead], heldBy: .person)
        case .toSupport: return DeskQuery("incoming", Self.waiting, as: [.support], heldBy: .person)
        case .toRead: return DeskQuery("incoming", [.pending], as: [.information])
        case .overdue: return DeskQuery("incoming", Self.waiting, as: Self.working, due: "b.due_on < \(today)")
        case .dueSoon:
            let soon: SQL = "b.due_on BETWEEN \(today) AND \(today.adding(days: 2))"
            return DeskQuery("incoming", Self.waiting, as: Self.working, due: soon)
        case .followed: return DeskQuery("incoming", [.passed])
        case .done: return DeskQuery("incoming", [.completed])
        case .all: return DeskQuery("incoming")
        case .changes, .lateReceipt, .toAccept, .toSubmit: return nil
        }
    }
}

/// Filters that stand in the address.
package struct IncomingFilter: CatalogueFilter {
    package static let kind = IncomingDocument.kind

    package var urgentOnly = false
    package var state: IncomingDocument.State?
    /// Words of number, notation, subject, sender; tones do not matter.
    package var text = ""

    package init() {}

    package static func numbered(_ code: CodeQuery) -> SQL { IncomingDocument.numbered(code) }

    package var marks: [SQL] {
        var parts: [SQL] = []
        if urgentOnly { parts.append("d.urgency > 0") }
        if let state { parts.append("d.state = \(state)") }
        return parts
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
    /// Newest arrivals first; one page is one statement, however many rows.
    func list(
        _ box: IncomingBox, for actor: Actor, today: Day, filter: IncomingFilter = IncomingFilter(),
        after key: PageKey? = nil, now: Date? = nil
    ) throws -> ListPage<IncomingLine> {
        guard let source = box.source(for: actor, today: today, now: now) else { return ListPage(items: [], next: nil) }
        func lines(_ condition: SQL?, _ key: PageKey?) throws -> [IncomingLine] {
            try tx.rows(Self.page(source, actor, condition, after: key)).map(Self.line)
        }
        return try ListPage(after: key, filter, tx, lines: lines) {
            PageKey(
                key: Int64(($0.document.arrivedAt.timeIntervalSince1970 * 1000).rounded()), id: $0.document.id.rawValue)
        }
    }

    /// The page is chosen first: what a row shows beside its document is asked for one page, not for the whole box.
    static func page(
        _ source: IncomingBox.Source, _ actor: Actor, _ filter: SQL? = nil, after key: PageKey? = nil
    ) -> SQL {
        """
        SELECT \(listColumns), (SELECT count(*) FROM record_file f WHERE f.subject_kind = 'incoming'
            AND f.subject_id = d.id AND f.role = 'attachment' AND f.version = 1) AS file_count,
            own.role AS own_role, own.state AS own_state, own.due_on AS own_due_on, own.read_at AS own_read_at
        FROM (\(ListPage<IncomingLine>.chosen(from: arms(source, actor, filter, after: key)))) AS p
        JOIN incoming_document d ON d.id = p.id
        LEFT JOIN branch own ON own.id = (\(ownBranch(of: "p.id", actor)))
        ORDER BY p.at DESC, p.id DESC
        """
    }

    /// This person's branch of the document: work before what is closed, then the latest.
    static func ownBranch(of document: SQL, _ actor: Actor) -> SQL {
        """
        SELECT b.id FROM branch b
        WHERE b.subject_kind = 'incoming' AND b.subject_id = \(document) AND \(actor.readsByBranch)
        ORDER BY CASE WHEN b.state IN ('pending', 'active') THEN 0 WHEN b.state = 'passed' THEN 1 ELSE 2 END, b.id DESC
        LIMIT 1
        """
    }

    private static func arms(
        _ source: IncomingBox.Source, _ actor: Actor, _ filter: SQL?, after key: PageKey?
    ) -> [SQL] {
        switch source {
        case .desk(let desk):
            return desk.arms(for: actor, after: key, filter: filter.map { ("incoming_document", $0) })
        case .office(let condition):
            let later: SQL = key.map { "AND (d.arrived_at, d.id) < (\($0.key), \($0.id))" } ?? ""
            return [
                """
                SELECT d.arrived_at AS at, d.id AS id FROM incoming_document d
                WHERE \(condition) AND \(filter ?? "TRUE") \(later) ORDER BY d.arrived_at DESC, d.id DESC
                """
            ]
        }
    }

    /// The same documents, to be counted.
    static func ids(_ source: IncomingBox.Source, _ actor: Actor) -> [SQL] {
        switch source {
        case .desk(let desk): desk.ids(for: actor)
        case .office(let condition): ["SELECT d.id AS id FROM incoming_document d WHERE \(condition)"]
        }
    }

    /// How many documents lie in the box, as its badge tells it.
    func count(_ box: IncomingBox, for actor: Actor, today: Day, now: Date? = nil) throws -> Int {
        guard let source = box.source(for: actor, today: today, now: now) else { return 0 }
        return try tx.value(BoxQuery.count(Self.ids(source, actor))) ?? 0
    }

    private static func line(_ row: Row) throws -> IncomingLine {
        let document = try document(row)
        let state: BranchState? = try row.optional("own_state")
        return IncomingLine(
            document: document, fileCount: try row.get("file_count"), role: try row.optional("own_role"),
            branchState: state, dueOn: try row.optional("own_due_on") ?? document.content.dueOn,
            isUnread: state?.isOpen == true && row["own_read_at"] == .null)
    }
}
