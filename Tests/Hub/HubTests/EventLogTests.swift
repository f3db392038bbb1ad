import Foundation
import OfficeTestKit
import Platform
import Testing
import VXP

@testable import Hub

/// Sổ an toàn thông tin của trục: chỉ thêm, không sửa, không bớt; sửa thì lộ.
@Suite struct EventLogTests {
    @Test(arguments: Engine.testable)
    func `the database refuses to change or take out an entry`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        try await world.hub.desk.setLocked(true, agency: HubWorld.institute)
        for statement in ["UPDATE hub_event SET detail = 'x'", "DELETE FROM hub_event", "TRUNCATE hub_event"] {
            await #expect(throws: DatabaseError.self) {
                try await world.hub.desk.database.write { try $0.execute(SQL(trusted: statement)) }
            }
        }
        let check = try await world.hub.desk.checkEvents()
        #expect(check.isWhole && check.count == 3)
        #expect(try await world.hub.desk.events().first?.hash == check.head)
    }

    @Test func `an entry changed behind the database's back is found`() async throws {
        let world = try await HubWorld.make()
        try await world.hub.desk.setLocked(true, agency: HubWorld.institute)
        _ = try await world.hub.desk.database.write { tx in
            try tx.execute("DROP TRIGGER hub_event_fixed")
            try tx.execute("UPDATE hub_event SET subject = 'khác' WHERE id = 2")
        }
        #expect(try await world.hub.desk.checkEvents().brokenAt == 2)
    }

    @Test(arguments: Engine.testable)
    func `a log that was emptied is not whole, also when it starts anew`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let trigger = engine == .postgres ? "hub_event_fixed ON hub_event" : "hub_event_kept"
        _ = try await world.hub.desk.database.write { tx in
            try tx.execute(SQL(trusted: "DROP TRIGGER \(trigger)"))
            try tx.execute("DELETE FROM hub_event")
        }
        var check = try await world.hub.desk.checkEvents()
        #expect(!check.isWhole && check.brokenAt == nil && check.count == 0)
        try await world.hub.desk.setLocked(true, agency: HubWorld.institute)
        check = try await world.hub.desk.checkEvents()
        #expect(!check.isWhole && check.brokenAt == nil && check.count == 1)
    }

    @Test func `a hub that knows nobody yet has a log that is whole and empty`() async throws {
        let folder = try TestOffice.temporaryFolder()
        let hub = try await ExchangeHub(Settings(["data": folder.path]), clock: TestClock().value)
        let check = try await hub.desk.checkEvents()
        #expect(check.isWhole && check.count == 0)
        await hub.close()
    }

    @Test func `refused calls are written down once a minute each, with how many there were`() async throws {
        let world = try await HubWorld.make()
        func knockOn(_ times: Int) async {
            for _ in 0..<times { _ = try? await world.client("vhl", secret: "đoán").agencies() }
        }
        await knockOn(5)
        world.clock.advance(by: 61)
        await knockOn(1)
        let refused = try await world.hub.desk.events().filter { $0.kind == .callRefused }
        #expect(refused.map(\.subject) == ["vhl", "vhl"])
        #expect(refused.first?.detail.hasSuffix("4 lần nữa trước đó") == true)
        #expect(refused.last?.detail.hasPrefix("wrong-signature /getAgenciesList") == true)
    }

    @Test func `nobody's mistake fills the log, an attempt does`() {
        #expect(
            RefusalCause.allCases.filter { !$0.isSecurity }.map(\.rawValue).sorted() == [
                "fault", "locked-recipient", "malformed-call", "malformed-packet", "unknown-recipient",
            ])
    }
}
