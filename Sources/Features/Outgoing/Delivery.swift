// What the exchange needs of an outgoing document, and what it reports back; inside its own transactions.
package import Foundation
package import Platform
package import Records

/// Everything a packet needs.
package struct IssuedDocument: Sendable, Hashable {
    package struct File: Sendable, Hashable {
        package let name: String
        package let mediaType: String
        package let blob: BlobRef
        package let isMain: Bool
    }

    package struct Receiver: Sendable, Hashable {
        package let agency: AgencyCode
        package let name: String
    }

    package struct Replaced: Sendable, Hashable {
        package let documentID: String
        /// `Quyết định số 05/QĐ-VHL ngày 24/11/2026`.
        package let label: String
        /// Agencies that were sent the replaced document.
        package let agencies: [AgencyCode]
    }

    package let id: OutgoingID
    /// `000.00.00.G31,2026/11/24,15/QĐ-VHL`
    package let documentID: String
    package let code: DocumentCode
    package let day: Day
    package let issuedAt: Date
    package let type: DocumentType
    package let subject: String
    package let urgency: Urgency
    package let signerName: String
    package let signerPosition: String
    package let capacity: SigningCapacity
    /// Agencies on the exchange.
    package let receivers: [Receiver]
    /// All places of "Nơi nhận", also those outside the exchange.
    package let toPlaces: [String]
    /// The main file first.
    package let files: [File]
    package let inReplyTo: RecordRef?
    /// What it replaces, and for whom.
    package let replaces: Replaced?
    package let alsoOnPaper: Bool
    package let taskCodes: [String]
    /// The drafter and unit, for "ResponsiblePerson"-like fields and the sender's trace.
    package let drafterName: String
    package let unitName: String
}

