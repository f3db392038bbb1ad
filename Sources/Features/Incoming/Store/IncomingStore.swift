// Every SQL statement on incoming documents; nothing is fetched without saying for whom.
internal import Foundation
package import Platform
package import Records

/// A document on its way into the table.
struct NewIncoming: Sendable {
    var content: IncomingDocument.Content
    var origin: IncomingDocument.Origin
    var exchangeID: String?
    var arrivedAt: Date
    var receiptDueAt: Date?
    var notes: [String]
}

package struct IncomingStore {
    let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// The document, if this person may see it.
    package func find(_ id: IncomingID, for actor: Actor) throws -> IncomingDocument {
        try tx.answer(to: Self.find(id, for: actor))
    }

    static func find(_ id: IncomingID, for actor: Actor) -> Query<IncomingDocument> {
        Query("SELECT d.* FROM incoming_document d WHERE d.id = \(id) AND \(actor.seesIncoming)") { rows in
            guard let row = rows.first else { throw IncomingRefusal.notFound }
            return try document(row)
        }
    }

    /// Those of several that this person may see, in the order they were asked for.
    func find(_ ids: [IncomingID], for actor: Actor) throws -> [IncomingDocument] {
        let rows = try tx.rows(
            "SELECT d.* FROM incoming_document d WHERE d.id IN \(list: ids) AND \(actor.seesIncoming)")
        let found = Dictionary(uniqueKeysWithValues: try rows.map(Self.document).map { ($0.id, $0) })
        return ids.compactMap { found[$0] }
    }

    /// The same, held until the transaction ends: whoever decides on a document locks it first.
    package func locked(_ id: IncomingID, for actor: Actor) throws -> IncomingDocument {
        try tx.lock(IncomingDocument.kind, id.rawValue)
        return try find(id, for: actor)
    }

    /// For the office itself: jobs and the exchange act for nobody.
    func forOffice(_ id: IncomingID) throws -> IncomingDocument? {
        try tx.first("SELECT * FROM incoming_document WHERE id = \(id)").map(Self.document)
    }

    /// nil when the same packet is there already.
    func insert(_ new: NewIncoming) throws -> IncomingID? {
        let content = new.content
        let id: Int64? = try tx.value(
            """
            INSERT INTO incoming_document (
                origin, exchange_id, sender_code, sender_name, document_id, number, notation, dated_on, type_label, subject,
                signer_name, signer_position, urgency, secrecy, due_on, to_places, notes, arrived_at, state, refusal,
                sameness, search_text, receipt_due_at, particulars)
            VALUES (
                \(new.origin), \(new.exchangeID), \(content.senderCode?.rawValue ?? ""), \(content.senderName),
                \(content.documentID), \(content.code.number), \(content.code.notation), \(content.day), \(content.typeLabel),
                \(content.subject), \(content.signerName), \(content.signerPosition), \(content.urgency), \(content.secrecy),
                \(content.dueOn), \(content.toPlaces.joined(separator: "\n")), \(new.notes.joined(separator: "\n")),
                \(new.arrivedAt), 'received', '', \(content.sameness), \(Self.searchText(content, entry: nil)),
                \(new.receiptDueAt), \(try Self.column(content.particulars)))
            ON CONFLICT DO NOTHING RETURNING id
            """)
        guard let id else { return nil }
        try forOffice(IncomingID(id))?.enter(in: Catalogue(tx))
        return IncomingID(id)
    }

    /// The document that this packet brought before.
    func known(_ new: NewIncoming) throws -> Int64 {
        let id: Int64? = try tx.value(
            """
            SELECT id FROM incoming_document
            WHERE sender_code = \(new.content.senderCode?.rawValue ?? "") AND document_id = \(new.content.documentID)
              AND exchange_id = \(new.exchangeID)
            """)
        guard let id else { throw DatabaseError.constraint("incoming_document") }
        return id
    }

    /// Writes back what may change: state, entry, deadline, refusal.
    func save(_ document: IncomingDocument) throws {
        let entry = document.entry
        try tx.execute(
            """
            UPDATE incoming_document SET
                state = \(document.state), due_on = \(document.content.dueOn), secrecy = \(document.content.secrecy),
                entry_year = \(entry?.year), entry_number = \(entry?.number), received_on = \(entry?.receivedOn),
                registered_at = \(entry?.registeredAt), registered_by = \(entry?.registeredBy),
                refusal = \(document.refusal), refused_at = \(document.refusedAt),
                search_text = \(Self.searchText(document.content, entry: entry))
            WHERE id = \(document.id)
            """)
        try document.enter(in: Catalogue(tx))
    }

    func set(notes: [String], of id: IncomingID) throws {
        try tx.execute("UPDATE incoming_document SET notes = \(notes.joined(separator: "\n")) WHERE id = \(id)")
    }

    /// Keeps the row's state with what the branches say.
    func setState(_ id: IncomingID, _ state: IncomingDocument.State) throws {
        try tx.execute("UPDATE incoming_document SET state = \(state) WHERE id = \(id) AND state <> \(state)")
    }

    /// Others that may be the same document: by the sender's identity, or by number, notation and issuer. Refused ones
    /// are not the same: the sender was told and sent again.
    func duplicates(of document: IncomingDocument) throws -> [IncomingDocument] {
        let content = document.content
        let identity: SQL =
            content.documentID.isEmpty
            ? ""
            : """
            SELECT d.id FROM incoming_document d
            WHERE d.sender_code = \(content.senderCode?.rawValue ?? "") AND d.document_id = \(content.documentID)
              AND d.document_id <> '' UNION
            """
        return try tx.rows(
            """
            SELECT d.* FROM incoming_document d
            WHERE d.id IN (\(identity) SELECT d.id FROM incoming_document d WHERE d.sameness = \(content.sameness))
              AND d.id <> \(document.id) AND d.state <> 'refused' AND d.ended = ''
            ORDER BY d.id DESC LIMIT 5
            """
        ).map(Self.document)
    }

    /// One folded line: `15 123 qd vhl ve viec …`.
    private static func searchText(_ content: IncomingDocument.Content, entry: IncomingDocument.Entry?) -> String {
        let parts = [
            entry.map { "\($0.number)" } ?? "", content.code.description, content.typeLabel, content.subject,
            content.senderName, content.signerName,
        ]
        return Folding.words(parts.joined(separator: " ")).joined(separator: " ")
    }

    /// What `document(_:)` reads; the words for searching, and what only the document's page shows, stay where they are.
    static let listColumns: SQL = """
        d.id, d.origin, d.exchange_id, d.sender_code, d.sender_name, d.document_id, d.number, d.notation, d.dated_on,
        d.type_label, d.subject, d.signer_name, d.signer_position, d.urgency, d.secrecy, d.due_on, d.to_places, d.notes,
        d.arrived_at, d.state, d.entry_year, d.entry_number, d.received_on, d.registered_at, d.registered_by, d.refusal,
        d.refused_at, d.ended, d.ended_at, d.receipt_due_at, NULL AS particulars
        """

    static func document(_ row: Row) throws -> IncomingDocument {
        IncomingDocument(
            id: try row.get("id"), content: try content(row), origin: try row.get("origin"),
            exchangeID: try row.optional("exchange_id"), arrivedAt: try row.get("arrived_at"),
            state: try row.get("state"),
            entry: try entry(row), refusal: try row.get("refusal"), refusedAt: try row.optional("refused_at"),
            notes: lines(try row.get("notes")),
            ending: Ending(column: try row.get("ended")), endedAt: try row.optional("ended_at"),
            receiptDueAt: try row.optional("receipt_due_at"))
    }

    private static func content(_ row: Row) throws -> IncomingDocument.Content {
        let sender: String = try row.get("sender_code")
        return IncomingDocument.Content(
            senderCode: sender.isEmpty ? nil : AgencyCode(sender), senderName: try row.get("sender_name"),
            documentID: try row.get("document_id"),
            code: DocumentCode(number: try row.get("number", as: String.self), notation: try row.get("notation")),
            day: try row.optional("dated_on"), typeLabel: try row.get("type_label"), subject: try row.get("subject"),
            signerName: try row.get("signer_name"), signerPosition: try row.get("signer_position"),
            urgency: try row.get("urgency"), secrecy: try row.get("secrecy"), dueOn: try row.optional("due_on"),
            toPlaces: lines(try row.get("to_places")), particulars: try particulars(row))
    }

    static func column(_ particulars: IncomingDocument.Particulars?) throws -> String? {
        try particulars.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    }

    private static func particulars(_ row: Row) throws -> IncomingDocument.Particulars? {
        guard let text: String = try row.optional("particulars") else { return nil }
        return try JSONDecoder().decode(IncomingDocument.Particulars.self, from: Data(text.utf8))
    }

    private static func entry(_ row: Row) throws -> IncomingDocument.Entry? {
        guard let number: Int = try row.optional("entry_number") else { return nil }
        return IncomingDocument.Entry(
            year: try row.get("entry_year"), number: number, receivedOn: try row.get("received_on"),
            registeredAt: try row.get("registered_at"), registeredBy: try row.get("registered_by"))
    }

    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}

