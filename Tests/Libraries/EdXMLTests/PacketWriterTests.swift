import Foundation
import Testing

@testable import EdXML

/// Ghi gói tin đúng tiền tố, đúng thứ tự của QCVN 102; đọc lại được nguyên vẹn.
@Suite struct PacketWriterTests {
    private func roundTrip(_ packet: Packet, form: PacketWriter.AttachmentForm = .raw) -> ReadResult {
        PacketReader().read(PacketWriter(attachmentForm: form).write(packet))
    }

    @Test(arguments: 1...150)
    func `what is written is read back unchanged`(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let packet = Packet.document(generator.document())
        let result = roundTrip(packet)
        #expect(result.packet == packet)
        #expect(result.refused == nil)
    }

    @Test(arguments: 1...50)
    func `a status written is read back unchanged`(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let packet = Packet.status(generator.status())
        #expect(roundTrip(packet).packet == packet)
    }

    @Test(arguments: 1...30)
    func `zipped attachments come out as they went in`(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let sent = generator.document()
        guard case .document(let received) = roundTrip(.document(sent), form: .zipped).packet else {
            Issue.record("refused")
            return
        }
        #expect(received.attachments.map(\.content) == sent.attachments.map(\.content))
        #expect(received.attachments.map(\.name) == sent.attachments.map(\.name))
        #expect(received.attachments.allSatisfy { $0.isIntact && $0.encoding != .raw })
    }

