// A document that comes a second time in another packet, as when its sender's system was in doubt and sent it anew.
internal import Platform
internal import Records

extension IncomingStore {
    /// The document that is here already and has not been refused: the same sender and identity, the same number, date
    /// and subject, urgency and time limit, the same files. An identity used again for something else is something else: identities are made by
    /// their senders, not all of them carefully.
    func same(as received: ReceivedDocument) throws -> IncomingID? {
        let content = received.content
        guard !content.documentID.isEmpty else { return nil }
        let blobs = Set(received.files.compactMap(\.blob))
        let found = try tx.rows(
            """
            SELECT id FROM incoming_document
            WHERE sender_code = \(content.senderCode?.rawValue ?? "") AND document_id = \(content.documentID)
              AND origin = 'exchange' AND state <> 'refused' AND number = \(content.code.number)
              AND notation = \(content.code.notation) AND subject = \(content.subject)
              AND urgency = \(content.urgency) AND due_on IS NOT DISTINCT FROM \(content.dueOn)
              AND dated_on IS NOT DISTINCT FROM \(content.day) AND exchange_id <> \(received.exchangeID)
            ORDER BY id LIMIT 20
            """
        ).map { try $0.get("id", as: IncomingID.self) }
        return try found.first { id in
            let ref = RecordRef(kind: IncomingDocument.kind, id: id.rawValue)
            let files = try RecordFileStore(tx).current(of: ref).filter { $0.role != .packet }
            return Set(files.map(\.blob)) == blobs
        }
    }
}
