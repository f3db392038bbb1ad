// The boxes: one predicate each, run by the badge and by the list alike.
internal import Foundation
package import Platform
package import Records

package enum OutgoingBox: String, Sendable, CaseIterable {
    case drafts = "du-thao"
    case returned = "bi-tra-lai"
    case toInitial = "cho-ky-nhay"
    case toSign = "cho-ky"
    case toNumber = "cho-cap-so"
    case toSeal = "cho-dong-dau"
    case toIssue = "cho-ban-hanh"
    case late = "qua-han-gui"
    case trouble = "gui-loi"
    case unitWork = "noi-bo-xu-ly"
    case unitReading = "noi-bo"
    case issued = "da-ban-hanh"
    case all = "tat-ca"

    package var title: String {
        switch self {
        case .drafts: "Dự thảo của tôi"
        case .returned: "Bị trả lại"
        case .toInitial: "Chờ ký nháy"
        case .toSign: "Chờ ký"
        case .toNumber: "Chờ cấp số"
        case .toSeal: "Chờ đóng dấu"
        case .toIssue: "Chờ ban hành"
        case .late: "Quá hạn gửi"
        case .trouble: "Gửi lỗi, bị từ chối"
        case .unitWork: "Văn bản nội bộ chờ xử lý"
        case .unitReading: "Văn bản nội bộ để biết"
        case .issued: "Đã ban hành"
        case .all: "Tất cả văn bản đi"
        }
    }

    package var whenEmpty: String {
        switch self {
        case .drafts: "Bạn không có dự thảo nào đang soạn hoặc đang trình."
        case .returned: "Không có dự thảo nào bị trả lại cho bạn."
        case .toInitial: "Không có dự thảo nào chờ bạn ký nháy."
        case .toSign: "Không có văn bản nào chờ bạn ký."
        case .toNumber: "Mọi văn bản đã ký đều đã có số."
        case .toSeal: "Mọi văn bản đã có số đều đã đóng dấu."
        case .toIssue: "Mọi văn bản đã đóng dấu đều đã ban hành."
        case .late: "Không có văn bản đã ký nào quá hạn gửi."
        case .trouble: "Không nơi nào từ chối, không văn bản nào gửi lỗi."
        case .unitWork: "Đơn vị không có văn bản nội bộ nào chờ xử lý."
        case .unitReading: "Không có văn bản nội bộ nào chưa đọc."
        case .issued: "Chưa có văn bản nào được ban hành."
        case .all: "Chưa có văn bản đi nào."
        }
    }

    package var href: String { self == .all ? "/van-ban-di" : "/van-ban-di/hop/\(rawValue)" }

    /// Boxes where something waits for this person; the others are places to look things up, and are not counted.
    package var isWork: Bool { self != .issued && self != .all }

    /// The boxes a person has; none for who only administers: he neither drafts nor holds documents.
    package static func boxes(of actor: Actor) -> [OutgoingBox] {
        actor.roles.isSubset(of: [.administrator]) ? [] : allCases.filter { !$0.ways(for: actor).isEmpty }
    }

    /// One way by which a document gets into a box.
    enum Way {
        /// By a condition over table alias `d`, answered by an index.
        case own(SQL)
        case desk(DeskQuery)
    }

    /// Any of these puts a document into the box; none for a person who has no such box.
    /// - Parameter now: what is late is late by now.
    func ways(for actor: Actor, now: Date = .distantPast) -> [Way] {
        switch self {
        case .unitWork: held(actor, DeskQuery("outgoing", [.pending, .active], as: [.lead]))
        case .unitReading: held(actor, DeskQuery("outgoing", [.pending], as: [.information]))
        // What lies with a unit was issued before.
        case .issued: actor.ownWays.map { .own("\($0) AND d.state = 'issued'") } + [.desk(DeskQuery("outgoing"))]
        case .all: actor.ownWays.map { .own($0) } + [.desk(DeskQuery("outgoing"))]
        default: conditions(actor, now).map { .own($0) }
        }
    }

    private func conditions(_ actor: Actor, _ now: Date) -> [SQL] {
        switch self {
        case .drafts:
            // One state each: only then does the index give them in order.
            (["'draft'", "'submitted'", "'initialled'", "'signed'"] as [SQL]).map { state in
                "d.drafter_id = \(actor.person) AND d.state = \(state)"
            }
        case .returned: ["d.drafter_id = \(actor.person) AND d.state = 'returned'"]
        case .toInitial:
            actor.heads.sorted().map { "d.initial_unit_id = \($0) AND d.state = 'submitted'" }
        case .toSign:
            Self.mayBeSigner(actor) ? ["d.shown_signer_id = \(actor.person) AND d.state = 'initialled'"] : []
        case .toNumber: clerk(actor, "d.state = 'signed'")
        case .toSeal: clerk(actor, "d.state = 'numbered'")
        case .toIssue: clerk(actor, "d.state = 'sealed'")
        case .late: actor.has(.recordsClerk) ? Self.late(now) : []
        case .trouble:
            clerk(
                actor,
                "d.id IN (SELECT r.document_id FROM outgoing_recipient r WHERE r.delivery IN ('failed', 'refused'))")
                + clerk(
                    actor,
                    """
                    d.id IN (SELECT r.document_id FROM outgoing_recipient r WHERE r.delivery = 'sent' AND r.failure <> '')
                        AND d.ended = ''
                    """)
        case .unitWork, .unitReading, .issued, .all: []
        }
    }

    /// Signed and not issued by its time, one state each; or issued and not with everybody yet: these are found from the
    /// few who have not got theirs, so the state is written as no index holds it (else SQLite reads all that was issued).
    private static func late(_ now: Date) -> [SQL] {
        (["'signed'", "'numbered'", "'sealed'"] as [SQL]).map { "d.state = \($0) AND d.send_due_at <= \(now)" }
            + [
                """
                d.id IN (SELECT r.document_id FROM outgoing_recipient r WHERE r.delivery IN ('waiting', 'failed')
                    AND r.held = '') AND d.state || '' = 'issued' AND d.ended = '' AND d.send_due_at <= \(now)
                """
            ]
    }

    private static func mayBeSigner(_ actor: Actor) -> Bool { actor.has(.leader) || actor.has(.unitHead) }
    private func clerk(_ actor: Actor, _ condition: SQL) -> [SQL] { actor.has(.recordsClerk) ? [condition] : [] }
    private func held(_ actor: Actor, _ desk: DeskQuery) -> [Way] { actor.heads.isEmpty ? [] : [.desk(desk)] }
}

