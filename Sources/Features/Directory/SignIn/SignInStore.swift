// Every SQL statement on passwords, sessions and failed sign-ins.
internal import Foundation
internal import Platform
internal import Records

/// A session as its row.
struct SessionRow: Sendable {
    let tokenHash: String
    let csrfToken: String
    let seenAt: Date
    let actor: Actor
}

struct SignInStore {
    let tx: Transaction
    let now: Date

    /// An idle session ends after 12 hours: a working day without a second sign-in, no night.
    static let idleSeconds: Double = 12 * 3600

    // Passwords.

    func passwordHash(account: String) throws -> (person: PersonID, hash: String?)? {
        try tx.first(
            "SELECT id, password_hash FROM person WHERE account = \(DirectoryStore.account(account)) AND is_active = TRUE"
        ).map { (try $0.get("id"), try $0.optional("password_hash")) }
    }

    func password(of person: PersonID) throws -> (account: String, hash: String?)? {
        try tx.first("SELECT account, password_hash FROM person WHERE id = \(person) AND is_active = TRUE")
            .map { (try $0.get("account"), try $0.optional("password_hash")) }
    }

    func setPasswordHash(_ hash: String, of person: PersonID) throws {
        try tx.execute("UPDATE person SET password_hash = \(hash) WHERE id = \(person)")
    }

    // Sessions.

    func insertSession(tokenHash: String, csrfToken: String, person: PersonID) throws {
        try tx.execute(
            """
            INSERT INTO session (token_hash, person_id, csrf_token, created_at, seen_at)
            VALUES (\(tokenHash), \(person), \(csrfToken), \(now), \(now))
            """)
    }

    /// The session and its whole actor in one statement.
    func session(tokenHash: String) throws -> SessionRow? {
        let rows = try tx.rows(
            """
            SELECT s.csrf_token, s.seen_at, \(DirectoryStore.actorColumns) \(DirectoryStore.actorTables)
            JOIN session s ON s.person_id = p.id
            WHERE s.token_hash = \(tokenHash) AND s.seen_at > \(now.addingTimeInterval(-Self.idleSeconds))
              AND p.is_active = TRUE
            """)
        guard let row = rows.first, let actor = try DirectoryStore.actor(from: rows) else { return nil }
        return SessionRow(
            tokenHash: tokenHash, csrfToken: try row.get("csrf_token"), seenAt: try row.get("seen_at"), actor: actor)
    }

    func touch(tokenHash: String) throws {
        try tx.execute("UPDATE session SET seen_at = \(now) WHERE token_hash = \(tokenHash) AND seen_at < \(now)")
    }

    func deleteSession(tokenHash: String) throws {
        try tx.execute("DELETE FROM session WHERE token_hash = \(tokenHash)")
    }

    func deleteSessions(of person: PersonID) throws {
        try tx.execute("DELETE FROM session WHERE person_id = \(person)")
    }

    /// Removes what has ended; run now and then.
    func sweep() throws {
        try tx.execute("DELETE FROM session WHERE seen_at <= \(now.addingTimeInterval(-Self.idleSeconds))")
        try tx.execute(
            "DELETE FROM sign_in_attempt WHERE last_at <= \(now.addingTimeInterval(-Throttle.memorySeconds))")
    }

    // Failed sign-ins.

    /// Seconds the subject must still wait; 0 when it may try. Holds off others who ask at the same time: they see
    /// this attempt counted.
    func waitSeconds(_ subject: String) throws -> Double {
        let until: Date? = try tx.value(
            """
            INSERT INTO sign_in_attempt (subject, failures, last_at, blocked_until) VALUES (\(subject), 0, \(now), 0)
            ON CONFLICT (subject) DO UPDATE SET failures = sign_in_attempt.failures
            RETURNING blocked_until
            """)
        return max(0, until?.timeIntervalSince(now) ?? 0)
    }

    /// Counts a failure in advance, so that guesses made side by side cannot slip past the count.
    func count(_ subject: String, _ throttle: Throttle) throws {
        let forgotten = now.addingTimeInterval(-Throttle.memorySeconds)
        let failures: Int? = try tx.value(
            """
            INSERT INTO sign_in_attempt (subject, failures, last_at, blocked_until) VALUES (\(subject), 1, \(now), 0)
            ON CONFLICT (subject) DO UPDATE SET last_at = excluded.last_at,
                failures = CASE WHEN sign_in_attempt.last_at < \(forgotten) THEN 1
                                ELSE sign_in_attempt.failures + 1 END
            RETURNING failures
            """)
        let wait = throttle.waitSeconds(afterFailures: failures ?? 1)
        guard wait > 0 else { return }
        try tx.execute(
            "UPDATE sign_in_attempt SET blocked_until = \(now.addingTimeInterval(wait)) WHERE subject = \(subject)")
    }

    func forget(_ subject: String) throws {
        try tx.execute("DELETE FROM sign_in_attempt WHERE subject = \(subject)")
    }

    /// A success takes back its own count and no other: an attacker's own account clears nothing.
    func uncount(_ subject: String) throws {
        try tx.execute(
            """
            UPDATE sign_in_attempt SET failures = failures - 1, blocked_until = 0
            WHERE subject = \(subject) AND failures > 0
            """)
    }
}
