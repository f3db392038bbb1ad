import Foundation
import Testing

@testable import EdXML

/// Tên phần tử viết khác hoa thường, phần tử bỏ trống bên cạnh phần tử có nội dung, bảng mã khai sai: không làm mất điều gì.
@Suite struct SpellingTests {
    private func read(_ text: String) -> ReadResult { PacketReader().read(Data(text.utf8)) }

    private func document(_ text: String) throws -> DocumentPacket {
        guard case .document(let packet) = try #require(read(text).packet) else { throw NoDocument() }
        return packet
    }

    private struct NoDocument: Error {}

    private func respelled(_ text: String, _ name: String, _ other: String) -> String {
        text.replacing("\(name)>", with: "\(other)>").replacing("\(name) ", with: "\(other) ")
    }

    @Test(arguments: [
        ("Subject", "subject"), ("Subject", "SUBJECT"), ("CodeNumber", "Codenumber"), ("DocumentId", "DocumentID"),
        ("PromulgationDate", "Promulgationdate"), ("TypeName", "Typename"), ("FullName", "Fullname"),
        ("Priority", "priority"), ("DueDate", "Duedate"), ("ToPlaces", "toPlaces"), ("OrganId", "OrganID"),
        ("TraceHeaderList", "traceHeaderList"), ("Bussiness", "bussiness"), ("MessageHeader", "messageHeader"),
        ("edXMLHeader", "edXMLheader"), ("edXMLBody", "EDXMLBody"), ("edXMLManifest", "edxmlManifest"),
        ("edXMLEnvelope", "EdXMLEnvelope"), ("AttachmentEncoded", "attachmentEncoded"),
        ("Attachment", "attachment"), ("ContentTransferEncoded", "contentTransferEncoded"),
        ("BussinessDocType", "BussinessDoctype"),
    ])
    func `a name in another case is read as the one it means, and told`(name: String, other: String) throws {
        let plain = read(Fixture.newDocument)
        let result = read(respelled(Fixture.newDocument, name, other))
        #expect(result.packet == plain.packet)
        #expect(result.tolerated.filter { !plain.tolerated.contains($0) } == [.respelled(name: other, as: name)])
    }

    @Test func `a status in another case is the same status`() {
        let text = Fixture.status("03", from: "000.00.00.H41", to: "000.00.00.G31", text: "Đã nhận")
        let other = respelled(respelled(text, "StatusCode", "statusCode"), "ResponseFor", "responseFor")
        #expect(read(other).packet == read(text).packet)
    }

