// Every SQL statement on the recipients of outgoing documents and on what they reported.
internal import Foundation
internal import Platform
internal import Records

struct RecipientStore {
    let tx: Transaction
    init(_ tx: Transaction) { self.tx = tx }

    /// In the order they were picked, with their statuses: two statements, however many there are.
    func of(_ document: OutgoingID) throws -> [Recipient] {
        let (rows, statuses) = try tx.answers(to: Self.rows(of: document), Self.statuses(of: document))
        return try Self.recipients(rows, statuses)
    }

    typealias Statuses = [Int64: [ReceiverStatus]]

    static func rows(of document: OutgoingID) -> Query<[Row]> {
        Query("SELECT * FROM outgoing_recipient WHERE document_id = \(document) ORDER BY id") { $0 }
    }

    /// What the recipients reported, by the recipient's row.
    static func statuses(of document: OutgoingID) -> Query<Statuses> {
        Query(
            """
            SELECT s.* FROM outgoing_status s JOIN outgoing_recipient r ON r.id = s.recipient_id
            WHERE r.document_id = \(document) ORDER BY s.at, s.status
            """
        ) { rows in
            try rows.reduce(into: [:]) { statuses, row in
                statuses[try row.get("recipient_id"), default: []].append(
                    ReceiverStatus(status: try row.get("status"), note: try row.get("note"), at: try row.get("at")))
            }
        }
    }

    static func recipients(_ rows: [Row], _ statuses: Statuses) throws -> [Recipient] {
        try rows.compactMap { try recipient($0, statuses) }
    }

    /// The recipients of a draft are replaced as a whole.
    func replace(of document: OutgoingID, by recipients: [NewRecipient]) throws {
        try tx.execute("DELETE FROM outgoing_recipient WHERE document_id = \(document)")
        try add(recipients, to: document)
    }

    /// After those that are there; each once.
    func add(_ recipients: [NewRecipient], to document: OutgoingID) throws {
        var seen: Set<Recipient.Target> = []
        for recipient in recipients where seen.insert(recipient.target).inserted {
            var (agency, unit): (AgencyCode?, UnitID?) = (nil, nil)
            switch recipient.target {
            case .agency(let code): agency = code
            case .unit(let id): unit = id
            }
            try tx.execute(
                """
                INSERT INTO outgoing_recipient (document_id, agency_code, unit_id, name, role, delivery, failure, resends)
                VALUES (\(document), \(agency), \(unit), \(recipient.name), \(recipient.role), 'none', '', 0)
                """)
        }
    }

    func set(_ recipient: Int64, to delivery: Delivery) throws {
        try tx.execute("UPDATE outgoing_recipient SET delivery = \(delivery), failure = '' WHERE id = \(recipient)")
    }

    /// Another attempt by a person's decision; returns its number.
    func countResend(_ recipient: Int64) throws -> Int {
        try tx.value(
            """
            UPDATE outgoing_recipient SET delivery = 'waiting', failure = '', resends = resends + 1, awaited = FALSE
            WHERE id = \(recipient) RETURNING resends
            """) ?? 0
    }

    func recordSent(_ document: OutgoingID, _ agency: AgencyCode, exchangeID: String, at now: Date) throws -> Bool {
        try tx.execute(
            """
            UPDATE outgoing_recipient SET delivery = 'sent', failure = '', exchange_id = \(exchangeID), sent_at = \(now),
                open_attempts = 0, awaited = TRUE, asked_at = \(now)
            WHERE document_id = \(document) AND agency_code = \(agency) AND delivery <> 'refused'
            """) > 0
    }

    /// From now on the receiver may have the document, until it is known that it has not.
    func beginAttempt(_ document: OutgoingID, _ agency: AgencyCode) throws {
        try tx.execute(
            """
            UPDATE outgoing_recipient SET open_attempts = open_attempts + 1
            WHERE document_id = \(document) AND agency_code = \(agency)
            """)
    }

    /// The attempt begun last has surely not arrived.
    func closeAttempt(_ document: OutgoingID, _ agency: AgencyCode) throws {
        try tx.execute(
            """
            UPDATE outgoing_recipient SET open_attempts = open_attempts - 1
            WHERE document_id = \(document) AND agency_code = \(agency) AND open_attempts > 0
            """)
    }

