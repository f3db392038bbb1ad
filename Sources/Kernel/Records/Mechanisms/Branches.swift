// The routing tree of a document: who holds it, in what role, in what state, until when.
package import Foundation
package import Platform

package enum BranchSubject: Sendable {}
package typealias BranchID = ID<BranchSubject>

/// Whose desk a branch lies on.
package enum Holder: Hashable, Sendable, Codable {
    case person(PersonID)
    case unit(UnitID)

    var kind: String {
        switch self {
        case .person: "person"
        case .unit: "unit"
        }
    }

    var id: Int64 {
        switch self {
        case .person(let id): id.rawValue
        case .unit(let id): id.rawValue
        }
    }

    init?(kind: String, id: Int64) {
        switch kind {
        case "person": self = .person(PersonID(id))
        case "unit": self = .unit(UnitID(id))
        default: return nil
        }
    }
}

/// What the holder is asked for.
package enum BranchRole: String, Sendable, CaseIterable, Codable, SQLBindable, SQLDecodable {
    /// The leader (or the next approver) is asked to decide.
    case decide
    case lead, support, information

    package var label: String {
        switch self {
        case .decide: "Cho ý kiến"
        case .lead: "Chủ trì"
        case .support: "Phối hợp"
        case .information: "Để biết"
        }
    }
}

package enum BranchState: String, Sendable, CaseIterable, Codable, SQLBindable, SQLDecodable {
    /// Lies there, not yet taken up.
    case pending
    /// Taken up: being worked on.
    case active
    /// Handed on to branches below.
    case passed
    case completed
    /// Given back to whoever sent it.
    case returned
    /// Taken back by whoever sent it.
    case recalled

    package var isOpen: Bool { self == .pending || self == .active || self == .passed }

    package var label: String {
        switch self {
        case .pending: "Chờ xử lý"
        case .active: "Đang xử lý"
        case .passed: "Đã chuyển"
        case .completed: "Đã hoàn thành"
        case .returned: "Đã trả lại"
        case .recalled: "Đã thu hồi"
        }
    }
}

/// One desk a document went to.
package struct Branch: Sendable, Hashable, Identifiable {
    package let id: BranchID
    package let subject: RecordRef
    package let parent: BranchID?
    package let holder: Holder
    package let holderName: String
    package let role: BranchRole
    package var state: BranchState
    package let dueOn: Day?
    /// Why it was sent there.
    package let note: String
    package let createdBy: PersonID?
    package let createdByName: String
    package let createdAt: Date
    package var readAt: Date?
    package var closedAt: Date?
    /// What the holder answered: result, reason of return.
    package var outcome: String

    /// A branch is on time while open before its day, and for ever when closed by then.
    package func isOverdue(on today: Day) -> Bool {
        guard let dueOn else { return false }
        return dueOn < (closedAt.map { Day(at: $0) } ?? today)
    }

    /// Whether this person may act on the branch: it is his, or it lies with a unit he heads.
    package func isHeld(by actor: Actor) -> Bool {
        switch holder {
        case .person(let id): id == actor.person
        case .unit(let id): actor.heads.contains(id)
        }
    }
}

/// A branch to be made.
package struct NewBranch: Sendable, Hashable {
    package var parent: BranchID?
    package var holder: Holder
    package var holderName: String
    package var role: BranchRole
    package var dueOn: Day?
    package var note: String

    package init(
        parent: BranchID? = nil, holder: Holder, holderName: String, role: BranchRole, dueOn: Day? = nil,
        note: String = ""
    ) {
        self.parent = parent
        self.holder = holder
        self.holderName = holderName
        self.role = role
        self.dueOn = dueOn
        self.note = note
    }
}