    @Test func `the prefixes and the order are the standard's, to the byte`() {
        let packet = DocumentPacket(
            sender: Party(agencyCode: "000.00.00.G31", name: "Viện <A&B>"),
            recipients: [Party(agencyCode: "000.00.01.G31")], code: .init(number: "01", notation: "QĐ-VHL"),
            issuedAt: "Hà Nội", issuedOn: PacketDay("2026/03/05"), documentType: .init(number: 1, name: "Quyết định"),
            subject: "Về \"quy chế\"", distribution: ["Như trên"], details: .init(urgency: .normal), steering: .directs,
            documentId: "G31,2026,1",
            trace: [.init(agencyCode: "000.00.00.G31", at: PacketTime("2026/03/05 10:00:00"))],
            operation: .init(kind: .new, reason: "Văn bản mới"),
            attachments: [PacketAttachment(contentId: "1", name: "a.pdf", content: Data("%PDF-".utf8))])
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">
              <edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">
                <edXML:edXMLHeader>
                  <edXML:MessageHeader>
                    <edXML:From>
                      <edXML:OrganId>000.00.00.G31</edXML:OrganId>
                      <edXML:OrganName>Viện &lt;A&amp;B&gt;</edXML:OrganName>
                    </edXML:From>
                    <edXML:To>
                      <edXML:OrganId>000.00.01.G31</edXML:OrganId>
                    </edXML:To>
                    <edXML:Code>
                      <edXML:CodeNumber>01</edXML:CodeNumber>
                      <edXML:CodeNotation>QĐ-VHL</edXML:CodeNotation>
                    </edXML:Code>
                    <edXML:PromulgationInfo>
                      <edXML:Place>Hà Nội</edXML:Place>
                      <edXML:PromulgationDate>2026/03/05</edXML:PromulgationDate>
                    </edXML:PromulgationInfo>
                    <edXML:DocumentType>
                      <edXML:Type>1</edXML:Type>
                      <edXML:TypeName>Quyết định</edXML:TypeName>
                    </edXML:DocumentType>
                    <edXML:Subject>Về &quot;quy chế&quot;</edXML:Subject>
                    <edXML:ToPlaces>
                      <edXML:Place>Như trên</edXML:Place>
                    </edXML:ToPlaces>
                    <edXML:OtherInfo>
                      <edXML:Priority>0</edXML:Priority>
                    </edXML:OtherInfo>
                    <edXML:SteeringType>1</edXML:SteeringType>
                    <edXML:DocumentId>G31,2026,1</edXML:DocumentId>
                  </edXML:MessageHeader>
                  <edXML:TraceHeaderList>
                    <edXML:TraceHeader>
                      <edXML:OrganId>000.00.00.G31</edXML:OrganId>
                      <edXML:Timestamp>2026/03/05 10:00:00</edXML:Timestamp>
                    </edXML:TraceHeader>
                    <edXML:Bussiness>
                      <edXML:BussinessDocType>0</edXML:BussinessDocType>
                      <edXML:BussinessDocReason>Văn bản mới</edXML:BussinessDocReason>
                      <edXML:Paper>0</edXML:Paper>
                    </edXML:Bussiness>
                  </edXML:TraceHeaderList>
                </edXML:edXMLHeader>
                <edXML:edXMLBody>
                  <edXML:edXMLManifest version="1.0">
                    <edXML:Reference>
                      <edXML:ContentId>cid:1</edXML:ContentId>
                      <edXML:ContentType>application/pdf</edXML:ContentType>
                      <edXML:AttachmentName>a.pdf</edXML:AttachmentName>
                    </edXML:Reference>
                  </edXML:edXMLManifest>
                </edXML:edXMLBody>
              </edXML:edXMLEnvelope>
              <AttachmentEncoded>
                <Attachment>
                  <ContentId>cid:1</ContentId>
                  <AttachmentName>a.pdf</AttachmentName>
                  <ContentType>application/pdf</ContentType>
                  <edXML:ContentTransferEncoded xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">JVBERi0=</edXML:ContentTransferEncoded>
                </Attachment>
              </AttachmentEncoded>
            </edXML>

            """
        #expect(String(decoding: PacketWriter().write(packet), as: UTF8.self) == expected)
    }

    @Test func `what we write is well-formed for a parser that is not ours`() throws {
        var generator = SeededGenerator(seed: 7)
        let parser = XMLCheck(PacketWriter().write(generator.document()))
        #expect(parser.isWellFormed)
    }
}

extension SeededGenerator {
    private mutating func chance() -> Bool { Bool.random(using: &self) }

    mutating func text(_ length: Int = 12) -> String {
        let alphabet = Array("aăâbcdđeêghiklmnoôơpqrstuưvxyắằẳẵặếềểễệốồổỗộớờởỡợứừửữự <>&\"'/,.-0123456789")
        let middle = (0..<Int.random(in: 0...length, using: &self)).map { _ in
            alphabet.randomElement(using: &self) ?? "x"
        }
        return "V" + String(middle) + "."
    }

    private mutating func maybe<T>(_ make: (inout SeededGenerator) -> T) -> T? { chance() ? make(&self) : nil }
    private mutating func some<T>(_ most: Int, _ make: (inout SeededGenerator) -> T) -> [T] {
        (0..<Int.random(in: 0...most, using: &self)).map { _ in make(&self) }
    }

    private mutating func code() -> String { "000.00.\(Int.random(in: 10...99, using: &self)).G31" }

    private mutating func party(_ code: String) -> Party {
        Party(
            agencyCode: code, parentAgency: maybe { $0.text() }, name: maybe { $0.text() },
            address: maybe { $0.text() },
            email: maybe { $0.text() }, telephone: maybe { $0.text() }, fax: maybe { $0.text() },
            website: maybe { $0.text() })
    }

    private mutating func day() -> PacketDay? {
        PacketDay(
            year: .random(in: 1990...2090, using: &self), month: .random(in: 1...12, using: &self),
            day: .random(in: 1...28, using: &self))
    }

    private mutating func time() -> PacketTime? {
        PacketTime(Date(timeIntervalSince1970: Double(Int.random(in: 0...4_000_000_000, using: &self))))
    }

    private mutating func reference() -> DocumentReference {
        DocumentReference(agencyCode: code(), code: text(), issuedOn: day(), documentId: maybe { $0.text() })
    }

    private mutating func staff() -> StaffContact { StaffContact(department: text(), name: maybe { $0.text() }) }

    private mutating func attachment(_ index: Int) -> PacketAttachment {
        let bytes = (0..<Int.random(in: 1...3_000, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
        return PacketAttachment(
            contentId: "c\(index)", name: "tệp \(index).pdf", explanation: maybe { $0.text() },
            declaredType: "application/pdf", content: Data("%PDF-1.4\n".utf8) + Data(bytes))
    }

    mutating func document() -> DocumentPacket {
        var packet = DocumentPacket(
            sender: party(code()), recipients: [party("000.00.01.G31"), party("000.00.02.G31")],
            code: .init(number: "\(Int.random(in: 1...9999, using: &self))", notation: text()),
            issuedAt: maybe { $0.text() }, issuedOn: day(),
            documentType: .init(number: maybe { .random(in: 0...30, using: &$0) }, name: text()), subject: text(60))
        packet.content = maybe { $0.text() }
        packet.signer = maybe { .init(capacity: $0.text(), position: $0.text(), fullName: $0.text()) }
        packet.dueOn = chance() ? day() : nil
        packet.distribution = some(3) { $0.text() }
        packet.details = maybe {
            .init(urgency: .veryUrgent, copies: 3, directionFlag: $0.chance(), appendices: $0.some(2) { $0.text() })
        }
        packet.inReplyTo = some(3) { $0.reference() }
        packet.steering = DocumentPacket.Steering.allCases.randomElement(using: &self)
        packet.documentId = text()
        packet.trace = some(3) { .init(agencyCode: $0.code(), at: $0.time()) }
        packet.operation = maybe { $0.operation() }
        packet.attachments = (0..<Int.random(in: 0...4, using: &self)).map { attachment($0) }
        return packet
    }

    private mutating func operation() -> DocumentPacket.Operation {
        .init(
            kind: .init(number: Int.random(in: 0...3, using: &self)) ?? .new, reason: text(),
            amendment: maybe {
                .init(
                    changesDocument: $0.chance(), changesRecipients: true,
                    recipients: [
                        .init(agencyCode: $0.code(), kind: .added), .init(agencyCode: $0.code(), kind: .removed),
                    ])
            },
            documentId: maybe { $0.text() }, staff: maybe { $0.staff() }, paperFollows: chance(),
            replacements: some(2) { .init(documentId: $0.text(), agencyCodes: $0.some(2) { $0.code() }) })
    }

    mutating func status() -> StatusPacket {
        StatusPacket(
            sender: party(code()), about: reference(), staff: maybe { $0.staff() },
            status: StatusPacket.Status.allCases.randomElement(using: &self) ?? .arrived, explanation: text(80),
            at: time())
    }
}
