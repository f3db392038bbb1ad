import Foundation
import KeyCounterparts
import OfficeTestKit
import PAdES
import Platform
import Records
import SignatureCore
import Testing

@testable import Signing

extension SharedHolders {
    /// Kết nối dịch vụ ký số bằng OAuth 2.0: sang trang dịch vụ rồi trở về, gia hạn, hết hạn, ngắt; đồng ý ký trên trang đó.
    @Suite(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python")) struct RemoteAccountTests {
        func stage(_ engine: Engine = .sqlite) async throws -> TaskStage {
            let stage = try await TaskStage(
                engine, settings: ["remote.thu.grant": "code", "url": "https://vanphong.test"])
            try await stage.behave([:])
            return stage
        }

        /// What a browser does there, with what it brings back.
        func answer(_ page: URL, name: String = "lanh", word: String = "agree") async throws -> VisitAnswer {
            let query = try #require(URLComponents(url: page, resolvingAgainstBaseURL: false)?.percentEncodedQuery)
            let location = try await Redirects.answer(to: page, Data("\(query)&name=\(name)&word=\(word)".utf8))
            #expect(location.hasPrefix("https://vanphong.test/ky-so/chung-thu/tro-ve?"))
            let items = URLComponents(string: location)?.queryItems ?? []
            func value(_ name: String) -> String { items.first { $0.name == name }?.value ?? "" }
            return VisitAnswer(state: value("state"), code: value("code"), error: value("error"))
        }

        func visit(_ stage: TaskStage, word: String = "agree") async throws -> VisitAnswer {
            let page = try await stage.desk.tasks.visits.connectionPage(
                "thu", isSeal: false, person: stage.signer.person)
            return try await answer(page, word: word)
        }

        func comeBack(_ stage: TaskStage, _ answer: VisitAnswer, as actor: Actor? = nil) async throws -> VisitResult {
            try await stage.tasks.cameBack(
                answer, by: actor ?? stage.signer, batches: stage.batches, errands: [stage.errand])
        }

        @discardableResult
        func connect(_ stage: TaskStage) async throws -> RemoteAccount {
            guard case .connected(let id, false) = try await comeBack(stage, try await visit(stage)) else {
                throw CounterpartError("not connected")
            }
            return try await stage.desk.remote.accounts.find(id, of: stage.signer.person)
        }

        func link(_ stage: TaskStage, _ account: RemoteAccount) async throws {
            try await stage.desk.enrolment.addRemote(
                service: "thu", id: "lanh-dao", account: account.id, by: stage.signer,
                of: .person(stage.chairman.person))
        }

        @Test(arguments: Engine.testable)
        func `a person connects his account, links a key of it and signs with it`(engine: Engine) async throws {
            let stage = try await stage(engine)
            let account = try await connect(stage)
            let offers = try await stage.desk.enrolment.remoteOffers(
                account, for: stage.signer, of: .person(stage.chairman.person))
            #expect(offers.map(\.credential.id) == ["lanh-dao"])
            #expect(offers.allSatisfy { $0.obstacle == nil })
            try await link(stage, account)
            let again = try await stage.desk.enrolment.remoteOffers(
                account, for: stage.signer, of: .person(stage.chairman.person))
            #expect(again.map(\.obstacle) == ["Đã liên kết."])
            #expect(try await stage.begin(.pin(TaskStage.remotePIN)) == .signed)
            try stage.verify()
            // Whoever reads the database has no token.
            let kept = try await stage.office.database.read { tx -> Data? in
                try tx.value("SELECT tokens FROM remote_account")
            }
            #expect(String(decoding: try #require(kept), as: UTF8.self).contains("access") == false)
            // By number alone nobody gets at a key of somebody's account.
            await #expect(throws: CommonRefusal.notFound) {
                try await stage.desk.enrolment.addRemote(
                    service: "thu", id: "lanh-dao", by: stage.signer, of: .person(stage.chairman.person))
            }
        }

