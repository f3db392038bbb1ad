import Foundation
import PAdES
import PDFCore
import SamplePDFs
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
        #expect(
            report.signatures.first?.changes.map(\.sentence).sorted() == [
                "Ký thêm tại “ConDau”.", "Điền trường “NgayBanHanh”: 05", "Điền trường “SoVanBan”: 123",
            ])
        #expect(report.signatures.first?.signer?.name == "Nguyễn Văn Đức")
        #expect(report.unsignedFields == ["KyNhay"])
    }

    @Test(
        .enabled(if: Tool.hasPython, "needs the Python tools"),
        arguments: SamplePDF.Shape.allCases.filter { $0 != .hybrid },
        ["PADES", "ADOBE_PKCS7_DETACHED"])
    func `signatures of pyHanko are valid here, before and after ours`(
        shape: SamplePDF.Shape, subfilter: String
    ) async throws {
        let practice = try Practice.shared.get()
        try await withFolder { folder in
            let theirs = try Tool.pyHankoSigned(
                SamplePDF(shape: shape).data, field: "Theirs", subfilter: subfilter, permission: "",
                key: practice.leaderFile, in: folder)
            let ours = try await PDFSigner.sign(
                theirs, SignatureIntent(target: .newField(name: "Ours", rect: nil), signedAt: now), with: practice.seal)
            let again = try Tool.pyHankoSigned(
                ours, field: "Again", subfilter: subfilter, permission: "", key: practice.leaderFile, in: folder)
            let report = SignatureVerifier.report(on: again, trust: practice.trust, at: now)
            #expect(report.verdict == .valid, "\(report.signatures.map(\.sentence))")
            #expect(report.signatures.map(\.field) == ["Theirs", "Ours", "Again"])
            #expect(report.signatures[1].signedByteCount == ours.count)
        }
    }

    @Test(
        .enabled(if: Tool.hasPython && Sample.fontPath != nil, "needs the Python tools and Tinos"),
        arguments: [("NO_CHANGES", false), ("FILL_FORMS", true), ("ANNOTATE", true)])
    func `a certified file is sealed only when its certification permits`(
        permission: String, isPermitted: Bool
    ) async throws {
        let practice = try Practice.shared.get()
        try await withFolder { folder in
            let laidOut = try Sample.layout.applied(to: SamplePDF().data)
            let certified = try Tool.pyHankoSigned(
                laidOut, field: "ChuKy", subfilter: "PADES", permission: permission, key: practice.leaderFile,
                in: folder)
            let report = SignatureVerifier.report(on: certified, trust: practice.trust, at: now)
            #expect(report.verdict == .valid)
            #expect(report.signatures.first?.kind == .certification)
            let seal = SignatureIntent(target: .field("ConDau"), signedAt: now)
            if isPermitted {
                let sealed = try await PDFSigner.sign(certified, seal, with: practice.seal)
                #expect(SignatureVerifier.report(on: sealed, trust: practice.trust, at: now).verdict == .valid)
            } else {
                #expect(throws: PAdESError.lockedByCertification) { try PDFSigner.prepare(certified, seal) }
                let filled = try FormFilling([FieldValue(name: "SoVanBan", text: "9")], font: try Sample.font())
                    .applied(to: certified)
                #expect(
                    SignatureVerifier.report(on: filled, trust: practice.trust, at: now).verdict
                        == .modifiedAfterSigning)
            }
        }
    }
}
