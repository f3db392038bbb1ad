// Every SQL statement on outgoing documents; nothing is fetched without saying for whom.
internal import Foundation
package import Platform
package import Records

package struct OutgoingStore {
    let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// The document, if this person may see it.
    package func find(_ id: OutgoingID, for actor: Actor) throws -> OutgoingDocument {
        try tx.answer(to: Self.find(id, for: actor))
    }

    static func find(_ id: OutgoingID, for actor: Actor) -> Query<OutgoingDocument> {
        Query("SELECT d.* FROM outgoing_document d WHERE d.id = \(id) AND \(actor.seesOutgoing)") { rows in
            guard let row = rows.first else { throw OutgoingRefusal.notFound }
            return try document(row)
        }
    }

    /// Those of several that this person may see, in the order they were asked for.
    func find(_ ids: [OutgoingID], for actor: Actor) throws -> [OutgoingDocument] {
        let rows = try tx.rows(
            "SELECT d.* FROM outgoing_document d WHERE d.id IN \(list: ids) AND \(actor.seesOutgoing)")
        let found = Dictionary(uniqueKeysWithValues: try rows.map(Self.document).map { ($0.id, $0) })
        return ids.compactMap { found[$0] }
    }

    /// The same, held until the transaction ends: whoever decides on a document locks it first.
    package func locked(_ id: OutgoingID, for actor: Actor) throws -> OutgoingDocument {
        try tx.lock(OutgoingDocument.kind, id.rawValue)
        return try find(id, for: actor)
    }

    /// For the office itself: jobs and the exchange act for nobody.
    func lockedForOffice(_ id: OutgoingID) throws -> OutgoingDocument? {
        try tx.lock(OutgoingDocument.kind, id.rawValue)
        return try forOffice(id)
    }

    func forOffice(_ id: OutgoingID) throws -> OutgoingDocument? {
        try tx.first("SELECT * FROM outgoing_document WHERE id = \(id)").map(Self.document)
    }

    func insert(_ content: DraftContent, by actor: Actor, at now: Date) throws -> OutgoingID {
        let id: Int64? = try tx.value(
            """
            INSERT INTO outgoing_document (
                type, notation, subject, urgency, secrecy, signer_id, signer_name, signer_position, capacity, also_to,
                reply_kind, reply_id, drafter_id, drafter_name, unit_id, unit_name, state, preparation,
                preparation_problem, is_stamped, created_at, moved_at, reason, to_places, replaces_id, also_on_paper,
                task_codes, principal)
            VALUES (
                \(content.type), \(content.notation), \(content.subject), \(content.urgency), \(content.secrecy),
                \(content.signer), \(content.signerName), \(content.signerPosition), \(content.capacity),
                \(content.alsoTo), \(content.inReplyTo?.kind), \(content.inReplyTo?.id), \(actor.person), \(actor.name),
                \(actor.unit), \(actor.unitName), 'draft', 'none', '', \(false), \(now), \(now), '', '', \(content.replaces),
                \(content.alsoOnPaper), \(content.taskCodes.joined(separator: "\n")), \(content.principal))
            RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("outgoing_document") }
        return OutgoingID(id)
    }

    /// Writes back everything that may change. The words of the catalogue and of the list follow from it.
    func save(_ document: OutgoingDocument, recipients: [Recipient]) throws {
        let content = document.content
        let (preparation, problem) = Self.columns(document.preparation)
        let numbering = document.numbering
        let toPlaces = Self.toPlaces(content, recipients)
        try tx.execute(
            """
            UPDATE outgoing_document SET
                type = \(content.type), notation = \(content.notation), subject = \(content.subject),
                urgency = \(content.urgency), secrecy = \(content.secrecy), signer_id = \(content.signer),
                signer_name = \(content.signerName), signer_position = \(content.signerPosition),
                capacity = \(content.capacity), also_to = \(content.alsoTo), reply_kind = \(content.inReplyTo?.kind),
                reply_id = \(content.inReplyTo?.id), initial_unit_id = \(document.initialUnit),
                state = \(document.state), preparation = \(preparation), preparation_problem = \(problem),
                places = \(document.places), printed_notation = \(document.printedNotation),
                basis_sha256 = \(document.basis?.sha256),
                basis_byte_count = \(document.basis?.byteCount), book = \(numbering?.book), year = \(numbering?.year),
                number = \(numbering?.number), dated_on = \(numbering?.day), document_id = \(numbering?.documentID),
                is_stamped = \(document.isStamped), moved_at = \(document.movedAt), signed_at = \(document.signedAt),
                issued_at = \(document.issuedAt), reason = \(document.reason), to_places = \(toPlaces),
                shown_signer_id = \(document.shownSigner), replaces_id = \(content.replaces),
                also_on_paper = \(content.alsoOnPaper), ended = \(document.ending.column), ended_at = \(document.endedAt),
                send_due_at = \(document.sendDueAt), task_codes = \(content.taskCodes.joined(separator: "\n")),
                principal = \(content.principal)
            WHERE id = \(document.id)
            """)
        try BranchStore(tx).list(document.ref, at: document.movedAt)
        try enterInCatalogue(document, toPlaces)
    }

    private func enterInCatalogue(_ document: OutgoingDocument, _ toPlaces: String) throws {
        let content = document.content
        try Catalogue(tx).put(
            document.ref, title: content.subject, subtitle: document.title, href: "/van-ban-di/\(document.id)",
            text: [content.notation, content.signerName, document.drafterName, document.unitName, toPlaces].joined(
                separator: " "),
            at: document.movedAt)
    }

    static func toPlaces(_ content: DraftContent, _ recipients: [Recipient]) -> String {
        (recipients.map(\.name) + content.alsoTo.split(separator: "\n").map(\.trimmingSpaces)).filter { !$0.isEmpty }
            .joined(separator: "; ")
    }

    private static func columns(_ preparation: Preparation) -> (state: String, problem: String) {
        switch preparation {
        case .none: ("none", "")
        case .running: ("running", "")
        case .ready: ("ready", "")
        case .failed(let problem): ("failed", problem)
        }
    }

    static func document(_ row: Row) throws -> OutgoingDocument {
        OutgoingDocument(
            id: try row.get("id"), content: try content(row), drafter: try row.get("drafter_id"),
            drafterName: try row.get("drafter_name"), unit: try row.get("unit_id"), unitName: try row.get("unit_name"),
            initialUnit: try row.optional("initial_unit_id"), state: try row.get("state"),
            preparation: try preparation(row), places: try row.optional("places"),
            printedNotation: try row.optional("printed_notation"), basis: try basis(row),
            numbering: try numbering(row), isStamped: try row.get("is_stamped"), createdAt: try row.get("created_at"),
            movedAt: try row.get("moved_at"), signedAt: try row.optional("signed_at"),
            issuedAt: try row.optional("issued_at"), reason: try row.get("reason"),
            ending: Ending(column: try row.get("ended")), endedAt: try row.optional("ended_at"),
            sendDueAt: try row.optional("send_due_at"))
    }

    private static func content(_ row: Row) throws -> DraftContent {
        let replyKind: String? = try row.optional("reply_kind")
        let replyID: Int64? = try row.optional("reply_id")
        return DraftContent(
            type: try row.get("type"), notation: try row.get("notation"), subject: try row.get("subject"),
            urgency: try row.get("urgency"), secrecy: try row.get("secrecy"), signer: try row.optional("signer_id"),
            signerName: try row.get("signer_name"), signerPosition: try row.get("signer_position"),
            capacity: try row.get("capacity"), principal: try row.get("principal"), alsoTo: try row.get("also_to"),
            inReplyTo: replyKind.flatMap { kind in replyID.map { RecordRef(kind: kind, id: $0) } },
            replaces: try row.optional("replaces_id"), alsoOnPaper: try row.get("also_on_paper"),
            taskCodes: try row.get("task_codes", as: String.self).split(separator: "\n").map(String.init))
    }

    private static func preparation(_ row: Row) throws -> Preparation {
        switch try row.get("preparation", as: String.self) {
        case "running": .running
        case "ready": .ready
        case "failed": .failed(try row.get("preparation_problem"))
        default: .none
        }
    }

    private static func basis(_ row: Row) throws -> BlobRef? {
        guard let sha256: String = try row.optional("basis_sha256") else { return nil }
        return BlobRef(sha256: sha256, byteCount: try row.get("basis_byte_count"))
    }

    private static func numbering(_ row: Row) throws -> Numbering? {
        guard let number: Int = try row.optional("number") else { return nil }
        return Numbering(
            book: try row.get("book"), year: try row.get("year"), number: number, day: try row.get("dated_on"),
            documentID: try row.get("document_id"))
    }
}
