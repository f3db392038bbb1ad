// A batch by one consent: the signing service is asked for all signatures at once, and the phone rings once.
internal import Digests
internal import Foundation
internal import Logging
internal import Platform
internal import Records
internal import SignatureCore

/// Where the one consent for many documents has got to.
struct BatchProgress: Codable, Sendable, Hashable {
    let remote: CSCProgress
    /// The documents it is for, in the order of their hashes.
    let tasks: [Int64]
}

extension BatchStore {
    func setProgress(_ progress: BatchProgress?, _ id: Int64, expiresAt: Date?) throws {
        try tx.execute(
            """
            UPDATE signing_batch SET progress = \(try progress.map(TaskStore.json)), expires_at = \(expiresAt),
                alive_until = \(expiresAt)
            WHERE id = \(id)
            """)
    }

    /// A batch whose signer is asked, with what is needed to go on.
    typealias Asked = (id: Int64, progress: BatchProgress, expiresAt: Date?)

    func asked() throws -> [Asked] {
        try tx.rows("SELECT * FROM signing_batch WHERE progress IS NOT NULL ORDER BY id LIMIT 50").map(Self.asked)
    }

    func asked(_ id: Int64) throws -> Asked? {
        try tx.first("SELECT * FROM signing_batch WHERE id = \(id) AND progress IS NOT NULL").map(Self.asked)
    }

    private static func asked(_ row: Row) throws -> Asked {
        let text: String = try row.get("progress")
        return (
            try row.get("id"), try JSONDecoder().decode(BatchProgress.self, from: Data(text.utf8)),
            try row.optional("expires_at")
        )
    }
}

/// One document of a batch, ready but for its signature values.
struct BatchItem: Sendable {
    let task: SigningTask
    let errand: SigningErrand
    let requests: [CMSSignatureRequest]
}

extension SigningBatches {
    /// As many documents as one consent may be for; those beyond wait for the next.
    func askRemote(_ id: Int64, by actor: Actor, _ credential: Credential, _ answer: KeyAnswer) async throws {
        let key: CSCKey
        do {
            key = try await tasks.keyring.remote.key(credential.locator, answer, saying: "Ký theo lô \(id)")
        } catch let error as KeyHolderError { throw error.asFailure }
        let items = try await gathered(id, by: actor, credential, key)
        guard let digest = items.first?.requests.first?.digestAlgorithm else {
            return try await setAlive(id, until: nil)
        }
        do {
            let messages = items.flatMap { $0.requests.map(\.messageToSign) }
            let visit = try await tasks.visit(.signBatch(id), credential, key, person: actor.person)
            switch try await key.begin(messages, digest: digest, visit: visit) {
            case .signatures(let values):
                try await finish(items, values)
                try await setAlive(id, until: nil)
            case .waiting(let progress):
                let now = ground.clock.now()
                let kept = BatchProgress(remote: progress, tasks: items.map(\.task.id))
                let seconds = visit == nil ? tasks.phoneSeconds : RemoteVisits.seconds
                try await ground.database.write { tx in
                    try BatchStore(tx: tx, now: now).setProgress(kept, id, expiresAt: now.addingTimeInterval(seconds))
                }
            }
        } catch {
            try await setAlive(id, until: nil)
            try await fail(items, error)
            throw SigningFailure(error).map { $0 as any Error } ?? error
        }
    }

    private func setAlive(_ id: Int64, until: Date?) async throws {
        let now = ground.clock.now()
        try await ground.database.write { try BatchStore(tx: $0, now: now).setAlive(id, until: until) }
    }

    /// Orders and prepares documents until the consent is full. What cannot be prepared fails by itself.
    private func gathered(
        _ id: Int64, by actor: Actor, _ credential: Credential, _ key: CSCKey
    ) async throws -> [BatchItem] {
        var items: [BatchItem] = []
        var room = key.credential.mostSignatures
        while room > 0, let next = try await next(id, credential) {
            do {
                let order = try await next.errand.order(next.task.order.subject.id, actor, next.task.details, nil)
                let task = try await ordered(next.task, order)
                guard order.parts.count <= room else {
                    try await putBack(task)
                    break
                }
                let parts = try await tasks.prepared(task, credential, certificate: key.certificate, chain: key.chain)
                let requests = parts.compactMap { $0?.request }
                room -= requests.count
                items.append(BatchItem(task: task, errand: next.errand, requests: requests))
            } catch { try await tasks.failed(next.task, error) }
        }
        return items
    }

    private func putBack(_ task: SigningTask) async throws {
        let now = ground.clock.now()
        try await ground.database.write { try BatchStore(tx: $0, now: now).putBack(task.id) }
    }

