// What was sent over the exchange, by agency, and what became of it (QĐ 28/2018 Art. 10.2 and 11).
package import Foundation
package import Platform
package import Records

package typealias SentFigures = AgencyFigures<SentCount, SentTime>

package enum SentCount: String, Figure {
    /// Documents issued to it within the period.
    case documents
    case sent
    /// Sent within the time limit of the law.
    case onTime = "on_time"
    case notSent = "not_sent"
    case arrived, accepted
    case inWork = "in_work"
    case completed, refused
    /// Given back on our recall.
    case recalled

    package var label: String {
        switch self {
        case .documents: "Văn bản"
        case .sent: "Đã gửi"
        case .onTime: "Đúng hạn"
        case .notSent: "Chưa gửi được"
        case .arrived: "Đã đến"
        case .accepted: "Đã tiếp nhận"
        case .inWork: "Đang xử lý"
        case .completed: "Hoàn thành"
        case .refused: "Từ chối nhận"
        case .recalled: "Đã thu hồi"
        }
    }
}

package enum SentTime: String, Figure {
    case sending, accepting, completing

    package var label: String {
        switch self {
        case .sending: "Ký đến gửi"
        case .accepting: "Gửi đến tiếp nhận"
        case .completing: "Gửi đến hoàn thành"
        }
    }
}

package struct SentStatistics {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// Documents issued from `from` until before `until`, one line an agency, in one statement.
    package func lines(from: Date, until: Date, limit: Int = 5000) throws -> [SentFigures] {
        try tx.rows(
            """
            SELECT r.agency_code, max(r.name) AS name, count(*) AS documents,
                count(CASE WHEN r.sent_at IS NOT NULL THEN 1 END) AS sent,
                count(CASE WHEN r.sent_at <= d.send_due_at THEN 1 END) AS on_time,
                count(CASE WHEN r.delivery IN ('waiting', 'failed') THEN 1 END) AS not_sent,
                count(s1.at) AS arrived, count(s3.at) AS accepted, count(coalesce(s4.at, s5.at)) AS in_work,
                count(s6.at) AS completed, count(s2.at) AS refused, count(g.recipient_id) AS recalled,
                count(r.sent_at - d.signed_at) AS sending_count,
                CAST(coalesce(sum(r.sent_at - d.signed_at), 0) AS BIGINT) AS sending_sum,
                count(s3.at - r.sent_at) AS accepting_count,
                CAST(coalesce(sum(s3.at - r.sent_at), 0) AS BIGINT) AS accepting_sum,
                count(s6.at - r.sent_at) AS completing_count,
                CAST(coalesce(sum(s6.at - r.sent_at), 0) AS BIGINT) AS completing_sum
            FROM outgoing_document d JOIN outgoing_recipient r ON r.document_id = d.id
            LEFT JOIN outgoing_status s1 ON s1.recipient_id = r.id AND s1.status = 1
            LEFT JOIN outgoing_status s2 ON s2.recipient_id = r.id AND s2.status = 2
            LEFT JOIN outgoing_status s3 ON s3.recipient_id = r.id AND s3.status = 3
            LEFT JOIN outgoing_status s4 ON s4.recipient_id = r.id AND s4.status = 4
            LEFT JOIN outgoing_status s5 ON s5.recipient_id = r.id AND s5.status = 5
            LEFT JOIN outgoing_status s6 ON s6.recipient_id = r.id AND s6.status = 6
            LEFT JOIN (SELECT DISTINCT cr.recipient_id FROM outgoing_change_recipient cr
                       JOIN outgoing_change c ON c.id = cr.change_id
                       WHERE c.change = 'recall' AND cr.state = 'agreed') g ON g.recipient_id = r.id
            WHERE d.issued_at >= \(from) AND d.issued_at < \(until) AND d.state = 'issued' AND d.secrecy = 0
              AND r.agency_code IS NOT NULL
            GROUP BY r.agency_code ORDER BY count(*) DESC, r.agency_code LIMIT \(limit)
            """
        ).map(SentFigures.init)
    }
}
