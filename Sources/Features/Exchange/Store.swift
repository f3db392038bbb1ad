// Every SQL statement on the tables of the exchange.
internal import Foundation
internal import Platform
internal import Records

/// What is to be sent, before it has a row.
struct NewTransmission: Sendable {
    let kind: PacketKind
    let subject: RecordRef
    let agency: AgencyCode
    let agencyName: String
    let status: ExchangeStatus?
    let round: Int
    let title: String
    let packet: BlobRef
}

struct OutboxStore {
    let tx: Transaction
    init(_ tx: Transaction) { self.tx = tx }

    /// The latest round of it.
    func latest(
        _ kind: PacketKind, _ subject: RecordRef, _ agency: AgencyCode, _ status: ExchangeStatus?
    ) throws -> Transmission? {
        try tx.first(
            """
            SELECT * FROM exchange_outbox WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)
              AND agency_code = \(agency) AND status = \(status?.rawValue ?? 0) AND kind = \(kind)
            ORDER BY round DESC LIMIT 1
            """
        ).map(Self.transmission)
    }

    func find(_ id: TransmissionID) throws -> Transmission? {
        try tx.first("SELECT * FROM exchange_outbox WHERE id = \(id)").map(Self.transmission)
    }

    /// nil when another node was quicker.
    func insert(_ new: NewTransmission, at now: Date) throws -> TransmissionID? {
        try tx.value(
            """
            INSERT INTO exchange_outbox (kind, subject_kind, subject_id, agency_code, agency_name, status, round, title,
                                         sha256, byte_count, state, attempts, problem, created_at)
            SELECT \(new.kind), \(new.subject.kind), \(new.subject.id), \(new.agency), \(new.agencyName),
                   \(new.status?.rawValue ?? 0), \(new.round), \(new.title), \(new.packet.sha256),
                   \(new.packet.byteCount), 'waiting', 0, '', \(now) WHERE TRUE
            ON CONFLICT DO NOTHING RETURNING id
            """)
    }

    /// Whether this is the first to say so.
    func markSent(_ id: TransmissionID, exchangeID: String, at now: Date) throws -> Bool {
        try tx.execute(
            """
            UPDATE exchange_outbox SET state = 'sent', exchange_id = \(exchangeID), sent_at = \(now), problem = '',
                attempts = attempts + 1
            WHERE id = \(id) AND state <> 'sent'
            """) > 0
    }

    func noteAttempt(_ id: TransmissionID, problem: String) throws {
        try tx.execute(
            """
            UPDATE exchange_outbox SET attempts = attempts + 1, problem = \(problem),
                state = CASE WHEN state = 'stopped' THEN state ELSE 'waiting' END
            WHERE id = \(id) AND state <> 'sent'
            """)
    }

    /// The problem of the last attempt stays: whether the packet may have arrived.
    func markStopped(_ id: TransmissionID) throws {
        try tx.execute("UPDATE exchange_outbox SET state = 'stopped' WHERE id = \(id) AND state <> 'sent'")
    }

    func markFailed(_ id: TransmissionID) throws {
        try tx.execute("UPDATE exchange_outbox SET state = 'failed' WHERE id = \(id) AND state = 'waiting'")
    }

    func markWaiting(_ id: TransmissionID) throws {
        try tx.execute(
            "UPDATE exchange_outbox SET state = 'waiting', problem = '' WHERE id = \(id) AND state IN ('failed', 'stopped')"
        )
    }

    /// What waits for its next attempt, oldest first.
    func waiting(limit: Int) throws -> [Transmission] {
        try tx.rows("SELECT * FROM exchange_outbox WHERE state = 'waiting' ORDER BY id LIMIT \(limit)").map(
            Self.transmission)
    }

    /// Rows of one kind about one document that are not sent, up to the one with `status`, oldest first.
    func unsent(_ kind: PacketKind, _ subject: RecordRef, upTo status: ExchangeStatus?) throws -> [Transmission] {
        try tx.rows(
            """
            SELECT * FROM exchange_outbox
            WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id) AND kind = \(kind) AND state <> 'sent'
              AND id <= (SELECT MAX(o.id) FROM exchange_outbox o WHERE o.subject_kind = \(subject.kind)
                  AND o.subject_id = \(subject.id) AND o.kind = \(kind) AND o.status = \(status?.rawValue ?? 0))
            ORDER BY id LIMIT 100
            """
        ).map(Self.transmission)
    }

    /// Newest first.
    func page(_ state: Transmission.State?, after key: PageKey?) throws -> ListPage<Transmission> {
        let inState: SQL = state.map { "state = \($0)" } ?? "TRUE"
        let rows = try tx.rows(
            """
            SELECT * FROM exchange_outbox WHERE \(inState) AND id < \(key?.id ?? Int64.max)
            ORDER BY id DESC LIMIT \(ListPage<Transmission>.size + 1)
            """
        ).map(Self.transmission)
        return ListPage(oneMoreThanAPage: rows) { PageKey(key: $0.id.rawValue, id: $0.id.rawValue) }
    }

