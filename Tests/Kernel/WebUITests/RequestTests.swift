import Foundation
import Hummingbird
import NIOHTTP1
import Platform
import Records
import Testing

@testable import WebUI

private enum SampleRefusal: Refusal, CaseIterable {
    case notFound, forbidden, conflict, invalid
    var kind: RefusalKind { RefusalKind(rawValue: "\(self)") ?? .invalid }
    var message: String { "Lý do của \(kind.rawValue)." }
}

/// Mỗi câu trả lời an toàn; mỗi lời từ chối rõ ràng; lỗi không lộ bên trong.
@Suite struct RequestTests {
    private static func browser() -> Browser {
        Browser { router in
            router.get("/tu-choi/:kind") { _, context -> Response in
                throw SampleRefusal.allCases.first { $0.kind.rawValue == context.parameters.get("kind") } ?? .invalid
            }
            router.get("/hong/:fault") { _, context -> Response in
                switch context.parameters.get("fault") {
                case "day": throw DatabaseError.full("disk")
                case "ban": throw DatabaseError.busy("locked")
                case "gui-do": throw HTTPParserError.invalidEOFState
                case "o": throw CocoaError(.fileWriteOutOfSpace)
                default: throw DatabaseError.statement("inner detail", sql: "SELECT password")
                }
            }
            router.get("/toi") { _, context in try context.requireActor().name }
            router.get("/ho-so/:id") { _, context in "\(try context.parameters.id("id", of: PersonSubject.self))" }
            router.post("/ghi") { _, context in
                context.redirect(to: "/xong", saying: "Đã ghi \(try context.form()["a"] ?? "").")
            }
            router.get("/xong") { request, context in HTML.text(context.flash(request) ?? "im lặng") }
            router.get("/trang") { _, _ -> HTML in "<p>trang</p>" }
            router.get("/anh") { _, _ in FileAnswer.image(Data("PNG".utf8)) }
            router.get("/tep") { _, _ in FileAnswer.pdf(Data("%PDF".utf8), name: "a.pdf") }
            router.post("/to-khai") { _, _ -> Response in throw SampleRefusal.invalid }
        }
    }

    @Test func `a body that breaks off is no fault`() async throws {
        let answer = try await Self.browser().get("/hong/gui-do")
        #expect(answer.status == 400)
        #expect(!answer.text.contains("Mã lỗi"))
    }

    @Test(arguments: [("notFound", 404), ("forbidden", 403), ("conflict", 409), ("invalid", 422)])
    func `each kind of refusal has its status and keeps its sentence`(kind: String, status: Int) async throws {
        let answer = try await Self.browser().get("/tu-choi/\(kind)")
        #expect(answer.status == status)
        #expect(answer.text.contains("Lý do của \(kind)."))
        #expect(answer.text.contains("<main"))
    }

    @Test func `a refusal is a fragment for htmx and JSON for a program`() async throws {
        let partial = try await Self.browser().get("/tu-choi/conflict", headers: [headerName("HX-Request"): "true"])
        #expect(partial.status == 409 && !partial.text.contains("<html") && partial.header("HX-Retarget") == "#notice")
        let json = try await Self.browser().get("/tu-choi/conflict", headers: [.accept: "application/json"])
        #expect(json.header("Content-Type") == "application/json; charset=utf-8")
        #expect(json.text.contains("\"message\":\"Lý do của conflict.\""))
    }

    @Test func `a fault shows a code and nothing of its inside`() async throws {
        let answer = try await Self.browser().get("/hong/khac")
        #expect(answer.status == 500)
        #expect(answer.text.contains(/Mã lỗi: <code>[0-9a-f]{10}<\/code>/))
        #expect(!answer.text.contains("inner") && !answer.text.contains("SELECT"))
    }

    @Test(arguments: [("day", "hết chỗ lưu"), ("o", "hết chỗ lưu"), ("ban", "đang bận")])
    func `a full disk and a busy database say what is safe and what to do`(fault: String, words: String) async throws {
        let answer = try await Self.browser().get("/hong/\(fault)")
        #expect(answer.status == 503 && answer.text.contains(words) && answer.text.contains("chưa được ghi"))
    }

