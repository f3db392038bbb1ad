// What was done to a record, by whom and when: one append-only table under every feature.
internal import Digests
package import Foundation
package import Platform

/// One thing that happened.
package struct Event: Sendable, Hashable {
    package let id: Int64
    package let subject: RecordRef
    /// English key, e.g. "registered".
    package let kind: String
    /// nil when the office itself acted (a job).
    package let person: PersonID?
    package let personName: String
    package let at: Date
    /// Vietnamese sentence for people.
    package let detail: String
}

/// Appends and reads events inside a transaction.
package struct EventHistory {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// - Parameter actor: nil when the office itself acts.
    package func append(_ kind: String, on subject: RecordRef, by actor: Actor?, at now: Date, _ detail: String) throws
    {
        // Two who act at once must not both follow the same event.
        try tx.lock(subject.kind, subject.id)
        let previous: String =
            try tx.value(
                """
                SELECT hash FROM event WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)
                ORDER BY id DESC LIMIT 1
                """) ?? ""
        let name = actor?.name ?? "Hệ thống"
        let milliseconds = Int64((now.timeIntervalSince1970 * 1000).rounded())
        let hash = Self.hash(previous, subject, kind, actor?.person.rawValue ?? 0, name, milliseconds, detail)
        try tx.execute(
            """
            INSERT INTO event (subject_kind, subject_id, kind, person_id, person_name, at, detail, previous_hash, hash)
            VALUES (\(subject.kind), \(subject.id), \(kind), \(actor?.person.rawValue), \(name), \(now), \(detail),
                    \(previous), \(hash))
            """)
    }

    /// Oldest first. Whoever asks must already have been allowed to see the subject.
    package func of(_ subject: RecordRef) throws -> [Event] { try tx.answer(to: Self.of(subject)) }

    package static func of(_ subject: RecordRef) -> Query<[Event]> {
        .list(
            """
            SELECT * FROM event WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)
            ORDER BY id LIMIT 500
            """
        ) { row in
            Event(
                id: try row.get("id"), subject: subject, kind: try row.get("kind"),
                person: try row.optional("person_id", as: Int64.self).map { PersonID($0) },
                personName: try row.get("person_name"), at: try row.get("at"), detail: try row.get("detail"))
        }
    }

    /// Every record that has a history.
    package func subjects() throws -> [RecordRef] {
        try tx.rows("SELECT DISTINCT subject_kind, subject_id FROM event").map {
            RecordRef(kind: try $0.get("subject_kind"), id: try $0.get("subject_id"))
        }
    }

    /// Whether every event of the subject still follows from the one before.
    package func isIntact(_ subject: RecordRef) throws -> Bool {
        var previous = ""
        for row in try tx.rows(
            "SELECT * FROM event WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id) ORDER BY id")
        {
            let hash = Self.hash(
                previous, subject, try row.get("kind"), try row.optional("person_id", as: Int64.self) ?? 0,
                try row.get("person_name"), try row.get("at", as: Int64.self), try row.get("detail"))
            guard hash == (try row.get("hash", as: String.self)) else { return false }
            previous = hash
        }
        return true
    }

    private static func hash(
        _ previous: String, _ subject: RecordRef, _ kind: String, _ person: Int64, _ name: String,
        _ milliseconds: Int64, _ detail: String
    ) -> String {
        sha256Hex(
            Data("\(previous)|\(subject.kind)|\(subject.id)|\(kind)|\(person)|\(name)|\(milliseconds)|\(detail)".utf8))
    }
}
