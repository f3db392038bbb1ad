import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Sau khi ký, cách biểu mẫu hiển thị các trường không được đổi để hiện nội dung khác với nội dung đã ký.
@Suite struct PresentationTests {
    /// A text field that holds `held` and shows `shown`, then a signature that closes `lock`.
    private static func signed(held: String, shown: String, lock: LockedFields? = nil) async throws -> Data {
        let base = try RevisionTests.updated(try Sample.layout.applied(to: SamplePDF().data)) { update, document in
            let field = try #require(try FieldTree(document).field(named: "SoVanBan"))
            let font = "<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>"
            let text = "BT /F1 12 Tf (\(shown)) Tj ET"
            let look = NoteTests.raw(
                "<</Subtype/Form/BBox[0 0 85 17]/Resources\(font)/Length \(text.utf8.count)>>stream\n\(text)\nendstream",
                &update)
            var members = field.dictionary
            members["V"] = .text(held)
            members["AP"] = .dictionary(["N": .reference(look)])
            update.set(try #require(field.reference), to: .dictionary(members))
        }
        var intent = SignatureIntent(target: .field("ChuKy"), signedAt: now)
        intent.lock = lock
        return try await PDFSigner.sign(base, intent, with: try Practice.shared.get().leader)
    }

    private static func changed(_ file: Data, _ key: PDFName, _ value: PDFObject) throws -> VerificationReport {
        try RevisionTests.report(
            try RevisionTests.updated(file) { update, document in
                let form = try #require(try document.catalog()["AcroForm"]?.reference)
                var members = try #require(try document.object(form).dictionary)
                members[key] = value
                update.set(form, to: .dictionary(members))
            })
    }

    @Test(arguments: [("1000", "1.000,00", Verdict.valid), ("99999", "01", .indeterminate), ("01", "01", .valid)])
    func `fields to be drawn anew are told, and undecided where another text would come to light`(
        held: String, shown: String, verdict: Verdict
    ) async throws {
        let file = try await Self.signed(held: held, shown: shown)
        let report = try Self.changed(file, "NeedAppearances", .boolean(true))
        #expect(report.verdict == verdict)
        #expect(report.warnings.contains { $0.contains("tự vẽ lại các trường") })
        #expect(try Self.changed(file, "NeedAppearances", .boolean(false)).verdict == .valid)
    }

    @Test(arguments: [LockedFields.all, .only(["SoVanBan"])])
    func `what locked fields show stays`(lock: LockedFields) async throws {
        let file = try await Self.signed(held: "01", shown: "01", lock: lock)
        #expect(try RevisionTests.report(file).verdict == .valid)
        #expect(try Self.changed(file, "NeedAppearances", .boolean(true)).verdict == .modifiedAfterSigning)
        #expect(try Self.changed(file, "NeedAppearances", .boolean(false)).verdict == .valid)
        #expect(try Self.changed(file, "Q", .integer(1)).verdict == .valid)
    }

    @Test(arguments: [(1 | 2, Verdict.valid, Verdict.valid), (1 | 1 << 13, .valid, .modifiedAfterSigning)])
    func `flags of a field that change how it looks are told, and change a locked one`(
        flags: Int, open: Verdict, locked: Verdict
    ) async throws {
        for (lock, verdict) in [(LockedFields?.none, open), (.all, locked)] {
            let file = try await Self.signed(held: "01", shown: "01", lock: lock)
            let report = try RevisionTests.report(
                try RevisionTests.member("SoVanBan", "Ff", .integer(flags), in: file))
            #expect(report.verdict == verdict)
            #expect(report.warnings.contains { $0.contains("Cách hiển thị") } == (flags > 7))
        }
    }
}
