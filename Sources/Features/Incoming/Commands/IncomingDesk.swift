// Every use case on incoming documents: one method, one use case, one transaction; signing happens before it.
internal import Foundation
internal import Directory
internal import Platform
package import Records
internal import Signing

package struct IncomingDesk: Sendable {
    let ground: Groundwork
    let signing: DirectiveSteps

    package init(ground: Groundwork, signing: DirectiveSteps) {
        self.ground = ground
        self.signing = signing
    }

    /// What one decision works with.
    struct Sitting {
        let tx: Transaction
        let now: Date
        let actor: Actor
        var found: IncomingCase

        var document: IncomingDocument { found.document }
        var branches: BranchStore { BranchStore(tx) }
        var today: Day { Day(at: now) }
        var statuses: StatusReports { StatusReports(tx: tx, now: now) }

        /// Hands the document on, below `parent`.
        func hand(_ new: [NewBranch]) throws {
            for branch in new {
                try branches.add(branch, to: document.ref, listedAt: document.arrivedAt, by: actor, at: now)
            }
        }
    }

    static func found(_ id: IncomingID, for actor: Actor, _ tx: Transaction) throws -> IncomingCase {
        let document = try IncomingStore(tx).find(id, for: actor)
        return IncomingCase(document: document, tree: try BranchStore(tx).tree(of: document.ref))
    }

    /// One decision: lock, load, decide, save, event; the closure does the rest in the same transaction.
    /// - Parameter change: gives the sentence of the event.
    func decide(
        _ action: IncomingDocument.Action, on id: IncomingID, by actor: Actor,
        _ change: @escaping @Sendable (inout Sitting) throws -> String
    ) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try tx.lock(IncomingDocument.kind, id.rawValue)
            var sitting = Sitting(tx: tx, now: now, actor: actor, found: try Self.found(id, for: actor, tx))
            try sitting.found.check(action, by: actor)
            let sentence = try change(&sitting)
            try EventHistory(tx).append(action.rawValue, on: sitting.document.ref, by: actor, at: now, sentence)
            try SigningTasks.recordMoved(
                sitting.document.ref, by: action.rawValue, action.label, in: tx, at: now)
            try Self.settle(&sitting)
        }
    }

    /// The same for whoever holds a branch; the branch is the one the person saw.
    func decide(
        _ action: IncomingDocument.Action, on id: IncomingID, by actor: Actor, branch: BranchID?,
        _ change: @escaping @Sendable (inout Sitting, Branch) throws -> String
    ) async throws {
        try await decide(action, on: id, by: actor) { sitting in
            guard let held = sitting.found.desk(of: actor), branch == nil || held.id == branch else {
                throw IncomingRefusal.changedMeanwhile
            }
            return try change(&sitting, held)
        }
    }

    /// The state of the whole follows from the branches; when all is done the sender hears of it.
    static func settle(_ sitting: inout Sitting) throws {
        guard sitting.document.entry != nil else { return }
        let tree = try sitting.branches.tree(of: sitting.document.ref)
        let state = tree.documentState
        try IncomingStore(sitting.tx).setState(sitting.document.id, state)
        guard state == .completed, sitting.document.state != .completed else { return }
        try sitting.statuses.report(.completed, of: sitting.document)
    }

    static func checkReason(_ reason: String) throws -> String {
        let reason = try TextLimit.reason.checked(reason, "Lý do")
        guard reason.count >= 10 else { throw IncomingRefusal.reasonMissing }
        return reason
    }

    /// Names and existence of the holders; nobody is handed the same document twice in one act.
    static func named(
        _ assignments: [Assignment], below parent: BranchID?, note: String, _ tx: Transaction
    ) throws
        -> [NewBranch]
    {
        let directory = DirectoryStore(tx)
        guard Set(assignments.map(\.holder)).count == assignments.count else {
            throw CommonRefusal.invalid("Mỗi đơn vị, cá nhân chỉ chọn một vai trò.")
        }
        return try assignments.map { one in
            NewBranch(
                parent: parent, holder: one.holder, holderName: try name(of: one.holder, directory), role: one.role,
                dueOn: one.dueOn, note: note)
        }
    }

    private static func name(of holder: Holder, _ directory: DirectoryStore) throws -> String {
        switch holder {
        case .person(let id):
            guard let person = try directory.person(id), person.isActive else {
                throw CommonRefusal.invalid("Có người nhận không còn trong danh bạ. Hãy chọn lại.")
            }
            return person.name
        case .unit(let id):
            guard let unit = try directory.unit(id), unit.isActive else {
                throw CommonRefusal.invalid("Có đơn vị nhận không còn trong danh bạ. Hãy chọn lại.")
            }
            guard unit.head != nil else {
                throw CommonRefusal.invalid(
                    "\(unit.name) chưa có người đứng đầu để nhận văn bản. Hãy chọn một cá nhân của đơn vị.")
            }
            return unit.name
        }
    }
}

extension RoutingTree {
    /// State of a registered document, from its branches alone.
    package var documentState: IncomingDocument.State {
        isDealtWith ? .completed : isHandedOut ? .circulating : .registered
    }
}
