import EdXML
import Foundation
import OfficeTestKit
import Platform
import Testing
import VXP

@testable import Hub

/// Người phụ trách kết nối, khóa, mở khóa đơn vị và đổi khóa bí mật; khóa không nằm trần trong cơ sở dữ liệu.
@Suite struct HubDirectoryTests {
    @Test(arguments: Engine.testable)
    func `a secret lies sealed in the table and is shown once`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let secret = try #require(
            try await world.hub.desk.add(HubAgency(code: "000.00.95.G31", name: "Trung tâm"), to: "trung-tam"))
        #expect(
            try await world.hub.desk.add(HubAgency(code: "000.00.96.G31", name: "Trung tâm 2"), to: "trung-tam") == nil)
        let stored = try await world.hub.desk.database.read { tx in
            try tx.rows("SELECT secret, is_sealed FROM hub_system").map {
                (try $0.get("secret", as: String.self), try $0.get("is_sealed", as: Bool.self))
            }
        }
        #expect(stored.allSatisfy { !$0.0.contains(secret) && !$0.0.contains("bí mật") && $0.1 })
        #expect(try await world.client("trung-tam", secret: secret).agencies().count == 5)
    }

    @Test func `a sealed secret moved to another system, or read with another key, proves nothing`() throws {
        let folder = try TestOffice.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let sealing = try SecretSealing(Settings(), folder: folder)
        let sealed = try sealing.seal("khóa", of: "a")
        #expect(try sealing.open(sealed, of: "a") == "khóa")
        #expect(throws: (any Error).self) { try sealing.open(sealed, of: "b") }
        #expect(try SecretSealing(Settings(), folder: folder).open(sealed, of: "a") == "khóa")
        let other = try SecretSealing(Settings(["hub.key": String(repeating: "0a", count: 32)]), folder: folder)
        #expect(throws: (any Error).self) { try other.open(sealed, of: "a") }
        #expect(throws: SettingsError.self) { try SecretSealing(Settings(["hub.key": "0a"]), folder: folder) }
        let mode = try FileManager.default.attributesOfItem(atPath: folder.appending(path: "hub.key").path)
        #expect(mode[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: Engine.testable)
    func `a locked agency sends nothing, and what waits for it is held back until it is unlocked`(
        engine: Engine
    ) async throws {
        let world = try await HubWorld.make(engine)
        _ = try await world.client().sendEdoc(file: world.document(), from: HubWorld.academy, messageType: .document)
        let id = try #require(try await world.client("vien").receivedList(messageType: .document).first?.docId)
        try await world.hub.desk.setLocked(true, agency: "G31.91")
        #expect(try await world.client("vien").receivedList(messageType: .document).isEmpty)
        #expect(try await world.client("vien").count(.document) == 0)
        await #expect(throws: VXPFailure.self) { try await world.client("vien").getEdoc(docId: id) }
        await #expect(throws: VXPFailure.refused(code: "19", explanation: "Đơn vị gửi đã bị khóa")) {
            try await world.client("vien").sendEdoc(
                file: world.status(.accepted), from: HubWorld.institute, messageType: .status)
        }
        await #expect(throws: VXPFailure.self) {
            try await world.client().sendEdoc(
                file: world.document(number: "13"), from: HubWorld.academy, messageType: .document)
        }
        try await world.hub.desk.setLocked(false, agency: HubWorld.institute)
        #expect(try await world.client("vien").receivedList(messageType: .document).map(\.docId) == [id])
        let kinds = try await world.hub.desk.events().map(\.kind)
        #expect(kinds.contains(.agencyLocked) && kinds.contains(.agencyUnlocked))
    }

    @Test(arguments: Engine.testable)
    func `after a new secret the old one counts for a day and no longer`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let new = try await world.hub.desk.rotate(HubWorld.institute)
        #expect(new.systemId == "vien")
        #expect(try await world.client("vien").count(.document) == 0)
        #expect(try await world.client("vien", secret: new.secret).count(.document) == 0)
        world.clock.advance(by: 86_401)
        await #expect(throws: VXPFailure.self) { try await world.client("vien").count(.document) }
        #expect(try await world.client("vien", secret: new.secret).count(.document) == 0)
        await #expect(throws: HubDirectoryRefusal.unknownSystem("lạ")) { try await world.hub.desk.rotate("lạ") }
    }

    @Test func `a directory file read again does not unlock what was locked by hand`() async throws {
        let world = try await HubWorld.make()
        try await world.hub.desk.setLocked(true, agency: HubWorld.institute)
        let before = try await world.client().synchronizeUnits()
        try await world.hub.desk.enrol(
            HubSystem(systemId: "vien", secret: "bí mật 2", name: "Viện mẫu"),
            agencies: [
                HubAgency(
                    code: HubWorld.institute, shortCode: "G31.91", name: "Viện mẫu", parentCode: HubWorld.academy)
            ])
        #expect(try await world.client().synchronizeUnits() == before)
        #expect(try await world.hub.desk.agencies().first { $0.code == HubWorld.institute }?.isLocked == true)
    }

    @Test func `an agency of one system is not given to another by the way`() async throws {
        let world = try await HubWorld.make()
        await #expect(throws: HubDirectoryRefusal.otherSystem(HubWorld.institute)) {
            try await world.hub.desk.add(HubAgency(code: HubWorld.institute, name: "X"), to: "vhl")
        }
        await #expect(throws: HubDirectoryRefusal.badCode("không")) {
            try await world.hub.desk.add(HubAgency(code: "không", name: "X"), to: "vhl")
        }
    }
}
