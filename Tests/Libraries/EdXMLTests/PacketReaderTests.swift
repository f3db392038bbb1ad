import Foundation
import Testing

@testable import EdXML

/// Đọc gói tin của mọi hệ thống đang lưu hành, không phụ thuộc thứ tự trường và tiền tố.
@Suite struct PacketReaderTests {
    private func read(_ text: String) -> ReadResult { PacketReader().read(Data(text.utf8)) }

    private func document(_ text: String) throws -> (packet: DocumentPacket, notes: [PacketNote]) {
        let result = read(text)
        guard case .document(let packet) = try #require(result.packet) else { throw UnexpectedKind() }
        return (packet, result.tolerated)
    }

    private func status(_ text: String) throws -> (packet: StatusPacket, notes: [PacketNote]) {
        let result = read(text)
        guard case .status(let packet) = try #require(result.packet) else { throw UnexpectedKind() }
        return (packet, result.tolerated)
    }

    private struct UnexpectedKind: Error {}

    @Test func `a hand-made packet with unbound prefixes and comments is read`() throws {
        let (packet, notes) = try document(Fixture.handMade)
        #expect(packet.sender.agencyCode == "002.00.20.G31")
        #expect(packet.recipients.map(\.agencyCode) == ["000.00.15.H51"])
        #expect(packet.code.description == "77/QĐ-VM")
        #expect(packet.documentType == .init(number: 1, name: "Quyết định"))
        #expect(packet.documentId == "7e1a-77")
        #expect(packet.distribution == ["Các đơn vị"])
        #expect(packet.steering == DocumentPacket.Steering.none)
        #expect(packet.inReplyTo.isEmpty)
        #expect(packet.signature == .present)
        #expect(packet.attachments.map(\.content) == [Fixture.pdf])
        #expect(packet.attachments.first?.encoding == .raw)
        #expect(notes == [.emptyReplyReference])
    }

    @Test func `every field of a new document is read in the kit's order`() throws {
        let (packet, notes) = try document(Fixture.newDocument)
        #expect(packet.sender.parentAgency == "Viện Hàn lâm mẫu")
        #expect(packet.sender.address == "Số 1 phố Mẫu, Hà Nội")
        #expect(packet.sender.email == "vanthu@mau.example")
        #expect(packet.sender.telephone == "024 0000 0001")
        #expect(packet.sender.fax == "024 0000 0002")
        #expect(packet.sender.website == "mau.example")
        #expect(packet.recipients.map(\.agencyCode) == ["000.00.00.H41", "000.00.00.H14"])
        #expect(packet.code == .init(number: "12a3", notation: "VHL-VP"))
        #expect(packet.issuedAt == "Hà Nội")
        #expect(packet.issuedOn == PacketDay(year: 2026, month: 3, day: 5))
        #expect(packet.subject == "V/v phối hợp tổ chức hội thảo & tập huấn")
        #expect(packet.content == "Đề nghị cử cán bộ")
        let signer = DocumentPacket.Signer(
            capacity: "KT. CHỦ TỊCH", position: "Phó Chủ tịch", fullName: "Nguyễn Thị Mẫu")
        #expect(packet.signer == signer)
        #expect(packet.dueOn?.description == "2026/03/20")
        let details = DocumentPacket.Details(
            urgency: .urgent, circulation: "Nội bộ ngành", draftersMark: "NTM", copies: 2, pages: 3,
            directionFlag: false, appendices: ["Chương trình"])
        #expect(packet.details == details)
        #expect(packet.steering == .directs)
        #expect(packet.distribution == ["Như trên", "Lưu: VT"])
        #expect(packet.documentId == "000.00.00.G31,2026/03/05,12a3/VHL-VP")
        #expect(packet.trace.map(\.agencyCode) == ["000.00.00.G31"])
        #expect(packet.trace.first?.at?.description == "2026/03/05 09:30:00")
        #expect(packet.operationKind == .new)
        #expect(packet.operation?.staff?.name == "Lê Văn Thử")
        #expect(packet.operation?.documentId == "000.00.00.G31,2026/02/30,9/VHL-VP")
        #expect(packet.affectedDocument == nil)
        #expect(notes == [.contentDiffers(name: "cong-van.doc", kind: .pdf)])
    }

