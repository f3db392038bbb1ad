import Directory
import Foundation
import OfficeTestKit
import Platform
import Records
import Synchronization
import Testing
import VXP

@testable import Exchange

/// Danh bạ của trục: tải đủ mỗi tuần, phần thay đổi trong các lần khác, theo cả hai hệ mã.
@Suite struct DirectoryDeltaTests {
    /// A platform that answers with prepared lists. A class because the test changes them under way.
    private final class Lists: Sendable {
        private let state = Mutex<(answers: [String: String], asked: [String])>(([:], []))
        var asked: [String] { state.withLock { $0.asked } }

        func set(_ operation: String, _ rows: String...) {
            state.withLock {
                $0.answers["/\(operation)"] =
                    "{\"status\":\"OK\",\"ErrorCode\":\"0\",\"data\":[\(rows.joined(separator: ","))]}"
            }
        }

        var transport: HTTPTransport {
            HTTPTransport { call in
                let answer = self.state.withLock { state -> String? in
                    state.asked.append(call.url.lastPathComponent)
                    return state.answers[call.url.path()]
                }
                guard let answer else { throw HTTPTransportError.unreachable("platform") }
                return HTTPAnswer(status: 200, body: Data(answer.utf8))
            }
        }
    }

    private func desk(_ engine: Engine, _ lists: Lists) async throws -> (TestOffice, ExchangeDesk) {
        let office = try await TestOffice.make(
            engine, schema: ExchangeFeature.schema,
            settings: ["hub.url": "http://hub.example", "hub.system.id": "s", "hub.secret": "k"],
            transport: lists.transport)
        return (office, try ExchangeDesk(ground: office.ground, checkpoints: Checkpoints { _ in }))
    }

    private func agency(_ office: TestOffice, _ code: String) async throws -> Agency? {
        try await office.database.read { try DirectoryStore($0).agency(AgencyCode(code)) }
    }