        @Test func `a way back is good once, for its person, in its time, and for no other state`() async throws {
            let stage = try await stage()
            let (stranger, first) = (stage.office.people.clerk, try await visit(stage))
            await #expect(throws: CommonRefusal.self) { _ = try await comeBack(stage, first, as: stranger) }
            await #expect(throws: CommonRefusal.self) {
                _ = try await comeBack(stage, VisitAnswer(state: "khác", code: first.code, error: ""))
            }
            _ = try await comeBack(stage, first)
            await #expect(throws: CommonRefusal.self) { _ = try await comeBack(stage, first) }
            let late = try await visit(stage)
            stage.office.clock.advance(by: 601)
            await #expect(throws: CommonRefusal.self) { _ = try await comeBack(stage, late) }
            #expect(try await stage.desk.remote.accounts.all(of: stage.signer.person).count == 1)
        }

        @Test func `whoever says no there, or brings a false code, is told so and connects nothing`() async throws {
            let stage = try await stage()
            let refused = try await visit(stage, word: "refuse")
            await #expect(throws: SigningFailure.refusedThere) { _ = try await comeBack(stage, refused) }
            var forged = try await visit(stage)
            forged.code = "bịa"
            let brought = forged
            await #expect(throws: SigningFailure.self) { _ = try await comeBack(stage, brought) }
            #expect(try await stage.desk.remote.accounts.all(of: stage.signer.person).isEmpty)
        }

        @Test(arguments: Engine.testable)
        func `tokens are renewed before they run out and when the service no longer takes them`(
            engine: Engine
        ) async throws {
            let stage = try await stage(engine)
            let account = try await connect(stage)
            try await link(stage, account)
            stage.office.clock.advance(by: 3590)
            _ = try await stage.desk.remote.offers(account)
            func version() async throws -> Int? {
                try await stage.office.database.read { try $0.value("SELECT version FROM remote_account") }
            }
            #expect(try await version() == 2)
            try await stage.behave(["forget": "access"])
            #expect(try await stage.begin(.pin(TaskStage.remotePIN)) == .signed)
            #expect(try await version() == 3)
            try stage.verify()
        }

        @Test func `many calls at once renew once: a refresh token is good for one use`() async throws {
            let stage = try await stage()
            let account = try await connect(stage)
            try await stage.behave(["forget": "access"])
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await stage.desk.remote.offers(account).count } }
                for try await count in group { #expect(count == 1) }
            }
            #expect(try await stage.desk.remote.accounts.all(of: stage.signer.person).first?.endedAt == nil)
        }

        @Test func `an account that the service forgot is told as ended; connected anew, its keys sign again`()
            async throws
        {
            let stage = try await stage()
            let account = try await connect(stage)
            try await link(stage, account)
            stage.office.clock.advance(by: 400)
            try await stage.behave(["forget": "all"])
            await #expect(throws: SigningFailure.accountEnded("Dịch vụ thử")) {
                _ = try await stage.begin(.pin(TaskStage.remotePIN))
            }
            #expect(try await stage.task(.failed)?.failure?.message.contains("Kết nối lại") == true)
            #expect(try await stage.desk.remote.accounts.all(of: stage.signer.person).first?.endedAt != nil)
            try await stage.behave([:])
            #expect(try await connect(stage).id == account.id)
            #expect(try await stage.begin(.pin(TaskStage.remotePIN)) == .signed)
        }

        @Test(arguments: Engine.testable)
        func `disconnecting tells the service, forgets the tokens and retires the keys`(engine: Engine) async throws {
            let stage = try await stage(engine)
            let account = try await connect(stage)
            try await link(stage, account)
            try await stage.desk.remote.disconnect(account)
            #expect(try await stage.desk.remote.accounts.all(of: stage.signer.person).isEmpty)
            #expect(try await stage.desk.credentials(of: .person(stage.chairman.person)).isEmpty)
            await #expect(throws: SigningFailure.self) { _ = try await stage.desk.remote.offers(account) }
            await #expect(throws: CommonRefusal.notFound) {
                _ = try await stage.desk.remote.accounts.find(account.id, of: stage.signer.person)
            }
        }

        @Test func `an office that does not know its own address says what to do`() async throws {
            let stage = try await TaskStage(settings: ["remote.thu.grant": "code"])
            await #expect(throws: SigningFailure.noAddress) {
                _ = try await stage.desk.tasks.visits.connectionPage("thu", isSeal: false, person: stage.signer.person)
            }
        }

        // MARK: Consent on the service's page

        /// Begun with a key whose holder agrees there; the page to which he is sent.
        func sent(_ stage: TaskStage) async throws -> (task: Int64, page: URL) {
            let account = try await connect(stage)
            try await stage.behave(["auth": "oauth2code"])
            try await link(stage, account)
            guard case .pending(let id) = try await stage.begin(KeyAnswer()),
                case .remote(.visit(let page)) = try await stage.task(.processing)?.progress
            else { throw CounterpartError("nobody was sent anywhere") }
            return (id, try #require(URL(string: page)))
        }

        @Test(arguments: Engine.testable)
        func `what the signer agreed to there is signed when he comes back`(engine: Engine) async throws {
            let stage = try await stage(engine)
            let (task, page) = try await sent(stage)
            #expect(try await stage.tasks.keys(of: .person(stage.chairman.person)).map(\.asks) == [.page])
            try await stage.pass(3)
            #expect(stage.taken.results.isEmpty)
            #expect(try await comeBack(stage, try await answer(page)) == .signing(task: task))
            try stage.verify()
            #expect(try await stage.count(.signed) == 1)
        }

        @Test func `a signer who says no there, or does not come back, has signed nothing and can sign again`()
            async throws
        {
            let stage = try await stage()
            let (task, page) = try await sent(stage)
            let refusal = try await answer(page, word: "refuse")
            #expect(try await comeBack(stage, refusal) == .signing(task: task))
            #expect(try await stage.task(.failed)?.failure?.code == .refusedOnPhone)
            _ = try await stage.begin(KeyAnswer())
            try await stage.pass(601)
            #expect(try await stage.task(.failed)?.failure?.code == .timedOut)
            #expect(stage.taken.results.isEmpty)
        }

        @Test func `what was cancelled is not signed though he agrees later`() async throws {
            let stage = try await stage()
            let (task, page) = try await sent(stage)
            try await stage.tasks.cancel(task, by: stage.signer)
            let late = try await answer(page)
            await #expect(throws: SigningFailure.self) { _ = try await comeBack(stage, late) }
            #expect(stage.taken.results.isEmpty)
        }

        @Test(arguments: Engine.testable)
        func `one consent there is for a whole batch`(engine: Engine) async throws {
            let stage = try await stage(engine)
            let account = try await connect(stage)
            try await stage.behave(["auth": "oauth2code", "multisign": "4"])
            try await link(stage, account)
            let heap = try await BatchTests.Heap(stage, 6)
            let id = try await heap.gatherAll()
            for expected in [4, 6] {
                try await heap.batches.sign(id, by: stage.signer, KeyAnswer())
                let page = try #require(try await heap.batches.page(id).flatMap { URL(string: $0) })
                try await heap.batches.lookAfter()
                let result = try await stage.tasks.cameBack(
                    try await answer(page), by: stage.signer, batches: heap.batches, errands: [heap.errand])
                #expect(result == .signingBatch(id))
                #expect(try await heap.state(id).count(.signed) == expected)
            }
            #expect(try await stage.unread() == 1)
        }
    }
}
