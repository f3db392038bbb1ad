import Foundation
import KeyCounterparts
import OfficeTestKit
import Platform
import Records
import SignatureCore
import Testing

@testable import Signing

extension SharedHolders {
    /// Chứng thư số của người khác, hết hạn hoặc chưa có hiệu lực thì không thêm được và không để lại gì; khóa bí mật đã gỡ
    /// hoặc đã thay thì không còn trong cơ sở dữ liệu.
    @Suite struct EnrolmentTests {
        static let pin = "1"

        func archive(_ name: String, from days: Double = -1, for length: Int = 300) throws -> Data {
            try TaskStage.world.get().pki.issue(
                to: .person(name: name, agency: "Viện Hàn lâm"), keys: .p256,
                validity: ValidityPeriod(from: TestClock().now.addingTimeInterval(86_400 * days), days: length),
                passphrase: Self.pin)
        }

        func holder(_ stage: TaskStage) -> KeyHolder { .person(stage.chairman.person) }

        func add(_ archive: Data, to stage: TaskStage, replacing: Bool = false) async throws {
            try await stage.desk.enrol(
                holder(stage), archive: archive, pin: Self.pin, image: nil, personName: TaskStage.chairmanName,
                replacing: replacing)
        }

        func recorded(_ stage: TaskStage) async throws -> String? {
            try await IdentityDesk(ground: stage.office.ground).recorded(holder(stage)).identity
        }

        @Test(arguments: Engine.testable)
        func `somebody else's file is refused and leaves nothing; his own is then added and signs`(
            engine: Engine
        ) async throws {
            let stage = try await TaskStage(engine)
            await #expect(throws: SigningRefusal.foreign("Lê Quang Huy")) {
                try await add(try archive("Lê Quang Huy"), to: stage)
            }
            #expect(try await recorded(stage) == nil)
            #expect(try await stage.desk.credentials(of: holder(stage)).isEmpty)
            try await stage.addFile()
            #expect(try await stage.begin(.pin(SoftHSM.passphrase)) == .signed)
        }