package struct OutgoingDelivery {
    let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// - Throws: `OutgoingRefusal.notFound` when there is no such issued document, `.secret` when it must not travel.
    package func packetContents(of id: Int64) throws -> IssuedDocument {
        let row = try tx.first(
            "SELECT * FROM outgoing_document WHERE id = \(id) AND state = 'issued'")
        guard let row else { throw OutgoingRefusal.notFound }
        let document = try OutgoingStore.document(row)
        guard !document.isSecret else { throw OutgoingRefusal.secret }
        guard let code = document.code, let numbering = document.numbering, let issuedAt = document.issuedAt else {
            throw OutgoingRefusal.notFound
        }
        let recipients = try RecipientStore(tx).of(document.id)
        let content = document.content
        return IssuedDocument(
            id: document.id, documentID: numbering.documentID, code: code, day: numbering.day, issuedAt: issuedAt,
            type: content.type, subject: content.subject, urgency: content.urgency, signerName: content.signerName,
            signerPosition: content.signerPosition, capacity: content.capacity,
            receivers: recipients.compactMap { recipient in
                recipient.agency.map { .init(agency: $0, name: recipient.name) }
            },
            toPlaces: Self.places(content, recipients), files: try files(document), inReplyTo: content.inReplyTo,
            replaces: try replaced(content), alsoOnPaper: content.alsoOnPaper, taskCodes: content.taskCodes,
            drafterName: document.drafterName, unitName: document.unitName)
    }

    /// What is still to be done for one receiver of an issued document.
    package enum Need: Sendable {
        case sending
        /// It is there, or the clerk holds it back.
        case nothing
        /// It was taken back or replaced before it was known to be there.
        case stopping
    }

    /// A job that runs twice sends once.
    package func need(of agency: AgencyCode, for document: Int64) throws -> Need {
        let row = try tx.first(
            """
            SELECT d.ended, r.held FROM outgoing_recipient r JOIN outgoing_document d ON d.id = r.document_id
            WHERE r.document_id = \(document) AND r.agency_code = \(agency) AND r.delivery IN ('waiting', 'failed')
            """)
        guard let row else { return .nothing }
        guard try row.get("ended", as: String.self).isEmpty else { return .stopping }
        return try row.get("held", as: String.self).isEmpty ? .sending : .nothing
    }

    /// Before each attempt, under the lock under which the document is taken back: from here on the receiver may have it.
    /// - Returns: whether it is still to be sent.
    package func beginAttempt(_ document: Int64, to agency: AgencyCode) throws -> Bool {
        try tx.lock(OutgoingDocument.kind, document)
        guard try need(of: agency, for: document) == .sending else { return false }
        try RecipientStore(tx).beginAttempt(OutgoingID(document), agency)
        return true
    }

    /// - Parameter packedAt: when its packet was made; what was changed after that goes to the receiver now.
    package func recordSent(
        _ document: Int64, to agency: AgencyCode, exchangeID: String, packedAt: Date, at now: Date
    ) throws {
        guard let found = try OutgoingStore(tx).lockedForOffice(OutgoingID(document)),
            try RecipientStore(tx).recordSent(found.id, agency, exchangeID: exchangeID, at: now)
        else { return }
        try SentChangeStore(tx).markCarried(by: found.id, to: agency, at: now)
        try event("sent", found, "Đã gửi đến \(try name(agency, found.id)) qua trục liên thông.", now)
        try catchUp(found, agency, packedAt, now)
    }

    /// What others were told while the document was on its way to this agency: that it was taken back, or what was
    /// corrected in it.
    private func catchUp(_ document: OutgoingDocument, _ agency: AgencyCode, _ packedAt: Date, _ now: Date) throws {
        let missed: DocumentChange = document.ending == .recalled ? .recall : .amend
        let since = missed == .recall ? Date.distantPast : packedAt
        guard document.ending != .replaced,
            let recipient = try RecipientStore(tx).of(document.id).first(where: { $0.agency == agency }),
            let request = try SentChangeStore(tx).addToLast(missed, of: document.id, since: since, recipient)
        else { return }
        try JobQueue(tx, now: now).enqueue(SendChangeJob(request: request), dedupe: "\(request):late")
        let sentence =
            missed == .recall
            ? "\(recipient.name) nhận được sau khi thu hồi; đã gửi yêu cầu trả lại."
            : "\(recipient.name) nhận được sau khi cập nhật; đã gửi bản cập nhật."
        try event("asked", document, sentence, now)
    }

    // MARK: Whether it arrived

    /// Some of those that were sent it and of whom nothing was heard, not asked about since `time`.
    package func awaited(askedBefore time: Date, limit: Int) throws -> [AwaitedDelivery] {
        try RecipientStore(tx).awaited(askedBefore: time, limit: limit)
    }

    /// What the platform said of one of them, and what follows from it (QĐ 28/2018 Art. 8.2).
    package func record(_ arrival: Arrival, of delivery: AwaitedDelivery, timer: LegalTimer, at now: Date) throws {
        let store = RecipientStore(tx)
        switch ArrivalRule(timer).judge(arrival, sentAt: delivery.sentAt, now: now) {
        case .arrived: try store.setArrived(delivery.id)
        case .waiting: _ = try store.noteAsked(delivery.id, nil, at: now)
        case .missing(let problem, let isLast):
            guard let document = try OutgoingStore(tx).lockedForOffice(OutgoingID(delivery.document)) else { return }
            if try store.noteAsked(delivery.id, problem, at: now) {
                try event("unreached", document, "\(try name(delivery.agency, document.id)): \(problem)", now)
            }
            if isLast { try store.stopAwaiting(delivery.id) }
        }
    }

    /// - Parameters:
    ///   - isFinal: no attempt will follow by itself; the clerk finds the document in "Gửi lỗi".
    ///   - leavesOpen: whether the receiver may have it all the same; false only for an attempt that was begun.
    package func recordSendFailure(
        _ document: Int64, to agency: AgencyCode, message: String, isFinal: Bool, leavesOpen: Bool = true, at now: Date
    ) throws {
        guard let found = try OutgoingStore(tx).lockedForOffice(OutgoingID(document)) else { return }
        if !leavesOpen { try closeAttempt(found, agency, now) }
        guard try RecipientStore(tx).recordFailure(found.id, agency, message, isFinal: isFinal), isFinal else { return }
        try event("sendFailed", found, "Chưa gửi được đến \(try name(agency, found.id)): \(message)", now)
    }

    /// Whoever surely has not got the document is not asked for it.
    private func closeAttempt(_ document: OutgoingDocument, _ agency: AgencyCode, _ now: Date) throws {
        try RecipientStore(tx).closeAttempt(document.id, agency)
        guard let recipient = try RecipientStore(tx).of(document.id).first(where: { $0.agency == agency }),
            !recipient.mayHaveIt
        else { return }
        for recall in try SentChangeStore(tx).withdrawRecalls(from: recipient.id) {
            try event("notAsked", document, "\(recipient.name) chưa nhận được văn bản, nên không phải trả lại.", now)
            try reviveIfKept(document, by: recall, now)
        }
    }

    /// Files a status that came back from a receiver.
    /// - Parameters:
    ///   - documentID: as the receiver repeats it.
    ///   - code: number and notation, with `day`, for receivers that mangle the identity.
    /// - Returns: whether a document sent to that agency was found; a status told twice is found and changes nothing.
    package func recordStatus(
        documentID: String, code: DocumentCode? = nil, day: Day? = nil, from agency: AgencyCode, status: ExchangeStatus,
        description: String, at now: Date
    ) throws -> Bool {
        let store = RecipientStore(tx)
        for id in try store.documents(identity: documentID, code: code, day: day) {
            guard let document = try OutgoingStore(tx).lockedForOffice(id), document.state == .issued,
                let recipient = try store.of(id).first(where: { $0.agency == agency })
            else { continue }
            let isAnswer = try answer(status, recipient, of: document, description, now)
            let isNew = try store.addStatus(
                recipient.id, ReceiverStatus(status: status, note: description, at: now))
            if isNew || isAnswer {
                if status == .refused { try store.set(recipient.id, to: .refused) }
                let note = description.isEmpty ? "" : ": \(description)"
                try event("status", document, "\(recipient.name): \(status.label)\(note)", now)
            }
            return true
        }
        return false
    }

    /// 15 and 16 answer the oldest request that this receiver has not answered yet. When nobody gives the document back,
    /// it lives on. Returns whether a request was answered.
    private func answer(
        _ status: ExchangeStatus, _ recipient: Recipient, of document: OutgoingDocument, _ note: String, _ now: Date
    ) throws -> Bool {
        guard status == .changeAccepted || status == .changeRefused,
            let change = try SentChangeStore(tx).answer(
                recipient.id, status == .changeAccepted ? .agreed : .refused, note: note, at: now)
        else { return false }
        if change.change == .recall { try reviveIfKept(document, by: change.id, now) }
        return true
    }

    /// A document that nobody gives back lives on, and whoever had not got it when it was taken back gets it now.
    private func reviveIfKept(_ document: OutgoingDocument, by recall: SentChangeID, _ now: Date) throws {
        guard document.ending == .recalled,
            RecallStanding(try SentChangeStore(tx).answers(to: recall)) == .refusedByAll
        else { return }
        var living = document
        (living.ending, living.endedAt) = (nil, nil)
        let recipients = try RecipientStore(tx).of(document.id)
        try OutgoingStore(tx).save(living, recipients: recipients)
        try event("recallFailed", document, "Mọi nơi nhận đều từ chối thu hồi; văn bản vẫn có hiệu lực.", now)
        for recipient in recipients where recipient.delivery.isOnItsWay {
            guard let agency = recipient.agency else { continue }
            try JobQueue(tx, now: now).enqueue(
                SendDocumentJob(document: document.id.rawValue, agency: agency.rawValue),
                dedupe: "\(document.id):\(agency):kept:\(recall)")
        }
    }

    private func replaced(_ content: DraftContent) throws -> IssuedDocument.Replaced? {
        guard let old = try content.replaces.flatMap({ try OutgoingStore(tx).forOffice($0) }),
            let identity = old.numbering?.documentID
        else { return nil }
        let agencies = try RecipientStore(tx).of(old.id).filter(\.mayHaveIt).compactMap(\.agency)
        return .init(documentID: identity, label: old.linkLabel, agencies: agencies)
    }

    private func name(_ agency: AgencyCode, _ document: OutgoingID) throws -> String {
        try RecipientStore(tx).of(document).first { $0.agency == agency }?.name ?? agency.description
    }

    private func files(_ document: OutgoingDocument) throws -> [IssuedDocument.File] {
        try RecordFileStore(tx).current(of: document.ref).filter { $0.role == .main || $0.role == .attachment }
            .sorted { ($0.role == .main ? 0 : 1, $0.ordinal) < ($1.role == .main ? 0 : 1, $1.ordinal) }
            .map { .init(name: $0.name, mediaType: $0.mediaType, blob: $0.blob, isMain: $0.role == .main) }
    }

    private static func places(_ content: DraftContent, _ recipients: [Recipient]) -> [String] {
        recipients.map(\.name)
            + content.alsoTo.split(separator: "\n").map(\.trimmingSpaces).filter { !$0.isEmpty }
    }

    private func event(_ kind: String, _ document: OutgoingDocument, _ sentence: String, _ now: Date) throws {
        try EventHistory(tx).append(kind, on: document.ref, by: nil, at: now, sentence)
    }
}