    @Test(arguments: Engine.testable)
    func `all of it comes first, afterwards only what changed`(engine: Engine) async throws {
        let lists = Lists()
        let (office, desk) = try await desk(engine, lists)
        lists.set(
            "getAgenciesListQD20", #"{"id":"1","code":"H05","code102":"000.00.00.H05","name":"Tỉnh Năm"}"#,
            #"{"id":"2","pid":"1","code":"H05.01","code102":"000.00.01.H05","name":"Sở Một","mail":"a@b.example"}"#)
        try await desk.refreshAgencies()
        #expect(try await agency(office, "H05.01")?.parentName == "Tỉnh Năm")
        #expect(try await agency(office, "000.00.01.H05")?.shortCode == AgencyCode("H05.01"))
        lists.set(
            "getSynchronizeUnit",
            #"{"id":"2","pid":"1","code":"000.00.01.H05","name":"Sở Một mới","version":5,"deleted":false}"#,
            #"{"id":"3","pid":"1","code":"000.00.02.H05","name":"Sở Hai","version":6,"deleted":"0"}"#)
        try await desk.refreshAgencies()
        #expect(try await agency(office, "H05.01")?.name == "Sở Một mới")
        #expect(try await agency(office, "H05.01")?.email == "a@b.example")
        #expect(try await agency(office, "000.00.02.H05")?.isActive == true)
        lists.set(
            "getSynchronizeUnit",
            #"{"id":"2","pid":"1","code":"000.00.01.H05","name":"Tên cũ đã biết","version":5}"#,
            #"{"id":"3","pid":"1","code":"000.00.02.H05","name":"Sở Hai","version":7,"deleted":true}"#)
        try await desk.refreshAgencies()
        #expect(try await agency(office, "H05.01")?.name == "Sở Một mới")
        #expect(try await agency(office, "000.00.02.H05")?.isActive == false)
        #expect(lists.asked == ["getAgenciesListQD20", "getSynchronizeUnit", "getSynchronizeUnit"])
    }

    @Test func `after a week all of it is read again`() async throws {
        let lists = Lists()
        let (office, desk) = try await desk(.sqlite, lists)
        lists.set("getAgenciesListQD20", #"{"id":"1","code":"H05","code102":"000.00.00.H05","name":"Tỉnh Năm"}"#)
        lists.set("getSynchronizeUnit")
        try await desk.refreshAgencies()
        office.clock.advance(by: 6 * 86_400)
        try await desk.refreshAgencies()
        office.clock.advance(by: 2 * 86_400)
        try await desk.refreshAgencies()
        #expect(lists.asked == ["getAgenciesListQD20", "getSynchronizeUnit", "getAgenciesListQD20"])
    }

    @Test func `rows that are no agencies and codes given twice spoil nothing`() async throws {
        let lists = Lists()
        let (office, desk) = try await desk(.sqlite, lists)
        lists.set(
            "getAgenciesListQD20", #"{"id":"1","code":"","name":"Không mã"}"#, #"{"id":"2","code":"H06","name":""}"#,
            #"{"id":"3","code":"H07","code102":"000.00.00.H07","name":"Bản một"}"#,
            #"{"id":"4","code":"H07","code102":"000.00.00.H07","name":"Bản hai"}"#,
            #"{"id":"5","code":"H07","code102":"000.00.09.H07","name":"Trùng mã ngắn"}"#)
        try await desk.refreshAgencies()
        #expect(try await agency(office, "000.00.00.H07")?.name == "Bản hai")
        #expect(try await agency(office, "000.00.09.H07")?.shortCode == nil)
        #expect(try await agency(office, "H06") == nil)
    }

    // MARK: What a whole list has no more

    private static func row(_ number: Int, name: String = "Xã") -> String {
        let code = number < 10 ? "0\(number)" : "\(number)"
        return
            #"{"id":"\#(number)","code":"H1.\#(number)","code102":"000.\#(code).01.H01","name":"\#(name) \#(number)"}"#
    }

    private func listed(_ office: TestOffice) async throws -> [AgencyCode] {
        try await office.database.read { tx in
            try DirectoryStore(tx).agencies(matching: "xa", limit: 200).map(\.code).filter {
                $0.rawValue.hasSuffix(".01.H01")
            }
        }
    }

    private func readAll(_ desk: ExchangeDesk, _ office: TestOffice, _ lists: Lists, _ rows: [String]) async throws {
        lists.set("getAgenciesListQD20", rows.joined(separator: ","))
        office.clock.advance(by: 8 * 86_400)
        try await desk.refreshAgencies()
    }

    @Test(arguments: Engine.testable)
    func `an agency that a whole list has no more takes no documents until it is listed again`(
        engine: Engine
    ) async throws {
        let lists = Lists()
        let (office, desk) = try await desk(engine, lists)
        let others = try await office.database.read { try DirectoryStore($0).agencies(matching: "", limit: 200) }
        let rows = (1...40).map { Self.row($0) }
        try await readAll(desk, office, lists, rows)
        #expect(try await listed(office).count == 40)
        try await readAll(desk, office, lists, Array(rows.dropFirst(2)))
        #expect(try await listed(office).count == 38)
        let gone = try await agency(office, "H1.1")
        #expect(gone?.isActive == false && gone?.listing == .missing)
        // A row without a name still says that its agency is there.
        try await readAll(
            desk, office, lists,
            [rows[0], Self.row(2, name: "Phường")] + rows.dropFirst(2).dropLast()
                + [#"{"id":"40","code":"H1.40","code102":"000.40.01.H01","name":""}"#])
        #expect(try await listed(office).count == 39)
        #expect(try await agency(office, "H1.2")?.name == "Phường 2")
        let events = try await office.database.read { try EventHistory($0).of(ExchangeDesk.directory) }
        #expect(events.map(\.kind) == ["agenciesClosed"])
        // Those who came another way, and ours, are none of the list's business.
        for other in others { #expect(try await agency(office, other.code.rawValue) == other) }
        #expect(try await office.database.read { try DirectoryStore($0).ownAgency() }.isActive)
    }

    @Test(arguments: Engine.testable)
    func `a list that lacks too many closes nobody, until it is whole or an administrator says so`(
        engine: Engine
    ) async throws {
        let lists = Lists()
        let (office, desk) = try await desk(engine, lists)
        let rows = (1...40).map { Self.row($0) }
        try await readAll(desk, office, lists, rows)
        try await readAll(desk, office, lists, [])
        #expect(try await listed(office).count == 40)
        try await readAll(desk, office, lists, Array(rows.prefix(30)))
        #expect(try await listed(office).count == 40)
        let admin = try office.actor("quantri")
        let box = try await office.database.read { tx in
            try tx.counts(of: ExchangeFeature.boxes(for: admin)).first { $0.href == MissingAgencies.path }?.count
        }
        #expect(box == 10)
        try await readAll(desk, office, lists, rows)
        #expect(try await desk.directoryStanding(after: nil).missing == 0)
        try await readAll(desk, office, lists, Array(rows.prefix(30)))
        await #expect(throws: ExchangeRefusal.listChanged) { try await desk.closeMissingAgencies(seen: 9, by: admin) }
        try await desk.closeMissingAgencies(seen: 10, by: admin)
        #expect(try await listed(office).count == 30)
        await #expect(throws: ExchangeRefusal.listChanged) { try await desk.closeMissingAgencies(seen: 10, by: admin) }
        let standing = try await desk.directoryStanding(after: nil)
        #expect(standing.missing == 0 && standing.active == 30)
        #expect(standing.history.map(\.personName) == [admin.name])
    }

    @Test(arguments: [
        (0, 0, true), (1, 1, false), (1, 2, true), (5, 10, true), (6, 10, false), (10, 200, true), (11, 200, false),
        (10_000, 200_000, true), (10_001, 200_000, false),
    ])
    func `a list is believed about a twentieth at most, about a few of a small one`(
        missing: Int, active: Int, isBelieved: Bool
    ) {
        #expect(WholeListPolicy.isPlausible(missing: missing, of: active) == isBelieved)
    }

    @Test(arguments: Engine.testable, [2, 5])
    func `a load that breaks off is gone on with, and what was taken is found meanwhile`(
        engine: Engine, writes: Int
    ) async throws {
        let lists = Lists()
        let (office, desk) = try await desk(engine, lists)
        let rows = (1...99).map { Self.row($0) }
        let left = Mutex(writes)
        let points = WritePoints { point in
            let dies = left.withLock { left in
                if point == .beforeCommit { left -= 1 }
                return left == 0 && point == .beforeCommit
            }
            if dies { throw CancellationError() }
        }
        let ground = Groundwork(
            database: try await Database(office.address, points: points), blobs: office.ground.blobs,
            clock: office.ground.clock, sandbox: office.ground.sandbox, transport: lists.transport,
            settings: office.ground.settings)
        let breaking = try ExchangeDesk(ground: ground, checkpoints: Checkpoints { _ in }, agenciesAtOnce: 20)
        lists.set("getAgenciesListQD20", rows.joined(separator: ","))
        await #expect(throws: CancellationError.self) { try await breaking.refreshAgencies() }
        await ground.database.close()
        #expect(try await listed(office).count == (writes - 1) * 20)
        #expect(try await agency(office, "H1.1")?.name == "Xã 1")
        try await desk.refreshAgencies()
        #expect(try await listed(office).count == 99)
        #expect(lists.asked == ["getAgenciesListQD20", "getAgenciesListQD20"])
    }

    @Test func `a list that was cut short changes nothing`() async throws {
        let lists = Lists()
        let (office, desk) = try await desk(.sqlite, lists)
        let broken = HTTPTransport { _ in
            HTTPAnswer(status: 200, body: Data(#"{"status":"OK","data":[{"code":"H08","name":"Nửa chừng"}"#.utf8))
        }
        let ground = Groundwork(
            database: office.database, blobs: office.ground.blobs, clock: office.ground.clock,
            sandbox: office.ground.sandbox, transport: broken, settings: office.ground.settings)
        try await ExchangeDesk(ground: ground, checkpoints: Checkpoints { _ in }).refreshAgencies()
        _ = desk
        #expect(try await agency(office, "H08") == nil)
    }
}
