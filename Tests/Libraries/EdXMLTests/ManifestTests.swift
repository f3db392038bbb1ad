import Foundation
import Testing

@testable import EdXML

/// Tệp và dòng của nó trong danh mục tìm được nhau, dù mã nội dung viết khác; không tệp nào bị báo thiếu oan.
@Suite struct ManifestTests {
    private struct Row {
        var id: String?
        var href: String?
        var name: String?
    }

    private static func packet(listed: [Row], encoded: [Row]) -> String {
        func leaf(_ tag: String, _ text: String?) -> String { text.map { "<\(tag)>\($0)</\(tag)>" } ?? "" }
        let references = listed.map { row in
            """
            <edXML:Reference\(row.href.map { " xlink:href=\"\($0)\"" } ?? "")>\(leaf("ContentId", row.id))\
            \(leaf("AttachmentName", row.name))</edXML:Reference>
            """
        }.joined()
        let attachments = encoded.enumerated().map { index, row in
            """
            <Attachment>\(leaf("ContentId", row.id))\(leaf("AttachmentName", row.name))<ContentTransferEncoded>\
            \(Data("%PDF-1.4 tệp \(index) %%EOF".utf8).base64EncodedString())</ContentTransferEncoded></Attachment>
            """
        }.joined()
        return Fixture.newDocument
            .replacing(#/<edXML:Reference>(?s:.*)<\/edXML:Reference>/#, with: references)
            .replacing(#/<Attachment>(?s:.*)<\/Attachment>/#, with: attachments)
    }

    private func read(
        _ listed: [Row], _ encoded: [Row], limits: PacketLimits = PacketLimits()
    ) throws -> (files: [PacketAttachment], notes: [PacketNote]) {
        let result = PacketReader(limits: limits).read(Data(Self.packet(listed: listed, encoded: encoded).utf8))
        guard case .document(let packet) = result.packet else { throw NoDocument() }
        return (packet.attachments, result.tolerated)
    }

    private struct NoDocument: Error {}

    private static let spellings = [
        "a-1", "cid:a-1", "CID:A-1", "A-1", "cid: a-1", " a-1 ", "cid:cid:a-1", "cid%3Aa-1", "&lt;a-1&gt;",
        "&lt;cid:a-1&gt;", "{a-1}", "a-1@vast.vn",
    ]

    @Test(arguments: spellings, spellings)
    func `one content id is the same however it is wrapped`(listed: String, encoded: String) throws {
        let (files, notes) = try read(
            [Row(id: "cid:b-2", name: "hai.pdf"), Row(id: listed, name: "một.pdf")], [Row(id: encoded), Row(id: "b-2")])
        #expect(files.map(\.name) == ["một.pdf", "hai.pdf"])
        #expect(files.allSatisfy { $0.isIntact })
        #expect(!notes.contains { if case .pairedInOrder = $0 { true } else { false } })
    }

    @Test func `the attribute names the content, too`() throws {
        let (files, _) = try read(
            [Row(href: "cid:b-2", name: "hai.pdf"), Row(href: "cid:a-1", name: "một.pdf")],
            [Row(id: "a-1"), Row(id: "b-2")])
        #expect(files.map(\.name) == ["một.pdf", "hai.pdf"])
    }

    @Test func `one file and one entry belong together whatever they are called`() throws {
        for encoded in [Row(id: "x"), Row(), Row(id: "x", name: "khác.pdf")] {
            let (files, notes) = try read([Row(id: "cid:a-1", name: "một.pdf")], [encoded])
            #expect(files.map(\.name) == [encoded.name ?? "một.pdf"] && files.allSatisfy { $0.isIntact })
            #expect(notes.contains(.pairedInOrder(name: encoded.name ?? "một.pdf")))
            #expect(!notes.contains { if case .notInManifest = $0 { true } else { false } })
        }
    }

    @Test func `what is left is joined in order where there is as much on both sides`() throws {
        let listed = [Row(id: "1", name: "một.pdf"), Row(id: "2", name: "hai.pdf"), Row(id: "3", name: "ba.pdf")]
        let (files, _) = try read(listed, [Row(id: "x"), Row(id: "2"), Row(id: "y")])
        #expect(files.map(\.name) == ["một.pdf", "hai.pdf", "ba.pdf"])
        let (fewer, notes) = try read(listed, [Row(id: "x"), Row(id: "2")])
        #expect(fewer.map(\.name) == ["tep-1", "hai.pdf", "một.pdf", "ba.pdf"])
        #expect(notes.contains(.notInManifest(name: "tep-1")))
    }

    @Test func `no more files are missed than a packet may have`() throws {
        var limits = PacketLimits()
        limits.attachments = 3
        let listed = (0..<5).map { Row(id: "\($0)", name: "\($0).pdf") }
        let files = try read(listed, [listed[0]], limits: limits).files
        #expect(files.map(\.name) == ["0.pdf", "1.pdf", "2.pdf"])
        #expect(files.map(\.isIntact) == [true, false, false])
    }

    @Test func `a file that is listed and did not come is still missed when another came in its stead`() throws {
        let (files, notes) = try read(
            [Row(id: "1", name: "một.pdf"), Row(id: "2", name: "hai.pdf")],
            [Row(id: "1", name: "một.pdf"), Row(id: "x", name: "lạ.pdf")])
        #expect(files.map(\.name) == ["một.pdf", "lạ.pdf", "hai.pdf"])
        #expect(files.map(\.isIntact) == [true, true, false])
        #expect(notes.contains(.notInManifest(name: "lạ.pdf")))
    }
}
