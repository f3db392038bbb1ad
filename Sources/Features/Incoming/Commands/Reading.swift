// Reading: the document with all that belongs to it, boxes, files, the register.
internal import Foundation
internal import Platform
package import Records
package import Signing

/// Everything the document page shows.
package struct IncomingView: Sendable {
    package let found: IncomingCase
    package let files: [RecordFile]
    package let events: [Event]
    package let directives: [DirectiveNote]
    /// Sentences on documents that look the same; only while it waits to be registered.
    package let likenesses: [String]
    package let offers: [ActionOffer]
    /// The branch this person would act on.
    package let work: Branch?
    /// What the sender asked of it later, newest first.
    package let changes: [ChangeRequest]
    /// Requests that name this document as the one to put in an older one's place.
    package let carried: [ChangeRequest]
    package let links: [RecordLink]

    package var document: IncomingDocument { found.document }
    package var tree: RoutingTree { found.tree }
    package var main: RecordFile? { files.first { $0.role == .main } }
    package var attachments: [RecordFile] { files.filter { $0.role == .attachment } }
}

extension IncomingDesk {
    /// Opens the document; what came for information is thereby read and closed.
    package func open(_ id: IncomingID, for actor: Actor) async throws -> IncomingView {
        let view = try await read(id, for: actor)
        guard view.tree.branches.contains(where: { $0.isNew(to: actor) }) else { return view }
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try tx.lock(IncomingDocument.kind, id.rawValue)
            for branch in try BranchStore(tx).tree(of: view.document.ref).branches where branch.isNew(to: actor) {
                guard try BranchStore(tx).markRead(branch, at: now) else { continue }
                try EventHistory(tx).append(
                    "read", on: view.document.ref, by: actor, at: now, "\(branch.holderName) đã xem.")
            }
        }
        return try await read(id, for: actor)
    }

    /// All of it in one question: whatever belongs to a document this person may not see is thrown away unread.
    private func read(_ id: IncomingID, for actor: Actor) async throws -> IncomingView {
        let ref = IncomingDocument.ref(id)
        let (document, tree, versions, events, directives, changes, carried, links) =
            try await ground.database.readOne { tx in
                try tx.answers(
                    to: IncomingStore.find(id, for: actor), BranchStore.tree(of: ref), RecordFileStore.all(of: ref),
                    EventHistory.of(ref), IncomingStore.directives(of: id), ChangeStore.of(id),
                    ChangeStore.carried(by: id), RecordLinks.of(ref))
            }
        let found = IncomingCase(document: document, tree: tree)
        return IncomingView(
            found: found, files: RecordFileStore.newest(versions), events: events, directives: directives,
            likenesses: try await likenesses(document), offers: found.offers(for: actor), work: found.desk(of: actor),
            changes: changes, carried: carried, links: links)
    }

    private func likenesses(_ document: IncomingDocument) async throws -> [String] {
        guard document.state == .received else { return [] }
        return try await ground.database.readOne { try IncomingStore($0).duplicates(of: document) }
            .map { $0.likeness(to: document) }
    }

    package func list(
        _ box: IncomingBox, for actor: Actor, filter: IncomingFilter = IncomingFilter(), after key: PageKey? = nil
    ) async throws -> ListPage<IncomingLine> {
        let now = ground.clock.now()
        @Sendable func page(_ tx: Transaction) throws -> ListPage<IncomingLine> {
            try IncomingStore(tx).list(box, for: actor, today: Day(at: now), filter: filter, after: key, now: now)
        }
        // What bears a number is asked for before the others.
        let asksTwice = CodeQuery(filter.text) != nil
        return try await asksTwice ? ground.database.read(page) : ground.database.readOne(page)
    }

    /// Those of several documents that this person may see.
    func documents(_ ids: [IncomingID], for actor: Actor) async throws -> [IncomingDocument] {
        try await ground.database.readOne { try IncomingStore($0).find(ids, for: actor) }
    }

    package func count(_ box: IncomingBox, for actor: Actor) async throws -> Int {
        let now = ground.clock.now()
        return try await ground.database.readOne {
            try IncomingStore($0).count(box, for: actor, today: Day(at: now), now: now)
        }
    }

    /// A file of a document this person may see; any version of it, by its own identity.
    func file(_ id: Int64, of document: IncomingID, for actor: Actor) async throws -> RecordFile {
        let (_, files) = try await ground.database.readOne { tx in
            try tx.answers(
                to: IncomingStore.find(document, for: actor), RecordFileStore.all(of: IncomingDocument.ref(document)))
        }
        guard let file = files.first(where: { $0.id == id }) else { throw IncomingRefusal.notFound }
        return file
    }

    /// Whether a directive's signature holds and the files are still those that were signed.
    package func check(_ note: DirectiveNote, files: [RecordFile]) async throws -> DirectiveCheck {
        let payload = try ground.blobs.get(note.payload)
        let check = try await signing.check(payload, try ground.blobs.get(note.signature))
        guard check.isIntact else { return check }
        let signed = try? JSONDecoder().decode(DirectivePayload.self, from: payload)
        let here = Set(files.filter { $0.role == .main || $0.role == .attachment }.map(\.blob.sha256))
        guard let signed, signed.text == note.text, Set(signed.files.map(\.sha256)) == here else {
            return DirectiveCheck(
                isIntact: false, isTrusted: false, signerName: check.signerName,
                sentence: "Bút phê đã ký không khớp với văn bản hoặc tệp đang lưu.")
        }
        return check
    }
}

extension Branch {
    fileprivate func isNew(to actor: Actor) -> Bool { readAt == nil && state.isOpen && isHeld(by: actor) }
}
