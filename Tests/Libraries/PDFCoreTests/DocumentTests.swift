import Foundation
import SamplePDFs
import Testing

@testable import PDFCore

/// Đọc tệp PDF ở mọi dạng bảng tham chiếu, và không bao giờ hỏng vì tệp lạ.
@Suite struct DocumentTests {
    @Test(arguments: SamplePDF.Shape.allCases)
    func `pages, inherited attributes and contents are read from every kind of cross reference`(
        shape: SamplePDF.Shape
    ) throws {
        let document = try PDFDocument(
            data: SamplePDF(shape: shape, pages: 3, mediaBox: "[10 20 605 862]", rotation: 450).data)
        #expect(document.revisions.map(\.kind.rawValue) == [shape.rawValue])
        #expect(document.revision.isSelfContained)
        #expect(try document.pageCount() == 3)
        let page = try document.page(2)
        #expect(page.rotation == 90)
        #expect(page.mediaBox == PDFRectangle(minX: 10, minY: 20, maxX: 605, maxY: 862))
        let content = try #require(try document.value("Contents", of: page.dictionary).stream)
        #expect(String(decoding: try document.decoded(content), as: UTF8.self).contains("(Van ban) Tj"))
    }

    @Test(arguments: SamplePDF.Shape.allCases)
    func `an update keeps every earlier byte, the kind of cross reference and the file's name`(
        shape: SamplePDF.Shape
    ) throws {
        let original = SamplePDF(shape: shape).data
        let first = try PDFDocument(data: original)
        var update = try IncrementalUpdate(continuing: first)
        let note = update.add(.dictionary(["Note": .text("Số")]))
        let second = try PDFDocument(data: update.file())
        #expect(second.data.prefix(original.count) == original)
        #expect(second.revisions.count == 2)
        #expect(second.revisions[1].kind == (shape == .stream ? .stream : .table))
        #expect(second.trailer["XRefStm"] == nil)
        #expect(try second.object(note).dictionary?["Note"]?.text == "Số")
        #expect(try second.atRevision(0)?.object(note) == .null)
        #expect(second.revisions[0].end == original.count)
        var again = try IncrementalUpdate(continuing: second)
        again.set(note, to: .integer(7))
        let third = try PDFDocument(data: again.file())
        let identifiers = [second, third].map { $0.trailer["ID"]?.array ?? [] }
        #expect(identifiers[0].first == identifiers[1].first && identifiers[0].last != identifiers[1].last)
        #expect(third.numbersTouched(after: 1).contains(note.number))
        #expect(try third.object(note) == .integer(7))
        #expect(try third.pageCount() == 1)
    }

    @Test(arguments: SamplePDF.Shape.allCases)
    func `each revision shows what was the newest when it was saved`(shape: SamplePDF.Shape) throws {
        var file = SamplePDF(shape: shape).data
        let (often, seldom) = (PDFReference(60), PDFReference(30))
        for value in 1...20 {
            var update = try IncrementalUpdate(continuing: try PDFDocument(data: file))
            update.set(often, to: .integer(value))
            if value.isMultiple(of: 7) { update.set(seldom, to: .integer(value)) }
            file = update.file()
        }
        let document = try PDFDocument(data: file)
        for revision in 0...20 {
            let shown = try #require(document.atRevision(revision))
            #expect(try shown.object(often) == (revision == 0 ? .null : .integer(revision)))
            #expect(try shown.object(seldom) == (revision < 7 ? .null : .integer(revision / 7 * 7)))
            #expect(try shown.pageCount() == 1)
        }
        #expect(document.numbersTouched(after: 13).isSuperset(of: [30, 60]))
        #expect(!document.numbersTouched(after: 14).contains(30))
    }

    @Test func `pages are picked by what they say themselves`() throws {
        let document = try PDFDocument(data: SamplePDF(pages: 5).data)
        #expect(try document.pages(first: 3) { _ in true }.map(\.index) == [0, 1, 2])
        #expect(try document.pages(first: 9) { $0["Annots"] != nil }.isEmpty)
        let pages = try document.pages(first: 9) { $0["Contents"] == .reference(PDFReference(9)) }
        #expect(pages.map(\.index) == [2])
        #expect(pages.first?.page.mediaBox == PDFRectangle(minX: 0, minY: 0, maxX: 595, maxY: 842))
    }

    @Test func `a comment before the last startxref belongs to the revision`() throws {
        let file = String(decoding: SamplePDF().data, as: UTF8.self).replacingOccurrences(
            of: "startxref", with: "%writer-5.2.1\nstartxref")
        let document = try PDFDocument(data: Data(file.utf8))
        #expect(document.revision.end == file.utf8.count)
        #expect(document.revision.isSelfContained)
    }