    @Test(arguments: ["/trang", "/tu-choi/invalid", "/hong/day", "/khong-co", "/toi"], [true, false])
    func `every answer carries the strict policy`(path: String, signedIn: Bool) async throws {
        let answer = try await Self.browser().get(path, signedIn: signedIn)
        let policy = try #require(answer.header("Content-Security-Policy"))
        #expect(
            policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'self'")
                && !policy.contains("unsafe"))
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(
            answer.header("Cache-Control") == "no-store" || answer.status == 303
                || answer.header("Content-Type")?.hasPrefix("text/plain") == true)
    }

    @Test func `signed out, a page leads to sign-in and back again, a program is told 401`() async throws {
        let page = try await Self.browser().get("/toi?a=1", signedIn: false)
        #expect(page.status == 303 && page.header("Location") == "/dang-nhap?tiep=%2Ftoi%3Fa%3D1")
        let program = try await Self.browser().get("/toi", signedIn: false, headers: [.accept: "application/json"])
        #expect(program.status == 401)
        let partial = try await Self.browser().get("/toi", signedIn: false, headers: [headerName("HX-Request"): "true"])
        #expect(partial.status == 401 && partial.header("HX-Redirect")?.hasPrefix("/dang-nhap") == true)
    }

    @Test(arguments: ["/anh", "/tep"])
    func `what a browser keeps of a person's files is found again with his session alone`(path: String) async throws {
        let answer = try await Self.browser().get(path)
        #expect(answer.header("Cache-Control")?.hasPrefix("private") == true)
        #expect(answer.header("Vary") == "Cookie")
        #expect(try await Self.browser().get("/trang").header("Cache-Control") == "no-store")
    }

    @Test func `a stranger whose form is refused is led back to it`() async throws {
        let stranger = try await Self.browser().post("/to-khai", "a=1", signedIn: false)
        #expect(stranger.status == 422 && stranger.text.contains(#"href="/to-khai">Làm lại"#))
        let page = try await Self.browser().get("/tu-choi/invalid")
        #expect(page.text.contains(#"href="/">Về trang đầu"#))
    }

    @Test func `a session is found by its cookie alone`() async throws {
        #expect(try await Self.browser().get("/toi").text == "Nguyễn Thị Hạnh")
        #expect(
            try await Self.browser().get(
                "/toi", signedIn: false, headers: [.cookie: "vo_session=not-a-token-of-anybody"]
            ).status == 303)
    }

    @Test(arguments: ["abc", "0", "-1", "99999999999999999999"])
    func `a malformed identity is something that does not exist`(id: String) async throws {
        #expect(try await Self.browser().get("/ho-so/\(id)").status == 404)
    }

    @Test func `an unknown page is answered like one that may not be seen`() async throws {
        let answer = try await Self.browser().get("/khong-co")
        #expect(answer.status == 404 && answer.text.contains("Không tìm thấy"))
    }

    @Test(arguments: ["a=1", "a=1&_csrf=", "a=1&_csrf=secret-of-the-formz", "a=1&_csrf=secret-of-the-form"])
    func `a form without the session's secret changes nothing`(body: String) async throws {
        #expect(try await Self.browser().post("/ghi", body).status == 403)
    }

    @Test func `the secret may come in the form or in the header`() async throws {
        #expect(try await Self.browser().post("/ghi", "a=1&_csrf=secret-of-the-forms").status == 303)
        #expect(
            try await Self.browser().post("/ghi", "a=1", headers: [headerName("X-CSRF-Token"): "secret-of-the-forms"])
                .status == 303)
    }

    @Test func `in a multipart form the secret must come before the first file`() async throws {
        let file = Multipart.file("main", fileName: "v.pdf", "x")
        let browser = Self.browser()
        #expect(
            try await browser.post("/ghi", file + Multipart.csrf + Multipart.end, type: Multipart.type).status == 403)
        #expect(
            try await browser.post("/ghi", Multipart.csrf + file + Multipart.end, type: Multipart.type).status == 303)
        #expect(try FileManager.default.contentsOfDirectory(atPath: browser.uploads.path).isEmpty)
    }

    @Test func `a stranger cannot send files`() async throws {
        let body = Multipart.file("main", fileName: "v.pdf", "x") + Multipart.end
        #expect(try await Self.browser().post("/ghi", body, type: Multipart.type, signedIn: false).status == 303)
        #expect(
            try await Self.browser().post("/ghi", body, type: Multipart.type, signedIn: false).header("Location")?
                .hasPrefix("/dang-nhap") == true)
    }

    @Test(arguments: [
        ("Sec-Fetch-Site", "cross-site", 403), ("Sec-Fetch-Site", "same-site", 403),
        ("Sec-Fetch-Site", "same-origin", 303),
        ("Origin", "https://evil.example", 403), ("Origin", "null", 403), ("Origin", "http://office.test", 303),
    ])
    func `a form sent from another site is refused even with the secret`(
        header: String, value: String, status: Int
    ) async throws {
        let answer = try await Self.browser().post(
            "/ghi", "a=1&_csrf=secret-of-the-forms", headers: [headerName(header): value])
        #expect(answer.status == status)
    }

    @Test func `any other body needs the secret in the header`() async throws {
        #expect(try await Self.browser().post("/ghi", "{}", type: "application/json").status == 403)
    }

    @Test func `what was done is told after the redirect, and nobody else can put words there`() async throws {
        let target = try #require(
            try await Self.browser().post("/ghi", "a=sổ+15&_csrf=secret-of-the-forms").header("Location"))
        #expect(try await Self.browser().get(target).text == "Đã ghi sổ 15.")
        #expect(try await Self.browser().get(target.replacing("15", with: "16")).text == "im lặng")
        #expect(try await Self.browser().get("/xong?ok=abc&okk=000").text == "im lặng")
    }

    @Test func `a form sent by htmx leads the window on as a redirect would`() async throws {
        let answer = try await Self.browser().post(
            "/ghi", "a=1&_csrf=secret-of-the-forms", headers: [headerName("HX-Request"): "true"])
        #expect(
            answer.status == 200 && answer.header("HX-Redirect")?.hasPrefix("/xong") == true
                && answer.header("Location") == nil)
    }

    @Test func `the session cookie is closed to scripts and other sites`() {
        let cookie = SessionCookie.issue("0123456789abcdef", isSecure: true).description
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Secure"))
    }
}
