import Foundation
import OfficeTestKit
import Platform
import Records
import Synchronization
import Testing
import VXP

@testable import Exchange
@testable import Hub
@testable import Incoming

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

    /// What the Academy's clerk does when he is asked: a formal recall and an update he agrees to, a bare request to give
    /// a document back he refuses.
    private static func act(_ act: OfficeAct, _ world: ExchangeWorld) async throws -> Bool {
        let (office, clerk) = (world.academy.office, world.academy.people.clerk)
        switch act {
        case .issue(let agency): _ = try await world.issue(7, to: [AgencyCode(agency)])
        case .answerChange(let identity):
            let desk = IncomingDesk(ground: office.ground, signing: .none)
            let open = try await office.database.read { tx in
                try tx.rows(
                    """
                    SELECT c.id, c.document_id FROM incoming_change c JOIN incoming_document d ON d.id = c.document_id
                    WHERE c.state = 'open' AND d.document_id = \(identity)
                    """)
            }
            let row = try #require(open.first)
            let document: Int64 = try row.get("document_id")
            let view = try await desk.open(IncomingID(document), for: clerk)
            let request = try #require(view.changes.first { $0.state == .open })
            if request.change == .recall, !request.isFormal {
                try await desk.refuseChange(request.id, by: clerk, reason: "Văn bản đã được giải quyết xong.")
            } else {
                try await desk.agree(request.id, by: clerk)
            }
        }
        return true
    }

    @Test func `our own office passes every case of the list`() async throws {
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
            act: { try await Self.act($0, world) })
        let results = await bench.run()
        #expect(results.filter { $0.outcome != .passed } == [])
        #expect(results.count == officeCases.count)
    }
}