    func count(_ state: Transmission.State) throws -> Int {
        try tx.value("SELECT count(*) FROM exchange_outbox WHERE state = \(state)") ?? 0
    }

    /// Those of one state, to be counted for a badge.
    static func ids(_ state: Transmission.State) -> SQL { "SELECT id FROM exchange_outbox WHERE state = \(state)" }

    private static func transmission(_ row: Row) throws -> Transmission {
        Transmission(
            id: try row.get("id"), kind: try row.get("kind"),
            subject: RecordRef(kind: try row.get("subject_kind"), id: try row.get("subject_id")),
            agency: try row.get("agency_code"), agencyName: try row.get("agency_name"),
            status: ExchangeStatus(rawValue: try row.get("status")), round: try row.get("round"),
            title: try row.get("title"),
            packet: BlobRef(sha256: try row.get("sha256"), byteCount: try row.get("byte_count")),
            state: try row.get("state"), exchangeID: try row.optional("exchange_id"), attempts: try row.get("attempts"),
            problem: try row.get("problem"), createdAt: try row.get("created_at"), sentAt: try row.optional("sent_at"))
    }
}

struct InboxStore {
    let tx: Transaction
    init(_ tx: Transaction) { self.tx = tx }

    /// Those of the ids that were taken before.
    func known(_ ids: [String]) throws -> Set<String> {
        guard !ids.isEmpty else { return [] }
        return Set(
            try tx.rows("SELECT exchange_id FROM exchange_inbox WHERE exchange_id IN \(list: ids)")
                .map { try $0.get("exchange_id", as: String.self) })
    }

    /// Keeps a packet as received; the same one a second time changes nothing.
    func insert(_ exchangeID: String, _ kind: PacketKind, from sender: String, _ packet: BlobRef, at now: Date) throws {
        try tx.execute(
            """
            INSERT INTO exchange_inbox (exchange_id, kind, state, sender_code, sender_name, title, problem, sha256,
                                        byte_count, attempts, received_at, told, settled_by)
            SELECT \(exchangeID), \(kind), 'fetched', \(sender), '', '', '', \(packet.sha256), \(packet.byteCount), 0,
                   \(now), '', '' WHERE TRUE
            ON CONFLICT DO NOTHING
            """)
    }

    /// Some of those kept but not filed yet, oldest first.
    func unfiled(after id: ArrivalID, limit: Int) throws -> [Arrival] {
        try tx.rows(
            "SELECT * FROM exchange_inbox WHERE state = 'fetched' AND id > \(id) ORDER BY id \(.limit(limit))"
        ).map(Self.arrival)
    }

    /// Some of those filed while the platform does not know it yet.
    func untold(after id: ArrivalID, limit: Int) throws -> [Arrival] {
        try tx.rows(
            """
            SELECT * FROM exchange_inbox WHERE told = '' AND state <> 'fetched' AND id > \(id)
            ORDER BY id \(.limit(limit))
            """
        ).map(Self.arrival)
    }

    func find(_ id: ArrivalID) throws -> Arrival? {
        try tx.first("SELECT * FROM exchange_inbox WHERE id = \(id)").map(Self.arrival)
    }

    func save(_ id: ArrivalID, _ outcome: FilingOutcome, at now: Date) throws {
        try tx.execute(
            """
            UPDATE exchange_inbox SET state = \(outcome.state), sender_code = \(outcome.sender),
                sender_name = \(outcome.senderName), title = \(outcome.title), problem = \(outcome.problem),
                record_kind = \(outcome.record?.kind), record_id = \(outcome.record?.id), filed_at = \(now),
                about = \(outcome.about?.names.first ?? "")
            WHERE id = \(id)
            """)
    }

    /// Returns how often filing it has failed.
    func countFailure(_ id: ArrivalID) throws -> Int {
        try tx.value("UPDATE exchange_inbox SET attempts = attempts + 1 WHERE id = \(id) RETURNING attempts") ?? 0
    }

    func markUnreadable(_ id: ArrivalID, problem: String, at now: Date) throws {
        try tx.execute(
            """
            UPDATE exchange_inbox SET state = 'unreadable', problem = \(problem), filed_at = \(now)
            WHERE id = \(id) AND state = 'fetched'
            """)
    }

    /// - Parameter again: when it is fetched once more; nil for what is not.
    func markTold(_ id: ArrivalID, _ told: Arrival.Told, fetchingAgain again: Date? = nil) throws {
        try tx.execute("UPDATE exchange_inbox SET told = \(told), fetch_again_at = \(again) WHERE id = \(id)")
    }

    /// Those of the ids that could not be read and are due to be fetched once more.
    func dueAgain(_ ids: [String], at now: Date) throws -> [Arrival] {
        guard !ids.isEmpty else { return [] }
        return try tx.rows(
            """
            SELECT * FROM exchange_inbox WHERE exchange_id IN \(list: ids) AND state = 'unreadable' AND told = 'fail'
              AND fetch_again_at <= \(now) ORDER BY id
            """
        ).map(Self.arrival)
    }

