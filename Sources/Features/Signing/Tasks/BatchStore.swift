// Every SQL statement on batches and whose turn it is in them.
package import Foundation
internal import Platform
internal import Records

/// How a batch stands.
package struct BatchState: Sendable, Hashable {
    package let id: Int64
    package let credential: Int64
    package let createdAt: Date
    /// When its signing last began; nil while it was only gathered.
    package let begunAt: Date?
    /// Somebody is signing: until then at least.
    package let aliveUntil: Date?
    /// When something last happened to one of its documents.
    package let movedAt: Date
    package let counts: [TaskState: Int]

    /// What is signed, or is to be: without what left the batch.
    package var total: Int { counts.values.reduce(0, +) - count(.dropped) }
    package func count(_ state: TaskState) -> Int { counts[state] ?? 0 }
    package var left: Int { count(.waiting) + count(.processing) }
    /// Nothing is left to do.
    package var isDone: Bool { left == 0 }
    package func isRunning(at now: Date) -> Bool { aliveUntil.map { $0 > now } ?? false }

    /// "13/45 văn bản đã ký, 1 thất bại, 2 không ký"
    var results: String {
        let others = [(TaskState.failed, "thất bại"), (.dropped, "không ký")].filter { count($0.0) > 0 }
        return
            (["\(count(.signed))/\(total + count(.dropped)) văn bản đã ký"]
            + others.map { "\(count($0.0)) \($0.1)" }).joined(separator: ", ")
    }
}

struct BatchStore {
    let tx: Transaction
    let now: Date

