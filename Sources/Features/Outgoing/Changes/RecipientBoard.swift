// Where each receiver of one issued document stands, from one statement.
package import Foundation
internal import Platform
package import Records

/// How far the document has come with one receiver; the chips of the page, in this order.
package enum RecipientStanding: String, Sendable, CaseIterable {
    case trouble = "chua-gui-duoc"
    case unreached = "chua-den"
    case refused = "tu-choi"
    case held = "giu-lai"
    case waiting = "dang-gui"
    case stopped = "ngung-gui"
    case recalling = "cho-tra-loi"
    case givenBack = "da-thu-hoi"
    case kept = "khong-tra-lai"
    case sent = "da-gui"
    case arrived = "da-den"
    case accepted = "da-tiep-nhan"
    case working = "dang-xu-ly"
    case completed = "hoan-thanh"
    case inside = "noi-bo"

    package var label: String {
        switch self {
        case .trouble: "Chưa gửi được"
        case .unreached: "Chưa đến nơi"
        case .refused: "Từ chối nhận"
        case .held: "Đang giữ lại"
        case .waiting: "Đang gửi"
        case .stopped: "Đã ngừng gửi"
        case .recalling: "Chờ trả lời thu hồi"
        case .givenBack: "Đã thu hồi"
        case .kept: "Từ chối thu hồi"
        case .sent: "Đã gửi"
        case .arrived: "Đã đến"
        case .accepted: "Đã tiếp nhận"
        case .working: "Đang xử lý"
        case .completed: "Hoàn thành"
        case .inside: "Nội bộ, đường khác"
        }
    }

    /// - Parameters:
    ///   - recall: answer to the last recall, where there was one; a unit of our own agrees at once.
    ///   - isUnreached: it was sent and is believed not to have arrived.
    ///   - isEnded: the document was taken back or replaced: what was not sent yet is not sent any more.
    package init(
        delivery: Delivery, isHeld: Bool, statuses: Set<ExchangeStatus>, recall: ChangeAnswer.State?,
        isUnreached: Bool = false, isEnded: Bool = false
    ) {
        switch delivery {
        // An attempt whose answer was lost may have arrived: that receiver was asked like those that have it.
        case .waiting where isEnded, .failed where isEnded:
            self = recall == nil ? .stopped : Self.afterSending(statuses, recall)
        case .none: self = recall == .agreed ? .givenBack : .inside
        case .direct, .byHand: self = .inside
        case .waiting: self = isHeld ? .held : .waiting
        case .failed: self = isHeld ? .held : .trouble
        case .refused: self = .refused
        case .sent where isUnreached && recall == nil && !isEnded: self = .unreached
        case .sent: self = Self.afterSending(statuses, recall)
        }
    }

    private static func afterSending(_ statuses: Set<ExchangeStatus>, _ recall: ChangeAnswer.State?) -> Self {
        switch recall {
        case .waiting, .sent, .failed: return .recalling
        case .agreed: return .givenBack
        case .refused: return .kept
        case nil: break
        }
        if statuses.contains(.completed) { return .completed }
        if statuses.contains(.inProgress) || statuses.contains(.assigned) { return .working }
        if statuses.contains(.accepted) { return .accepted }
        return statuses.contains(.arrived) ? .arrived : .sent
    }
}

/// One thing that happened between us and a receiver.
package struct RecipientStep: Sendable, Hashable {
    /// Two digits of the status; empty for what has none.
    package let code: String
    package let words: String
    package let note: String
    package let at: Date
}

package struct RecipientLine: Sendable, Hashable, Identifiable {
    package let id: Int64
    package let name: String
    package let agency: AgencyCode?
    package let delivery: Delivery
    package let failure: String
    package let held: String
    package let sentAt: Date?
    package let standing: RecipientStanding
    /// Oldest first.
    package let steps: [RecipientStep]
    /// A change that could not be sent, to be tried again.
    package let failedRequest: Int64?

    /// Why the document is not with this receiver.
    package var problem: String { held.isEmpty ? failure : held }
}

/// Receivers of whom there is one and the same thing to tell: it is told once.
package struct RecipientGroup: Sendable, Hashable {
    package let standing: RecipientStanding
    /// Why the document is not with them; where sentences differ by the receiver's name alone, without it.
    package let reason: String
    package var lines: [RecipientLine]

    /// Whether the sentence stands above several receivers.
    package var isShared: Bool { lines.count > 1 }

    /// In the order of the receivers; a group stands where its first one does. Whoever has more to tell stands alone.
    package static func groups(of lines: [RecipientLine]) -> [RecipientGroup] {
        var groups: [RecipientGroup] = []
        var places: [Key: Int] = [:]
        for line in lines {
            let key = Key(standing: line.standing, reason: line.sharedProblem)
            if line.tellsItsReasonAlone, let place = places[key] {
                groups[place].lines.append(line)
            } else {
                if line.tellsItsReasonAlone { places[key] = groups.count }
                groups.append(RecipientGroup(standing: line.standing, reason: key.reason, lines: [line]))
            }
        }
        return groups
    }

    private struct Key: Hashable {
        let standing: RecipientStanding
        let reason: String
    }
}