/// Filters that stand in the address.
package struct OutgoingFilter: CatalogueFilter {
    package static let kind = OutgoingDocument.kind

    package var type: DocumentType?
    package var urgentOnly = false
    package var year: Int?
    /// Words of number, notation, subject, people or recipients; tones do not matter.
    package var text = ""

    package init() {}

    package static func numbered(_ code: CodeQuery) -> SQL { OutgoingDocument.numbered(code) }

    package var marks: [SQL] {
        var parts: [SQL] = []
        if let type { parts.append("d.type = \(type)") }
        if urgentOnly { parts.append("d.urgency > 0") }
        if let year { parts.append("d.year = \(year)") }
        return parts
    }
}

/// One line of a list.
package struct OutgoingLine: Sendable, Hashable {
    package let document: OutgoingDocument
    package let toPlaces: String
    package let attachmentCount: Int
    /// Agencies on the exchange, and how many of them have got it.
    package let agencyCount: Int
    package let sentCount: Int
    package let troubleCount: Int
    /// Those that wait for it or could not be reached, and are not held back.
    package let unsentCount: Int
}

extension OutgoingStore {
    /// Newest first; a page is two statements, however many rows, and each way into the box reads at most one page of
    /// its index.
    func list(
        _ box: OutgoingBox, for actor: Actor, filter: OutgoingFilter = OutgoingFilter(), after key: PageKey? = nil,
        now: Date = .distantPast
    ) throws -> ListPage<OutgoingLine> {
        let ways = box.ways(for: actor, now: now)
        guard !ways.isEmpty else { return ListPage(items: [], next: nil) }
        func lines(_ condition: SQL?, _ key: PageKey?) throws -> [OutgoingLine] {
            let rows = try tx.rows(Self.page(ways.flatMap { Self.arms($0, actor, condition, after: key) }))
            let tallies = try tallies(of: rows.map { try $0.get("id", as: Int64.self) })
            return try rows.map { try Self.line($0, tallies) }
        }
        return try ListPage(after: key, filter, tx, lines: lines) {
            PageKey(
                key: Int64(($0.document.movedAt.timeIntervalSince1970 * 1000).rounded()), id: $0.document.id.rawValue)
        }
    }

