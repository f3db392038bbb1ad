import Foundation
import SamplePDFs
import Testing

@testable import PDFCore

/// Tệp hỏng mà nhiều phần mềm vẫn mở được thì đọc được ở đây, nhưng không bao giờ được ký.
@Suite struct BrokenFileTests {
    private static let sound = String(decoding: SamplePDF(pages: 2).data, as: UTF8.self)
    private static let start = sound.ranges(of: "xref\n0")[0].lowerBound
    private static let offset = String(sound[..<start].utf8.count)

    /// One change of a sound file, by name.
    struct Fault: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var kinds: Set<PDFProblem.Kind> = [.unusableCrossReference]
        var change: @Sendable (String) -> String
    }

    static let faults: [Fault] = [
        Fault(testDescription: "xref keyword missing") { $0.replacingOccurrences(of: "xref\n0 ", with: "0 ") },
        Fault(testDescription: "table missing") { String($0[..<start]) + "trailer<</Root 1 0 R>>" },
        Fault(testDescription: "table and trailer missing") { String($0[..<start]) },
        Fault(testDescription: "trailer without root") { $0.replacingOccurrences(of: "/Root 1 0 R", with: "") },
        Fault(testDescription: "root that is no catalog") {
            $0.replacingOccurrences(of: "/Root 1 0 R", with: "/Root 3 0 R")
        },
        Fault(testDescription: "startxref missing") { $0.replacingOccurrences(of: "startxref\n\(offset)\n", with: "") },
        Fault(testDescription: "startxref beyond the end") {
            $0.replacingOccurrences(of: "\n\(offset)\n", with: "\n999999\n")
        },
        Fault(testDescription: "startxref at 0") { $0.replacingOccurrences(of: "\n\(offset)\n", with: "\n0\n") },
        Fault(testDescription: "startxref no number") {
            $0.replacingOccurrences(of: "\n\(offset)\n", with: "\nhopeless\n")
        },
        Fault(testDescription: "startxref one byte too far") {
            $0.replacingOccurrences(of: "\n\(offset)\n", with: "\n\(Int(offset)! + 1)\n")
        },
        Fault(testDescription: "startxref negative") {
            $0.replacingOccurrences(of: "\n\(offset)\n", with: "\n-\(offset)\n")
        },
        Fault(testDescription: "trailer never closed") {
            $0.replacingOccurrences(of: "/Root 1 0 R>>", with: "/Root 1 0 R")
        },
        Fault(testDescription: "trailer of another kind") {
            $0.replacingOccurrences(of: "trailer\n<<", with: "trailer\n(<<")
        },
        Fault(testDescription: "encryption that leads nowhere", kinds: [.badEncryption]) {
            $0.replacingOccurrences(of: "/Root 1 0 R", with: "/Root 1 0 R/Encrypt 77 0 R")
        },
        Fault(testDescription: "first objects swapped", kinds: [.misplacedObject]) {
            $0.replacingOccurrences(of: "4 0 obj\n", with: "9 0 obj\n").replacingOccurrences(
                of: "6 0 obj\n", with: "4 0 obj\n"
            )
            .replacingOccurrences(of: "9 0 obj\n", with: "6 0 obj\n")
        },
        Fault(testDescription: "Prev at itself") {
            $0.replacingOccurrences(of: "/Root 1 0 R", with: "/Root 1 0 R/Prev \(offset)")
        },
        Fault(testDescription: "Prev beyond the end") {
            $0.replacingOccurrences(of: "/Root 1 0 R", with: "/Root 1 0 R/Prev 99999")
        },
        Fault(testDescription: "Prev 0", kinds: [.badPrevious]) {
            $0.replacingOccurrences(of: "/Root 1 0 R", with: "/Root 1 0 R/Prev 0")
        },
        Fault(testDescription: "XRefStm leads nowhere", kinds: [.badPrevious]) {
            $0.replacingOccurrences(of: "/Root 1 0 R", with: "/Root 1 0 R/XRefStm 3")
        },
        Fault(testDescription: "trailer of two roots", kinds: [.repeatedTrailerKey]) {
            $0.replacingOccurrences(of: "/Root 1 0 R", with: "/Root 3 0 R/Root 1 0 R")
        },
        Fault(testDescription: "giant count of entries") {
            $0.replacingOccurrences(of: "xref\n0 8", with: "xref\n0 99999999")
        },
        Fault(testDescription: "too few entries") { $0.replacingOccurrences(of: "xref\n0 8", with: "xref\n0 7") },
        Fault(testDescription: "first object numbered 1", kinds: [.shiftedTable]) {
            $0.replacingOccurrences(of: "xref\n0 8", with: "xref\n1 8")
        },
        Fault(testDescription: "letters in an entry") {
            $0.replacingOccurrences(of: " 00000 n \n", with: " 0000x n \n")
        },
        Fault(testDescription: "offsets a little off", kinds: [.misplacedObject]) {
            $0.replacingOccurrences(of: "%PDF-1.7\n", with: "%PDF-1.7\n%% \n")
                .replacingOccurrences(of: "startxref\n\(offset)", with: "startxref\n\(Int(offset)! + 4)")
        },
        Fault(testDescription: "lines ended anew", kinds: [.unusableCrossReference]) {
            $0.replacingOccurrences(of: "\n", with: "\r\n")
        },
        Fault(testDescription: "no endobj anywhere", kinds: [.unusableCrossReference]) {
            $0.replacingOccurrences(of: "endobj\n", with: "")
        },
        Fault(testDescription: "cut off before the table") { String($0[..<start]) + "xre" },
        Fault(testDescription: "no header", kinds: [.noHeader, .unusableCrossReference]) {
            $0.replacingOccurrences(of: "%PDF-1.7\n", with: "")
        },
        Fault(
            testDescription: "bytes before the header, offsets from it",
            kinds: [.bytesBeforeHeader, .offsetsFromHeader]
        ) {
            "HTTP/1.1 200 OK\r\n\r\n" + $0
        },
        Fault(testDescription: "one entry used twice", kinds: [.duplicateEntries]) {
            $0.replacingOccurrences(of: "trailer\n", with: "4 1\n0000000015 00000 n \ntrailer\n")
        },
    ]

    @Test(arguments: faults)
    func `it is read, its fault is named, and it may not be signed`(fault: Fault) throws {
        let text = fault.change(Self.sound)
        #expect(text != Self.sound)
        let document = try PDFDocument(data: Data(text.utf8))
        #expect(try document.pageCount() == 2)
        #expect(document.isReconstructed)
        #expect(Set(document.problems.map(\.kind)) == fault.kinds)
        let content = try #require(try document.value("Contents", of: document.page(1).dictionary).stream)
        #expect(String(decoding: try document.decoded(content), as: UTF8.self).contains("(Van ban) Tj"))
        #expect(throws: PDFError.self) { try IncrementalUpdate(continuing: document) }
    }

    /// Faults every reader reads alike.
    static let oddities: [Fault] = [
        Fault(testDescription: "wrong length of a stream", kinds: []) {
            $0.replacingOccurrences(of: "/Length 38", with: "/Length 12")
        },
        Fault(testDescription: "length beyond its end", kinds: []) {
            $0.replacingOccurrences(of: "/Length 38", with: "/Length 99")
        },
        Fault(testDescription: "wrong size", kinds: []) { $0.replacingOccurrences(of: "/Size 8", with: "/Size 3") },
        Fault(testDescription: "comment between table and trailer", kinds: []) {
            $0.replacingOccurrences(of: "trailer\n", with: "%a\n trailer %b\n")
        },
        Fault(testDescription: "entries of 19 bytes", kinds: []) {
            $0.replacingOccurrences(of: " n \n", with: " n\n").replacingOccurrences(of: " f \n", with: " f\n")
        },
        Fault(testDescription: "startxref one byte early", kinds: []) {
            $0.replacingOccurrences(of: "\n\(offset)\n", with: "\n\(Int(offset)! - 1)\n")
        },
        Fault(testDescription: "startxref and its number on one line", kinds: []) {
            $0.replacingOccurrences(of: "startxref\n", with: "startxref ")
        },
        Fault(testDescription: "a version nobody knows", kinds: []) {
            $0.replacingOccurrences(of: "%PDF-1.7", with: "%PDF-9.x")
        },
        Fault(testDescription: "blanks and zeros after the end", kinds: []) { $0 + "\n \0\0\r\n" },
        Fault(testDescription: "no end of line before endstream", kinds: []) {
            $0.replacingOccurrences(of: "\nendstream", with: " endstream")
        },
        Fault(testDescription: "blanks after stream", kinds: []) {
            $0.replacingOccurrences(of: "stream\nBT", with: "stream\rBT")
        },
        Fault(testDescription: "an entry that leads nowhere", kinds: [.missingObject]) {
            $0.replacingOccurrences(of: "trailer\n", with: "90 1\n0000000000 00000 n \ntrailer\n")
        },
    ]

    @Test(arguments: oddities)
    func `what every reader forgives alike is no reason to refuse`(fault: Fault) throws {
        let text = fault.change(Self.sound)
        #expect(text != Self.sound)
        let document = try PDFDocument(data: Data(text.utf8))
        #expect(try document.pageCount() == 2)
        #expect(Set(document.problems.map(\.kind)) == fault.kinds)
        #expect(!document.isReconstructed)
        let content = try #require(try document.value("Contents", of: document.page(0).dictionary).stream)
        #expect(String(decoding: try document.decoded(content), as: UTF8.self).contains("(Van ban) Tj"))
        let update = try IncrementalUpdate(continuing: document).file()
        #expect(try PDFDocument(data: update).pageCount() == 2)
    }

    @Test func `a file of objects in streams is read without its cross reference`() throws {
        let sound = SamplePDF(shape: .stream, pages: 3).data
        let place = try #require(sound.range(of: Data("/Type/XRef".utf8)))
        let broken = sound.replacingCharacters(in: place, with: "/Type/XXXX")
        let document = try PDFDocument(data: broken)
        #expect(try document.pageCount() == 3)
        #expect(document.problems.map(\.kind) == [.unusableCrossReference])
    }

    /// A file of objects in streams, `startxref` moved by `shift`, the last `word` written as `spelling`.
    private static func packed(shift: Int, _ word: String, as spelling: String) throws -> Data {
        var file = SamplePDF(shape: .stream, pages: 11).data
        let start = try #require(file.range(of: Data("startxref\n".utf8))).upperBound
        let digits = file[start...].prefix { $0 != 10 }
        let offset = try #require(Int(String(decoding: digits, as: UTF8.self)))
        file.replaceSubrange(digits.startIndex..<digits.endIndex, with: Data("\(offset + shift)".utf8))
        file.replaceSubrange(
            try #require(file.range(of: Data(word.utf8), options: .backwards)), with: Data(spelling.utf8))
        return file
    }

    @Test func `a cross reference stream where it is said to be, with its length, is no guess`() throws {
        let document = try PDFDocument(data: try Self.packed(shift: 0, "/Size", as: "/Size"))
        #expect(document.problems.isEmpty)
        _ = try IncrementalUpdate(continuing: document)
    }

    @Test func `a cross reference stream of two roots is a guess`() throws {
        let document = try PDFDocument(data: try Self.packed(shift: 0, "/Root 1 0 R", as: "/Root 3 0 R/Root 1 0 R"))
        #expect(document.problems.map(\.kind) == [.repeatedTrailerKey] && document.isReconstructed)
    }

    /// Readers that look for it may each find another one.
    @Test(arguments: [
        ("begins a byte later than said", -1, "/Size", "/Size"),
        ("begins a digit earlier than said", 1, "/Size", "/Size"),
        ("has no length", 0, "/Length", "/Lenght"), ("has no end", 0, "endstream", "endstr   "),
    ])
    func `a cross reference stream that had to be looked for is a guess`(
        name: String, shift: Int, word: String, spelling: String
    ) throws {
        let document = try PDFDocument(data: try Self.packed(shift: shift, word, as: spelling))
        #expect(try document.pageCount() == 11)
        #expect(document.problems.map(\.kind) == [.searchedSection])
        #expect(document.isReconstructed)
        #expect(throws: PDFError.self) { try IncrementalUpdate(continuing: document) }
    }

    @Test func `a comment before the table is no place to hide another one`() throws {
        let text = Self.sound.replacingOccurrences(of: "xref\n0 8", with: "%xref\nxref\n0 8")
        #expect(try PDFDocument(data: Data(text.utf8)).problems.map(\.kind) == [.searchedSection])
    }

    @Test(arguments: ["", "%PDF-1.7\n%%EOF", "Một văn bản không phải PDF.", "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"])
    func `what holds no document is refused by name`(text: String) {
        #expect(throws: PDFError(.notAPDF)) { try PDFDocument(data: Data(text.utf8)) }
    }

    @Test func `the later of two objects with one number counts where there is no table`() throws {
        let text =
            String(Self.sound[..<Self.start])
            + "4 0 obj<</Type/Page/Parent 2 0 R/Rotate 90>>endobj trailer<</Root 1 0 R>>"
        #expect(try PDFDocument(data: Data(text.utf8)).page(0).rotation == 90)
    }

    @Test func `a page tree with broken twigs shows the pages that are there`() throws {
        let text = Self.sound.replacingOccurrences(of: "Kids[4 0 R 6 0 R]", with: "Kids[null 77 0 R 6 0 R]")
        #expect(try PDFDocument(data: Data(text.utf8)).pageCount() == 1)
    }

    @Test func `a page written inside the tree is counted and shown, not signed on`() throws {
        let text = Self.sound.replacingOccurrences(of: "Kids[4 0 R 6 0 R]", with: "Kids[<</Type/Page>>]  ")
        let document = try PDFDocument(data: Data(text.utf8))
        #expect(try document.pageCount() == 1)
        #expect(throws: PDFError(.unsoundForSigning("page without a number"))) { try document.page(0) }
    }
}

extension Data {
    fileprivate func replacingCharacters(in range: Range<Int>, with text: String) -> Data {
        var copy = self
        copy.replaceSubrange(range, with: Data(text.utf8))
        return copy
    }
}
