import Digests
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import EdXML

/// Gói tin lớn được đọc và ghi theo từng phần; kết quả không khác khi đọc cả gói một lần.
@Suite struct StreamingTests {
    /// A folder of its own, gone with the test.
    private final class Folder {
        let url: URL

        init() throws {
            url = FileManager.default.temporaryDirectory.appending(path: "edxml-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func file(_ bytes: Data) throws -> ByteSource {
            let file = url.appending(path: "goi.edxml")
            try bytes.write(to: file)
            return try ByteSource(contentsOf: file)
        }

        var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path())) ?? [] }
    }

    @Test(arguments: Fixture.all.indices)
    func `a packet read through the smallest window says what it says in one piece`(index: Int) throws {
        let bytes = Data(Fixture.all[index].utf8)
        let whole = PacketReader().read(bytes)
        for window in [300, 301, 307, 333] {
            let pieces = PacketReader(windowBytes: window).read(bytes)
            #expect(pieces.packet == whole.packet)
            #expect(pieces.tolerated == whole.tolerated)
            #expect(pieces.refused == whole.refused)
        }
    }

    @Test(arguments: 1...60)
    func `damaged packets are answered the same through a small window`(seed: Int) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array((Fixture.all.randomElement(using: &generator) ?? "").utf8)
        for _ in 0..<Int.random(in: 1...12, using: &generator) where bytes.count > 8 { generator.mutate(&bytes) }
        let (whole, pieces) = (
            PacketReader().read(Data(bytes)), PacketReader(windowBytes: 300).read(Data(bytes))
        )
        #expect(pieces.packet == whole.packet)
        #expect(pieces.refused == whole.refused)
    }

    @Test func `attachments go to files of the folder, which go with the packet`() throws {
        let folder = try Folder()
        var generator = SeededGenerator(seed: 1)
        let content = Data((0..<300_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        var packet: DocumentPacket? = generator.document()
        packet?.attachments = [PacketAttachment(contentId: "1", name: "a.bin", content: content)]
        let source = try folder.file(PacketWriter().write(try #require(packet)))
        packet = nil
        func look() throws {
            guard case .document(let read) = try PacketReader().read(source, attachments: .folder(folder.url)).packet
            else { throw Unexpected() }
            #expect(read.attachments.first?.content == content)
            #expect(read.attachments.first?.sha256 == sha256Hex(content))
            #expect(folder.names.count == 2)
        }
        try look()
        #expect(folder.names == ["goi.edxml"])
    }

    private struct Unexpected: Error {}

    @Test func `a file that was taken over stays`() throws {
        let folder = try Folder()
        let content = Data(repeating: 7, count: 200_000)
        let packet = DocumentPacket(
            sender: Party(agencyCode: "A"), recipients: [Party(agencyCode: "B")],
            code: .init(number: "1", notation: "QĐ"), documentType: .init(name: "Công văn"), subject: "Thử",
            attachments: [PacketAttachment(contentId: "1", name: "a.bin", content: content)])
        let source = try folder.file(PacketWriter().write(packet))
        func taken() throws -> URL? {
            guard case .document(let read) = try PacketReader().read(source, attachments: .folder(folder.url)).packet
            else { return nil }
            return read.attachments.first?.file?.take()
        }
        let url = try #require(try taken())
        #expect(try Data(contentsOf: url) == content)
        #expect(folder.names.count == 2)
    }

    @Test func `a reader that keeps nothing still says what came`() throws {
        let packet = Data(Fixture.newDocument.utf8)
        guard case .document(let read) = try PacketReader().read(ByteSource(packet), attachments: .nowhere).packet
        else {
            Issue.record("refused")
            return
        }
        let attachment = try #require(read.attachments.first)
        #expect(attachment.content.isEmpty)
        #expect(attachment.byteCount == Fixture.data(Fixture.zippedPDF).count)
        #expect(attachment.sha256 == sha256Hex(Fixture.data(Fixture.zippedPDF)))
        #expect(attachment.isIntact)
    }

    @Test(arguments: PacketWriter.Order.allCases, PacketWriter.AttachmentForm.allCases)
    func `what is written in pieces is what is written at once`(
        order: PacketWriter.Order, form: PacketWriter.AttachmentForm
    ) throws {
        var generator = SeededGenerator(seed: 3)
        let packet = Packet.document(generator.document())
        let writer = PacketWriter(attachmentForm: form, order: order)
        var pieces = Data()
        try writer.write(packet) { pieces.append(contentsOf: $0) }
        #expect(pieces == writer.write(packet))
        #expect(XMLCheck(pieces).isWellFormed)
        guard case .document(let read) = PacketReader().read(pieces).packet, case .document(let sent) = packet else {
            Issue.record("refused")
            return
        }
        #expect(read.documentId == sent.documentId && read.distribution == sent.distribution)
        #expect(read.attachments.map(\.sha256) == sent.attachments.map(\.sha256))
    }

    @Test func `the kit's order puts the document's id before its code and the places last`() throws {
        let packet = DocumentPacket(
            sender: Party(agencyCode: "A"), recipients: [Party(agencyCode: "B")],
            code: .init(number: "1", notation: "QĐ"), documentType: .init(name: "Công văn"), subject: "Thử",
            distribution: ["Như trên"], details: .init(urgency: .urgent), steering: .directs, documentId: "A-1")
        let text = String(decoding: PacketWriter(order: .kit).write(packet), as: UTF8.self)
        let places = try ["From>", "To>", "DocumentId>", "Code>", "OtherInfo>", "SteeringType>", "ToPlaces>"].map {
            try #require(text.range(of: "<edXML:\($0)")).lowerBound
        }
        #expect(places == places.sorted())
    }

    @Test func `an independent parser finds the same fields`() throws {
        var generator = SeededGenerator(seed: 11)
        let packet = generator.document()
        for order in PacketWriter.Order.allCases {
            let fields = LeafTexts(PacketWriter(order: order).write(packet))
            #expect(
                fields["OrganId"]?.prefix(1 + packet.recipients.count).map { $0 }
                    == [packet.sender.agencyCode] + packet.recipients.map(\.agencyCode))
            #expect(fields["CodeNumber"] == [packet.code.number])
            #expect(fields["CodeNotation"] == [packet.code.notation])
            #expect(fields["Subject"] == [packet.subject])
            #expect(fields["TypeName"] == [packet.documentType.name])
            #expect(fields["ContentTransferEncoded"] == packet.attachments.map { $0.content.base64EncodedString() })
        }
    }

    @Test func `task codes and the kind of application are read and written`() throws {
        var packet = DocumentPacket(
            sender: Party(agencyCode: "A"), recipients: [Party(agencyCode: "B")],
            code: .init(number: "1", notation: "QĐ"), documentType: .init(name: "Báo cáo"), subject: "Thử")
        packet.taskCodes = ["NV-1", "NV-2"]
        packet.applicationType = "MCDT_DT"
        #expect(PacketReader().read(PacketWriter().write(packet)).packet == .document(packet))
    }

    @Test func `text beyond the limit of a packet is refused`() {
        var limits = PacketLimits()
        limits.textBytes = 300
        let result = PacketReader(limits: limits).read(Data(Fixture.newDocument.utf8))
        #expect(result.refused?.reason == .xml(.tooLarge))
    }
}

/// The texts of all elements without children, by local name, as libxml2 gives them.
final class LeafTexts: NSObject, XMLParserDelegate {
    private var found: [String: [String]] = [:]
    private var text = ""

    init(_ data: Data) {
        super.init()
        let parser = XMLParser(data: data)
        parser.shouldProcessNamespaces = true
        parser.delegate = self
        _ = parser.parse()
    }

    subscript(name: String) -> [String]? { found[name] }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) { text = "" }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if !value.isEmpty { found[name, default: []].append(value) }
        text = ""
    }
}
