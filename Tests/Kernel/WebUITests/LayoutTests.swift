import Foundation
import Hummingbird
import Platform
import Testing

@testable import Records
@testable import WebUI

/// Khung trang: đủ mốc cho trình đọc màn hình, cho bàn phím và cho điện thoại.
@Suite struct LayoutTests {
    private static let frame = Frame(
        site: Browser.site, session: Browser.session,
        sections: [
            NavSection(
                title: "Văn bản đến", icon: .inbox,
                boxes: [NavBox(title: "Chờ vào sổ", href: "/van-ban-den/cho-vao-so", count: 120, isCurrent: true)]),
            NavSection(title: "Rỗng", icon: .folder, boxes: []),
        ], delegation: "Đang thay mặt Trần Văn <B>")

    @Test func `a page has its landmarks, in order`() {
        let page = Layout.page(title: "Thử & nghiệm", frame: Self.frame, content: "<h1>Nội dung</h1>").string
        let marks = page.matches(
            of:
                /<(?:html lang="vi"|title|a class="skip"|aside class="practice"|header class="top|form class="search" role="search"|nav class="rail"|main id="main"|h1|nav class="bar")/
        ).map { String($0.output) }
        #expect(
            marks == [
                #"<html lang="vi""#, "<title", #"<a class="skip""#, #"<aside class="practice""#, #"<header class="top"#,
                #"<form class="search" role="search""#, #"<nav class="rail""#, #"<main id="main""#, "<h1",
                #"<nav class="bar""#,
            ])
        #expect(page.contains("<title>Thử &amp; nghiệm – Viện Khoa học &lt;Thử&gt;</title>"))
        #expect(page.contains("Đang thay mặt Trần Văn &lt;B&gt;"))
    }

    @Test func `the current box is told, a long count is shortened, an empty section is not drawn`() {
        let page = Layout.page(title: "x", frame: Self.frame, content: "").string
        #expect(page.contains(#"href="/van-ban-den/cho-vao-so" aria-current="page""#))
        #expect(page.contains(#"<span class="count">99+</span>"#))
        #expect(!page.contains("Rỗng"))
    }

    @Test func `no page carries inline scripts, styles or handlers`() {
        let page = Layout.page(title: "x", frame: Self.frame, content: Gallery.everything).string
        #expect(page.firstMatch(of: /<script(?![^>]*src=)|<style| style="| on[a-z]+="/) == nil)
    }

    @Test func `a form begins with the session's secret`() {
        let form = Fields.form("/gui", csrf: "bí\"mật", hasFiles: true, Fields.file("main", "Tệp", accept: ".pdf"))
            .string
        #expect(form.contains(#"<input type="hidden" name="_csrf" value="bí&quot;mật"><div class="field">"#))
        #expect(form.contains(#"enctype="multipart/form-data""#))
    }

    @Test func `the first possible action is the main one, the impossible say why`() {
        let bar = ActionBar(
            [
                ActionItem(ActionOffer(name: "register", label: "Vào sổ", obstacle: "Văn bản đã vào sổ."), .post("/a")),
                ActionItem(ActionOffer(name: "submit", label: "Trình", obstacle: nil), .post("/b")),
                ActionItem(ActionOffer(name: "return", label: "Trả lại", obstacle: nil), .link("/c")),
            ], csrf: "s"
        ).html.string
        #expect(bar.contains(/class="button primary large" data-key="e">\s*Trình/))
        #expect(bar.contains("<button type=\"button\" disabled>Vào sổ</button><span>Văn bản đã vào sổ.</span>"))
        #expect(bar.contains(#"<a href="/c">Trả lại</a>"#))
    }

