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
