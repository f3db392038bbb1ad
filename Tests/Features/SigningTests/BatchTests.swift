import Foundation
import KeyCounterparts
import OfficeTestKit
import PAdES
import Platform
import Records
import SignatureCore
import Synchronization
import Testing

@testable import Signing

extension SharedHolders {
    /// Ký theo lô: một mã PIN cho nhiều văn bản, mỗi văn bản một kết quả; dừng giữa chừng thì ký tiếp được.
    @Suite struct BatchTests {
        /// Documents of a made-up feature: those in `broken` cannot be ordered, those taken no longer wait.
        final class Pile: Sendable {
            let taken = Mutex<[Int64]>([])
            let broken = Mutex<Set<Int64>>([])
            /// What happens while a document is made ready.
            let ordered = Mutex<@Sendable (Int64) throws -> Void>({ _ in })
            var order: [Int64] { taken.withLock { $0 } }
        }

        struct Heap {
            let stage: TaskStage
            let pile = Pile()
            let errand: SigningErrand
            let batches: SigningBatches

            init(_ stage: TaskStage, _ count: Int64, isSeal: Bool = false) async throws {
                self.stage = stage
                let (pile, file, database, now) = (pile, stage.file, stage.office.database, stage.office.now)
                errand = SigningErrand(
                    kind: "pile.sign", label: "Ký số", done: "Đã ký số.", isSeal: isSeal, agentFunction: .approve,
                    order: { id, _, _, _ in
                        guard !pile.broken.withLock({ $0.contains(id) }) else {
                            throw CommonRefusal.conflict("Văn bản vừa thay đổi.")
                        }
                        try pile.ordered.withLock { try $0(id) }
                        return SigningOrder(
                            subject: RecordRef(kind: "pile", id: id), title: "Văn bản \(id)", href: "/thu/\(id)",
                            parts: [SigningPart(file, name: "a.pdf", .field(.signature), reason: "")], basis: "")
                    },
                    accept: { signed, along in
                        try await database.write { tx in
                            try along(tx)
                            try SigningTasks.recordMoved(
                                signed.order.subject, by: "sign", "Ký số", in: tx, at: now)
                            try tx.execute("DELETE FROM catalogue WHERE subject_id = \(signed.order.subject.id)")
                        }
                        pile.taken.withLock { $0.append(signed.order.subject.id) }
                    },
                    waiting: { _ in ["SELECT c.subject_id, c.at FROM catalogue c WHERE c.subject_kind = 'pile'"] })
                batches = SigningBatches(tasks: stage.tasks, errands: [errand])
                try await database.write { tx in
                    for id in 1...count {
                        try Catalogue(tx).put(
                            RecordRef(kind: "pile", id: id), title: "Văn bản \(id)", subtitle: "Về việc \(id)",
                            href: "/thu/\(id)", text: "", at: now)
                    }
                }
            }

            func waiting() async throws -> [DocumentToSign] {
                let (actor, errand, now) = (stage.signer, errand, stage.office.now)
                return try await stage.office.database.read {
                    try ToSignStore(tx: $0, errands: [errand], now: now).list(
                        for: actor, only: nil, after: nil, most: 2000)
                }
            }

            func waitingCount() async throws -> Int {
                let (actor, errand, now) = (stage.signer, errand, stage.office.now)
                return try await stage.office.database.read {
                    try ToSignStore(tx: $0, errands: [errand], now: now).count(for: actor)
                }
            }

            func gatherAll() async throws -> Int64 {
                try await batches.gather(try await waiting().map(\.value), by: stage.signer)
            }

            func state(_ id: Int64) async throws -> BatchState { try await batches.state(id, of: stage.signer) }
        }

