// What came over the exchange, by agency, and what became of it (QĐ 28/2018 Art. 10.2 and 11).
package import Foundation
package import Platform
package import Records

/// One agency's line, or the sum of all.
package struct ReceivedFigures: Sendable, Hashable {
    package var agency: AgencyCode?
    package var name: String
    /// Documents that came within the period.
    package var documents = 0
    package var registered = 0
    /// Registered or refused within the time limit of the law.
    package var onTime = 0
    package var waiting = 0
    package var inWork = 0
    package var completed = 0
    package var refused = 0
    /// Destroyed on the sender's recall.
    package var recalled = 0
    package var replaced = 0
    package var registering = Span()
    package var completing = Span()

    package init(agency: AgencyCode? = nil, name: String) {
        self.agency = agency
        self.name = name
    }

    package static func total(_ lines: [ReceivedFigures]) -> ReceivedFigures {
        lines.reduce(into: ReceivedFigures(name: "Cộng")) { sum, line in
            for path in counts { sum[keyPath: path] += line[keyPath: path] }
            for path in spans { sum[keyPath: path] += line[keyPath: path] }
        }
    }

    private static var counts: [WritableKeyPath<ReceivedFigures, Int>] {
        [
            \.documents, \.registered, \.onTime, \.waiting, \.inWork, \.completed, \.refused, \.recalled, \.replaced,
        ]
    }

    private static var spans: [WritableKeyPath<ReceivedFigures, Span>] { [\.registering, \.completing] }
}

package struct ReceivedStatistics {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// Documents that arrived from `from` until before `until`, one line an agency, in one statement. A document is
    /// completed when the last of its branches was closed.
    package func lines(from: Date, until: Date, limit: Int = 5000) throws -> [ReceivedFigures] {
        try tx.rows(
            """
            SELECT x.sender_code, max(x.sender_name) AS name, count(*) AS documents,
                count(x.registered_at) AS registered,
                count(CASE WHEN x.registered_at <= x.receipt_due_at THEN 1 END) AS on_time,
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
        ).map(Self.line)
    }

    private static func line(_ row: Row) throws -> ReceivedFigures {
        var line = ReceivedFigures(agency: try row.get("sender_code"), name: try row.get("name"))
        line.documents = try row.get("documents")
        line.registered = try row.get("registered")
        line.onTime = try row.get("on_time")
        line.waiting = try row.get("waiting")
        line.inWork = try row.get("in_work")
        line.completed = try row.get("completed")
        line.refused = try row.get("refused")
        line.recalled = try row.get("recalled")
        line.replaced = try row.get("replaced")
        line.registering = try Span(row, "registering")
        line.completing = try Span(row, "completing")
        return line
    }
}