    static func page(_ arms: [SQL]) -> SQL {
        """
        SELECT d.*, (SELECT count(*) FROM record_file f WHERE f.subject_kind = 'outgoing' AND f.subject_id = d.id
            AND f.role = 'attachment' AND f.version = 1) AS attachment_count
        FROM (\(ListPage<OutgoingLine>.chosen(from: arms))) AS p
        JOIN outgoing_document d ON d.id = p.id
        ORDER BY p.at DESC, p.id DESC
        """
    }

    static func arms(_ way: OutgoingBox.Way, _ actor: Actor, _ filter: SQL?, after key: PageKey?) -> [SQL] {
        switch way {
        case .desk(let desk):
            return desk.arms(for: actor, after: key, filter: filter.map { ("outgoing_document", $0) })
        case .own(let condition):
            let later: SQL = key.map { "AND (d.moved_at, d.id) < (\($0.key), \($0.id))" } ?? ""
            return [
                """
                SELECT d.moved_at AS at, d.id AS id FROM outgoing_document d
                WHERE (\(condition)) AND \(filter ?? "TRUE") \(later) ORDER BY d.moved_at DESC, d.id DESC
                """
            ]
        }
    }

    /// The same documents, to be counted.
    static func ids(_ box: OutgoingBox, for actor: Actor, now: Date = .distantPast) -> [SQL] {
        box.ways(for: actor, now: now).flatMap { way -> [SQL] in
            switch way {
            case .desk(let desk): desk.ids(for: actor)
            case .own(let condition): ["SELECT d.id AS id FROM outgoing_document d WHERE \(condition)"]
            }
        }
    }

    /// How many documents lie in the box, as its badge tells it.
    func count(_ box: OutgoingBox, for actor: Actor, now: Date = .distantPast) throws -> Int {
        let ids = Self.ids(box, for: actor, now: now)
        return ids.isEmpty ? 0 : try tx.value(BoxQuery.count(ids)) ?? 0
    }

    private struct Tally {
        var agencies = 0
        var sent = 0
        var trouble = 0
        var unsent = 0
    }

    /// How far the documents of one page have got.
    private func tallies(of ids: [Int64]) throws -> [Int64: Tally] {
        let rows = try tx.rows(
            """
            SELECT r.document_id, count(r.agency_code) AS agencies,
                count(CASE WHEN r.delivery = 'sent' THEN 1 END) AS sent,
                count(CASE WHEN r.delivery IN ('failed', 'refused') OR r.delivery = 'sent' AND r.failure <> '' THEN 1 END)
                    AS trouble,
                count(CASE WHEN r.delivery IN ('waiting', 'failed') AND r.held = '' THEN 1 END) AS unsent
            FROM outgoing_recipient r WHERE r.document_id IN \(list: ids) GROUP BY r.document_id
            """)
        var tallies: [Int64: Tally] = [:]
        for row in rows {
            tallies[try row.get("document_id")] = Tally(
                agencies: try row.get("agencies"), sent: try row.get("sent"), trouble: try row.get("trouble"),
                unsent: try row.get("unsent"))
        }
        return tallies
    }

    private static func line(_ row: Row, _ tallies: [Int64: Tally]) throws -> OutgoingLine {
        let document = try document(row)
        let tally = tallies[document.id.rawValue] ?? Tally()
        return OutgoingLine(
            document: document, toPlaces: try row.get("to_places"), attachmentCount: try row.get("attachment_count"),
            agencyCount: tally.agencies, sentCount: tally.sent, troubleCount: tally.trouble,
            unsentCount: tally.unsent)
    }
}
