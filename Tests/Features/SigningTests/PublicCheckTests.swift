import Foundation
import Hummingbird
import OfficeTestKit
import Platform
import Records
import SignatureCore
import Testing
import WebUI

@testable import Signing

/// Ai cũng xác minh được một tệp PDF mà không cần tài khoản; hệ thống không giữ lại gì.
@Suite struct PublicCheckTests {
    /// An office that trusts one practice authority, and a file its chairman has signed.
    struct Stage {
        let office: TestOffice
        let pki: PracticePKI
        let desk: SigningDesk

        init(_ settings: [String: String] = [:], trusts: Bool = true) async throws {
            office = try await TestOffice.make(schema: SigningDesk.schema, settings: settings)
            pki = try PracticePKI.create(
                owner: "Thử nghiệm", keys: .p256,
                validity: ValidityPeriod(from: office.now.addingTimeInterval(-86_400 * 30), days: 2000), rounds: 1000)
            desk = SigningDesk(ground: office.ground, timestamps: nil)
            guard trusts else { return }
            try await desk.trust(pki.root, isAnchor: true)
        }

        func signed() async throws -> Data { try await SampleFile.signed(by: pki, at: office.now) }

        func browser(_ actor: Actor? = nil, address: String = "127.0.0.1") async throws -> Browser {
            let pages = PublicCheckPages(
                ground: office.ground, desk: desk.verification, shell: TestOffice.shell, site: TestOffice.site)
            return try await office.browser(pages.routes, as: actor, address: address)
        }

        func check(_ file: Data, name: String = "quyet-dinh.pdf", by browser: Browser? = nil) async throws -> Answer {
            let browser = if let browser { browser } else { try await self.browser() }
            return try await browser.post("/xac-minh", [:], files: [FormFile("file", name: name, bytes: file)])
        }

        /// Everything that lies in the office's folder but its database.
        func leftovers() throws -> [String] {
            let names = FileManager.default.enumerator(atPath: office.folder.path)?.compactMap { $0 as? String } ?? []
            return names.filter { !$0.hasPrefix("office.sqlite") && !$0.hasPrefix("blobs") || $0.contains("upload") }
        }
    }

    @Test func `a stranger without a session reads the verdict of a signed file and all about its signature`()
        async throws
    {
        let stage = try await Stage()
        let answer = try await stage.check(try await stage.signed())
        #expect(answer.status == 200)
        for words in [
            "Còn nguyên vẹn, 1 chữ ký tin cậy.", "Nguyễn Văn Đức", "Viện Hàn lâm", "Tổ chức cấp (CA)",
            "Thời điểm ký", "Hiệu lực chứng thư", "Các bước kiểm tra", "quyet-dinh.pdf",
        ] {
            #expect(answer.text.contains(words), "\(words)")
        }
        #expect(answer.text.contains("verdict ok"))
        #expect(answer.headers[.setCookie] == nil)
        #expect(answer.headers[.cacheControl] == "no-store")
    }

    @Test func `a file that was changed after signing is red and says what changed`() async throws {
        let stage = try await Stage()
        let changed = try await stage.signed().replacingFirst("Noi dung", with: "Noi dunG")
        let answer = try await stage.check(changed)
        #expect(answer.status == 200)
        #expect(answer.text.contains("verdict bad") && !answer.text.contains("verdict ok"))
        #expect(answer.text.contains("đã bị thay đổi"))
    }

    @Test func `without trust there is no green, whatever the file`() async throws {
        let stage = try await Stage(trusts: false)
        let answer = try await stage.check(try await stage.signed())
        #expect(answer.text.contains("verdict warn"))
        #expect(!answer.text.contains("class=\"signer ok\"") && !answer.text.contains("verdict ok"))
        #expect(answer.text.contains("chưa khai báo tổ chức chứng thực tin cậy"))
    }

    @Test func `an unsigned file is told as such, and what is no PDF is refused`() async throws {
        let stage = try await Stage()
        #expect(try await stage.check(SampleFile.plain).text.contains("Tệp không có chữ ký số."))
        let refused = try await stage.check(Data("xin chào".utf8))
        #expect(refused.status == 422 && refused.text.contains("không phải tệp PDF"))
        let nothing = try await stage.browser().post("/xac-minh", [:], files: [])
        #expect(nothing.status == 422 && nothing.text.contains("Chưa chọn tệp"))
    }

    @Test func `nothing of the file is kept, neither on disk nor in the database`() async throws {
        let stage = try await Stage()
        let file = try await stage.signed()
        for content in [file, Data("%PDF-1.7 hỏng".utf8), Data("không phải".utf8)] {
            _ = try await stage.check(content)
        }
        #expect(try stage.leftovers() == [])
        let kept = try await stage.office.database.read { try $0.rows("SELECT sha256 FROM verdict").count }
        #expect(kept == 0)
        let blobs =
            FileManager.default.enumerator(atPath: stage.office.folder.appending(path: "blobs").path)?
            .compactMap { $0 as? String } ?? []
        #expect(blobs == ["incoming"])
    }

