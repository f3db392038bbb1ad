import Foundation
import OfficeTestKit
import Synchronization
import Testing

@testable import Platform

/// Việc làm sau giao dịch: không mất, không trùng, có thử lại, có chỗ dừng.
@Suite struct JobTests {
    private struct Errand: JobPayload, Equatable {
        static let kind = "test.errand"
        var number: Int
    }

    private struct Broken: Error {}

    /// What was run, in order. A reference type because several workers write to it.
    private final class Log: Sendable {
        private let entries = Mutex<[Int]>([])
        func add(_ number: Int) { entries.withLock { $0.append(number) } }
        var all: [Int] { entries.withLock { $0 } }
    }

    private func enqueue(
        _ office: TestOffice, _ numbers: some Sequence<Int> & Sendable, dedupe: Bool = false
    ) async throws {
        let now = office.now
        try await office.database.write { tx in
            for number in numbers {
                try JobQueue(tx, now: now).enqueue(Errand(number: number), dedupe: dedupe ? "\(number)" : nil)
            }
        }
    }

    private func worker(_ office: TestOffice, _ handler: JobHandler, node: String = "") -> Worker {
        Worker(database: office.database, clock: office.clock.value, handlers: [handler], node: node)
    }

    private func states(_ office: TestOffice) async throws -> [JobState] {
        try await office.database.read { tx in
            try tx.rows("SELECT state FROM job ORDER BY id").map { try $0.get("state") }
        }
    }