    /// A failure on the way is told, but only the final one makes the delivery failed.
    func recordFailure(_ document: OutgoingID, _ agency: AgencyCode, _ message: String, isFinal: Bool) throws -> Bool {
        let delivery: Delivery = isFinal ? .failed : .waiting
        return try tx.execute(
            """
            UPDATE outgoing_recipient SET delivery = \(delivery), failure = \(message)
            WHERE document_id = \(document) AND agency_code = \(agency) AND delivery IN ('waiting', 'failed')
            """) > 0
    }

    /// Each status counts once per recipient; returns whether it is new. Whoever reports anything has the packet.
    func addStatus(_ recipient: Int64, _ status: ReceiverStatus) throws -> Bool {
        try setArrived(recipient)
        return try tx.execute(
            """
            INSERT INTO outgoing_status (recipient_id, status, note, at)
            SELECT \(recipient), \(status.status), \(status.note), \(status.at) WHERE TRUE ON CONFLICT DO NOTHING
            """) > 0
    }

    /// What the receiver reported of a sending that he refused: another one begins. The history keeps it.
    func forgetStatuses(_ recipient: Int64) throws {
        try tx.execute("DELETE FROM outgoing_status WHERE recipient_id = \(recipient)")
    }

    // MARK: Whether it arrived

    /// Sent, not reported on, and not asked about since `time`; what was asked about longest ago first.
    func awaited(askedBefore time: Date, limit: Int) throws -> [AwaitedDelivery] {
        try tx.rows(
            """
            SELECT id, document_id, agency_code, exchange_id, sent_at FROM outgoing_recipient
            WHERE awaited AND asked_at < \(time) ORDER BY asked_at, id LIMIT \(limit)
            """
        ).map { row in
            AwaitedDelivery(
                id: try row.get("id"), document: try row.get("document_id"), agency: try row.get("agency_code"),
                exchangeID: try row.get("exchange_id"), sentAt: try row.get("sent_at"))
        }
    }

    func setArrived(_ recipient: Int64) throws {
        try tx.execute(
            """
            UPDATE outgoing_recipient SET awaited = FALSE, failure = ''
            WHERE id = \(recipient) AND delivery = 'sent' AND (awaited OR failure <> '')
            """)
    }

    /// - Parameter problem: why it is believed not to have arrived; nil while there is still time.
    /// - Returns: whether that is new.
    func noteAsked(_ recipient: Int64, _ problem: String?, at now: Date) throws -> Bool {
        try tx.execute("UPDATE outgoing_recipient SET asked_at = \(now) WHERE id = \(recipient) AND awaited")
        guard let problem else { return false }
        return try tx.execute(
            """
            UPDATE outgoing_recipient SET failure = \(problem)
            WHERE id = \(recipient) AND awaited AND delivery = 'sent' AND failure <> \(problem)
            """) > 0
    }

    /// Asked about for long enough.
    func stopAwaiting(_ recipient: Int64) throws {
        try tx.execute("UPDATE outgoing_recipient SET awaited = FALSE WHERE id = \(recipient)")
    }

    /// Issued documents that answer to the identity, or to number, notation and day where the identity was mangled.
    func documents(identity: String, code: DocumentCode?, day: Day?) throws -> [OutgoingID] {
        let exact = try tx.rows("SELECT id FROM outgoing_document WHERE document_id = \(identity) AND secrecy = 0")
        if !exact.isEmpty { return try exact.map { try $0.get("id") } }
        guard let code, let day, let number = Int(code.number) else { return [] }
        return try tx.rows(
            """
            SELECT id FROM outgoing_document WHERE book = 'outgoing:administrative' AND year = \(day.year)
              AND number = \(number) AND notation = \(code.notation) AND dated_on = \(day)
            """
        ).map { try $0.get("id") }
    }

    private static func recipient(_ row: Row, _ statuses: [Int64: [ReceiverStatus]]) throws -> Recipient? {
        let id: Int64 = try row.get("id")
        let target: Recipient.Target
        if let code: AgencyCode = try row.optional("agency_code") {
            target = .agency(code)
        } else if let unit: UnitID = try row.optional("unit_id") {
            target = .unit(unit)
        } else {
            return nil
        }
        return Recipient(
            id: id, target: target, name: try row.get("name"), role: try row.get("role"),
            delivery: try row.get("delivery"), failure: try row.get("failure"), held: try row.get("held"),
            sentAt: try row.optional("sent_at"), openAttempts: try row.get("open_attempts"),
            statuses: statuses[id] ?? [])
    }
}
