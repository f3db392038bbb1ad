package import Foundation
internal import PDFCore

/// A later revision written by hand, exactly as the standard wants it until something in it is exchanged.
package struct RawUpdate {
    /// Texts of objects, between `obj` and `endobj`.
    private let objects: [Int: String]
    /// Written before the objects, listed nowhere.
    private let unlisted: String

    package init(_ objects: [Int: String], unlisted: String = "") {
        (self.objects, self.unlisted) = (objects, unlisted)
    }

    /// The file with this revision, what stands from the table on changed by `edit`.
    package func appended(to file: Data, edit: (String) -> String = { $0 }) throws -> Data {
        let document = try PDFDocument(data: file)
        let (body, offsets) = body(at: file.count)
        let rows = offsets.sorted { $0.key < $1.key }.map { number, offset in
            "\(number) 1\n\(Self.padded(offset)) 00000 n \n"
        }
        let size = document.nextNumber + 10
        let table = """
            xref
            \(rows.joined())trailer
            <</Size \(size)/Root \(document.catalogReference?.description ?? "")\
            /Prev \(document.revision.crossReferenceOffset)>>
            startxref
            \(file.count + body.count)
            %%EOF

            """
        return file + body + Data(edit(table).utf8)
    }

    /// The same with a cross reference stream; `packed` are members of an object stream, by the number, and `rows` more
    /// rows, each of type, second and third field, by the number.
    package func appended(
        to file: Data, stream container: (number: Int, text: String), packed: [Int: [Int]],
        edit: (String) -> String = { $0 }
    ) throws -> Data {
        let document = try PDFDocument(data: file)
        let own = document.nextNumber + 9
        var all = objects
        all[container.number] = container.text
        let (body, offsets) = Self(all, unlisted: unlisted).body(at: file.count)
        var rows = packed
        for (number, offset) in offsets { rows[number] = [1, offset, 0] }
        rows[own] = [1, file.count + body.count, 0]
        let sorted = rows.sorted { $0.key < $1.key }
        let content = sorted.map { String(format: "%02x%08x%02x", $1[0], $1[1], $1[2]) }.joined() + ">"
        let text = """
            \(own) 0 obj
            <</Type/XRef/W[1 4 1]/Index[\(sorted.map { "\($0.key) 1" }.joined(separator: " "))]/Size \(own + 1)\
            /Root \(document.catalogReference?.description ?? "")/Prev \(document.revision.crossReferenceOffset)\
            /Filter/ASCIIHexDecode/Length \(content.utf8.count)>>stream
            \(content)
            endstream
            endobj
            startxref
            \(file.count + body.count)
            %%EOF

            """
        return file + body + Data(edit(text).utf8)
    }

    private func body(at start: Int) -> (Data, [Int: Int]) {
        var body = Data(unlisted.utf8)
        var offsets: [Int: Int] = [:]
        for (number, text) in objects.sorted(by: { $0.key < $1.key }) {
            offsets[number] = start + body.count
            body += Data("\(number) 0 obj\n\(text)\nendobj\n".utf8)
        }
        return (body, offsets)
    }

    private static func padded(_ offset: Int) -> String { String(format: "%010d", offset) }

    /// Text of an object stream of `members`, each with the offset it is said to begin at, or where it does.
    package static func container(_ members: [(number: Int, text: String, offset: Int?)], more: String = "") -> String {
        var (index, content) = ("", "")
        for member in members {
            index += "\(member.number) \(member.offset ?? content.utf8.count) "
            content += member.text + " "
        }
        let length = (index + content).utf8.count
        return "<</Type/ObjStm/N \(members.count)/First \(index.utf8.count)\(more)/Length \(length)>>stream\n"
            + index + content + "\nendstream"
    }
}
