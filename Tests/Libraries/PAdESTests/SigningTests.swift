import Foundation
import PAdES
import PDFCore
import SignatureCore
import Testing

/// Lãnh đạo ký, văn thư cấp số và ngày, đóng dấu: hai chữ ký đều còn nguyên vẹn (NĐ 30/2020 Điều 5, Điều 14).
@Suite struct SigningTests {
    @Test(.enabled(if: Tool.hasPython && Sample.fontPath != nil, "needs the Python tools and Tinos"), arguments: SamplePDF.Shape.allCases)
    func `pyHanko finds both signatures intact and trusted, and no more than form filling after the first`(
        shape: SamplePDF.Shape
    ) async throws {
        let image = try PNGImage(Sample.png(width: 60, height: 40, alpha: true))
        let file = try await Sample.issued(SamplePDF(shape: shape, pages: 3).data, image: image)
        try await withFolder { folder in
            let pdf = folder.appending(path: "signed.pdf")
            let root = folder.appending(path: "root.pem")
            try file.write(to: pdf)
            try Data(try Practice.shared.get().pki.root.pem.utf8).write(to: root)
            #expect(
                try Tool.pyHanko(pdf, root: root) == """
                    ChuKy INTACT TRUSTED ENTIRE_REVISION FORM_FILLING OK
                    ConDau INTACT TRUSTED ENTIRE_FILE NONE OK

                    """)
        }
    }
}
