// The clerk's steps in the order of NĐ 30/2020 Art. 14: number and date, seal and marks, issue, follow delivery.
internal import Directory
internal import Foundation
internal import Platform
package import Records
internal import Signing

extension OutgoingDesk {
    /// Takes number and date from the register, then writes them into the file. The number stands even when the
    /// writing fails; sealing tries it again.
    @discardableResult
    package func number(_ id: OutgoingID, by actor: Actor) async throws -> DocumentCode {
        let numbered = try await takeNumber(id, by: actor)
        guard let code = numbered.code else { throw OutgoingRefusal.changedMeanwhile }
        do { try await stampIfNeeded(id, by: actor) } catch let refusal as any Refusal {
            throw CommonRefusal.conflict(
                "Đã cấp số \(code), nhưng chưa ghi được số vào tệp: \(refusal.message) Số vẫn được giữ; “Đóng dấu” sẽ ghi lại."
            )
        }
        return code
    }

    /// One transaction: the register's counter, its entry, the document's new state and the event.
    func takeNumber(_ id: OutgoingID, by actor: Actor) async throws -> OutgoingDocument {
        try await decide(.number, on: id, by: actor) { current, tx, now in
            let document = current.document
            let entry = try Register(tx).take(book: document.book, for: document.ref, by: actor.person, at: now)
            let day = Day(at: now)
            let code = DocumentCode(number: entry.number, notation: document.content.notation)
            current.document.numbering = Numbering(
                book: entry.book, year: entry.year, number: entry.number, day: day,
                documentID: Self.documentID(try DirectoryStore(tx).ownAgency().code, day, code))
            current.document.isStamped = false
            return "Cấp số \(code), ngày \(day.printed)."
        }
    }

    /// `000.00.00.G31,2026/11/24,15/QĐ-VHL` (QCVN 102/2016 §3.1).
    static func documentID(_ agency: AgencyCode, _ day: Day, _ code: DocumentCode) -> String {
        "\(agency),\(day.description.replacing("-", with: "/")),\(code)"
    }

    /// Number and date into their fields; doing it twice does it once.
    func stampIfNeeded(_ id: OutgoingID, by actor: Actor) async throws {
        let before = try await load(id, for: actor)
        guard !before.document.isStamped, let main = before.main, let code = before.document.code,
            let day = before.document.numbering?.day
        else { return }
        let stamped = try await signing.stamp(main.blob, code, day)
        let now = ground.clock.now()
        try await ground.database.write { tx in
            var current = try Self.contents(try OutgoingStore(tx).locked(id, for: actor), tx)
            guard !current.document.isStamped else { return }
            guard current.main?.blob == main.blob else { throw OutgoingRefusal.changedMeanwhile }
            current.document.isStamped = true
            try Self.replaceMain(main, by: stamped, current.document, tx, now)
            try OutgoingStore(tx).save(current.document, recipients: current.recipients)
        }
    }

    /// Sends to agencies by jobs, to our own units by branches; secret documents go by hand.
    package func issue(_ id: OutgoingID, by actor: Actor) async throws {
        try await decide(.issue, on: id, by: actor) { current, tx, now in
            current.document.issuedAt = now
            try Self.replace(by: current, by: actor, tx, now)
            try Self.closeAnswered(current.document, tx, now)
            try JobQueue(tx, now: now).enqueue(ExtendFilesJob(current.document.ref), dedupe: "outgoing:\(id)")
            for recipient in current.recipients {
                try Self.deliver(recipient, of: current.document, by: actor, tx, now)
            }
            return current.document.isSecret
                ? "Ban hành văn bản mật; chuyển theo đường văn bản mật, không qua liên thông."
                : "Ban hành và gửi đến \(current.recipients.count) nơi nhận."
        }
    }

    /// A reply closes what it answers; the feature that has the answered document does it.
    private static func closeAnswered(_ document: OutgoingDocument, _ tx: Transaction, _ now: Date) throws {
        guard let answered = document.content.inReplyTo else { return }
        try JobQueue(tx, now: now).enqueue(
            AnsweredJob(answered: answered, by: document.ref, label: document.linkLabel, drafter: document.drafter),
            dedupe: "\(document.id)")
    }

    static func deliver(
        _ recipient: Recipient, of document: OutgoingDocument, by actor: Actor, _ tx: Transaction, _ now: Date
    ) throws {
        let delivery = SecrecyRule.delivery(to: recipient.target, of: document)
        try RecipientStore(tx).set(recipient.id, to: delivery)
        switch recipient.target {
        case .agency(let code) where delivery == .waiting:
            try JobQueue(tx, now: now).enqueue(
                SendDocumentJob(document: document.id.rawValue, agency: code.rawValue), dedupe: "\(document.id):\(code)"
            )
        case .agency: break
        case .unit(let unit):
            try BranchStore(tx).add(
                NewBranch(holder: .unit(unit), holderName: recipient.name, role: recipient.role), to: document.ref,
                listedAt: document.movedAt, by: actor, at: now)
        }
    }

    /// Sends once more what failed or was refused.
    package func resend(_ id: OutgoingID, to recipientID: Int64, by actor: Actor) async throws {
        try await decide(.resend, on: id, by: actor) { current, tx, now in
            guard let recipient = current.recipients.first(where: { $0.id == recipientID }),
                let code = recipient.agency,
                recipient.delivery == .failed || recipient.delivery == .refused || recipient.isUnreached
            else { throw OutgoingRefusal.notPossible(.resend, "Nơi nhận này không có lỗi gửi cần gửi lại.") }
            current.document.movedAt = current.document.issuedAt ?? now
            if recipient.delivery == .refused { try RecipientStore(tx).forgetStatuses(recipient.id) }
            let attempt = try RecipientStore(tx).countResend(recipient.id)
            let queue = JobQueue(tx, now: now)
            if try queue.retryFailed(kind: SendDocumentJob.kind, dedupe: "\(id):\(code)") == 0 {
                try queue.enqueue(
                    SendDocumentJob(document: id.rawValue, agency: code.rawValue), dedupe: "\(id):\(code):\(attempt)")
            }
            return "Gửi lại đến \(recipient.name)."
        }
    }

    /// The number stays in the register with its reason and is never used again.
    package func voidNumber(_ id: OutgoingID, by actor: Actor, reason: String) async throws {
        let reason = try Self.checkReason(reason)
        try await decide(.voidNumber, on: id, by: actor) { current, tx, _ in
            guard let numbering = current.document.numbering, let code = current.document.code else {
                throw OutgoingRefusal.changedMeanwhile
            }
            try Register(tx).void(book: numbering.book, year: numbering.year, number: numbering.number, reason: reason)
            current.document.reason = reason
            return "Hủy số \(code): \(reason)"
        }
    }
}
