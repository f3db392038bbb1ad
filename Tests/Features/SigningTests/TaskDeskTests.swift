import Foundation
import KeyCounterparts
import OfficeTestKit
import PAdES
import Platform
import Records
import SamplePDFs
import SignatureCore
import Testing

@testable import Signing

extension SharedHolders {
    /// Mọi loại khóa ký qua cùng một bàn: chuẩn bị, hỏi người giữ khóa, ghi chữ ký, văn bản đi tiếp; lỗi nào cũng có lời.
    @Suite struct TaskDeskTests {
        @Test(arguments: Engine.testable)
        func `a file signs at once, and the task stands under signed`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            #expect(try await stage.begin(.pin(SoftHSM.passphrase)) == .signed)
            try stage.verify()
            #expect(try await stage.count(.signed) == 1)
            #expect(try await stage.count(.processing) == 0)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `a token at the server signs`() async throws {
            let stage = try await TaskStage()
            try await stage.addToken()
            #expect(try await stage.begin(.pin(TaskStage.tokenPIN)) == .signed)
            try stage.verify()
        }

        @Test(arguments: Engine.testable)
        func `a wrong PIN leaves a failed task; the right one signs by the same task`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            await #expect(throws: SigningRefusal.wrongPIN(remaining: 4)) { try await stage.begin(.pin("0")) }
            #expect(try await stage.task(.failed)?.failure?.code == .wrongPIN)
            #expect(stage.taken.results.isEmpty)
            try await stage.begin(.pin(SoftHSM.passphrase))
            #expect(try await stage.count(.failed) == 0)
            #expect(try await stage.count(.signed) == 1)
        }

        @Test(arguments: Engine.testable)
        func `of twelve wrong PINs at the same time five are tried, and the key is locked`(
            engine: Engine
        ) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            let answers = await stage.beginAtOnce(12, .pin("0"))
            #expect(Set(answers) == Set((1...4).map { .wrongPIN(remaining: $0) } + [.locked(minutes: 15)]))
            #expect(answers.filter { $0 == .locked(minutes: 15) }.count == 8)
            #expect(try await stage.pinState() == PINState(failures: 5, lockedUntil: stage.office.now + 900))
        }

        @Test(arguments: Engine.testable)
        func `a right PIN gives its attempt back, and so does a key file that cannot be read`(
            engine: Engine
        ) async throws {
            let stage = try await TaskStage(engine)
            try await stage.addFile()
            for subject in 1...6 as ClosedRange<Int64> { try await stage.begin(.pin(SoftHSM.passphrase), subject) }
            #expect(try await stage.pinState().failures == 0)
            _ = try await stage.office.database.write { tx in
                try tx.execute("UPDATE credential SET archive = \(Data([0x30]))")
            }
            for subject in 11...16 as ClosedRange<Int64> {
                await #expect(throws: SigningRefusal.badKeyFile) { try await stage.begin(.pin("0"), subject) }
            }
            #expect(try await stage.pinState().failures == 0)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `a wrong PIN at a token is refused and counted`() async throws {
            let stage = try await TaskStage()
            try await stage.addToken()
            await #expect(throws: (any Error).self) { try await stage.begin(.pin("000000")) }
            #expect(try await stage.task(.failed)?.failure?.code == .wrongPIN)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"), arguments: Engine.testable)
        func `the phone is waited for, agrees, and the person is told`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            try await stage.behave(["auth": "mobile", "phone": "wait"])
            try await stage.addRemote()
            guard case .pending(let id) = try await stage.begin(KeyAnswer()) else {
                Issue.record("not waited for")
                return
            }
            try await stage.pass(3)
            #expect(try await stage.task(.processing)?.id == id)
            #expect(stage.taken.results.isEmpty)
            try await stage.behave(["auth": "mobile", "phone": "agree"])
            try await stage.pass(3)
            try stage.verify()
            #expect(try await stage.count(.signed) == 1)
            #expect(try await stage.unread() == 1)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `a remote key that asks for a PIN alone signs at once`() async throws {
            let stage = try await TaskStage()
            try await stage.behave([:])
            try await stage.addRemote()
            #expect(try await stage.begin(.pin(TaskStage.remotePIN)) == .signed)
            try stage.verify()
        }

        struct Trouble: Sendable, CustomTestStringConvertible {
            let how: [String: String]
            let code: SigningFailure.Code
            var testDescription: String { "\(how) → \(code)" }
        }

        static let troubles = [
            Trouble(how: ["phone": "refuse"], code: .refusedOnPhone),
            Trouble(how: ["phone": "expire"], code: .timedOut),
            Trouble(how: ["phone": "agree", "fault": "wrong-signature"], code: .badAnswer),
            Trouble(how: ["phone": "agree", "fault": "other-key"], code: .badAnswer),
            Trouble(how: ["phone": "agree", "fault": "too-few"], code: .badAnswer),
            Trouble(how: ["phone": "agree", "fault": "garbage"], code: .badAnswer),
        ]

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"), arguments: troubles)
        func `each trouble with the phone fails the task and changes nothing`(one: Trouble) async throws {
            let stage = try await TaskStage()
            try await stage.behave(["auth": "mobile", "phone": "wait"])
            try await stage.addRemote()
            _ = try await stage.begin(KeyAnswer())
            try await stage.behave(one.how.merging(["auth": "mobile"]) { $1 })
            try await stage.pass(3)
            let task = try #require(try await stage.task(.failed))
            #expect(task.failure?.code == one.code)
            #expect(stage.taken.results.isEmpty)
            #expect(try await stage.unread() == 1)
            // Signed again, the same document is signed.
            try await stage.behave([:])
            stage.office.clock.advance(by: 400)
            #expect(try await stage.begin(.pin(TaskStage.remotePIN)) == .signed)
            try stage.verify()
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `nobody at the phone within three minutes is a time-out`() async throws {
            let stage = try await TaskStage()
            try await stage.behave(["auth": "mobile", "phone": "wait"])
            try await stage.addRemote()
            _ = try await stage.begin(KeyAnswer())
            try await stage.pass(100)
            #expect(try await stage.count(.processing) == 1)
            try await stage.pass(81)
            #expect(try await stage.task(.failed)?.failure?.code == .timedOut)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `a service that is away for a moment is asked again`() async throws {
            let stage = try await TaskStage()
            try await stage.behave(["auth": "mobile", "phone": "wait"])
            try await stage.addRemote()
            _ = try await stage.begin(KeyAnswer())
            try await stage.behave(["auth": "mobile", "fault": "http-500"])
            try await stage.pass(3)
            #expect(try await stage.count(.processing) == 1)
            try await stage.behave(["auth": "mobile", "phone": "agree"])
            try await stage.pass(5)
            try stage.verify()
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `what was cancelled is not signed though the phone agrees later`() async throws {
            let stage = try await TaskStage()
            try await stage.behave(["auth": "mobile", "phone": "wait"])
            try await stage.addRemote()
            guard case .pending(let id) = try await stage.begin(KeyAnswer()) else { return }
            try await stage.tasks.cancel(id, by: stage.signer)
            try await stage.behave(["auth": "mobile", "phone": "agree"])
            try await stage.pass(3)
            #expect(stage.taken.results.isEmpty)
            #expect(try await stage.task(.failed)?.failure?.code == .cancelled)
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `while one request waits a second one is refused`() async throws {
            let stage = try await TaskStage()
            try await stage.behave(["auth": "mobile", "phone": "wait"])
            try await stage.addRemote()
            _ = try await stage.begin(KeyAnswer())
            await #expect {
                _ = try await stage.begin(KeyAnswer())
            } throws: { ($0 as? SigningFailure)?.message.contains("đang được chính bạn ký") ?? false }
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `a revoked certificate is told before the phone rings`() async throws {
            let stage = try await TaskStage()
            try await stage.behave(["auth": "mobile", "phone": "wait"])
            try await stage.addRemote()
            try await stage.behave(["status": "revoked"])
            stage.office.clock.advance(by: 400)
            await #expect(throws: (any Error).self) { _ = try await stage.begin(KeyAnswer()) }
            #expect(try await stage.task(.failed)?.failure?.code == .certificateRevoked)
            // A bad word of the service is not remembered: put right, the key signs at once.
            try await stage.behave([:])
            #expect(try await stage.begin(.pin(TaskStage.remotePIN)) == .signed)
            try stage.verify()
        }

        @Test(.enabled(if: TaskStage.hasCounterparts, "needs SoftHSM and Python"))
        func `a silent timestamp authority does not lose what the phone has given`() async throws {
            let isSilent = Silence()
            let world = try TaskStage.world.get()
            let office = try await TaskStage(timestamps: try isSilent.authority(world.pki, at: TestClock().now))
            try await office.behave(["auth": "mobile", "phone": "wait"])
            try await office.addRemote()
            _ = try await office.begin(KeyAnswer())
            try await office.behave(["auth": "mobile", "phone": "agree"])
            try await office.pass(3)
            #expect(try await office.count(.processing) == 1)
            isSilent.end()
            try await office.behave(["fault": "http-500"])
            try await office.pass(11)
            try office.verify()
        }

        // MARK: The program on a person's computer

        /// What such a program does: signs the field it was told, with the token of the computer.
        func signed(
            _ stage: TaskStage, _ file: Data, field: String = "ChuKy", key: PKCS12Key? = nil
        ) async throws -> Data {
            let intent = SignatureIntent(target: .field(field), signerName: "x", signedAt: stage.office.now)
            return try await PDFSigner.sign(file, intent, with: try key ?? stage.key())
        }

        func asked(_ stage: TaskStage) async throws -> (ticket: String, file: Data) {
            try await stage.addAgent()
            _ = try await stage.begin(KeyAnswer())
            let task = try #require(try await stage.task(.processing))
            let ticket = try #require(task.ticket)
            return (ticket, try await stage.tasks.offered(ticket: ticket, part: 0).file)
        }

        @Test(arguments: Engine.testable)
        func `what the signing program brings back signed is taken once`(engine: Engine) async throws {
            let stage = try await TaskStage(engine)
            let (ticket, file) = try await asked(stage)
            #expect(file == (try stage.office.ground.blobs.get(stage.file)))
            let back = try await signed(stage, file)
            try await stage.tasks.returned(ticket: ticket, part: 0, file: back, errands: [stage.errand])
            try stage.verify()
            #expect(try stage.office.ground.blobs.get(try #require(stage.taken.results.first ?? nil)) == back)
            await #expect(throws: SigningFailure.self) {
                try await stage.tasks.returned(ticket: ticket, part: 0, file: back, errands: [stage.errand])
            }
            await #expect(throws: SigningFailure.self) { _ = try await stage.tasks.offered(ticket: ticket, part: 0) }
        }

        enum Forgery: String, Sendable, CaseIterable {
            case unsigned, anotherFile, changedByte, otherField, otherPerson, numberFilled, twoSignatures, cutSignature,
                junk
        }

        func forged(_ how: Forgery, _ stage: TaskStage, _ file: Data) async throws -> Data {
            switch how {
            case .unsigned: return file
            case .anotherFile:
                let field = FormField(name: "ChuKy", kind: .signature, rect: nil, tooltip: nil)
                return try await signed(stage, try FormLayout([field]).applied(to: SamplePDF(pages: 2).data))
            case .changedByte:
                var changed = try await signed(stage, file)
                changed[changed.startIndex + 20] ^= 1
                return changed
            case .otherField: return try await signed(stage, file, field: "ConDau")
            case .otherPerson:
                let pki = try TaskStage.world.get().pki
                let archive = try pki.issue(
                    to: .person(name: "Người Khác", agency: "Viện Hàn lâm"), keys: .p256,
                    validity: ValidityPeriod(from: stage.office.now.addingTimeInterval(-86_400), days: 300),
                    passphrase: "x"
                )
                return try await signed(stage, file, key: try PKCS12Key(data: archive, passphrase: "x"))
            case .numberFilled:
                let value = FieldValue(
                    name: "SoVanBan", text: "99", sizePoints: 13, alignment: .centre, hasWhiteBackground: true)
                return try await signed(
                    stage, try FormFilling([value], font: try OfficeFont.upright.program()).applied(to: file))
            case .twoSignatures: return try await signed(stage, try await signed(stage, file), field: "ConDau")
            case .cutSignature:
                let whole = try await signed(stage, file)
                return whole.prefix(whole.count - 200)
            case .junk: return file + Data("rác".utf8)
            }
        }

        @Test(arguments: Forgery.allCases)
        func `anything but the offered file with this person's signature is refused`(how: Forgery) async throws {
            let stage = try await TaskStage()
            let (ticket, file) = try await asked(stage)
            let back = try await forged(how, stage, file)
            await #expect(throws: (any Error).self) {
                try await stage.tasks.returned(ticket: ticket, part: 0, file: back, errands: [stage.errand])
            }
            #expect(stage.taken.results.isEmpty)
            let failure = try #require(try await stage.task(.failed)?.failure)
            #expect([.tampered, .badAnswer, .otherPerson].contains(failure.code), "\(failure)")
            #expect(how != .otherPerson || failure.code == .otherPerson)
        }

        @Test func `a ticket that ran out opens nothing, and the task fails with its reason`() async throws {
            let stage = try await TaskStage()
            let (ticket, file) = try await asked(stage)
            let back = try await signed(stage, file)
            try await stage.pass(901)
            await #expect(throws: SigningFailure.self) {
                try await stage.tasks.returned(ticket: ticket, part: 0, file: back, errands: [stage.errand])
            }
            #expect(try await stage.task(.failed)?.failure?.code == .timedOut)
        }

        @Test func `a certificate of another name is not added`() async throws {
            let stage = try await TaskStage()
            await #expect(throws: SigningRefusal.foreign(TaskStage.chairmanName)) {
                try await stage.desk.enrolment.addAgent(
                    try stage.key().certificate, by: stage.office.people.clerk,
                    of: .person(stage.office.people.clerk.person))
            }
        }
    }
}
