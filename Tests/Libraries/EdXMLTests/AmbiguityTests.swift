import Digests
import Foundation
import Testing

@testable import EdXML

/// Gói nói hai điều: hai phần mềm không được đọc ra hai gói khác nhau; điều bỏ qua luôn được ghi lại.
@Suite struct AmbiguityTests {
    private func read(_ packet: String, with more: String, before mark: String) throws -> ReadResult {
        let place = try #require(packet.range(of: mark), "\(mark) is in the fixture")
        return PacketReader().read(Data(packet.replacingCharacters(in: place, with: more + mark).utf8))
    }

    private func document(_ result: ReadResult) -> DocumentPacket? {
        guard case .document(let packet) = result.packet else { return nil }
        return packet
    }

    private static let stranger = Fixture.party("From", "000.00.00.H14", "Kẻ mạo danh")

    @Test(arguments: [
        ("MessageHeader/From", stranger, "<edXML:DocumentId>"),
        (
            "edXMLHeader/MessageHeader", "<edXML:MessageHeader>\(stranger)</edXML:MessageHeader>",
            "<edXML:TraceHeaderList>"
        ),
        ("edXMLEnvelope/edXMLHeader", "<edXML:edXMLHeader></edXML:edXMLHeader>", "<edXML:edXMLBody>"),
        ("edXML/edXMLEnvelope", "<edXML:edXMLEnvelope></edXML:edXMLEnvelope>", "<AttachmentEncoded>"),
    ])
    func `who speaks is said once, or the packet is refused`(path: String, more: String, mark: String) throws {
        let result = try read(Fixture.newDocument, with: more, before: mark)
        #expect(result.packet == nil && result.refused?.reason == .ambiguous(path: path))
    }

    @Test func `a status names one document of one agency`() throws {
        let status = Fixture.status("03", from: "000.00.00.G31", to: "000.00.00.H41", text: "Đã nhận")
        let twice = "<edXML:ResponseFor><edXML:OrganId>000.00.00.H14</edXML:OrganId></edXML:ResponseFor>"
        let result = try read(status, with: twice, before: "<edXML:StatusCode>")
        #expect(result.packet == nil && result.refused?.reason == .ambiguous(path: "MessageHeader/ResponseFor"))
    }

    @Test func `of everything else the first is believed, and the second is told`() throws {
        let code =
            "<edXML:Code><edXML:CodeNumber>99</edXML:CodeNumber><edXML:CodeNotation>XX</edXML:CodeNotation></edXML:Code>"
        let result = try read(Fixture.newDocument, with: code, before: "<edXML:SteeringType>")
        #expect(document(result)?.code == .init(number: "12a3", notation: "VHL-VP"))
        #expect(result.tolerated.contains(.duplicateElement(path: "MessageHeader/Code")))
    }

    @Test func `a second word that contradicts the first makes a packet that a person decides on`() throws {
        for (more, mark) in [
            ("<edXML:BussinessDocType>1</edXML:BussinessDocType>", "<edXML:Paper>"),
            ("<edXML:BusinessDocType>1</edXML:BusinessDocType>", "<edXML:Paper>"),
            (
                "<edXML:Bussiness><edXML:BussinessDocType>1</edXML:BussinessDocType></edXML:Bussiness>",
                "</edXML:TraceHeaderList>"
            ),
        ] {
            let result = try read(Fixture.newDocument, with: more, before: mark)
            #expect(document(result)?.operationKind == .unclear)
            #expect(result.tolerated.contains { if case .unclearOperation = $0 { true } else { false } }, "\(more)")
        }
    }

