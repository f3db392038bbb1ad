package import Foundation

/// Writes packets by string template: some readers insist on the exact prefixes of the standard's samples, which an
/// XML library would optimise away. Elements stand in the order of QCVN 102.
package struct PacketWriter: Sendable {
    /// How attachments travel. Raw is what the standard shows; one vendor's kit sends a ZIP with one entry.
    package enum AttachmentForm: Sendable {
        case raw, zipped
    }

    package static let namespace = "http://www.mic.gov.vn/TBT/QCVN_102_2016"

    private let form: AttachmentForm

    package init(attachmentForm: AttachmentForm = .raw) {
        form = attachmentForm
    }

    package func write(_ packet: Packet) -> Data {
        switch packet {
        case .document(let packet): write(packet)
        case .status(let packet): write(packet)
        }
    }

    package func write(_ packet: DocumentPacket) -> Data {
        var out = TagWriter()
        out.open("edXML:edXMLHeader", at: 2)
        messageHeader(packet, &out)
        traceHeaders(packet, &out)
        out.close("edXML:edXMLHeader", at: 2)
        manifest(packet.attachments, &out)
        return frame(out, attachments: packet.attachments)
    }

    package func write(_ packet: StatusPacket) -> Data {
        var out = TagWriter()
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
        return frame(out, attachments: [])
    }

    private func frame(_ envelope: TagWriter, attachments: [PacketAttachment]) -> Data {
        var out = TagWriter()
        out.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", at: 0)
        out.line("<edXML xmlns=\"\(PacketWriter.namespace)\">", at: 0)
        out.line("<edXML:edXMLEnvelope xmlns:edXML=\"\(PacketWriter.namespace)\">", at: 1)
        out.append(envelope)
        out.close("edXML:edXMLEnvelope", at: 1)
        if !attachments.isEmpty { encoded(attachments, &out) }
        out.close("edXML", at: 0)
        return out.data
    }

    // MARK: Message header

    private func messageHeader(_ packet: DocumentPacket, _ out: inout TagWriter) {
        out.open("edXML:MessageHeader", at: 3)
        party("From", packet.sender, &out)
        for recipient in packet.recipients { party("To", recipient, &out) }
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
        list("edXML:ToPlaces", of: "edXML:Place", packet.distribution, at: 4, &out)
        details(packet.details, &out)
        for answered in packet.inReplyTo { reference(answered, &out) }
        out.leaf("edXML:SteeringType", packet.steering.map { "\($0.rawValue)" }, at: 4)
        out.leaf("edXML:DocumentId", packet.documentId, at: 4)
        out.close("edXML:MessageHeader", at: 3)
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

    private func encoded(_ attachments: [PacketAttachment], _ out: inout TagWriter) {
        out.open("AttachmentEncoded", at: 1)
        for attachment in attachments {
            let (content, type) = transported(attachment)
            out.open("Attachment", at: 2)
            out.leaf("ContentId", "cid:\(attachment.contentId)", at: 3)
            out.leaf("AttachmentName", attachment.name, at: 3)
            out.leaf("Description", attachment.explanation, at: 3)
            out.leaf("ContentType", type, at: 3)
            let tag = "edXML:ContentTransferEncoded"
            out.line(
                "<\(tag) xmlns:edXML=\"\(PacketWriter.namespace)\">\(Base64.encode(content))</\(tag)>", at: 3)
            out.close("Attachment", at: 2)
        }
        out.close("AttachmentEncoded", at: 1)
    }

    private func transported(_ attachment: PacketAttachment) -> (content: Data, type: String) {
        let raw = (attachment.content, declaredType(attachment))
        guard form == .zipped else { return raw }
        let ending = fileExtension(attachment.name)
        let entry = entryName(attachment) + (ending.isEmpty ? "" : ".\(ending)")
        return SingleEntryArchive.pack(attachment.content, named: entry).map { ($0, "application/zip") } ?? raw
    }

    /// The kit names the entry with a UUID; one that depends on the attachment keeps the packet reproducible.
    private func entryName(_ attachment: PacketAttachment) -> String {
        if let id = UUID(uuidString: attachment.contentId) { return id.uuidString.lowercased() }
        let text = String(Deflate.crc32(attachment.content), radix: 16)
        let tail = String(repeating: "0", count: 12 - text.count) + text
        return "00000000-0000-4000-8000-\(tail)"
    }

    private func declaredType(_ attachment: PacketAttachment) -> String {
        attachment.declaredType ?? MediaType.forExtension(fileExtension(attachment.name))
    }
}