/// All branches of one document, and the rules of cascade between them; pure.
package struct RoutingTree: Sendable {
    package private(set) var branches: [Branch]

    package init(_ branches: [Branch]) { self.branches = branches }

    package func branch(_ id: BranchID) -> Branch? { branches.first { $0.id == id } }
    package func children(of id: BranchID) -> [Branch] { branches.filter { $0.parent == id } }
    package var roots: [Branch] { branches.filter { $0.parent == nil } }

    /// Everything below a branch, nearest first.
    package func descendants(of id: BranchID) -> [Branch] {
        let below = children(of: id)
        return below + below.flatMap { descendants(of: $0.id) }
    }

    /// What goes with a branch that is given or taken back: everything below it that was not completed, also what had
    /// come back from there.
    package func unfinishedBelow(_ id: BranchID) -> [BranchID] {
        descendants(of: id).filter { $0.state != .completed && $0.state != .recalled }.map(\.id)
    }

    /// The branches below that carry the work of their parent: those asked to decide or to lead; below a supporting
    /// branch, those that support. Returned and recalled ones carry nothing any more.
    package func carriers(of id: BranchID) -> [Branch] {
        guard let parent = branch(id) else { return [] }
        return children(of: id).filter {
            Self.carries($0, below: parent.role) && $0.state != .returned && $0.state != .recalled
        }
    }

    private static func carries(_ branch: Branch, below role: BranchRole) -> Bool {
        switch role {
        case .support: branch.role == .support
        case .decide, .lead, .information: branch.role == .decide || branch.role == .lead
        }
    }

    /// Ancestors that are complete once `id` is: all that carry their work are completed (several leads: all of them).
    package func completedAncestors(afterCompleting id: BranchID) -> [BranchID] {
        var done: Set<BranchID> = [id]
        var out: [BranchID] = []
        var current = branch(id)?.parent
        while let parentID = current, let parent = branch(parentID), parent.state == .passed {
            let carriers = carriers(of: parentID)
            guard carriers.contains(where: { done.contains($0.id) }),
                carriers.allSatisfy({ $0.state == .completed || done.contains($0.id) })
            else { break }
            done.insert(parentID)
            out.append(parentID)
            current = parent.parent
        }
        return out
    }

    /// The branch that must act again once `id` has come back to it: its sender, when what came back carried the work.
    package func reopened(byReturnOf id: BranchID) -> BranchID? {
        guard let returned = branch(id), let parentID = returned.parent, let parent = branch(parentID),
            parent.state == .passed, Self.carries(returned, below: parent.role)
        else { return nil }
        return parentID
    }

    /// The branch that must act again once `ids` were taken back below it: when nothing open carries its work any more.
    package func reopened(byRecallOf ids: Set<BranchID>) -> Set<BranchID> {
        let parents = Set(branches.filter { ids.contains($0.id) }.compactMap(\.parent)).subtracting(ids)
        return parents.filter { id in
            branch(id)?.state == .passed && !carriers(of: id).contains { $0.state.isOpen && !ids.contains($0.id) }
        }
    }

    /// Roots that were handed out to be worked on, and not given or taken back.
    private var workingRoots: [Branch] {
        roots.filter { ($0.role == .decide || $0.role == .lead) && $0.state != .returned && $0.state != .recalled }
    }

    /// Whether anybody was asked to work on the document, and it was not given or taken back.
    package var isHandedOut: Bool { !workingRoots.isEmpty }

    /// A document is dealt with when every root that carries its work is completed; branches for information never hold
    /// it up, nor do those that support.
    package var isDealtWith: Bool { isHandedOut && workingRoots.allSatisfy { $0.state == .completed } }

    /// A child's deadline may not be later than its parent's.
    package func allows(dueOn: Day?, below parent: BranchID) -> Bool {
        guard let limit = branch(parent)?.dueOn, let dueOn else { return true }
        return dueOn <= limit
    }
}