    @Test func `an attachment zipped by the kit is unpacked once and keeps its own name`() throws {
        let attachment = try #require(try document(Fixture.newDocument).packet.attachments.first)
        #expect(attachment.name == "cong-van.doc")
        #expect(attachment.content == Fixture.pdf)
        #expect(attachment.isIntact)
        #expect(attachment.encoding == .zipped(entry: "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed.PDF"))
    }

    @Test func `junk before the declaration is skipped and noted`() throws {
        let (packet, notes) = try document(Fixture.newWithJunk)
        #expect(packet == (try document(Fixture.newDocument).packet))
        #expect(notes.first == .leadingJunk(bytes: 4))
    }

    @Test func `an amendment names its document and the changed recipients`() throws {
        let packet = try document(Fixture.amendment).packet
        #expect(packet.operationKind == .amend)
        let amendment = try #require(packet.operation?.amendment)
        #expect(amendment.changesDocument && amendment.changesRecipients)
        #expect(amendment.recipients.map(\.kind) == [.removed, .added])
        #expect(amendment.recipients.map(\.agencyCode) == ["000.00.00.H41", "000.00.00.H14"])
        #expect(packet.affectedDocument?.documentId == "000.00.00.G31,2026/02/02,9/VHL-VP")
    }

    @Test func `a replacement lists the documents replaced and for whom`() throws {
        let packet = try document(Fixture.replacement).packet
        #expect(packet.operationKind == .replace)
        #expect(packet.operation?.reason == "Thay bản lỗi")
        #expect(
            packet.operation?.replacements == [
                .init(documentId: "A-1", agencyCodes: ["000.00.00.H41", "000.00.00.H14"]),
                .init(documentId: "A-2", agencyCodes: ["000.00.00.H14"]),
            ])
    }

    @Test func `a recall without its own document id falls back on the header's`() throws {
        let packet = try document(Fixture.recall).packet
        #expect(packet.operationKind == .recall)
        #expect(packet.affectedDocument?.documentId == "000.00.00.G31,2026/03/05,15/VHL-VP")
        let answered = DocumentReference(
            agencyCode: "000.00.00.H14", code: "26/TM-VP", issuedOn: PacketDay("2026/01/28"), documentId: "B-26")
        #expect(packet.inReplyTo == [answered])
    }

    @Test func `a packet handed back by the platform keeps its added hop`() throws {
        let (packet, notes) = try document(Fixture.returned)
        #expect(packet.trace.map(\.agencyCode) == ["000.00.00.G31", "001.00.20.TT2"])
        #expect(packet.attachments.first?.content == Fixture.pdf)
        #expect(packet.inReplyTo.isEmpty)
        #expect(notes == [.emptyReplyReference])
    }

    @Test func `a PDF destroyed as text is told apart from the intact packet around it`() throws {
        let (packet, notes) = try document(Fixture.returnedCorrupt)
        #expect(packet.attachments.map(\.state) == [.corrupt(.destroyedAsText)])
        #expect(packet.signature == .absent)
        #expect(packet.operation == nil)
        #expect(packet.trace.map(\.agencyCode) == [nil, nil])
        #expect(packet.steering == .reportsOnDirection)
        #expect(notes == [.traceWithoutAgency])
    }

    @Test func `the serialiser's form with a mark, other date order and bare content ids is read`() throws {
        let (packet, notes) = try document(Fixture.dotNet)
        #expect(packet.issuedOn?.description == "2026/03/05")
        #expect(packet.dueOn == nil)
        #expect(packet.documentType == .init(number: 18, detail: 0, name: "Công văn"))
        #expect(packet.signature == .empty)
        #expect(packet.attachments.map(\.contentId) == ["d1"])
        #expect(packet.attachments.first?.content == Fixture.pdf)
        #expect(notes == [.unreadable(path: "MessageHeader/DueDate", text: "không")])
    }

    @Test func `a template sent unfilled is read, with all that is unreadable named`() throws {
        let template = Fixture.dotNet.replacingOccurrences(of: "05/03/2026", with: "{yyyy/MM/dd}")
            .replacingOccurrences(of: "H37.DN.001<", with: "{maCoQuan}<")
            .replacingOccurrences(of: Fixture.pdf.base64EncodedString(), with: "{base64}")
        let (packet, notes) = try document(template)
        #expect(packet.sender.agencyCode == "{maCoQuan}")
        #expect(packet.attachments.map(\.state) == [.corrupt(.badBase64(at: 0))])
        #expect(notes.contains(.unreadable(path: "PromulgationInfo/PromulgationDate", text: "{yyyy/MM/dd}")))
        #expect(notes.contains(.missing(path: "PromulgationInfo/PromulgationDate")))
    }

    @Test func `a packet is summed up in one Vietnamese line`() {
        let line = PacketSummary(file: "a.edxml", data: Data(Fixture.returnedCorrupt.utf8)).line
        #expect(
            line == """
                a.edxml: văn bản mới · từ vxp.mau.03 Đơn vị thử 3 · đến vxp.mau.03 · \
                Báo cáo 45/BC-VM ngày 20/10/2026 “Gộp ba tệp” · \
                1 tệp: bao-cao.pdf (HỎNG: tệp nhị phân đã bị hỏng do xử lý như văn bản UTF-8 (EF BF BD)) · \
                bỏ qua: vết chuyển thiếu mã cơ quan
                """)
        let refused = PacketSummary(file: "b.edxml", data: Data("<html>".utf8)).line
        #expect(refused == "b.edxml: TỪ CHỐI: gói bị cắt ngắn (dòng 1, byte 6)")
    }

    @Test(arguments: StatusPacket.Status.allCases)
    func `every business status is read`(status: StatusPacket.Status) throws {
        let isFromSender = status == .recallRequested
        let (from, to) = isFromSender ? ("000.00.00.G31", "000.00.00.H41") : ("000.00.00.H41", "000.00.00.G31")
        let text = Fixture.status(status.rawValue, from: from, to: to, text: status.sentence)
        let (packet, notes) = try self.status(text)
        #expect(packet.status == status)
        #expect(packet.sender.agencyCode == from)
        #expect(packet.about.agencyCode == to)
        #expect(packet.about.code == "78/VHL-VP")
        #expect(packet.about.documentId == "000.00.00.G31,2026/03/05,78/VHL-VP")
        #expect(packet.about.issuedOn?.description == "2026/03/05")
        #expect(packet.staff?.department == "Văn thư")
        #expect(packet.explanation == status.sentence)
        #expect(packet.at?.description == "2026/03/06 11:08:36")
        #expect(notes.isEmpty)
    }

    @Test func `a status in the SOAP form of a provincial gateway is read`() throws {
        let (packet, notes) = try status(Fixture.soapStatus)
        #expect(packet.status == .accepted)
        #expect(packet.about.issuedOn?.description == "2025/08/06")
        #expect(packet.at?.description == "2025/08/07 09:05:00")
        #expect(notes == [.statusElement])
    }

    @Test func `a status code nobody explains is kept and noted`() throws {
        let text = Fixture.status("07", from: "A", to: "B", text: "?")
        let (packet, notes) = try status(text)
        #expect(packet.code == "07")
        #expect(packet.status == nil)
        #expect(notes == [.unknownStatus("07")])
    }

    @Test func `elements unknown to the standard are noted with their path`() throws {
        let text = Fixture.handMade.replacingOccurrences(
            of: "<edXML:SteeringType>", with: "<edXML:Weather>X</edXML:Weather><edXML:SteeringType>")
        #expect(try document(text).notes.contains(.unknownElement(path: "MessageHeader/Weather")))
    }

    @Test func `a loose ampersand is kept as it stands`() throws {
        let text = Fixture.handMade.replacingOccurrences(of: "Về việc ban hành", with: "R&D & ban hành")
        let (packet, notes) = try document(text)
        #expect(packet.subject == "R&D & ban hành quy chế")
        #expect(notes.contains(.looseAmpersands(2)))
    }

    @Test func `UTF-16 as .NET writes it is transcoded`() throws {
        let text = Fixture.dotNet.dropFirst().replacingOccurrences(of: "utf-8", with: "utf-16")
        let bytes = try #require(text.data(using: .utf16))
        let result = PacketReader().read(bytes)
        #expect(result.packet?.sender.agencyCode == "H37.DN.001")
        #expect(result.tolerated.contains(.transcoded(from: "UTF-16")))
    }
}

