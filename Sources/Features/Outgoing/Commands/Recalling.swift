// Taking an issued document back, correcting what was told of it, putting another in its place.
internal import Foundation
internal import Platform
package import Records

extension OutgoingDesk {
    /// Asks every agency that has the document, or may have it, to give it back; those that wait for it no longer get it. Our own units
    /// lose it at once. The copy that stays is frozen.
    /// - Parameter isFormal: by a recall packet (QCVN 102, type 1); otherwise by status 13.
    package func recall(_ id: OutgoingID, by actor: Actor, reason: String, isFormal: Bool = false) async throws {
        let reason = try Self.checkReason(reason)
        try await decide(.recall, on: id, by: actor) { current, tx, now in
            let having = try Self.having(current, tx)
            try Self.stop(current, tx, now)
            try Self.send(
                .recall, isFormal: isFormal, of: current.document, to: having, reason: reason, by: actor, tx, now)
            let branches = BranchStore(tx)
            // Also those that read it or dealt with it: what was taken back is nobody's any more.
            let held = try branches.tree(of: current.document.ref).branches.filter { $0.state != .recalled }
            try branches.recall(held.map(\.id), at: now)
            current.document.reason = reason
            (current.document.ending, current.document.endedAt) = (.recalled, now)
            let how = isFormal ? "bằng gói tin thu hồi" : "bằng yêu cầu lấy lại (13)"
            let unsure = having.count { $0.delivery != .sent }
            let doubt = unsure > 0 ? " (\(unsure) nơi chưa rõ đã nhận được hay chưa)" : ""
            return having.isEmpty
                ? "Thu hồi văn bản; chưa cơ quan nào nhận được. Lý do: \(reason)"
                : "Thu hồi văn bản từ \(having.count) cơ quan \(how)\(doubt). Lý do: \(reason)"
        }
    }

    /// Corrects what was told of the document beside its signed pages, and sends the correction to all who have it.
    package func amend(
        _ id: OutgoingID, by actor: Actor, subject: String, urgency: Urgency, reason: String
    ) async throws {
        let (reason, subject) = (try Self.checkReason(reason), try DraftCheck.subject(subject))
        try await decide(.amend, on: id, by: actor) { current, tx, now in
            let before = current.document.content
            guard before.subject != subject || before.urgency != urgency else {
                throw CommonRefusal.invalid("Chưa có gì thay đổi để cập nhật.")
            }
            current.document.content.subject = subject
            current.document.content.urgency = urgency
            // Who may have it gets the correction once it surely has it.
            let having = try Self.having(current, tx).filter { $0.delivery == .sent }
            try Self.send(.amend, of: current.document, to: having, reason: reason, by: actor, tx, now)
            var what: [String] = []
            if before.subject != subject { what.append("trích yếu “\(before.subject)” thành “\(subject)”") }
            if before.urgency != urgency { what.append("độ khẩn \(before.urgency.label) thành \(urgency.label)") }
            return "Cập nhật \(what.joined(separator: ", ")); gửi \(having.count) cơ quan. Lý do: \(reason)"
        }
    }

    /// Agencies that have the document or may have it: they were sent it, and have not given it back.
    private static func having(_ current: Case, _ tx: Transaction) throws -> [Recipient] {
        let givenBack = try SentChangeStore(tx).givenBack(current.document.id)
        return current.recipients.filter { $0.agency != nil && $0.mayHaveIt && !givenBack.contains($0.id) }
    }

    static func send(
        _ change: DocumentChange, isFormal: Bool = false, of document: OutgoingDocument, to recipients: [Recipient],
        reason: String, by actor: Actor, _ tx: Transaction, _ now: Date
    ) throws {
        let store = SentChangeStore(tx)
        let asked = change == .recall ? try store.beingAskedBack(document.id) : []
        let rows = try store.insert(
            change, isFormal: isFormal, of: document.id, to: recipients, reason: reason, by: actor, at: now)
        // The rows are in the order of the agencies among the recipients.
        for (row, recipient) in zip(rows, recipients.filter { $0.agency != nil }) {
            // Who is about to answer an earlier request is not asked twice.
            guard !asked.contains(recipient.id) else {
                try store.markAsked(row, at: now)
                continue
            }
            // What may be on its way this moment is there by then, so that the request does not come before it.
            let delay = recipient.delivery == .sent ? 0 : attemptSeconds
            try JobQueue(tx, now: now).enqueue(
                SendChangeJob(request: row), at: now.addingTimeInterval(delay), dedupe: "\(row)")
        }
    }

