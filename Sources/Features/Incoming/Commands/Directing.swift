// The leader's part: a directive note in one act, signed before it is written.
internal import Directory
internal import Foundation
internal import Platform
package import Records
package import Signing

extension IncomingDesk {
    /// What the leader decides; kept with the signing until it is done.
    package struct Directive: Codable, Sendable, Hashable {
        package var text: String
        package var assignments: [Assignment]
        package var branch: BranchID?
        /// When it was put before the key holder: the payload says so, and the note keeps it.
        var at: Date?

        package init(text: String, assignments: [Assignment], branch: BranchID? = nil) {
            self.text = text
            self.assignments = assignments
            self.branch = branch
        }
    }

    /// What of incoming documents is signed.
    package var errands: [SigningErrand] { [directing, copying] }

    /// Signs the directive with the leader's key over words, assignments and the files' hashes, then hands the document
    /// out; status 04. If document or branch changed meanwhile nothing is written.
    @discardableResult
    package func direct(
        _ id: IncomingID, by actor: Actor, _ directive: Directive, with answer: KeyAnswer
    ) async throws -> SigningOutcome {
        var directive = directive
        directive.text = try TextLimit.words.checked(directive.text, "Ý kiến chỉ đạo")
        directive.at = ground.clock.now()
        let details = String(decoding: try JSONEncoder().encode(directive), as: UTF8.self)
        return try await signing.begin(directing, id.rawValue, actor, answer, details)
    }

    private var directing: SigningErrand {
        SigningErrand(
            kind: "incoming.direct", label: "Bút phê", done: "Đã bút phê và ký số.",
            order: { id, leader, details, _ in try await order(IncomingID(id), by: leader, try Self.directive(details))
            },
            accept: { try await accept($0, try Self.directive($0.details), along: $1) })
    }

    private static func directive(_ details: String) throws -> Directive {
        try JSONDecoder().decode(Directive.self, from: Data(details.utf8))
    }

    private struct Prepared: Sendable {
        let document: IncomingDocument
        let branch: Branch
        let files: [RecordFile]
        let new: [NewBranch]

        /// What must still be so when the signature is there.
        var basis: String {
            (["\(branch.id)", branch.state.rawValue] + files.map(\.blob.sha256)).joined(separator: " ")
        }
    }

    private func order(_ id: IncomingID, by actor: Actor, _ directive: Directive) async throws -> SigningOrder {
        let at = directive.at ?? ground.clock.now()
        let before = try await ground.database.read { try Self.prepare(id, by: actor, directive, at, $0) }
        let payload = DirectivePayload(
            document: before.document, files: before.files, text: directive.text, assignments: before.new,
            leader: actor, at: at)
        return SigningOrder(
            subject: before.document.ref, title: "Bút phê \(before.document.title)", href: "/van-ban-den/\(id)",
            parts: [
                SigningPart(try ground.blobs.put(try payload.bytes), name: "but-phe.json", .detached, reason: "Bút phê")
            ], basis: before.basis)
    }

    private func accept(
        _ signed: SignedOrder, _ directive: Directive, along: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let actor = try await ground.database.read { try DirectoryStore($0).actor(for: signed.person) }
        guard let actor, let signature = signed.results.first ?? nil, let payload = signed.order.parts.first?.file
        else { throw IncomingRefusal.changedMeanwhile }
        let id = IncomingID(signed.order.subject.id)
        try await decide(.direct, on: id, by: actor, branch: directive.branch) { sitting, held in
            let at = directive.at ?? sitting.now
            let before = try Self.prepare(id, by: actor, directive, at, sitting.tx)
            guard before.basis == signed.order.basis else { throw IncomingRefusal.changedMeanwhile }
            let note = DirectiveNote(
                branch: held.id, leader: actor.person, leaderName: actor.name, leaderPosition: actor.position,
                text: directive.text, at: at, payload: payload, signature: signature)
            try Self.keep(note, sitting)
            try sitting.branches.set(held.id, to: .passed, at: sitting.now, outcome: directive.text)
            try sitting.hand(before.new)
            try sitting.statuses.report(.assigned, of: sitting.document)
            try along(sitting.tx)
            let said = directive.text.isEmpty ? "" : "“\(directive.text)” "
            return "Bút phê: \(said)\(Self.sentence(before.new))"
        }
    }

