import Foundation
import Hummingbird
import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import Directory

/// Trang đăng nhập, tài khoản, danh bạ và các ô chọn.
@Suite struct DirectoryPagesTests {
    private func routes(_ office: TestOffice) -> [Route] {
        DirectoryFeature(
            ground: office.ground, shell: TestOffice.shell, site: TestOffice.site, isSecure: false,
            hasher: PasswordHasher(cost: .trifling)
        ).routes
    }

    @Test func `one signs in by the form, sees his account, and signs out`() async throws {
        let office = try await TestOffice.make(settings: ["practice.password": TestOffice.password])
        let browser = try await office.browser(routes(office))
        let page = try await browser.get("/dang-nhap?tai-khoan=vanthu&tiep=/tai-khoan")
        #expect(page.status == 200)
        #expect(page.text.contains("value=\"vanthu\"") && page.text.contains("value=\"\(TestOffice.password)\""))
        let signedIn = try await browser.post(
            "/dang-nhap", ["tai-khoan": "vanthu", "mat-khau": TestOffice.password, "tiep": "/tai-khoan"])
        #expect(signedIn.status == 303)
        #expect(signedIn.location == "/tai-khoan")
        let account = try await browser.get("/tai-khoan")
        #expect(account.text.contains("Nguyễn Thị Mai") && account.text.contains("Văn thư"))
        let out = try await browser.post("/dang-xuat")
        #expect(out.status == 303 && out.location == "/dang-nhap")
        #expect(await browser.sessionToken == nil)
        #expect(try await browser.get("/tai-khoan").location == "/dang-nhap?tiep=%2Ftai-khoan")
    }

    @Test func `a wrong password shows the form again with the account and a clear sentence`() async throws {
        let office = try await TestOffice.make()
        let browser = try await office.browser(routes(office))
        let answer = try await browser.post("/dang-nhap", ["tai-khoan": "vanthu", "mat-khau": "sai"])
        #expect(answer.status == 422)
        #expect(answer.text.contains(SignInRefusal.wrong.message))
        #expect(answer.text.contains("value=\"vanthu\"") && !answer.text.contains("value=\"sai\""))
        #expect(await browser.sessionToken == nil)
    }

    @Test func `the cookie is out of reach of scripts and of other sites`() async throws {
        let office = try await TestOffice.make()
        let browser = try await office.browser(routes(office))
        let answer = try await browser.post("/dang-nhap", ["tai-khoan": "vanthu", "mat-khau": TestOffice.password])
        let cookie = answer.headers[.setCookie] ?? ""
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
    }

    @Test func `signing in gives a new token and ends the session before`() async throws {
        let office = try await TestOffice.make()
        let browser = try await office.browser(routes(office), as: office.people.specialist)
        let before = try #require(await browser.sessionToken)
        _ = try await browser.post("/dang-nhap", ["tai-khoan": "vanthu", "mat-khau": TestOffice.password])
        #expect(await browser.sessionToken != before)
        #expect(try await SessionLoader(ground: office.ground).load(before) == nil)
    }

    @Test(arguments: [
        ("https://xau.example/", "/"), ("//xau.example", "/"), ("/\\xau.example", "/"),
        ("/van-ban-den?loc=1", "/van-ban-den?loc=1"),
        ("/a\r\nSet-Cookie: x", "/"), ("/dang-xuat", "/"), ("", "/"), ("javascript:alert(1)", "/"),
    ])
    func `after signing in one goes on to a path of this site only`(asked: String, led: String) {
        #expect(SignInPages.localPath(asked) == led)
    }

    @Test func `a form without the session's secret changes nothing`() async throws {
        let office = try await TestOffice.make()
        let browser = try await office.browser(routes(office), as: office.people.clerk)
        await browser.forgetSecret()
        #expect(try await browser.post("/dang-xuat").status == 403)
        #expect(try await browser.get("/tai-khoan").status == 200)
    }

    @Test func `changing the password tells so and keeps this browser signed in`() async throws {
        let office = try await TestOffice.make()
        let browser = try await office.browser(routes(office), as: office.people.clerk)
        _ = try await browser.get("/tai-khoan")
        let answer = try await browser.post(
            "/tai-khoan/mat-khau",
            ["hien-tai": TestOffice.password, "moi": "một câu khác hẳn", "nhac-lai": "một câu khác hẳn"])
        #expect(answer.status == 303)
        let next = try await browser.get(try #require(answer.location))
        #expect(next.text.contains("Đã đổi mật khẩu"))
    }

    @Test func `the directory is searched without accents and narrowed by unit`() async throws {
        let office = try await TestOffice.make()
        let browser = try await office.browser(routes(office), as: office.people.specialist)
        #expect(try await browser.get("/danh-ba?q=kieu+oanh").text.contains("Lý Thị Kiều Oanh"))
        let unit = office.people.otherHead.unit
        let page = try await browser.get("/danh-ba?don-vi=\(unit)").text
        #expect(page.contains("Đinh Thị Thanh Thủy") && !page.contains("Lý Thị Kiều Oanh"))
        #expect(try await browser.get("/danh-ba?q=khongcoai").text.contains("Không tìm thấy ai"))
        #expect(try await browser.get("/danh-ba/co-quan?q=g31.97").text.contains("Viện Công nghệ thông tin"))
    }

    @Test func `the directory pages by key and shows everybody once`() async throws {
        let office = try await TestOffice.make()
        let unit = office.people.clerk.unit
        try await office.database.write { tx in
            for number in 1...70 {
                try DirectoryStore(tx).insert(
                    NewPerson(
                        name: "Người Thêm \(number)", position: "Chuyên viên", unit: unit, roles: [.specialist],
                        account: "them\(number)"), passwordHash: nil)
            }
        }
        var (key, accounts): (PageKey?, [String]) = (nil, [])
        repeat {
            let after = key
            let page = try await office.database.read {
                try DirectoryStore($0).people(matching: "", in: nil, after: after)
            }
            accounts += page.items.map(\.account)
            key = page.next
        } while key != nil
        #expect(accounts.count == 110 && Set(accounts).count == 110)
    }

    @Test func `pickers answer with at most twenty buttons`() async throws {
        let office = try await TestOffice.make()
        let browser = try await office.browser(routes(office), as: office.people.specialist)
        let leaders = try await browser.get("/chon/nguoi?q=&ten=ky&vai-tro=leader").text
        #expect(leaders.contains("data-pick=\"\(office.people.chairman.person)\"") && !leaders.contains("Chuyên viên"))
        #expect(try await browser.get("/chon/nguoi?q=").text.components(separatedBy: "data-pick").count == 21)
        #expect(
            try await browser.get("/chon/co-quan?q=cong+nghe+thong+tin").text.contains("data-pick=\"000.00.97.G31\""))
        #expect(try await browser.get("/chon/don-vi?q=ke+hoach").text.contains("Ban Kế hoạch – Tài chính"))
        #expect(try await browser.get("/chon/nguoi?q=%3Cscript%3E&ten=%22%3E").text.contains("Không tìm thấy"))
    }

    @Test func `nobody looks into the directory without signing in`() async throws {
        let office = try await TestOffice.make()
        let all = routes(office)
        let browser = try await office.browser(all)
        for route in all where route.method == .get && route.audience != .anyone {
            #expect(try await browser.get(route.path).status == 303, "\(route.path)")
        }
    }
}
