import Foundation
import Hummingbird
import OfficeTestKit
import Platform
import Testing
import VXP

@testable import Hub

/// Trục thật trên một cổng của máy: lời gọi đi qua HTTP như giữa hai máy.
@Suite(.timeLimit(.minutes(2))) struct LoopbackTests {
    /// Runs `body` against a server on a free port. The server is told to stop but not waited for: it would wait in
    /// turn for connections that the client keeps open.
    private func serving(_ world: HubWorld, _ body: (URL) async throws -> Void) async throws {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = world.hub.application { port.yield($0) }
        let server = Task { try await application.run() }
        defer { server.cancel() }
        let number = try #require(await ports.first { _ in true })
        try await body(try #require(URL(string: "http://127.0.0.1:\(number)")))
    }

    private func client(_ world: HubWorld, _ address: URL, _ systemId: String, _ secret: String) -> VXPClient {
        let transport = HTTPTransport.live()
        return VXPClient(systemId: systemId, secret: secret, now: { world.tick() }) { request in
            let answer = try await transport.send(
                HTTPCall(
                    method: request.method, url: address.appending(path: request.path),
                    headers: request.headers.map { ($0.name, $0.value) }, body: request.body))
            return VXPResponse(status: answer.status, body: answer.body)
        }
    }

    @Test func `a packet travels over real HTTP and the page shows it`() async throws {
        let world = try await HubWorld.make()
        let packet = world.document()
        try await serving(world) { address in
            let sender = self.client(world, address, "vhl", "bí mật 1")
            let receiver = self.client(world, address, "vien", "bí mật 2")
            _ = try await sender.sendEdoc(file: packet, from: HubWorld.academy, messageType: .document)
            let row = try #require(try await receiver.receivedList(messageType: .document).first)
            #expect(try await receiver.getEdoc(docId: row.docId) == packet)
            try await receiver.updateStatus(docId: row.docId, to: .done)
            #expect(try await receiver.count(.document) == 0)
            let page = try await HTTPTransport.live().send(HTTPCall(method: "GET", url: address))
            #expect(page.status == 200)
            #expect(String(decoding: page.body, as: UTF8.self).contains("12/VHL-VP Về việc kiểm tra"))
            let health = try await HTTPTransport.live().send(
                HTTPCall(method: "GET", url: address.appending(path: "suc-khoe")))
            #expect(health.status == 200)
        }
    }

    /// A packet of which only the beginning comes, as from a machine that lost its power.
    private func halfUpload(_ world: HubWorld, number: String) throws -> String {
        let file = world.document(number: number)
        let request = try RequestSigner(systemId: "vhl", secret: "bí mật 1").sign(
            .send(file, from: HubWorld.academy, messageType: .document), at: world.tick())
        let lines = request.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return "POST \(request.path) HTTP/1.1\r\nHost: x\r\n\(lines)Content-Length: \(file.count)\r\n\r\n<?xml"
    }

    @Test func `the places of uploads that stalled are free again`() async throws {
        let world = try await HubWorld.make(settings: ["server.body.seconds": "1", "hub.limit.uploads": "2"])
        try await serving(world) { address in
            let port = try #require(address.port)
            var stalled: [RawConnection] = []
            for number in ["1", "2"] {
                stalled.append(try await RawConnection.open(port: port))
                try await stalled.last?.say(self.halfUpload(world, number: number))
            }
            for connection in stalled { await connection.close() }
            let sender = self.client(world, address, "vhl", "bí mật 1")
            // The hub may see the end of the last a moment later than its caller.
            var docId: String?
            while docId == nil {
                docId = try? await sender.sendEdoc(
                    file: world.document(number: "3"), from: HubWorld.academy, messageType: .document)
            }
            #expect(try await self.client(world, address, "vien", "bí mật 2").count(.document) == 1)
        }
    }

    @Test func `a wrong secret is told from a hub that is down`() async throws {
        let world = try await HubWorld.make()
        try await serving(world) { address in
            let stranger = self.client(world, address, "vhl", "sai")
            await #expect(throws: VXPFailure.unauthorised("HTTP 401")) { try await stranger.agencies() }
        }
    }

    @Test func `outside practice the page is for the person who knows the password`() {
        let proof = "Basic \(Data("quantri:mở ra".utf8).base64EncodedString())"
        #expect(HubPages.isAdmitted(proof, password: "mở ra"))
        #expect(!HubPages.isAdmitted(proof, password: "khác"))
        #expect(!HubPages.isAdmitted(proof, password: nil))
        #expect(!HubPages.isAdmitted(nil, password: "mở ra"))
    }
}
