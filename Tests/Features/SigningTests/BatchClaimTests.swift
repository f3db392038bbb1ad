import Foundation
import KeyCounterparts
import OfficeTestKit
import Platform
import Records
import SignatureCore
import Synchronization
import Testing

@testable import Signing

extension SharedHolders {
    /// Gom văn bản vào lô không giữ văn bản của ai; chỉ khi bắt đầu ký mới giữ, và hết thời gian thì thôi giữ.
    @Suite struct BatchClaimTests {
        typealias Heap = BatchTests.Heap
        static let pin = SoftHSM.passphrase

        /// Two clerks with one seal; the first is the stage's signer.
        static func sealed(_ count: Int64, _ engine: Engine = .sqlite) async throws -> (Heap, other: Actor) {
            let stage = try await TaskStage(engine)
            let archive = try TaskStage.world.get().pki.issue(
                to: .seal(agency: "Viện Hàn lâm"), keys: .p256,
                validity: ValidityPeriod(from: stage.office.now.addingTimeInterval(-86_400), days: 300), passphrase: pin
            )
            try await stage.desk.enrol(.seal, archive: archive, pin: pin, image: nil)
            return (try await Heap(stage, count, isSeal: true), stage.office.people.clerk)
        }

        static func sign(_ id: Int64, in heap: Heap, by actor: Actor) async throws {
            _ = try await heap.stage.tasks.begin(heap.errand, id, by: actor, .pin(pin))
        }

        static func finish(_ id: Int64, _ heap: Heap) async throws {
            try await heap.batches.sign(id, by: heap.stage.signer, .pin(pin))
            await heap.batches.wait(for: id)
        }

        /// As a process leaves it that died with one document in its hands.
        static func die(_ id: Int64, _ heap: Heap) async throws {
            let now = heap.stage.office.now
            let credential = try await heap.stage.tasks.keyring.chosen(
                nil, of: heap.errand.holder(heap.stage.chairman.person))
            let isMine = try await heap.stage.office.database.write {
                try BatchStore(tx: $0, now: now).begin(id, until: now.addingTimeInterval(60), credential: credential.id)
            }
            #expect(isMine)
            _ = try await heap.batches.next(id, credential)
        }

        static func left(_ id: Int64, _ heap: Heap) async throws -> [String?] {
            try await heap.batches.tasks(id, [.dropped], of: heap.stage.signer).map(\.failure?.message)
        }

        @Test(arguments: Engine.testable)
        func `a gathered document is signed by whoever comes first, and its batch says so`(engine: Engine) async throws
        {
            let (heap, other) = try await Self.sealed(3, engine)
            let id = try await heap.gatherAll()
            #expect(try await heap.waitingCount() == 3)
            try await Self.sign(2, in: heap, by: other)
            #expect(try await heap.state(id).total == 2)
            #expect(try await Self.left(id, heap) == ["Đã ký riêng, ngoài lô này."])
            try await Self.finish(id, heap)
            #expect(heap.pile.order.sorted() == [1, 2, 3])
            #expect(try await heap.stage.notices() == ["Ký theo lô xong: 2/3 văn bản đã ký, 1 không ký."])
        }

        @Test(arguments: Engine.testable)
        func `while a batch is signed the others are told by whom and since when, and no longer than that`(
            engine: Engine
        ) async throws {
            let (heap, other) = try await Self.sealed(3, engine)
            let id = try await heap.gatherAll()
            heap.stage.office.clock.advance(by: 600)
            let since = LocalTime(heap.stage.office.now).printed
            try await Self.die(id, heap)
            #expect(try await heap.waitingCount() == 0)
            heap.stage.office.clock.advance(by: 20)
            for document in [1, 3] as [Int64] {
                await #expect {
                    try await Self.sign(document, in: heap, by: other)
                } throws: {
                    ($0 as? SigningFailure)?.message.contains("đang được \(TaskStage.chairmanName) ký (từ \(since))")
                        ?? false
                }
            }
            heap.stage.office.clock.advance(by: 41)
            try await heap.stage.tasks.lookAfter([heap.errand])
            #expect(try await heap.waitingCount() == 3)
            try await Self.sign(3, in: heap, by: other)
            #expect(heap.pile.order == [3])
        }