extension RecipientLine {
    fileprivate var tellsItsReasonAlone: Bool { !problem.isEmpty && steps.isEmpty && failedRequest == nil }

    /// `… không có đơn vị nhận “…”`
    fileprivate var sharedProblem: String {
        let names = [name, agency.map { "\($0)" }].compactMap(\.self)
        return names.reduce(problem) { $0.replacing("“\($1)”", with: "“…”") }
    }
}

extension RecipientStore {
    /// Everything about every receiver of a document, in one statement: a row for each receiver and each thing that
    /// happened.
    func board(of document: OutgoingDocument) throws -> [RecipientLine] {
        let rows = try tx.rows(
            """
            SELECT r.id, r.name, r.agency_code, r.delivery, r.failure, r.held, r.sent_at, s.origin, s.status, s.note,
                   s.at, s.state, s.request_id
            FROM outgoing_recipient r LEFT JOIN (
                SELECT o.recipient_id, 'status' AS origin, o.status, o.note, o.at, '' AS state, 0 AS request_id
                FROM outgoing_status o JOIN outgoing_recipient q ON q.id = o.recipient_id
                WHERE q.document_id = \(document.id)
                UNION ALL
                SELECT cr.recipient_id, c.change AS origin, CASE WHEN c.is_formal THEN 1 ELSE 0 END AS status,
                       CASE WHEN cr.failure <> '' THEN cr.failure ELSE c.reason END AS note,
                       coalesce(cr.sent_at, c.asked_at) AS at, cr.state, cr.id AS request_id
                FROM outgoing_change_recipient cr JOIN outgoing_change c ON c.id = cr.change_id
                WHERE c.document_id = \(document.id)
            ) s ON s.recipient_id = r.id
            WHERE r.document_id = \(document.id) ORDER BY r.id, s.at, s.status
            """)
        var order: [Int64] = []
        var byRecipient: [Int64: [Row]] = [:]
        for row in rows {
            let id: Int64 = try row.get("id")
            if byRecipient[id] == nil { order.append(id) }
            byRecipient[id, default: []].append(row)
        }
        return try order.compactMap { id in
            try byRecipient[id].flatMap { try Self.line($0, of: document) }
        }
    }

    private static func line(_ rows: [Row], of document: OutgoingDocument) throws -> RecipientLine? {
        guard let first = rows.first else { return nil }
        var steps: [RecipientStep] = []
        var statuses: Set<ExchangeStatus> = []
        var recall: (request: Int64, state: ChangeAnswer.State)?
        var failedRequest: Int64?
        for row in rows {
            guard let origin: String = try row.optional("origin") else { continue }
            let (note, at): (String, Date) = (try row.get("note"), try row.get("at"))
            guard let change = DocumentChange(rawValue: origin) else {
                let status: ExchangeStatus = try row.get("status")
                statuses.insert(status)
                steps.append(RecipientStep(code: status.code, words: status.label, note: note, at: at))
                continue
            }
            let (request, state): (Int64, ChangeAnswer.State) = (try row.get("request_id"), try row.get("state"))
            if change == .recall, request > recall?.request ?? 0 { recall = (request, state) }
            if state == .failed { failedRequest = request }
            let isFormal = try row.get("status", as: Int.self) == 1
            steps.append(step(change, isFormal, state, note, at))
        }
        let (delivery, held): (Delivery, String) = (try first.get("delivery"), try first.get("held"))
        let failure: String = try first.get("failure")
        return RecipientLine(
            id: try first.get("id"), name: try first.get("name"), agency: try first.optional("agency_code"),
            delivery: delivery, failure: failure, held: held, sentAt: try first.optional("sent_at"),
            standing: RecipientStanding(
                delivery: delivery, isHeld: !held.isEmpty, statuses: statuses,
                recall: document.state == .issued && delivery == .none ? .agreed : recall?.state,
                isUnreached: delivery == .sent && !failure.isEmpty, isEnded: document.ending != nil),
            steps: steps, failedRequest: failedRequest)
    }

    private static func step(
        _ change: DocumentChange, _ isFormal: Bool, _ state: ChangeAnswer.State, _ note: String, _ at: Date
    ) -> RecipientStep {
        let what =
            switch (change, isFormal) {
            case (.recall, false): "Yêu cầu lấy lại"
            case (.recall, true): "Gói tin thu hồi"
            case (.amend, _): "Gửi bản cập nhật"
            case (.replace, _): "Gửi văn bản thay thế"
            }
        // What was answered tells its answer itself, by 15 or 16.
        let isAnswered = state == .agreed || state == .refused
        return RecipientStep(
            code: change == .recall && !isFormal ? ExchangeStatus.recallRequested.code : "",
            words: isAnswered ? what : "\(what) (\(state.label.lowercased()))", note: note, at: at)
    }
}