        @Test(arguments: Engine.testable)
        func `one PIN signs them all, each with its own result; the count is always that of the list`(
            engine: Engine
        ) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            let heap = try await Heap(stage, 25)
            heap.pile.broken.withLock { $0 = [7, 11] }
            #expect(try await heap.waitingCount() == 25)
            #expect(try await heap.waiting().count == 25)
            let id = try await heap.gatherAll()
            #expect(try await heap.waitingCount() == 25)
            try await heap.batches.sign(id, by: stage.signer, .pin(SoftHSM.passphrase))
            await heap.batches.wait(for: id)
            let state = try await heap.state(id)
            #expect(state.count(.signed) == 23)
            #expect(state.count(.failed) == 2)
            #expect(state.isDone && state.total == 25)
            let failed = try await heap.batches.tasks(id, [.failed], of: stage.signer)
            #expect(failed.allSatisfy { $0.failure?.message == "Văn bản vừa thay đổi." })
            #expect(try await stage.unread() == 1)
            // The failed ones, once they can be signed, are signed by another turn of the same batch.
            heap.pile.broken.withLock { $0 = [] }
            try await heap.batches.retryFailed(id, by: stage.signer)
            try await heap.batches.sign(id, by: stage.signer, .pin(SoftHSM.passphrase))
            await heap.batches.wait(for: id)
            #expect(try await heap.state(id).count(.signed) == 25)
            #expect(Set(heap.pile.order).count == 25)
        }

