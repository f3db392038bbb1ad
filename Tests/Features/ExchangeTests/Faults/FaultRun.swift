import Directory
import Foundation
import OfficeTestKit
import Records
import VXP

@testable import Hub
@testable import Platform

/// Two offices and the hub between them, in a world where everything goes wrong, drawn from one seed; then everything
/// is mended, and what they have must agree.
actor FaultRun {
    let seed: Int
    let clock: TestClock
    let hub: HubSlot
    let academy: FaultOffice
    let institute: FaultOffice
    let template: FaultTemplate
    private var random: SeededRandom
    private let folder: URL
    /// What the institute's clerk reports of each document, and how far he has come.
    private var plans: [Int64: [ExchangeStatus]] = [:]
    private(set) var reported: [Int64: [ExchangeStatus]] = [:]
    private(set) var counts: [String: Int] = [:]
    private(set) var wasClockWrong = false
    private var changes = 0
    private var instituteIsAway = false

    init(seed: Int, in parent: URL = FaultRun.fastFolder) async throws {
        let (hub, clock) = (HubSlot(), TestClock())
        (self.seed, self.hub, self.clock) = (seed, hub, clock)
        // Far apart: neighbouring seeds of this generator share one stream.
        let start = seed &* 1_000_003
        random = SeededRandom(seed: start)
        let template = try await FaultTemplate.shared.value
        let folder = parent.appending(path: "vastoffice-fault-\(UUID().uuidString)")
        (self.template, self.folder) = (template, folder)
        try FileManager.default.copyItem(at: template.folder, to: folder)
        academy = try Self.office(.academy, start &+ 300_000, folder, template, hub, clock)
        institute = try Self.office(.institute, start &+ 600_000, folder, template, hub, clock)
    }

    private static func office(
        _ kind: DemoOfficeKind, _ wireSeed: Int, _ folder: URL, _ template: FaultTemplate, _ hub: HubSlot,
        _ clock: TestClock
    ) throws -> FaultOffice {
        guard let people = template.people[kind] else { throw Died() }
        return FaultOffice(
            kind, people: people, folder: folder.appending(path: "\(kind)"),
            wire: FaultyWire(seed: wireSeed, hub: hub, clock: clock), clock: clock)
    }

    /// In memory where the system has a place for that.
    static let fastFolder: URL = {
        let memory = URL(filePath: "/dev/shm", directoryHint: .isDirectory)
        return FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
    }()

    /// Leaves nothing behind, whatever comes of it.
    static func within(seed: Int, _ work: (FaultRun) async throws -> Void) async throws {
        let run = try await FaultRun(seed: seed)
        do { try await work(run) } catch {
            await run.end()
            throw error
        }
        await run.end()
    }

    private func end() async {
        await academy.stop()
        await institute.stop()
        await hub.current?.close()
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: Processes

    func startHub() async throws {
        await hub.current?.close()
        hub.fate.rise()
        let (fate, clock) = (hub.fate, clock)
        hub.put(
            try await ExchangeHub(
                Settings([
                    "data": folder.appending(path: "hub").path, "practice": "true", "port": "0",
                    "hub.limit.packets.minute": "\(seed % 3 == 0 ? 3 : 600)", "database.connections": "2",
                ]),
                clock: Clock { clock.now.addingTimeInterval(fate.skew) }, points: fate.points))
    }

    /// The machine starts what has died; that may fail on a full disk and is tried again.
    private func raise() async {
        if hub.fate.isDead || hub.current == nil { try? await startHub() }
        for office in [academy, institute] where await !office.isUp { try? await office.start() }
    }

    // MARK: The bad time

    /// Something happens `steps` times.
    func suffer(steps: Int = 60) async throws {
        try await startHub()
        try await academy.start()
        try await institute.start()
        try await spread()
        for _ in 1...steps {
            if random.int(in: 1...3) == 1 { await raise() }
            await step()
        }
    }

    /// The documents are issued one after the other, not all at once.
    private func spread() async throws {
        let now = clock.now
        let offsets = template.outgoing.map { _ in Double(random.int(in: 0...3_600)) }
        try await academy.ground.database.write { tx in
            for (index, row) in try tx.rows("SELECT id FROM job WHERE kind = 'exchange.send' ORDER BY id").enumerated()
            {
                let id = try row.get("id", as: Int64.self)
                try tx.execute(
                    "UPDATE job SET run_at = \(now.addingTimeInterval(offsets[index % offsets.count])) WHERE id = \(id)"
                )
            }
        }
    }

    private func step() async {
        clock.advance(by: Double(random.int(in: 1...40)))
        switch random.int(in: 1...100) {
        case 1...22: try? await academy.work()
        case 23...32: try? await academy.poll()
        case 33...46: if !instituteIsAway { try? await institute.poll() }
        case 47...55: if !instituteIsAway { try? await institute.work() }
        case 56...64: try? await report()
        case 65...66: try? await change()
        case 67...68: _ = try? await institute.answerChange(agreeing: random.int(in: 1...3) > 1)
        case 69...73: clock.advance(by: Double(random.int(in: 60...1_800)))
        case 74...77: await academy.wire.deliverLate()
        case 78...80: await institute.wire.deliverLate()
        case 81...83:
            try? await hub.current?.desk.tally()
            try? await hub.current?.desk.sweep()
        case 84...95: await disturb()
        case 96...97: await intrude()
        default: await raise()
        }
    }

    private func disturb() async {
        let office = random.bool() ? academy : institute
        let fate = random.int(in: 1...3) == 1 ? hub.fate : office.fate
        switch random.int(in: 1...12) {
        case 1, 2: office.wire.become(badness: random.int(in: 10...70))
        case 3: office.wire.become(badness: 0)
        case 4, 5, 6:
            count("crash")
            fate.die(after: random.int(in: 0...14))
        case 7:
            count("disk full")
            fate.fill(true)
        case 8: for all in [hub.fate, academy.fate, institute.fate] { all.fill(false) }
        case 9:
            count("clock wrong by an hour")
            wasClockWrong = true
            fate.setClock(wrongBy: random.bool() ? 3_600 : -3_600)
        case 10: for all in [hub.fate, academy.fate, institute.fate] { all.setClock(wrongBy: 0) }
        case 11: await leave()
        default:
            count("network cut")
            office.wire.cut(random.bool())
        }
    }

    /// The institute, or the hub, is not there for three days; the others go on.
    private func leave() async {
        let isInstitute = random.bool()
        count(isInstitute ? "institute away for three days" : "hub away for three days")
        if isInstitute { instituteIsAway = true } else { hub.fate.die() }
        for _ in 1...12 {
            clock.advance(by: 6 * 3_600)
            try? await academy.work()
            try? await academy.poll()
            if !isInstitute { try? await institute.work() }
        }
        instituteIsAway = false
        await raise()
    }

    /// The institute's clerk goes on with one of the documents.
    private func report() async throws {
        guard let id = random.pick(try await institute.filed()) else { return }
        let ways: [[ExchangeStatus]] = [
            [.accepted, .assigned, .inProgress, .completed], [.accepted, .completed], [.refused], [.accepted],
        ]
        let way = plans[id] ?? random.pick(ways) ?? []
        plans[id] = way
        let done = reported[id, default: []]
        guard done.count < way.count else { return }
        try await institute.report(way[done.count], of: id)
        reported[id] = done + [way[done.count]]
    }

    /// The Academy's clerk takes one of the documents back, or corrects it.
    private func change() async throws {
        let change: DocumentChange = random.int(in: 1...3) == 1 ? .amend : .recall
        guard let id = random.pick(template.outgoing) else { return }
        changes += 1
        try await academy.change(change, of: id, changes)
        count("\(change)")
    }

    /// A clerk whose office died under his hands looks whether his act is on the books.
    private func lookUpReports() async throws {
        for (id, way) in plans {
            let keys = try await institute.rows("SELECT dedupe FROM job WHERE kind = 'exchange.status'").map {
                try $0.optional("dedupe", as: String.self)
            }
            reported[id] = Array(way.prefix { keys.contains("\(id):\($0.rawValue)") })
        }
    }

    /// A stranger repeats what he has overheard, sends in the Academy's name, and guesses.
    private func intrude() async {
        count("intruder")
        guard let overheard = random.pick(academy.wire.overheard + institute.wire.overheard) else { return }
        _ = await hub.answer(overheard)
        let forged = ExchangeWorld.packetBytes(number: "666")
        for (systemId, secret) in [("institute", "khóa institute"), ("academy", "đoán")] {
            let client = VXPClient(systemId: systemId, secret: secret, now: { [clock] in clock.now }) { [hub] request in
                let call = HTTPCall(
                    method: request.method, url: URL(filePath: request.path),
                    headers: request.headers.map { ($0.name, $0.value) }, body: request.body)
                guard let answer = await hub.answer(call) else { throw Died() }
                return VXPResponse(status: answer.status, body: answer.body)
            }
            _ = try? await client.sendEdoc(
                file: forged, from: ExchangeWorld.academyCode.rawValue, messageType: .document)
        }
    }

    func count(_ what: String) { counts[what, default: 0] += 1 }

    // MARK: The good time

    /// Everything works again; clerks send again what was given up. Whether all came to rest.
    func recover() async throws -> Bool {
        for fate in [hub.fate, academy.fate, institute.fate] { fate.heal() }
        for office in [academy, institute] {
            office.wire.become(badness: 0)
            office.wire.cut(false)
        }
        try await startHub()
        try await academy.start()
        try await institute.start()
        try await lookUpReports()
        await academy.wire.deliverLate()
        await institute.wire.deliverLate()
        for _ in 1...60 {
            for office in [academy, institute] {
                try await office.resendFailed()
                try await office.work()
                try await office.poll()
            }
            // One request a round: what an answer sets in motion comes to its end before the next.
            let wasAsked = try await institute.answerChange(agreeing: random.int(in: 1...3) > 1)
            if !wasAsked, try await isAtRest() { return true }
            clock.advance(by: 2_000)
        }
        return false
    }

    private func isAtRest() async throws -> Bool {
        for office in [academy, institute] {
            let open = try await office.rows(
                """
                SELECT 1 AS open FROM job WHERE kind LIKE 'exchange.%' AND state IN ('ready', 'running')
                UNION ALL SELECT 1 FROM exchange_outbox WHERE state NOT IN ('sent', 'stopped')
                UNION ALL SELECT 1 FROM exchange_inbox WHERE state = 'fetched' OR told = ''
                """)
            guard open.isEmpty else { return false }
        }
        return try await hubRows("SELECT 1 AS open FROM hub_delivery WHERE state <> 'done'").isEmpty
    }

    func hubRows(_ sql: SQL) async throws -> [Row] {
        guard let hub = hub.current else { throw Died() }
        return try await hub.desk.database.read { try $0.rows(sql) }
    }
}