        @Test(arguments: Engine.testable)
        func `two who sign the same batch at the same time sign each document once`(engine: Engine) async throws {
            let (heap, other) = try await Self.sealed(12, engine)
            let values = try await heap.waiting().map(\.value)
            let mine = try await heap.gatherAll()
            let theirs = try await heap.batches.gather(values, by: other)
            try await heap.batches.sign(mine, by: heap.stage.signer, .pin(Self.pin))
            try await heap.batches.sign(theirs, by: other, .pin(Self.pin))
            await heap.batches.wait(for: mine)
            await heap.batches.wait(for: theirs)
            #expect(heap.pile.order.sorted() == Array(1...12))
        }

        @Test func `a single signing that fails takes nothing out of the batch`() async throws {
            let (heap, other) = try await Self.sealed(2)
            let id = try await heap.gatherAll()
            await #expect(throws: SigningRefusal.wrongPIN(remaining: 4)) {
                _ = try await heap.stage.tasks.begin(heap.errand, 1, by: other, .pin("0"))
            }
            try await Self.finish(id, heap)
            #expect(try await heap.state(id).count(.signed) == 2)
        }

        @Test(arguments: Engine.testable)
        func `a document that went another way meanwhile is named with the step it took`(engine: Engine) async throws {
            let (heap, _) = try await Self.sealed(3, engine)
            let (id, now) = (try await heap.gatherAll(), heap.stage.office.now)
            try await heap.stage.office.database.write {
                try SigningTasks.recordMoved(
                    RecordRef(kind: "pile", id: 2), by: "return", "Trả lại", in: $0, at: now)
            }
            try await Self.finish(id, heap)
            #expect(try await Self.left(id, heap) == ["Không ký: văn bản đã qua bước “Trả lại”."])
            #expect(try await heap.stage.notices() == ["Ký theo lô xong: 2/3 văn bản đã ký, 1 không ký."])
        }

        @Test func `gathered again, a document waits in the later batch alone`() async throws {
            let (heap, _) = try await Self.sealed(3)
            let first = try await heap.gatherAll()
            let second = try await heap.batches.gather(["pile.sign:1", "pile.sign:2"], by: heap.stage.signer)
            #expect(try await heap.state(first).count(.waiting) == 1)
            #expect(try await heap.state(second).count(.waiting) == 2)
            #expect(try await heap.batches.unfinished(of: heap.stage.signer).map(\.id) == [second, first])
        }

        @Test(arguments: Engine.testable)
        func `what nobody signs for a day is let go, and of what was begun the result is told`(
            engine: Engine
        ) async throws {
            let (heap, other) = try await Self.sealed(4, engine)
            let id = try await heap.gatherAll()
            let unbegun = try await heap.batches.gather(["pile.sign:4"], by: other)
            try await Self.die(id, heap)
            heap.stage.office.clock.advance(by: 61)
            try await heap.stage.tasks.lookAfter([heap.errand])
            heap.stage.office.clock.advance(by: 86_400)
            try await heap.batches.lookAfter()
            #expect(try await heap.batches.unfinished(of: heap.stage.signer).isEmpty)
            #expect(try await heap.batches.unfinished(of: other).isEmpty)
            #expect(try await heap.batches.state(unbegun, of: other).count(.dropped) == 1)
            #expect(
                try await heap.stage.notices().first == "Ký theo lô xong: 0/4 văn bản đã ký, 1 thất bại, 3 không ký.")
        }

        @Test(arguments: Engine.testable)
        func
            `of a batch whose process died its person is told once, and when its last task ends, however that comes, the result is told once`(
                engine: Engine
            ) async throws
        {
            let (heap, _) = try await Self.sealed(2, engine)
            let id = try await heap.gatherAll()
            try await Self.die(id, heap)
            heap.stage.office.clock.advance(by: 61)
            try await heap.stage.tasks.lookAfter([heap.errand])
            for _ in 1...2 { try await heap.batches.lookAfter() }
            let paused = "Ký theo lô đã dừng: 0/2 văn bản đã ký, 1 thất bại. Hãy mở lô để ký tiếp."
            #expect(try await heap.stage.notices() == [paused])
            #expect(try await heap.stage.count(.processing) == 1)
            try await Self.die(id, heap)
            heap.stage.office.clock.advance(by: 61)
            try await heap.stage.tasks.lookAfter([heap.errand])
            for _ in 1...2 { try await heap.batches.lookAfter() }
            #expect(
                try await heap.stage.notices() == ["Ký theo lô xong: 0/2 văn bản đã ký, 2 thất bại.", paused])
            #expect(try await heap.stage.count(.processing) == 0)
        }

        @Test func `a signing cut off with its process is free again after a minute`() async throws {
            let (heap, other) = try await Self.sealed(1)
            let id = try await heap.gatherAll()
            try await Self.die(id, heap)
            heap.stage.office.clock.advance(by: 61)
            try await heap.stage.tasks.lookAfter([heap.errand])
            try await Self.sign(1, in: heap, by: other)
            #expect(heap.pile.order == [1])
        }

        @Test(.timeLimit(.minutes(1)), arguments: Engine.testable)
        func `a signing that takes its time is not taken for dead while its process lives`(engine: Engine) async throws
        {
            let slow = Slowness()
            let stage = try await TaskStage(engine, timestamps: slow.authority)
            try await stage.addFile()
            var tasks = stage.tasks
            tasks.pulse = .milliseconds(5)
            slow.work = { [tasks] in
                for _ in 1...3 {
                    let end = try #require(try await stage.task(.processing)?.expiresAt)
                    stage.office.clock.advance(by: 50)
                    while try await stage.task(.processing)?.expiresAt == end { await Task.yield() }
                    try await tasks.lookAfter([stage.errand])
                }
            }
            await #expect(throws: SigningRefusal.noTimestamp) {
                _ = try await tasks.begin(stage.errand, 1, by: stage.signer, .pin(Self.pin))
            }
            #expect(try await stage.task(.failed)?.failure?.code == .noTimestamp)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `a token pulled out stops the batch with what to do; put back, it goes on`() async throws {
            let module = try SoftHSM([
                SoftHSM.Token("rút được", pin: TaskStage.tokenPIN, archives: [try TaskStage.world.get().archive])
            ])
            let stage = try await TaskStage(settings: ["pkcs11.module": module.modulePath])
            try await stage.addToken()
            let heap = try await Heap(stage, 5)
            let id = try await heap.gatherAll()
            heap.pile.ordered.withLock { $0 = { if $0 == 3 { try module.pullOut() } } }
            try await heap.batches.sign(id, by: stage.signer, .pin(TaskStage.tokenPIN))
            await heap.batches.wait(for: id)
            #expect(try await heap.state(id).results == "2/5 văn bản đã ký, 1 thất bại")
            #expect(try await heap.state(id).count(.waiting) == 2)
            let failed = try await heap.batches.tasks(id, [.failed], of: stage.signer)
            #expect(failed.map(\.failure?.code) == [.tokenGone])
            #expect(
                try await stage.notices().first
                    == "Ký theo lô đã dừng: 2/5 văn bản đã ký, 1 thất bại. Hãy mở lô để ký tiếp.")
            heap.pile.ordered.withLock { $0 = { _ in } }
            try module.putIn()
            try await heap.batches.retryFailed(id, by: stage.signer)
            try await heap.batches.sign(id, by: stage.signer, .pin(TaskStage.tokenPIN))
            await heap.batches.wait(for: id)
            #expect(try await heap.state(id).count(.signed) == 5)
        }
    }
}