        @Test func `a wrong PIN signs nothing and the batch waits for the right one`() async throws {
            let stage = try await TaskStage()
            try await stage.addFile()
            let heap = try await Heap(stage, 3)
            let id = try await heap.gatherAll()
            await #expect(throws: SigningRefusal.wrongPIN(remaining: 4)) {
                try await heap.batches.sign(id, by: stage.signer, .pin("0"))
            }
            #expect(try await heap.state(id).count(.waiting) == 3)
        }

        @Test(arguments: Engine.testable)
        func `after a crash what was being signed fails, the rest waits for the PIN again, nothing is signed twice`(
            engine: Engine
        ) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            let heap = try await Heap(stage, 6)
            let id = try await heap.gatherAll()
            let credential = try await stage.tasks.keyring.chosen(nil, of: .person(stage.chairman.person))
            // Died with one document in its hands: the row says so, the key is gone.
            let now = stage.office.now
            let isMine = try await stage.office.database.write {
                try BatchStore(tx: $0, now: now).begin(id, until: now.addingTimeInterval(60), credential: credential.id)
            }
            #expect(isMine)
            _ = try await heap.batches.next(id, credential)
            let reborn = SigningBatches(tasks: stage.tasks, errands: [heap.errand])
            await #expect(throws: CommonRefusal.self) {
                try await reborn.sign(id, by: stage.signer, .pin(SoftHSM.passphrase))
            }
            stage.office.clock.advance(by: 61)
            try await stage.tasks.lookAfter([heap.errand])
            #expect(try await heap.state(id).isRunning(at: stage.office.now) == false)
            #expect(try await reborn.tasks(id, [.failed], of: stage.signer).first?.failure?.code == .interrupted)
            try await reborn.sign(id, by: stage.signer, .pin(SoftHSM.passphrase))
            await reborn.wait(for: id)
            #expect(try await heap.state(id).count(.signed) == 5)
            try await reborn.retryFailed(id, by: stage.signer)
            try await reborn.sign(id, by: stage.signer, .pin(SoftHSM.passphrase))
            await reborn.wait(for: id)
            #expect(heap.pile.order.sorted() == [1, 2, 3, 4, 5, 6])
        }

        @Test func `what is stopped is not signed and waits under “Cần ký” again`() async throws {
            let stage = try await TaskStage()
            try await stage.addFile()
            let heap = try await Heap(stage, 4)
            let id = try await heap.gatherAll()
            try await heap.batches.stop(id, by: stage.signer)
            #expect(try await heap.waitingCount() == 4)
            #expect(try await heap.state(id).total == 0)
        }

        @Test func `a batch is its person's own`() async throws {
            let stage = try await TaskStage()
            try await stage.addFile()
            let heap = try await Heap(stage, 2)
            let id = try await heap.gatherAll()
            let stranger = stage.office.people.clerk
            await #expect(throws: CommonRefusal.notFound) { try await heap.batches.state(id, of: stranger) }
            await #expect(throws: CommonRefusal.notFound) {
                try await heap.batches.sign(id, by: stranger, .pin(SoftHSM.passphrase))
            }
        }

        @Test(arguments: [[], ["pile.sign:999"], ["khác:1"], ["rác"]])
        func `what does not wait for this person is not gathered`(values: [String]) async throws {
            let stage = try await TaskStage()
            try await stage.addFile()
            let heap = try await Heap(stage, 2)
            await #expect(throws: CommonRefusal.self) { try await heap.batches.gather(values, by: stage.signer) }
        }

        @Test func `more than a thousand are not taken at once`() async throws {
            let stage = try await TaskStage()
            try await stage.addFile()
            let heap = try await Heap(stage, 1)
            await #expect(throws: CommonRefusal.self) {
                try await heap.batches.gather((1...1001).map { "pile.sign:\($0)" }, by: stage.signer)
            }
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `a token at the server signs a batch by one PIN`() async throws {
            let stage = try await TaskStage()
            try await stage.addToken()
            let heap = try await Heap(stage, 10)
            let id = try await heap.gatherAll()
            try await heap.batches.sign(id, by: stage.signer, .pin(TaskStage.tokenPIN))
            await heap.batches.wait(for: id)
            #expect(try await heap.state(id).count(.signed) == 10)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"), arguments: Engine.testable)
        func `the phone rings once for a batch; one consent signs as many as it is for`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            try await stage.behave(["auth": "mobile", "phone": "wait", "multisign": "4"])
            try await stage.addRemote()
            let heap = try await Heap(stage, 6)
            let id = try await heap.gatherAll()
            try await heap.batches.sign(id, by: stage.signer, KeyAnswer())
            #expect(try await heap.state(id).count(.processing) == 4)
            try await heap.batches.lookAfter()
            #expect(heap.pile.order.isEmpty)
            try await stage.behave(["auth": "mobile", "phone": "agree", "multisign": "4"])
            try await heap.batches.lookAfter()
            #expect(try await heap.state(id).count(.signed) == 4)
            #expect(try await heap.state(id).count(.waiting) == 2)
            try await heap.batches.sign(id, by: stage.signer, KeyAnswer())
            try await heap.batches.lookAfter()
            #expect(heap.pile.order.count == 6)
            #expect(try await stage.unread() == 1)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"), arguments: ["refuse", "wait"])
        func `a consent refused or forgotten fails its documents, which can be tried again`(phone: String) async throws
        {
            let stage = try await TaskStage()
            try await stage.behave(["auth": "mobile", "phone": "wait"])
            try await stage.addRemote()
            let heap = try await Heap(stage, 3)
            let id = try await heap.gatherAll()
            try await heap.batches.sign(id, by: stage.signer, KeyAnswer())
            try await stage.behave(["auth": "mobile", "phone": phone])
            stage.office.clock.advance(by: phone == "wait" ? 181 : 3)
            try await heap.batches.lookAfter()
            #expect(try await heap.state(id).count(.failed) == 3)
            try await stage.behave([:])
            stage.office.clock.advance(by: 400)
            try await heap.batches.retryFailed(id, by: stage.signer)
            try await heap.batches.sign(id, by: stage.signer, .pin(TaskStage.remotePIN))
            #expect(try await heap.state(id).count(.signed) == 3)
        }

        @Test(arguments: Engine.testable)
        func `a batch whose signer was sent away is found however many wait before it`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            let (person, now) = (stage.chairman.person, stage.office.now)
            let key = try #require(try await stage.tasks.keyring.credentials(of: .person(person)).first)
            let last = try await stage.office.database.write { tx in
                let store = BatchStore(tx: tx, now: now)
                var id: Int64 = 0
                for number in 1...60 {
                    id = try store.create(by: person, credential: key.id)
                    let progress = BatchProgress(remote: .visit(page: "https://ky.example/\(number)"), tasks: [])
                    try store.setProgress(progress, id, expiresAt: now.addingTimeInterval(600))
                }
                return id
            }
            #expect(try await stage.batches.page(last) == "https://ky.example/60")
            #expect(try await stage.batches.page(last + 1) == nil)
        }
    }
}