    @Test(arguments: Engine.testable)
    func `many workers run each job exactly once`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine, connections: 8)
        try await enqueue(office, 0..<300)
        let log = Log()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                let worker = worker(office, JobHandler(Errand.self) { log.add($0.number) })
                group.addTask { try await worker.drain() }
            }
            let count = try await group.reduce(0, +)
            #expect(count == 300)
        }
        #expect(log.all.sorted() == Array(0..<300))
        #expect(try await states(office).allSatisfy { $0 == .done })
    }

    @Test(arguments: Engine.testable)
    func `a job enqueued in a transaction that fails was never there`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let now = office.now
        _ = try? await office.database.write { tx in
            try JobQueue(tx, now: now).enqueue(Errand(number: 1))
            throw Broken()
        }
        #expect(try await states(office).isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `the same key is taken once for ever`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let log = Log()
        let worker = worker(office, JobHandler(Errand.self) { log.add($0.number) })
        try await enqueue(office, [7, 7], dedupe: true)
        try await worker.drain()
        try await enqueue(office, [7], dedupe: true)
        try await worker.drain()
        #expect(log.all == [7])
    }

    @Test(arguments: Engine.testable)
    func `a job of a worker that died is taken over when its lease runs out`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await enqueue(office, [1])
        let now = office.now
        let lost = try await office.database.write { tx in
            try JobTable(tx: tx, now: now).claim(kinds: [Errand.kind], leaseSeconds: 60)
        }
        #expect(lost?.attempt == 1)
        let log = Log()
        let worker = worker(office, JobHandler(Errand.self) { log.add($0.number) })
        #expect(try await worker.drain() == 0)
        office.clock.advance(by: 61)
        #expect(try await worker.drain() == 1)
        #expect(log.all == [1])
    }

    @Test(arguments: Engine.testable)
    func `failing attempts wait longer and longer, then the job has failed and people are told`(
        engine: Engine
    ) async throws {
        let office = try await TestOffice.make(engine)
        try await enqueue(office, [1])
        let (log, told) = (Log(), Log())
        let worker = worker(
            office,
            JobHandler(Errand.self, backOff: BackOff(delays: [10, 100]), onFailure: { job, _ in told.add(job.number) })
            {
                log.add($0.number)
                throw Broken()
            })
        for wait in [0.0, 9, 2, 99, 2] {
            office.clock.advance(by: wait)
            try await worker.drain()
        }
        #expect(log.all.count == 3)
        #expect(told.all == [1])
        #expect(try await states(office) == [.failed])
        office.clock.advance(by: 1_000_000)
        try await worker.drain()
        #expect(log.all.count == 3)
    }

    @Test(arguments: Engine.testable)
    func `a job that was refused is not tried again until somebody says so`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await enqueue(office, [1])
        let log = Log()
        let refusing = worker(
            office,
            JobHandler(Errand.self) {
                log.add($0.number)
                throw JobRefused("no use")
            })
        try await refusing.drain()
        #expect(try await states(office) == [.failed])
        let now = office.now
        #expect(try await office.database.write { try JobQueue($0, now: now).retryFailed(kind: Errand.kind) } == 1)
        try await worker(office, JobHandler(Errand.self) { log.add($0.number) }).drain()
        #expect(log.all == [1, 1])
        #expect(try await states(office) == [.done])
    }

    @Test(arguments: Engine.testable)
    func `a node that starts again takes up at once what it was at when it died`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await enqueue(office, [1])
        let now = office.now
        _ = try await office.database.write { tx in
            try JobTable(tx: tx, now: now).claim(kinds: [Errand.kind], by: "a:8080", leaseSeconds: 45)
        }
        let log = Log()
        let handler = JobHandler(Errand.self) { log.add($0.number) }
        let other = worker(office, handler, node: "b:8080")
        try await other.releaseOwnLeases()
        // An embedded database has one node, whatever it is called.
        guard engine == .postgres else { return #expect(try await other.drain() == 1) }
        #expect(try await other.drain() == 0)
        let same = worker(office, handler, node: "a:8080")
        try await same.releaseOwnLeases()
        #expect(try await same.drain() == 1)
        #expect(log.all == [1])
    }

    @Test(arguments: Engine.testable)
    func `a job that takes longer than its lease is left to the node that is at it`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await enqueue(office, [1])
        let log = Log()
        let other = worker(office, JobHandler(Errand.self) { log.add($0.number) }, node: "b")
        let slow = Worker(
            database: office.database, clock: office.clock.value,
            handlers: [
                JobHandler(Errand.self) { errand in
                    for _ in 0..<3 {
                        office.clock.advance(by: 40)
                        try await self.waitForLease(office, until: office.now.addingTimeInterval(45))
                        #expect(try await other.drain() == 0)
                    }
                    log.add(errand.number)
                }
            ], node: "a", leaseSeconds: 45, renewal: .milliseconds(1))
        #expect(try await slow.drain() == 1)
        #expect(log.all == [1])
        #expect(try await states(office) == [.done])
    }

    /// Until the holder has said that it is still there.
    private func waitForLease(_ office: TestOffice, until time: Date) async throws {
        for _ in 0..<10_000 {
            let lease: Date? = try await office.database.read { try $0.value("SELECT lease_until FROM job") }
            if lease == time { return }
            await Task.yield()
        }
        Issue.record("the lease was not renewed")
    }

    @Test(arguments: Engine.testable)
    func `an attempt that outlived its lease cannot put a finished job back`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await enqueue(office, [1])
        let now = office.now
        try await office.database.write { tx throws in
            let slow = try #require(try JobTable(tx: tx, now: now).claim(kinds: [Errand.kind], leaseSeconds: 60))
            let later = JobTable(tx: tx, now: now.addingTimeInterval(61))
            let quick = try #require(try later.claim(kinds: [Errand.kind], leaseSeconds: 60))
            try later.finish(quick.id)
            try later.postpone(slow, until: now, error: "late")
            try later.fail(slow, error: "late")
        }
        #expect(try await states(office) == [.done])
    }

    @Test(arguments: Engine.testable)
    func `a job at which the program dies every time is given up`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await enqueue(office, [1])
        let log = Log()
        let worker = worker(office, JobHandler(Errand.self, backOff: .none) { log.add($0.number) })
        for _ in 0..<4 {
            let now = office.now
            _ = try await office.database.write { tx in
                try JobTable(tx: tx, now: now).claim(kinds: [Errand.kind], leaseSeconds: 60)
            }
            office.clock.advance(by: 61)
        }
        try await worker.drain()
        #expect(log.all.isEmpty)
        #expect(try await states(office) == [.failed])
    }

    @Test(arguments: Engine.testable)
    func `jobs run in the order they are due, and none before its time`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        let now = office.now
        try await office.database.write { tx in
            let queue = JobQueue(tx, now: now)
            try queue.enqueue(Errand(number: 3), at: now.addingTimeInterval(30))
            try queue.enqueue(Errand(number: 2), at: now.addingTimeInterval(20))
            try queue.enqueue(Errand(number: 1))
        }
        let log = Log()
        let worker = worker(office, JobHandler(Errand.self) { log.add($0.number) })
        try await worker.drain()
        #expect(log.all == [1])
        office.clock.advance(by: 60)
        try await worker.drain()
        #expect(log.all == [1, 2, 3])
    }

    @Test(arguments: Engine.testable)
    func `a worker leaves jobs alone that it has no handler for`(engine: Engine) async throws {
        let office = try await TestOffice.make(engine)
        try await enqueue(office, [1])
        let idle = Worker(database: office.database, clock: office.clock.value, handlers: [])
        #expect(try await idle.drain() == 0)
        #expect(try await states(office) == [.ready])
    }
}
