// The leader's part: a directive note in one act, signed before it is written.
internal import Directory
internal import Foundation
internal import Platform
package import Records

extension IncomingDesk {
    /// What the leader decides.
    package struct Directive: Sendable {
        package var text: String
        package var assignments: [Assignment]

        package init(text: String, assignments: [Assignment]) {
            self.text = text
            self.assignments = assignments
        }
    }

    /// Signs the directive with the leader's key over words, assignments and the files' hashes, then hands the document
    /// out; status 04. If document or branch changed meanwhile nothing is written.
    package func direct(
        _ id: IncomingID, by actor: Actor, _ directive: Directive, pin: String, branch: BranchID? = nil
    ) async throws {
        let now = ground.clock.now()
        let text = String(directive.text.trimmingSpaces.prefix(4000))
        let before = try await prepare(id, by: actor, text: text, directive.assignments, at: now, branch: branch)
        let payload = try before.payload.bytes
        let signature = try await signing.sign(payload, actor, pin)
        let (payloadBlob, signatureBlob) = (try ground.blobs.put(payload), try ground.blobs.put(signature))
        try await decide(.direct, on: id, by: actor, branch: before.branch.id) { sitting, held in
            let files = try Self.signedFiles(of: sitting.document, sitting.tx)
            guard held == before.branch || held.state == before.branch.state,
                files.map(\.blob) == before.files.map(\.blob)
            else { throw IncomingRefusal.changedMeanwhile }
            try Self.checkFree(before.new, below: held, in: sitting.found.tree)
            let note = DirectiveNote(
                branch: held.id, leader: actor.person, leaderName: actor.name, leaderPosition: actor.position,
                text: text,
                at: now, payload: payloadBlob, signature: signatureBlob)
            try Self.keep(note, sitting)
            try sitting.branches.set(held.id, to: .passed, at: sitting.now, outcome: text)
            try sitting.hand(before.new)
            try sitting.statuses.report(.assigned, of: sitting.document)
            return "Bút phê: \(text.isEmpty ? "" : "“\(text)” ")\(Self.sentence(before.new))"
        }
    }

    private struct Prepared: Sendable {
        let branch: Branch
        let files: [RecordFile]
        let new: [NewBranch]
        let payload: DirectivePayload
    }

    /// Everything that can be refused is refused before the key is used.
    private func prepare(
        _ id: IncomingID, by actor: Actor, text: String, _ assignments: [Assignment], at now: Date, branch: BranchID?
    ) async throws -> Prepared {
        try await ground.database.read { tx in
            let found = try Self.found(id, for: actor, tx)
            try found.check(.direct, by: actor)
            guard let held = found.desk(of: actor), branch == nil || held.id == branch else {
                throw IncomingRefusal.changedMeanwhile
            }
            guard assignments.contains(where: { $0.role == .lead }) else { throw IncomingRefusal.noLead }
            let new = try Self.named(assignments, below: held.id, note: text, tx)
            try Self.checkDeadlines(new, below: held, found, now)
            try Self.checkFree(new, below: held, in: found.tree)
            let files = try Self.signedFiles(of: found.document, tx)
            return Prepared(
                branch: held, files: files, new: new,
                payload: DirectivePayload(
                    document: found.document, files: files, text: text, assignments: new, leader: actor, at: now))
        }
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
        try await decide(.conclude, on: id, by: actor, branch: branch) { sitting, held in
            let text = text.trimmingSpaces
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
