import Digests
import Foundation
import SamplePDFs
import Testing

@testable import PDFCore

/// Phần thêm vào tệp được xét đúng từng chữ của tiêu chuẩn: lệch chuẩn thì mỗi phần mềm tự sửa tệp theo cách của mình.
@Suite struct AppendedBytesTests {
    private static let base = SamplePDF().data

    // MARK: object streams

    private static func stream(_ text: String, count: Int, first: Int, type: String = "ObjStm") throws -> ObjectStream {
        let dictionary: PDFDictionary = ["Type": .name(PDFName(type)), "N": .integer(count), "First": .integer(first)]
        return try ObjectStream(dictionary, content: Data(text.utf8))
    }

    @Test func `the index of the entry tells which of two objects with one number is meant`() throws {
        let stream = try Self.stream("3 0 3 2 1 2 ", count: 2, first: 8)
        #expect(try stream.object(3, at: 0).object == .integer(1))
        #expect(try stream.object(3, at: 1).object == .integer(2))
        #expect(try stream.object(3, at: 1).isRepaired)
    }

    @Test func `objects in their order, each ending before the next begins, need no repair`() throws {
        let stream = try Self.stream("3 0 4 4 (a)\n<<>> ", count: 2, first: 8)
        for (index, number) in [3, 4].enumerated() { #expect(try !stream.object(number, at: index).isRepaired) }
    }

    @Test(arguments: [
        ("numbers that are not those of the entries", "4 0 3 2 1 2 ", 2, 8, "ObjStm"),
        ("offsets that descend", "3 2 4 0 1 2 ", 2, 8, "ObjStm"),
        ("an object that goes on in the next", "3 0 4 2 [1 2] ", 2, 8, "ObjStm"),
        ("something between two objects", "3 0 4 4 1 2 3 ", 2, 8, "ObjStm"),
        ("fewer objects than it says", "3 0 1 ", 2, 4, "ObjStm"),
        ("a beginning among the numbers", "3 4 4 6 1 2 ", 2, 4, "ObjStm"),
        ("another type", "3 0 4 2 1 2 ", 2, 8, "Metadata"),
    ])
    func `an object stream others read differently is repaired`(
        name: String, text: String, count: Int, first: Int, type: String
    ) throws {
        #expect(try Self.stream(text, count: count, first: first, type: type).object(3, at: 0).isRepaired)
    }

    // MARK: objects

    private static func isRepaired(_ object: String) throws -> Bool {
        try PDFDocument(data: try RawUpdate([9: object]).appended(to: base)).isRepaired(9)
    }

    @Test(arguments: [
        "<</A 5 0 R/B[1 -2 .5 +3 4.]/C(a\\)b)/D<41 4>/E#20F true/G null>>", "<<>>stream\n\nendstream",
        "<</Length 2>>stream\r\nab\r\nendstream", "<</Length 2>>\nstream\nabendstream", "12 % nothing", "[[[]]]",
    ])
    func `an object as the standard wants it needs no repair`(object: String) throws {
        let length = object.hasPrefix("<<>>stream") ? object.replacing("<<>>", with: "<</Length 0>>") : object
        #expect(try !Self.isRepaired(length))
    }

    @Test(arguments: [
        "<</A 5 0 R/A>>", "<</A 5 0 R 30 0 R>>", "<</A 5>>/A 6>>", "[1 2) 3]", "<</A{1}>>", "[foo]", "<</A --5>>",
        "[1.2.3]", "[-]", "<</A#00 1>>", "<</A#7 1>>", "<4z>", "<</Length 2>>stream\rab\nendstream",
        "<</Length 2>>streamab\nendstream", "<</Length 2>>stream \nab\nendstream", "<</Length 9>>stream\nab\nendstream",
        "<<>>stream\nab\nendstream", "<</Length 2>>stream\nab\nendstreamendobj", "5 junk", "(never closed", "",
    ])
    func `an object that is read with repairs is known as such`(object: String) throws {
        #expect(try Self.isRepaired(object))
    }

    @Test func `a comment between the numbers of an object is a repair, one behind them is none`() throws {
        let file = try RawUpdate([9: "[1]"]).appended(to: Self.base)
        for (header, isRepaired) in [("9 %\n0 obj", true), ("9\n0\nobj", false), ("9 0 obj%\n", false)] {
            let text = String(decoding: file, as: UTF8.self).replacing("9 0 obj\n[1]\n", with: header + "[1]\n")
            let shift = header.utf8.count - "9 0 obj\n".utf8.count
            let start = try PDFDocument(data: file).revision.crossReferenceOffset
            let moved = text.replacing("startxref\n\(start)", with: "startxref\n\(start + shift)")
            let document = try PDFDocument(data: Data(moved.utf8))
            #expect(document.isRepaired(9) == isRepaired, Comment(rawValue: header))
        }
    }

    // MARK: cross references

    private static func departures(_ old: String, _ new: String) throws -> Set<RevisionDeparture> {
        let update = RawUpdate([3: "<</Type/Font>>", 9: "[]"])
        let file = try update.appended(to: base) { $0.replacing(old, with: new) }
        return try #require(try PDFDocument(data: file).revisions.last).departures
    }

    @Test(arguments: [
        (" n \n", " n\r\n"), (" n \n", " n \r"), ("xref\n3", "xref \r\n3"), ("3 1\n", "3 1 \r\n"),
        ("\n9 1\n", "\n\n9 1\n"),
        ("xref\n", "xref\n0 1\n0000000000 65535 f \n"), ("trailer\n", "trailer "),
        (">>\nstartxref", ">>\n% by hand\nstartxref"),
        ("%%EOF\n", "%%EOF"), ("/Size", "/XRefStm null/Size"), ("xref\n3", "xref\n7 0\n3"),
    ])
    func `a table written as the standard allows departs in nothing`(old: String, new: String) throws {
        #expect(try Self.departures(old, new).isEmpty)
    }

    @Test(arguments: [
        (" n \n", " n\n", RevisionDeparture.tableForm), (" n \n", " n  \n", .tableForm),
        (" 00000 n", "  00000 n", .tableForm),
        ("xref\n3", "xref 3", .tableForm), ("3 1\n", "3 1 %\n", .tableForm), ("3 1\n", "3  1\n", .tableForm),
        ("3 1\n", "3 1 ", .tableForm), ("xref\n3", "xref\n0 1\n0000000000 99999 f \n3", .tableForm),
        ("xref\n3", "xref\n0 1\n0000000009 00000 n \n3", .tableForm), ("xref\n3", "xref\n%\n3", .tableForm),
        ("/Size", "/A 5 6/Size", .trailerForm), ("/Root", "/A 1)/Root", .trailerForm),
        (">>\n", "/Root>>\n", .trailerForm),
        ("/Size 16", "/Size 5", .size), ("/Size 16", "/Size 16.0", .size), ("/Size 16", "/Size(18)", .size),
        ("/Size 16", "/Size 9999999999", .size), ("/Size 16", "", .size),
        ("/Prev ", "/Prev 0000000000000000", .previous),
        (">>\n", "/XRefStm 5.5>>\n", .hiddenSection), (">>\n", "/XRefStm/A>>\n", .hiddenSection),
        ("xref\n3", "xref\n8 1\n0000000020 00000 n \n3", .missingObject),
        ("xref\n3", "\nxref\n3", .ending), (">>\nstartxref\n", ">>\n7\nstartxref\n", .ending),
        ("startxref\n", "startxref\n%\n", .ending),
        ("%%EOF", String(repeating: " ", count: 1024) + "%%EOF", .ending), ("%%EOF", "%EOF", .ending),
    ])
    func `a table others may repair departs from the form`(
        old: String, new: String, departure: RevisionDeparture
    ) throws {
        #expect(try Self.departures(old, new).contains(departure))
    }

    @Test func `numbers of revisions before count for the size, too`() throws {
        let file = try RawUpdate([9: "[]"]).appended(to: Self.base)
        let next = try RawUpdate([3: "<<>>"]).appended(to: file) { $0.replacing(/Size \d+/, with: "Size 9") }
        #expect(try PDFDocument(data: next).revision.departures == [.size])
    }

    @Test func `what a table before it missed already, a later table may miss again`() throws {
        let row = "8 1\n0000000020 00000 n \n"
        let edit = { (table: String) in table.replacing("xref\n", with: "xref\n" + row, maxReplacements: 1) }
        let file = try RawUpdate([9: "[]"]).appended(to: Self.base, edit: edit)
        let next = try PDFDocument(data: try RawUpdate([9: "[1]"]).appended(to: file, edit: edit))
        #expect(next.revisions.map { $0.departures.contains(.missingObject) } == [false, true, false])
    }

    @Test(
        arguments: [
            ("", "", []), ("/W[1 4 1]", "/W[1 4 1 0]", [.streamForm]),
            ("/Index[", "/Index[3 0 ", []), ("]/Size", " 40 3]/Size", [.streamForm]),
            ("stream\n01", "stream\n07", [.streamForm]), ("/Filter", "/A 1 2/Filter", [.trailerForm]),
            (">>stream\n", ">>stream", [.trailerForm]), ("endobj\nstartxref", "startxref", [.trailerForm]),
        ] as [(String, String, Set<RevisionDeparture>)])
    func `a cross reference stream departs only where it is not as the standard wants it`(
        old: String, new: String, departures: Set<RevisionDeparture>
    ) throws {
        let update = RawUpdate([3: "<</Type/Font>>"])
        let file = try update.appended(
            to: Self.base, stream: (10, RawUpdate.container([(11, "[]", nil)])), packed: [11: [2, 10, 0]]
        ) { old.isEmpty ? $0 : $0.replacing(old, with: new) }
        #expect(try PDFDocument(data: file).revision.departures == departures)
    }

    @Test func `a member of an object stream is repaired where it is not as the standard wants it`() throws {
        for (object, isRepaired) in [("[1 2]", false), ("[1 2) 3]", true)] {
            let container = RawUpdate.container([(11, object, nil)])
            let file = try RawUpdate([:]).appended(to: Self.base, stream: (10, container), packed: [11: [2, 10, 0]])
            #expect(try PDFDocument(data: file).isRepaired(11) == isRepaired)
        }
    }

    @Test func `a member of an object stream that was written anew is not where it was`() throws {
        let rows = [11: [2, 10, 0]]
        let older = try RawUpdate([:]).appended(
            to: Self.base, stream: (10, RawUpdate.container([(11, "[]", nil)])), packed: rows)
        let newer = try RawUpdate([:]).appended(
            to: older, stream: (10, RawUpdate.container([(11, "[1]", nil)])), packed: rows)
        let document = try PDFDocument(data: newer)
        let before = try #require(document.atRevision(1))
        #expect(!document.isUntouched(11, since: before) && document.isUntouched(3, since: before))
    }

    // MARK: objects nobody lists

    private static func unlisted(_ data: Data) throws -> Set<Int> {
        let document = try PDFDocument(data: data)
        let older = try #require(document.atRevision(document.revisionIndex - 1))
        return document.unlistedNumbers(after: older, touched: document.numbersTouched(after: older.revisionIndex))
    }

    @Test(arguments: [
        "5 0 obj<<>>endobj\n", "5\n0\nobj\n", "5 %x\n0 %y 1\nobj\n", "5 0obj", "05 000 obj", "x5 0 obj ",
        "5\u{0}0\u{0}obj",
        "5 3 obj []\n", "% 5 0 obj\n", "(5 0 obj)\n",
    ])
    func `an object that no table lists is found wherever it is written`(text: String) throws {
        #expect(try Self.unlisted(try RawUpdate([9: "[]"], unlisted: text).appended(to: Self.base)) == [5])
        let inside = "<</Length \(text.utf8.count)>>stream\n\(text)\nendstream"
        #expect(try Self.unlisted(try RawUpdate([9: inside]).appended(to: Self.base)) == [5])
        #expect(try Self.unlisted(try RawUpdate([9: "[]"]).appended(to: Self.base) + Data(text.utf8)) == [5])
    }

    @Test(arguments: ["endobj\n", "obj\n", "object 5 0 objx", "a 0 obj", "50obj", "5 0 ob j", "trailer 5 0 R\n"])
    func `what is no object is none`(text: String) throws {
        let found = try Self.unlisted(try RawUpdate([9: "[]"], unlisted: text).appended(to: Self.base))
        #expect(found == (text.contains("5 0 obj") ? [5] : []))
    }

    @Test(arguments: SamplePDF.Shape.allCases)
    func `our own revisions list all they write`(shape: SamplePDF.Shape) throws {
        var update = try IncrementalUpdate(continuing: try PDFDocument(data: SamplePDF(shape: shape).data))
        update.set(PDFReference(3), to: .dictionary(["Type": .name("Font")]))
        let document = try PDFDocument(data: update.file())
        #expect(try Self.unlisted(update.file()).isEmpty)
        #expect(document.revision.departures.isEmpty)
        #expect((0..<document.nextNumber).allSatisfy { !document.isRepaired($0) })
    }

    @Test func `members of an object stream that no row lists are found`() throws {
        let container = RawUpdate.container([(11, "[]", nil), (3, "<<>>", nil)])
        for (rows, expected) in [([11: [2, 10, 0], 3: [2, 10, 1]], Set<Int>()), ([11: [2, 10, 0]], [3])] {
            let file = try RawUpdate([:]).appended(to: Self.base, stream: (10, container), packed: rows)
            #expect(try Self.unlisted(file) == expected)
        }
    }

    /// Readers that look for objects take the stream for the one that has the number by right.
    @Test(
        arguments: [
            (15, [11: [2, 10, 0]], []), (11, [11: [2, 10, 0]], [11]), (5, [11: [2, 10, 0], 5: [0, 0, 0]], [5]),
        ] as [(Int, [Int: [Int]], Set<Int>)])
    func `a cross reference stream has a number that is no other object's`(
        number: Int, rows: [Int: [Int]], expected: Set<Int>
    ) throws {
        let container = RawUpdate.container([(11, "[]", nil)])
        let file = try RawUpdate([:]).appended(to: Self.base, stream: (10, container), packed: rows) {
            $0.replacing("15 0 obj", with: "\(number) 0 obj")
        }
        #expect(try Self.unlisted(file) == expected)
    }

    @Test(arguments: 0...12)
    func `an object is found across the pieces a file is read in`(shift: Int) throws {
        let piece = 256 << 10
        let text = "\n12 0 obj\n"
        var file = Data(repeating: 0x20, count: piece - shift)
        file += Data(text.utf8) + Data(repeating: 0x20, count: 100)
        var found: [[Int]] = []
        HeaderScan(ByteSource(file)).forEach(in: 0..<file.count) {
            found.append([$0, $1])
            return true
        }
        #expect(found == [[12, piece - shift + 1]])
    }

    @Test(arguments: [
        String(repeating: " ", count: 3000) + "0 obj", "0" + String(repeating: " ", count: 3000) + "obj",
        " 0 %" + String(repeating: "x", count: 3000) + "\nobj",
    ])
    func `numbers far before their word are not passed over`(text: String) {
        let file = Data(("%PDF 5" + text).utf8)
        var found = 0
        HeaderScan(ByteSource(file)).forEach(in: 0..<file.count) { _, _ in
            found += 1
            return true
        }
        #expect(found == 1)
    }

    @Test func `a number nobody can read is no reason to pass an object over`() {
        let file = Data("00000000000000000000005 0 obj".utf8)
        var found: [Int] = []
        HeaderScan(ByteSource(file)).forEach(in: 0..<file.count) { number, _ in
            found.append(number)
            return true
        }
        #expect(found == [-1])
    }

    // MARK: the end

    @Test(arguments: [(0, false), (900, false), (1024, true), (4096, true)])
    func `an end more than a kilobyte away is not found by every reader`(blanks: Int, isBuried: Bool) throws {
        #expect(try PDFDocument(data: Self.base + Data(repeating: 10, count: blanks)).isEndBuried == isBuried)
    }
}