/// Gói không đọc được thì nói rõ vì sao và ở đâu.
@Suite struct PacketRefusalTests {
    private func refusal(_ text: String) -> PacketProblem.Reason? {
        let result = PacketReader().read(Data(text.utf8))
        #expect(result.packet == nil)
        return result.refused?.reason
    }

    @Test func `a document type declaration is refused`() {
        let text = "<!DOCTYPE a [<!ENTITY x \"y\">]>" + Fixture.handMade
        #expect(refusal(text) == .xml(.documentTypeForbidden))
    }

    @Test func `a packet cut short is refused with the place`() {
        let text = String(Fixture.newDocument.prefix(600))
        let result = PacketReader().read(Data(text.utf8))
        #expect(result.refused?.reason == .xml(.unexpectedEnd) || result.refused?.reason == .xml(.malformedTag))
        #expect((result.refused?.line ?? 0) > 3)
    }

    @Test func `other XML, text and nothing are refused`() {
        #expect(refusal("<html><body/></html>") == .notAPacket(root: "html"))
        #expect(refusal("xin chào") == .xml(.notXML))
        #expect(refusal("") == .xml(.empty))
        #expect(refusal("<edXML></edXML>") == .noHeader)
    }

    @Test func `what a packet cannot be routed without is required`() {
        let base = Fixture.dotNet
        #expect(
            refusal(base.replacingOccurrences(of: "<edXML:OrganId>G31</edXML:OrganId>", with: ""))
                == .missing(.recipient))
        #expect(
            refusal(base.replacingOccurrences(of: "<edXML:OrganId>H37.DN.001</edXML:OrganId>", with: ""))
                == .missing(.sender))
        let nameless = base.replacingOccurrences(of: "<edXML:CodeNumber>18</edXML:CodeNumber>", with: "")
            .replacingOccurrences(of: "<edXML:DocumentId>H37.DN.001,2026/03/05,18/SM-VP</edXML:DocumentId>", with: "")
        #expect(refusal(nameless) == .missing(.identity))
        let status = Fixture.status("xx", from: "A", to: "B", text: "")
        #expect(refusal(status) == .missing(.statusCode))
    }

    @Test func `nesting, number of elements and field length have limits`() {
        let deep = String(repeating: "<a>", count: 200)
        #expect(refusal(deep) == .xml(.tooDeep))
        let many = "<edXML>" + String(repeating: "<a/>", count: 20_001) + "</edXML>"
        #expect(refusal(many) == .xml(.tooManyElements))
        let long = Fixture.handMade.replacingOccurrences(
            of: "Về việc", with: String(repeating: "x", count: 70_000))
        #expect(refusal(long) == .fieldTooLong(path: "MessageHeader/Subject"))
        // However many elements a field is cut into.
        let part = "<b>\(String(repeating: "x", count: 40_000))</b>"
        let cut = Fixture.handMade.replacingOccurrences(of: "Về việc", with: part + part)
        #expect(refusal(cut) == .fieldTooLong(path: "MessageHeader/Subject"))
        let attributes = "<edXML \((0..<40).map { "a\($0)='1'" }.joined(separator: " "))/>"
        #expect(refusal(attributes) == .xml(.tooManyAttributes))
    }

    @Test func `a name, an attribute and what stands before the packet have limits, and are taken up to them`() {
        func outcome(name: Int = 1, attribute: Int = 1, junk: Int = 0) -> PacketProblem.Reason? {
            let text =
                String(repeating: "x", count: junk) + "<edXML a='\(String(repeating: "v", count: attribute))'><"
                + String(repeating: "n", count: name) + "/></edXML>"
            return refusal(text)
        }
        let usual = outcome()
        #expect(outcome(name: 256) == usual && outcome(name: 257) == .xml(.nameTooLong))
        #expect(outcome(attribute: 4_096) == usual && outcome(attribute: 4_097) == .xml(.attributeTooLong))
        #expect(outcome(junk: 1_024) == usual && outcome(junk: 1_028) == .xml(.notXML))
    }

    @Test func `a packet of too many attachments is refused`() throws {
        let start = try #require(Fixture.newDocument.range(of: "<Attachment>"))
        let end = try #require(Fixture.newDocument.range(of: "</Attachment>"))
        let one = String(Fixture.newDocument[start.lowerBound..<end.upperBound])
        func refusal(_ count: Int) -> PacketProblem.Reason? {
            var packet = Fixture.newDocument
            packet.replaceSubrange(
                start.lowerBound..<end.upperBound, with: String(repeating: one, count: count))
            return PacketReader().read(Data(packet.utf8)).refused?.reason
        }
        #expect(refusal(200) == nil && refusal(201) == .tooManyAttachments)
    }

    @Test func `a packet beyond the size limit is refused before it is read`() {
        var limits = PacketLimits()
        limits.packetBytes = 100
        let result = PacketReader(limits: limits).read(Data(Fixture.handMade.utf8))
        #expect(result.refused?.reason == .xml(.tooLarge))
    }
}