    /// Fetched once more; other bytes than before are read anew.
    /// - Parameter packet: nil where the platform did not hand it out.
    func noteFetched(_ arrival: Arrival, _ packet: BlobRef?, again: Date?) throws {
        if let packet, packet != arrival.packet {
            try tx.execute(
                """
                UPDATE exchange_inbox SET fetches = fetches + 1, fetch_again_at = NULL, sha256 = \(packet.sha256),
                    byte_count = \(packet.byteCount), state = 'fetched', attempts = 0, told = ''
                WHERE id = \(arrival.id) AND state = 'unreadable'
                """)
        } else {
            try tx.execute(
                "UPDATE exchange_inbox SET fetches = fetches + 1, fetch_again_at = \(again) WHERE id = \(arrival.id)")
        }
    }

    /// The platform offers again what it was told is done: its word was lost there.
    func forgetTold(_ ids: [String]) throws {
        guard !ids.isEmpty else { return }
        try tx.execute("UPDATE exchange_inbox SET told = '' WHERE told = 'done' AND exchange_id IN \(list: ids)")
    }

    /// To be read once more.
    func reopen(_ id: ArrivalID) throws {
        try tx.execute(
            """
            UPDATE exchange_inbox SET state = 'fetched', attempts = 0, fetches = 1, told = ''
            WHERE id = \(id) AND state <> 'filed'
            """
        )
    }

    /// What was asked back before it came has come: those recalls are read again, also where the clerk has seen them.
    func reopenRecalls(of document: RecalledDocument, by sender: AgencyCode) throws {
        guard !document.names.isEmpty else { return }
        try tx.execute(
            """
            UPDATE exchange_inbox SET state = 'fetched', attempts = 0
            WHERE about <> '' AND about IN \(list: document.names) AND sender_code = \(sender)
              AND state IN ('attention', 'settled')
            """)
    }

    /// Looked after; the platform need not offer it any more.
    func settle(_ id: ArrivalID, by name: String) throws {
        try tx.execute(
            """
            UPDATE exchange_inbox SET state = 'settled', settled_by = \(name),
                told = CASE WHEN told = 'fail' THEN '' ELSE told END
            WHERE id = \(id)
            """)
    }

    /// Newest first. `open`: only what somebody must look at.
    func page(openOnly: Bool, after key: PageKey?) throws -> ListPage<Arrival> {
        let rows = try tx.rows(
            """
            SELECT * FROM exchange_inbox WHERE \(openOnly ? Self.isOpen : "TRUE") AND id < \(key?.id ?? Int64.max)
            ORDER BY id DESC LIMIT \(ListPage<Arrival>.size + 1)
            """
        ).map(Self.arrival)
        return ListPage(oneMoreThanAPage: rows) { PageKey(key: $0.id.rawValue, id: $0.id.rawValue) }
    }

    func countOpen() throws -> Int { try tx.value("SELECT count(*) FROM exchange_inbox WHERE \(Self.isOpen)") ?? 0 }

    /// Those somebody must look at, to be counted for a badge.
    static var openIDs: SQL { "SELECT id FROM exchange_inbox WHERE \(isOpen)" }

    /// Spelled out, so that the engines see that the partial index covers it.
    private static var isOpen: SQL { "state IN ('attention', 'unmatched', 'unreadable')" }

    private static func arrival(_ row: Row) throws -> Arrival {
        var record: RecordRef?
        if let kind: String = try row.optional("record_kind"), let id: Int64 = try row.optional("record_id") {
            record = RecordRef(kind: kind, id: id)
        }
        return Arrival(
            id: try row.get("id"), exchangeID: try row.get("exchange_id"), kind: try row.get("kind"),
            state: try row.get("state"), sender: try row.get("sender_code"), senderName: try row.get("sender_name"),
            title: try row.get("title"), problem: try row.get("problem"),
            packet: BlobRef(sha256: try row.get("sha256"), byteCount: try row.get("byte_count")),
            attempts: try row.get("attempts"), fetches: try row.get("fetches"), record: record,
            receivedAt: try row.get("received_at"),
            filedAt: try row.optional("filed_at"), told: try row.get("told"), settledBy: try row.get("settled_by"))
    }
}

/// How the connection stands: one row for all nodes.
struct LinkStore {
    let tx: Transaction
    init(_ tx: Transaction) { self.tx = tx }

    func link() throws -> Link? {
        try tx.first("SELECT * FROM exchange_link WHERE id = 1").map { row in
            Link(
                isUp: try row.get("is_up"), since: try row.get("since"), succeededAt: try row.optional("succeeded_at"),
                problem: try row.get("problem"))
        }
    }

    func save(_ link: Link) throws {
        try tx.execute(
            """
            INSERT INTO exchange_link (id, is_up, since, succeeded_at, problem)
            VALUES (1, \(link.isUp), \(link.since), \(link.succeededAt), \(link.problem))
            ON CONFLICT (id) DO UPDATE SET is_up = excluded.is_up, since = excluded.since,
                succeeded_at = excluded.succeeded_at, problem = excluded.problem
            """)
    }
}
