import Digests
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

/// The signing program on a person's computer as the page meets it: it signs the hash or the text it was sent.
struct ComputerProgram {
    let key: PKCS12Key

    /// What the page brings of its answer to one question.
    func answer(_ request: AgentRequest, _ stage: TaskStage, _ task: SigningTask) async throws -> AgentValue {
        let message = try #require(request.message)
        let certificate = key.certificate.der.base64EncodedString()
        if let text = Data(base64Encoded: message) {
            return AgentValue(
                signature: try await key.signDetached(text).base64EncodedString(), certificate: certificate)
        }
        let asked = try JSONDecoder().decode([String: String].self, from: Data(message.utf8))
        #expect(asked["HashAlg"] == "SHA256")
        #expect(asked["Encode"] == "ECDSA")
        // The program sees the hash alone; keys here sign messages, so the message of that hash is looked up.
        let now = stage.office.now
        let parts = try await stage.office.database.read { try TaskStore(tx: $0, now: now).parts(of: task.id) }
        let wanted = Data(base64Encoded: asked["HashValue"] ?? "")
        let prepared = try #require(
            parts.compactMap(\.self).first { DigestAlgorithm.sha256.digest($0.request.messageToSign) == wanted })
        let value = try key.sign(prepared.request.messageToSign, digest: .sha256)
        return AgentValue(signature: value.base64EncodedString(), certificate: certificate)
    }
}

extension SharedHolders {
    /// Phần mềm ký trên máy ký giá trị băm: bút phê, văn bản, phụ lục và cả lô; kết quả nào không đúng đều bị từ chối.
    @Suite struct AgentValueTests {
        static let hashes = ["agent.signs": "hashes"]

        func part(_ stage: TaskStage, _ place: SigningPart.Place = .field(.signature)) -> SigningPart {
            SigningPart(stage.file, name: "qd.pdf", place, reason: "Chủ tịch", signerName: TaskStage.chairmanName)
        }

