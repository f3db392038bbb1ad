internal import Digests
package import Foundation

/// Writes packets by string template: some readers insist on the exact prefixes of the standard's samples, which an
/// XML library would optimise away. Attachments are encoded as they are written, so that memory follows neither them
/// nor the packet.
package struct PacketWriter: Sendable {
    /// How attachments travel. Raw is what the standard shows; one vendor's kit sends a ZIP with one entry.
    package enum AttachmentForm: Sendable, CaseIterable {
        case raw, zipped
    }

    /// The two orders of the message header that circulate: that of QCVN 102, and that of one vendor's kit. A third
    /// would be refused by readers that go by order.
    package enum Order: Sendable, CaseIterable {
        case standard, kit
    }

    package static let namespace = "http://www.mic.gov.vn/TBT/QCVN_102_2016"

    private let form: AttachmentForm
    private let order: Order
    private let leavesRoomForSignature: Bool

    /// - Parameter leavesRoomForSignature: writes an XMLDSIG signature of the whole packet without its values, for a tool
    ///   that computes them (RSA-SHA256, exclusive canonicalization).
    package init(
        attachmentForm: AttachmentForm = .raw, order: Order = .standard, leavesRoomForSignature: Bool = false
    ) {
        form = attachmentForm
        self.order = order
        self.leavesRoomForSignature = leavesRoomForSignature
    }

    /// The whole packet in memory.
    package func write(_ packet: Packet) -> Data {
        var out = Data()
        // Only the disk under an attachment could fail; such bytes are never asked for here in one piece.
        try? write(packet) { out.append(contentsOf: $0) }
        return out
    }

    package func write(_ packet: DocumentPacket) -> Data { write(Packet.document(packet)) }
    package func write(_ packet: StatusPacket) -> Data { write(Packet.status(packet)) }

    /// Hands over the packet in pieces. Throws what `body` throws, and what the disk says of an attachment.
    package func write(_ packet: Packet, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var out = TagWriter()
        out.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", at: 0)
        out.line("<edXML xmlns=\"\(PacketWriter.namespace)\">", at: 0)
        out.line("<edXML:edXMLEnvelope xmlns:edXML=\"\(PacketWriter.namespace)\">", at: 1)
        switch packet {
        case .document(let packet): envelope(packet, &out)
        case .status(let packet): envelope(packet, &out)
        }
        out.close("edXML:edXMLEnvelope", at: 1)
        if case .document(let packet) = packet, !packet.attachments.isEmpty {
            out.open("AttachmentEncoded", at: 1)
            for attachment in packet.attachments { try encoded(attachment, &out, body) }
            out.close("AttachmentEncoded", at: 1)
        }
        out.close("edXML", at: 0)
        try out.flush(body)
    }

    private func envelope(_ packet: DocumentPacket, _ out: inout TagWriter) {
        out.open("edXML:edXMLHeader", at: 2)
        messageHeader(packet, &out)
        traceHeaders(packet, &out)
        if leavesRoomForSignature { signatureTemplate(&out) }
        out.close("edXML:edXMLHeader", at: 2)
        manifest(packet.attachments, &out)
    }

    private func envelope(_ packet: StatusPacket, _ out: inout TagWriter) {
        out.open("edXML:edXMLHeader", at: 2)
        out.open("edXML:MessageHeader", at: 3)
        party("From", packet.sender, &out)
        reference(packet.about, &out)
        staff(packet.staff ?? StaffContact(), at: 4, &out)
        out.leaf("edXML:StatusCode", packet.code, at: 4)
        out.leaf("edXML:Description", packet.explanation, at: 4)
        out.leaf("edXML:Timestamp", packet.at?.description, at: 4)
        out.close("edXML:MessageHeader", at: 3)
        out.close("edXML:edXMLHeader", at: 2)
    }

    // MARK: Message header

    private func messageHeader(_ packet: DocumentPacket, _ out: inout TagWriter) {
        out.open("edXML:MessageHeader", at: 3)
        party("From", packet.sender, &out)
        for recipient in packet.recipients { party("To", recipient, &out) }
        if order == .kit { out.leaf("edXML:DocumentId", packet.documentId, at: 4) }
        description(packet, &out)
        if order == .standard { list("edXML:ToPlaces", of: "edXML:Place", packet.distribution, at: 4, &out) }
        details(packet.details, &out)
        for answered in packet.inReplyTo { reference(answered, &out) }
        out.leaf("edXML:SteeringType", packet.steering.map { "\($0.rawValue)" }, at: 4)
        if order == .standard { out.leaf("edXML:DocumentId", packet.documentId, at: 4) }
        if order == .kit { list("edXML:ToPlaces", of: "edXML:Place", packet.distribution, at: 4, &out) }
        list("edXML:ResponseForTask", of: "edXML:TaskCode", packet.taskCodes, at: 4, &out)
        out.leaf("edXML:ApplicationType", packet.applicationType, at: 4)
        out.close("edXML:MessageHeader", at: 3)
    }

    /// Fields 1.3 to 1.9, which both orders have alike.
    private func description(_ packet: DocumentPacket, _ out: inout TagWriter) {
        out.open("edXML:Code", at: 4)
        out.leaf("edXML:CodeNumber", packet.code.number, at: 5)
        out.leaf("edXML:CodeNotation", packet.code.notation, at: 5)
        out.close("edXML:Code", at: 4)
        out.open("edXML:PromulgationInfo", at: 4)
        out.leaf("edXML:Place", packet.issuedAt, at: 5)
        out.leaf("edXML:PromulgationDate", packet.issuedOn?.description, at: 5)
        out.close("edXML:PromulgationInfo", at: 4)
        documentType(packet.documentType, &out)
        out.leaf("edXML:Subject", packet.subject, at: 4)
        out.leaf("edXML:Content", packet.content, at: 4)
        signer(packet.signer, &out)
        out.leaf("edXML:DueDate", packet.dueOn?.description, at: 4)
    }

    private func party(_ name: String, _ party: Party, _ out: inout TagWriter) {
        out.open("edXML:\(name)", at: 4)
        out.leaf("edXML:OrganId", party.agencyCode, at: 5)
        out.leaf("edXML:OrganizationInCharge", party.parentAgency, at: 5)
        out.leaf("edXML:OrganName", party.name, at: 5)
        out.leaf("edXML:OrganAdd", party.address, at: 5)
        out.leaf("edXML:Email", party.email, at: 5)
        out.leaf("edXML:Telephone", party.telephone, at: 5)
        out.leaf("edXML:Fax", party.fax, at: 5)
        out.leaf("edXML:Website", party.website, at: 5)
        out.close("edXML:\(name)", at: 4)
    }

    private func documentType(_ type: DocumentPacket.DocumentType, _ out: inout TagWriter) {
        out.open("edXML:DocumentType", at: 4)
        out.leaf("edXML:Type", type.number.map { "\($0)" }, at: 5)
        out.leaf("edXML:TypeDetail", type.detail.map { "\($0)" }, at: 5)
        out.leaf("edXML:TypeName", type.name, at: 5)
        out.close("edXML:DocumentType", at: 4)
    }

    private func signer(_ signer: DocumentPacket.Signer?, _ out: inout TagWriter) {
        guard let signer else { return }
        out.open("edXML:SignerInfo", at: 4)
        out.leaf("edXML:Competence", signer.capacity, at: 5)
        out.leaf("edXML:Position", signer.position, at: 5)
        out.leaf("edXML:FullName", signer.fullName, at: 5)
        out.close("edXML:SignerInfo", at: 4)
    }

    private func details(_ details: DocumentPacket.Details?, _ out: inout TagWriter) {
        guard let details else { return }
        out.open("edXML:OtherInfo", at: 4)
        out.leaf("edXML:Priority", details.urgency.map { "\($0.rawValue)" }, at: 5)
        out.leaf("edXML:SphereOfPromulgation", details.circulation, at: 5)
        out.leaf("edXML:TyperNotation", details.draftersMark, at: 5)
        out.leaf("edXML:PromulgationAmount", details.copies.map { "\($0)" }, at: 5)
        out.leaf("edXML:PageAmount", details.pages.map { "\($0)" }, at: 5)
        out.leaf("edXML:Direction", details.directionFlag.map { "\($0)" }, at: 5)
        list("edXML:Appendixes", of: "edXML:Appendix", details.appendices, at: 5, &out)
        out.close("edXML:OtherInfo", at: 4)
    }

    private func reference(_ reference: DocumentReference, _ out: inout TagWriter) {
        out.open("edXML:ResponseFor", at: 4)
        out.leaf("edXML:OrganId", reference.agencyCode, at: 5)
        out.leaf("edXML:Code", reference.code, at: 5)
        out.leaf("edXML:PromulgationDate", reference.issuedOn?.description, at: 5)
        out.leaf("edXML:DocumentId", reference.documentId, at: 5)
        out.close("edXML:ResponseFor", at: 4)
    }

    private func list(
        _ name: String, of item: String, _ values: [String], at depth: Int, _ out: inout TagWriter
    ) {
        guard !values.isEmpty else { return }
        out.open(name, at: depth)
        for value in values { out.leaf(item, value, at: depth + 1) }
        out.close(name, at: depth)
    }

    private func staff(_ staff: StaffContact, at depth: Int, _ out: inout TagWriter) {
        guard staff != StaffContact() else { return }
        out.open("edXML:StaffInfo", at: depth)
        out.leaf("edXML:Department", staff.department, at: depth + 1)
        out.leaf("edXML:Staff", staff.name, at: depth + 1)
        out.leaf("edXML:Mobile", staff.mobile, at: depth + 1)
        out.leaf("edXML:Email", staff.email, at: depth + 1)
        out.close("edXML:StaffInfo", at: depth)
    }

    // MARK: Trace and operation

    private func traceHeaders(_ packet: DocumentPacket, _ out: inout TagWriter) {
        guard !packet.trace.isEmpty || packet.operation != nil else { return }
        out.open("edXML:TraceHeaderList", at: 3)
        for entry in packet.trace {
            out.open("edXML:TraceHeader", at: 4)
            out.leaf("edXML:OrganId", entry.agencyCode, at: 5)
            out.leaf("edXML:Timestamp", entry.at?.description, at: 5)
            out.close("edXML:TraceHeader", at: 4)
        }
        if let operation = packet.operation { self.operation(operation, &out) }
        out.close("edXML:TraceHeaderList", at: 3)
    }

    private func operation(_ operation: DocumentPacket.Operation, _ out: inout TagWriter) {
        out.open("edXML:Bussiness", at: 4)
        out.leaf("edXML:BussinessDocType", "\(operation.kind.rawValue)", at: 5)
        out.leaf("edXML:BussinessDocReason", operation.reason, at: 5)
        if let amendment = operation.amendment { self.amendment(amendment, &out) }
        out.leaf("edXML:DocumentId", operation.documentId, at: 5)
        staff(operation.staff ?? StaffContact(), at: 5, &out)
        out.leaf("edXML:Paper", operation.paperFollows ? "1" : "0", at: 5)
        replacements(operation.replacements, &out)
        out.close("edXML:Bussiness", at: 4)
    }

    private func amendment(_ amendment: DocumentPacket.Amendment, _ out: inout TagWriter) {
        out.open("edXML:BussinessDocumentInfo", at: 5)
        out.leaf("edXML:DocumentInfo", amendment.changesDocument ? "1" : "0", at: 6)
        out.leaf("edXML:DocumentReceiver", amendment.changesRecipients ? "1" : "0", at: 6)
        if !amendment.recipients.isEmpty {
            out.open("edXML:ReceiverList", at: 6)
            for change in amendment.recipients {
                out.open("edXML:Receiver", at: 7)
                out.leaf("edXML:OrganId", change.agencyCode, at: 8)
                out.leaf("edXML:ReceiverType", "\(change.kind.rawValue)", at: 8)
                out.close("edXML:Receiver", at: 7)
            }
            out.close("edXML:ReceiverList", at: 6)
        }
        out.close("edXML:BussinessDocumentInfo", at: 5)
    }

    private func replacements(_ replacements: [DocumentPacket.Replacement], _ out: inout TagWriter) {
        guard !replacements.isEmpty else { return }
        out.open("edXML:ReplacementInfoList", at: 5)
        for replacement in replacements {
            out.open("edXML:ReplacementInfo", at: 6)
            out.leaf("edXML:DocumentId", replacement.documentId, at: 7)
            list("edXML:OrganIdList", of: "edXML:OrganId", replacement.agencyCodes, at: 7, &out)
            out.close("edXML:ReplacementInfo", at: 6)
        }
        out.close("edXML:ReplacementInfoList", at: 5)
    }

    // MARK: Signature

    /// Un-prefixed and last in the header, as the samples have it, but in its own namespace.
    private func signatureTemplate(_ out: inout TagWriter) {
        out.line("<Signature xmlns=\"\(SignatureClaim.namespace)\">", at: 3)
        out.open("SignedInfo", at: 4)
        out.line("<CanonicalizationMethod Algorithm=\"\(SignatureClaim.exclusive)\"/>", at: 5)
        out.line("<SignatureMethod Algorithm=\"\(SignatureClaim.rsaSHA256)\"/>", at: 5)
        out.line("<Reference URI=\"\">", at: 5)
        out.open("Transforms", at: 6)
        out.line("<Transform Algorithm=\"\(SignatureClaim.enveloped)\"/>", at: 7)
        out.line("<Transform Algorithm=\"\(SignatureClaim.exclusive)\"/>", at: 7)
        out.close("Transforms", at: 6)
        out.line("<DigestMethod Algorithm=\"\(SignatureClaim.sha256)\"/>", at: 6)
        out.line("<DigestValue/>", at: 6)
        out.close("Reference", at: 5)
        out.close("SignedInfo", at: 4)
        out.line("<SignatureValue/>", at: 4)
        out.line("<KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo>", at: 4)
        out.close("Signature", at: 3)
    }

    // MARK: Attachments

    private func manifest(_ attachments: [PacketAttachment], _ out: inout TagWriter) {
        out.open("edXML:edXMLBody", at: 2)
        out.line("<edXML:edXMLManifest version=\"1.0\">", at: 3)
        for attachment in attachments {
            out.open("edXML:Reference", at: 4)
            out.leaf("edXML:ContentId", "cid:\(attachment.contentId)", at: 5)
            out.leaf("edXML:ContentType", declaredType(attachment), at: 5)
            out.leaf("edXML:Description", attachment.explanation, at: 5)
            out.leaf("edXML:AttachmentName", attachment.name, at: 5)
            out.close("edXML:Reference", at: 4)
        }
        out.close("edXML:edXMLManifest", at: 3)
        out.close("edXML:edXMLBody", at: 2)
    }

    private func encoded(
        _ attachment: PacketAttachment, _ out: inout TagWriter, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let packing = try packing(attachment)
        out.open("Attachment", at: 2)
        out.leaf("ContentId", "cid:\(attachment.contentId)", at: 3)
        out.leaf("AttachmentName", attachment.name, at: 3)
        out.leaf("Description", attachment.explanation, at: 3)
        out.leaf("ContentType", packing == nil ? declaredType(attachment) : "application/zip", at: 3)
        let tag = "edXML:ContentTransferEncoded"
        out.start("<\(tag) xmlns:edXML=\"\(PacketWriter.namespace)\">", at: 3)
        try out.flush(body)
        var encoder = Base64Encoder()
        if let packing {
            try packing.forEachPiece { try encoder.encode($0, body) }
        } else {
            try attachment.source.forEachPiece(of: 0..<attachment.source.count) { try encoder.encode($0, body) }
        }
        try encoder.finish(body)
        out.line("</\(tag)>", at: 0)
        out.close("Attachment", at: 2)
    }

    /// nil where the file travels as it is.
    private func packing(_ attachment: PacketAttachment) throws -> SingleEntryPacking? {
        guard form == .zipped else { return nil }
        let ending = fileExtension(attachment.name)
        let entry = try entryName(attachment) + (ending.isEmpty ? "" : ".\(ending)")
        return try SingleEntryPacking(attachment.source, named: entry)
    }

    /// The kit names the entry with a UUID; one that depends on the attachment keeps the packet reproducible.
    private func entryName(_ attachment: PacketAttachment) throws -> String {
        if let id = UUID(uuidString: attachment.contentId) { return id.uuidString.lowercased() }
        var crc: UInt32 = 0
        try attachment.source.forEachPiece(of: 0..<attachment.source.count) { crc = Deflate.crc32(crc, $0) }
        let text = String(crc, radix: 16)
        let tail = String(repeating: "0", count: 12 - text.count) + text
        return "00000000-0000-4000-8000-\(tail)"
    }

    private func declaredType(_ attachment: PacketAttachment) -> String {
        attachment.declaredType ?? MediaType.forExtension(fileExtension(attachment.name))
    }
}
