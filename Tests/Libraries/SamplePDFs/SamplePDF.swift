package import Foundation
internal import PDFCore

/// Small PDF files of the tests' own making, in every shape of cross reference.
package struct SamplePDF {
    package enum Shape: String, CaseIterable, Sendable { case table, stream, hybrid }

    private let shape: Shape
    private let pages: Int
    private let mediaBox: String
    private let rotation: Int

    package init(shape: Shape = .table, pages: Int = 1, mediaBox: String = "[0 0 595 842]", rotation: Int = 0) {
        self.shape = shape
        self.pages = pages
        self.mediaBox = mediaBox
        self.rotation = rotation
    }

    private static let hello = "BT /F1 24 Tf 72 700 Td (Van ban) Tj ET"

    /// Objects 1 catalog, 2 page tree, 3 font, then a page and its content in turn.
    private var objects: [String] {
        let kids = (0..<pages).map { "\(4 + $0 * 2) 0 R" }.joined(separator: " ")
        var objects = [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count \(pages)/Kids[\(kids)]/MediaBox\(mediaBox)>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
        ]
        for page in 0..<pages {
            objects.append(
                "<</Type/Page/Parent 2 0 R/Rotate \(rotation)/Resources<</Font<</F1 3 0 R>>>>"
                    + "/Contents \(5 + page * 2) 0 R>>"
            )
            objects.append("<</Length \(Self.hello.utf8.count)>>stream\n\(Self.hello)\nendstream")
        }
        return objects
    }

    package var data: Data {
        switch shape {
        case .table: Data(table(objects).utf8)
        case .stream: packed()
        case .hybrid: hybrid()
        }
    }

    private func table(_ objects: [String]) -> String {
        var file = "%PDF-1.7\n%\u{e2}\u{e3}\n"
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(file.utf8.count)
            file += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = file.utf8.count
        file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { file += String(format: "%010d 00000 n \n", offset) }
        return file + "trailer\n<</Size \(objects.count + 1)/Root 1 0 R>>\nstartxref\n\(start)\n%%EOF\n"
    }

    /// Dictionaries in an object stream, streams beside it, a compressed cross reference stream with a predictor.
    private func packed() -> Data {
        var file = Data("%PDF-1.7\n".utf8)
        let (rows, count) = body(&file)
        let start = file.count
        file += xrefStream(number: count, rows: rows + [row(1, start, 0)], extra: "")
        file += Data("startxref\n\(start)\n%%EOF\n".utf8)
        return file
    }

    /// A table that hides the packed objects and names the stream that shows them.
    private func hybrid() -> Data {
        var file = Data("%PDF-1.7\n".utf8)
        let (rows, count) = body(&file)
        let hidden = file.count
        file += xrefStream(number: count, rows: rows + [row(1, hidden, 0)], extra: "")
        let start = file.count
        var table = "xref\n0 \(count + 1)\n"
        for (number, row) in (rows + [self.row(1, hidden, 0)]).enumerated() {
            let offset = row[1...4].reduce(0) { $0 << 8 | Int($1) }
            table +=
                row[0] == 1
                ? String(format: "%010d 00000 n \n", offset)
                : "0000000000 \(number == 0 ? 65535 : 0) f \n"
                    .replacingOccurrences(of: " 0 f", with: " 00000 f")
        }
        table += "trailer\n<</Size \(count + 1)/Root 1 0 R/XRefStm \(hidden)>>\nstartxref\n\(start)\n%%EOF\n"
        return file + Data(table.utf8)
    }

    private func row(_ kind: UInt8, _ second: Int, _ third: Int) -> [UInt8] {
        [kind] + (0..<4).reversed().map { UInt8(second >> ($0 * 8) & 255) } + [UInt8(third)]
    }

    private func body(_ file: inout Data) -> (rows: [[UInt8]], next: Int) {
        let objects = objects
        let container = objects.count + 1
        var rows = [[UInt8]](repeating: row(0, 0, 255), count: container + 1)
        var (index, content) = ("", "")
        var packed = 0
        for (number, object) in objects.enumerated().map({ ($0 + 1, $1) }) {
            // Readers that know only tables must still find the pages of a hybrid file.
            if object.contains("stream\n") || (shape == .hybrid && number != 3) {
                rows[number] = row(1, file.count, 0)
                file += Data("\(number) 0 obj\n\(object)\nendobj\n".utf8)
            } else {
                rows[number] = row(2, container, packed)
                index += "\(number) \(content.utf8.count) "
                content += object + " "
                packed += 1
            }
        }
        rows[container] = row(1, file.count, 0)
        let stream = Deflate.deflate(Data((index + content).utf8))
        let dictionary =
            "<</Type/ObjStm/N \(packed)/First \(index.utf8.count)/Filter/FlateDecode/Length \(stream.count)>>"
        file += Data("\(container) 0 obj\n\(dictionary)stream\n".utf8) + stream + Data("\nendstream\nendobj\n".utf8)
        return (rows, container + 1)
    }

    private func xrefStream(number: Int, rows: [[UInt8]], extra: String) -> Data {
        var previous = [UInt8](repeating: 0, count: 6)
        var filtered: [UInt8] = []
        for row in rows {
            filtered.append(2)
            filtered += zip(row, previous).map { $0 &- $1 }
            previous = row
        }
        let stream = Deflate.deflate(Data(filtered))
        let dictionary =
            "<</Type/XRef/W[1 4 1]/Size \(number + 1)/Root 1 0 R/Filter/FlateDecode"
            + "/DecodeParms<</Predictor 12/Columns 6>>/Length \(stream.count)\(extra)>>"
        return Data("\(number) 0 obj\n\(dictionary)stream\n".utf8) + stream + Data("\nendstream\nendobj\n".utf8)
    }
}
