// Every SQL statement on the requests of senders.
internal import Foundation
internal import Platform
internal import Records

struct ChangeStore {
    let tx: Transaction
    init(_ tx: Transaction) { self.tx = tx }

    /// nil when the same packet asked before, or when the document is already asked back and nobody has answered yet.
    func insert(_ new: NewChange, on document: IncomingID, at now: Date) throws -> ChangeID? {
        let proposal = try new.proposal.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        return try tx.value(
            """
            INSERT INTO incoming_change (document_id, change, is_formal, sender_name, reason, exchange_id, asked_at,
                                         carrier_id, proposal, state, answer, answered_by)
            SELECT \(document), \(new.change), \(new.isFormal), \(new.senderName), \(new.reason), \(new.exchangeID),
                   \(now), \(new.carrier), \(proposal), 'open', '', ''
            WHERE NOT EXISTS (SELECT 1 FROM incoming_change c WHERE c.document_id = \(document) AND c.state = 'open'
                              AND c.change = 'recall' AND \(new.change) = 'recall')
            ON CONFLICT DO NOTHING RETURNING id
            """)
    }

    /// Newest first.
    func of(_ document: IncomingID) throws -> [ChangeRequest] { try tx.answer(to: Self.of(document)) }

    static func of(_ document: IncomingID) -> Query<[ChangeRequest]> {
        .list("SELECT * FROM incoming_change WHERE document_id = \(document) ORDER BY id DESC LIMIT 50", of: request)
    }

    func find(_ id: ChangeID) throws -> ChangeRequest? {
        try tx.first("SELECT * FROM incoming_change WHERE id = \(id)").map(Self.request)
    }

    /// What this document was sent to replace.
    func carried(by carrier: IncomingID) throws -> [ChangeRequest] { try tx.answer(to: Self.carried(by: carrier)) }

    static func carried(by carrier: IncomingID) -> Query<[ChangeRequest]> {
        .list("SELECT * FROM incoming_change WHERE carrier_id = \(carrier) ORDER BY id LIMIT 50", of: request)
    }

    func answer(
        _ id: ChangeID, _ state: ChangeRequest.State, reason: String, by name: String, at now: Date,
        stub: DestructionStub? = nil, applied: [FieldChange]? = nil
    ) throws {
        let stub = try stub.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let applied = try applied.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        try tx.execute(
            """
            UPDATE incoming_change SET state = \(state), answer = \(reason), answered_by = \(name), answered_at = \(now),
                stub = \(stub), applied = \(applied) WHERE id = \(id)
            """)
    }

    /// What updates of a destroyed document said, and why they came, goes with it; those that waited need no answer.
    func forgetProposals(of document: IncomingID, except answered: ChangeID, by name: String, at now: Date) throws {
        try tx.execute("UPDATE incoming_change SET proposal = NULL, applied = NULL WHERE document_id = \(document)")
        try tx.execute(
            """
            UPDATE incoming_change SET state = 'refused', answered_by = \(name), answered_at = \(now),
                answer = 'Văn bản đã được thu hồi.'
            WHERE document_id = \(document) AND state = 'open' AND id <> \(answered)
            """)
    }

    /// Whether a file of this content waits in an update that nobody has answered yet.
    func isProposed(sha256: String) throws -> Bool {
        try tx.first(
            "SELECT id FROM incoming_change WHERE state = 'open' AND proposal LIKE \("%\(sha256)%") LIMIT 1") != nil
    }

    private static func request(_ row: Row) throws -> ChangeRequest {
        ChangeRequest(
            id: try row.get("id"), document: try row.get("document_id"), change: try row.get("change"),
            isFormal: try row.get("is_formal"), senderName: try row.get("sender_name"), reason: try row.get("reason"),
            askedAt: try row.get("asked_at"), carrier: try row.optional("carrier_id"),
            proposal: try decoded(row, "proposal"),
            applied: try decoded(row, "applied") ?? [], state: try row.get("state"), answer: try row.get("answer"),
            answeredBy: try row.get("answered_by"), answeredAt: try row.optional("answered_at"),
            stub: try decoded(row, "stub"))
    }

    private static func decoded<Value: Decodable>(_ row: Row, _ column: String) throws -> Value? {
        guard let text: String = try row.optional(column) else { return nil }
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

// Documents that a sender speaks of again.
extension IncomingStore {
    /// Those of this sender with the identity; where it was mangled, with number, notation and day. What was destroyed is
    /// there no more.
    func sent(by sender: AgencyCode, identity: String, code: DocumentCode?, day: Day?) throws -> [IncomingDocument] {
        let exact =
            identity.isEmpty
            ? []
            : try tx.rows(
                """
                SELECT d.* FROM incoming_document d WHERE d.sender_code = \(sender.rawValue)
                  AND d.document_id = \(identity) AND d.document_id <> '' AND d.origin = 'exchange'
                  AND d.ended <> 'recalled' ORDER BY d.id DESC LIMIT 20
                """
            ).map(Self.document)
        guard exact.isEmpty, let code, let day, !code.number.isEmpty else { return exact }
        return try tx.rows(
            """
            SELECT d.* FROM incoming_document d WHERE d.sender_code = \(sender.rawValue) AND d.number = \(code.number)
              AND d.notation = \(code.notation) AND d.dated_on = \(day) AND d.origin = 'exchange'
              AND d.ended <> 'recalled' ORDER BY d.id DESC LIMIT 20
            """
        ).map(Self.document)
    }

    /// Writes what an update or an ending changes; the catalogue follows.
    func rewrite(_ document: IncomingDocument) throws {
        let content = document.content
        try tx.execute(
            """
            UPDATE incoming_document SET number = \(content.code.number), notation = \(content.code.notation),
                dated_on = \(content.day), type_label = \(content.typeLabel), subject = \(content.subject),
                signer_name = \(content.signerName), signer_position = \(content.signerPosition),
                urgency = \(content.urgency), to_places = \(content.toPlaces.joined(separator: "\n")),
                notes = \(document.notes.joined(separator: "\n")), sameness = \(content.sameness),
                particulars = \(try Self.column(content.particulars)),
                ended = \(document.ending.column), ended_at = \(document.endedAt)
            WHERE id = \(document.id)
            """)
        try save(document)
    }
}