    @Test func `a late deadline is a word, not only a colour`() throws {
        let today = try #require(Day("2026-11-24"))
        func words(_ day: String) -> String { Deadline(Day(day) ?? today, today: today).words }
        #expect(words("2026-11-21") == "quá hạn 3 ngày")
        #expect(words("2026-11-24") == "hạn hôm nay")
        #expect(words("2026-11-26") == "còn 2 ngày")
        #expect(Marks.deadline(today.adding(days: -1), today: today).string.contains("late"))
    }

    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (1_258_291, "1,2 MB"), (52_428_800, "50 MB"), (104_752, "102 KB"),
    ])
    func `sizes are short and have a decimal comma`(bytes: Int, text: String) {
        #expect(Format.fileSize(bytes) == text)
    }

    @Test func `large counts have dots`() {
        #expect(Format.count(1_234_567) == "1.234.567")
        #expect(Format.count(999) == "999")
    }

    @Test func `times are those of Viet Nam`() {
        #expect(Format.time(Date(timeIntervalSince1970: 1_795_486_500)) == "24/11/2026 09:15")
        #expect(Marks.iso(Date(timeIntervalSince1970: 1_795_486_500)) == "2026-11-24T09:15:00+07:00")
    }

    @Test func `a picker's answer carries its values into the page safely`() {
        let html = Picker.results(name: "lead", [Option("p:1", "Lê \"Ba\"", detail: "Văn phòng")]).string
        #expect(html.contains(#"data-pick="p:1" data-label="Lê &quot;Ba&quot;""#))
    }

    @Test func `a rectangle must lie on its page`() throws {
        let page = [PageSize(width: 595.3, height: 841.9)]
        func place(_ x: String, _ width: String, page number: String = "1") throws -> PlacedField {
            try PlacedField(
                Form(["so.page": number, "so.x": x, "so.y": "10", "so.width": width, "so.height": "8"]), name: "so",
                label: "Số", pages: page)
        }
        #expect(try place("30,5", "40").x == 30.5)
        for (x, width, number) in [
            ("200", "40", "1"), ("-1", "40", "1"), ("nan", "40", "1"), ("1", "1e9", "1"), ("1", "40", "2"),
            ("1", "1", "1"),
        ] {
            #expect(throws: CommonRefusal.self) { try place(x, width, page: number) }
        }
    }
}

/// Kiểu dáng và mã chạy của trang: đúng loại, được nhớ lâu, không ra khỏi thư mục.
@Suite struct AssetTests {
    private func serve(_ files: [String: String]) throws -> (AssetServer, URL) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "assets-\(UUID().uuidString)")
        for (path, text) in files {
            let url = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return (AssetServer(folders: [folder, folder.appending(path: "missing")]), folder)
    }

    private func browser(_ server: AssetServer) -> Browser { Browser { server.addRoutes(to: $0) } }

    @Test func `a file is served with its type, and for ever when its version is named`() async throws {
        let (server, _) = try serve(["css/office.css": "a{}", "fonts/x.woff2": "y"])
        let plain = try await browser(server).get("/assets/css/office.css")
        #expect(plain.status == 200 && plain.text == "a{}" && plain.header("Content-Type") == "text/css; charset=utf-8")
        #expect(plain.header("Cache-Control") == "public, no-cache")
        let versioned = try await browser(server).get("/assets/css/office.css?v=\(server.version)")
        #expect(versioned.header("Cache-Control")?.contains("immutable") == true)
        let tag = try #require(plain.header("ETag"))
        #expect(try await browser(server).get("/assets/css/office.css", headers: [.ifNoneMatch: tag]).status == 304)
        #expect(try await browser(server).get("/assets/fonts/x.woff2").header("Content-Type") == "font/woff2")
    }

    @Test func `nothing outside the folders is served`() async throws {
        let (_, folder) = try serve(["css/office.css": "a{}", ".hidden": "x"])
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: "out.txt"), withDestinationURL: URL(filePath: "/etc/passwd"))
        let server = AssetServer(folders: [folder])
        for path in [
            "/assets/../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/out.txt", "/assets/.hidden",
            "/assets/",
        ] {
            #expect(try await browser(server).get(path).status == 404, "\(path)")
        }
    }

    @Test func `the version changes with any file`() throws {
        #expect(try serve(["a.css": "1"]).0.version != (try serve(["a.css": "2"]).0.version))
    }
}
