import Foundation
import Hummingbird
import Platform
import Records
import Testing

@testable import WebUI

/// Biểu mẫu gửi lên được đọc một lần, có giới hạn, và hỏng thì báo rõ.
@Suite struct FormTests {
    @Test func `fields are trimmed, blanks count as missing, repeats are kept in order`() throws {
        let form = try #require(Form(urlEncoded: "a=+Tr%C3%ADch+y%E1%BA%BFu+&b=&c=1&c=2&c=+&d"))
        #expect(form["a"] == "Trích yếu")
        #expect(form["b"] == nil)
        #expect(form.all("c") == ["1", "2"])
        #expect(form.has("d"))
        #expect(form.ids("c", of: PersonSubject.self) == [PersonID(1), PersonID(2)])
    }

    @Test func `a field that must be filled in says its own name`() {
        #expect(throws: CommonRefusal.invalid("Chưa nhập trích yếu.")) { try Form().required("subject", "Trích yếu") }
        #expect(throws: CommonRefusal.invalid("Chưa nhập PIN.")) { try Form().required("pin", "PIN") }
    }

    @Test func `a choice outside the list is no choice`() {
        #expect(Form(["u": "2"]).choice("u", as: Urgency.self) == .veryUrgent)
        #expect(Form(["u": "9"]).choice("u", as: Urgency.self) == nil)
        #expect(Form(["t": "decision"]).choice("t", as: DocumentType.self) == .decision)
    }

