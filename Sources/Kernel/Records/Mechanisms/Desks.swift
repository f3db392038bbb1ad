// What lies on a person's desk: documents by holder, state and role of their branches, newest first.
package import Platform

/// A branch carries the time by which its document stands in lists, so that one range of one index answers a page of a
/// box, however many documents the person ever held. Whether one document lies on his desk is answered by
/// `branch_subject`, to whom he sent lately by `branch_creator`.
let deskSchema = [
    SchemaStep(
        "records-2",
        """
        ALTER TABLE branch ADD COLUMN subject_at BIGINT NOT NULL DEFAULT 0;
        DROP INDEX branch_holder;
        DROP INDEX branch_subject;
        CREATE INDEX branch_desk
            ON branch (holder_kind, holder_id, subject_kind, state, role, subject_at, subject_id, due_on);
        CREATE INDEX branch_shelf ON branch (holder_kind, holder_id, subject_kind, subject_at, subject_id, state);
        CREATE INDEX branch_subject ON branch (subject_kind, subject_id, holder_kind, holder_id, state);
        CREATE INDEX branch_creator ON branch (created_by, id);
        """)
]

/// Documents of one kind on a person's desk and on those of the units he heads: asked for a page, or counted.
package struct DeskQuery: Sendable {
    package enum Holders: Sendable { case person, units, both }

    private let kind: SQL
    private let holders: Holders
    private let states: [BranchState]
    private let roles: [BranchRole]
    private let due: SQL

    /// - Parameters:
    ///   - kind: of the documents, a word of the source.
    ///   - states: none for every state in which the holder may read the document.
    ///   - due: a condition on `b.due_on`.
    package init(
        _ kind: StaticString, _ states: [BranchState] = [], as roles: [BranchRole] = BranchRole.allCases,
        heldBy holders: Holders = .both, due: SQL? = nil
    ) {
        self.kind = SQL(trusted: "b.subject_kind = '\(kind)'")
        self.states = states
        self.roles = roles
        self.holders = holders
        self.due = due.map { "AND \($0)" } ?? ""
    }

    /// What a page is chosen from: each arm reads at most one page of its range, in order, as `(at, id)`.
    /// - Parameter filter: a table of the documents, alias `d`, and a condition on it.
    package func arms(for actor: Actor, after key: PageKey?, filter: (table: SQL, condition: SQL)?) -> [SQL] {
        let later: SQL = key.map { "AND (b.subject_at, b.subject_id) < (\($0.key), \($0.id))" } ?? ""
        let (table, matching): (SQL, SQL) =
            filter.map { ("CROSS JOIN \($0.table) d", "AND d.id = b.subject_id AND \($0.condition)") } ?? ("", "")
        return separateHolders(actor).flatMap { holder in
            ranges.map { range in
                """
                SELECT DISTINCT b.subject_at AS at, b.subject_id AS id FROM branch b \(table)
                WHERE \(kind) AND \(holder) AND \(range) \(due) \(later) \(matching)
                ORDER BY b.subject_at DESC, b.subject_id DESC
                """
            }
        }
    }

    /// The same documents in no order, as `id`. The plus keeps the planner from reading all documents in the order of
    /// their identity, only because each is to be told once.
    package func ids(for actor: Actor) -> [SQL] {
        holdersTogether(actor).map { holder in
            "SELECT DISTINCT +b.subject_id AS id FROM branch b WHERE \(kind) AND \(holder) AND \(condition) \(due)"
        }
    }

    /// Each range is one state and one role, because only then does the index give its documents in order.
    private var ranges: [SQL] {
        guard !states.isEmpty else { return [condition] }
        return states.flatMap { state in
            roles.map { SQL(trusted: "b.state = '\(state.rawValue)' AND b.role = '\($0.rawValue)'") }
        }
    }

    private var condition: SQL {
        guard !states.isEmpty else { return BranchState.admits }
        func list(_ words: [String]) -> String { words.map { "'\($0)'" }.joined(separator: ", ") }
        return SQL(
            trusted: "b.state IN (\(list(states.map(\.rawValue)))) AND b.role IN (\(list(roles.map(\.rawValue))))")
    }

    private func separateHolders(_ actor: Actor) -> [SQL] {
        let units = actor.heads.sorted().map { "b.holder_kind = 'unit' AND b.holder_id = \($0)" as SQL }
        return (holders == .units ? [] : [person(actor)]) + (holders == .person ? [] : units)
    }

    private func holdersTogether(_ actor: Actor) -> [SQL] {
        let units: [SQL] =
            actor.heads.isEmpty ? [] : ["b.holder_kind = 'unit' AND b.holder_id IN \(list: actor.heads.sorted())"]
        return (holders == .units ? [] : [person(actor)]) + (holders == .person ? [] : units)
    }

    private func person(_ actor: Actor) -> SQL { "b.holder_kind = 'person' AND b.holder_id = \(actor.person)" }
}

extension ListPage {
    /// Which rows make a page: the newest of several ordered arms `(at, id)`, each document once.
    package static func chosen(from arms: [SQL]) -> SQL {
        if arms.count == 1 { return "\(arms[0]) \(SQL.limit(size + 1))" }
        let limited = arms.enumerated().map { index, arm in
            "SELECT at, id FROM (\(arm) \(SQL.limit(size + 1))) AS \(SQL(trusted: "w\(index)"))" as SQL
        }
        return """
            SELECT at, id FROM (\(SQL.join(limited, " UNION "))) AS u ORDER BY at DESC, id DESC \(SQL.limit(size + 1))
            """
    }
}
