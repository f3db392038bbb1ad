// What came over the exchange, by agency, and what became of it (QĐ 28/2018 Art. 10.2 and 11).
package import Foundation
package import Platform
package import Records

package typealias ReceivedFigures = AgencyFigures<ReceivedCount, ReceivedTime>

package enum ReceivedCount: String, Figure {
    /// Documents that came within the period.
    case documents
    case registered
    /// Registered or refused within the time limit of the law.
    case onTime = "on_time"
    case waiting
    case inWork = "in_work"
    case completed, refused
    /// Destroyed on the sender's recall.
    case recalled
    case replaced

    package var label: String {
        switch self {
        case .documents: "Văn bản"
        case .registered: "Đã vào sổ"
        case .onTime: "Đúng hạn"
        case .waiting: "Chờ tiếp nhận"
        case .inWork: "Đang xử lý"
        case .completed: "Hoàn thành"
        case .refused: "Từ chối nhận"
        case .recalled: "Bị thu hồi"
        case .replaced: "Được thay thế"
        }
    }
}

package enum ReceivedTime: String, Figure {
    case registering, completing

    package var label: String {
        switch self {
        case .registering: "Đến tới vào sổ"
        case .completing: "Đến tới hoàn thành"
        }
    }
}

package struct ReceivedStatistics {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// Documents that arrived from `from` until before `until`, one line an agency, in one statement. A document is
    /// completed when the last of its branches was closed.
    package func lines(from: Date, until: Date, limit: Int = 5000) throws -> [ReceivedFigures] {
        try tx.rows(
            """
            SELECT x.sender_code AS agency_code, max(x.sender_name) AS name, count(*) AS documents,
                count(x.registered_at) AS registered,
                count(CASE WHEN coalesce(x.registered_at, x.refused_at) <= x.receipt_due_at THEN 1 END) AS on_time,
                count(CASE WHEN x.ended = '' AND x.state = 'received' THEN 1 END) AS waiting,
                count(CASE WHEN x.ended = '' AND x.state IN ('registered', 'circulating') THEN 1 END) AS in_work,
                count(CASE WHEN x.ended = '' AND x.state = 'completed' THEN 1 END) AS completed,
                count(CASE WHEN x.ended = '' AND x.state = 'refused' THEN 1 END) AS refused,
                count(CASE WHEN x.ended = 'recalled' THEN 1 END) AS recalled,
                count(CASE WHEN x.ended = 'replaced' THEN 1 END) AS replaced,
                count(x.registered_at - x.arrived_at) AS registering_count,
                CAST(coalesce(sum(x.registered_at - x.arrived_at), 0) AS BIGINT) AS registering_sum,
                count(x.completed_at - x.arrived_at) AS completing_count,
                CAST(coalesce(sum(x.completed_at - x.arrived_at), 0) AS BIGINT) AS completing_sum
            FROM (SELECT d.*, CASE WHEN d.state = 'completed' AND d.ended = '' THEN
                      (SELECT max(b.closed_at) FROM branch b WHERE b.subject_kind = 'incoming' AND b.subject_id = d.id)
                  END AS completed_at
                  FROM incoming_document d
                  WHERE d.arrived_at >= \(from) AND d.arrived_at < \(until) AND d.origin = 'exchange') x
            GROUP BY x.sender_code ORDER BY count(*) DESC, x.sender_code LIMIT \(limit)
            """
        ).map(ReceivedFigures.init)
    }
}
