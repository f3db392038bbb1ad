import Foundation
import Hummingbird
import Incoming
import OfficeTestKit
import Outgoing
import Platform
import Records
import Testing

@testable import Exchange
@testable import Hub

/// Hai cơ quan và trục nói chuyện qua HTTP thật trên máy này.
@Suite struct LoopbackTests {
    @Test func `a document and its status travel over real HTTP`() async throws {
        let world = try await ExchangeWorld.make { hub in
            let (ports, port) = AsyncStream<Int>.makeStream()
            // Told to stop by the end of the test process: it would wait for connections that the client keeps open.
            Task { try await hub.application { port.yield($0) }.run() }
            let number = try #require(await ports.first { _ in true })
            return try #require(URL(string: "http://127.0.0.1:\(number)"))
        }
        let id = try await world.issue(files: [("lớn.pdf", ExchangeWorld.pdf + Data(count: 3 << 20))])
        try await world.settle()
        #expect(try await world.delivery(id).delivery == .sent)
        #expect(try await world.delivery(id).statuses.map(\.status) == [.arrived])
        #expect(try await world.academy.link()?.isUp == true)
    }
}