    /// How long an attempt to send a document commonly takes at most.
    private static let attemptSeconds: Double = 180

    /// What was not sent is not sent any more; the exchange puts its packets away.
    private static func stop(_ current: Case, _ tx: Transaction, _ now: Date) throws {
        for recipient in current.recipients where recipient.delivery.isOnItsWay {
            guard let agency = recipient.agency else { continue }
            try JobQueue(tx, now: now).enqueue(
                SendDocumentJob(document: current.document.id.rawValue, agency: agency.rawValue))
        }
    }

    /// Another attempt to ask a receiver, by a person's decision.
    package func askAgain(_ id: OutgoingID, request: Int64, by actor: Actor) async throws {
        guard actor.has(.recordsClerk) else { throw CommonRefusal.forbidden("Việc này của văn thư.") }
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let document = try OutgoingStore(tx).locked(id, for: actor)
            guard let found = try SentChangeStore(tx).request(request), found.change.document == document.id,
                found.answer.state == .failed
            else { throw CommonRefusal.conflict("Yêu cầu này không ở trạng thái lỗi, nên không cần gửi lại.") }
            try SentChangeStore(tx).markFailed(request, "", isFinal: false)
            try JobQueue(tx, now: now).enqueue(SendChangeJob(request: request))
            try EventHistory(tx).append(
                "askAgain", on: document.ref, by: actor, at: now, "Gửi lại yêu cầu đến \(found.answer.name).")
        }
    }

    private static func askedBack(_ leftOut: [Recipient]) -> String {
        guard !leftOut.isEmpty else { return "" }
        let names = leftOut.map(\.name).joined(separator: ", ").cut(to: 500)
        return " Đề nghị \(leftOut.count) nơi không nhận văn bản mới trả lại văn bản này: \(names)."
    }

    /// On issue of a document that replaces another: both are bound to each other, and the old one is frozen. Who has the
    /// old one and is not sent the new one is asked to give it back.
    static func replace(by new: Case, by actor: Actor, _ tx: Transaction, _ now: Date) throws {
        guard let oldID = new.document.content.replaces else { return }
        var old = try contents(try OutgoingStore(tx).locked(oldID, for: actor), tx)
        if let obstacle = old.document.obstacleToReplacement {
            throw OutgoingRefusal.notPossible(.issue, "Văn bản cần thay thế (\(old.document.title)): \(obstacle)")
        }
        let having = try Self.having(old, tx)
        let leftOut = having.filter { one in !new.recipients.contains { $0.agency == one.agency } }
        _ = try SentChangeStore(tx).insert(
            .replace, isFormal: true, of: oldID, to: having.filter { !leftOut.contains($0) },
            reason: "Thay thế \(old.document.linkLabel)", carrier: new.document.id, by: actor, at: now)
        if !leftOut.isEmpty {
            let reason = "Đã được thay thế bằng \(new.document.linkLabel), không gửi đến đơn vị này."
            try send(.recall, of: old.document, to: leftOut, reason: reason, by: actor, tx, now)
        }
        (old.document.ending, old.document.endedAt) = (.replaced, now)
        try stop(old, tx, now)
        try OutgoingStore(tx).save(old.document, recipients: old.recipients)
        try RecordLinks(tx).add(
            (new.document.ref, new.document.linkLabel), .replaces, (old.document.ref, old.document.linkLabel), at: now)
        try EventHistory(tx).append(
            "replaced", on: old.document.ref, by: actor, at: now,
            "Được thay thế bằng \(new.document.linkLabel).\(Self.askedBack(leftOut))")
    }
}

extension OutgoingDocument {
    /// How other records call it: `Quyết định số 05/QĐ-VHL ngày 24/11/2026`.
    var linkLabel: String { "\(title)\(numbering.map { " ngày \($0.day.printed)" } ?? "")" }
}