// Directive notes.
extension IncomingStore {
    func add(_ note: DirectiveNote, to document: IncomingID) throws {
        try tx.execute(
            """
            INSERT INTO incoming_directive (
                branch_id, document_id, leader_id, leader_name, leader_position, note, at, payload_sha256, payload_byte_count,
                signature_sha256, signature_byte_count)
            VALUES (
                \(note.branch), \(document), \(note.leader), \(note.leaderName), \(note.leaderPosition), \(note.text),
                \(note.at), \(note.payload.sha256), \(note.payload.byteCount), \(note.signature.sha256),
                \(note.signature.byteCount))
            """)
    }

    /// Oldest first.
    func directives(of document: IncomingID) throws -> [DirectiveNote] {
        try tx.answer(to: Self.directives(of: document))
    }

    static func directives(of document: IncomingID) -> Query<[DirectiveNote]> {
        .list("SELECT * FROM incoming_directive WHERE document_id = \(document) ORDER BY at, id") { row in
            DirectiveNote(
                branch: try row.get("branch_id"), leader: try row.get("leader_id"),
                leaderName: try row.get("leader_name"),
                leaderPosition: try row.get("leader_position"), text: try row.get("note"), at: try row.get("at"),
                payload: BlobRef(sha256: try row.get("payload_sha256"), byteCount: try row.get("payload_byte_count")),
                signature: BlobRef(
                    sha256: try row.get("signature_sha256"), byteCount: try row.get("signature_byte_count")))
        }
    }

    /// Whom this person sent documents to lately, latest first, once each.
    func lastUsed(by actor: Actor, limit: Int = 8) throws -> [(holder: Holder, name: String)] {
        let rows = try tx.rows(
            """
            SELECT b.holder_kind, b.holder_id, b.holder_name FROM branch b
            WHERE b.created_by = \(actor.person) AND b.subject_kind = 'incoming' AND b.role <> 'decide'
            ORDER BY b.id DESC LIMIT 100
            """)
        var seen: Set<Holder> = []
        return try rows.compactMap { row -> (holder: Holder, name: String)? in
            let id: Int64 = try row.get("holder_id")
            let holder: Holder =
                try row.get("holder_kind", as: String.self) == "unit" ? .unit(UnitID(id)) : .person(PersonID(id))
            return seen.insert(holder).inserted ? (holder, try row.get("holder_name")) : nil
        }.prefix(limit).map(\.self)
    }
}
