// Following an issued document to its receivers: how each stands, and holding it back from one.
internal import Foundation
internal import Platform
package import Records

extension OutgoingDesk {
    /// Whoever may see the document may see where it went.
    package func recipientBoard(
        _ id: OutgoingID, for actor: Actor
    ) async throws -> (document: OutgoingDocument, lines: [RecipientLine]) {
        try await ground.database.read { tx in
            let document = try OutgoingStore(tx).find(id, for: actor)
            return (document, try RecipientStore(tx).board(of: document))
        }
    }

    /// Everybody who has not got what was issued, newest first.
    func undelivered(after key: PageKey?) async throws -> ListPage<Undelivered> {
        try await ground.database.read { try RecipientStore($0).undelivered(after: key) }
    }

    /// The newest of them as one list.
    func undelivered(limit: Int) async throws -> [Undelivered] {
        try await ground.database.read { try RecipientStore($0).undelivered(limit: limit) }
    }

    /// Does not send to this receiver until the clerk lets it go; the reason stands beside it.
    package func hold(_ id: OutgoingID, recipient: Int64, by actor: Actor, reason: String) async throws {
        let reason = try Self.checkReason(reason)
        try await hold(id, recipient, by: actor) { found, tx in
            guard found.held.isEmpty, found.delivery.isOnItsWay else {
                throw CommonRefusal.conflict("Chỉ giữ lại được nơi chưa nhận văn bản.")
            }
            try RecipientStore(tx).hold(found.id, reason)
            return ("held", "Giữ lại, chưa gửi đến \(found.name): \(reason)")
        }
    }

    /// Sends what was held back.
    package func release(_ id: OutgoingID, recipient: Int64, by actor: Actor) async throws {
        let now = ground.clock.now()
        try await hold(id, recipient, by: actor) { found, tx in
            guard !found.held.isEmpty, let agency = found.agency else {
                throw CommonRefusal.conflict("Nơi nhận này không bị giữ lại.")
            }
            try RecipientStore(tx).hold(found.id, "")
            let attempt = try RecipientStore(tx).countResend(found.id)
            try JobQueue(tx, now: now).enqueue(
                SendDocumentJob(document: id.rawValue, agency: agency.rawValue), dedupe: "\(id):\(agency):\(attempt)")
            return ("released", "Thôi giữ lại, gửi đến \(found.name).")
        }
    }

    private func hold(
        _ id: OutgoingID, _ recipient: Int64, by actor: Actor,
        _ change: @escaping @Sendable (Recipient, Transaction) throws -> (kind: String, sentence: String)
    ) async throws {
        guard actor.has(.recordsClerk) else { throw CommonRefusal.forbidden("Việc này của văn thư.") }
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let document = try OutgoingStore(tx).locked(id, for: actor)
            guard document.state == .issued, document.ending == nil else {
                throw CommonRefusal.conflict("Văn bản chưa ban hành, hoặc không còn được gửi đi.")
            }
            guard let found = try RecipientStore(tx).of(id).first(where: { $0.id == recipient }) else {
                throw OutgoingRefusal.notFound
            }
            let (kind, sentence) = try change(found, tx)
            try EventHistory(tx).append(kind, on: document.ref, by: actor, at: now, sentence)
        }
    }
}

extension RecipientStore {
    func hold(_ recipient: Int64, _ reason: String) throws {
        try tx.execute("UPDATE outgoing_recipient SET held = \(reason) WHERE id = \(recipient)")
    }
}
