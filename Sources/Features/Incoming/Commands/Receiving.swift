// The clerk's part: enter, refuse, register, submit.
internal import Directory
internal import Foundation
package import Platform
package import Records

extension IncomingDesk {
    /// Enters a document that came on paper, by post or by mail, with its scan; it then waits to be registered.
    package func enter(
        _ content: IncomingDocument.Content, files: [ReceivedFile], by actor: Actor
    ) async throws -> IncomingID {
        guard actor.has(.recordsClerk) else { throw CommonRefusal.forbidden("Việc này của văn thư.") }
        let now = ground.clock.now()
        let content = try EntryCheck.filled(content, today: Day(at: now))
        guard files.contains(where: { $0.mediaType == "application/pdf" && $0.blob != nil }) else {
            throw IncomingRefusal.unsuitableFile("Hãy chọn bản quét PDF của văn bản.")
        }
        let due = ground.timer.due(.receive, content.urgency, since: now)
        return try await ground.database.write { tx in
            let new = NewIncoming(
                content: content, origin: .entered, exchangeID: nil, arrivedAt: now, receiptDueAt: due, notes: [])
            guard let id = try IncomingStore(tx).insert(new) else {
                throw DatabaseError.constraint("incoming_document")
            }
            let ref = RecordRef(kind: IncomingDocument.kind, id: id.rawValue)
            try IncomingFiles(files: files).add(to: ref, RecordFileStore(tx), at: now)
            try EventHistory(tx).append(
                "entered", on: ref, by: actor, at: now, "Nhập văn bản của \(content.senderName).")
            return id
        }
    }

    /// Accepts and registers in one act: số đến from the register, ngày đến; status 03.
    /// - Parameter isConfirmed: whether the clerk saw the documents that look the same and goes on.
    /// - Returns: the entry number.
    @discardableResult
    package func register(
        _ id: IncomingID, by actor: Actor, receivedOn: Day? = nil, dueOn: Day? = nil, isConfirmed: Bool = false
    ) async throws -> Int {
        let now = ground.clock.now()
        try await decide(.register, on: id, by: actor) { sitting in
            let (store, today) = (IncomingStore(sitting.tx), sitting.today)
            let twins = isConfirmed ? [] : try store.duplicates(of: sitting.document)
            guard twins.isEmpty else {
                throw IncomingRefusal.duplicates(twins.map { $0.likeness(to: sitting.document) })
            }
            try ArrivalRule.check(arrival: receivedOn ?? today, of: sitting.document.content.day, today: today)
            try DeadlineRule.check(dueOn, today: today, below: nil, in: sitting.found.tree, limit: nil)
            let taken = try Register(sitting.tx).take(
                book: IncomingDocument.book, for: sitting.document.ref, by: actor.person, at: now)
            sitting.found.document.state = .registered
            sitting.found.document.content.dueOn = dueOn
            sitting.found.document.entry = .init(
                year: taken.year, number: taken.number, receivedOn: receivedOn ?? today, registeredAt: now,
                registeredBy: actor.name)
            try store.save(sitting.document)
            try sitting.statuses.report(.accepted, of: sitting.document)
            return "Tiếp nhận và vào sổ, số đến \(taken.number)\(isConfirmed ? " (đã xác nhận không trùng)" : "")."
        }
        return try await ground.database.read { try IncomingStore($0).find(id, for: actor).entry?.number ?? 0 }
    }

    /// Does not take the document; the sender hears why (status 02).
    package func refuse(_ id: IncomingID, by actor: Actor, reason: String) async throws {
        let reason = try Self.checkReason(reason)
        let now = ground.clock.now()
        try await decide(.refuse, on: id, by: actor) { sitting in
            sitting.found.document.state = .refused
            (sitting.found.document.refusal, sitting.found.document.refusedAt) = (reason, now)
            try IncomingStore(sitting.tx).save(sitting.document)
            try sitting.statuses.report(.refused, of: sitting.document, note: reason)
            return "Từ chối tiếp nhận: \(reason)"
        }
    }

    /// Lays the document before a leader.
    package func submit(
        _ id: IncomingID, by actor: Actor, to leader: PersonID, note: String = "", dueOn: Day? = nil
    ) async throws {
        let note = try TextLimit.words.checked(note, "Nội dung trình")
        try await decide(.submit, on: id, by: actor) { sitting in
            guard let person = try DirectoryStore(sitting.tx).person(leader), person.isActive, person.has(.leader)
            else {
                throw CommonRefusal.invalid("Hãy chọn lãnh đạo để trình.")
            }
            try DeadlineRule.check(
                dueOn, today: sitting.today, below: nil, in: sitting.found.tree, limit: sitting.document.content.dueOn)
            try sitting.hand([
                NewBranch(
                    holder: .person(leader), holderName: person.name, role: .decide,
                    dueOn: dueOn ?? sitting.document.content.dueOn, note: note)
            ])
            return "Trình \(person.name), \(person.position).\(note.isEmpty ? "" : " \(note)")"
        }
    }
}

extension IncomingDocument {
    /// `số đến 15, Quyết định số 05/QĐ-VHL của Viện Toán học (cùng mã định danh)`
    func likeness(to other: IncomingDocument) -> String {
        let place = entry.map { "số đến \($0.number)/\($0.year)" } ?? "văn bản chờ tiếp nhận"
        let why =
            !content.documentID.isEmpty && content.documentID == other.content.documentID
            ? "cùng mã định danh văn bản" : "cùng số, ký hiệu và cơ quan ban hành"
        return "\(place), \(title) của \(content.senderName) (\(why))"
    }
}