        func directive(_ stage: TaskStage) throws -> SigningErrand {
            let payload = try stage.office.ground.blobs.put(Data(#"{"yKien":"Đồng ý"}"#.utf8))
            return TestErrand.make(
                [SigningPart(payload, name: "but-phe.json", .detached, reason: "Bút phê")], kind: "test.direct",
                taken: stage.taken, database: stage.office.database)
        }

        struct Asked {
            let task: SigningTask
            let requests: [AgentRequest]
            let program: ComputerProgram
        }

        func asked(_ stage: TaskStage, _ errand: SigningErrand) async throws -> Asked {
            try await stage.addAgent()
            _ = try await stage.tasks.begin(errand, 1, by: stage.signer, KeyAnswer())
            let task = try #require(try await stage.task(.processing))
            return Asked(
                task: task, requests: try await stage.tasks.agentRequests(task, errand),
                program: ComputerProgram(key: try stage.key()))
        }

        func bring(
            _ value: AgentValue, _ asked: Asked, part: Int = 0, _ stage: TaskStage, _ errand: SigningErrand
        ) async throws {
            try await stage.tasks.answered(asked.task.id, part: part, by: stage.signer, value, errands: [errand])
        }

        @Test(arguments: Engine.testable)
        func `a directive is signed by its hash, bound to its very words`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            // The program names the signer's certificate alone: what the office trusts fills the path up.
            try await stage.desk.trust(try TaskStage.world.get().pki.issuingCertificate, isAnchor: false)
            let errand = try directive(stage)
            let asked = try await asked(stage, errand)
            let request = try #require(asked.requests.first)
            #expect(request.function == "SignMsg")
            #expect(request.answerTo == "/ky-so/viec/\(asked.task.id)/chu-ky/0")
            try await bring(try await asked.program.answer(request, stage, asked.task), asked, stage, errand)
            let cms = try #require(stage.taken.results.first ?? nil)
            let payload = asked.task.order.parts[0].file
            let blobs = stage.office.ground.blobs
            let check = try await stage.desk.checkDirective(
                payload: try blobs.get(payload), signature: try blobs.get(cms))
            #expect(check.isTrusted && check.isIntact)
            let changed = try await stage.desk.checkDirective(
                payload: Data("khác".utf8), signature: try blobs.get(cms))
            #expect(!changed.isIntact)
            #expect(try await stage.count(.signed) == 1)
        }

        @Test func `a program that knows no hashes signs the directive as a text and answers a CMS`() async throws {
            let stage = try await TaskStage(settings: ["agent.directives": "texts"])
            let errand = try directive(stage)
            let asked = try await asked(stage, errand)
            let request = try #require(asked.requests.first)
            #expect(Data(base64Encoded: request.message ?? "") == Data(#"{"yKien":"Đồng ý"}"#.utf8))
            try await bring(try await asked.program.answer(request, stage, asked.task), asked, stage, errand)
            let cms = try #require(stage.taken.results.first ?? nil)
            let check = try await stage.desk.checkDirective(
                payload: Data(#"{"yKien":"Đồng ý"}"#.utf8), signature: try stage.office.ground.blobs.get(cms))
            #expect(check.isTrusted)
        }

        @Test(arguments: Engine.testable)
        func `a document and the mark on its attachment are signed by their hashes`(engine: Engine) async throws {
            let stage = try await TaskStage(engine, settings: Self.hashes)
            let damaged = try stage.office.ground.blobs.put(Data("không phải PDF".utf8))
            let errand = TestErrand.make(
                [
                    part(stage), part(stage, .mark(line: "07/QĐ-VHL")),
                    SigningPart(damaged, name: "hong.pdf", .mark(line: "07/QĐ-VHL"), reason: "", isOptional: true),
                ], taken: stage.taken, database: stage.office.database)
            let asked = try await asked(stage, errand)
            #expect(asked.requests.count == 2)
            // In whatever order they come; nothing is accepted before the last.
            for index in [1, 0] {
                #expect(stage.taken.results.isEmpty)
                let value = try await asked.program.answer(asked.requests[index], stage, asked.task)
                try await bring(value, asked, part: index, stage, errand)
            }
            #expect(stage.taken.results.map { $0 == nil } == [false, false, true])
            for result in stage.taken.results.compactMap(\.self) {
                let report = SignatureVerifier.report(
                    on: try stage.office.ground.blobs.get(result), trust: try TaskStage.world.get().pki.trust,
                    at: stage.office.now)
                #expect(report.verdict == .valid, "\(report.sentence)")
            }
        }

        @Test func `a silent timestamp authority does not lose what the token has given`() async throws {
            let isSilent = Silence()
            let authority = try isSilent.authority(try TaskStage.world.get().pki, at: TestClock().now)
            let stage = try await TaskStage(timestamps: authority, settings: Self.hashes)
            let errand = TestErrand.make([part(stage)], taken: stage.taken, database: stage.office.database)
            let asked = try await asked(stage, errand)
            let value = try await asked.program.answer(asked.requests[0], stage, asked.task)
            try await bring(value, asked, stage, errand)
            #expect(stage.taken.results.isEmpty)
            isSilent.end()
            stage.office.clock.advance(by: 11)
            try await stage.tasks.lookAfter([errand])
            #expect(stage.taken.results.count == 1)
        }

        enum Forgery: String, Sendable, CaseIterable { case otherKey, otherKeyUnsaid, otherContent, notBase64, empty }

        func forged(_ how: Forgery, _ asked: Asked, _ stage: TaskStage) async throws -> AgentValue {
            let archive = try TaskStage.world.get().pki.issue(
                to: .person(name: "Người Khác", agency: "Viện Hàn lâm"), keys: .p256,
                validity: ValidityPeriod(from: stage.office.now.addingTimeInterval(-86_400), days: 300),
                passphrase: "x")
            let stranger = ComputerProgram(key: try PKCS12Key(data: archive, passphrase: "x"))
            switch how {
            case .otherKey: return try await stranger.answer(asked.requests[0], stage, asked.task)
            case .otherKeyUnsaid:
                return AgentValue(
                    signature: try await stranger.answer(asked.requests[0], stage, asked.task).signature)
            case .otherContent:
                let value = try asked.program.key.sign(Data("khác".utf8), digest: .sha256)
                return AgentValue(signature: value.base64EncodedString())
            case .notBase64: return AgentValue(signature: "***")
            case .empty: return AgentValue(signature: "")
            }
        }

        @Test(arguments: Forgery.allCases, ["hashes", "texts"])
        func `a value by another key or over something else is refused with its reason`(
            how: Forgery, manner: String
        ) async throws {
            let stage = try await TaskStage(settings: ["agent.directives": manner])
            let errand = try directive(stage)
            let asked = try await asked(stage, errand)
            let value = try await forged(how, asked, stage)
            await #expect(throws: (any Error).self) { try await bring(value, asked, stage, errand) }
            #expect(stage.taken.results.isEmpty)
            let code = try #require(try await stage.task(.failed)?.failure?.code)
            #expect(how == .otherKey ? code == .otherPerson : [.badAnswer, .otherPerson].contains(code), "\(code)")
        }

        @Test func `a value is taken once, from its person, and in its time`() async throws {
            let stage = try await TaskStage()
            let errand = try directive(stage)
            let asked = try await asked(stage, errand)
            let value = try await asked.program.answer(asked.requests[0], stage, asked.task)
            let clerk = stage.office.people.clerk
            await #expect(throws: CommonRefusal.notFound) {
                try await stage.tasks.answered(asked.task.id, part: 0, by: clerk, value, errands: [errand])
            }
            await #expect(throws: SigningFailure.self) { try await bring(value, asked, part: 7, stage, errand) }
            #expect(try await stage.task(.failed) != nil)
            _ = try await stage.tasks.begin(errand, 1, by: stage.signer, KeyAnswer())
            stage.office.clock.advance(by: 901)
            await #expect(throws: SigningTasks.noTicket) { try await bring(value, asked, stage, errand) }
            #expect(stage.taken.results.isEmpty)
        }
    }

    /// Ký theo lô bằng phần mềm trên máy: trang đi từng văn bản, mỗi văn bản một kết quả, tải lại trang thì ký tiếp.
    @Suite struct AgentBatchTests {
        typealias Heap = BatchTests.Heap

        func heap(_ count: Int64, _ engine: Engine = .sqlite, _ manner: String = "hashes") async throws -> Heap {
            let stage = try await TaskStage(engine, settings: ["agent.signs": manner])
            try await stage.addAgent()
            return try await Heap(stage, count)
        }

        func begun(_ heap: Heap) async throws -> Int64 {
            let id = try await heap.gatherAll()
            try await heap.batches.sign(id, by: heap.stage.signer, KeyAnswer())
            return id
        }

        func turn(_ heap: Heap, _ id: Int64, _ walker: String? = nil) async throws -> AgentTurn {
            try await heap.batches.agentTurn(id, by: heap.stage.signer, walker: walker)
        }

        func task(_ heap: Heap, _ id: Int64) async throws -> SigningTask {
            try #require(try await heap.batches.tasks(id, [.processing], of: heap.stage.signer).first)
        }

        /// What the page does with one turn.
        func sign(_ heap: Heap, _ id: Int64, _ turn: AgentTurn) async throws {
            let (stage, task) = (heap.stage, try await task(heap, id))
            let program = ComputerProgram(key: try stage.key())
            for (index, request) in turn.requests.enumerated() {
                try await stage.tasks.answered(
                    task.id, part: index, by: stage.signer, try await program.answer(request, stage, task),
                    errands: [heap.errand])
            }
        }

        func giveUp(_ heap: Heap, _ id: Int64, _ trouble: AgentTrouble) async throws {
            let task = try await task(heap, id)
            try await heap.stage.tasks.agentGaveUp(task.id, by: heap.stage.signer, trouble)
            try await heap.batches.agentGaveUp(id, by: heap.stage.signer)
        }

        @Test(arguments: Engine.testable)
        func `the page walks the batch; what cannot be signed fails by itself`(engine: Engine) async throws {
            let heap = try await heap(12, engine)
            heap.pile.broken.withLock { $0 = [3, 4] }
            let id = try await begun(heap)
            var (walker, turns): (String?, Int) = (nil, 0)
            while true {
                let turn = try await turn(heap, id, walker)
                guard turn.title != nil else { break }
                walker = turn.walker
                try await sign(heap, id, turn)
                turns += 1
            }
            #expect(turns == 10)
            let state = try await heap.state(id)
            #expect(state.count(.signed) == 10 && state.count(.failed) == 2 && state.isDone)
            #expect(!state.isRunning(at: heap.stage.office.now))
            #expect(Set(heap.pile.order).count == 10)
            #expect(try await heap.stage.unread() == 1)
            // The failed ones by another turn of the same batch.
            heap.pile.broken.withLock { $0 = [] }
            try await heap.batches.retryFailed(id, by: heap.stage.signer)
            try await heap.batches.sign(id, by: heap.stage.signer, KeyAnswer())
            for _ in 0..<2 { try await sign(heap, id, try await turn(heap, id)) }
            #expect(try await heap.state(id).count(.signed) == 12)
        }

        @Test func `files are walked as well: the program brings each back by its ticket`() async throws {
            let heap = try await heap(3, .sqlite, "files")
            let (stage, id) = (heap.stage, try await begun(heap))
            var walker: String?
            for _ in 0..<3 {
                let turn = try await turn(heap, id, walker)
                walker = turn.walker
                let request = try #require(turn.requests.first)
                #expect(request.function == "SignApproved")
                #expect(request.message == nil)
                let address = try #require(request.file?.FileUploadHandler.split(separator: "/"))
                let ticket = String(address[address.count - 2])
                let intent = SignatureIntent(target: .field("ChuKy"), signerName: "x", signedAt: stage.office.now)
                let file = try await stage.tasks.offered(ticket: ticket, part: 0).file
                try await stage.tasks.returned(
                    ticket: ticket, part: 0, file: try await PDFSigner.sign(file, intent, with: try stage.key()),
                    errands: [heap.errand])
            }
            #expect(try await turn(heap, id, walker).title == nil)
            #expect(try await heap.state(id).count(.signed) == 3)
        }

        @Test func `after a reload the new page is asked for the same document, and the old page is over`() async throws
        {
            let heap = try await heap(3)
            let id = try await begun(heap)
            let first = try await turn(heap, id)
            let again = try await turn(heap, id)
            #expect(again.title == first.title && again.walker != first.walker)
            #expect(again.requests == first.requests)
            await #expect(throws: CommonRefusal.self) { try await turn(heap, id, first.walker) }
            try await sign(heap, id, again)
            #expect(try await turn(heap, id, again.walker).title != first.title)
        }

        @Test func `a page that was closed leaves the rest waiting; another key may go on`() async throws {
            let heap = try await heap(4)
            let id = try await begun(heap)
            let first = try await turn(heap, id)
            try await sign(heap, id, first)
            _ = try await turn(heap, id, first.walker)
            heap.stage.office.clock.advance(by: 121)
            await #expect(throws: CommonRefusal.self) { try await turn(heap, id) }
            try await heap.stage.addFile()
            let file = try #require(try await heap.batches.keys(id, of: heap.stage.signer).first { $0.asks == .pin })
            try await heap.batches.sign(
                id, by: heap.stage.signer, KeyAnswer(credential: file.state.id, pin: SoftHSM.passphrase))
            await heap.batches.wait(for: id)
            #expect(try await heap.state(id).count(.signed) == 4)
            #expect(Set(heap.pile.order).count == 4)
        }

        @Test(arguments: [
            AgentTrouble(.absent), AgentTrouble(.closed), AgentTrouble(.slow), AgentTrouble(.said, words: "Hủy"),
            AgentTrouble(.said, status: "-2146434967"),
        ])
        func `what keeps the program from signing one keeps it from all: they wait`(trouble: AgentTrouble) async throws
        {
            let heap = try await heap(3)
            let id = try await begun(heap)
            let first = try await turn(heap, id)
            try await giveUp(heap, id, trouble)
            await #expect(throws: CommonRefusal.self) { try await turn(heap, id, first.walker) }
            let state = try await heap.state(id)
            #expect(state.count(.failed) == 1 && state.count(.waiting) == 2)
            // Put right, the batch is taken up again.
            try await heap.batches.retryFailed(id, by: heap.stage.signer)
            try await heap.batches.sign(id, by: heap.stage.signer, KeyAnswer())
            var walker: String?
            for _ in 0..<3 {
                let turn = try await turn(heap, id, walker)
                walker = turn.walker
                try await sign(heap, id, turn)
            }
            #expect(try await heap.state(id).count(.signed) == 3)
        }

        @Test func `an answer that cannot be used fails its document alone, three in a row end the walk`() async throws
        {
            let heap = try await heap(5)
            let id = try await begun(heap)
            var walker: String?
            for count in 1...3 {
                walker = try await turn(heap, id, walker).walker
                try await giveUp(heap, id, AgentTrouble(.unreadable))
                #expect(try await heap.state(id).count(.failed) == count)
                heap.stage.office.clock.advance(by: 1)
            }
            await #expect(throws: CommonRefusal.self) { try await turn(heap, id, walker) }
            #expect(try await heap.state(id).count(.waiting) == 2)
        }

        @Test func `a batch that was stopped waits under “Cần ký”, and is nobody else's to walk`() async throws {
            let heap = try await heap(4)
            let id = try await begun(heap)
            let first = try await turn(heap, id)
            let stranger = heap.stage.office.people.clerk
            await #expect(throws: CommonRefusal.notFound) {
                _ = try await heap.batches.agentTurn(id, by: stranger, walker: first.walker)
            }
            try await heap.batches.stop(id, by: heap.stage.signer)
            #expect(try await heap.waitingCount() == 4)
            await #expect(throws: CommonRefusal.self) { try await turn(heap, id, first.walker) }
        }
    }
}

@Suite struct AgentTroubleTests {
    static let said: [(String, String, SigningFailure.Code)] = [
        ("2", "người dùng bấm Hủy", .cancelled), ("1", "The operation was canceled by the user.", .cancelled),
        ("-2146434962", "", .cancelled), ("500", "Mã PIN không đúng", .wrongPIN),
        ("-2146434965", "The card cannot be accessed because the wrong PIN was presented.", .wrongPIN),
        ("0x8010006C", "", .locked), ("3", "Mã PIN đã bị khóa", .locked),
        ("2", "Không tìm thấy thiết bị", .tokenGone), ("1", "Keyset does not exist", .tokenGone),
        ("1", "The smart card has been removed, so that further communication is not possible.", .tokenGone),
        ("4", "Không tìm thấy chứng thư số", .certificateUnfit), ("9", "lỗi lạ", .agent), ("", "", .agent),
    ]

    @Test(arguments: said)
    func `what the program says becomes what to do`(status: String, words: String, code: SigningFailure.Code) {
        let failure = AgentTrouble(.said, status: status, words: words).failure
        #expect(failure.code == code)
        #expect(failure.message.contains("Chưa có gì được ký"))
        #expect(words.isEmpty || failure.message.contains(words))
    }

    @Test(arguments: AgentTrouble.Kind.allCases)
    func `each kind of trouble tells what is safe and what to do`(kind: AgentTrouble.Kind) {
        let message = AgentTrouble(kind).failure.message
        #expect(message.contains("hãy"))
        #expect(message.contains("Chưa có gì được ký") || message.contains("Văn bản không thay đổi"))
    }

    @Test func `a setting that nobody knows is told, not guessed`() {
        #expect(throws: SettingsError.self) { try AgentManner(Settings(["agent.signs": "all"])) }
        #expect(throws: Never.self) { try AgentManner(Settings()) }
    }
}
