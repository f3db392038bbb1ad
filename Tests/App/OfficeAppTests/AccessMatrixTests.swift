import Foundation
import Incoming
import OfficeTestKit
import Outgoing
import Platform
import Records
import Testing
import WebUI

@testable import OfficeApp

/// Ai được mở gì: mọi đường dẫn × mọi vai trò, sinh từ bảng đường dẫn. Thứ không được xem thì coi như không tồn tại.
@Suite struct AccessMatrixTests {
    /// An office with everything in it, and one browser a person.
    struct Stage {
        let test: TestOffice
        let office: Office

        init() async throws {
            test = try await TestOffice.make(schema: Office.featureSchema)
            office = try await Office(
                try OfficeSettings(Settings(["data": test.folder.path, "practice": "true"])), ground: test.ground)
        }

        func browser(_ actor: Actor?) async throws -> Browser {
            let browser = Browser(office.router(), clock: test.clock)
            if let actor { try await browser.become(actor, in: test) }
            return browser
        }

        func answer(_ browser: Browser, _ route: Route, id: Int64) async throws -> Answer {
            let path = Self.filled(route.path, id: id)
            return route.isSafe ? try await browser.get(path) : try await browser.post(path)
        }

        /// The route's path with every parameter given a value.
        static func filled(_ path: String, id: Int64) -> String {
            path.split(separator: "/", omittingEmptySubsequences: false).map { part -> String in
                guard part.hasPrefix(":") || part.hasPrefix("{") else { return String(part) }
                return part.contains("id") || part.contains("file")
                    ? "\(id)" : part.contains("page") || part.contains("trang") ? "1" : "x"
            }.joined(separator: "/")
        }
    }

    @Test func `nobody who is not signed in gets anything but the sign-in page`() async throws {
        let stage = try await Stage()
        let stranger = try await stage.browser(nil)
        for route in stage.office.routes where route.audience != .anyone {
            let answer = try await stage.answer(stranger, route, id: 1)
            let toSignIn = (302...303).contains(answer.status) && (answer.location ?? "").hasPrefix("/dang-nhap")
            #expect(
                toSignIn || answer.status == 401 || answer.status == 403,
                "\(route.method) \(route.path): \(answer.status)")
        }
    }

    @Test(arguments: Role.allCases) func `a route admits exactly its audience`(role: Role) async throws {
        let stage = try await Stage()
        let actor = try #require(stage.test.people.all.first { $0.roles == [role] })
        let browser = try await stage.browser(actor)
        for route in stage.office.routes where route.path != "/dang-xuat" {
            let answer = try await stage.answer(browser, route, id: 999_999)
            #expect(answer.status < 500, "\(route.method) \(route.path) as \(role): \(answer.status)")
            if !route.audience.admits(actor) {
                #expect(answer.status == 403, "\(route.method) \(route.path) as \(role): \(answer.status)")
            } else if !route.path.contains(":"), !route.path.contains("{"), route.isSafe {
                // Pictures of a key are not there for somebody without a key.
                let fits = route.path.hasPrefix("/ky-so/anh") ? answer.status == 404 : answer.status < 400
                #expect(fits, "\(route.method) \(route.path) as \(role): \(answer.status)")
            }
        }
    }

    @Test func `a document of others cannot be told from one that does not exist`() async throws {
        let stage = try await Stage()
        let drafter = try await stage.browser(stage.test.people.specialist)
        let created = try await drafter.post(
            "/van-ban-di/moi", ["type": "officialLetter", "subject": "Điều rất riêng", "urgency": "0", "secrecy": "0"])
        let id = try #require(
            Int64((created.location ?? "").split(separator: "?")[0].split(separator: "/").last ?? ""), "\(created.text)"
        )
        for actor in [stage.test.people.otherSpecialist, stage.test.people.administrator] {
            let browser = try await stage.browser(actor)
            for route in stage.office.routes
            where route.path.hasPrefix("/van-ban-di/{id}") || route.path.hasPrefix("/van-ban-di/:id") {
                guard route.audience.admits(actor) else { continue }
                let hidden = try await stage.answer(browser, route, id: id)
                let absent = try await stage.answer(browser, route, id: 999_999)
                #expect(
                    hidden.status == absent.status, "\(route.method) \(route.path): \(hidden.status), \(absent.status)")
                #expect(hidden.status >= 400 && !hidden.text.contains("Điều rất riêng"))
            }
            #expect(!(try await browser.get("/tim-kiem?q=dieu+rat+rieng")).text.contains("Điều rất riêng"))
            #expect(!(try await browser.get("/van-ban-di?q=dieu+rat+rieng")).text.contains("Điều rất riêng"))
        }
        #expect((try await drafter.get("/tim-kiem?q=dieu+rat+rieng")).text.contains("Điều rất riêng"))
    }
}
