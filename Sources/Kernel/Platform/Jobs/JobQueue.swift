// Work after commit: a job is a row, enqueued in the transaction that causes it, claimed by any node.
package import Foundation

/// What a job does, by name; the payload carries identifiers only, and a job may run twice.
package protocol JobPayload: Codable, Sendable {
    /// Unique in the office, e.g. "exchange.send". Never renamed once released.
    static var kind: String { get }
}

package enum JobState: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
    case ready, running, done
    /// All attempts are used up; a person must look at it and may start it again.
    case failed
}

/// A claimed job, as its handler sees it.
package struct ClaimedJob: Sendable {
    package let id: Int64
    package let kind: String
    package let payload: Data
    /// This attempt's number, from 1.
    package let attempt: Int
}

package let jobSchema = [
    SchemaStep(
        "platform-jobs-1",
        """
        CREATE TABLE job (
            id {ID}, kind TEXT NOT NULL, dedupe TEXT, payload TEXT NOT NULL, state TEXT NOT NULL,
            run_at BIGINT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0, lease_until BIGINT, last_error TEXT,
            created_at BIGINT NOT NULL, finished_at BIGINT,
            CHECK (state IN ('ready', 'running', 'done', 'failed')));
        CREATE INDEX job_due ON job (run_at, id) WHERE state IN ('ready', 'running');
        CREATE INDEX job_failed ON job (id) WHERE state = 'failed';
        CREATE UNIQUE INDEX job_dedupe ON job (kind, dedupe) WHERE dedupe IS NOT NULL;
        """),
    // Which node runs it: it takes its own up again when it starts anew.
    SchemaStep("platform-jobs-2", "ALTER TABLE job ADD COLUMN holder TEXT;"),
]

/// Adds jobs inside a transaction.
package struct JobQueue {
    private let tx: Transaction
    private let now: Date

    package init(_ tx: Transaction, now: Date) {
        self.tx = tx
        self.now = now
    }

    /// - Parameter dedupe: the same key is taken only once for ever: a second enqueue does nothing.
    package func enqueue<P: JobPayload>(_ payload: P, at time: Date? = nil, dedupe: String? = nil) throws {
        let text = String(decoding: try JSONEncoder().encode(payload), as: UTF8.self)
        try tx.execute(
            """
            INSERT INTO job (kind, dedupe, payload, state, run_at, created_at)
            SELECT \(P.kind), \(dedupe), \(text), \(JobState.ready), \(time ?? now), \(now) WHERE TRUE
            ON CONFLICT DO NOTHING
            """)
    }

    /// Jobs of a kind that are not done and were enqueued before the one with the key `dedupe`, oldest first, among those
    /// whose keys begin with `group`.
    package static func unfinished<P: JobPayload>(
        _ type: P.Type, before dedupe: String, within group: String, in tx: Transaction
    ) throws -> [P] {
        try tx.rows(
            """
            SELECT payload FROM job
            WHERE kind = \(P.kind) AND state IN ('ready', 'running') AND substr(dedupe, 1, \(group.count)) = \(group)
              AND id < (SELECT id FROM job WHERE kind = \(P.kind) AND dedupe = \(dedupe))
            ORDER BY id LIMIT 100
            """
        ).map { try JSONDecoder().decode(P.self, from: Data(try $0.get("payload", as: String.self).utf8)) }
    }

    /// Gives failed jobs of a kind another life; returns how many.
    package func retryFailed(kind: String, dedupe: String? = nil) throws -> Int {
        let one: SQL = dedupe.map { "AND dedupe = \($0)" } ?? ""
        return try tx.execute(
            """
            UPDATE job SET state = 'ready', run_at = \(now), attempts = 0, last_error = NULL
            WHERE kind = \(kind) AND state = 'failed' \(one)
            """)
    }
}

/// What the worker does with the rows.
struct JobTable {
    let tx: Transaction
    let now: Date

    /// Takes the oldest due job, or one whose holder's lease ran out (it died).
    func claim(kinds: [String], by node: String = "", leaseSeconds: Double) throws -> ClaimedJob? {
        let row = try tx.first(
            """
            UPDATE job SET state = 'running', lease_until = \(now.addingTimeInterval(leaseSeconds)),
                           attempts = attempts + 1, holder = \(node)
            WHERE id = (
                SELECT id FROM job
                WHERE run_at <= \(now) AND kind IN \(list: kinds) AND state IN ('ready', 'running')
                  AND (state = 'ready' OR lease_until < \(now))
                ORDER BY run_at, id LIMIT 1 \(tx.skippingLockedRows))
            RETURNING id, kind, payload, attempts
            """)
        return try row.map {
            ClaimedJob(
                id: try $0.get("id"), kind: try $0.get("kind"),
                payload: Data(try $0.get("payload", as: String.self).utf8),
                attempt: try $0.get("attempts"))
        }
    }

    /// Whoever is at work keeps the job, however long it takes; not once somebody else has taken it.
    func renew(_ job: ClaimedJob, leaseSeconds: Double) throws {
        try tx.execute(
            """
            UPDATE job SET lease_until = \(now.addingTimeInterval(leaseSeconds))
            WHERE id = \(job.id) AND state = 'running' AND attempts = \(job.attempt)
            """)
    }

    /// Jobs left running become due at once.
    /// - Parameter node: those that it left; nil for all.
    func releaseLeases(of node: String?) throws {
        let own: SQL = node.map { "AND holder = \($0)" } ?? ""
        try tx.execute("UPDATE job SET lease_until = \(now.addingTimeInterval(-1)) WHERE state = 'running' \(own)")
    }

    /// Done is done, even when the lease ran out meanwhile and somebody else took the job too.
    func finish(_ id: Int64) throws {
        try tx.execute(
            "UPDATE job SET state = 'done', finished_at = \(now), lease_until = NULL, last_error = NULL WHERE id = \(id)"
        )
    }

    /// Only the latest attempt may put a job back: an earlier one that outlived its lease has no say.
    func postpone(_ job: ClaimedJob, until: Date, error: String) throws {
        try tx.execute(
            """
            UPDATE job SET state = 'ready', run_at = \(until), lease_until = NULL, last_error = \(error)
            WHERE id = \(job.id) AND state = 'running' AND attempts = \(job.attempt)
            """)
    }

    func fail(_ job: ClaimedJob, error: String) throws {
        try tx.execute(
            """
            UPDATE job SET state = 'failed', lease_until = NULL, last_error = \(error), finished_at = \(now)
            WHERE id = \(job.id) AND state = 'running' AND attempts = \(job.attempt)
            """)
    }
}