    /// Everything that can be refused is refused before the key is used, and once more when it has been.
    private static func prepare(
        _ id: IncomingID, by actor: Actor, _ directive: Directive, _ at: Date, _ tx: Transaction
    ) throws -> Prepared {
        let found = try found(id, for: actor, tx)
        try found.check(.direct, by: actor)
        guard let held = found.desk(of: actor), directive.branch == nil || held.id == directive.branch else {
            throw IncomingRefusal.changedMeanwhile
        }
        guard directive.assignments.contains(where: { $0.role == .lead }) else { throw IncomingRefusal.noLead }
        let new = try named(directive.assignments, below: held.id, note: directive.text, tx)
        try checkDeadlines(new, below: held, found, at)
        try checkFree(new, below: held, in: found.tree)
        return Prepared(
            document: found.document, branch: held, files: try signedFiles(of: found.document, tx), new: new)
    }

    static func checkDeadlines(_ new: [NewBranch], below held: Branch, _ found: IncomingCase, _ now: Date) throws {
        for branch in new {
            try DeadlineRule.check(
                branch.dueOn, today: Day(at: now), below: held, in: found.tree, limit: found.document.content.dueOn)
        }
    }

    /// Whoever already works on it below this branch is not handed it again.
    static func checkFree(_ new: [NewBranch], below held: Branch, in tree: RoutingTree) throws {
        let taken = Set(tree.children(of: held.id).filter(\.state.isOpen).map(\.holder))
        if let twice = new.first(where: { taken.contains($0.holder) }) {
            throw CommonRefusal.conflict(
                "\(twice.holderName) đang giữ văn bản này rồi. Hãy thu hồi trước khi giao lại.")
        }
    }

    /// Document and attachments; packet and earlier directives are not what the leader read.
    static func signedFiles(of document: IncomingDocument, _ tx: Transaction) throws -> [RecordFile] {
        try RecordFileStore(tx).current(of: document.ref).filter { $0.role == .main || $0.role == .attachment }
    }

    private static func keep(_ note: DirectiveNote, _ sitting: Sitting) throws {
        try IncomingStore(sitting.tx).add(note, to: sitting.document.id)
        let files = RecordFileStore(sitting.tx)
        let ordinal = try files.current(of: sitting.document.ref).filter { $0.role == .directive }.count + 1
        try files.add(
            .directive, ordinal: ordinal, to: sitting.document.ref, name: "but-phe-\((ordinal + 1) / 2).json",
            mediaType: "application/json", blob: note.payload, at: sitting.now)
        try files.add(
            .directive, ordinal: ordinal + 1, to: sitting.document.ref, name: "but-phe-\((ordinal + 1) / 2).p7s",
            mediaType: "application/pkcs7-signature", blob: note.signature, at: sitting.now)
    }

    /// `Chủ trì: A (hạn 01/12/2026). Phối hợp: B, C.`
    static func sentence(_ new: [NewBranch]) -> String {
        BranchRole.allCases.compactMap { role -> String? in
            let names = new.filter { $0.role == role }.map { one in
                one.holderName + (one.dueOn.map { " (hạn \($0.printed))" } ?? "")
            }
            return names.isEmpty ? nil : "\(role.label): \(names.joined(separator: ", "))."
        }.joined(separator: " ")
    }

    /// The leader has read it and gives it to nobody; what was still open below is taken back.
    package func conclude(_ id: IncomingID, by actor: Actor, text: String = "", branch: BranchID? = nil) async throws {
        let text = try TextLimit.words.checked(text, "Ý kiến")
        try await decide(.conclude, on: id, by: actor, branch: branch) { sitting, held in
            try Self.close(held, outcome: text.isEmpty ? "Lưu tham khảo" : text, sitting)
            return "Lưu tham khảo, không giao xử lý.\(text.isEmpty ? "" : " \(text)")"
        }
    }

    /// Completes a branch, recalls the work still open below it, and completes what is thereby complete above.
    static func close(_ branch: Branch, outcome: String, _ sitting: Sitting) throws {
        let below = sitting.found.tree.descendants(of: branch.id).filter { $0.state.isOpen && $0.role != .information }
        try sitting.branches.recall(below.map(\.id), at: sitting.now)
        try sitting.branches.set(branch.id, to: .completed, at: sitting.now, outcome: outcome)
        let tree = try sitting.branches.tree(of: sitting.document.ref)
        for ancestor in tree.completedAncestors(afterCompleting: branch.id) {
            try sitting.branches.set(ancestor, to: .completed, at: sitting.now)
        }
    }
}
