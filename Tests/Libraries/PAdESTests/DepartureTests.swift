import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Phần thêm vào sau khi ký mà lệch chuẩn thì không còn là chữ ký hợp lệ; tệp có sẵn từ trước khi ký thì được châm chước.
@Suite struct DepartureTests {
    private static func report(_ file: Data) throws -> VerificationReport { try RevisionTests.report(file) }

    /// The number field filled by hand.
    private static func filling(_ file: Data, unlisted: String = "", more: String = "") throws -> RawUpdate {
        let document = try PDFDocument(data: file)
        let reference = try #require(try FieldTree(document).field(named: "SoVanBan")?.reference)
        let place = try #require(try document.range(of: reference))
        let text = try #require(
            String(decoding: file[place], as: UTF8.self).firstRange(of: /<<.*>>/.dotMatchesNewlines()))
        let object = String(String(decoding: file[place], as: UTF8.self)[text]).dropFirst(2)
        return RawUpdate([reference.number: "<</V(77)" + object.dropLast(2) + more + ">>"], unlisted: unlisted)
    }

    private static func verdict(_ file: Data, _ old: String, _ new: String) throws -> VerificationReport {
        try report(try filling(file).appended(to: file) { $0.replacing(old, with: new) })
    }

    @Test(arguments: [
        ("", ""), (" n \n", " n\r\n"), (" n \n", " n \r"), ("%%EOF\n", "%%EOF"), ("%%EOF\n", "%%EOF\n\n\n"),
        (">>\nstartxref", ">>\n%made by hand\nstartxref"), ("xref\n", "xref\n0 1\n0000000000 65535 f \n"),
    ])
    func `a field filled by a sound update leaves the signature valid`(old: String, new: String) async throws {
        let signed = try await TamperTests.signed.value
        let report = try Self.report(
            try Self.filling(signed).appended(to: signed) {
                old.isEmpty ? $0 : $0.replacing(old, with: new, maxReplacements: 1)
            })
        #expect(
            report.verdict == .valid, Comment(rawValue: report.signatures.first?.changes.map(\.sentence).joined() ?? "")
        )
    }

    @Test(arguments: [
        (" n \n", " n\n", "bảng tham chiếu không đúng"), (">>\n", "/Root>>\n", "phần cuối sai cú pháp"),
        (">>\n", "/XRefStm 1.5>>\n", "bảng tham chiếu ẩn"), ("/Size ", "/Size .", "số đối tượng khai báo sai"),
        ("/Prev ", "/Prev 0000000000000000", "bảng tham chiếu trước"),
        (">>\n", "/Info 90 0 R>>\n", "dẫn tới đối tượng không có"),
        ("xref\n", "xref\n60 1\n0000000020 00000 n \n", "đối tượng không có trong tệp"),
        ("%%EOF", "%EOF", "dấu kết thúc"),
        ("%%EOF\n", "%%EOF\n" + String(repeating: "\n", count: 2048), "chỗ kết thúc"),
    ])
    func `a field filled by an update that readers may repair is a change nobody explains`(
        old: String, new: String, sentence: String
    ) async throws {
        let signed = try await TamperTests.signed.value
        let report = try Self.report(
            try Self.filling(signed).appended(to: signed) { $0.replacing(old, with: new, maxReplacements: 1) })
        #expect(report.verdict == .modifiedAfterSigning)
        #expect(
            report.signatures.first?.changes.contains { $0.level == .other && $0.sentence.contains(sentence) } == true)
    }

    @Test func `blanks alone may bury the end of a signed file`() async throws {
        let signed = try await TamperTests.signed.value
        #expect(try Self.report(signed + Data(repeating: 10, count: 512)).verdict == .valid)
        #expect(try Self.report(signed + Data(repeating: 10, count: 2048)).verdict == .modifiedAfterSigning)
    }

    @Test func `a signed object that a table takes out of the file is a change`() async throws {
        let signed = try await TamperTests.signed.value
        for (rows, verdict) in [("", Verdict.valid), ("5 1\n0000000000 00001 f \n", .modifiedAfterSigning)] {
            let file = try RawUpdate([:]).appended(to: signed) {
                $0.replacing("xref\n", with: "xref\n0 1\n0000000000 65535 f \n\(rows)", maxReplacements: 1)
            }
            #expect(try Self.report(file).verdict == verdict)
        }
    }

    @Test(arguments: [
        ("<</Length 3>>stream\nabc\nendstream", Verdict.valid), ("<</Length 3>>stream\nabc", .modifiedAfterSigning),
    ])
    func `a signed object that goes on in what is added later is a change`(
        object: String, verdict: Verdict
    ) async throws {
        let base = try RevisionTests.updated(SamplePDF().data) { update, document in
            let open = update.reserve()
            update.set(open, toRaw: Data(object.utf8))
            var catalog = try document.catalog()
            catalog["PieceInfo"] = .reference(open)
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
        let signed = try await RevisionTests.signedAgain(base, "A")
        let later = try RawUpdate([90: "<</Length 2>>stream\nxx\nendstream"]).appended(to: signed)
        #expect(try Self.report(later).verdict == verdict)
    }

    @Test func `an object that no table lists is a change, in a stream and out of it`() async throws {
        let signed = try await TamperTests.signed.value
        let hidden = "5 0 obj\n<</Length 5>>stream\nBT ET\nendstream\nendobj\n"
        let report = try Self.report(try Self.filling(signed, unlisted: hidden).appended(to: signed))
        #expect(report.verdict == .modifiedAfterSigning)
        #expect(report.signatures.first?.changes.contains { $0.sentence.contains("đối tượng 5 không nằm") } == true)
    }

    @Test func `a number beyond the size is missing for some, which matters where something refers to it`() async throws
    {
        let signed = try await TamperTests.signed.value
        let number = try PDFDocument(data: signed).nextNumber
        for (text, verdict) in [("null", Verdict.valid), ("[90 0 R]", .modifiedAfterSigning)] {
            let file = try RawUpdate([number: text, 90: "[\(number) 0 R]"]).appended(to: signed)
            #expect(try Self.report(file).verdict == verdict)
        }
        let size = number + 10
        for (beyond, verdict) in [(size - 1, Verdict.valid), (size, .modifiedAfterSigning)] {
            let named = try RawUpdate([number: "[\(beyond) 0 R]", beyond: "null"]).appended(to: signed)
            #expect(try Self.report(named).verdict == verdict)
            let described = try RawUpdate([beyond: "<</Title(a)>>"]).appended(to: signed) {
                $0.replacing("/Root", with: "/Info \(beyond) 0 R/Root")
            }
            #expect(try Self.report(described).verdict == verdict)
        }
    }

    @Test func `an object written with repairs is a change although we read the same`() async throws {
        let signed = try await TamperTests.signed.value
        for (more, verdict) in [("", Verdict.valid), ("/DA", .modifiedAfterSigning), (" 5 0 R", .modifiedAfterSigning)]
        {
            #expect(try Self.report(try Self.filling(signed, more: more).appended(to: signed)).verdict == verdict)
        }
    }

    @Test(
        arguments: [
            (0, [(4, "page", nil)], Verdict.valid), (1, [(4, "page", nil), (4, "page", nil)], .modifiedAfterSigning),
            (0, [(4, "page", nil), (40, "1", 3)], .modifiedAfterSigning),
            (1, [(40, "1", 9), (4, "page", 0)], .modifiedAfterSigning),
        ] as [(Int, [(number: Int, text: String, offset: Int?)], Verdict)])
    func `an unchanged page packed in a stream stays what it is only in a sound one`(
        index: Int, members: [(number: Int, text: String, offset: Int?)], verdict: Verdict
    ) async throws {
        let signed = try await TamperTests.signed.value
        let document = try PDFDocument(data: signed)
        let place = try #require(try document.range(of: PDFReference(4)))
        let page = String(decoding: signed[place], as: UTF8.self).dropFirst("4 0 obj\n".count).dropLast(
            "\nendobj".count)
        let container = RawUpdate.container(
            members.map { ($0.number, $0.text == "page" ? String(page) : $0.text, $0.offset) })
        let number = document.nextNumber + 1
        let rows = [4: [2, number, index]]
        let file = try RawUpdate([:]).appended(to: signed, stream: (number, container), packed: rows)
        #expect(try Self.report(file).verdict == verdict)
    }

    @Test(arguments: [(" n \n", " n\n"), ("/Size ", "/Size 1"), (">>\n", " 7>>\n")])
    func `a file that departed before it was signed may be signed and filled`(old: String, new: String) async throws {
        let sloppy = try RawUpdate([3: "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Name>>"])
            .appended(to: SamplePDF().data) { $0.replacing(old, with: new, maxReplacements: 1) }
        let practice = try Practice.shared.get()
        let signed = try await PDFSigner.sign(
            try Sample.layout.applied(to: sloppy), SignatureIntent(target: .field("ChuKy"), signedAt: now),
            with: practice.leader)
        // Some writers list again what they did not touch.
        let place = try #require(try PDFDocument(data: signed).range(of: PDFReference(3)))
        let row = "3 1\n\(String(format: "%010d", place.lowerBound)) 00000 n \n"
        let filled = try Self.filling(signed).appended(to: signed) {
            $0.replacing("xref\n", with: "xref\n\(row)", maxReplacements: 1)
        }
        let file = try await RevisionTests.signedAgain(filled, "Sau")
        #expect(try Self.report(file).verdict == .valid)
    }
}