    func create(by person: PersonID, credential: Int64) throws -> Int64 {
        let id: Int64? = try tx.value(
            """
            INSERT INTO signing_batch (person_id, credential_id, created_at)
            VALUES (\(person), \(credential), \(now)) RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("signing_batch") }
        return id
    }

    func state(_ id: Int64, of person: PersonID) throws -> BatchState? {
        try tx.first("SELECT * FROM signing_batch WHERE id = \(id) AND person_id = \(person)").map(state)
    }

    private func state(_ row: Row) throws -> BatchState {
        let (id, createdAt): (Int64, Date) = (try row.get("id"), try row.get("created_at"))
        let rows = try tx.rows(
            "SELECT state, count(*) AS n, max(moved_at) AS last FROM signing_task WHERE batch_id = \(id) GROUP BY state"
        )
        return BatchState(
            id: id, credential: try row.get("credential_id"), createdAt: createdAt,
            begunAt: try row.optional("begun_at"), aliveUntil: try row.optional("alive_until"),
            movedAt: try rows.map { try $0.get("last", as: Date.self) }.max() ?? createdAt,
            counts: Dictionary(uniqueKeysWithValues: try rows.map { (try $0.get("state"), try $0.get("n")) }))
    }

    // MARK: Beginning and end

    /// Says that somebody signs it; false when somebody else already does.
    func begin(_ id: Int64, until: Date, credential: Int64) throws -> Bool {
        try tx.execute(
            """
            UPDATE signing_batch SET alive_until = \(until), begun_at = \(now), walker = NULL, credential_id = \(credential)
            WHERE id = \(id) AND (alive_until IS NULL OR alive_until <= \(now))
            """) == 1
    }

    func setAlive(_ id: Int64, until: Date?) throws {
        try tx.execute("UPDATE signing_batch SET alive_until = \(until) WHERE id = \(id)")
    }

    /// Only while somebody signs it.
    func putOffEnd(_ id: Int64, until end: Date) throws {
        try tx.execute("UPDATE signing_batch SET alive_until = \(end) WHERE id = \(id) AND alive_until IS NOT NULL")
    }

    /// Those whose last task has ended, however that came, are closed and their result is told, once. One of which nothing
    /// was signed and nothing failed has none to tell.
    func closeDone() throws {
        let closed = try tx.rows(
            """
            UPDATE signing_batch SET closed_at = \(now)
            WHERE closed_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM signing_task t WHERE t.batch_id = signing_batch.id AND t.state IN ('waiting', 'processing'))
            RETURNING *
            """)
        for row in closed {
            let state = try state(row)
            guard state.count(.signed) + state.count(.failed) > 0 else { continue }
            try tell(state, of: try row.get("person_id"), "Ký theo lô xong: \(state.results).")
        }
    }

    /// Nobody signs it any more; what waits is to be taken up again.
    func pause(_ id: Int64) throws {
        let paused = try tx.first("UPDATE signing_batch SET alive_until = NULL WHERE id = \(id) RETURNING *")
        if let paused { try tellPaused(paused) }
    }

    /// Those whose process died. One that a page goes through may wait for its person to find his token.
    func pauseDead() throws {
        let dead = try tx.rows(
            """
            UPDATE signing_batch SET alive_until = NULL
            WHERE closed_at IS NULL AND alive_until <= \(now) AND progress IS NULL AND NOT EXISTS (
                SELECT 1 FROM signing_task t WHERE t.batch_id = signing_batch.id AND t.state = 'processing'
                  AND t.expires_at > \(now))
            RETURNING *
            """)
        for one in dead { try tellPaused(one) }
    }

    private func tellPaused(_ row: Row) throws {
        let state = try state(row)
        guard !state.isDone else { return }
        try tell(
            state, of: try row.get("person_id"), "Ký theo lô đã dừng: \(state.results). Hãy mở lô để ký tiếp.",
            isGood: false)
    }

    private func tell(_ state: BatchState, of person: PersonID, _ words: String, isGood: Bool? = nil) throws {
        try NoticeStore(tx: tx).add(
            to: person, words, href: "/ky-so/lo/\(state.id)", isGood: isGood ?? (state.count(.failed) == 0), at: now)
    }

    /// What nobody signed for a day waits under “Cần ký” alone.
    func letGoOld() throws {
        try tx.execute(
            """
            UPDATE signing_task SET state = 'dropped', failure = \(try TaskStore.json(SigningFailure.dayOver)), moved_at = \(now)
            WHERE state = 'waiting' AND moved_at <= \(now.addingTimeInterval(-86_400)) AND batch_id IN (
                SELECT id FROM signing_batch WHERE closed_at IS NULL AND (alive_until IS NULL OR alive_until <= \(now)))
            """)
    }

    // MARK: Turns

    enum Turn {
        case task(SigningTask)
        /// Somebody else signs it just now.
        case taken
        case nothing
    }

    /// The next in turn, marked as asked.
    func next(_ id: Int64, credential: Int64, until: Date) throws -> Turn {
        let first = try tx.first(
            "SELECT * FROM signing_task WHERE batch_id = \(id) AND state = 'waiting' ORDER BY id LIMIT 1")
        guard let task = try first.map(TaskStore.task) else { return .nothing }
        try tx.lock(task.order.subject.kind, task.order.subject.id)
        let store = TaskStore(tx: tx, now: now)
        if let claim = try store.claim(task.errand, task.order.subject.id, besides: id) {
            try store.step(.fail, task.id, failure: claim.failure(for: task.person))
            return .taken
        }
        let asked = try tx.first(
            """
            UPDATE signing_task SET state = 'processing', moved_at = \(now), credential_id = \(credential),
                poll_at = \(until), expires_at = \(until)
            WHERE id = \(task.id) AND state = 'waiting' RETURNING *
            """)
        return try asked.map { .task(try TaskStore.task($0)) } ?? .taken
    }

    /// Its turn has not come after all.
    func putBack(_ task: Int64) throws {
        try tx.execute(
            """
            UPDATE signing_task SET state = 'waiting', poll_at = NULL, expires_at = NULL
            WHERE id = \(task) AND state = 'processing'
            """)
    }

    func setOrder(_ order: SigningOrder, _ task: Int64) throws {
        try tx.execute("UPDATE signing_task SET order_json = \(try TaskStore.json(order)) WHERE id = \(task)")
    }

    /// The failed ones wait for another turn.
    func retryFailed(_ id: Int64) throws {
        try tx.execute(
            """
            UPDATE signing_task SET state = 'waiting', failure = NULL, progress = NULL, moved_at = \(now)
            WHERE batch_id = \(id) AND state = 'failed'
            """)
        try tx.execute("UPDATE signing_batch SET closed_at = NULL WHERE id = \(id)")
    }

    // MARK: Lists

    func tasks(_ id: Int64, _ states: [TaskState], most: Int) throws -> [SigningTask] {
        try tx.rows(
            """
            SELECT * FROM signing_task WHERE batch_id = \(id) AND state IN \(list: states) ORDER BY id LIMIT \(most)
            """
        ).map(TaskStore.task)
    }

    /// Those a person has not brought to an end, the latest first.
    func unfinished(of person: PersonID) throws -> [BatchState] {
        try tx.rows(
            """
            SELECT * FROM signing_batch WHERE person_id = \(person) AND closed_at IS NULL ORDER BY id DESC LIMIT 50
            """
        ).map(state)
    }

    /// To be counted for a badge together with tasks: negative, so that none is taken for a task of that number.
    static func unfinishedIDs(of person: PersonID) -> SQL {
        "SELECT -id AS id FROM signing_batch WHERE person_id = \(person) AND closed_at IS NULL"
    }
}
