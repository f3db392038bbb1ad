import Foundation
import Hummingbird
import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Directory

/// Danh bạ cơ quan: hai trăm nghìn đơn vị, tìm không dấu, nhóm, nơi hay gửi và nơi vừa gửi.
@Suite struct AgencyTests {
    private static func agency(_ number: Int, name: String) -> Agency {
        Agency(
            code: AgencyCode("000.00.\(number < 10 ? "0" : "")\(number).H01"), shortCode: AgencyCode("H01.\(number)"),
            name: name)
    }

    private static let some = [
        agency(11, name: "Ủy ban nhân dân xã Hòa Bình"), agency(12, name: "Ủy ban nhân dân xã Đông Anh"),
        agency(13, name: "Trường Trung học cơ sở Hòa Bình"), agency(14, name: "Sở Y tế"),
    ]

    private func office(_ engine: Engine = .sqlite) async throws -> TestOffice {
        let office = try await TestOffice.make(engine)
        try await office.database.write { try DirectoryStore($0).upsertAgencies(Self.some) }
        return office
    }

    private func names(_ office: TestOffice, _ text: String) async throws -> [String] {
        try await office.database.read { try DirectoryStore($0).agencies(matching: text).map(\.name) }
    }

    private func routes(_ office: TestOffice) -> [Route] {
        DirectoryFeature(
            ground: office.ground, shell: TestOffice.shell, site: TestOffice.site, isSecure: false,
            hasher: PasswordHasher(cost: .trifling)
        ).routes
    }

    // MARK: Searching

    @Test(arguments: Engine.testable)
    func `agencies are found by beginnings of words, without tones, in the directory's order`(
        engine: Engine
    ) async throws {
        let office = try await office(engine)
        #expect(try await names(office, "hoa binh") == [Self.some[0].name, Self.some[2].name])
        #expect(try await names(office, "UY BAN đông") == [Self.some[1].name])
        #expect(try await names(office, "u b n d x hoa") == [Self.some[0].name])
        #expect(try await names(office, "h01 14") == [Self.some[3].name])
        #expect(try await names(office, "_ %").count == (try await names(office, "")).count)
        #expect(try await names(office, "' OR 1=1 \" *").isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `an agency renamed is found by its new name only, one closed not at all`(engine: Engine) async throws {
        let office = try await office(engine)
        var (renamed, closed) = (Self.some[3], Self.some[0])
        renamed.name = "Sở Khoa học và Công nghệ"
        closed.isActive = false
        try await office.database.write { [renamed, closed] in
            try DirectoryStore($0).upsertAgencies([renamed, closed])
        }
        #expect(try await names(office, "so y te").isEmpty)
        #expect(try await names(office, "so khoa hoc") == [renamed.name])
        #expect(try await names(office, "xa hoa binh").isEmpty)
    }

    @Test(arguments: Engine.testable)
    func `a short code that two agencies claim stays with the first`(engine: Engine) async throws {
        let office = try await office(engine)
        var twin = Self.agency(21, name: "Sở Y tế (bản trùng)")
        twin.shortCode = Self.some[3].shortCode
        try await office.database.write { [twin] in try DirectoryStore($0).upsertAgencies([twin]) }
        let (holder, stored) = try await office.database.read { tx in
            (
                try DirectoryStore(tx).agency(AgencyCode("H01.14")),
                try DirectoryStore(tx).agency(AgencyCode("000.00.21.H01"))
            )
        }
        #expect(holder?.name == "Sở Y tế")
        #expect(stored?.shortCode == nil)
    }

    @Test(arguments: Engine.testable)
    func `the page of agencies goes by key and shows each once`(engine: Engine) async throws {
        let office = try await office(engine)
        let many = (0..<130).map { Agency(code: AgencyCode("001.\($0 + 100).00.H02"), name: "Xã thứ \($0)") }
        try await office.database.write { try DirectoryStore($0).upsertAgencies(many) }
        var (key, seen): (PageKey?, [AgencyCode]) = (nil, [])
        repeat {
            let after = key
            let page = try await office.database.read {
                try DirectoryStore($0).agencies(matching: "xa thu", after: after)
            }
            seen += page.items.map(\.code)
            key = page.next
        } while key != nil
        #expect(seen == many.map(\.code))
    }

    // MARK: Groups, favourites, those used last

    private func options(_ office: TestOffice, _ actor: Actor, _ text: String) async throws -> [String] {
        try await office.database.read { try AgencyChoices($0, for: actor).options(matching: text).map(\.label) }
    }

    @Test(arguments: Engine.testable)
    func `what a person writes to stands first, favourites before the rest`(engine: Engine) async throws {
        let office = try await office(engine)
        let (clerk, other) = (office.people.clerk, office.people.specialist)
        try await office.database.write { [now = office.now] tx in
            let choices = AgencyChoices(tx, for: clerk)
            try choices.noteUse(of: [Self.some[1].code], at: now)
            try choices.setFavourite(Self.some[2].code, to: true)
        }
        #expect(try await options(office, clerk, "").prefix(2) == [Self.some[2].name, Self.some[1].name])
        #expect(try await options(office, clerk, "hoa binh") == [Self.some[2].name, Self.some[0].name])
        #expect(try await options(office, other, "hoa binh") == [Self.some[0].name, Self.some[2].name])
        try await office.database.write { try AgencyChoices($0, for: clerk).setFavourite(Self.some[2].code, to: false) }
        #expect(try await options(office, clerk, "").first == Self.some[1].name)
    }

