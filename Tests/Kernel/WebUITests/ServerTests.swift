import Hummingbird
import Logging
import NIOCore
import OfficeTestKit
import Platform
import Testing

@testable import WebUI

/// Máy chủ thật trên một cổng của máy: ai nửa chừng im lặng, giữ chỗ hay không nhận thì bị ngắt, người khác vẫn vào được.
@Suite(.timeLimit(.minutes(2))) struct ServerTests {
    /// What became of the requests of one server.
    private struct Story: Sendable {
        let lines: AsyncStream<String>
        let tell: AsyncStream<String>.Continuation
        init() { (lines, tell) = AsyncStream.makeStream() }
        func next() async -> String? { await lines.first { _ in true } }
    }

    private static func router(_ story: Story) -> Router<BasicRequestContext> {
        let router = Router()
        router.get("xin-chao") { _, _ in "xin chào" }
        router.post("gui") { request, _ in
            do {
                for try await _ in request.body {}
                story.tell.yield("whole")
            } catch {
                story.tell.yield("broken")
            }
            return "xong"
        }
        router.get("lon") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    do {
                        while true { try await writer.write(ByteBuffer(repeating: 65, count: 1 << 16)) }
                    } catch {
                        story.tell.yield("not taken")
                        throw error
                    }
                })
        }
        return router
    }

    private func serving(
        _ change: (inout ServerLimits) -> Void, _ body: (Int, Story) async throws -> Void
    ) async throws {
        var limits = ServerLimits()
        change(&limits)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let story = Story()
        let application = WebServer.application(
            Self.router(story), host: "127.0.0.1", port: 0, limits: limits, logger: Logger(label: "test")
        ) { port.yield($0) }
        let server = Task { try await application.run() }
        defer { server.cancel() }
        try await body(try #require(await ports.first { _ in true }), story)
    }

    private static let hello = "GET /xin-chao HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `half a head is not waited for`() async throws {
        try await serving({ $0.head = .seconds(1) }) { port, _ in
            let caller = try await RawConnection.open(port: port)
            try await caller.say("POST /gui HTTP/1.1\r\nHost: x\r\nX-a: ")
            await caller.close()
        }
    }

    @Test func `half a body is not waited for, and whoever reads it is told`() async throws {
        try await serving({ $0.body = .seconds(1) }) { port, story in
            let caller = try await RawConnection.open(port: port)
            try await caller.say("POST /gui HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nnửa chừng")
            await caller.close()
            #expect(await story.next() == "broken")
        }
    }

    @Test func `a connection kept open for nothing is closed, one in use is not`() async throws {
        try await serving({ $0.idle = .seconds(1) }) { port, _ in
            let caller = try await RawConnection.open(port: port)
            for _ in 0..<3 {
                try await caller.say(Self.hello)
                #expect(await caller.hear("xin chào").contains("200 OK"))
            }
            await caller.close()
        }
    }

    /// By the kernel; a second is the least that it can be told here.
    @Test func `a download of which nothing is taken ends`() async throws {
        try await serving({ $0.body = .seconds(1) }) { port, story in
            let caller = try await RawConnection.open(port: port, isReading: false)
            try await caller.say("GET /lon HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await story.next() == "not taken")
            #expect(caller.isOpen)
        }
    }

    @Test func `one address has so many connections, and a new one when one is given back`() async throws {
        try await serving({
            $0.connectionsPerAddress = 2
            $0.proxies = []
        }) { port, _ in
            var inside = [try await RawConnection.open(port: port), try await RawConnection.open(port: port)]
            for caller in inside {
                try await caller.say(Self.hello)
                #expect(await caller.hear("xin chào").contains("200 OK"))
            }
            await (try RawConnection.open(port: port)).close()
            let leaving = inside.removeLast()
            try await leaving.say("GET /xin-chao HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            await leaving.close()
            // The place is free when the server, too, has seen the end.
            while try await !self.isLetIn(port) {}
        }
    }

    @Test func `when the house is full others wait until somebody leaves`() async throws {
        try await serving({
            $0.connections = 1
            $0.idle = .seconds(1)
        }) { port, _ in
            let first = try await RawConnection.open(port: port)
            try await first.say(Self.hello)
            #expect(await first.hear("xin chào").contains("200 OK"))
            #expect(try await self.isLetIn(port))
            #expect(!first.isOpen)
        }
    }

    private func isLetIn(_ port: Int) async throws -> Bool {
        let caller = try await RawConnection.open(port: port)
        try? await caller.say(Self.hello)
        return await caller.hear("xin chào").contains("200 OK")
    }

    // MARK: Settings

    @Test func `an operator sets the limits; behind a proxy addresses are not counted`() throws {
        let limits = try ServerLimits(
            Settings([
                "server.head.seconds": "5", "server.body.seconds": "6", "server.idle.seconds": "7",
                "server.connections": "8", "server.connections.address": "9", "server.proxies": "10.0.0.1, 10.0.0.2",
            ]))
        #expect((limits.head, limits.body, limits.idle) == (.seconds(5), .seconds(6), .seconds(7)))
        #expect((limits.connections, limits.connectionsPerAddress) == (8, 9))
        #expect(limits.proxies == ["10.0.0.1", "10.0.0.2"])
        #expect(try ServerLimits(Settings(["proxy": "true"])).connectionsPerAddress == 0)
        #expect(throws: SettingsError.self) { try ServerLimits(Settings(["server.head.seconds": "0"])) }
    }

    @Test(arguments: [
        ("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"), ("2001:db8::7", "2001:db8:0:0"),
        ("127.0.0.1", nil), ("::1", nil), ("::ffff:127.0.0.1", nil),
    ])
    func `an address is counted by its place, a proxy's not at all`(address: String, name: String?) throws {
        #expect(ServerLimits().counted(try SocketAddress(ipAddress: address, port: 1)) == name)
    }
}
