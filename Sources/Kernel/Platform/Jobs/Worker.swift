// Runs jobs until told to stop; as many workers as there are nodes may run side by side.
internal import Foundation
internal import Logging
internal import ServiceLifecycle

/// What to do with one kind of job, and how often to try.
package struct JobHandler: Sendable {
    let kind: String
    let backOff: BackOff
    let run: @Sendable (ClaimedJob) async throws -> Void
    let onFailure: @Sendable (ClaimedJob, String) async throws -> Void

    /// - Parameter onFailure: called once when the last attempt has failed, to tell people; may be called twice after a crash.
    package init<P: JobPayload>(
        _ type: P.Type, backOff: BackOff = .standard,
        onFailure: @escaping @Sendable (P, String) async throws -> Void = { _, _ in },
        run: @escaping @Sendable (P) async throws -> Void
    ) {
        kind = P.kind
        self.backOff = backOff
        self.run = { try await run(try JSONDecoder().decode(P.self, from: $0.payload)) }
        self.onFailure = { try await onFailure(try JSONDecoder().decode(P.self, from: $0.payload), $1) }
    }
}

/// Seconds to wait after each failed attempt; when the list is used up, the job has failed.
package struct BackOff: Sendable {
    let delays: [Double]
    package init(delays: [Double]) { self.delays = delays }
    /// About a day in all.
    package static let standard = BackOff(delays: [2, 10, 30, 120, 600, 1800, 7200, 21_600, 43_200])
    /// For work on a file that will not get better by waiting.
    package static let few = BackOff(delays: [2, 10, 60])
    package static let none = BackOff(delays: [])
}

/// Thrown by a handler that knows trying again is useless.
package struct JobRefused: Error, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Something to be done again and again: polling the exchange, sweeping temporary files.
package struct PeriodicTask: Sendable {
    let name: String
    let every: Duration
    let run: @Sendable () async throws -> Void

    package init(_ name: String, every: Duration, run: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.every = every
        self.run = run
    }
}

package struct Worker: Service {
    private let database: Database
    private let clock: Clock
    private let handlers: [String: JobHandler]
    private let periodic: [PeriodicTask]
    private let node: String
    private let leaseSeconds: Double
    private let renewal: Duration
    private let idle: Duration
    private let lanes: Int
    /// An attempt that never came to an end is not the job's fault at first; later it is.
    private static let deathsAllowed = 3

    /// - Parameters:
    ///   - lanes: how many jobs this node runs at the same time.
    ///   - node: its name, the same after each start and of no other node.
    ///   - leaseSeconds: after which the others take over what a dead node was at.
    ///   - renewal: pause between two renewals of a lease; several may fail before it runs out.
    package init(
        database: Database, clock: Clock, handlers: [JobHandler], periodic: [PeriodicTask] = [], lanes: Int = 2,
        node: String = "", leaseSeconds: Double = 45, renewal: Duration = .seconds(10),
        idle: Duration = .milliseconds(200)
    ) {
        self.node = node
        self.renewal = renewal
        self.database = database
        self.clock = clock
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { first, _ in first }
        self.periodic = periodic
        self.leaseSeconds = leaseSeconds
        self.idle = idle
        self.lanes = lanes
    }

    package func run() async throws {
        try await releaseOwnLeases()
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<lanes { group.addTask { await self.loop() } }
                for task in periodic { group.addTask { await self.loop(task) } }
            }
        }
    }

    /// A job still running when its node starts is one the node died over: nobody waits for the lease. An embedded
    /// database has one node, by whatever name; where several share a database, the leases of the others decide.
    func releaseOwnLeases() async throws {
        let (now, own) = (clock.now(), database.engine == .sqlite ? nil : node)
        try await database.write { try JobTable(tx: $0, now: now).releaseLeases(of: own) }
    }

    /// Runs everything that is due now and returns how many jobs ran. For tests and for the command line.
    @discardableResult
    package func drain() async throws -> Int {
        var count = 0
        while try await runNext() { count += 1 }
        return count
    }

    private func loop() async {
        while !Task.isCancelled {
            do {
                if try await runNext() { continue }
            } catch {
                Log.logger("jobs").error("cannot claim a job: \(error)")
            }
            try? await Task.sleep(for: idle)
        }
    }

    private func loop(_ task: PeriodicTask) async {
        while !Task.isCancelled {
            do { try await task.run() } catch { Log.logger("jobs").error("\(task.name): \(error)") }
            try? await Task.sleep(for: task.every)
        }
    }

    private func runNext() async throws -> Bool {
        let (kinds, node, lease, now) = (Array(handlers.keys).sorted(), node, leaseSeconds, clock.now())
        guard !kinds.isEmpty,
            let job = try await database.write({
                try JobTable(tx: $0, now: now).claim(kinds: kinds, by: node, leaseSeconds: lease)
            })
        else { return false }
        await attempt(job)
        return true
    }

    private func attempt(_ job: ClaimedJob) async {
        guard let handler = handlers[job.kind] else { return }
        do {
            guard job.attempt <= handler.backOff.delays.count + 1 + Self.deathsAllowed else {
                throw JobRefused("the program died while at it, attempt after attempt")
            }
            try await holding(job) { try await handler.run(job) }
            let now = clock.now()
            try await database.write { try JobTable(tx: $0, now: now).finish(job.id) }
        } catch {
            await settle(job, handler, error)
        }
    }

    /// Runs what may take longer than a lease, e.g. a conversion of minutes: others wait for as long as this node lives.
    private func holding(_ job: ClaimedJob, _ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepRenewing(job) }
            defer { group.cancelAll() }
            try await work()
        }
    }

    private func keepRenewing(_ job: ClaimedJob) async {
        let lease = leaseSeconds
        while (try? await Task.sleep(for: renewal)) != nil {
            let now = clock.now()
            do {
                try await database.write { try JobTable(tx: $0, now: now).renew(job, leaseSeconds: lease) }
            } catch {
                Log.logger("jobs").error("\(job.kind) #\(job.id): its lease could not be renewed: \(error)")
            }
        }
    }

    private func settle(_ job: ClaimedJob, _ handler: JobHandler, _ error: any Error) async {
        let (now, message) = (clock.now(), "\(error)")
        let last = error is JobRefused || job.attempt > handler.backOff.delays.count
        Log.logger("jobs").error(
            "\(job.kind) #\(job.id) attempt \(job.attempt)\(last ? ", giving up" : ""): \(message)")
        do {
            if last {
                try await handler.onFailure(job, message)
                try await database.write { try JobTable(tx: $0, now: now).fail(job, error: message) }
            } else {
                let until = now.addingTimeInterval(handler.backOff.delays[job.attempt - 1])
                try await database.write { try JobTable(tx: $0, now: now).postpone(job, until: until, error: message) }
            }
        } catch {
            Log.logger("jobs").error("\(job.kind) #\(job.id): the outcome could not be written: \(error)")
        }
    }
}