    @Test func `a recall beside the trace is a recall`() throws {
        let block = "<edXML:Bussiness><edXML:BussinessDocType>1</edXML:BussinessDocType></edXML:Bussiness>"
        let text = Fixture.newDocument.replacing(
            #/<edXML:TraceHeaderList>(?s:.*)<\/edXML:TraceHeaderList>/#, with: block)
        let result = PacketReader().read(Data(text.utf8))
        #expect(document(result)?.operationKind == .recall)
        #expect(result.tolerated.contains(.unknownElement(path: "edXMLHeader/Bussiness")))
    }

    @Test func `attachments in several lists are all there`() throws {
        let list = """
            <AttachmentEncoded><Attachment><ContentId>2</ContentId><AttachmentName>b.pdf</AttachmentName>\
            <ContentTransferEncoded>\(Fixture.pdf.base64EncodedString())</ContentTransferEncoded></Attachment>\
            </AttachmentEncoded>
            """
        let result = try read(Fixture.newDocument, with: list, before: "</edXML>")
        #expect(document(result)?.attachments.map(\.name) == ["cong-van.doc", "b.pdf"])
    }

    @Test func `what stands where nothing belongs is told, in a status too`() throws {
        let status = Fixture.status("03", from: "000.00.00.G31", to: "000.00.00.H41", text: "Đã nhận")
        let told = try read(status, with: "<AttachmentEncoded></AttachmentEncoded>", before: "</edXML>")
        #expect(told.packet != nil && told.tolerated.contains(.unknownElement(path: "edXML/AttachmentEncoded")))
        let beside = try read(Fixture.newDocument, with: "<Extra>x</Extra>", before: "<AttachmentEncoded>")
        #expect(beside.tolerated.contains(.unknownElement(path: "edXML/Extra")))
        let inside = try read(Fixture.newDocument, with: "Trước <b>đậm</b> sau", before: "</edXML:Subject>")
        #expect(inside.tolerated.contains(.unknownElement(path: "MessageHeader/Subject/b")))
    }

    @Test(arguments: ["\u{1B}[31m", "\u{07}", "\u{202E}", "\u{0}"])
    func `marks that hide or command are taken out and told`(mark: String) throws {
        let result = try read(Fixture.newDocument, with: "A\(mark)B", before: "</edXML:Subject>")
        let subject = try #require(document(result)?.subject)
        #expect(!subject.contains(mark) && subject.contains("A"))
        #expect(result.tolerated.contains(.brokenText(path: "MessageHeader/Subject")))
        #expect(
            !PacketSummary(file: "a", result: result).line.unicodeScalars.contains {
                $0.value < 32 || $0.value == 0x202E
            })
    }

    @Test func `ids that one kit adds are read`() throws {
        let ids = "<edXML:DepartmentId>7</edXML:DepartmentId><edXML:StaffId>9</edXML:StaffId>"
        let result = try read(Fixture.newDocument, with: ids, before: "<edXML:Department>")
        #expect(
            document(result)?.operation?.staff?.departmentId == "7" && document(result)?.operation?.staff?.id == "9")
        let codes =
            "<edXML:ReplyFors><edXML:ReplyFor>1/A</edXML:ReplyFor></edXML:ReplyFors><edXML:ReferenceCodes>2/B</edXML:ReferenceCodes>"
        let more = try read(Fixture.newDocument, with: codes, before: "<edXML:Priority>")
        #expect(document(more)?.details?.repliesTo == ["1/A"] && document(more)?.details?.refersTo == ["2/B"])
        #expect(more.tolerated == PacketReader().read(Data(Fixture.newDocument.utf8)).tolerated)
    }

    @Test func `a comment or instruction after the packet is no junk, and text is`() {
        let plain = PacketReader().read(Data(Fixture.newDocument.utf8))
        let commented = PacketReader().read(Data((Fixture.newDocument + "\n<!-- hết --><?in đen?>\n").utf8))
        #expect(commented.tolerated == plain.tolerated && commented.packet == plain.packet)
        let junk = PacketReader().read(Data((Fixture.newDocument + "<!-- hết -->rác").utf8))
        #expect(junk.tolerated.contains(.trailingJunk(bytes: 4)))
    }

    @Test(arguments: [false, true])
    func `UTF-16 is read without its mark`(isBigEndian: Bool) throws {
        let text = Fixture.newDocument.replacing("UTF-8", with: "UTF-16")
        let data = try #require(text.data(using: isBigEndian ? .utf16BigEndian : .utf16LittleEndian))
        let result = PacketReader().read(data)
        #expect(document(result)?.subject == document(PacketReader().read(Data(Fixture.newDocument.utf8)))?.subject)
        #expect(result.tolerated.contains(.transcoded(from: "UTF-16")))
    }
}
