import Digests
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

/// Mất mạng, gói hỏng, đơn vị lạ: không mất gì, không hai lần, và người dùng biết vì sao.
@Suite struct TroubleTests {
    @Test func `an answer lost after sending does not send twice`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        world.academy.wire.become(.losesAnswers(to: ["/sendEdoc"]))
        try await world.academy.runJobs()
        #expect(try await world.delivery(id).delivery == .waiting)
        world.academy.wire.become(.works)
        world.advance(by: 60)
        try await world.settle()
        #expect(try await world.delivery(id).delivery == .sent)
        #expect(try await world.institute.count("incoming_document") == 1)
        #expect(try await world.academy.transmissions().map(\.attempts) == [2])
    }

    @Test func `while the hub is down nothing is lost, and afterwards nothing waits for its back-off`() async throws {
        let world = try await ExchangeWorld.make()
        try await world.academy.desk.poll()
        world.academy.wire.become(.isDown)
        let id = try await world.issue()
        for _ in 1...5 {
            try await world.academy.runJobs()
            try await world.academy.desk.poll()
            world.advance(by: 130)
        }
        let link = try #require(try await world.academy.link())
        #expect(!link.isUp)
        let overview = try await world.academy.desk.overview()
        let sentence = overview.sentence(today: Day(at: world.academy.office.now))
        #expect(sentence.level == .bad)
        #expect(
            sentence.text.hasPrefix("Mất kết nối với trục liên thông từ 09:00")
                && sentence.text.hasSuffix("văn bản vẫn được giữ và sẽ gửi lại."))
        #expect(try await world.delivery(id).delivery == .waiting)
        #expect(try await world.delivery(id).failure.contains("sẽ gửi lại"))

        world.academy.wire.become(.works)
        try await world.settle(rounds: 2)
        #expect(try await world.academy.link()?.isUp == true)
        #expect(try await world.delivery(id).delivery == .sent)
        #expect(try await world.institute.count("incoming_document") == 1)
    }

    @Test func `an agency the platform does not know is a final failure with a clear sentence`() async throws {
        let world = try await ExchangeWorld.make()
        let stranger = AgencyCode("000.00.88.G31")
        let id = try await world.issue(to: [stranger, ExchangeWorld.instituteCode])
        try await world.settle()
        let failed = try await world.delivery(id, to: stranger)
        #expect(failed.delivery == .failed)
        #expect(failed.failure.hasPrefix("Trục liên thông không có đơn vị nhận “Cơ quan 000.00.88.G31”."))
        #expect(try await world.delivery(id).delivery == .sent)
        let row = try #require(try await world.academy.transmissions().first { $0.state == .failed })
        #expect(row.attempts == 1)

        try await world.hub.desk.enrol(
            .init(systemId: "moi", secret: "x", name: "Mới"), agencies: [.init(code: stranger.rawValue, name: "Mới")])
        try await world.academy.desk.resend(row.id, by: world.academy.people.clerk)
        try await world.settle()
        #expect(try await world.delivery(id, to: stranger).delivery == .sent)
        await #expect(throws: ExchangeRefusal.notFailed) {
            try await world.academy.desk.resend(row.id, by: world.academy.people.clerk)
        }
    }

    @Test func `attempts are finite and the last one is told`() async throws {
        let world = try await ExchangeWorld.make()
        world.academy.wire.become(.isDown)
        let id = try await world.issue()
        for _ in 1...12 {
            try await world.academy.runJobs()
            world.advance(by: 50_000)
        }
        #expect(try await world.delivery(id).delivery == .failed)
        #expect(try await world.academy.transmissions().map(\.state) == [.failed])
    }

    @Test(arguments: Engine.testable)
    func `a garbage packet is kept, shown, told to the platform, and holds up nothing`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        try await world.smuggle(Data("không phải gói tin".utf8))
        try await world.smuggle(Data())
        _ = try await world.issue()
        try await world.settle()
        let arrivals = try await world.institute.arrivals()
        #expect(arrivals.map(\.state).filter { $0 == .unreadable }.count == 2)
        #expect(arrivals.map(\.state).filter { $0 == .filed }.count == 1)
        let bad = try #require(arrivals.first { $0.state == .unreadable })
        #expect(bad.told == .fail && bad.problem.hasPrefix("Không đọc được gói tin:"))
        #expect(try await world.institute.desk.packet(received: bad.id).data == Data("không phải gói tin".utf8))
        #expect(try await world.institute.desk.overview().open == 2)
    }

    @Test func `what the clerk has looked after is not offered again`() async throws {
        let world = try await ExchangeWorld.make()
        try await world.smuggle(Data("rác".utf8))
        try await world.settle()
        let bad = try #require(try await world.institute.arrivals().first)
        try await world.institute.desk.readAgain(bad.id, by: world.institute.people.clerk)
        #expect(try await world.institute.arrivals().map(\.state) == [.unreadable])
        try await world.institute.desk.settle(bad.id, by: world.institute.people.clerk)
        try await world.settle()
        let settled = try #require(try await world.institute.arrivals().first)
        #expect(settled.state == .settled && settled.told == .done)
        #expect(try await world.institute.desk.overview().open == 0)
        await #expect(throws: ExchangeRefusal.notOpen) {
            try await world.institute.desk.settle(bad.id, by: world.institute.people.clerk)
        }
    }

    @Test func `a document with a damaged attachment is filed and says what is wrong`() async throws {
        let world = try await ExchangeWorld.make()
        let bytes = PacketWriter().write(ExchangeWorld.packet())
        let encoded = ExchangeWorld.pdf.base64EncodedString()
        let text = String(decoding: bytes, as: UTF8.self).replacing(encoded, with: "JVBE*hỏng*")
        try await world.smuggle(Data(text.utf8))
        try await world.settle()
        let arrival = try #require(try await world.institute.arrivals().first)
        #expect(arrival.state == .filed && arrival.problem.contains("base64"))
        let (document, _) = try await world.incoming(arrival)
        #expect(document.notes.contains { $0.contains("cv.pdf") && $0.contains("base64") })
    }

    @Test(arguments: [DocumentPacket.Operation.Kind.recall, .amend, .replace])
    func `what changes an earlier document is never taken for a new one`(
        kind: DocumentPacket.Operation.Kind
    ) async throws {
        let world = try await ExchangeWorld.make()
        try await world.smuggle(PacketWriter().write(ExchangeWorld.packet(kind: kind)))
        try await world.settle()
        let arrival = try #require(try await world.institute.arrivals().first)
        #expect(arrival.state == .attention && arrival.isOpen && !arrival.problem.isEmpty)
        #expect((arrival.record == nil) == (kind == .recall))
        if arrival.record != nil {
            #expect(try await world.incoming(arrival).0.notes.first == arrival.problem)
        }
    }

    @Test func `a status of a document we never sent is kept and listed`() async throws {
        let world = try await ExchangeWorld.make()
        let status = StatusPacket(
            sender: Party(agencyCode: ExchangeWorld.academyCode.rawValue, name: "Viện Hàn lâm"),
            about: .init(agencyCode: ExchangeWorld.instituteCode.rawValue, code: "99/X", documentId: "lạ"),
            status: .accepted)
        try await world.smuggle(PacketWriter().write(status), as: .status)
        try await world.settle()
        let arrival = try #require(try await world.institute.arrivals().first)
        #expect(arrival.state == .unmatched && arrival.told == .done)
        #expect(arrival.problem == "Không tìm thấy văn bản 99/X đã gửi đến \(DemoOfficeKind.academy.agency.name).")
    }

    @Test func `statuses in any order, before the sending is written down, are not lost`() async throws {
        let world = try await ExchangeWorld.make()
        let id = try await world.issue()
        world.academy.wire.become(.losesAnswers(to: ["/sendEdoc"]))
        try await world.academy.runJobs()
        try await world.institute.desk.poll()
        let record = try #require(try await world.institute.arrivals().first?.record)
        try await world.report([.completed, .accepted], of: record.id)
        try await world.institute.runJobs()
        world.academy.wire.become(.works)
        try await world.academy.desk.poll()
        #expect(Set(try await world.delivery(id).statuses.map(\.status)) == [.arrived, .accepted, .completed])
        world.advance(by: 60)
        try await world.settle()
        #expect(try await world.delivery(id).delivery == .sent)
    }

    @Test func `the platform forgets that we are done, and is told again`() async throws {
        let world = try await ExchangeWorld.make()
        _ = try await world.issue()
        try await world.settle()
        _ = try await world.hub.desk.database.write { try $0.execute("UPDATE hub_delivery SET state = 'processing'") }
        try await world.settle()
        let open = try await world.hub.desk.database.read {
            try $0.value("SELECT count(*) FROM hub_delivery WHERE state <> 'done'", as: Int.self)
        }
        #expect(open == 0)
        #expect(try await world.institute.count("incoming_document") == 1)
    }
}