    @Test func `a file beyond the limit is refused and nothing of it stays`() async throws {
        let stage = try await Stage(["check.megabytes": "1"])
        let answer = try await stage.check(SampleFile.plain + Data(count: 1 << 20))
        #expect(answer.status == 422 && answer.text.contains("lớn hơn mức cho phép"))
        #expect(try stage.leftovers().isEmpty)
    }

    @Test func `after thirty checks an address waits, and another does not`() async throws {
        let stage = try await Stage()
        let pages = PublicCheckPages(
            ground: stage.office.ground, desk: stage.desk.verification, shell: TestOffice.shell, site: TestOffice.site)
        let busy = try await stage.office.browser(pages.routes, address: "192.0.2.9")
        for _ in 0..<30 { #expect(try await stage.check(SampleFile.plain, by: busy).status == 200) }
        let turned = try await stage.check(SampleFile.plain, by: busy)
        #expect(turned.status == 429 && turned.headers[.retryAfter] == "600")
        let other = try await stage.office.browser(pages.routes, address: "192.0.2.10")
        #expect(try await stage.check(SampleFile.plain, by: other).status == 200)
    }

    @Test func `the report travels with the page and comes back as JSON and as PDF, but not forged`() async throws {
        let stage = try await Stage()
        let browser = try await stage.browser()
        let page = try await stage.check(try await stage.signed(), by: browser).text
        let report = try #require(page.between("name=\"report\" hidden readonly aria-hidden=\"true\">", "</textarea>"))
        let json = report.replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
        let seal = try #require(page.between("name=\"seal\" value=\"", "\""))
        let answer = try await browser.post("/xac-minh/bao-cao", ["report": json, "seal": seal, "dang": "json"])
        #expect(answer.headers[.contentType] == "application/json")
        #expect(try CheckRecord(json: answer.body).verdict.level == .trusted)
        let carried = json.replacing("\n", with: "\r\n")
        let pdf = try await browser.post("/xac-minh/bao-cao", ["report": carried, "seal": seal, "dang": "pdf"])
        #expect(pdf.status == 200 && pdf.body.starts(with: Data("%PDF".utf8)), "\(pdf.text.prefix(300))")
        let forged = json.replacing("Nguyễn Văn Đức", with: "Nguyễn Văn Giả")
        let refused = try await browser.post("/xac-minh/bao-cao", ["report": forged, "seal": seal, "dang": "pdf"])
        #expect(refused.status == 422 && refused.text.contains("không phải do hệ thống"))
    }

    @Test func `a program that asks for JSON gets JSON`() async throws {
        let stage = try await Stage()
        let boundary = "x"
        var body = Data(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n".utf8)
        body += try await stage.signed()
        body += Data("\r\n--x--\r\n".utf8)
        let answer = try await stage.browser().send(
            .post, "/xac-minh",
            headers: [.contentType: "multipart/form-data; boundary=\(boundary)", .accept: "application/json"],
            body: body)
        #expect(try CheckRecord(json: answer.body).verdict.level == .trusted)
    }

    @Test func `a name of a file or of a signer cannot put markup on the page`() async throws {
        let stage = try await Stage()
        let answer = try await stage.check(try await stage.signed(), name: "<img src=x onerror=alert(1)>.pdf")
        #expect(!answer.text.contains("<img src=x"))
    }

    @Test func `elsewhere a stranger still cannot send a file`() async throws {
        let stage = try await Stage()
        let elsewhere = Route.post("/noi-khac", .anyone) { _, _ in Response(status: .ok) }
        let browser = try await stage.office.browser([elsewhere])
        let answer = try await browser.post(
            "/noi-khac", [:], files: [FormFile("file", name: "a.pdf", bytes: SampleFile.plain)])
        #expect(answer.status != 200)
    }

    @Test func `an office that does not offer the page has none`() async throws {
        let stage = try await Stage(["check.public": "false"])
        #expect(try await stage.browser().get("/xac-minh").status == 404)
    }

    @Test func `somebody signed in checks a file inside his own frame`() async throws {
        let stage = try await Stage()
        let browser = try await stage.browser(stage.office.people.clerk)
        #expect(try await browser.get("/xac-minh").text.contains("class=\"rail\""))
        let answer = try await stage.check(try await stage.signed(), by: browser)
        #expect(answer.status == 200 && answer.text.contains("Còn nguyên vẹn"))
    }
}
