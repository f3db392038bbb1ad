import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Chữ ký trong tệp: một từ điển, một chỗ trống của chính nó, một phiên bản trọn vẹn (ISO 32000-2 §12.8.1).
@Suite struct SignatureFormTests {
    private static let range = "/ByteRange[0 1111111111 2222222222 3333333333]"
    private static let value = "<</Type/Sig/SubFilter/ETSI.CAdES.detached\(range)/Contents<3A3a>>>"
    private static let objects = [
        1: "<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>", 6: "<</SigFlags 3/Fields[7 0 R]>>",
        7: "<</FT/Sig/T(A)/V 8 0 R>>", 8: value,
    ]

    /// A file of that form whose signature covers all of it but `hole`.
    private static func file(
        _ changes: [Int: String] = [:], hole: String = "<3A3a>", edit: (String) -> String = { $0 }
    ) throws -> Data {
        var file = try RawUpdate(objects.merging(changes) { $1 }).appended(to: SamplePDF().data, edit: edit)
        let place = try #require(file.range(of: Data(hole.utf8)))
        let numbers = [place.lowerBound, place.upperBound, file.count - place.upperBound]
        for (mark, number) in zip(["1111111111", "2222222222", "3333333333"], numbers) {
            while let found = file.range(of: Data(mark.utf8)) {
                file.replaceSubrange(found, with: Data(String(format: "%010d", number).utf8))
            }
        }
        return file
    }

    private static func facts(_ file: Data) throws -> SignatureFacts {
        let document = try PDFDocument(data: file)
        return try SignatureForm(of: try #require(try FieldTree(document).field(named: "A")), in: document).facts
    }

    @Test func `a signature put together rightly covers its file`() throws {
        let facts = try Self.facts(try Self.file())
        #expect(facts.coverage == .wholeFile && facts.revisionIndex == 1)
        // There is nothing in its hole.
        #expect(facts.formProblems == [.unreadableCMS])
    }

    @Test(arguments: [1, 6, 7, 8])
    func `catalog, form, field and signature have no key twice`(number: Int) throws {
        let object = try #require(Self.objects[number])
        let twice = object.replacing("<<", with: "<</Lang(a)/Lang(b)", maxReplacements: 1)
        #expect(try Self.facts(try Self.file([number: twice])).formProblems.contains(.repeatedKeys))
    }

    @Test func `the hole is the signature's own value, not the same bytes elsewhere`() throws {
        let decoy = [9: "<</X<3a3A>>>"]
        #expect(try !Self.facts(try Self.file(decoy)).formProblems.contains(.holeIsNotContents))
        let facts = try Self.facts(try Self.file(decoy, hole: "<3a3A>"))
        #expect(facts.formProblems.contains(.holeIsNotContents))
    }

    /// A table that names what was not there yet shows other things once more is written.
    @Test func `a signed revision whose table leads beyond it is none`() throws {
        let count = try Self.file {
            $0.replacing("xref\n", with: "xref\n9 1\n1111111110 00000 n \n", maxReplacements: 1)
        }.count
        let signed = try Self.file {
            $0.replacing(
                "xref\n", with: "xref\n9 1\n\(String(format: "%010d", count)) 00000 n \n", maxReplacements: 1)
        }
        let later = try RawUpdate([9: "(sau)"]).appended(to: signed)
        let facts = try Self.facts(later)
        #expect(facts.coverage == .partial && facts.revisionIndex == nil)
    }

    @Test func `of two signatures one covers the other whole`() throws {
        let trust = TrustStore()
        let alone = try SignatureVerifier.facts(of: try Self.file(), trust: trust, at: now)
        #expect(alone.allSatisfy { !$0.formProblems.contains(.collidingByteRange) })
        let both = try Self.file([
            6: "<</SigFlags 3/Fields[7 0 R 9 0 R]>>", 9: "<</FT/Sig/T(B)/V 10 0 R>>", 10: Self.value,
        ])
        let facts = try SignatureVerifier.facts(of: both, trust: trust, at: now)
        #expect(facts.count == 2 && facts.contains { $0.formProblems.contains(.collidingByteRange) })
    }

    // MARK: the signed revision

    private static func problems(
        _ change: (inout IncrementalUpdate, PDFDocument, FormFieldNode) throws -> Void
    )
        async throws -> [String]
    {
        let file = try RevisionTests.updated(try await TamperTests.signed.value) { update, document in
            try change(&update, document, try #require(try FieldTree(document).field(named: "ChuKy")))
        }
        return try RevisionTests.report(file).signatures.first { $0.field == "ChuKy" }?.facts.formProblems ?? []
    }

    @Test func `a dictionary that was not signed speaks for no signature`() async throws {
        #expect(try await Self.problems { _, _, _ in }.isEmpty)
        let copied = try await Self.problems { update, document, field in
            var members = field.dictionary
            members["V"] = .reference(update.add(try document.resolve(field.value)))
            update.set(try #require(field.reference), to: .dictionary(members))
        }
        #expect(copied.contains("notInSignedRevision") && copied.contains("holeIsNotContents"))
        let overwritten = try await Self.problems { update, document, field in
            var value = try #require(try document.resolve(field.value).dictionary)
            value["Reason"] = .text("Khác")
            update.set(try #require(field.value?.reference), to: .dictionary(value))
        }
        #expect(overwritten.contains("notInSignedRevision"))
    }
}
