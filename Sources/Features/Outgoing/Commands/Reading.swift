// Reading: the document with all that belongs to it, boxes, files, the register.
internal import Directory
internal import Foundation
internal import Platform
package import Records

/// Everything the document page shows.
package struct OutgoingView: Sendable {
    package let document: OutgoingDocument
    package let recipients: [Recipient]
    package let files: [RecordFile]
    package let events: [Event]
    package let tree: RoutingTree
    package let offers: [ActionOffer]
    /// This person's own open branch with work to finish.
    package let work: Branch?
    /// Recalls, updates and replacements with the answers of the receivers, newest first.
    package let changes: [(change: SentChange, answers: [ChangeAnswer])]
    package let links: [RecordLink]

    package var main: RecordFile? { files.first { $0.role == .main } }
    package var source: RecordFile? { files.first { $0.role == .source } }
    package var attachments: [RecordFile] { files.filter { $0.role == .attachment } }
}

extension OutgoingDesk {
    /// Opens the document; what came for information is thereby read and closed.
    package func open(_ id: OutgoingID, for actor: Actor) async throws -> OutgoingView {
        let view = try await read(id, for: actor)
        let unread = view.tree.branches.filter { $0.readAt == nil && $0.state.isOpen && $0.isHeld(by: actor) }
        guard !unread.isEmpty else { return view }
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try tx.lock(OutgoingDocument.kind, id.rawValue)
            for branch in try BranchStore(tx).tree(of: view.document.ref).branches
            where branch.readAt == nil && branch.state.isOpen && branch.isHeld(by: actor) {
                guard try BranchStore(tx).markRead(branch, at: now) else { continue }
                try EventHistory(tx).append(
                    "read", on: view.document.ref, by: actor, at: now, "\(branch.holderName) đã xem.")
            }
        }
        return try await read(id, for: actor)
    }

    /// All of it in one question: whatever belongs to a document this person may not see is thrown away unread.
    private func read(_ id: OutgoingID, for actor: Actor) async throws -> OutgoingView {
        let ref = OutgoingDocument.ref(id)
        let (document, rows, statuses, versions, events, tree, changes, answers, links) =
            try await ground.database.readOne { tx in
                try tx.answers(
                    to: OutgoingStore.find(id, for: actor), RecipientStore.rows(of: id),
                    RecipientStore.statuses(of: id), RecordFileStore.all(of: ref), EventHistory.of(ref),
                    BranchStore.tree(of: ref), SentChangeStore.changes(of: id), SentChangeStore.answers(of: id),
                    RecordLinks.of(ref))
            }
        let recipients = try RecipientStore.recipients(rows, statuses)
        let isOwn = document.isOwnBusiness(of: actor)
        return OutgoingView(
            document: document, recipients: recipients, files: document.shown(RecordFileStore.newest(versions), isOwn),
            events: isOwn ? events : Array(events.drop { $0.kind != OutgoingDocument.Action.issue.rawValue }),
            tree: tree, offers: document.offers(for: actor, recipients: recipients),
            work: tree.branches.first { $0.role == .lead && $0.state.isOpen && $0.isHeld(by: actor) },
            changes: SentChangeStore.answered(changes, answers), links: links)
    }

    /// A receiving unit's answer to a document it was to deal with.
    package func complete(_ id: OutgoingID, by actor: Actor, outcome: String) async throws {
        let (now, outcome) = (ground.clock.now(), outcome.trimmingSpaces)
        guard !outcome.isEmpty else { throw CommonRefusal.invalid("Chưa nhập kết quả xử lý.") }
        try await ground.database.write { tx in
            let document = try OutgoingStore(tx).locked(id, for: actor)
            let branches = try BranchStore(tx).tree(of: document.ref).branches
            guard let branch = branches.first(where: { $0.role == .lead && $0.state.isOpen && $0.isHeld(by: actor) })
            else { throw CommonRefusal.conflict("Văn bản này không có việc nào đang chờ bạn hoàn thành.") }
            try BranchStore(tx).set(branch.id, to: .completed, at: now, outcome: outcome)
            try EventHistory(tx).append(
                "completed", on: document.ref, by: actor, at: now, "\(branch.holderName) hoàn thành: \(outcome)")
        }
    }

    package func list(
        _ box: OutgoingBox, for actor: Actor, filter: OutgoingFilter = OutgoingFilter(), after key: PageKey? = nil
    ) async throws -> ListPage<OutgoingLine> {
        let now = ground.clock.now()
        return try await ground.database.read {
            try OutgoingStore($0).list(box, for: actor, filter: filter, after: key, now: now)
        }
    }

    /// Those of several documents that this person may see.
    func documents(_ ids: [OutgoingID], for actor: Actor) async throws -> [OutgoingDocument] {
        try await ground.database.readOne { try OutgoingStore($0).find(ids, for: actor) }
    }

    /// A file of a document this person may see, by its own identity: any version of it for those whose business the
    /// document was before it was issued, what was issued for those to whom it came.
    func file(_ id: Int64, of document: OutgoingID, for actor: Actor) async throws -> RecordFile {
        let (found, all) = try await ground.database.readOne { tx in
            try tx.answers(
                to: OutgoingStore.find(document, for: actor), RecordFileStore.all(of: OutgoingDocument.ref(document)))
        }
        let isOwn = found.isOwnBusiness(of: actor)
        let files = isOwn ? all : found.shown(RecordFileStore.newest(all), isOwn)
        guard let file = files.first(where: { $0.id == id }) else { throw OutgoingRefusal.notFound }
        return file
    }

    func register(_ period: RegisterPeriod, after key: PageKey?) async throws -> ListPage<RegisterLine> {
        try await ground.database.readOne { try OutgoingStore($0).registerPage(period, after: key) }
    }
}
