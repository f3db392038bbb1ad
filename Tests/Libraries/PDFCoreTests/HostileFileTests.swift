import Foundation
import SamplePDFs
import Testing

@testable import PDFCore

/// Tệp được làm ra để làm treo, làm tràn bộ nhớ hay làm hỏng chương trình: đọc xong trong giới hạn, hoặc từ chối.
@Suite struct HostileFileTests {
    private static let catalog = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"

    /// A file that no cross reference helps with.
    private static func loose(_ body: String) -> Data {
        Data(("%PDF-1.7\n" + catalog + body + "\ntrailer<</Root 1 0 R>>\n").utf8)
    }

    private static func packed(_ number: Int, _ content: Data, _ members: String) -> Data {
        let stream = Deflate.deflate(content, level: 9)
        return Data("\(number) 0 obj<</Type/ObjStm\(members)/Filter/FlateDecode/Length \(stream.count)>>stream\n".utf8)
            + stream + Data("\nendstream endobj\n".utf8)
    }

    struct Attack: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var file: @Sendable () -> Data
    }

    static let attacks: [Attack] = [
        Attack(testDescription: "objects that are never closed, each to the end of the file") {
            loose("2 0 obj<</Kids[]>>endobj\n" + String(repeating: "9 0 obj (\n", count: 40_000))
        },
        Attack(testDescription: "arrays that are never closed") {
            loose("2 0 obj<</Kids[]>>endobj\n" + String(repeating: "9 0 obj [\n", count: 40_000))
        },
        Attack(testDescription: "streams that are never closed") {
            loose("2 0 obj<</Kids[]>>endobj\n" + String(repeating: "9 0 obj<<>>stream\n", count: 40_000))
        },
        Attack(testDescription: "hexadecimal strings that are never closed") {
            loose("2 0 obj[]endobj\n" + String(repeating: "9 0 obj <\n", count: 40_000))
        },
        Attack(testDescription: "a table that sends every number to one overlapping place") {
            let body = "%PDF-1.7\n" + (0..<20_000).map { "\($0 + 10) 0 obj (" }.joined(separator: "\n") + "\n"
            var offset = 9
            let rows = (0..<20_000).map { index in
                defer { offset += "\(index + 10) 0 obj (\n".utf8.count }
                return String(format: "%010d 00000 n \n", offset)
            }
            let table = "xref\n10 20000\n" + rows.joined() + "trailer<</Root 10 0 R/Size 20010>>\n"
            return Data((body + table + "startxref\n\(body.utf8.count)\n%%EOF\n").utf8)
        },
        Attack(testDescription: "a page tree as wide as it is deep") {
            let kids = String(repeating: "2 0 R ", count: 20_000)
            return loose("2 0 obj<</Type/Pages/Kids[\(kids)]>>endobj")
        },
        Attack(testDescription: "one list of kids that many nodes share") {
            let nodes = (10..<3000).map { "\($0) 0 R" }.joined(separator: " ")
            let objects = (10..<3000).map { "\($0) 0 obj<</Kids 3 0 R>>endobj" }.joined(separator: "\n")
            return loose("2 0 obj<</Kids 3 0 R>>endobj 3 0 obj[\(nodes)]endobj\n" + objects)
        },
        Attack(testDescription: "references that lead in a circle") {
            loose("2 0 obj 3 0 R endobj 3 0 obj 4 0 R endobj 4 0 obj 2 0 R endobj")
        },
        Attack(testDescription: "lengths that lead in a circle") {
            loose(
                "2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Length 4 0 R>>stream\na\nendstream endobj "
                    + "4 0 obj<</Length 3 0 R>>stream\nb\nendstream endobj")
        },
        Attack(testDescription: "object streams packed in each other") {
            let first = packed(5, Data("6 0 2 9 <</Kids[]>>".utf8), "/N 2/First 8/Extends 6 0 R")
            let second = packed(6, Data("5 0 2 9 <</Kids[]>>".utf8), "/N 2/First 8/Extends 5 0 R")
            return loose("") + first + second
        },
        Attack(testDescription: "object streams that unpack without end") {
            let bomb = Data(repeating: 32, count: 60 << 20)
            return (5..<25).reduce(loose("2 0 obj<</Kids[5 0 R]>>endobj ")) { file, number in
                file + (number == 5 ? packed(5, bomb, "/N 1000000/First 0") : packed(number, Data(), "/N 9/First 0"))
            }
        },
        Attack(testDescription: "a cross reference stream of millions of rows") {
            let rows = Deflate.deflate(Data(count: 100 << 20), level: 9)
            let start = "%PDF-1.7\n" + catalog
            let head =
                "7 0 obj<</Type/XRef/W[1 1 1]/Size 99999999/Root 1 0 R/Filter/FlateDecode/Length \(rows.count)>>stream\n"
            return Data((start + head).utf8) + rows
                + Data("\nendstream endobj\nstartxref\n\(start.utf8.count)\n%%EOF".utf8)
        },
        Attack(testDescription: "a chain of thousands of sections") {
            var file = "%PDF-1.7\n" + catalog + "2 0 obj<</Kids[]>>endobj\n"
            var previous = 0
            for _ in 0..<2000 {
                let start = file.utf8.count
                file += "xref\n0 0\ntrailer<</Root 1 0 R/Prev \(previous)>>\nstartxref\n\(start)\n%%EOF\n"
                previous = start
            }
            return Data(file.utf8)
        },
        Attack(testDescription: "giant numbers everywhere") {
            let many = String(repeating: "9", count: 14)
            return loose(
                "2 0 obj<</Kids[\(many) 0 R]/Count \(many)/Rotate \(many)/MediaBox[\(many) 0 -\(many) 1]>>endobj "
                    + "\(many) 0 obj<</N \(many)/First \(many)/Type/ObjStm>>stream\nendstream endobj")
        },
        Attack(testDescription: "a predictor of giant rows") {
            let stream = Deflate.deflate(Data(count: 1 << 20), level: 9)
            return loose(
                "2 0 obj<</Kids[]>>endobj 8 0 obj<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 1000000"
                    + "/Colors 32/BitsPerComponent 16>>/Length \(stream.count)>>stream\n")
                + stream + Data("\nendstream endobj".utf8)
        },
    ]

    @Test(arguments: attacks)
    func `it is read to its end in seconds, or refused`(attack: Attack) {
        let file = attack.file()
        let time = ContinuousClock().measure {
            guard let document = try? PDFDocument(data: file, toleratesLock: true) else { return }
            _ = try? document.pageCount()
            _ = try? document.page(5)
            for number in 0..<200 {
                guard let stream = try? document.object(document.reference(number)).stream else { continue }
                _ = try? document.decoded(stream)
            }
            _ = try? IncrementalUpdate(continuing: document).file()
        }
        #expect(time < .seconds(30))
    }

    /// A file without pages and where its table stands; whatever follows may be a later section.
    private static let empty: (file: Data, table: Int) = {
        let body = "%PDF-1.7\n" + catalog + "2 0 obj<</Kids[]>>endobj\n"
        let rows = [9, 9 + catalog.utf8.count].map { String(format: "%010d 00000 n \n", $0) }.joined()
        let table = "xref\n1 2\n\(rows)trailer<</Root 1 0 R>>\nstartxref\n\(body.utf8.count)\n%%EOF\n"
        return (Data((body + table).utf8), body.utf8.count)
    }()

    @Test(arguments: [PDFLimits.revisions, PDFLimits.revisions + 1])
    func `a chain is followed for so many sections as are read, and no further`(count: Int) throws {
        var (file, previous) = Self.empty
        for _ in 1..<count {
            let start = file.count
            let table = "xref\n0 0\ntrailer<</Root 1 0 R/Prev \(previous)>>\nstartxref\n\(start)\n%%EOF\n"
            file += Data(table.utf8)
            previous = start
        }
        let document = try PDFDocument(data: file)
        #expect(document.revisions.count == (count == PDFLimits.revisions ? count : 1))
    }

    @Test(arguments: [1, 2])
    func `the rows of all sections together have a limit`(sections: Int) throws {
        var (file, previous) = Self.empty
        let count = PDFLimits.objects / 2
        let rows = Deflate.deflate(Data(count: count * 3), level: 1)
        for section in 1...sections {
            let start = file.count
            let head =
                "\(6 + section) 0 obj<</Type/XRef/W[1 1 1]/Index[10 \(count)]/Size \(count + 10)/Root 1 0 R"
                + "/Prev \(previous)/Filter/FlateDecode/Length \(rows.count)>>stream\n"
            file += Data(head.utf8) + rows + Data("\nendstream\nendobj\nstartxref\n\(start)\n%%EOF\n".utf8)
            previous = start
        }
        let document = try PDFDocument(data: file)
        #expect(document.problems.contains { $0.kind == .unusableCrossReference } == (sections == 2))
    }

    @Test(arguments: [(PDFLimits.pages - 1, true), (PDFLimits.pages, false)])
    func `a page tree has so many nodes at the most`(kids: Int, isRead: Bool) throws {
        let file = Self.loose("2 0 obj<</Type/Pages/Kids[\(String(repeating: "<<>>", count: kids))]>>endobj")
        let document = try PDFDocument(data: file)
        if isRead {
            #expect(try document.pageCount() == kids)
        } else {
            #expect(throws: PDFError(.limit(.pages))) { try document.pageCount() }
        }
    }

    @Test func `what a page tree still has to show is bounded before it is looked at`() throws {
        let kids = String(repeating: "3 0 R ", count: PDFLimits.pages * 2 + 1)
        let document = try PDFDocument(
            data: Self.loose("2 0 obj<</Type/Pages/Kids[\(kids)]>>endobj 3 0 obj<</Type/Page>>endobj"))
        #expect(throws: PDFError(.limit(.pages))) { try document.page(0) }
    }

    @Test(arguments: [(99, false), (100, true)])
    func `what a filter gives has a limit, whichever it is`(limit: Int, isRead: Bool) throws {
        let stream = PDFStream(
            ["Filter": .name("ASCIIHexDecode")], encoded: Data(String(repeating: "00", count: 100).utf8))
        if isRead {
            #expect(try stream.decoded(limit: limit) == Data(count: 100))
        } else {
            #expect(throws: PDFError(.limit(.decodedBytes))) { try stream.decoded(limit: limit) }
        }
    }

    @Test(arguments: [8, 9]) func `a stream goes through eight filters at the most`(count: Int) throws {
        let stream = PDFStream(
            ["Filter": .array(Array(repeating: .name("ASCIIHexDecode"), count: count))], encoded: Data(">".utf8))
        if count == 8 {
            #expect(try stream.decoded().isEmpty)
        } else {
            #expect(throws: PDFError(.limit(.depth))) { try stream.decoded() }
        }
    }

    @Test func `every filter's bytes are counted, those of one that fails too`() throws {
        let stream = PDFStream(
            ["Filter": .array([.name("FlateDecode"), .name("FlateDecode")])],
            encoded: Deflate.deflate(Deflate.deflate(Data(count: 1 << 20), level: 9)))
        var (whole, cut) = (0, 0)
        #expect(try stream.decoded(limit: 1 << 20, work: &whole).count == 1 << 20)
        #expect(throws: PDFError(.limit(.decodedBytes))) { try stream.decoded(limit: 1 << 16, work: &cut) }
        #expect(whole > 1 << 20 && whole < 3 << 19 && cut > 1 << 16 && cut < 3 << 16)
    }

    @Test func `a stream that fails again and again uses up what the file may cost`() throws {
        let bomb = Self.packed(8, Data(count: 33 << 20), "")
        let document = try PDFDocument(data: Self.loose("2 0 obj<</Kids[]>>endobj\n") + bomb)
        let stream = try #require(try document.object(PDFReference(8)).stream)
        for _ in 0..<7 {
            #expect(throws: PDFError(.limit(.decodedBytes))) { try document.decoded(stream, limit: 32 << 20) }
        }
        for _ in 0..<2 { _ = try? document.decoded(stream, limit: 32 << 20) }
        #expect(throws: PDFError(.limit(.work))) { try document.decoded(stream, limit: 32 << 20) }
    }

    @Test func `rows of every predictor are undone, a short last one too`() {
        let rows: [[UInt8]] = [[1, 1, 2, 3], [2, 1, 1, 1], [3, 1, 1, 1], [4, 1, 1, 1], [0, 9]]
        let undone = Predictor.png(rows.flatMap(\.self), rowBytes: 3, pixelBytes: 1)
        #expect(undone == Data([1, 3, 6, 2, 4, 7, 2, 4, 6, 3, 5, 7, 9]))
        #expect(Predictor.png([], rowBytes: 3, pixelBytes: 1).isEmpty)
        #expect(Predictor.png([2], rowBytes: 3, pixelBytes: 1).isEmpty)
    }

    @Test func `memory does not follow what is asked for`() {
        var before = rusage()
        getrusage(.init(RUSAGE_SELF.rawValue), &before)
        for attack in Self.attacks { _ = try? PDFDocument(data: attack.file()) }
        var after = rusage()
        getrusage(.init(RUSAGE_SELF.rawValue), &after)
        #expect(after.ru_maxrss - before.ru_maxrss < 800 << 10)
    }
}
