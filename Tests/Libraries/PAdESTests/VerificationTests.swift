import Foundation
import PAdES
import PDFCore
import SignatureCore
import Testing

/// Kiểm tra chữ ký: nêu rõ còn nguyên vẹn hay không, ai ký, ký khi nào, thay đổi gì sau khi ký.
@Suite struct VerificationTests {
    @Test(.enabled(if: Sample.fontPath != nil, "needs Tinos"), arguments: SamplePDF.Shape.allCases)
    func `a document signed, numbered and sealed is valid and its later changes are named`(
        shape: SamplePDF.Shape
    ) async throws {
        let file = try await Sample.issued(SamplePDF(shape: shape, pages: 2).data)
        let report = SignatureVerifier.report(on: file, trust: try Practice.shared.get().trust, at: now)
        #expect(report.verdict == .valid)
        #expect(report.level == "B-T")
        #expect(report.signatures.map(\.field) == ["ChuKy", "ConDau"])
        #expect(report.signatures.map(\.modificationLevel) == [.formFilling, .none])
        #expect(report.signatures.first?.changes.map(\.sentence).sorted() == [
            "Ký thêm tại “ConDau”.", "Điền trường “NgayBanHanh”: 05", "Điền trường “SoVanBan”: 123",
        ])
        #expect(report.signatures.first?.signer?.name == "Nguyễn Văn Đức")
        #expect(report.unsignedFields == ["KyNhay"])
    }
}