    @Test func `no two names differ in case only`() {
        #expect(Set(ElementNames.known.map { $0.lowercased() }).count == ElementNames.known.count)
        #expect(
            ElementNames.known.allSatisfy { ElementNames.meant(by: $0.uppercased()) == $0 || $0 == $0.uppercased() })
        #expect(ElementNames.meant(by: "Weather") == nil)
    }

    @Test func `two cases of one name are one name said twice`() throws {
        let text = Fixture.newDocument.replacing("</edXML:Subject>", with: "</edXML:Subject><subject>Khác</subject>")
        #expect(try document(text).subject == "V/v phối hợp tổ chức hội thảo & tập huấn")
        #expect(read(text).tolerated.contains(.duplicateElement(path: "MessageHeader/Subject")))
        let speaker = Fixture.newDocument.replacing(
            "<edXML:DocumentId>", with: "<from><OrganId>000.00.00.H14</OrganId></from><edXML:DocumentId>",
            maxReplacements: 1)
        #expect(read(speaker).refused?.reason == .ambiguous(path: "MessageHeader/From"))
    }

    @Test func `a tag is closed as it was opened`() {
        let text = Fixture.newDocument.replacing("</edXML:Subject>", with: "</edXML:subject>")
        #expect(read(text).refused?.reason == .xml(.mismatchedEnd(expected: "Subject", found: "subject")))
    }

    @Test func `inside a signature names are left as they are`() throws {
        let text = Fixture.newDocument.replacing("<SignedInfo>", with: "<SignedInfo><reference URI=\"\"></reference>")
        #expect(try document(text).signatureClaim?.references.isEmpty == true)
    }

    @Test(arguments: [
        ("<AttachmentEncoded>", "AttachmentEncoded"), ("<edXML:edXMLBody>", "edXMLBody"),
        ("<edXML:edXMLManifest version=\"1.0\">", "edXMLManifest"), ("<edXML:edXMLHeader>", "edXMLHeader"),
        ("<edXML:TraceHeaderList>", "TraceHeaderList"), ("<edXML:OtherInfo>", "OtherInfo"),
    ])
    func `a stranger in any block is told`(tag: String, block: String) {
        let text = Fixture.newDocument.replacing(tag, with: "\(tag)<Weather>mưa</Weather>")
        #expect(read(text).packet == read(Fixture.newDocument).packet)
        #expect(read(text).tolerated.contains(.unknownElement(path: "\(block)/Weather")))
    }

    @Test(arguments: [
        "Subject", "CodeNumber", "TypeName", "PromulgationDate", "FullName", "Priority", "DueDate", "ToPlaces",
        "SignerInfo", "AttachmentName", "ContentTransferEncoded",
    ])
    func `an empty element hides no filled one, on either side of it`(name: String) throws {
        let plain = try document(Fixture.newDocument)
        for blank in ["<\(name)></\(name)>", "<\(name)/>", "<\(name)> \n </\(name)>"] {
            for tag in ["edXML:\(name)", name] {
                let before = Fixture.newDocument.replacing("<\(tag)>", with: "\(blank)<\(tag)>")
                    .replacing("<\(tag) ", with: "\(blank)<\(tag) ")
                let after = Fixture.newDocument.replacing("</\(tag)>", with: "</\(tag)>\(blank)")
                for text in [before, after] where text != Fixture.newDocument {
                    #expect(try document(text) == plain)
                    #expect(read(text).tolerated.contains { if case .blankBesideFilled = $0 { true } else { false } })
                }
            }
        }
    }

    @Test(arguments: [
        ("Về <b>việc</b> tiếp", "Về việc tiếp"), ("Về việc<br/>tiếp", "Về việc tiếp"),
        ("<p><b>Về</b> <i>việc</i></p>", "Về việc"), ("Về<!-- x --> việc", "Về việc"),
    ])
    func `marked letters are part of the sentence`(written: String, expected: String) throws {
        let text = Fixture.newDocument.replacing("V/v phối hợp tổ chức hội thảo &amp; tập huấn", with: written)
        #expect(try document(text).subject == expected)
        let isTold = read(text).tolerated.contains { if case .unknownElement = $0 { true } else { false } }
        #expect(isTold == written.contains("</") || written.contains("/>"))
    }

    @Test(arguments: ["ISO-8859-1", "windows-1258", "UTF_8"])
    func `UTF-8 under another name is read and told`(name: String) {
        let text = Fixture.newDocument.replacing("encoding=\"UTF-8\"", with: "encoding=\"\(name)\"")
        #expect(read(text).packet == read(Fixture.newDocument).packet)
        #expect(read(text).tolerated.contains(.misdeclaredEncoding(name)))
    }

    @Test(arguments: [0, 100_000, 262_140, 262_143])
    func `a character of another encoding anywhere is refused`(place: Int) {
        let head = "<?xml version=\"1.0\" encoding=\"windows-1258\"?><!--"
        let packet =
            Data((head + String(repeating: "ế", count: place / 3)).utf8) + Data([0xE3])
            + Data(("-->" + Fixture.newDocument.drop { $0 != ">" }.dropFirst()).utf8)
        #expect(PacketReader().read(packet).refused?.reason == .xml(.unsupportedEncoding("windows-1258")))
        let whole = Data(packet.filter { $0 != 0xE3 })
        #expect(PacketReader().read(whole).refused == nil)
    }
}
