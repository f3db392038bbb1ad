// Every SQL statement on accounts at remote signing services and on visits to their pages.
internal import Foundation
internal import Platform
internal import Records

struct RemoteAccountStore {
    let tx: Transaction

    struct Sealed: Sendable {
        let account: RemoteAccount
        let tokens: Data
        let expiresAt: Date?
        let version: Int64
    }

    func all(of person: PersonID) throws -> [RemoteAccount] {
        try tx.rows("SELECT * FROM remote_account WHERE person_id = \(person) ORDER BY id").map(Self.account)
    }

    func sealed(_ id: Int64) throws -> Sealed? {
        try tx.first("SELECT * FROM remote_account WHERE id = \(id)").map { row in
            Sealed(
                account: try Self.account(row), tokens: try row.get("tokens"),
                expiresAt: try row.optional("expires_at"),
                version: try row.get("version"))
        }
    }

    /// One account of a person at a service: keys that were linked through an older connection go on with the new one.
    func connect(
        _ service: String, of person: PersonID, tokens: Data, expiresAt: Date?, at now: Date
    ) throws -> Int64 {
        let id: Int64? = try tx.value(
            """
            INSERT INTO remote_account (person_id, service, tokens, version, expires_at, connected_at)
            VALUES (\(person), \(service), \(tokens), 1, \(expiresAt), \(now))
            ON CONFLICT (person_id, service) DO UPDATE SET tokens = excluded.tokens,
                version = remote_account.version + 1, expires_at = excluded.expires_at,
                connected_at = excluded.connected_at, ended_at = NULL
            RETURNING id
            """)
        guard let id else { throw DatabaseError.constraint("remote_account") }
        return id
    }

    /// Nothing when another was quicker.
    func renew(_ id: Int64, after version: Int64, tokens: Data, expiresAt: Date?) throws {
        try tx.execute(
            """
            UPDATE remote_account SET tokens = \(tokens), version = \(version + 1), expires_at = \(expiresAt)
            WHERE id = \(id) AND version = \(version)
            """)
    }

    func end(_ id: Int64, at now: Date) throws {
        try tx.execute("UPDATE remote_account SET ended_at = \(now) WHERE id = \(id) AND ended_at IS NULL")
    }

    func remove(_ id: Int64) throws { try tx.execute("DELETE FROM remote_account WHERE id = \(id)") }

    private static func account(_ row: Row) throws -> RemoteAccount {
        RemoteAccount(
            id: try row.get("id"), person: try row.get("person_id"), service: try row.get("service"),
            connectedAt: try row.get("connected_at"), endedAt: try row.optional("ended_at"))
    }

    // MARK: Visits

    func add(_ visit: RemoteVisit, stateHash: String, expiresAt: Date) throws {
        try tx.execute("DELETE FROM remote_visit WHERE expires_at < \(expiresAt.addingTimeInterval(-86_400))")
        try tx.execute(
            """
            INSERT INTO remote_visit (state_hash, person_id, service, purpose, expires_at)
            VALUES (\(stateHash), \(visit.person), \(visit.service), \(try TaskStore.json(visit.purpose)), \(expiresAt))
            """)
    }

    /// Each is good for one return.
    func takeVisit(stateHash: String, of person: PersonID, at now: Date) throws -> RemoteVisit? {
        try tx.rows(
            """
            DELETE FROM remote_visit WHERE state_hash = \(stateHash) AND person_id = \(person) AND expires_at > \(now)
            RETURNING *
            """
        ).first.map { row in
            let purpose: String = try row.get("purpose")
            return RemoteVisit(
                person: try row.get("person_id"), service: try row.get("service"),
                purpose: try JSONDecoder().decode(RemoteVisit.Purpose.self, from: Data(purpose.utf8)))
        }
    }
}

extension CredentialStore {
    /// Keys that are reached through one account.
    func all(inAccount account: Int64) throws -> [Credential] {
        try tx.rows("SELECT * FROM credential WHERE kind = 'remote' AND retired_at IS NULL ORDER BY id")
            .map(Self.credential).filter { $0.locator.account == account }
    }
}
