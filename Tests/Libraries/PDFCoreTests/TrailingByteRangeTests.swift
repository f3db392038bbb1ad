import Digests
import Foundation
import Testing

@testable import PDFCore

/// Khoảng byte của chữ ký cuối tệp, đoán trước khi đọc tệp; người đọc tệp mới là người quyết định.
@Suite struct TrailingByteRangeTests {
    private static func file(_ range: String, before: String = "", after: String = "") -> ByteSource {
        ByteSource(Data("\(before)<</ByteRange\(range)/Contents<0aFF>>>\(after)".utf8))
    }

    @Test func `the last one in the file is found, with the bytes in its hole`() throws {
        let text = "xxxx<</Contents<30820a00>/ByteRange [0 14 24 30]>>yyyyyyyyy"
        for before in ["", "<</ByteRange[0 1 2 3]/Contents<00>>>"] {
            let whole = text.replacing("0 14 24", with: "0 \(14 + before.utf8.count) \(24 + before.utf8.count)")
            let found = try #require(TrailingByteRange(in: ByteSource(Data((before + whole).utf8))))
            #expect(found.hole == 14 + before.utf8.count..<24 + before.utf8.count)
            #expect(found.end == 54 + before.utf8.count)
            #expect(found.contents == Data([0x30, 0x82, 0x0A, 0x00]))
        }
    }

    @Test(arguments: [
        "", "[", "[0 10 20", "[0 1 2]", "[1 10 20 5]", "[0 20 10 5]", "[0 10 11 5]", "[0 10 20 900]",
        "[0 10 20 999999999999999]", "[0 -1 20 5]", "(0 10 20 5)", "[0 10 9999999 5]", " 4 0 R",
    ])
    func `what cannot be one gives no guess`(range: String) {
        #expect(TrailingByteRange(in: Self.file(range)) == nil)
    }

    @Test func `one that is far from the end is not looked for`() {
        let far = String(repeating: " ", count: 70_000)
        #expect(TrailingByteRange(in: Self.file("[0 10 20 5]")) != nil)
        #expect(TrailingByteRange(in: Self.file("[0 10 20 5]", after: far)) == nil)
        #expect(TrailingByteRange(in: Self.file("[0 10 20 5]", before: far)) != nil)
        #expect(TrailingByteRange(in: ByteSource(Data())) == nil)
    }
}
