// Every SQL statement on signing tasks and their parts.
internal import Foundation
internal import Platform
internal import Records

struct TaskStore {
    let tx: Transaction
    let now: Date

    /// A task for the errand: the person's own that failed before, or a new one; refused while somebody is at it.
    func open(
        _ errand: SigningErrand, _ order: SigningOrder, by actor: Actor, credential: Int64, details: String
    ) throws -> SigningTask {
        if let claim = try claim(errand.kind, order.subject.id) { throw claim.failure(for: actor.person) }
        return try put(errand, order, by: actor, credential: credential, details: details, into: nil)
    }

    /// The same in a batch, where it claims nothing: not even a place in another of the person's batches.
    func gather(
        _ errand: SigningErrand, _ order: SigningOrder, by actor: Actor, credential: Int64, into batch: Int64
    ) throws {
        for task in try own("waiting", errand, order, actor.person) { try step(.drop, task.id, failure: .takenOut) }
        _ = try put(errand, order, by: actor, credential: credential, details: "", into: batch)
    }

    private func put(
        _ errand: SigningErrand, _ order: SigningOrder, by actor: Actor, credential: Int64, details: String,
        into batch: Int64?
    ) throws -> SigningTask {
        var failed: SigningTask?
        for task in try own("failed", errand, order, actor.person) {
            // A batch goes on telling what became of its documents.
            if task.batch != nil { try step(.drop, task.id, failure: .takenOut) } else { failed = task }
        }
        let json = try Self.json(order)
        if let failed {
            try forgetParts(of: failed.id)
            try tx.execute(
                """
                UPDATE signing_task SET state = 'waiting', order_json = \(json), details = \(details),
                    credential_id = \(credential), batch_id = \(batch), failure = NULL, progress = NULL, ticket = NULL,
                    moved_at = \(now), expires_at = NULL, poll_at = NULL, person_name = \(actor.name)
                WHERE id = \(failed.id)
                """)
            return try required(failed.id)
        }
        let id: Int64? = try tx.value(
            """
            INSERT INTO signing_task (errand, subject_kind, subject_id, person_id, person_name, credential_id, batch_id,
                                      state, order_json, details, created_at, moved_at)
            VALUES (\(errand.kind), \(order.subject.kind), \(order.subject.id), \(actor.person), \(actor.name),
                    \(credential), \(batch), 'waiting', \(json), \(details), \(now), \(now))
            RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("signing_task") }
        return try required(id)
    }

    private func own(
        _ state: String, _ errand: SigningErrand, _ order: SigningOrder, _ person: PersonID
    ) throws -> [SigningTask] {
        try tx.rows(
            """
            SELECT * FROM signing_task WHERE errand = \(errand.kind) AND subject_kind = \(order.subject.kind)
              AND subject_id = \(order.subject.id) AND person_id = \(person) AND state = \(state) ORDER BY id
            """
        ).map(Self.task)
    }

    // MARK: Who is at it

    /// Condition on a task `t`: its key holder was asked, or its turn comes in a batch that is being signed.
    static func isClaiming(at now: Date) -> SQL {
        """
        (t.state = 'processing' OR (t.state = 'waiting' AND EXISTS (
            SELECT 1 FROM signing_batch b WHERE b.id = t.batch_id AND b.alive_until > \(now))))
        """
    }

    struct Claim {
        let person: PersonID
        let name: String
        let since: Date

        func failure(for asking: PersonID) -> SigningFailure {
            let time = LocalTime(since).printed
            guard person != asking else {
                return SigningFailure(
                    .documentChanged,
                    "Văn bản này đang được chính bạn ký (từ \(time)). Hãy xem ở “Ký số – Đang xử lý”, hủy yêu cầu đó nếu muốn ký cách khác."
                )
            }
            return SigningFailure(
                .documentChanged,
                "Văn bản này đang được \(name.isEmpty ? "người khác" : name) ký (từ \(time)). Hãy chờ kết quả; nếu không ký, văn bản lại được ký khi hết thời gian chờ."
            )
        }
    }

    /// Who signs a document just now.
    /// - Parameter batch: whoever asks for his own batch is not in his own way.
    func claim(_ errand: String, _ subject: Int64, besides batch: Int64? = nil) throws -> Claim? {
        let others: SQL = batch.map { "AND t.state = 'processing' AND COALESCE(t.batch_id, 0) <> \($0)" } ?? ""
        return try tx.first(
            """
            SELECT t.person_id, t.person_name, CASE WHEN t.state = 'waiting' THEN (
                SELECT b.begun_at FROM signing_batch b WHERE b.id = t.batch_id) ELSE t.moved_at END AS since
            FROM signing_task t WHERE t.errand = \(errand) AND t.subject_id = \(subject)
              AND t.state IN ('waiting', 'processing') AND \(Self.isClaiming(at: now)) \(others)
            ORDER BY t.state LIMIT 1
            """
        ).map {
            Claim(
                person: try $0.get("person_id"), name: try $0.get("person_name"),
                since: try $0.optional("since") ?? now)
        }
    }

    // MARK: Steps

    /// Takes a step of the lifecycle; false when the task was no longer where the step begins.
    @discardableResult
    func step(_ step: TaskStep, _ id: Int64, failure: SigningFailure? = nil) throws -> Bool {
        let from = TaskState.before(step)
        guard let to = from.first?.after(step) else { return false }
        let clearing: SQL = to.isOpen ? "" : ", ticket = NULL, poll_at = NULL"
        return try tx.execute(
            """
            UPDATE signing_task SET state = \(to), moved_at = \(now), failure = \(try failure.map(Self.json)) \(clearing)
            WHERE id = \(id) AND state IN \(list: from)
            """) == 1
    }

    /// Ends what is open or failed about a record that has gone another way.
    /// - Parameter errand: the errand that was done by it, if it was one.
    func drop(subject: RecordRef, after step: String, errand: String) throws {
        let (apart, moved) = (try Self.json(SigningFailure.signedApart), try Self.json(SigningFailure.moved(step)))
        try tx.execute(
            """
            UPDATE signing_task SET state = 'dropped', moved_at = \(now), ticket = NULL, poll_at = NULL,
                failure = CASE WHEN errand = \(errand) THEN \(apart) ELSE \(moved) END
            WHERE subject_kind = \(subject.kind) AND subject_id = \(subject.id)
              AND state IN ('waiting', 'processing', 'failed')
            """)
    }

    func setProgress(
        _ progress: TaskProgress?, _ id: Int64, pollAt: Date?, expiresAt: Date?, ticket: String? = nil
    ) throws {
        try tx.execute(
            """
            UPDATE signing_task SET progress = \(try progress.map(Self.json)), poll_at = \(pollAt),
                expires_at = \(expiresAt), ticket = \(ticket)
            WHERE id = \(id) AND state = 'processing'
            """)
    }

    func putOffEnd(_ id: Int64, until end: Date) throws {
        try tx.execute(
            "UPDATE signing_task SET poll_at = \(end), expires_at = \(end) WHERE id = \(id) AND state = 'processing'")
    }

    /// Tasks that are due to be looked after, each claimed by whoever asks first until `until`.
    func claimDue(until: Date, most: Int) throws -> [SigningTask] {
        let rows = try tx.rows(
            """
            UPDATE signing_task SET poll_at = \(until)
            WHERE id IN (SELECT id FROM signing_task WHERE poll_at <= \(now) ORDER BY poll_at LIMIT \(most)
                         \(tx.skippingLockedRows))
            RETURNING *
            """)
        return try rows.map(Self.task)
    }

    func find(_ id: Int64, of person: PersonID) throws -> SigningTask? {
        try tx.first("SELECT * FROM signing_task WHERE id = \(id) AND person_id = \(person)").map(Self.task)
    }

    func find(ticket: String) throws -> SigningTask? {
        try tx.first("SELECT * FROM signing_task WHERE ticket = \(ticket)").map(Self.task)
    }

    func find(_ id: Int64) throws -> SigningTask? {
        try tx.first("SELECT * FROM signing_task WHERE id = \(id)").map(Self.task)
    }

    private func required(_ id: Int64) throws -> SigningTask {
        guard let task = try find(id) else { throw DatabaseError.constraint("signing_task") }
        return task
    }

    // MARK: Lists

    func list(_ tab: TaskTab, of person: PersonID, after key: PageKey?) throws -> ListPage<SigningTask> {
        let position: SQL = key.map { "AND (moved_at, id) < (\($0.key), \($0.id))" } ?? ""
        let rows = try tx.rows(
            """
            SELECT * FROM signing_task WHERE \(Self.stands(in: tab, person)) \(position)
            ORDER BY moved_at DESC, id DESC LIMIT \(ListPage<SigningTask>.size + 1)
            """)
        return ListPage(oneMoreThanAPage: try rows.map(Self.task)) {
            PageKey(key: Int64(($0.movedAt.timeIntervalSince1970 * 1000).rounded()), id: $0.id)
        }
    }

    func count(_ tab: TaskTab, of person: PersonID) throws -> Int {
        try tx.value(BoxQuery.count(Self.ids(tab, of: person))) ?? 0
    }

    /// To be counted for a badge: what is open in a batch stands in its list as that batch.
    static func ids(_ tab: TaskTab, of person: PersonID) -> [SQL] {
        let tasks: SQL = "SELECT id FROM signing_task WHERE \(stands(in: tab, person))"
        return tab == .processing ? [tasks, BatchStore.unfinishedIDs(of: person)] : [tasks]
    }

    private static func stands(in tab: TaskTab, _ person: PersonID) -> SQL {
        let alone: SQL = tab == .processing ? "AND batch_id IS NULL" : ""
        return "person_id = \(person) AND state IN \(list: tab.states) \(alone)"
    }

    // MARK: Parts

    func keep(_ parts: [PreparedPart?], of task: Int64) throws {
        try tx.execute("DELETE FROM signing_part WHERE task_id = \(task)")
        for (ordinal, part) in parts.enumerated() {
            let json = try part.map(Self.json) ?? ""
            try tx.execute(
                "INSERT INTO signing_part (task_id, ordinal, prepared) VALUES (\(task), \(ordinal), \(json))")
        }
    }

    func parts(of task: Int64) throws -> [PreparedPart?] {
        try tx.rows("SELECT prepared FROM signing_part WHERE task_id = \(task) ORDER BY ordinal").map { row in
            let json: String = try row.get("prepared")
            return json.isEmpty ? nil : try JSONDecoder().decode(PreparedPart.self, from: Data(json.utf8))
        }
    }

    func setResult(_ blob: BlobRef, _ ordinal: Int, of task: Int64) throws {
        try tx.execute(
            """
            UPDATE signing_part SET result_sha256 = \(blob.sha256), result_bytes = \(blob.byteCount)
            WHERE task_id = \(task) AND ordinal = \(ordinal)
            """)
    }

    func setValue(_ value: Data, _ ordinal: Int, of task: Int64) throws {
        try tx.execute(
            """
            UPDATE signing_part SET value = \(value.base64EncodedString())
            WHERE task_id = \(task) AND ordinal = \(ordinal)
            """)
    }

    /// What the program on a computer was asked, part by part.
    func partLines(of task: SigningTask) throws -> [PartLine] {
        try tx.rows("SELECT * FROM signing_part WHERE task_id = \(task.id) ORDER BY ordinal").map { row in
            let json: String = try row.get("prepared")
            let sha256: String? = try row.optional("result_sha256")
            let value: String? = try row.optional("value")
            return PartLine(
                prepared: json.isEmpty ? nil : try Self.decoded(json), value: value.flatMap { Data(base64Encoded: $0) },
                result: try sha256.map { BlobRef(sha256: $0, byteCount: try row.get("result_bytes")) },
                isLeftOut: json.isEmpty && task.progress != .agent)
        }
    }

    /// What was only needed until it was signed.
    func forgetParts(of task: Int64) throws { try tx.execute("DELETE FROM signing_part WHERE task_id = \(task)") }

    // MARK: Rows

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    private static func decoded<Value: Decodable>(_ text: String, as: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    static func task(_ row: Row) throws -> SigningTask {
        let (progress, failure): (String?, String?) = (try row.optional("progress"), try row.optional("failure"))
        return SigningTask(
            id: try row.get("id"), errand: try row.get("errand"), person: try row.get("person_id"),
            personName: try row.get("person_name"), credential: try row.get("credential_id"),
            batch: try row.optional("batch_id"), state: try row.get("state"),
            order: try decoded(try row.get("order_json")), details: try row.get("details"),
            progress: try progress.map { try decoded($0) }, ticket: try row.optional("ticket"),
            failure: try failure.map { try decoded($0) }, createdAt: try row.get("created_at"),
            movedAt: try row.get("moved_at"), expiresAt: try row.optional("expires_at"))
    }
}
