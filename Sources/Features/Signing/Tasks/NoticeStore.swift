// What a person is told about signings that came to an end while he was elsewhere.
package import Foundation
package import Platform
internal import Records

package struct SigningNotice: Sendable, Hashable {
    package let id: Int64
    package let words: String
    package let href: String
    package let isGood: Bool
    package let at: Date
    package let isRead: Bool
}

package struct NoticeStore {
    let tx: Transaction
    package init(tx: Transaction) { self.tx = tx }

    func add(to person: PersonID, _ words: String, href: String, isGood: Bool, at now: Date) throws {
        try tx.execute(
            """
            INSERT INTO signing_notice (person_id, words, href, is_good, at)
            VALUES (\(person), \(words), \(href), \(isGood), \(now))
            """)
    }

    /// Not read yet, to be counted for the bell.
    static func unread(of person: PersonID) -> SQL {
        "SELECT id FROM signing_notice WHERE person_id = \(person) AND read_at IS NULL"
    }

    /// The latest.
    func latest(of person: PersonID) throws -> [SigningNotice] {
        try tx.rows("SELECT * FROM signing_notice WHERE person_id = \(person) ORDER BY id DESC LIMIT 50").map { row in
            let read: Date? = try row.optional("read_at")
            return SigningNotice(
                id: try row.get("id"), words: try row.get("words"), href: try row.get("href"),
                isGood: try row.get("is_good"), at: try row.get("at"), isRead: read != nil)
        }
    }

    func markRead(of person: PersonID, at now: Date) throws {
        try tx.execute("UPDATE signing_notice SET read_at = \(now) WHERE person_id = \(person) AND read_at IS NULL")
    }
}
