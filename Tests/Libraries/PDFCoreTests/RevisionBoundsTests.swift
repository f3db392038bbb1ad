import Foundation
import SamplePDFs
import Testing

@testable import PDFCore

/// Mỗi phiên bản của tệp chỉ gồm các byte của chính nó: không đối tượng nào được lấy thêm byte của phiên bản sau.
@Suite struct RevisionBoundsTests {
    /// A file whose object 9 is `object`, and a later revision that brings `later` as object 10.
    private static func file(_ object: String, later: String) throws -> (data: Data, end: Int) {
        let base = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: base)
        update.set(PDFReference(9), toRaw: Data(object.utf8))
        let first = update.file()
        var next = try IncrementalUpdate(continuing: try PDFDocument(data: first))
        next.set(PDFReference(10), toRaw: Data(later.utf8))
        return (next.file(), first.count)
    }

    private static let ending = "<</Length 2>>stream\nxx\nendstream"

    /// Objects that later bytes would complete or lengthen.
    @Test(arguments: [
        ("a stream without an end", "<</Length 3>>stream\nabc"),
        ("a stream whose length leads out", "<</Length 400>>stream\nabc\nendstream"),
        ("a length beyond all numbers", "<</Length 9223372036854775807>>stream\nabc\nendstream"),
        ("a string never closed", "(abc"), ("a list never closed", "[1 2"),
    ])
    func `an earlier revision takes no bytes of a later one`(name: String, object: String) throws {
        let (data, end) = try Self.file(object, later: Self.ending + " ) ] > >>")
        let alone = try PDFDocument(data: data.prefix(end))
        let earlier = try #require(try PDFDocument(data: data).atRevision(1))
        let reference = PDFReference(9)
        #expect((try? earlier.object(reference)) == (try? alone.object(reference)))
        #expect(((try? earlier.range(of: reference))??.upperBound ?? 0) <= end)
        #expect(earlier.reachesBeyondRevision(reference))
        #expect(!alone.reachesBeyondRevision(reference))
    }

    @Test(arguments: ["<</Length 3>>stream\nabc\nendstream", "<</Length 9>>stream\nabc\nendstream", "[1 2]", "(abc)"])
    func `an object that ends in its revision ends there for every reader`(object: String) throws {
        let (data, end) = try Self.file(object, later: Self.ending)
        let document = try PDFDocument(data: data)
        let alone = try PDFDocument(data: data.prefix(end))
        for index in 1...2 {
            let shown = try #require(document.atRevision(index))
            #expect(try shown.object(PDFReference(9)) == alone.object(PDFReference(9)))
            #expect(!shown.reachesBeyondRevision(PDFReference(9)))
        }
    }

    @Test func `an older cross reference stream ends before the newer section`() throws {
        var file = SamplePDF(shape: .stream).data
        let place = try #require(file.range(of: Data("endstream".utf8), options: .backwards))
        file.replaceSubrange(place, with: Data("endstr   ".utf8))
        let start = try #require(file.range(of: Data("startxref\n".utf8)))
        let offset = String(decoding: file[start.upperBound...].prefix { $0 != 10 }, as: UTF8.self)
        let objects = file.count
        file += Data("9 0 obj\n\(Self.ending)\nendobj\n".utf8)
        let table = file.count
        let row = String(format: "%010d 00000 n \n", objects)
        file += Data(
            "xref\n9 1\n\(row)trailer\n<</Size 10/Root 1 0 R/Prev \(offset)>>\nstartxref\n\(table)\n%%EOF\n".utf8)
        let document = try PDFDocument(data: file)
        #expect(document.isReconstructed)
        #expect(try document.pageCount() == 1)
    }

    @Test func `an older cross reference stream does not reach past the newer section`() throws {
        var file = SamplePDF(shape: .stream).data
        let start = try #require(file.range(of: Data("startxref\n".utf8)))
        let offset = String(decoding: file[start.upperBound...].prefix { $0 != 10 }, as: UTF8.self)
        let length = try #require(file.range(of: Data("/Length ".utf8), options: .backwards)).upperBound
        let begin = try #require(file.range(of: Data(">>stream\n".utf8), options: .backwards)).lowerBound
        file.replaceSubrange(length..<begin, with: Data("000".utf8))
        file = try RawUpdate([9: "[]"]).appended(to: file) { $0.replacing(/Prev \d+/, with: "Prev \(offset)") }
        file = try RawUpdate([10: Self.ending]).appended(to: file)
        // Its length leads to the end of the stream that was added last.
        let reach = try #require(file.range(of: Data("\nendstream".utf8), options: .backwards)).lowerBound
        let count = reach - (length + 3 + ">>stream\n".utf8.count)
        file.replaceSubrange(length..<length + 3, with: Data(String(format: "%03d", count).utf8))
        #expect(try PDFDocument(data: file).problems.map(\.kind) == [.searchedSection])
    }
}
