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
        "1 G 0 10 m 200 10 l S", "0.9 0.9 1 RG 0 10 m 200 10 l S", "0 60 m 200 60 l S", "0 2 m 9 18 l S",
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
