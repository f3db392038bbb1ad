// The clerk's answer to what a sender asks of a document it sent: each is applied here, after review, or refused.
internal import Foundation
internal import Platform
package import Records
internal import Signing

/// Why an answer is not possible.
package enum ChangeRefusal: Refusal, Hashable {
    case answered
    case notClerk

    package var kind: RefusalKind {
        switch self {
        case .answered: .conflict
        case .notClerk: .forbidden
        }
    }

    package var message: String {
        switch self {
        case .answered: "Yêu cầu này đã được trả lời. Hãy tải lại trang để xem kết quả."
        case .notClerk: "Trả lời bên gửi là việc của văn thư; hãy liên hệ văn thư nếu bạn cần."
        }
    }
}

extension IncomingDesk {
    /// Agrees (status 15) and does what was asked: destroys, updates, or puts the new document in the place of the old.
    package func agree(_ change: ChangeID, by actor: Actor) async throws {
        try await answer(change, by: actor) { request, documents, tx, now in
            switch request.change {
            case .recall: try Self.destroy(documents, for: request, by: actor, tx, now)
            case .amend: try Self.amend(documents[0], as: request, by: actor, tx, now)
            case .replace: try Self.replace(documents[0], as: request, by: actor, tx, now)
            }
        }
    }

    /// Refuses with the reason that the sender reads (status 16).
    package func refuseChange(_ change: ChangeID, by actor: Actor, reason: String) async throws {
        let reason = try Self.checkReason(reason)
        try await answer(change, by: actor) { request, documents, tx, now in
            try ChangeStore(tx).answer(request.id, .refused, reason: reason, by: actor.name, at: now)
            try EventHistory(tx).append(
                "changeRefused", on: documents[0].ref, by: actor, at: now,
                "Từ chối yêu cầu \(request.change.label.lowercased()) của \(request.senderName): \(reason)")
        }
    }

    /// One answer, one transaction: lock, look, decide, apply, tell.
    private func answer(
        _ change: ChangeID, by actor: Actor,
        _ apply: @escaping @Sendable (ChangeRequest, [IncomingDocument], Transaction, Date) throws -> Void
    ) async throws {
        guard actor.has(.recordsClerk) else { throw ChangeRefusal.notClerk }
        let now = ground.clock.now()
        try await ground.database.write { tx in
            guard let asked = try ChangeStore(tx).find(change) else { throw CommonRefusal.notFound }
            let document = try IncomingStore(tx).locked(asked.document, for: actor)
            guard let request = try ChangeStore(tx).find(change), request.state == .open, document.ending != .recalled
            else { throw ChangeRefusal.answered }
            try apply(request, try Self.copies(of: document, tx), tx, now)
            try JobQueue(tx, now: now).enqueue(AnswerChangeJob(change: change.rawValue), dedupe: change.description)
            try SigningTasks.recordMoved(
                document.ref, by: "change", request.change.label, in: tx, at: now)
        }
    }

    /// The document first, then others of the same identity: a sender may have sent it twice.
    private static func copies(of document: IncomingDocument, _ tx: Transaction) throws -> [IncomingDocument] {
        guard let sender = document.content.senderCode, !document.content.documentID.isEmpty else { return [document] }
        return [document]
            + (try IncomingStore(tx).sent(by: sender, identity: document.content.documentID, code: nil, day: nil)
                .filter { $0.id != document.id })
    }

    // MARK: Recall

