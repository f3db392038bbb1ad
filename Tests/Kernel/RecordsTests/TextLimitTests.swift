import Testing

@testable import Records

/// Chữ nhận từ ngoài vào: có mức dài, không mang dấu ẩn; tên tệp không mang thư mục.
@Suite struct TextLimitTests {
    @Test func `a text of just the length is kept, one more is refused with both figures`() throws {
        #expect(try TextLimit.subject.checked(" " + String(repeating: "ế", count: 1000), "Trích yếu").count == 1000)
        #expect(
            throws: CommonRefusal.invalid("Trích yếu dài 1.001 ký tự, quá mức 1.000. Hãy rút gọn rồi gửi lại.")
        ) { try TextLimit.subject.checked(String(repeating: "a", count: 1001), "Trích yếu") }
    }

    @Test func `marks heaped on one letter count each`() {
        let heap = "a" + String(repeating: "\u{301}", count: 40_000)
        #expect(heap.count == 1)
        #expect(throws: CommonRefusal.self) { try TextLimit.subject.checked(heap, "Trích yếu") }
        #expect(heap.cut(to: 20).unicodeScalars.count == 20)
    }

    @Test func `an end of line counts once, as in the browser`() throws {
        let lines = String(repeating: "a\r\n", count: 100) + "b"
        #expect(try TextLimit(201).checked(lines, "Nơi nhận") == lines)
        #expect(throws: CommonRefusal.self) { try TextLimit(200).checked(lines, "Nơi nhận") }
    }

    @Test func `marks that turn the direction of writing are left out, letters of every script stay`() throws {
        #expect(try TextLimit.name.checked("Tên\u{202E}gpj\u{2069}\u{85}\u{7}", "Tên") == "Têngpj")
        #expect(try TextLimit.name.checked("Hoàng Sa\n黄沙 🇻🇳", "Tên") == "Hoàng Sa\n黄沙 🇻🇳")
    }

    @Test(arguments: [
        ("Báo cáo.pdf", "Báo cáo.pdf"), ("x\u{202E}gpj.zip", "xgpj.zip"), ("../\u{301}a.pdf", "\u{301}a.pdf"),
        (" .. ", ""), ("a\tb\u{9C}.txt", "ab.txt"),
    ])
    func `the name of a file shows what it is`(given: String, kept: String) {
        #expect(FileName.safe(given) == kept)
    }

    @Test func `a long name keeps its ending`() {
        let name = FileName.safe(String(repeating: "ế", count: 5000) + ".pdf")
        #expect(name.unicodeScalars.count == 200 && name.hasSuffix("ế.pdf"))
        #expect(FileName.safe(String(repeating: "a\u{301}\u{323}", count: 3000)).unicodeScalars.count == 200)
    }

    @Test func `a cell of a printed register is cut, an ordinary one is not`() {
        #expect(PrintedTable.cell("Về việc thử") == "Về việc thử")
        #expect(PrintedTable.cell(String(repeating: "a", count: 200_000)).utf8.count < 1300)
    }
}
