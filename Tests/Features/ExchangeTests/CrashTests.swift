import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

@testable import Exchange
@testable import Incoming
@testable import Outgoing

/// Mất điện ở bước nào cũng dẫn đến cùng một kết quả.
@Suite struct CrashTests {
    private static let cases = Engine.testable.flatMap { engine in Checkpoint.allCases.map { (engine, $0) } }

    @Test(arguments: cases)
    func `a crash after any step leads to the same end`(engine: Engine, point: Checkpoint) async throws {
        let world = try await ExchangeWorld.make(engine)
        world.academy.crash.at(point)
        world.institute.crash.at(point)
        let id = try await world.issue()
        try? await world.settle()

        world.academy.crash.at(nil)
        world.institute.crash.at(nil)
        world.advance(by: 60)
        try await world.settle(rounds: 4)
        #expect(try await world.delivery(id).delivery == .sent)
        #expect(try await world.delivery(id).statuses.map(\.status) == [.arrived])
        #expect(try await world.institute.count("incoming_document") == 1)
        #expect(try await world.institute.arrivals().map(\.told) == [.done])
        #expect(try await world.academy.arrivals().map(\.told) == [.done])
    }

    @Test func `nothing is called done before it is filed`() async throws {
        let world = try await ExchangeWorld.make()
        _ = try await world.issue()
        try await world.academy.runJobs()
        world.institute.crash.at(.stored)
        try? await world.institute.desk.poll()
        let arrivals = try await world.institute.arrivals()
        #expect(arrivals.map(\.state) == [.fetched] && arrivals.map(\.told) == [.nothing])
        #expect(try await world.institute.count("incoming_document") == 0)
    }

    @Test(arguments: Engine.testable)
    func `two nodes that poll together file everything once`(engine: Engine) async throws {
        let world = try await ExchangeWorld.make(engine)
        for number in 1...5 { _ = try await world.issue(number) }
        try await world.academy.runJobs()
        let desk = world.institute.desk
        await withTaskGroup(of: Void.self) { group in
            for _ in 1...4 { group.addTask { try? await desk.poll() } }
        }
        try await world.settle()
        #expect(try await world.institute.count("incoming_document") == 5)
        #expect(try await world.institute.arrivals().allSatisfy { $0.state == .filed && $0.told == .done })
    }
}
