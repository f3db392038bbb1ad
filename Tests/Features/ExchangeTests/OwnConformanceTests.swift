import Foundation
import OfficeTestKit
import Platform
import Records
import Synchronization
import Testing
import VXP

@testable import Exchange
@testable import Hub

/// Chính phần mềm này cũng phải qua danh mục hợp quy mà nó dùng để thử người khác.
@Suite struct OwnConformanceTests {
    /// Made while the world is made. A reference type because the office's transport holds it before it is there.
    private final class Door: Sendable {
        private let gateway = Mutex<BenchGateway?>(nil)
        var current: BenchGateway? { gateway.withLock { $0 } }

        func transport(to hub: ExchangeHub) -> HTTPTransport {
            let gateway = BenchGateway(hub: hub, systemId: "academy")
            self.gateway.withLock { $0 = gateway }
            return HTTPTransport { call in
                let answer = await gateway.answer(
                    VXPRequest(
                        method: call.method, path: call.url.path(),
                        headers: call.headers.map { (name: $0.0, value: $0.1) }, body: call.body))
                guard let answer else { throw HTTPTransportError.unreachable("bench") }
                return HTTPAnswer(status: answer.status, body: answer.body)
            }
        }
    }

    @Test func `our own office passes every case of the list that needs no person`() async throws {
        let door = Door()
        let world = try await ExchangeWorld.make(through: { door.transport(to: $0) })
        let gateway = try #require(door.current)
        let bench = try await OfficeBench(
            hub: world.hub, gateway: gateway,
            office: .init(
                systemId: "academy", secret: "khóa academy", agency: ExchangeWorld.academyCode.rawValue),
            mark: "t",
            now: {
                world.advance(by: 0.01); return world.hubClock.now
            },
            wait: { condition in
                for _ in 0..<8 {
                    if try await condition() { return }
                    try? await world.academy.runJobs()
                    try? await world.academy.desk.poll()
                    try? await world.academy.runJobs()
                    world.advance(by: 90)
                }
            },
            act: { act in
                guard case .issue(let agency) = act else { return false }
                _ = try await world.issue(7, to: [AgencyCode(agency)])
                return true
            })
        let results = await bench.run()
        // People answer recalls and changes; the office's own tests show that they can.
        let byPeople: Set = ["VP-30", "VP-31", "VP-32"]
        #expect(results.filter { $0.outcome != .passed && !byPeople.contains($0.id) } == [])
        #expect(results.count == officeCases.count)
    }
}
