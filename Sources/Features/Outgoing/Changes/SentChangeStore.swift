// Every SQL statement on what we asked of our issued documents.
internal import Foundation
internal import Platform
internal import Records

struct SentChangeStore {
    let tx: Transaction
    init(_ tx: Transaction) { self.tx = tx }

    /// - Parameter recipients: agencies that have the document, or will be told by its replacement.
    /// - Returns: rows to be sent, one for each recipient.
    func insert(
        _ change: DocumentChange, isFormal: Bool = false, of document: OutgoingID, to recipients: [Recipient],
        reason: String, carrier: OutgoingID? = nil, by actor: Actor, at now: Date
    ) throws -> [Int64] {
        let id: SentChangeID? = try tx.value(
            """
            INSERT INTO outgoing_change (document_id, change, is_formal, reason, asked_by, asked_by_unit, asked_at, carrier_id)
            VALUES (\(document), \(change), \(isFormal), \(reason), \(actor.name), \(actor.unitName), \(now), \(carrier))
            RETURNING id
            """)
        return try recipients.compactMap { recipient -> Int64? in
            guard let agency = recipient.agency else { return nil }
            return try tx.value(
                """
                INSERT INTO outgoing_change_recipient (change_id, recipient_id, agency_code, state, failure, note)
                VALUES (\(id), \(recipient.id), \(agency), 'waiting', '', '') RETURNING id
                """)
        }
    }

    /// The request to one more receiver in the last change of this kind; nil where it has been sent one, or there was none.
    func addToLast(
        _ change: DocumentChange, of document: OutgoingID, since: Date, _ recipient: Recipient
    ) throws -> Int64? {
        guard let agency = recipient.agency,
            let last: Int64 = try tx.value(
                """
                SELECT max(id) FROM outgoing_change
                WHERE document_id = \(document) AND change = \(change) AND asked_at >= \(since)
                """)
        else { return nil }
        let known = try tx.first(
            """
            SELECT id, sent_at FROM outgoing_change_recipient
            WHERE change_id = \(last) AND recipient_id = \(recipient.id)
            """)
        if let known { return try known.optional("sent_at", as: Date.self) == nil ? try known.get("id") : nil }
        return try tx.value(
            """
            INSERT INTO outgoing_change_recipient (change_id, recipient_id, agency_code, state, failure, note)
            VALUES (\(last), \(recipient.id), \(agency), 'waiting', '', '') RETURNING id
            """)
    }

    /// Takes out what this receiver was to be asked and has not been asked yet; the recalls it was part of.
    func withdrawRecalls(from recipient: Int64) throws -> [SentChangeID] {
        try tx.rows(
            """
            DELETE FROM outgoing_change_recipient
            WHERE recipient_id = \(recipient) AND sent_at IS NULL AND state IN ('waiting', 'failed')
              AND change_id IN (SELECT c.id FROM outgoing_change c WHERE c.change = \(DocumentChange.recall))
            RETURNING change_id
            """
        ).map { try $0.get("change_id") }
    }

    /// Newest first, with the answers of all receivers: two statements, however many there are.
    func of(_ document: OutgoingID) throws -> [(change: SentChange, answers: [ChangeAnswer])] {
        let (changes, answers) = try tx.answers(to: Self.changes(of: document), Self.answers(of: document))
        return Self.answered(changes, answers)
    }

    static func changes(of document: OutgoingID) -> Query<[SentChange]> {
        .list("SELECT * FROM outgoing_change WHERE document_id = \(document) ORDER BY id DESC", of: change)
    }

    /// What the receivers answered, by the change.
    static func answers(of document: OutgoingID) -> Query<[SentChangeID: [ChangeAnswer]]> {
        Query(
            """
            SELECT cr.*, r.name AS recipient_name FROM outgoing_change_recipient cr
            JOIN outgoing_change c ON c.id = cr.change_id JOIN outgoing_recipient r ON r.id = cr.recipient_id
            WHERE c.document_id = \(document) ORDER BY cr.id
            """
        ) { rows in
            try rows.reduce(into: [:]) { answers, row in
                answers[try row.get("change_id"), default: []].append(try answer(row))
            }
        }
    }

    static func answered(
        _ changes: [SentChange], _ answers: [SentChangeID: [ChangeAnswer]]
    ) -> [(change: SentChange, answers: [ChangeAnswer])] {
        changes.map { ($0, answers[$0.id] ?? []) }
    }

    func answers(to change: SentChangeID) throws -> [ChangeAnswer.State] {
        try tx.rows("SELECT state FROM outgoing_change_recipient WHERE change_id = \(change)").map {
            try $0.get("state")
        }
    }

    /// Receivers of the document that have given it back.
    func givenBack(_ document: OutgoingID) throws -> Set<Int64> {
        try askedBack(document, in: [.agreed])
    }

    /// Receivers whose answer to a request to give the document back is on its way.
    func beingAskedBack(_ document: OutgoingID) throws -> Set<Int64> {
        try askedBack(document, in: [.waiting, .sent])
    }

    /// That the same was asked for by an earlier request.
    func markAsked(_ row: Int64, at now: Date) throws {
        try tx.execute("UPDATE outgoing_change_recipient SET state = 'sent', sent_at = \(now) WHERE id = \(row)")
    }

    /// Receivers that were asked to give the document back and have not refused.
    func askedBack(_ document: OutgoingID) throws -> Set<Int64> {
        try askedBack(document, in: ChangeAnswer.State.allCases.filter { $0 != .refused })
    }

