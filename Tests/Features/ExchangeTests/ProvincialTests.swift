import Directory
import Foundation
import Incoming
import OfficeTestKit
import Outgoing
import Platform
import Records
import Testing
import VXP

@testable import Exchange

/// Trục của tỉnh nói giao thức khác; văn bản và trạng thái vẫn đi như trên trục quốc gia.
@Suite struct ProvincialTests {
    private func world(_ server: ProvincialServer) async throws -> ExchangeWorld {
        let address = try await server.start()
        return try await ExchangeWorld.make { _ in
            address
        } settings: { kind in
            let account = ProvincialServer.accounts[kind == .academy ? 0 : 1]
            return [
                "hub.kind": "provincial", "hub.system.id": account.systemId, "hub.secret": account.secret,
                "hub.user": account.user, "hub.password": account.password, "hub.application": "qlvb",
            ]
        }
    }

    @Test func `a document and its status travel over the provincial platform`() async throws {
        let server = ProvincialServer()
        let world = try await world(server)
        let id = try await world.issue(files: [("lớn.pdf", ExchangeWorld.pdf + Data(count: 300_000))])
        try await world.settle()
        #expect(try await world.delivery(id).delivery == .sent)
        #expect(try await world.delivery(id).statuses.map(\.status) == [.arrived])
        #expect(server.packets.map(\.status) == ["done", "done"])
        let arrival = try #require(try await world.institute.arrivals().first)
        let (document, files) = try await world.incoming(arrival)
        #expect(document.content.subject == "Về việc thành lập Hội đồng & tổ giúp việc")
        #expect(files.contains { $0.blob.byteCount == ExchangeWorld.pdf.count + 300_000 })
        // One sign-in a system for all its calls.
        #expect(server.signIns == 2)
    }

    @Test func `a token that is no longer taken is renewed`() async throws {
        let server = ProvincialServer()
        let world = try await world(server)
        try await world.settle(rounds: 1)
        server.forgetTokens()
        let id = try await world.issue()
        try await world.settle()
        #expect(try await world.delivery(id).delivery == .sent)
        #expect(server.signIns == 4)
    }

    @Test func `a receiver the platform does not know is told at once`() async throws {
        let world = try await world(ProvincialServer())
        let stranger = AgencyCode("000.00.01.H01")
        let id = try await world.issue(to: [stranger])
        try await world.settle()
        #expect(try await world.delivery(id, to: stranger).delivery == .failed)
        #expect(try await world.academy.transmissions().first?.problem.contains("không có đơn vị nhận") == true)
    }

    @Test func `its directory comes home too`() async throws {
        let world = try await world(ProvincialServer())
        try await world.academy.desk.refreshAgencies()
        let agency = try await world.academy.office.database.read {
            try DirectoryStore($0).agency(AgencyCode("H37.DN"))
        }
        #expect(agency?.name == "Sở mới")
    }

    @Test func `a wrong password is told from a platform that is down`() async throws {
        let address = try await ProvincialServer().start()
        let account = ProvincialAccount(
            systemId: "academy", secret: "k1", user: "vhl", password: "sai", applicationCode: "")
        let transport = HTTPTransport.live()
        let client = ProvincialClient(account) { request in
            let url = URL(string: address.absoluteString + request.path)
            var call = HTTPCall(
                method: request.method, url: url ?? address, headers: request.headers.map { ($0.name, $0.value) })
            call.upload = request.upload
            let answer = try await transport.send(call)
            return VXPResponse(status: answer.status, body: answer.body)
        }
        await #expect(throws: VXPFailure.unauthorised("HTTP 401")) {
            try await client.receivedList(messageType: .document)
        }
    }
}
