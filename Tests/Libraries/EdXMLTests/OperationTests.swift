import Foundation
import Testing

@testable import EdXML

/// Gói thu hồi, cập nhật, thay thế ghi bằng chữ, ghi sai hay ghi hai lần không bao giờ được coi là văn bản mới.
@Suite struct OperationTests {
    private func read(_ operation: String, in text: String = Fixture.newDocument) throws -> ReadResult {
        let block = #/<edXML:Bussiness>(?s:.*)<\/edXML:Bussiness>/#
        return PacketReader().read(Data(text.replacing(block, with: operation).utf8))
    }

    private func document(_ result: ReadResult) throws -> DocumentPacket {
        guard case .document(let packet) = result.packet else { throw NoDocument() }
        return packet
    }

    private struct NoDocument: Error {}

    private func block(_ type: String, _ reason: String = "") -> String {
        """
        <edXML:Bussiness><edXML:BussinessDocType>\(type)</edXML:BussinessDocType>\
        <edXML:BussinessDocReason>\(reason)</edXML:BussinessDocReason></edXML:Bussiness>
        """
    }

    private static let kinds: [(String, String, DocumentPacket.Operation.Kind)] = [
        ("0", "", .new), ("01", "", .recall), ("", "", .new), ("0 - Văn bản mới", "", .new), ("Mới", "", .new),
        ("Thu hồi", "", .recall), ("THU HỒI", "", .recall), ("thu hoi", "", .recall), ("1 - Thu hồi", "", .recall),
        ("Lấy lại văn bản", "", .recall), ("REVOKE", "", .recall), ("Cập nhật", "", .amend),
        ("2: cập nhật", "", .amend),
        ("thay thế", "", .replace), ("Thay thế bằng văn bản mới", "", .replace),
        // The number or word says nothing: the reason may.
        ("4", "Thu hồi văn bản điện tử", .recall), ("", "Cập nhật văn bản điện tử", .amend),
        ("", "Văn bản điện tử mới", .new), ("0", "Thay thế công văn số 5", .new),
        // A person decides.
        ("4", "", .unclear), ("-1", "", .unclear), ("1.0", "", .unclear), ("hủy", "", .unclear),
        ("0 - Thu hồi", "", .unclear),
        ("thu hồi, thay thế", "", .unclear), ("7 - Thu hồi", "", .unclear), ("", "Thu hồi và thay thế", .unclear),
    ]

    @Test(arguments: kinds)
    func `the operation is its number, or its words where they leave no doubt`(
        type: String, reason: String, kind: DocumentPacket.Operation.Kind
    ) throws {
        let packet = try document(try read(block(type, reason)))
        #expect(packet.operationKind == kind)
        #expect((packet.operation?.statement.isEmpty == false) == (kind == .unclear))
    }

    @Test func `what was not said by its number is told`() throws {
        let worded = try read(block("Thu hồi"))
        #expect(worded.tolerated.contains(.wordedOperation("Thu hồi", readAs: .recall)))
        let unclear = try read(block("4"))
        #expect(unclear.tolerated.contains(.unclearOperation("4")))
        #expect(try document(unclear).operation?.statement == "4")
    }

    @Test func `two blocks that differ are for a person, two that agree are one`() throws {
        for (first, second) in [("0", "1"), ("1", "0"), ("1", "2")] {
            let result = try read(block(first) + block(second))
            #expect(try document(result).operationKind == .unclear)
        }
        #expect(try document(try read(block("1") + block("1"))).operationKind == .recall)
        let trace = "<edXML:TraceHeaderList>\(block("1"))</edXML:TraceHeaderList>"
        let beside = Fixture.newDocument.replacing("</edXML:TraceHeaderList>", with: "</edXML:TraceHeaderList>\(trace)")
        #expect(try document(PacketReader().read(Data(beside.utf8))).operationKind == .unclear)
        let other = block("1").replacing(
            "<edXML:BussinessDocType>", with: "<DocumentId>B</DocumentId><edXML:BussinessDocType>")
        #expect(try document(try read(block("1") + other)).operationKind == .unclear, "two documents taken back")
    }

    @Test(arguments: [
        "<edXML:bussiness><edXML:bussinessdoctype>1</edXML:bussinessdoctype></edXML:bussiness>",
        "<edXML:Bussines><edXML:BussinesDocType>1</edXML:BussinesDocType></edXML:Bussines>",
        "<edXML:BusinessInfo><edXML:BusinessType>1</edXML:BusinessType></edXML:BusinessInfo>",
        "<edXML:Bussiness><edXML:BussinessDocTypes>1</edXML:BussinessDocTypes></edXML:Bussiness>",
    ])
    func `a recall is one however its block is spelt, wherever it stands`(recall: String) throws {
        #expect(try document(try read(recall)).operationKind == .recall)
        let inside = try read("").packet
        #expect(inside != nil)
        let header = Fixture.newDocument.replacing(#/<edXML:Bussiness>(?s:.*)<\/edXML:Bussiness>/#, with: "")
            .replacing("</edXML:MessageHeader>", with: "\(recall)</edXML:MessageHeader>")
        #expect(try document(PacketReader().read(Data(header.utf8))).operationKind == .recall)
    }

    @Test func `a list of replaced documents makes a replacement, whatever the number`() throws {
        let list = """
            <edXML:ReplacementInfoList><edXML:ReplacementInfo><edXML:DocumentId>A-1</edXML:DocumentId>\
            </edXML:ReplacementInfo></edXML:ReplacementInfoList>
            """
        for type in ["", "<edXML:BussinessDocType>0</edXML:BussinessDocType>"] {
            let packet = try document(try read("<edXML:Bussiness>\(type)\(list)</edXML:Bussiness>"))
            #expect(packet.operationKind == .replace && packet.operation?.replacements.map(\.documentId) == ["A-1"])
        }
    }

    // MARK: Names

    private func packet(_ kind: DocumentPacket.Operation.Kind) -> DocumentPacket {
        DocumentPacket(
            sender: Party(agencyCode: "G31"), recipients: [Party(agencyCode: "H41")],
            code: .init(number: "9", notation: "VP"), issuedOn: PacketDay("2026/03/05"), documentType: .init(name: ""),
            subject: "",
            inReplyTo: [
                .init(agencyCode: "G31", code: "5/VP", issuedOn: PacketDay("2026/02/02"), documentId: "old"),
                .init(agencyCode: "H14", code: "6/VP", issuedOn: PacketDay("2026/02/02"), documentId: "stranger's"),
            ], documentId: "header", operation: .init(kind: kind, documentId: "block"))
    }

    @Test(arguments: [DocumentPacket.Operation.Kind.recall, .amend])
    func `what is taken back or changed may be known by several names, the surest first`(
        kind: DocumentPacket.Operation.Kind
    ) {
        #expect(
            packet(kind).affectedNames == [
                .init(documentId: "block"), .init(documentId: "header"), .init(documentId: "old"),
                .init(code: "9/VP", issuedOn: PacketDay("2026/03/05")),
                .init(code: "5/VP", issuedOn: PacketDay("2026/02/02")),
            ])
    }

    @Test func `what is unclear is about the packet's own document, if about any`() {
        #expect(
            packet(.unclear).affectedNames == [
                .init(documentId: "header"), .init(code: "9/VP", issuedOn: PacketDay("2026/03/05")),
            ])
    }

    @Test func `what replaces is not looked for under its own name`() {
        var packet = packet(.replace)
        #expect(packet.affectedNames.map(\.documentId) == ["block", "old", nil])
        packet.operation?.documentId = "header"
        #expect(packet.affectedNames.map(\.documentId) == ["old", nil])
    }
}
