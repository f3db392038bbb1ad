// A batch through the signing program on a person's computer: the page walks it, document by document; each has its own
// result, and the walk is taken up again after the page was left.
internal import Foundation
internal import Digests
internal import Platform
package import Records

/// What the page puts to the program next.
package struct AgentTurn: Encodable, Sendable {
    /// Told with every further step: another page that takes the batch up puts an end to this one.
    package let walker: String
    /// What is being signed; nil when nothing is left.
    package let title: String?
    package let requests: [AgentRequest]
    /// Where the page tells that the program did not sign.
    package let failed: String
}

extension BatchStore {
    /// Makes `walker` the one page that goes through the batch: a new one while the batch was begun, the same one always.
    func walk(_ id: Int64, _ walker: String, after previous: String?, until: Date) throws -> Bool {
        let mine: SQL = previous.map { "walker = \($0)" } ?? "alive_until > \(now)"
        return try tx.execute(
            "UPDATE signing_batch SET walker = \(walker), alive_until = \(until) WHERE id = \(id) AND \(mine)") == 1
    }

    func endWalk(_ id: Int64) throws {
        try tx.execute("UPDATE signing_batch SET walker = NULL, alive_until = NULL WHERE id = \(id)")
    }

    /// What the program was asked and has not answered.
    func openTurn(_ id: Int64) throws -> SigningTask? {
        try tx.first(
            """
            SELECT * FROM signing_task WHERE batch_id = \(id) AND state = 'processing' AND ticket IS NOT NULL
              AND expires_at > \(now) ORDER BY id LIMIT 1
            """
        ).map(TaskStore.task)
    }

    /// What a page that was left has in its hands waits for its turn again.
    func putBackTurns(_ id: Int64) throws {
        try tx.execute(
            """
            UPDATE signing_task SET state = 'waiting', ticket = NULL, progress = NULL, poll_at = NULL, expires_at = NULL
            WHERE batch_id = \(id) AND state = 'processing' AND ticket IS NOT NULL
            """)
    }

    /// The last results, newest first.
    func latest(_ id: Int64, most: Int) throws -> [SigningTask] {
        try tx.rows(
            """
            SELECT * FROM signing_task WHERE batch_id = \(id) AND state IN ('signed', 'failed')
            ORDER BY moved_at DESC, id DESC LIMIT \(most)
            """
        ).map(TaskStore.task)
    }
}

extension SigningBatches {
    /// The person may look for his token in between; after that, another page may take the batch up.
    static let walkSeconds: Double = 120
    /// A program that fails so often in a row fails the rest, too.
    private static let mostFailures = 3

    /// The document whose turn it is: the one that was not answered, or the next. Whatever cannot be put to the program
    /// fails by itself.
    /// - Parameter walker: as the last turn gave it; nil for a page that begins.
    package func agentTurn(_ id: Int64, by actor: Actor, walker previous: String?) async throws -> AgentTurn {
        let credential = try await batchCredential(id, of: actor)
        let walker = try await walk(id, after: previous)
        while true {
            if let turn = try await openTurn(id, walker) { return turn }
            guard let next = try await next(id, credential, aliveSeconds: Self.walkSeconds) else { break }
            do {
                let order = try await next.errand.order(next.task.order.subject.id, actor, next.task.details, nil)
                _ = try await tasks.askAgent(try await ordered(next.task, order), credential)
            } catch { try await tasks.failed(next.task, error) }
        }
        try await endWalk(id)
        return AgentTurn(walker: walker, title: nil, requests: [], failed: "")
    }

    private func walk(_ id: Int64, after previous: String?) async throws -> String {
        let (now, walker) = (ground.clock.now(), previous ?? randomBytes(12).hex)
        let isMine = try await ground.database.write {
            try BatchStore(tx: $0, now: now).walk(
                id, walker, after: previous, until: now.addingTimeInterval(Self.walkSeconds))
        }
        guard isMine else {
            throw CommonRefusal.conflict("Lô này đã dừng, hoặc đang được ký tiếp ở một cửa sổ khác.")
        }
        return walker
    }

    private func openTurn(_ id: Int64, _ walker: String) async throws -> AgentTurn? {
        let now = ground.clock.now()
        let found = try await ground.database.read { try BatchStore(tx: $0, now: now).openTurn(id) }
        guard let task = found, let errand = errands.first(where: { $0.kind == task.errand }) else { return nil }
        return AgentTurn(
            walker: walker, title: task.order.title, requests: try await tasks.agentRequests(task, errand),
            failed: "/ky-so/viec/\(task.id)/khong-ky")
    }

    private func batchCredential(_ id: Int64, of actor: Actor) async throws -> Credential {
        let state = try await state(id, of: actor)
        let credential = try await tasks.keyring.chosen(state.credential, of: try await holder(id, of: actor))
        guard credential.kind == .agent else { throw SigningRefusal.noKey }
        return credential
    }

    /// Whether the page goes through the batch, and not this server.
    func isWalked(_ id: Int64, of actor: Actor) async throws -> Bool {
        do { _ = try await batchCredential(id, of: actor) } catch is SigningRefusal { return false }
        return true
    }

    private func endWalk(_ id: Int64) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try BatchStore(tx: tx, now: now).endWalk(id)
            try BatchStore(tx: tx, now: now).closeDone()
        }
    }

    /// After a document failed: what keeps the program from signing keeps it from the others, too. They wait.
    package func agentGaveUp(_ id: Int64, by actor: Actor) async throws {
        _ = try await state(id, of: actor)
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let store = BatchStore(tx: tx, now: now)
            let failures = try store.latest(id, most: Self.mostFailures).map(\.failure)
            let isHopeless = failures.count == Self.mostFailures && !failures.contains(nil)
            guard isHopeless || failures.first.flatMap({ $0 }).map({ Self.endsWalk.contains($0.code) }) ?? false else {
                return
            }
            try store.endWalk(id)
        }
    }

    private static let endsWalk: Set<SigningFailure.Code> = [
        .agentAbsent, .agent, .timedOut, .cancelled, .wrongPIN, .locked, .tokenGone, .certificateUnfit, .otherPerson,
    ]
}