    private func askedBack(_ document: OutgoingID, in states: [ChangeAnswer.State]) throws -> Set<Int64> {
        let rows = try tx.rows(
            """
            SELECT cr.recipient_id FROM outgoing_change_recipient cr JOIN outgoing_change c ON c.id = cr.change_id
            WHERE c.document_id = \(document) AND c.change = \(DocumentChange.recall) AND cr.state IN \(list: states)
            """)
        return Set(try rows.map { try $0.get("recipient_id") })
    }

    /// One receiver's row with its change; nil when there is none.
    func request(_ row: Int64) throws -> (change: SentChange, answer: ChangeAnswer, agency: AgencyCode)? {
        guard
            let found = try tx.first(
                """
                SELECT cr.*, r.name AS recipient_name FROM outgoing_change_recipient cr
                JOIN outgoing_recipient r ON r.id = cr.recipient_id WHERE cr.id = \(row)
                """),
            let change = try tx.first(
                "SELECT * FROM outgoing_change WHERE id = \(try found.get("change_id", as: Int64.self))")
        else { return nil }
        return (try Self.change(change), try Self.answer(found), try found.get("agency_code"))
    }

    /// Whether this is the first to say so; what was answered meanwhile stays answered.
    func markSent(_ row: Int64, at now: Date) throws -> Bool {
        try tx.execute(
            """
            UPDATE outgoing_change_recipient SET sent_at = \(now), failure = '',
                state = CASE WHEN state IN ('agreed', 'refused') THEN state ELSE 'sent' END
            WHERE id = \(row) AND sent_at IS NULL
            """) > 0
    }

    /// A replacement has reached an agency that has the replaced document.
    func markCarried(by carrier: OutgoingID, to agency: AgencyCode, at now: Date) throws {
        try tx.execute(
            """
            UPDATE outgoing_change_recipient SET sent_at = \(now), state = 'sent', failure = ''
            WHERE agency_code = \(agency) AND state IN ('waiting', 'failed')
              AND change_id IN (SELECT c.id FROM outgoing_change c WHERE c.carrier_id = \(carrier))
            """)
    }

    func markFailed(_ row: Int64, _ message: String, isFinal: Bool) throws {
        let state: ChangeAnswer.State = isFinal ? .failed : .waiting
        try tx.execute(
            """
            UPDATE outgoing_change_recipient SET state = \(state), failure = \(message)
            WHERE id = \(row) AND state IN ('waiting', 'failed')
            """)
    }

    /// Settles the oldest request that this receiver has not answered, of the kind that the answer names; of any kind where
    /// it names none. nil when there is none. Who has answered one recall has answered them all: the newest is returned.
    /// Who has given the document back answers nothing else any more.
    func answer(
        _ recipient: Int64, _ state: ChangeAnswer.State, note: String, at now: Date
    ) throws -> SentChange? {
        let named = DocumentChange(namedIn: note)
        let oldest: Int64? = try tx.value(
            """
            UPDATE outgoing_change_recipient SET state = \(state), note = \(note), answered_at = \(now), failure = ''
            WHERE id = (SELECT cr.id FROM outgoing_change_recipient cr JOIN outgoing_change c ON c.id = cr.change_id
                        WHERE cr.recipient_id = \(recipient) AND cr.state IN ('waiting', 'sent', 'failed')
                        ORDER BY CASE WHEN c.change = \(named) THEN 0 ELSE 1 END, cr.id LIMIT 1)
            RETURNING change_id
            """)
        guard let oldest, let first = try change(oldest) else { return nil }
        guard first.change == .recall else { return first }
        if state == .agreed {
            try tx.execute(
                """
                UPDATE outgoing_change_recipient SET state = 'refused', note = 'Văn bản đã được thu hồi.',
                    answered_at = \(now), failure = ''
                WHERE recipient_id = \(recipient) AND state IN ('waiting', 'sent', 'failed')
                  AND change_id IN (SELECT c.id FROM outgoing_change c WHERE c.change <> \(DocumentChange.recall))
                """)
        }
        let others = try tx.rows(
            """
            UPDATE outgoing_change_recipient SET state = \(state), note = \(note), answered_at = \(now), failure = ''
            WHERE recipient_id = \(recipient) AND state IN ('waiting', 'sent', 'failed')
              AND change_id IN (SELECT c.id FROM outgoing_change c WHERE c.change = \(DocumentChange.recall))
            RETURNING change_id
            """
        ).map { try $0.get("change_id", as: Int64.self) }
        return try others.max().flatMap { try change($0) } ?? first
    }

    private func change(_ id: Int64) throws -> SentChange? {
        try tx.first("SELECT * FROM outgoing_change WHERE id = \(id)").map(Self.change)
    }

    private static func change(_ row: Row) throws -> SentChange {
        SentChange(
            id: try row.get("id"), document: try row.get("document_id"), change: try row.get("change"),
            isFormal: try row.get("is_formal"), reason: try row.get("reason"), askedBy: try row.get("asked_by"),
            askedByUnit: try row.get("asked_by_unit"), askedAt: try row.get("asked_at"),
            carrier: try row.optional("carrier_id"))
    }

    private static func answer(_ row: Row) throws -> ChangeAnswer {
        ChangeAnswer(
            id: try row.get("id"), recipient: try row.get("recipient_id"), name: try row.get("recipient_name"),
            state: try row.get("state"), failure: try row.get("failure"), sentAt: try row.optional("sent_at"),
            note: try row.get("note"), answeredAt: try row.optional("answered_at"))
    }
}
