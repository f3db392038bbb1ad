// A reply that was issued closes the document it answers.
internal import Directory
internal import Foundation
internal import Platform
internal import Records

extension IncomingDesk {
    /// On behalf of whoever drafted the reply: what lies with him, or with a unit he heads, is done by it. A drafter who
    /// may not see the document closes nothing.
    func close(_ job: AnsweredJob) async throws {
        guard job.answered.kind == IncomingDocument.kind else { return }
        let (now, id) = (ground.clock.now(), IncomingID(job.answered.id))
        try await ground.database.write { tx in
            guard let drafter = try DirectoryStore(tx).actor(for: job.drafter) else { return }
            try tx.lock(IncomingDocument.kind, id.rawValue)
            let found: IncomingCase
            do { found = try Self.found(id, for: drafter, tx) } catch IncomingRefusal.notFound { return }
            let document = found.document
            guard try RecordLinks(tx).add((job.by, job.label), .answers, (document.ref, document.linkLabel), at: now)
            else { return }
            let outcome = "Đã trả lời bằng \(job.label)."
            try EventHistory(tx).append("answered", on: document.ref, by: drafter, at: now, outcome)
            try EventHistory(tx).append("answers", on: job.by, by: drafter, at: now, "Trả lời \(document.linkLabel).")
            guard document.ending == nil else { return }
            var sitting = Sitting(tx: tx, now: now, actor: drafter, found: found)
            for branch in found.answerable(by: drafter) { try Self.close(branch, outcome: outcome, sitting) }
            try Self.settle(&sitting)
        }
    }
}

extension IncomingCase {
    /// The open work of this person that a reply finishes, no branch below another of his.
    func answerable(by actor: Actor) -> [Branch] {
        let held = tree.branches.filter { $0.isHeld(by: actor) && $0.role == .lead && $0.state.isOpen }
        let below = Set(held.flatMap { tree.descendants(of: $0.id).map(\.id) })
        return held.filter { !below.contains($0.id) }
    }
}
