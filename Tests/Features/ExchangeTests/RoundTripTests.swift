import Directory
import EdXML
import Foundation
import OfficeTestKit
import Platform
import Records
import Testing
import VXP
import WebUI

@testable import Exchange
@testable import Hub
@testable import Incoming
@testable import Outgoing

/// Văn bản đi từ cơ quan này đến cơ quan kia qua trục, trạng thái quay về; mỗi thứ đúng một lần.
@Suite struct RoundTripTests {
    @Test(arguments: Engine.testable)
    func `an issued document arrives with all its files and its statuses come back`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        let appendix = Data("%PDF-1.4 phụ lục".utf8)
        let id = try await world.issue(files: [("quyết định.pdf", ExchangeWorld.pdf), ("phụ lục.pdf", appendix)])
        try await world.settle()

        let arrival = try #require(try await world.institute.arrivals().first)
        #expect(arrival.state == .filed && arrival.told == .done)
        let (document, files) = try await world.incoming(arrival)
        #expect(document.content.code == DocumentCode(number: "15", notation: "QĐ-VHL"))
        #expect(document.content.subject == "Về việc thành lập Hội đồng & tổ giúp việc")
        #expect(document.content.urgency == .urgent && document.content.typeLabel == "Quyết định")
        #expect(document.content.documentID == "000.00.00.G31,2026/11/24,15/QĐ-VHL")
        #expect(document.content.toPlaces == ["Cơ quan 000.00.97.G31", "Lưu: VT."])
        let blobs = world.institute.office.ground.blobs
        let received = try files.filter { $0.role != .packet }.map { ($0.name, try blobs.get($0.blob)) }
        #expect(Set(received.map(\.0)) == ["quyết định.pdf", "phụ lục.pdf"])
        #expect(Set(received.map(\.1)) == [ExchangeWorld.pdf, appendix])

        try await world.report([.accepted, .assigned, .inProgress, .completed], of: document.id.rawValue)
        try await world.settle()
        let delivery = try await world.delivery(id)
        #expect(delivery.delivery == .sent)
        #expect(Set(delivery.statuses.map(\.status)) == [.arrived, .accepted, .assigned, .inProgress, .completed])
        #expect(try await world.academy.arrivals().allSatisfy { $0.state == .filed && $0.told == .done })
    }

    @Test(arguments: Engine.testable)
    func `the packet is kept exactly as sent and exactly as received`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        _ = try await world.issue()
        try await world.settle()
        let sent = try #require(try await world.academy.transmissions().first { $0.kind == .document })
        let received = try #require(try await world.institute.arrivals().first)
        #expect(sent.packet == received.packet)
        #expect(try await world.academy.count("record_file", "role = 'packet'") == 1)
    }

    @Test func `polling and working the jobs again changes nothing`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.settle(rounds: 6)
        #expect(try await world.institute.count("exchange_inbox") == 1)
        #expect(try await world.institute.count("incoming_document") == 1)
        #expect(try await world.institute.transmissions().map(\.status) == [.arrived])
        #expect(try await world.delivery(id).statuses.count == 1)
    }

    @Test func `each status goes once however often it is reported`() async throws {
        let world = try await ExchangeWorld.make()
        _ = try await world.issue()
        try await world.settle()
        let record = try #require(try await world.institute.arrivals().first?.record)
        for _ in 1...3 { try await world.report([.accepted], of: record.id) }
        try await world.institute.office.database.write { tx in
            try JobQueue(tx, now: Date(timeIntervalSince1970: 1_795_485_600)).enqueue(
                ReportStatusJob(incoming: record.id, code: 3, note: "lần nữa"))
        }
        try await world.settle()
        #expect(try await world.institute.transmissions().map(\.status) == [.arrived, .accepted])
        #expect(try await world.academy.count("exchange_inbox") == 2)
    }

    @Test func `a refusal comes back with its reason and sending again makes a new arrival`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        try await world.settle()
        let first = try #require(try await world.institute.arrivals().first?.record)
        try await world.report([.refused], of: first.id, note: "Gửi nhầm đơn vị nhận")
        try await world.settle()
        let refused = try await world.delivery(id)
        #expect(refused.delivery == .refused)
        #expect(refused.statuses.last?.note.contains("Gửi nhầm đơn vị nhận") == true)

        let now = world.academy.office.now
        try await world.academy.office.database.write { tx in
            _ = try RecipientStore(tx).countResend(refused.id)
            try JobQueue(tx, now: now).enqueue(
                SendDocumentJob(document: id.rawValue, agency: ExchangeWorld.instituteCode.rawValue), dedupe: "again")
        }
        try await world.settle()
        #expect(try await world.academy.transmissions().filter { $0.kind == .document }.map(\.round) == [1, 2])
        #expect(try await world.institute.arrivals().filter { $0.state == .filed }.count == 2)
    }

    @Test func `the directory brings the platform's agencies home and leaves ours alone`() async throws {
        let world = try await ExchangeWorld.make()
        try await world.hub.desk.enrol(
            .init(systemId: "bo", secret: "khóa", name: "Bộ"),
            agencies: [
                .init(code: "000.00.95.G31", shortCode: "G31.95", name: "Trung tâm mới", parentCode: "000.00.00.G31")
            ])
        let before = try await world.academy.office.database.read { try DirectoryStore($0).ownAgency() }
        try await world.academy.desk.refreshAgencies()
        try await world.academy.desk.refreshAgencies()
        let (new, own) = try await world.academy.office.database.read { tx in
            (try DirectoryStore(tx).agency(AgencyCode("G31.95")), try DirectoryStore(tx).ownAgency())
        }
        #expect(new?.code == AgencyCode("000.00.95.G31") && new?.name == "Trung tâm mới")
        #expect(new?.parentName == before.name)
        #expect(own == before)
    }
}