    /// QĐ 28/2018 Art. 9.2, NĐ 30/2020 Art. 18.4b: the electronic document is destroyed; number, date, hashes, who, when
    /// and why remain.
    private static func destroy(
        _ documents: [IncomingDocument], for request: ChangeRequest, by actor: Actor, _ tx: Transaction, _ now: Date
    ) throws {
        var stubs: [DestructionStub.File] = []
        for document in documents {
            try tx.lock(IncomingDocument.kind, document.id.rawValue)
            let files = try RecordFileStore(tx).all(of: document.ref).filter { destroyedRoles.contains($0.role) }
            stubs += files.map {
                .init(
                    role: $0.role, ordinal: $0.ordinal, version: $0.version, sha256: $0.blob.sha256,
                    byteCount: $0.blob.byteCount)
            }
            let proposed = try ChangeStore(tx).of(document.id).compactMap(\.proposal).flatMap(\.files)
            stubs += proposed.compactMap(\.blob).filter { blob in !stubs.contains { $0.sha256 == blob.sha256 } }.map {
                .init(role: .attachment, ordinal: 0, version: 0, sha256: $0.sha256, byteCount: $0.byteCount)
            }
            try RecordFileStore(tx).removeAll(destroyedRoles, of: document.ref)
            try ChangeStore(tx).forgetProposals(of: document.id, except: request.id, by: actor.name, at: now)
            try end(document.destroyed(at: now), saying: "Bên gửi thu hồi văn bản; ngừng xử lý.", tx, now)
            try EventHistory(tx).append(
                "destroyed", on: document.ref, by: actor, at: now,
                "Đồng ý thu hồi theo yêu cầu của \(request.senderName); đã hủy \(files.count) tệp và nội dung. Lý do: \(request.reason)"
            )
        }
        try ChangeStore(tx).answer(
            request.id, .agreed, reason: "", by: actor.name, at: now, stub: DestructionStub(files: stubs))
        try JobQueue(tx, now: now).enqueue(
            EraseFilesJob(change: request.id.rawValue), dedupe: request.id.description)
    }

    /// Our own signed directives stay: they are our act, not the sender's document.
    private static let destroyedRoles: [FileRole] = [.main, .attachment, .packet, .source, .copy]

    /// Nobody works on it any more; whoever had it on his desk is told why.
    private static func end(_ document: IncomingDocument, saying outcome: String, _ tx: Transaction, _ now: Date) throws
    {
        let branches = BranchStore(tx)
        for branch in try branches.tree(of: document.ref).branches where branch.state.isOpen {
            try branches.set(branch.id, to: .completed, at: now, outcome: outcome)
        }
        try IncomingStore(tx).rewrite(document)
    }

    // MARK: Update

    private static func amend(
        _ document: IncomingDocument, as request: ChangeRequest, by actor: Actor, _ tx: Transaction, _ now: Date
    ) throws {
        guard let proposal = request.proposal else { throw ChangeRefusal.answered }
        let files = RecordFileStore(tx)
        let current = try files.current(of: document.ref)
        let changes = proposal.changes(of: document, files: current)
        for (placed, _) in proposal.replacements(of: current) { try placed.add(to: document.ref, files, at: now) }
        try IncomingStore(tx).rewrite(proposal.applied(to: document))
        try ChangeStore(tx).answer(request.id, .agreed, reason: "", by: actor.name, at: now, applied: changes)
        // Which fields, not what they say: history outlives a document that is destroyed later.
        let what = changes.isEmpty ? "không có gì thay đổi" : changes.map(\.label).joined(separator: ", ")
        try EventHistory(tx).append(
            "amended", on: document.ref, by: actor, at: now, "Cập nhật theo bên gửi \(request.senderName): \(what).")
    }

    // MARK: Replacement

    private static func replace(
        _ document: IncomingDocument, as request: ChangeRequest, by actor: Actor, _ tx: Transaction, _ now: Date
    ) throws {
        guard let carrier = request.carrier, let new = try IncomingStore(tx).forOffice(carrier) else {
            throw ChangeRefusal.answered
        }
        var old = document
        (old.ending, old.endedAt) = (.replaced, now)
        try end(old, saying: "Văn bản đã được thay thế bằng \(new.linkLabel); ngừng xử lý.", tx, now)
        if old.state == .circulating || old.state == .registered {
            try IncomingStore(tx).setState(old.id, .completed)
        }
        try RecordLinks(tx).add((new.ref, new.linkLabel), .replaces, (old.ref, old.linkLabel), at: now)
        try ChangeStore(tx).answer(request.id, .agreed, reason: "", by: actor.name, at: now)
        try EventHistory(tx).append(
            "replaced", on: old.ref, by: actor, at: now,
            "Đồng ý thay thế bằng \(new.linkLabel) của \(request.senderName); ngừng xử lý văn bản này.")
        try EventHistory(tx).append("replaces", on: new.ref, by: actor, at: now, "Thay thế \(old.linkLabel).")
    }
}

extension IncomingDocument {
    /// How other records call it: `Công văn số 7/BC-VM ngày 20/11/2026`.
    var linkLabel: String { "\(title)\(content.day.map { " ngày \($0.printed)" } ?? "")" }
}
