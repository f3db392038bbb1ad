// The part of units and officers: assign, take up, report, complete, forward, return, recall.
internal import Directory
internal import Foundation
internal import Platform
package import Records

extension IncomingDesk {
    /// The unit head hands the work to people of his unit.
    package func assign(
        _ id: IncomingID, by actor: Actor, _ assignments: [Assignment], note: String = "", branch: BranchID? = nil
    ) async throws {
        let note = try TextLimit.words.checked(note, "Nội dung giao")
        try await decide(.assign, on: id, by: actor, branch: branch) { sitting, held in
            let assignments = Self.roles(assignments, below: held)
            guard assignments.contains(where: { $0.role == held.role }) else { throw IncomingRefusal.noLead }
            try Self.checkOwnPeople(assignments, actor, sitting.tx)
            let new = try Self.named(assignments, below: held.id, note: note, sitting.tx)
            try Self.checkDeadlines(new, below: held, sitting.found, sitting.now)
            try Self.checkFree(new, below: held, in: sitting.found.tree)
            try sitting.branches.set(held.id, to: .passed, at: sitting.now)
            try sitting.hand(new)
            try sitting.statuses.report(.assigned, of: sitting.document)
            return "Phân công. \(Self.sentence(new))"
        }
    }

    /// Below a unit that supports nobody leads: its people support.
    private static func roles(_ assignments: [Assignment], below held: Branch) -> [Assignment] {
        guard held.role == .support else { return assignments }
        return assignments.map { $0.role == .lead ? Assignment($0.holder, .support, dueOn: $0.dueOn) : $0 }
    }

    private static func checkOwnPeople(_ assignments: [Assignment], _ actor: Actor, _ tx: Transaction) throws {
        let ids = assignments.compactMap { one -> PersonID? in
            guard case .person(let id) = one.holder else { return nil }
            return id
        }
        let people = try DirectoryStore(tx).people(ids)
        guard ids.count == assignments.count, people.allSatisfy({ actor.heads.contains($0.unit) }) else {
            throw CommonRefusal.invalid("Chỉ phân công cho người của đơn vị; với đơn vị khác hãy dùng “Chuyển tiếp”.")
        }
    }

    /// The holder begins; status 05.
    package func takeUp(_ id: IncomingID, by actor: Actor, branch: BranchID? = nil) async throws {
        try await decide(.takeUp, on: id, by: actor, branch: branch) { sitting, held in
            try sitting.branches.set(held.id, to: .active, at: sitting.now)
            if held.role == .lead { try sitting.statuses.report(.inProgress, of: sitting.document) }
            return "\(held.holderName) nhận xử lý (\(held.role.label.lowercased()))."
        }
    }

    package func report(_ id: IncomingID, by actor: Actor, text: String, branch: BranchID? = nil) async throws {
        let text = try Self.required(text, "Nội dung báo cáo")
        try await decide(.report, on: id, by: actor, branch: branch) { sitting, held in
            try sitting.branches.set(held.id, to: .active, at: sitting.now, outcome: "Tiến độ: \(text)")
            return "Báo cáo tiến độ: \(text)"
        }
    }

    /// The holder's own part is done; when that was the last of the leading parts, so is what is above (status 06).
    package func complete(_ id: IncomingID, by actor: Actor, outcome: String, branch: BranchID? = nil) async throws {
        let outcome = try Self.required(outcome, "Kết quả xử lý")
        try await decide(.complete, on: id, by: actor, branch: branch) { sitting, held in
            try Self.close(held, outcome: outcome, sitting)
            return "\(held.role == .support ? "Hoàn thành phần phối hợp" : "Hoàn thành"): \(outcome)"
        }
    }

    /// Hands the own part to somebody else in the same role and with the same deadline.
    package func forward(
        _ id: IncomingID, by actor: Actor, to holder: Holder, note: String = "", branch: BranchID? = nil
    ) async throws {
        let note = try TextLimit.words.checked(note, "Ghi chú")
        try await decide(.forward, on: id, by: actor, branch: branch) { sitting, held in
            let one = Assignment(holder, held.role, dueOn: held.dueOn)
            let new = try Self.named([one], below: held.id, note: note, sitting.tx)
            guard holder != held.holder, holder != .person(actor.person) else {
                throw CommonRefusal.invalid("Hãy chọn người hoặc đơn vị khác để chuyển.")
            }
            if held.role == .decide { try Self.checkLeader(holder, sitting.tx) }
            try Self.checkFree(new, below: held, in: sitting.found.tree)
            try sitting.branches.set(held.id, to: .passed, at: sitting.now)
            try sitting.hand(new)
            return "Chuyển tiếp. \(Self.sentence(new))\(note.isEmpty ? "" : " \(note)")"
        }
    }

    private static func checkLeader(_ holder: Holder, _ tx: Transaction) throws {
        guard case .person(let id) = holder, try DirectoryStore(tx).person(id)?.has(.leader) == true else {
            throw CommonRefusal.invalid("Văn bản chờ ý kiến chỉ chuyển được cho lãnh đạo khác.")
        }
    }

    /// Gives the document back to whoever sent it, with everything handed on below.
    package func giveBack(_ id: IncomingID, by actor: Actor, reason: String, branch: BranchID? = nil) async throws {
        let reason = try Self.checkReason(reason)
        try await decide(.giveBack, on: id, by: actor, branch: branch) { sitting, held in
            try sitting.branches.recall(sitting.found.tree.unfinishedBelow(held.id), at: sitting.now)
            try sitting.branches.set(held.id, to: .returned, at: sitting.now, outcome: reason)
            if let above = sitting.found.tree.reopened(byReturnOf: held.id) { try sitting.branches.reopen([above]) }
            return "\(held.holderName) trả lại \(held.createdByName): \(reason)"
        }
    }

    /// Takes back what nobody has begun with.
    package func recall(_ id: IncomingID, by actor: Actor, branches: [BranchID]) async throws {
        try await decide(.recall, on: id, by: actor) { sitting in
            let mine = sitting.found.recallable(by: actor)
            let wanted = mine.filter { branches.contains($0.id) }
            guard !wanted.isEmpty, wanted.count == Set(branches).count else {
                throw IncomingRefusal.notPossible(.recall, "Có nơi nhận đã bắt đầu xử lý; hãy đề nghị nơi đó trả lại.")
            }
            let tree = sitting.found.tree
            let all = Set(wanted.map(\.id) + wanted.flatMap { tree.unfinishedBelow($0.id) })
            try sitting.branches.recall(all.sorted(), at: sitting.now)
            try sitting.branches.reopen(tree.reopened(byRecallOf: all).sorted())
            return "Thu hồi từ \(wanted.map(\.holderName).joined(separator: ", "))."
        }
    }

    private static func required(_ text: String, _ label: String) throws(CommonRefusal) -> String {
        let text = try TextLimit.words.checked(text, label)
        guard !text.isEmpty else { throw .invalid("Chưa nhập \(label.lowercased()).") }
        return text
    }
}