        @Test(arguments: [(-400.0, 300), (10.0, 300)])
        func `an expired file and one that is not yet valid are refused`(from: Double, length: Int) async throws {
            let stage = try await TaskStage()
            let archive = try archive(TaskStage.chairmanName, from: from, for: length)
            await #expect { try await add(archive, to: stage) } throws: {
                if case .unfitToAdd = $0 as? SigningRefusal { true } else { false }
            }
            #expect(try await recorded(stage) == nil)
        }

        @Test func `an expired certificate of the program on one's computer is refused`() async throws {
            let stage = try await TaskStage()
            let key = try PKCS12Key(
                data: try archive(TaskStage.chairmanName, from: -400), passphrase: Self.pin)
            await #expect {
                try await stage.desk.enrolment.addAgent(key.certificate, by: stage.signer, of: holder(stage))
            } throws: { if case .unfitToAdd = $0 as? SigningRefusal { true } else { false } }
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `an expired certificate at a signing service is refused, and an unknown one is named`() async throws {
            let stage = try await TaskStage()
            try await stage.behave([:])
            await #expect {
                try await stage.desk.enrolment.addRemote(
                    service: "thu", id: "NOPE", by: stage.signer, of: holder(stage))
            } throws: { ($0 as? CommonRefusal)?.message.contains("không có mã chứng thư “NOPE”") ?? false }
            stage.office.clock.advance(by: 86_400 * 366)
            await #expect { try await stage.addRemote() } throws: {
                if case .unfitToAdd = $0 as? SigningRefusal { true } else { false }
            }
        }

        @Test(arguments: Engine.testable)
        func `a file that is signed with goes only when that was said, and its private key goes with it`(
            engine: Engine
        ) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            let next = try archive(TaskStage.chairmanName)
            await #expect { try await add(next, to: stage) } throws: {
                if case .replacesWorking = $0 as? SigningRefusal { true } else { false }
            }
            #expect(try await stage.begin(.pin(SoftHSM.passphrase)) == .signed)
            try await add(next, to: stage, replacing: true)
            #expect(try await stage.begin(.pin(Self.pin), 2) == .signed)
            #expect(try await kept(stage) == [0, next.count])
        }

        @Test func `an expired file is replaced without a question`() async throws {
            let stage = try await TaskStage()
            try await add(try archive(TaskStage.chairmanName, for: 30), to: stage)
            stage.office.clock.advance(by: 86_400 * 40)
            try await add(try archive(TaskStage.chairmanName), to: stage)
            #expect(try await stage.desk.credentials(of: holder(stage)).map(\.problem) == [nil])
        }

        @Test(arguments: Engine.testable)
        func `of a removed file certificate and image stay, the private key does not`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            let id = try #require(try await stage.desk.credentials(of: holder(stage)).first?.id)
            try await stage.desk.enrolment.retire(id, of: holder(stage))
            #expect(try await kept(stage) == [0])
            let found = try await stage.office.database.read { try CredentialStore(tx: $0).find(id) }
            #expect(found?.certificate == (try stage.key().certificate))
        }

        /// Bytes of the private keys in the database, oldest first.
        func kept(_ stage: TaskStage) async throws -> [Int] {
            try await stage.office.database.read { tx in
                try tx.rows("SELECT archive FROM credential ORDER BY id").map {
                    try $0.get("archive", as: Data.self).count
                }
            }
        }

        @Test(arguments: Engine.testable)
        func `a key of another holder says so on its card and cannot be chosen`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            let own = try await stage.desk.credentials(of: holder(stage), personName: TaskStage.chairmanName)
            #expect(own.map(\.problem) == [nil])
            let others = try await stage.desk.credentials(of: holder(stage), personName: "Lê Quang Huy")
            #expect(others.first?.problem?.contains("không phải cho bạn") ?? false)
            _ = try await stage.office.database.write { try $0.execute("UPDATE signing_identity SET name = 'Lê Huy'") }
            let keys = try await stage.tasks.keys(of: holder(stage))
            #expect(keys.first?.state.problem?.contains("“Lê Huy”") ?? false)
        }

        @Test(arguments: Engine.testable)
        func `what was recorded wrongly is forgotten by the administrator, with his reason`(engine: Engine) async throws
        {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            _ = try await stage.office.database.write { try $0.execute("UPDATE signing_identity SET name = 'Lê Huy'") }
            await #expect {
                try await stage.begin(.pin(SoftHSM.passphrase))
            } throws: { if case .otherHolder = $0 as? SigningRefusal { true } else { false } }
            let identities = IdentityDesk(ground: stage.office.ground)
            try await identities.forget(holder(stage), reason: "Nạp nhầm tệp", operator: "dòng lệnh")
            #expect(try await stage.begin(.pin(SoftHSM.passphrase)) == .signed)
            #expect(try await recorded(stage) == "“\(TaskStage.chairmanName)”")
            #expect(try await identities.recorded(holder(stage)).history.count == 1)
        }

        // MARK: Empty answers

        @Test(arguments: Engine.testable)
        func `an empty PIN reaches neither key nor counter`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            await #expect(throws: CommonRefusal.invalid("Chưa nhập mã PIN. Chưa có gì được ký.")) {
                try await stage.begin(.pin(""))
            }
            #expect(try await stage.pinState().failures == 0)
            #expect(try await stage.count(.failed) == 0)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `an empty PIN or code never reaches a token or a signing service`() async throws {
            let stage = try await TaskStage()
            try await stage.addToken()
            await #expect(throws: CommonRefusal.self) { try await stage.begin(.pin("")) }
            let other = try await TaskStage()
            try await other.behave([:])
            try await other.addRemote()
            await #expect(throws: CommonRefusal.invalid("Chưa nhập mã PIN. Chưa có gì được ký.")) {
                try await other.begin(KeyAnswer())
            }
            let heap = try await BatchTests.Heap(stage, 2)
            let id = try await heap.gatherAll()
            await #expect(throws: CommonRefusal.self) {
                try await heap.batches.sign(id, by: stage.signer, .pin(""))
            }
            #expect(try await heap.state(id).count(.waiting) == 2)
        }
    }
}