    @Test(arguments: Engine.testable)
    func `a group stands for its members, each once`(engine: Engine) async throws {
        let office = try await office(engine)
        let clerk = office.people.clerk
        let codes = try await office.database.write { [now = office.now] tx in
            let choices = AgencyChoices(tx, for: clerk)
            let group = try choices.save(
                nil, name: "Các xã", members: Self.some.prefix(2).map(\.code), isShared: false, at: now)
            return try choices.codes(of: ["nhom:\(group)", Self.some[0].code.rawValue, "nhom:999", "nhom:x"])
        }
        #expect(codes == Self.some.prefix(2).map(\.code))
        #expect(try await options(office, clerk, "cac xa") == ["Nhóm: Các xã"])
    }

    @Test(arguments: Engine.testable)
    func `the name of a group has its length`(engine: Engine) async throws {
        let office = try await office(engine)
        let browser = try await office.browser(routes(office), as: office.people.clerk)
        let code = Self.some[0].code.rawValue
        let heap = "a" + String(repeating: "\u{301}", count: 250)
        #expect(try await browser.post("/danh-ba/nhom", ["ten": heap, "agency": code]).status == 422)
        let longest = String(repeating: "ế", count: 200)
        #expect(try await browser.post("/danh-ba/nhom", ["ten": longest, "agency": code]).status == 303)
    }

    @Test func `a group of another person does not exist, one of the office is the clerks' to change`() async throws {
        let office = try await office()
        let (clerk, drafter) = (office.people.clerk, office.people.specialist)
        let (own, shared) = try await office.database.write { [now = office.now] tx in
            let members = [Self.some[0].code]
            return (
                try AgencyChoices(tx, for: clerk).save(nil, name: "Riêng", members: members, isShared: false, at: now),
                try AgencyChoices(tx, for: clerk).save(nil, name: "Chung", members: members, isShared: true, at: now)
            )
        }
        let browser = try await office.browser(routes(office), as: drafter)
        let list = try await browser.get("/danh-ba/nhom").text
        #expect(list.contains("Chung") && !list.contains("Riêng"))
        #expect(try await browser.get("/danh-ba/nhom/\(own)").status == 404)
        #expect(
            try await browser.post("/danh-ba/nhom/\(own)", ["ten": "x", "agency": Self.some[1].code.rawValue]).status
                == 404)
        #expect(try await browser.post("/danh-ba/nhom/\(own)/xoa").status == 404)
        #expect(try await browser.get("/danh-ba/nhom/\(shared)").status == 200)
        #expect(try await browser.post("/danh-ba/nhom/\(shared)/xoa").status == 403)
        #expect(
            try await browser.post(
                "/danh-ba/nhom", ["ten": "Của tôi", "agency": Self.some[1].code.rawValue, "chung": "1"]
            ).status == 403)
        #expect(!(try await browser.get("/chon/co-quan?q=rieng").text.contains("Riêng")))
        let codes = try await office.database.read { try AgencyChoices($0, for: drafter).codes(of: ["nhom:\(own)"]) }
        #expect(codes.isEmpty)
    }

    @Test func `a group is made, changed and deleted on its page`() async throws {
        let office = try await office()
        let browser = try await office.browser(routes(office), as: office.people.clerk)
        #expect(
            try await browser.post("/danh-ba/nhom", ["ten": "", "agency": Self.some[0].code.rawValue]).status == 422)
        #expect(try await browser.post("/danh-ba/nhom", ["ten": "Các xã"]).status == 422)
        #expect(
            try await browser.post("/danh-ba/nhom", ["ten": "Các xã", "agency": Self.some[0].code.rawValue]).status
                == 303)
        #expect(try await browser.get("/danh-ba/nhom").text.contains("1 cơ quan · của tôi"))
        #expect(
            try await browser.post("/danh-ba/nhom/1", ["ten": "Xã mới", "agency": Self.some[1].code.rawValue]).status
                == 303)
        let page = try await browser.get("/danh-ba/nhom/1").text
        #expect(page.contains("Xã mới") && page.contains("Đông Anh") && !page.contains("Hòa Bình"))
        // Folded until it is asked for: there is no way back.
        #expect(page.contains(#"<details class="deed"><summary class="button danger">Xóa nhóm"#))
        #expect(try await browser.post("/danh-ba/nhom/1/xoa").status == 303)
        #expect(try await browser.get("/danh-ba/nhom/1").status == 404)
    }

    @Test func `a favourite is set and taken back on the page of agencies`() async throws {
        let office = try await office()
        let browser = try await office.browser(routes(office), as: office.people.clerk)
        let code = Self.some[0].code.rawValue
        #expect(
            try await browser.post("/danh-ba/co-quan/danh-dau", ["ma": code, "bat": "1", "q": "hoa binh"]).status == 303
        )
        #expect(try await browser.get("/danh-ba/co-quan?q=hoa+binh").text.contains("Bỏ khỏi nơi hay gửi"))
        #expect(try await browser.post("/danh-ba/co-quan/danh-dau", ["ma": code, "bat": "0"]).status == 303)
        #expect(!(try await browser.get("/danh-ba/co-quan?q=hoa+binh").text.contains("Bỏ khỏi nơi hay gửi")))
        #expect(try await browser.post("/danh-ba/co-quan/danh-dau", ["ma": "khong.co", "bat": "1"]).status == 404)
    }
}
