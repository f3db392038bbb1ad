// Many documents with one PIN or one consent: one result for each, resumable, the PIN kept nowhere.
internal import Foundation
internal import Logging
internal import Platform
package import Records
internal import SignatureCore

/// The batches that this process is signing. An actor because the open key lives only here: after a restart the PIN is
/// asked for again.
actor BatchRunner {
    private var running: [Int64: Task<Void, Never>] = [:]

    func start(_ id: Int64, _ work: @escaping @Sendable () async -> Void) {
        running[id] = Task {
            await work()
            self.ended(id)
        }
    }

    func wait(for id: Int64) async { await running[id]?.value }
    private func ended(_ id: Int64) { running[id] = nil }
}

/// Signs many documents, one by one.
package struct SigningBatches: Sendable {
    let tasks: SigningTasks
    let errands: [SigningErrand]
    private let runner = BatchRunner()

    package static let most = 1000
    /// A document takes a second at most; a batch that was not heard of for so long has died with its process.
    static let aliveSeconds: Double = 60

    var ground: Groundwork { tasks.ground }

    package init(tasks: SigningTasks, errands: [SigningErrand]) {
        self.tasks = tasks
        self.errands = errands
    }

    /// Puts documents on a list, each as a task that waits for its turn. They must all be for one holder's key. Nobody is
    /// kept from signing any of them until the signing of the batch begins.
    package func gather(_ values: [String], by actor: Actor) async throws -> Int64 {
        let chosen = Set(values)
        guard !chosen.isEmpty else { throw CommonRefusal.invalid("Hãy chọn ít nhất một văn bản để ký.") }
        guard chosen.count <= Self.most else {
            throw CommonRefusal.invalid("Mỗi lần ký nhiều nhất \(Self.most) văn bản. Hãy chọn ít hơn.")
        }
        let (now, errands) = (ground.clock.now(), errands)
        let waiting = try await ground.database.read {
            try ToSignStore(tx: $0, errands: errands, now: now).list(for: actor, only: nil, after: nil, most: 5000)
        }.filter { chosen.contains($0.value) }
        let holders = Set(waiting.compactMap { one in errands.first { $0.kind == one.errand }?.isSeal })
        guard let isSeal = holders.first, holders.count == 1 else {
            throw CommonRefusal.invalid(
                waiting.isEmpty
                    ? "Các văn bản đã chọn không còn chờ bạn ký."
                    : "Hãy chọn riêng văn bản cần đóng dấu và văn bản cần ký: hai việc dùng hai chứng thư số khác nhau."
            )
        }
        let credential = try await tasks.keyring.chosen(nil, of: isSeal ? .seal : .person(actor.person))
        return try await ground.database.write { tx in
            let batch = try BatchStore(tx: tx, now: now).create(by: actor.person, credential: credential.id)
            for one in waiting.reversed() {
                guard let errand = errands.first(where: { $0.kind == one.errand }) else { continue }
                let order = SigningOrder(
                    subject: RecordRef(kind: errand.subjectKind, id: one.subject),
                    title: "\(one.subtitle): \(one.title)", href: one.href, parts: [], basis: "")
                try TaskStore(tx: tx, now: now).gather(errand, order, by: actor, credential: credential.id, into: batch)
            }
            return batch
        }
    }

    package func state(_ id: Int64, of actor: Actor) async throws -> BatchState {
        let now = ground.clock.now()
        let state = try await ground.database.read { try BatchStore(tx: $0, now: now).state(id, of: actor.person) }
        guard let state else { throw CommonRefusal.notFound }
        return state
    }

    func tasks(_ id: Int64, _ states: [TaskState], of actor: Actor, most: Int = 1000) async throws -> [SigningTask] {
        _ = try await state(id, of: actor)
        let now = ground.clock.now()
        return try await ground.database.read { try BatchStore(tx: $0, now: now).tasks(id, states, most: most) }
    }

    /// The keys the batch may be signed with.
    func keys(_ id: Int64, of actor: Actor) async throws -> [KeyChoice] {
        try await tasks.keys(of: try await holder(id, of: actor))
    }

    func holder(_ id: Int64, of actor: Actor) async throws -> KeyHolder {
        let kinds = try await tasks(id, TaskState.allCases, of: actor, most: 1).map(\.errand)
        let isSeal = errands.first { $0.kind == kinds.first }?.isSeal ?? false
        return isSeal ? .seal : .person(actor.person)
    }

    package func retryFailed(_ id: Int64, by actor: Actor) async throws {
        _ = try await state(id, of: actor)
        let now = ground.clock.now()
        try await ground.database.write { try BatchStore(tx: $0, now: now).retryFailed(id) }
    }

    /// Lets go what still waits.
    package func stop(_ id: Int64, by actor: Actor) async throws {
        _ = try await state(id, of: actor)
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let store = BatchStore(tx: tx, now: now)
            try store.putBackTurns(id)
            for task in try store.tasks(id, [.waiting], most: Self.most) {
                try TaskStore(tx: tx, now: now).step(.drop, task.id, failure: .givenUp)
            }
            try store.endWalk(id)
        }
    }

    /// Opens the key and goes through the list; the page may be left.
    package func sign(_ id: Int64, by actor: Actor, _ answer: KeyAnswer) async throws {
        let credential = try await tasks.keyring.chosen(answer.credential, of: try await holder(id, of: actor))
        try await tasks.keyring.demandReady(credential, personName: actor.name)
        try await tasks.keyring.demandAnswered(answer, for: credential)
        let key = credential.kind.isAtServer ? try await openedKey(credential, answer) : nil
        let now = ground.clock.now()
        let seconds = credential.kind == .agent ? Self.walkSeconds : Self.aliveSeconds
        let isMine = try await ground.database.write { tx in
            let store = BatchStore(tx: tx, now: now)
            guard try store.begin(id, until: now.addingTimeInterval(seconds), credential: credential.id) else {
                return false
            }
            try store.putBackTurns(id)
            return true
        }
        guard isMine else { throw CommonRefusal.conflict("Lô này đang được ký. Hãy chờ kết quả.") }
        if let key { return await runner.start(id) { await run(id, actor, credential, key) } }
        // The program on a computer is asked by the page.
        if credential.kind == .remote { try await askRemote(id, by: actor, credential, answer) }
    }

    private func openedKey(_ credential: Credential, _ answer: KeyAnswer) async throws -> any SigningKey {
        do { return try await tasks.keyring.open(credential, pin: answer.pin) } catch let error as KeyHolderError {
            throw error.asFailure
        }
    }

    /// For tests: until this process has done what it can.
    func wait(for id: Int64) async { await runner.wait(for: id) }

    private func run(_ id: Int64, _ actor: Actor, _ credential: Credential, _ key: any SigningKey) async {
        do {
            while try await signNext(id, actor, credential, key) {}
            let now = ground.clock.now()
            try await ground.database.write { tx in
                try BatchStore(tx: tx, now: now).pause(id)
                try BatchStore(tx: tx, now: now).closeDone()
            }
        } catch { Log.logger("signing").error("batch \(id): \(error)") }
    }

    /// - Returns: false when nothing waits any more, or the key cannot go on.
    private func signNext(
        _ id: Int64, _ actor: Actor, _ credential: Credential, _ key: any SigningKey
    ) async throws -> Bool {
        guard let next = try await next(id, credential) else { return false }
        do {
            let order = try await next.errand.order(next.task.order.subject.id, actor, next.task.details, nil)
            try await tasks.sign(try await ordered(next.task, order), next.errand, credential, with: key)
            return true
        } catch {
            try await tasks.failed(next.task, error)
            // A device that is gone fails every other document too: they wait for it.
            return SigningFailure(error).map { !Self.endsBatch.contains($0.code) } ?? true
        }
    }

    /// The document whose turn it is.
    func next(
        _ id: Int64, _ credential: Credential, aliveSeconds: Double = aliveSeconds
    ) async throws -> (task: SigningTask, errand: SigningErrand)? {
        while true {
            switch try await turn(id, credential, aliveSeconds) {
            case .task(let task):
                guard let errand = errands.first(where: { $0.kind == task.errand }) else { return nil }
                return (task, errand)
            case .taken: continue
            case .nothing: return nil
            }
        }
    }

    private func turn(_ id: Int64, _ credential: Credential, _ aliveSeconds: Double) async throws -> BatchStore.Turn {
        let now = ground.clock.now()
        return try await ground.database.write { tx in
            let store = BatchStore(tx: tx, now: now)
            let turn = try store.next(
                id, credential: credential.id, until: now.addingTimeInterval(SigningTasks.startSeconds(credential)))
            if case .task = turn { try store.setAlive(id, until: now.addingTimeInterval(aliveSeconds)) }
            return turn
        }
    }

    /// From here on the task knows what exactly is signed.
    func ordered(_ task: SigningTask, _ order: SigningOrder) async throws -> SigningTask {
        let now = ground.clock.now()
        try await ground.database.write { try BatchStore(tx: $0, now: now).setOrder(order, task.id) }
        return task.ordering(order)
    }

    /// What keeps the key from signing keeps it from the others, too.
    static let endsBatch: Set<SigningFailure.Code> = [
        .tokenGone, .device, .noKey, .locked, .notAuthorised, .unreachable,
    ]

    package func unfinished(of actor: Actor) async throws -> [BatchState] {
        let now = ground.clock.now()
        return try await ground.database.read { try BatchStore(tx: $0, now: now).unfinished(of: actor.person) }
    }
}

extension SigningTask {
    func ordering(_ order: SigningOrder) -> SigningTask {
        SigningTask(
            id: id, errand: errand, person: person, personName: personName, credential: credential, batch: batch,
            state: .processing,
            order: order, details: details, progress: progress, ticket: ticket, failure: nil, createdAt: createdAt,
            movedAt: movedAt, expiresAt: expiresAt)
    }
}
