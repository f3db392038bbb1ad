import Digests
import Foundation
import KeyCounterparts
import OfficeTestKit
import PAdES
import Platform
import Records
import SamplePDFs
import SignatureCore
import Synchronization
import Testing

@testable import Signing

/// One after the other: they share one signing service, which behaves as the last of them told it to.
@Suite(.serialized) enum SharedHolders {}

/// An office whose chairman has keys of every kind, and a laid-out document to be signed.
struct TaskStage {
    let office: TestOffice
    let desk: SigningDesk
    let batches: SigningBatches
    let taken = Taken()
    let errand: SigningErrand
    let file: BlobRef

    static let hasCounterparts = SoftHSM.isPresent && SigningServiceProcess.isPresent

    var tasks: SigningTasks { desk.tasks }
    var chairman: Actor { office.people.chairman }
    static let (pin, tokenPIN, remotePIN) = ("246813", "135790", "2580")

    /// One authority and one key of each person for all tests: a SoftHSM and a signing service hold it too.
    struct World: Sendable {
        let pki: PracticePKI
        let archive: Data
        let module: SoftHSM?
        let service: SigningServiceProcess?
    }

    static let world: Result<World, any Error> = Result {
        let now = TestClock().now
        let pki = try PracticePKI.create(
            owner: "Thử nghiệm", keys: .p256,
            validity: ValidityPeriod(from: now.addingTimeInterval(-86_400 * 800), days: 2000), rounds: 1000)
        let archive = try pki.issue(
            to: .person(name: chairmanName, agency: "Viện Hàn lâm"), keys: .p256,
            validity: ValidityPeriod(from: now.addingTimeInterval(-86_400), days: 365), passphrase: SoftHSM.passphrase)
        let module =
            SoftHSM.isPresent
            ? try SoftHSM([SoftHSM.Token("văn phòng", pin: tokenPIN, archives: [archive])]) : nil
        let service = SigningServiceProcess.isPresent ? try SigningServiceProcess(["lanh-dao": archive]) : nil
        return World(pki: pki, archive: archive, module: module, service: service)
    }

    /// As the practice directory has it.
    static let chairmanName = "Trần Thị Hồng Vân"

    init(
        _ engine: Engine = .sqlite, timestamps: TimestampAuthority? = nil, settings own: [String: String] = [:]
    ) async throws {
        let world = try Self.world.get()
        var settings = own.merging(["remote.services": "thu", "remote.thu.title": "Dịch vụ thử"]) { $1 }
        settings["pkcs11.module"] = own["pkcs11.module"] ?? world.module?.modulePath
        settings["remote.thu.url"] = world.service?.url.absoluteString
        settings["remote.thu.client.id"] = SigningServiceProcess.clientID
        settings["remote.thu.client.secret"] = SigningServiceProcess.clientSecret
        office = try await TestOffice.make(
            engine, schema: SigningDesk.schema, settings: settings,
            transport: .live())
        desk = SigningDesk(ground: office.ground, timestamps: timestamps)
        try await desk.trust(world.pki.root, isAnchor: true)
        let laidOut = try FormLayout([
            FormField(
                name: PlaceKind.signature.fieldName, kind: .signature,
                rect: PageRect(page: 1, x: 100, y: 200, width: 50, height: 20), tooltip: nil),
            FormField(name: PlaceKind.seal.fieldName, kind: .signature, rect: nil, tooltip: nil),
            FormField(
                name: PlaceKind.number.fieldName, kind: .text(sizePoints: 13, alignment: .centre),
                rect: PageRect(page: 1, x: 20, y: 20, width: 20, height: 6), tooltip: nil),
        ]).applied(to: SamplePDF().data)
        file = try office.ground.blobs.put(laidOut)
        errand = TestErrand.make(
            [SigningPart(file, name: "qd.pdf", .field(.signature), reason: "Chủ tịch", signerName: Self.chairmanName)],
            taken: taken, database: office.database)
        batches = SigningBatches(tasks: desk.tasks, errands: [errand])
    }

    /// What came of it is the one valid signature that was asked for.
    func verify() throws {
        let result = try #require(taken.results.first ?? nil)
        let report = SignatureVerifier.report(
            on: try office.ground.blobs.get(result), trust: try Self.world.get().pki.trust, at: office.now)
        #expect(report.verdict == .valid, "\(report.sentence)")
        #expect(report.signatures.map(\.field) == ["ChuKy"])
    }

