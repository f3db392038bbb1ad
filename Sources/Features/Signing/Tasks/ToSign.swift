// What waits for a person's signature: the boxes of all features in one list, whatever kind of document it is.
package import Foundation
package import Platform
package import Records

package struct DocumentToSign: Sendable, Hashable {
    package let errand: String
    package let subject: Int64
    package let title: String
    package let subtitle: String
    package let href: String
    package let at: Date

    /// What the tick box sends.
    package var value: String { "\(errand):\(subject)" }
}

package struct ToSignStore {
    let tx: Transaction
    let errands: [SigningErrand]
    let now: Date
    package init(tx: Transaction, errands: [SigningErrand], now: Date) {
        self.tx = tx
        self.errands = errands
        self.now = now
    }

    /// Everything that waits for this person and that nobody signs just now; nil when nothing ever does.
    private static func waiting(
        _ actor: Actor, _ errands: [SigningErrand], _ now: Date, only kind: String? = nil
    ) -> SQL? {
        let arms = errands.filter { kind == nil || $0.kind == kind }.flatMap { errand in
            errand.waiting(actor).enumerated().map { index, way -> SQL in
                """
                SELECT CAST(\(errand.kind) AS TEXT) AS errand, CAST(\(errand.subjectKind) AS TEXT) AS kind, subject_id, at
                FROM (\(way)) AS \(SQL(trusted: "w\(index)"))
                WHERE NOT EXISTS (SELECT 1 FROM signing_task t WHERE t.errand = \(errand.kind)
                    AND t.subject_id = \(SQL(trusted: "w\(index)")).subject_id AND t.state IN ('waiting', 'processing') AND \(TaskStore.isClaiming(at: now)))
                """
            }
        }
        return arms.isEmpty ? nil : .join(arms, " UNION ")
    }

    /// The same, to be counted for the badge.
    static func ids(for actor: Actor, errands: [SigningErrand], now: Date) -> [SQL] {
        waiting(actor, errands, now).map { ["SELECT u.subject_id AS id FROM (\($0)) AS u"] } ?? []
    }

    package func count(for actor: Actor, only kind: String? = nil) throws -> Int {
        guard let waiting = Self.waiting(actor, errands, now, only: kind) else { return 0 }
        return try tx.value("SELECT count(*) FROM (\(waiting)) AS u") ?? 0
    }

    /// - Parameter most: rows of one answer; one more tells that there are others.
    func list(for actor: Actor, only kind: String?, after key: PageKey?, most: Int) throws -> [DocumentToSign] {
        guard let waiting = Self.waiting(actor, errands, now, only: kind) else { return [] }
        let position: SQL = key.map { "WHERE (u.at, u.subject_id) < (\($0.key), \($0.id))" } ?? ""
        return try tx.rows(
            """
            SELECT u.errand, u.subject_id, u.at, c.title, c.subtitle, c.href FROM (\(waiting)) AS u
            JOIN catalogue c ON c.subject_kind = u.kind AND c.subject_id = u.subject_id \(position)
            ORDER BY u.at DESC, u.subject_id DESC LIMIT \(most)
            """
        ).map { row in
            DocumentToSign(
                errand: try row.get("errand"), subject: try row.get("subject_id"), title: try row.get("title"),
                subtitle: try row.get("subtitle"), href: try row.get("href"), at: try row.get("at"))
        }
    }
}

extension SigningErrand {
    /// The kind of record: what stands before the dot.
    var subjectKind: String { String(kind.prefix { $0 != "." }) }
}
