import Directory
import Foundation
import OfficeTestKit
import Records

@testable import Exchange
@testable import Hub
@testable import Incoming
@testable import Outgoing
@testable import Platform

/// An office and a hub, with documents that wait to be sent, made once; every run begins with a copy of their files.
struct FaultTemplate: Sendable {
    static let documents = 4
    static let shared = Task { try await make() }

    let folder: URL
    let people: [DemoOfficeKind: Characters]
    let outgoing: [OutgoingID]

    private static func make() async throws -> FaultTemplate {
        let world = try await ExchangeWorld.make()
        var outgoing: [OutgoingID] = []
        for number in 1...documents {
            outgoing.append(
                try await world.issue(number, files: [("van-ban.pdf", ExchangeWorld.pdf + Data("\(number)".utf8))]))
        }
        let folder = try TestOffice.temporaryFolder()
        await world.hub.close()
        for (office, name) in [(world.academy.office, "academy"), (world.institute.office, "institute")] {
            await office.database.close()
            try FileManager.default.copyItem(at: office.folder, to: folder.appending(path: name))
        }
        try FileManager.default.copyItem(at: world.folder, to: folder.appending(path: "hub"))
        return FaultTemplate(
            folder: folder,
            people: [.academy: world.academy.people, .institute: world.institute.people], outgoing: outgoing)
    }
}

/// One office of a run: its folder outlives its process.
actor FaultOffice {
    let kind: DemoOfficeKind
    let people: Characters
    let fate = Fate()
    let wire: FaultyWire
    private let folder: URL
    private let clock: TestClock
    private static let sandbox = Task { await Sandbox.detect() }
    private var life: (ground: Groundwork, feature: ExchangeFeature)?

    init(_ kind: DemoOfficeKind, people: Characters, folder: URL, wire: FaultyWire, clock: TestClock) {
        (self.kind, self.people, self.folder, self.wire, self.clock) = (kind, people, folder, wire, clock)
    }

    var isUp: Bool { life != nil && !fate.isDead }
    var ground: Groundwork { get throws { try living().ground } }

    private func living() throws -> (ground: Groundwork, feature: ExchangeFeature) {
        guard let life, !fate.isDead else { throw Died() }
        return life
    }

    /// Starts the process on what the last one left behind.
    func start() async throws {
        await stop()
        fate.rise()
        let (fate, clock) = (fate, clock)
        let database = try await Database(
            folder.appending(path: "office.sqlite").path, connections: 2, points: fate.points)
        let ground = Groundwork(
            database: database, blobs: try BlobStore(folder: folder.appending(path: "blobs"), points: fate.points),
            clock: Clock { clock.now.addingTimeInterval(fate.skew) }, sandbox: await Self.sandbox.value,
            transport: wire.transport,
            settings: Settings([
                "hub.url": "http://hub.example", "hub.system.id": "\(kind)", "hub.secret": "khóa \(kind)",
            ]))
        let feature = try ExchangeFeature(
            ground: ground, shell: TestOffice.shell, checkpoints: Checkpoints { _ in })
        life = (ground, feature)
        // As the worker does when it starts: jobs of the dead are due at once.
        let now = ground.clock.now()
        _ = try await database.write { try JobTable(tx: $0, now: now).releaseLeases(of: nil) }
    }

    func stop() async {
        await life?.ground.database.close()
        life = nil
    }

    func poll() async throws { try await living().feature.desk.poll() }

    func work() async throws {
        let life = try living()
        try await Worker(database: life.ground.database, clock: life.ground.clock, handlers: life.feature.jobs).drain()
    }

    /// The clerk tells the sender how far one of the filed documents has come.
    func report(_ status: ExchangeStatus, of id: Int64) async throws {
        let ground = try living().ground
        let now = ground.clock.now()
        try await ground.database.write { tx in
            guard let document = try IncomingStore(tx).forOffice(IncomingID(id)), document.ending != .recalled else {
                throw Died()
            }
            try StatusReports(tx: tx, now: now).report(
                status, of: document, note: status == .refused ? "Gửi nhầm đơn vị" : "")
        }
    }

    /// The clerk takes back one of the issued documents, or corrects what was told of it.
    func change(_ change: DocumentChange, of id: OutgoingID, _ attempt: Int) async throws {
        let desk = OutgoingDesk(ground: try ground, signing: .none)
        let reason = "Văn bản có sai sót, lần \(attempt)."
        switch change {
        case .recall: try await desk.recall(id, by: people.clerk, reason: reason, isFormal: attempt.isMultiple(of: 2))
        case .amend:
            try await desk.amend(
                id, by: people.clerk, subject: "Về việc đính chính lần \(attempt)", urgency: .urgent, reason: reason)
        case .replace: break
        }
    }

    /// The clerk answers the oldest request of the sender; whether there was one.
    func answerChange(agreeing agrees: Bool) async throws -> Bool {
        let row = try await rows("SELECT id FROM incoming_change WHERE state = 'open' ORDER BY id LIMIT 1").first
        guard let id: ChangeID = try row?.get("id") else { return false }
        let desk = IncomingDesk(ground: try ground, signing: .none)
        if agrees {
            try await desk.agree(id, by: people.clerk)
        } else {
            try await desk.refuseChange(id, by: people.clerk, reason: "Văn bản đã giải quyết xong.")
        }
        return true
    }

    /// The clerk sends again what was given up, the oldest first.
    func resendFailed() async throws {
        let desk = try living().feature.desk
        for row in try await desk.outbox(.failed, after: nil).items.reversed() {
            try await desk.resend(row.id, by: people.clerk)
        }
    }

    func filed() async throws -> [Int64] {
        try await living().ground.database.read { tx in
            try tx.rows("SELECT id FROM incoming_document ORDER BY id").map { try $0.get("id") }
        }
    }

    func rows(_ sql: SQL) async throws -> [Row] { try await living().ground.database.read { try $0.rows(sql) } }
    func bytes(_ blob: BlobRef) throws -> Data { try living().ground.blobs.get(blob) }
}
