// The boxes: one predicate each, run by the badge and by the list alike.
internal import Foundation
internal import Platform
package import Records

package enum OutgoingBox: String, Sendable, CaseIterable {
    case drafts = "du-thao"
    case returned = "bi-tra-lai"
    case toInitial = "cho-ky-nhay"
    case toSign = "cho-ky"
    case toNumber = "cho-cap-so"
    case toSeal = "cho-dong-dau"
    case toIssue = "cho-ban-hanh"
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
        case .trouble: "Mọi văn bản đều đã gửi đến nơi nhận."
        case .unitWork: "Đơn vị không có văn bản nội bộ nào chờ xử lý."
        case .unitReading: "Không có văn bản nội bộ nào chưa đọc."
        case .issued: "Chưa có văn bản nào được ban hành."
        case .all: "Chưa có văn bản đi nào."
        }
    }

    package var href: String { self == .all ? "/van-ban-di" : "/van-ban-di/hop/\(rawValue)" }

    /// Boxes where something waits for this person; the others are places to look things up, and are not counted.
    package var isWork: Bool { self != .issued && self != .all }

    /// The boxes a person has.
    package static func boxes(of actor: Actor) -> [OutgoingBox] { allCases.filter { !$0.ways(for: actor).isEmpty } }

    /// Conditions over alias `d`, any of which puts a document into the box; each is answered by an index. Empty for
    /// a person who has no such box.
    func ways(for actor: Actor) -> [SQL] {
        switch self {
        case .drafts: ["d.drafter_id = \(actor.person) AND d.state IN ('draft', 'submitted', 'initialled', 'signed')"]
        case .returned: ["d.drafter_id = \(actor.person) AND d.state = 'returned'"]
        case .toInitial:
            actor.heads.sorted().map { "d.initial_unit_id = \($0) AND d.state = 'submitted'" }
        case .toSign:
            Self.mayBeSigner(actor) ? ["d.shown_signer_id = \(actor.person) AND d.state = 'initialled'"] : []
        case .toNumber: clerk(actor, "d.state = 'signed'")
        case .toSeal: clerk(actor, "d.state = 'numbered'")
        case .toIssue: clerk(actor, "d.state = 'sealed'")
        case .trouble:
            clerk(
                actor,
                "d.id IN (SELECT r.document_id FROM outgoing_recipient r WHERE r.delivery IN ('failed', 'refused'))")
        case .unitWork: held(actor, "b.role = 'lead' AND b.state IN ('pending', 'active')")
        case .unitReading: held(actor, "b.role = 'information' AND b.state = 'pending'")
        case .issued: actor.outgoingWays.map { "\($0) AND d.state = 'issued'" }
        case .all: actor.outgoingWays
        }
    }

    private static func mayBeSigner(_ actor: Actor) -> Bool { actor.has(.leader) || actor.has(.unitHead) }
    private func clerk(_ actor: Actor, _ condition: SQL) -> [SQL] { actor.has(.recordsClerk) ? [condition] : [] }
    private func held(_ actor: Actor, _ condition: SQL) -> [SQL] {
        actor.heads.isEmpty ? [] : ["d.id IN (\(actor.heldOutgoing(condition)))"]
    }
}

/// Filters that stand in the address.
package struct OutgoingFilter: Sendable, Hashable {
    package var type: DocumentType?
    package var urgentOnly = false
    package var year: Int?
    /// Words of number, notation, subject, people or recipients; tones do not matter.
    package var text = ""

    package init() {}

    func condition(_ tx: Transaction) -> SQL {
        var parts: [SQL] = []
        if let type { parts.append("d.type = \(type)") }
        if urgentOnly { parts.append("d.urgency > 0") }
        if let year { parts.append("d.year = \(year)") }
        let words = Array(Folding.words(text).prefix(8))
        if !words.isEmpty {
            parts.append(
                """
                d.id IN (SELECT c.subject_id FROM catalogue c WHERE c.subject_kind = 'outgoing'
                    AND \(tx.matching(words, in: "catalogue", alias: "c")))
                """)
        }
        return parts.isEmpty ? "TRUE" : .join(parts, " AND ")
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
}

extension OutgoingStore {
    /// Newest first; one page is one statement, and each way into the box reads at most one page of its index.
    func list(
        _ box: OutgoingBox, for actor: Actor, filter: OutgoingFilter = OutgoingFilter(), after key: PageKey? = nil
    ) throws -> ListPage<OutgoingLine> {
        let ways = box.ways(for: actor)
        guard !ways.isEmpty else { return ListPage(items: [], next: nil) }
        let later: SQL = key.map { "AND (d.moved_at, d.id) < (\($0.key), \($0.id))" } ?? ""
        let arms = ways.enumerated().map { index, way -> SQL in
            """
            SELECT * FROM (SELECT d.id AS id, d.moved_at AS moved_at FROM outgoing_document d
            WHERE (\(way)) AND \(filter.condition(tx)) \(later)
            ORDER BY d.moved_at DESC, d.id DESC LIMIT \(ListPage<OutgoingLine>.size + 1)) AS \(SQL(trusted: "w\(index)"))
            """
        }
        let rows = try tx.rows(
            """
            SELECT d.*, \(Self.counts) FROM outgoing_document d
            JOIN (SELECT id FROM (\(.join(arms, " UNION "))) AS u ORDER BY moved_at DESC, id DESC
                  LIMIT \(ListPage<OutgoingLine>.size + 1)) AS p ON p.id = d.id
            ORDER BY d.moved_at DESC, d.id DESC
            """)
        return ListPage(oneMoreThanAPage: try rows.map(Self.line)) {
            PageKey(
                key: Int64(($0.document.movedAt.timeIntervalSince1970 * 1000).rounded()), id: $0.document.id.rawValue)
        }
    }

    /// How many documents lie in the box: the same ways, counted.
    func count(_ box: OutgoingBox, for actor: Actor) throws -> Int {
        let ways = box.ways(for: actor)
        guard let first = ways.first else { return 0 }
        if ways.count == 1 { return try tx.value("SELECT count(*) FROM outgoing_document d WHERE \(first)") ?? 0 }
        let arms = ways.map { "SELECT d.id FROM outgoing_document d WHERE \($0)" as SQL }
        return try tx.value("SELECT count(*) FROM (\(.join(arms, " UNION "))) AS u") ?? 0
    }

    private static let counts: SQL = """
        (SELECT count(DISTINCT f.ordinal) FROM record_file f WHERE f.subject_kind = 'outgoing' AND f.subject_id = d.id
            AND f.role = 'attachment') AS attachment_count,
        (SELECT count(*) FROM outgoing_recipient r WHERE r.document_id = d.id AND r.agency_code IS NOT NULL)
            AS agency_count,
        (SELECT count(*) FROM outgoing_recipient r WHERE r.document_id = d.id AND r.delivery = 'sent') AS sent_count,
        (SELECT count(*) FROM outgoing_recipient r WHERE r.document_id = d.id AND r.delivery IN ('failed', 'refused'))
            AS trouble_count
        """

    private static func line(_ row: Row) throws -> OutgoingLine {
        OutgoingLine(
            document: try document(row), toPlaces: try row.get("to_places"),
            attachmentCount: try row.get("attachment_count"), agencyCount: try row.get("agency_count"),
            sentCount: try row.get("sent_count"), troubleCount: try row.get("trouble_count"))
    }
}
