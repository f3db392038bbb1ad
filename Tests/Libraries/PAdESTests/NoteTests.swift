import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Ghi chú thêm hoặc sửa sau khi ký (được phép với P = 3) không được che, xóa hay viết lại nội dung đã ký.
@Suite struct NoteTests {
    /// Certified with P = 3; a note of the signed revision stands at the side.
    static let certified = Task { () async throws -> Data in
        let base = try RevisionTests.updated(SamplePDF().data) { update, document in
            let note = raw("<</Subtype/Text/Rect[500 700 520 720]/Contents(a)>>", &update)
            try put([note], in: document, &update)
        }
        return try await certified(base)
    }

    /// The same of a file with notes of its own.
    static func certified(_ base: Data) async throws -> Data {
        var intent = SignatureIntent(target: .newField(name: "Ky", rect: nil), signedAt: now)
        intent.certification = .annotating
        return try await PDFSigner.sign(base, intent, with: try Practice.shared.get().leader)
    }

    static func raw(_ text: String, _ update: inout IncrementalUpdate) -> PDFReference {
        let reference = update.reserve()
        update.set(reference, toRaw: Data(text.utf8))
        return reference
    }

    static func put(_ notes: [PDFReference], in document: PDFDocument, _ update: inout IncrementalUpdate) throws {
        let page = try document.page(0)
        var members = page.dictionary
        members["Annots"] = .array(
            (try document.value("Annots", of: members).array ?? []) + notes.map { .reference($0) })
        update.set(page.reference, to: .dictionary(members))
    }

    /// Each of `notes` added; `@LOOK` in one stands for a look that draws `look`.
    static func noted(
        _ notes: [String], look: String = "", box: String = "0 0 300 20", looks: String = "/N @"
    ) async throws
        -> VerificationReport
    {
        let file = try RevisionTests.updated(try await certified.value) { update, document in
            let form = "<</Subtype/Form/BBox[\(box)]/Resources<</ExtGState<</G<</BM/Multiply>>>>>>"
            let drawn = raw(form + "/Length \(look.utf8.count)>>stream\n\(look)\nendstream", &update)
            let shown = "/AP<<" + looks.replacing("@", with: "\(drawn.number) 0 R") + ">>"
            let objects = notes.map { raw($0.replacing("@LOOK", with: shown), &update) }
            try put(objects, in: document, &update)
        }
        return try RevisionTests.report(file)
    }

    static func mark(
        _ kind: String, _ x: Double = 72, _ y: Double = 690, height: Double = 20, _ more: String = ""
    ) -> String {
        let (right, top) = (x + 300, y + height)
        return "<</Subtype/\(kind)/Rect[\(x) \(y) \(right) \(top)]"
            + "/QuadPoints[\(x) \(top) \(right) \(top) \(x) \(y) \(right) \(y)]\(more)>>"
    }

    @Test(arguments: [
        [mark("Highlight")], [mark("Highlight", 72, 690, "/C[1 1 0]"), mark("Highlight", 72, 660, "/C[1 1 0]")],
        [mark("StrikeOut", 72, 690, "/C[1 0 0]")], [mark("Underline")], [mark("Squiggly", 72, 690, "/C[1 1 0]")],
        [mark("Highlight"), mark("Underline"), mark("StrikeOut")],
        ["<</Subtype/Text/Rect[72 690 92 710]/Contents(a)>>"],
        ["<</Subtype/Text/Rect[72 690 92 710]/Contents(a)>>", "<</Subtype/Text/Rect[300 690 320 710]/Contents(b)>>"],
    ])
    func `what readers add without hiding anything is permitted, and told with its page and kind`(
        notes: [String]
    ) async throws {
        let report = try await Self.noted(notes)
        #expect(report.verdict == .valid)
        #expect(report.warnings.contains { $0.contains("Trang 1") && $0.contains("(") })
    }

    @Test(arguments: [
        [mark("StrikeOut", 72, 690, "/C[1 1 1]")], [mark("Underline", 72, 690, "/C[0.9]")],
        [mark("StrikeOut", 72, 100, height: 400, "/C[1 0 0]")],
        (0..<12).map { mark("StrikeOut", 72, 690 + Double($0), height: 1, "/C[1 0 0]") },
        (0..<12).map { mark("Highlight", 72 + Double($0), 690, "/C[0.8]") },
        (0..<12).map { "<</Subtype/Text/Rect[\(72 + 20 * $0) 690 \(92 + 20 * $0) 710]/Contents(a)>>" },
    ])
    func `marks like paper, too tall, too many or in a row may hide what was signed`(notes: [String]) async throws {
        #expect(try await Self.noted(notes).verdict == .indeterminate)
    }

    @Test(arguments: [
        ("0 10 m 300 10 l S", Verdict.valid), ("/G gs 1 1 0 rg 0 0 300 20 re f", .valid),
        ("1 G 0 10 m 300 10 l S", .indeterminate), ("0 2 m 9 18 l S", .indeterminate),
        ("0 2 m 300 2 l S 0 8 m 300 8 l S 0 14 m 300 14 l S", .indeterminate),
    ])
    func `the look of a mark is a line along its words or light over them`(look: String, verdict: Verdict) async throws
    {
        #expect(try await Self.noted([Self.mark("StrikeOut", 72, 690, "@LOOK")], look: look).verdict == verdict)
    }

    @Test(arguments: [("/N @", Verdict.valid), ("/N @/D @", .indeterminate)])
    func `a mark has one look, whatever the pointer does`(looks: String, verdict: Verdict) async throws {
        let note = Self.mark("StrikeOut", 72, 690, "@LOOK")
        #expect(try await Self.noted([note], look: "0 10 m 300 10 l S", looks: looks).verdict == verdict)
    }

