import Records
import Testing

@testable import WebUI

/// Điều người dùng nhập luôn là chữ trên trang, không bao giờ là mã.
@Suite struct HTMLTests {
    @Test(arguments: 1...100) func `whatever is put into a hole reads back as the same text and opens no tag`(seed: Int)
    {
        var random = Seeded(seed)
        let alphabet = Array("<>&\"'`=/ aZđẾ漢\n;#\u{301}{}")
        let text = String(
            (0..<Int.random(in: 0...60, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) })
        let html = HTML.text(text).string
        #expect(!html.contains { "<>\"'".contains($0) })
        let back = html.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
        #expect(Array(back.utf8) == Array(text.utf8))
    }

    @Test func `a hole in an attribute cannot end it`() {
        let hostile = #"" onclick="alert(1)"#
        let html: HTML = #"<a title="\#(hostile)">"#
        #expect(html.string == #"<a title="&quot; onclick=&quot;alert(1)">"#)
    }

    @Test func `HTML in a hole stays HTML, once`() {
        let inner: HTML = "<b>\("a<b")</b>"
        let html: HTML = "<p>\(inner)\([inner, inner])\(nil as HTML?)\(nil as String?)</p>"
        #expect(html.string == "<p><b>a&lt;b</b><b>a&lt;b</b><b>a&lt;b</b></p>")
    }

    @Test func `numbers, identities and document codes are written as they are printed`() {
        let code = DocumentCode(number: 5, notation: "QĐ-VHL")
        let html: HTML = "\(42)/\(PersonID(7))/\(code)"
        #expect(html.string == "42/7/05/QĐ-VHL")
    }

    @Test(arguments: [
        "javascript:alert(1)", "//evil.example/x", "data:text/html,x", " javascript:x", "/\\evil", "JAVASCRIPT:x",
    ])
    func `an address that leaves by a side door becomes harmless`(address: String) {
        let html: HTML = #"<a href="\#(href: address)">"#
        #expect(html.string == ##"<a href="#">"##)
    }

    @Test(arguments: ["/van-ban-den/5?a=1", "https://vast.vn", "mailto:a@b.vn", "#menu", "?sau=1"])
    func `an honest address passes`(address: String) {
        let html: HTML = #"\#(href: address)"#
        #expect(html.string == address.replacing("&", with: "&amp;"))
    }

    @Test func `attributes and flags are left out when there is nothing to say`() {
        #expect(HTML.attribute("title", nil).isEmpty)
        #expect(HTML.attribute("title", "a&b").string == " title=\"a&amp;b\"")
        #expect(HTML.flag("checked", when: false).isEmpty)
        #expect(HTML.flag("checked", when: true).string == " checked")
    }

    @Test func `pieces are joined with what stands between them`() {
        #expect(([HTML.text("a"), "<br>", .text("b")] as [HTML]).joined(separator: ", ").string == "a, <br>, b")
    }

    @Test func `names and values of an address are encoded, and those without a value left out`() {
        #expect(address("/tim", ["q": "số 5&6", "x": nil, "y": "ế"]) == "/tim?q=s%E1%BB%91%205%266&y=%E1%BA%BF")
        #expect(address("/tim?a=1", ["b": "2"]) == "/tim?a=1&b=2")
    }

    @Test(arguments: ["", "a b", "1+1=2", "Quyết định số 05/QĐ-VHL", "100%", "~!@#$%^&*()"])
    func `what was encoded is decoded to the same text`(text: String) {
        #expect(formDecoded(percentEncoded(text)) == text)
    }

    @Test(arguments: ["%", "%1", "%zz", "%FF"]) func `a broken escape is no text`(text: String) {
        #expect(formDecoded(text) == nil)
    }
}