/// Every SQL statement on branches.
package struct BranchStore {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// - Parameter listedAt: the time by which the document stands in lists.
    @discardableResult
    package func add(
        _ new: NewBranch, to subject: RecordRef, listedAt: Date, by actor: Actor?, at now: Date
    ) throws -> BranchID {
        let id: Int64? = try tx.value(
            """
            INSERT INTO branch (subject_kind, subject_id, subject_at, parent_id, holder_kind, holder_id, holder_name, role,
                                state, due_on, note, created_by, created_by_name, created_at, outcome)
            VALUES (\(subject.kind), \(subject.id), \(listedAt), \(new.parent?.rawValue), \(new.holder.kind),
                    \(new.holder.id), \(new.holderName), \(new.role), 'pending', \(new.dueOn), \(new.note), \(actor?.person.rawValue),
                    \(actor?.name ?? "Hệ thống"), \(now), '')
            RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("branch") }
        return BranchID(id)
    }

    /// Moves the document to another place in the lists of all who hold it.
    package func list(_ subject: RecordRef, at time: Date) throws {
        try tx.execute(
            """
            UPDATE branch SET subject_at = \(time)
            WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id) AND subject_at <> \(time)
            """)
    }

    package func tree(of subject: RecordRef) throws -> RoutingTree { try tx.answer(to: Self.tree(of: subject)) }

    package static func tree(of subject: RecordRef) -> Query<RoutingTree> {
        Query("SELECT * FROM branch WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id) ORDER BY id") {
            RoutingTree(try $0.map(Self.branch))
        }
    }

    /// - Parameter outcome: kept when nil.
    package func set(_ id: BranchID, to state: BranchState, at now: Date, outcome: String? = nil) throws {
        let closed: Date? = state.isOpen ? nil : now
        try tx.execute(
            """
            UPDATE branch SET state = \(state), closed_at = \(closed), outcome = coalesce(\(outcome), outcome),
                              read_at = coalesce(read_at, \(now))
            WHERE id = \(id.rawValue)
            """)
    }

    package func recall(_ ids: [BranchID], at now: Date) throws {
        guard !ids.isEmpty else { return }
        try tx.execute(
            """
            UPDATE branch SET state = 'recalled', closed_at = coalesce(closed_at, \(now))
            WHERE id IN \(list: ids.map(\.rawValue))
            """)
    }

    /// Puts a branch that was passed on back on its holder's desk, as something new to him.
    package func reopen(_ ids: [BranchID]) throws {
        guard !ids.isEmpty else { return }
        try tx.execute(
            """
            UPDATE branch SET state = 'pending', closed_at = NULL, read_at = NULL WHERE id IN \(list: ids.map(\.rawValue))
            """)
    }

    /// Marks a branch read; a branch for information closes by being read. Returns whether anything changed.
    @discardableResult
    package func markRead(_ branch: Branch, at now: Date) throws -> Bool {
        guard branch.readAt == nil else { return false }
        if branch.role == .information {
            try set(branch.id, to: .completed, at: now)
        } else {
            try tx.execute("UPDATE branch SET read_at = \(now) WHERE id = \(branch.id.rawValue) AND read_at IS NULL")
        }
        return true
    }

    private static func branch(_ row: Row) throws -> Branch {
        guard let holder = Holder(kind: try row.get("holder_kind"), id: try row.get("holder_id")) else {
            throw DatabaseError.column("holder_kind", "is unknown")
        }
        return Branch(
            id: BranchID(try row.get("id", as: Int64.self)),
            subject: RecordRef(kind: try row.get("subject_kind"), id: try row.get("subject_id")),
            parent: try row.optional("parent_id", as: Int64.self).map { BranchID($0) }, holder: holder,
            holderName: try row.get("holder_name"), role: try row.get("role"), state: try row.get("state"),
            dueOn: try row.optional("due_on"), note: try row.get("note"),
            createdBy: try row.optional("created_by", as: Int64.self).map { PersonID($0) },
            createdByName: try row.get("created_by_name"), createdAt: try row.get("created_at"),
            readAt: try row.optional("read_at"), closedAt: try row.optional("closed_at"),
            outcome: try row.get("outcome"))
    }
}

extension BranchState {
    /// Over table alias `b`: by this branch its holder may read the document. Who gave it back, or whom it was taken
    /// from, reads it no longer.
    static let admits: SQL = "b.state NOT IN ('returned', 'recalled')"
}

extension Actor {
    /// The predicate "by this branch I may read the document", the same for every kind of document.
    package var readsByBranch: SQL { "(\(holdsBranch) AND \(BranchState.admits))" }

    /// The predicate "this branch lies on my desk", for boxes and for access, over table alias `b`.
    package var holdsBranch: SQL {
        heads.isEmpty
            ? "(b.holder_kind = 'person' AND b.holder_id = \(person.rawValue))"
            : """
            ((b.holder_kind = 'person' AND b.holder_id = \(person.rawValue))
             OR (b.holder_kind = 'unit' AND b.holder_id IN \(list: heads.sorted().map(\.rawValue))))
            """
    }
}