    /// Its table names a place beyond it, its hidden stream stands there, or it is in two parts.
    @Test func `a later revision is whole without what is added after it`() throws {
        let base = SamplePDF().data
        let alone = try RawUpdate([9: "[]"]).appended(to: base)
        let row = { (offset: Int) in String(format: "%010d 00000 n \n", offset) }
        func edited(_ edit: (String) -> String) throws -> Data {
            try RawUpdate([9: "[]"]).appended(to: base, edit: edit)
        }
        let count = try edited { $0.replacing("xref\n9", with: "xref\n8 1\n\(row(0))9") }.count
        let pointing = try edited { $0.replacing("xref\n9", with: "xref\n8 1\n\(row(count))9") }
        let hidden = "11 0 obj\n<</Type/XRef/W[1 1 1]/Index[8 1]/Size 12/Length 3>>stream\n\0\0\0\nendstream\nendobj\n"
        let length = try edited { $0.replacing("/Root", with: "/XRefStm 1111/Root") }.count
        let hiding = try edited { $0.replacing("/Root", with: "/XRefStm \(length)/Root") } + Data(hidden.utf8)
        for (file, isWhole) in [(alone, true), (pointing, false), (hiding, false)] {
            let later = try PDFDocument(data: try RawUpdate([8: "(sau)"]).appended(to: file))
            #expect(later.revisions.map(\.isSelfContained) == [true, isWhole, true])
        }
        let first = base.count
        let previous = try PDFDocument(data: base).revision.crossReferenceOffset
        let upper = { (below: Int) in
            "xref\n0 0\ntrailer\n<</Size 9/Root 1 0 R/Prev \(String(format: "%04d", below))>>\n"
        }
        let second = first + upper(1000).utf8.count
        let lower = "xref\n0 0\ntrailer\n<</Size 9/Root 1 0 R/Prev \(previous)>>\nstartxref\n\(first)\n%%EOF\n"
        let parted = try PDFDocument(data: base + Data((upper(second) + lower).utf8))
        #expect(parted.revisions.map(\.isSelfContained) == [true, false])
    }

    @Test func `a hybrid file is in conflict where its two views show different objects`() throws {
        let sound = SamplePDF(shape: .hybrid).data
        #expect(try PDFDocument(data: sound).revisions.map(\.hasHybridConflict) == [false])
        let content = try #require(try PDFDocument(data: sound).range(of: PDFReference(5))).lowerBound
        let page = try #require(try PDFDocument(data: sound).range(of: PDFReference(4))).lowerBound
        let other = try #require(sound.range(of: Data(String(format: "%010d 00000 n", content).utf8)))
        var file = sound
        file.replaceSubrange(other, with: Data(String(format: "%010d 00000 n", page).utf8))
        #expect(try PDFDocument(data: file).revisions.map(\.hasHybridConflict) == [true])
    }

    @Test func `a page tree that contains itself is refused`() throws {
        let file = String(decoding: SamplePDF().data, as: UTF8.self).replacingOccurrences(
            of: "Kids[4 0 R]", with: "Kids[2 0 R]")
        let document = try PDFDocument(data: Data(file.utf8))
        #expect(throws: PDFError(.loop)) { try document.pageCount() }
    }

    @Test func `a broken file may be shown but not continued`() throws {
        let document = try PDFDocument(data: SamplePDF().data + Data("more".utf8))
        #expect(try document.pageCount() == 1)
        #expect(throws: PDFError(.unsoundForSigning("bytes after the end"))) {
            try IncrementalUpdate(continuing: document)
        }
    }

    // MARK: hostile bytes

    /// Everything the readers offer, whatever comes of it.
    private func read(_ data: Data) {
        guard let document = try? PDFDocument(data: data) else { return }
        for page in 0..<3 { _ = try? document.page(page) }
        for number in 0..<12 {
            guard let stream = try? document.object(PDFReference(number)).stream else { continue }
            _ = try? document.decoded(stream)
        }
        _ = try? IncrementalUpdate(continuing: document).file()
    }

    @Test(arguments: SamplePDF.Shape.allCases)
    func `a file cut off anywhere is an error, never a crash`(shape: SamplePDF.Shape) {
        let file = SamplePDF(shape: shape, pages: 2).data
        for count in 0..<file.count { read(file.prefix(count)) }
    }

    @Test(arguments: SamplePDF.Shape.allCases, 1...10)
    func `bytes flipped at random are an error, never a crash`(shape: SamplePDF.Shape, seed: Int) {
        let file = [UInt8](SamplePDF(shape: shape, pages: 2).data)
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        for _ in 0..<200 {
            var octets = file
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                octets[Int(state >> 33) % octets.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            read(Data(octets))
        }
    }

    @Test(arguments: ["[", "<<", "<</A ", "(", "[<<"])
    func `objects nested without end reach the limit`(opening: String) {
        let text = Data(String(repeating: opening, count: 100_000).utf8)
        #expect(throws: PDFError.self) {
            try text.scanning { bytes throws(PDFError) in
                var parser = ObjectParser(text, bytes, at: 0)
                return try parser.object()
            }
        }
    }

    @Test func `a stream that unpacks without end reaches the limit`() {
        let bomb = Deflate.deflate(Data(count: 4 << 20))
        #expect(throws: PDFError(.limit(.decodedBytes))) { try Deflate.inflate(bomb, limit: 1 << 20) }
    }
}