    @Test(arguments: ["/A<</S/URI/URI(http://a.vn)>>", "/AA<<>>", "/FT/Btn/Ff 65536", "/Dest[4 0 R/Fit]"])
    func `a note is there to be read, not to act`(entry: String) async throws {
        let note = "<</Subtype/Text/Rect[300 690 320 710]/Contents(a)\(entry)>>"
        #expect(try await Self.noted([note]).verdict == .modifiedAfterSigning)
    }

    /// How a file with these notes, certified, and the first of them replaced stands.
    private static func replaced(_ notes: [String], by new: String) async throws -> Verdict {
        let base = try RevisionTests.updated(SamplePDF().data) { update, document in
            let first = update.reserve()
            update.set(first, toRaw: Data(notes[0].utf8))
            let others = notes.dropFirst().map { raw($0.replacing("@", with: "\(first.number) 0 R"), &update) }
            try put([first] + others, in: document, &update)
        }
        let file = try RevisionTests.updated(try await certified(base)) { update, document in
            let list = try document.value("Annots", of: document.page(0).dictionary).array
            update.set(try #require(list?.first?.reference), toRaw: Data(new.utf8))
        }
        return try RevisionTests.report(file).verdict
    }

    private static let sign = "<</Subtype/Text/Rect[500 600 520 620]/Contents(a)>>"

    @Test(arguments: [
        ("<</Subtype/Text/Rect[500 600 520 620]/Contents(b)>>", Verdict.valid),
        ("<</Subtype/Text/Rect[500 600 520 620]/Contents(b)/A<</S/URI/URI(http://a.vn)>>>>", .modifiedAfterSigning),
        ("<</Subtype/Popup/Rect[500 600 520 620]/Contents(b)>>", .modifiedAfterSigning),
    ])
    func `a note that was there stays of its kind and learns nothing new`(note: String, verdict: Verdict) async throws {
        #expect(try await Self.replaced([Self.sign], by: note) == verdict)
    }

    @Test(arguments: [("Text", Verdict.valid), ("Link", .modifiedAfterSigning)])
    func `a note that something else relies on is not for notes to change`(
        kind: String, verdict: Verdict
    ) async throws {
        let other = "<</Subtype/\(kind)/Rect[400 600 420 620]/Contents(b)/IRT @>>"
        #expect(try await Self.replaced([Self.sign, other], by: Self.sign.replacing("(a)", with: "(b)")) == verdict)
    }

    @Test func `a note kept in reserve in the signed file is not put on the page`() async throws {
        var kept = PDFReference(0)
        let base = try RevisionTests.updated(SamplePDF().data) { update, _ in kept = Self.raw(Self.sign, &update) }
        let file = try RevisionTests.updated(try await Self.certified(base)) { update, document in
            try Self.put([kept], in: document, &update)
        }
        #expect(try RevisionTests.report(file).verdict == .modifiedAfterSigning)
    }

    @Test func `a mark draws at its words only`() async throws {
        let wide = "<</Subtype/StrikeOut/Rect[0 0 595 842]/QuadPoints[72 710 372 710 72 690 372 690]@LOOK>>"
        let look = "1 0 0 RG 72 700 m 372 700 l S"
        #expect(try await Self.noted([wide], look: look, box: "0 0 595 842").verdict == .valid)
        let elsewhere = "1 0 0 RG 72 400 m 372 400 l S"
        #expect(try await Self.noted([wide], look: elsewhere, box: "0 0 595 842").verdict == .indeterminate)
    }

    @Test(arguments: [
        ("0.5 g 2 2 16 16 re f", 20, Verdict.valid), ("1 1 0 rg 2 2 16 16 re f 0 G 4 8 m 16 8 l S", 24, .valid),
        ("1 g 0 0 20 20 re f", 20, .indeterminate), ("BT (9) Tj ET", 20, .indeterminate),
        ("0.5 g 2 2 16 16 re f", 60, .indeterminate), ("/X Do", 20, .indeterminate),
    ])
    func `the sign of a note is small, writes nothing and has no ground like paper`(
        look: String, size: Int, verdict: Verdict
    ) async throws {
        let note = "<</Subtype/Text/Rect[72 690 \(72 + size) \(690 + size)]/Contents(a)@LOOK>>"
        #expect(try await Self.noted([note], look: look, box: "0 0 20 20").verdict == verdict)
    }

    @Test(arguments: [
        ("<</Subtype/Text/Rect[500 600 520 620]/Contents(a)>>", Verdict.valid),
        ("<</Subtype/Text/Rect[72 690 136 754]/Contents(a)/AP<</N 5 0 R>>>>", .indeterminate),
    ])
    func `a note that was there and is moved is judged like a new one, and told`(
        note: String, verdict: Verdict
    ) async throws {
        let file = try RevisionTests.updated(try await Self.certified.value) { update, document in
            let old = try #require(
                try document.value("Annots", of: document.page(0).dictionary).array?.first?.reference)
            update.set(old, toRaw: Data(note.utf8))
        }
        let report = try RevisionTests.report(file)
        #expect(report.verdict == verdict)
        #expect(report.warnings.contains { $0.contains("Trang 1: ghi chú có sẵn bị thay đổi") })
    }

    @Test func `the same note changed again and again is one note`() async throws {
        var file = try await Self.certified.value
        for step in 0..<8 {
            file = try RevisionTests.updated(file) { update, document in
                let notes = try document.value("Annots", of: document.page(0).dictionary).array ?? []
                let old = try #require(notes.first?.reference)
                update.set(old, toRaw: Data("<</Subtype/Text/Rect[500 600 520 620]/Contents(\(step))>>".utf8))
            }
        }
        #expect(try RevisionTests.report(file).verdict == .valid)
    }
}