    @Test(arguments: ["2026-02-31", "31/12/2026", "2026-13-45", "mai"])
    func `what is no day is refused, not taken for none`(text: String) throws {
        #expect(try Form([:]).day("due", "Hạn xử lý") == nil)
        #expect(try Form(["due": "2028-02-29"]).day("due", "Hạn xử lý") == Day("2028-02-29"))
        #expect(
            throws: CommonRefusal.invalid(
                "Hạn xử lý “\(text)” không phải là một ngày có thật. Hãy chọn lại ngày.")
        ) { try Form(["due": text]).day("due", "Hạn xử lý") }
    }

    @Test func `a forged choice is refused and never becomes the default`() throws {
        #expect(try Form([:]).choice("secrecy", "Độ mật", as: SecurityLevel.self) == nil)
        #expect(try Form(["secrecy": "0"]).choice("secrecy", "Độ mật", as: SecurityLevel.self) == .open)
        #expect(throws: CommonRefusal.invalid("Độ mật không hợp lệ. Hãy chọn lại.")) {
            try Form(["secrecy": "7"]).choice("secrecy", "Độ mật", as: SecurityLevel.self)
        }
        #expect(throws: CommonRefusal.self) { try Form(["t": "x"]).choice("t", "Loại", as: DocumentType.self) }
    }

    @Test func `an identity that cannot be read is refused where somebody chose it, a repeated one counts once`() throws
    {
        #expect(try Form([:]).id("replaces", "Văn bản", of: PersonSubject.self) == nil)
        #expect(throws: CommonRefusal.self) {
            try Form(["replaces": "abc"]).id("replaces", "Văn bản", of: PersonSubject.self)
        }
        #expect(Form(["c": "1", "c": "2", "c": "1"]).ids("c", of: PersonSubject.self) == [PersonID(1), PersonID(2)])
        #expect(throws: CommonRefusal.self) {
            try Form(["c": "1", "c": "x"]).ids("c", "Đơn vị", of: PersonSubject.self)
        }
    }

    @Test func `an urlencoded form says what is wrong with it`() {
        #expect(throws: FormProblem.tooManyParts) { try Form(reading: "a&b&c", limits: FormLimits(parts: 2)) }
        #expect(throws: FormProblem.fieldTooLarge) { try Form(reading: "a=12345", limits: FormLimits(fieldBytes: 4)) }
        #expect(throws: FormProblem.malformed) { try Form(reading: "a=%zz", limits: .standard) }
    }

    @Test(arguments: ["a=%zz", "a=%C3", "%=1"]) func `a broken urlencoded form is refused as a whole`(text: String) {
        #expect(Form(urlEncoded: text) == nil)
    }

    @Test func `an urlencoded form keeps its limits`() {
        #expect(Form(urlEncoded: "a=1&b=2&c=3", limits: FormLimits(parts: 2)) == nil)
        #expect(Form(urlEncoded: "a=12345", limits: FormLimits(fieldBytes: 4)) == nil)
    }

    private func browser(limits: FormLimits = .standard) -> Browser {
        Browser(limits: limits) { router in
            router.post("/nhan") { _, context in
                let form = try context.form()
                guard let file = form.file("main") else { return "\(form["subject"] ?? "-") không có tệp" }
                let content = String(decoding: try Data(contentsOf: file.url), as: UTF8.self)
                return
                    "\(form["subject"] ?? "-")|\(file.name)|\(file.mediaType)|\(file.byteCount)|\(file.sha256.prefix(8))|\(content)"
            }
        }
    }

    @Test
    func `a file with a Vietnamese name arrives whole with its digest, and its temporary copy is gone afterwards`()
        async throws
    {
        let browser = browser()
        let body =
            Multipart.csrf + Multipart.field("subject", "Về việc thử")
            + Multipart.file("main", fileName: "Quyết định số 5.pdf", "abc") + Multipart.end
        let answer = try await browser.post("/nhan", body, type: Multipart.type)
        #expect(answer.text == "Về việc thử|Quyết định số 5.pdf|application/pdf|3|ba7816bf|abc")
        #expect(try FileManager.default.contentsOfDirectory(atPath: browser.uploads.path).isEmpty)
    }

    @Test(arguments: [
        (#"a%22b.pdf"#, #"a"b.pdf"#), (#"C:\Users\x\v.pdf"#, "v.pdf"), ("../../etc/passwd", "passwd"), ("..", ""),
        ("x\u{202E}gpj.zip", "xgpj.zip"), (#"x; name=y.pdf"#, "x; name=y.pdf"),
        ("Ba\u{301}o ca\u{301}o.pdf", "B\u{E1}o c\u{E1}o.pdf"),
    ])
    func `the name of a file is what stands after the last folder, composed`(sent: String, kept: String) async throws {
        let body = Multipart.csrf + Multipart.file("main", fileName: sent, "x") + Multipart.end
        let answer = try await browser().post("/nhan", body, type: Multipart.type)
        #expect(
            answer.text.split(separator: "|", omittingEmptySubsequences: false).dropFirst().first.map(String.init)
                == kept)
    }

    @Test func `an empty file input counts as no file`() async throws {
        let body =
            Multipart.csrf + Multipart.file("main", fileName: "", "", type: "application/octet-stream") + Multipart.end
        #expect(try await browser().post("/nhan", body, type: Multipart.type).text == "- không có tệp")
    }

    @Test(arguments: [
        "", "------bien", "------bien\r\n", Multipart.csrf, Multipart.csrf + "------bienX" + Multipart.end,
        "------bien\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + Multipart.end,
        "------bien\r\nkhông phải đầu mục\r\n\r\nx\r\n" + Multipart.end,
    ])
    func `a broken or cut multipart body is refused and nothing reaches the handler`(body: String) async throws {
        #expect(try await browser().post("/nhan", body, type: Multipart.type).status == 422)
    }

    @Test func `a multipart body without a boundary is refused`() async throws {
        #expect(try await browser().post("/nhan", "x", type: "multipart/form-data").status == 422)
    }

    @Test(arguments: [
        FormLimits(fieldBytes: 20), FormLimits(parts: 1), FormLimits(fileBytes: 10), FormLimits(totalBytes: 100),
    ])
    func `each limit refuses with a sentence`(limits: FormLimits) async throws {
        let body =
            Multipart.csrf + Multipart.field("subject", String(repeating: "a", count: 40))
            + Multipart.file("main", fileName: "v.pdf", String(repeating: "b", count: 40)) + Multipart.end
        let answer = try await browser(limits: limits).post("/nhan", body, type: Multipart.type)
        #expect(answer.status == 422)
        #expect(answer.text.contains("Cần sửa lại"))
    }

    @Test(arguments: 1...40) func `a body cut into pieces anywhere gives the same parts`(seed: Int) throws {
        var random = Seeded(seed)
        let body = Array(
            (Multipart.csrf + Multipart.field("a", "một\r\n--hai")
                + Multipart.file("f", fileName: "v.pdf", "\r\n------bie\r\n") + Multipart.end).utf8)
        var parser = try MultipartParser(contentType: Multipart.type)
        var events: [MultipartParser.Event] = []
        var rest = body[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...30, using: &random))
            events += try parser.feed(piece)
            rest = rest.dropFirst(piece.count)
        }
        try parser.finish()
        var contents: [[UInt8]] = []
        for event in events {
            switch event {
            case .part: contents.append([])
            case .content(let bytes): contents[contents.count - 1] += bytes
            case .endOfPart: continue
            }
        }
        #expect(
            contents.map { String(decoding: $0, as: UTF8.self) } == [
                Browser.session.csrfToken, "một\r\n--hai", "\r\n------bie\r\n",
            ])
    }

    @Test(arguments: 1...200) func `random bytes never stop the parser`(seed: Int) throws {
        var random = Seeded(seed)
        var body = Array((Multipart.csrf + Multipart.file("f", fileName: "v.pdf", "x") + Multipart.end).utf8)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        var parser = try MultipartParser(contentType: Multipart.type)
        _ = try? parser.feed(body)
    }
}