    func addFile() async throws {
        try await desk.enrolment.addFile(
            try Self.world.get().archive, pin: SoftHSM.passphrase, image: nil, of: .person(chairman.person),
            personName: Self.chairmanName)
    }

    var signer: Actor {
        let chairman = office.people.chairman
        return Actor(
            person: chairman.person, name: Self.chairmanName, position: chairman.position, unit: chairman.unit,
            unitName: chairman.unitName, roles: chairman.roles, heads: chairman.heads)
    }

    func addToken() async throws {
        let choice = try await desk.enrolment.tokens(for: signer, of: .person(chairman.person)).first
        try await desk.enrolment.addToken(
            choice?.value ?? "", pin: Self.tokenPIN, by: signer, of: .person(chairman.person))
    }

    func addRemote() async throws {
        try await desk.enrolment.addRemote(
            service: "thu", id: "lanh-dao", by: signer, of: .person(chairman.person))
    }

    func addAgent() async throws {
        try await desk.enrolment.addAgent(try key().certificate, by: signer, of: .person(chairman.person))
    }

    /// The very key that token, service and file hold.
    func key() throws -> PKCS12Key {
        try PKCS12Key(data: try Self.world.get().archive, passphrase: SoftHSM.passphrase)
    }

    func behave(_ how: [String: String]) async throws { try await Self.world.get().service?.behave(how) }

    @discardableResult
    func begin(_ answer: KeyAnswer, _ subject: Int64 = 1) async throws -> SigningOutcome {
        try await tasks.begin(errand, subject, by: signer, answer)
    }

    /// What became of as many documents, all of them answered with the same PIN at the same time.
    func beginAtOnce(_ subjects: Int64, _ answer: KeyAnswer) async -> [SigningRefusal] {
        await withTaskGroup { group in
            for subject in 1...subjects {
                group.addTask {
                    do { _ = try await begin(answer, subject) } catch { return error as? SigningRefusal }
                    return nil
                }
            }
            return await group.reduce(into: []) { refusals, refusal in refusals += [refusal].compactMap { $0 } }
        }
    }

    func pinState() async throws -> PINState {
        try await office.database.read { tx in
            guard let key = try CredentialStore(tx: tx).all(of: .person(chairman.person)).first else {
                throw SigningRefusal.noKey
            }
            return try CredentialStore(tx: tx).pinState(of: key.id)
        }
    }

    func count(_ tab: TaskTab) async throws -> Int {
        let (now, person) = (office.now, chairman.person)
        return try await office.database.read { try TaskStore(tx: $0, now: now).count(tab, of: person) }
    }

    func task(_ tab: TaskTab) async throws -> SigningTask? {
        let (now, person) = (office.now, chairman.person)
        return try await office.database.read {
            try TaskStore(tx: $0, now: now).list(tab, of: person, after: nil).items.first
        }
    }

    func notices() async throws -> [String] {
        let person = chairman.person
        return try await office.database.read { try NoticeStore(tx: $0).latest(of: person).map(\.words) }
    }

    func unread() async throws -> Int {
        let person = chairman.person
        return try await office.database.read { try $0.rows(NoticeStore.unread(of: person)).count }
    }

    /// Moves the clock on and looks after what is due.
    func pass(_ seconds: Double) async throws {
        office.clock.advance(by: seconds)
        try await tasks.lookAfter([errand])
    }
}

/// A timestamp authority that says nothing until it is allowed to.
final class Silence: Sendable {
    private let isOver = Mutex(false)
    func end() { isOver.withLock { $0 = true } }

    func authority(_ pki: PracticePKI, at now: Date) throws -> TimestampAuthority {
        let archive = try pki.issue(
            to: .timestampAuthority(agency: "Thử nghiệm"), keys: .p256,
            validity: ValidityPeriod(from: now.addingTimeInterval(-86_400), days: 300), passphrase: "t")
        let responder = TimestampResponder(key: try PKCS12Key(data: archive, passphrase: "t"))
        let authority = TimestampAuthority.local(responder, clock: { now })
        return TimestampAuthority { digest in
            guard self.isOver.withLock({ $0 }) else { throw HTTPTransportError.unreachable("tsa") }
            return try await authority.stamp(digest)
        }
    }
}

/// A timestamp authority that takes its time and has nothing to say in the end.
final class Slowness: Sendable {
    private let kept = Mutex<@Sendable () async throws -> Void>({})
    var work: @Sendable () async throws -> Void {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }

    var authority: TimestampAuthority {
        TimestampAuthority { _ in
            try await self.work()
            throw HTTPTransportError.unreachable("tsa")
        }
    }
}
