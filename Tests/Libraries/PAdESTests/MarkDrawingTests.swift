import Foundation
import PDFCore
import Testing

@testable import PAdES

/// Ghi chú đánh dấu chữ chỉ được vẽ nét mảnh hoặc vùng sáng nhìn thấu; còn lại đều có thể che nội dung đã ký.
@Suite struct MarkDrawingTests {
    private func isHarmless(_ content: String, isIsolated: Bool = false) -> Bool {
        var drawing = MarkDrawing(
            states: [
                "G": .init(multiplies: true, lineWidth: nil), "N": .init(multiplies: false, lineWidth: nil),
                "L": .init(multiplies: nil, lineWidth: 40),
            ], isIsolated: isIsolated,
            places: [MarkedPlace(PDFRectangle(minX: 0, minY: 0, maxX: 200, maxY: 20))].compactMap(\.self))
        ContentReader(Data(content.utf8)).forEach { drawing.take($0, $1) }
        return drawing.isHarmless
    }

    @Test(arguments: [
        "", "0.5 w 0 2 m 200 2 l S", "q 1 0 0 1 0 0 cm 0 0 m 200 0 l S Q", "0 0 m 50 5 100 -5 200 0 c S",
        "/G gs 1 1 0 rg 0 0 200 20 re f", "q /G gs 1 1 0 rg 0 0 200 20 re f Q", "/G gs 0 0 1 0 k 0 0 200 20 re f",
        "/G gs /DeviceRGB cs 1 1 0 sc 0 0 200 20 re f", "/G gs 0.8 g 0.8 G 0 0 200 20 re B", "0 0 200 20 re n",
        "BT /F1 12 Tf ET",
        "/G gs q /N gs Q 1 1 0 rg 0 0 9 9 re f", "/G gs 0.9 G 0 0 m 9 0 l S",
    ])
    func `thin lines and light areas that shine through let what is below be read`(content: String) {
        #expect(isHarmless(content))
    }

    @Test(arguments: [
        "BT (Khac) Tj ET", "/X Do", "/S sh", "5 w 0 0 m 200 0 l S", "w 0 0 m 200 0 l S", "/L gs 0 0 m 200 0 l S",
        "40 0 0 40 0 0 cm 0 0 m 5 0 l S", "9 0 0 1 0 0 cm 0 0 m 5 0 l S", "1 0 cm 0 0 m 5 0 l S",
        "1 G 0 10 m 200 10 l S", "0 10 m 230 10 l S", "-30 10 m 200 10 l S", "0.9 0.9 1 RG 0 10 m 200 10 l S",
        "0 60 m 200 60 l S", "0 2 m 9 18 l S",
        "0 1 m 9 1 l S 0 9 m 9 9 l S 0 17 m 9 17 l S", "/G gs 0.8 g 0 0 200 20 re B",
        "4 w 0 0 200 20 re S 0 5 200 10 re S", "/Pattern CS /P SCN 0 0 m 9 0 l S", "/Cs1 CS 1 0 0 SC 0 0 m 9 0 l S",
        "1 1 0 rg 0 0 9 9 re f", "/N gs 1 1 0 rg 0 0 9 9 re f", "/G gs /N gs 1 1 0 rg 0 0 9 9 re f",
        "q /G gs Q 1 1 0 rg 0 0 9 9 re f", "1 1 0 rg 0 0 9 9 re f /G gs", "/K gs 1 1 0 rg 0 0 9 9 re f",
        "/G gs 0 0 9 9 re f", "/G gs 0 g 0 0 9 9 re f", "/G gs 0 0 0 1 k 0 0 9 9 re f",
        "/G gs 0.1 0.1 0.1 rg 0 0 9 9 re f",
        "/G gs 1 1 0 RG 5 w 0 0 m 200 0 l S",
        "/G gs /Pattern cs /P scn 0 0 9 9 re f", "/G gs /Cs1 cs 1 1 0 sc 0 0 9 9 re f", "/G gs rg 0 0 9 9 re f",
    ])
    func `anything else may hide it`(content: String) {
        #expect(!isHarmless(content))
    }

    @Test func `in an isolated group nothing shines through`() {
        #expect(isHarmless("0 0 m 9 0 l S", isIsolated: true))
        #expect(!isHarmless("/G gs 1 1 0 rg 0 0 9 9 re f", isIsolated: true))
        #expect(!isHarmless("/G gs 0.9 G 0 0 m 9 0 l S", isIsolated: true))
    }

    @Test func `what is saved without end is not followed`() {
        #expect(!isHarmless(String(repeating: "q ", count: 65)))
    }
}

/// Dấu hiệu của ghi chú là hình nhỏ: không viết chữ, không trải nền trắng để viết đè.
@Suite struct SignDrawingTests {
    private func isSign(_ content: String) -> Bool {
        var drawing = SignDrawing(area: 400, opacities: ["H": 0.5])
        ContentReader(Data(content.utf8)).forEach { drawing.take($0, $1) }
        return drawing.isSign
    }

    @Test(arguments: [
        "0.5 g 0 0 20 20 re f", "1 g 0 0 5 5 re f", "/H gs 1 g 0 0 20 20 re f", "0 0 20 20 re S 1 g 0 0 2 2 re f",
        "1 g 0.1 0 0 0.1 0 0 cm 0 0 20 20 re f",
    ])
    func `shapes and small patches leave the page to be read`(content: String) { #expect(isSign(content)) }

    @Test(arguments: [
        "1 g 0 0 20 20 re f", "4 0 0 4 0 0 cm 1 g 0 0 5 5 re f", "0 g /Cs1 cs 0 0 20 20 re f", "BT (9) Tj ET",
        "/X Do",
        String(repeating: "q ", count: 65),
    ])
    func `a ground like paper, words and pictures do not`(content: String) { #expect(!isSign(content)) }
}

/// Nhiều ghi chú, mỗi cái không che gì, cộng lại vẫn có thể che.
@Suite struct NoteLedgerTests {
    /// Marks of as many notes on a page, each of this kind, every one `step` points to the right of the last.
    private func mayCover(_ kind: NoteMark.Kind, _ count: Int, step: Double, pages: Int = 1) -> Bool {
        var ledger = NoteLedger()
        for page in 0..<pages {
            for note in 0..<count {
                let left = Double(note) * step
                let box = PDFRectangle(minX: left, minY: 0, maxX: left + 24, maxY: 24)
                ledger.add(NoteTrace(page: page, note: note, marks: [NoteMark(kind: kind, box: box)]))
            }
        }
        return ledger.mayCover
    }

    @Test(arguments: [(2, 24.0, false), (3, 24, true), (3, 24.5, false), (3, 10, true)])
    func `three signs that touch are a wall`(count: Int, step: Double, covers: Bool) {
        #expect(mayCover(.sign, count, step: step) == covers)
    }

    @Test(arguments: [(4, false), (5, true)])
    func `words are struck or underlined four times at the most`(count: Int, covers: Bool) {
        #expect(mayCover(.line, count, step: 0) == covers)
    }

    @Test(arguments: [(0.45, false), (0.44, true)])
    func `areas over one another darken the page`(shade: Double, covers: Bool) {
        #expect(mayCover(.area(shade: shade), 2, step: 0) == covers)
    }

    @Test(arguments: [(500, 1, false), (501, 1, true), (500, 10, false), (455, 11, true)])
    func `so many notes as nobody looks through may cover`(count: Int, pages: Int, covers: Bool) {
        #expect(mayCover(.sign, count, step: 30, pages: pages) == covers)
    }
}