    private func finish(_ items: [BatchItem], _ values: [Data]) async throws {
        var left = values[...]
        for item in items {
            let own = Array(left.prefix(item.requests.count))
            left = left.dropFirst(item.requests.count)
            do { try await tasks.finish(item.task, item.errand, own) } catch {
                try await tasks.failed(item.task, error)
            }
        }
    }

    private func fail(_ items: [BatchItem], _ error: any Error) async throws {
        for item in items { try await tasks.failed(item.task, error) }
    }

    /// Asks again about every batch that waits for a phone; what nobody signs any more is free for others.
    package func lookAfter() async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try BatchStore(tx: tx, now: now).pauseDead()
            try BatchStore(tx: tx, now: now).letGoOld()
        }
        for batch in try await ground.database.read({ try BatchStore(tx: $0, now: now).asked() }) {
            let items = try await items(batch.progress)
            do {
                if let expiry = batch.expiresAt, expiry <= now { throw SigningFailure.timedOut }
                try await goOn(batch.id, batch.progress, items, until: batch.expiresAt)
            } catch KeyHolderError.unreachable {
                continue
            } catch {
                try await ended(batch.id)
                try await fail(items, error)
            }
        }
        try await ground.database.write { try BatchStore(tx: $0, now: now).closeDone() }
    }

    private func goOn(_ id: Int64, _ progress: BatchProgress, _ items: [BatchItem], until expiry: Date?) async throws {
        guard let (key, messages, digest) = try await question(items) else { return try await ended(id) }
        let outcome = try await key.goOn(progress.remote, messages, digest: digest)
        try await follow(outcome, id, progress, items, until: expiry)
    }

    /// What the service was asked for these documents; nil when a document or its key is there no more.
    private func question(
        _ items: [BatchItem]
    ) async throws -> (key: CSCKey, messages: [Data], digest: DigestAlgorithm)? {
        guard let first = items.first, let digest = first.requests.first?.digestAlgorithm,
            let credential = try await ground.database.read({ try CredentialStore(tx: $0).find(first.task.credential) })
        else { return nil }
        let key = try await tasks.keyring.remote.key(credential.locator, KeyAnswer(), saying: "")
        return (key, items.flatMap { $0.requests.map(\.messageToSign) }, digest)
    }

    private func follow(
        _ outcome: CSCOutcome, _ id: Int64, _ progress: BatchProgress, _ items: [BatchItem], until expiry: Date?
    ) async throws {
        switch outcome {
        case .waiting(let further):
            let (now, kept) = (ground.clock.now(), BatchProgress(remote: further, tasks: progress.tasks))
            try await ground.database.write {
                try BatchStore(tx: $0, now: now).setProgress(kept, id, expiresAt: expiry)
            }
        case .signatures(let values):
            try await finish(items, values)
            try await ended(id)
        }
    }

    /// What the signer brought back from the service's page is for all documents of his consent.
    func cameBack(_ id: Int64, _ token: () async throws -> CSCToken) async throws {
        guard let batch = try await asked(id), case .visit = batch.progress.remote else { throw SigningTasks.noTicket }
        let items = try await items(batch.progress)
        do {
            guard let (key, messages, digest) = try await question(items) else { throw SigningFailure.interrupted }
            let outcome = try await key.activated(try await token().accessToken, messages, digest: digest)
            try await follow(outcome, id, batch.progress, items, until: batch.expiresAt)
        } catch {
            try await ended(id)
            try await fail(items, error)
        }
    }

    /// The page on which the signer agrees to this batch; nil when he need not go anywhere.
    func page(_ id: Int64) async throws -> String? {
        guard let batch = try await asked(id), case .visit(let page) = batch.progress.remote else { return nil }
        return page
    }

    private func asked(_ id: Int64) async throws -> BatchStore.Asked? {
        let now = ground.clock.now()
        return try await ground.database.read { try BatchStore(tx: $0, now: now).asked(id) }
    }

    private func ended(_ id: Int64) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try BatchStore(tx: tx, now: now).setProgress(nil, id, expiresAt: nil)
            try BatchStore(tx: tx, now: now).closeDone()
        }
    }

    /// The documents of a consent as they were prepared, even when one of them was dropped meanwhile.
    private func items(_ progress: BatchProgress) async throws -> [BatchItem] {
        let (now, errands) = (ground.clock.now(), errands)
        return try await ground.database.read { tx in
            let store = TaskStore(tx: tx, now: now)
            return try progress.tasks.compactMap { id -> BatchItem? in
                guard let task = try store.find(id), let errand = errands.first(where: { $0.kind == task.errand })
                else { return nil }
                return BatchItem(
                    task: task, errand: errand, requests: try store.parts(of: id).compactMap { $0?.request })
            }
        }
    }
}
