import Foundation
import OfficeTestKit
import Platform
import Testing
import VXP

@testable import Hub

/// Danh bạ đơn vị của trục: hai hệ mã, đồng bộ theo phiên bản, mỗi hệ thống chỉ sửa đơn vị của mình.
@Suite struct DirectoryTests {
    @Test(arguments: Engine.testable)
    func `the lists give each agency in the code system asked for`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let old = try await world.client().agencies()
        #expect(old.map(\.code) == [HubWorld.academy, HubWorld.institute, "000.00.93.G31"])
        let new = try await world.client().agenciesQD20()
        #expect(new.map(\.code) == ["G31", "G31.91", "000.00.93.G31"])
        #expect(new.map(\.code102) == old.map(\.code))
        #expect(new[1].pid == new[0].id)
        // What the kit reads is never left out.
        #expect(old.map(\.oldCode) == old.map(\.code) && new.map(\.oldCode) == old.map(\.code))
        let changes = try await world.client().synchronizeUnits()
        for row in old + new + changes { #expect(row.pid != nil && row.mail != nil) }
        #expect(old[0].pid == "" && changes.allSatisfy { $0.centerCode == "" })
    }

    @Test(arguments: Engine.testable)
    func `a system registers agencies below its own and removes them`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        let code = "000.01.91.G31"
        try await world.client("vien").register(
            AgencyRegistration(pcode: HubWorld.institute, code: code, name: "Phòng thí nghiệm"))
        #expect(try await world.client().agencies().map(\.code).contains(code))
        world.clock.advance(by: 1)
        try await world.client("vien").deleteAgency(code: code)
        #expect(try await !world.client().agencies().map(\.code).contains(code))
        let change = try await world.client().synchronizeUnits().first { $0.code == code }
        #expect(change?.deleted == "true")
    }

    @Test(arguments: Engine.testable)
    func `no agency is put below itself`(engine: Engine) async throws {
        let world = try await HubWorld.make(engine)
        func register(_ code: String, below parent: String) async throws {
            world.clock.advance(by: 1)
            try await world.client("vien").register(AgencyRegistration(pcode: parent, code: code, name: "Phòng"))
        }
        try await register("000.01.91.G31", below: HubWorld.institute)
        try await register("001.01.91.G31", below: "000.01.91.G31")
        for parent in ["000.01.91.G31", "001.01.91.G31"] {
            await #expect(throws: VXPFailure.self) { try await register("000.01.91.G31", below: parent) }
        }
        await #expect(throws: VXPFailure.self) { try await register(HubWorld.institute, below: "001.01.91.G31") }
        try await register("001.01.91.G31", below: HubWorld.institute)
    }

    @Test func `nobody registers below or removes another's agency`() async throws {
        let world = try await HubWorld.make()
        await #expect(throws: VXPFailure.self) {
            try await world.client("vien").register(
                AgencyRegistration(pcode: HubWorld.academy, code: "000.00.94.G31", name: "Lạ"))
        }
        await #expect(throws: VXPFailure.self) {
            try await world.client("vien").register(AgencyRegistration(code: HubWorld.academy, name: "Đổi tên"))
        }
        await #expect(throws: VXPFailure.self) { try await world.client("vien").deleteAgency(code: HubWorld.academy) }
        #expect(try await world.client().agencies().first?.name == "Viện Hàn lâm")
    }

    @Test func `a call that changes the directory is taken once`() async throws {
        let world = try await HubWorld.make()
        let code = "000.01.91.G31"
        let registration = AgencyRegistration(pcode: HubWorld.institute, code: code, name: "Phòng")
        let call = VXPCall(.registerAgency, body: try JSONEncoder().encode(registration))
        let request = try RequestSigner(systemId: "vien", secret: "bí mật 2").sign(call, at: world.clock.now)
        #expect(await world.hub.api.answer(request).status == 200)
        #expect(await world.hub.api.answer(request).status == 401)
    }

    @Test func `a second start with the same directory file changes nothing`() async throws {
        let folder = try TestOffice.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "danh-ba.json")
        let text = """
            {"systems":[{"system":{"systemId":"a","secret":"s","name":"A"},
            "agencies":[{"code":"000.00.00.G31","shortCode":"G31","name":"Viện"}]}]}
            """
        try Data(text.utf8).write(to: file)
        let settings = Settings(["data": folder.path, "hub.directory": file.path, "practice": "true"])
        for _ in 1...2 {
            let hub = try await ExchangeHub(settings)
            let client = VXPClient(systemId: "a", secret: "s") { await hub.api.answer($0) }
            #expect(try await client.agencies().map(\.name) == ["Viện"])
            await hub.close()
        }
    }
}
