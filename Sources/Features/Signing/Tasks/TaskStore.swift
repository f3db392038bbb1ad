// Every SQL statement on signing tasks, their parts and batches.
internal import Foundation
internal import Platform
internal import Records

struct TaskStore {
    let tx: Transaction
    let now: Date

    /// A task for the errand: the person's own that failed before, or a new one. One that is open is not doubled.
    func open(
        _ errand: SigningErrand, _ order: SigningOrder, by person: PersonID, credential: Int64, details: String,
        batch: Int64? = nil
    ) throws -> SigningTask {
        let json = try Self.json(order)
        let failed: Int64? = try tx.value(
            """
            SELECT id FROM signing_task WHERE errand = \(errand.kind) AND subject_kind = \(order.subject.kind)
              AND subject_id = \(order.subject.id) AND person_id = \(person) AND state = 'failed' ORDER BY id DESC LIMIT 1
            """)
        guard
            try tx.value(
                """
                SELECT count(*) FROM signing_task WHERE errand = \(errand.kind) AND subject_id = \(order.subject.id)
                  AND state IN ('waiting', 'processing')
                """, as: Int.self) == 0
        else { throw Self.alreadyAsked }
        if let failed {
            try tx.execute("DELETE FROM signing_part WHERE task_id = \(failed)")
            try tx.execute(
                """
                UPDATE signing_task SET state = 'waiting', order_json = \(json), details = \(details),
                    credential_id = \(credential), batch_id = \(batch), failure = NULL, progress = NULL, ticket = NULL,
                    moved_at = \(now), expires_at = NULL, poll_at = NULL
                WHERE id = \(failed)
                """)
            return try required(failed)
        }
        let id: Int64? = try tx.value(
            """
            INSERT INTO signing_task (errand, subject_kind, subject_id, person_id, credential_id, batch_id, state,
                                      order_json, details, created_at, moved_at)
            VALUES (\(errand.kind), \(order.subject.kind), \(order.subject.id), \(person), \(credential), \(batch),
                    'waiting', \(json), \(details), \(now), \(now))
            RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("signing_task") }
        return try required(id)
    }

    static let alreadyAsked = SigningFailure(
        .documentChanged,
        "Văn bản này đang có một yêu cầu ký chờ xác nhận. Hãy xem ở “Ký số – Đang xử lý”, hủy yêu cầu đó nếu muốn ký cách khác."
    )

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
    func drop(subject: RecordRef) throws {
        try tx.execute(
            """
            UPDATE signing_task SET state = 'dropped', moved_at = \(now), ticket = NULL, poll_at = NULL
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

    func list(_ states: [TaskState], of person: PersonID, after key: PageKey?) throws -> ListPage<SigningTask> {
        let position: SQL = key.map { "AND (moved_at, id) < (\($0.key), \($0.id))" } ?? ""
        let rows = try tx.rows(
            """
            SELECT * FROM signing_task WHERE person_id = \(person) AND state IN \(list: states) \(position)
            ORDER BY moved_at DESC, id DESC LIMIT \(ListPage<SigningTask>.size + 1)
            """)
        return ListPage(oneMoreThanAPage: try rows.map(Self.task)) {
            PageKey(key: Int64(($0.movedAt.timeIntervalSince1970 * 1000).rounded()), id: $0.id)
        }
    }

    func count(_ states: [TaskState], of person: PersonID) throws -> Int {
        try tx.value(BoxQuery.count([Self.ids(states, of: person)])) ?? 0
    }

    /// To be counted for a badge.
    static func ids(_ states: [TaskState], of person: PersonID) -> SQL {
        "SELECT id FROM signing_task WHERE person_id = \(person) AND state IN \(list: states)"
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
            credential: try row.get("credential_id"), batch: try row.optional("batch_id"), state: try row.get("state"),
            order: try decoded(try row.get("order_json")), details: try row.get("details"),
            progress: try progress.map { try decoded($0) }, ticket: try row.optional("ticket"),
            failure: try failure.map { try decoded($0) }, createdAt: try row.get("created_at"),
            movedAt: try row.get("moved_at"), expiresAt: try row.optional("expires_at"))
    }
}
