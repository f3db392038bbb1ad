internal import Foundation

/// A document packet: message header, trace, operation, manifest and attachments.
struct DocumentReader {
    let root: XMLNode
    let header: XMLNode
    let message: XMLNode

    private let path = "MessageHeader"

    init(root: XMLNode, header: XMLNode, message: XMLNode) {
        self.root = root
        self.header = header
        self.message = message
    }

    func read(_ fields: inout FieldReader) throws(PacketProblem) -> DocumentPacket {
        var packet = try describedDocument(&fields)
        // A second one may be what takes the document back.
        let repeatable = Set(header.children.filter(OperationReader.isOperation).map(\.name) + ["TraceHeaderList"])
        for child in fields.once(header, in: header.name, repeatable: repeatable) where child.name != "MessageHeader" {
            switch child.name {
            case "TraceHeaderList": try readTrace(child, into: &packet, &fields)
            case "Signature", "DigitalSignature":
                packet.signature = child.children.isEmpty && child.textByteCount == 0 ? .empty : .present
                if packet.signature == .present { packet.signatureClaim = SignatureClaim(child) }
            default: try readStranger(child, into: &packet, in: header.name, &fields)
            }
        }
        packet.attachments = try AttachmentsReader(root: root).read(&fields)
        return packet
    }

    // MARK: Message header

    private func describedDocument(_ fields: inout FieldReader) throws(PacketProblem) -> DocumentPacket {
        let from = try fields.only("From", of: message)
        let sender = try from.flatMap { node throws(PacketProblem) in try fields.party(node, in: path) }
        var packet = DocumentPacket(
            sender: Party(agencyCode: ""), recipients: [], code: .init(number: "", notation: ""),
            documentType: .init(name: ""), subject: "")
        var subject: String?
        for child in fields.once(message, in: path, repeatable: ["To", "ResponseFor", "ResponseForTask"]) {
            switch child.name {
            case "From": break
            case "To": try addRecipient(child, to: &packet, &fields)
            case "Subject": try fields.set(&subject, child, in: path)
            default: try readField(child, into: &packet, &fields)
            }
        }
        guard let sender else { throw fields.problem(.missing(.sender), at: message) }
        guard !packet.recipients.isEmpty else { throw fields.problem(.missing(.recipient), at: message) }
        let hasCode = !packet.code.number.isEmpty && !packet.code.notation.isEmpty
        guard hasCode || packet.documentId != nil else { throw fields.problem(.missing(.identity), at: message) }
        packet.sender = sender
        packet.subject = subject ?? ""
        noteGaps(packet, &fields)
        return packet
    }

    private func addRecipient(
        _ node: XMLNode, to packet: inout DocumentPacket, _ fields: inout FieldReader
    ) throws(PacketProblem) {
        guard let party = try fields.party(node, in: path) else { return fields.note(.missing(path: "To/OrganId")) }
        if packet.recipients.contains(where: { $0.agencyCode == party.agencyCode }) {
            return fields.note(.duplicateRecipient(party.agencyCode))
        }
        packet.recipients.append(party)
    }

    private func readField(
        _ node: XMLNode, into packet: inout DocumentPacket, _ fields: inout FieldReader
    ) throws(PacketProblem) {
        switch node.name {
        case "Code": packet.code = try fields.documentCode(node, in: path)
        case "PromulgationInfo": try readIssue(node, into: &packet, &fields)
        case "DocumentType": packet.documentType = try documentType(node, &fields)
        case "Content": try fields.set(&packet.content, node, in: path)
        case "SignerInfo": packet.signer = try signer(node, &fields)
        case "DueDate": try fields.set(&packet.dueOn, node, in: path)
        case "ToPlaces": packet.distribution = try fields.texts(node, of: "Place", in: path)
        case "OtherInfo": packet.details = try details(node, &fields)
        case "ResponseFor":
            if let reference = try fields.reference(node, in: path) {
                packet.inReplyTo.append(reference)
            } else {
                fields.note(.emptyReplyReference)
            }
        case "SteeringType":
            var number: Int?
            try fields.set(&number, node, in: path)
            packet.steering = number.flatMap(DocumentPacket.Steering.init)
            if let number, packet.steering == nil {
                fields.note(.unreadable(path: "SteeringType", text: "\(number)"))
            }
        case "DocumentId": try fields.set(&packet.documentId, node, in: path)
        case "ResponseForTask": packet.taskCodes += try fields.texts(node, of: "TaskCode", in: path)
        case "ApplicationType": try fields.set(&packet.applicationType, node, in: path)
        default: try readStranger(node, into: &packet, in: path, &fields)
        }
    }

    private func noteGaps(_ packet: DocumentPacket, _ fields: inout FieldReader) {
        if packet.documentId == nil { fields.note(.missing(path: "DocumentId")) }
        if packet.code.number.isEmpty { fields.note(.missing(path: "Code/CodeNumber")) }
        if packet.code.notation.isEmpty { fields.note(.missing(path: "Code/CodeNotation")) }
        if packet.subject.isEmpty { fields.note(.missing(path: "Subject")) }
        if packet.documentType.name.isEmpty { fields.note(.missing(path: "DocumentType/TypeName")) }
        if packet.issuedOn == nil { fields.note(.missing(path: "PromulgationInfo/PromulgationDate")) }
    }

    private func readIssue(
        _ node: XMLNode, into packet: inout DocumentPacket, _ fields: inout FieldReader
    ) throws(PacketProblem) {
        for child in fields.once(node, in: node.name) {
            switch child.name {
            case "Place": try fields.set(&packet.issuedAt, child, in: node.name, limit: 50)
            case "PromulgationDate": try fields.set(&packet.issuedOn, child, in: node.name)
            default: fields.unknown(child, in: node.name)
            }
        }
    }

    private func documentType(
        _ node: XMLNode, _ fields: inout FieldReader
    ) throws(PacketProblem) -> DocumentPacket.DocumentType {
        var type = DocumentPacket.DocumentType(name: "")
        var name: String?
        for child in fields.once(node, in: node.name) {
            switch child.name {
            case "Type": try fields.set(&type.number, child, in: node.name)
            case "TypeDetail": try fields.set(&type.detail, child, in: node.name)
            case "TypeName": try fields.set(&name, child, in: node.name, limit: 100)
            default: fields.unknown(child, in: node.name)
            }
        }
        type.name = name ?? ""
        return type
    }

    private func signer(
        _ node: XMLNode, _ fields: inout FieldReader
    ) throws(PacketProblem) -> DocumentPacket.Signer? {
        var signer = DocumentPacket.Signer()
        for child in fields.once(node, in: node.name) {
            switch child.name {
            case "Competence": try fields.set(&signer.capacity, child, in: node.name, limit: 100)
            case "Position", "Function": try fields.set(&signer.position, child, in: node.name, limit: 100)
            case "FullName": try fields.set(&signer.fullName, child, in: node.name, limit: 50)
            default: fields.unknown(child, in: node.name)
            }
        }
        return signer == DocumentPacket.Signer() ? nil : signer
    }

    private func details(
        _ node: XMLNode, _ fields: inout FieldReader
    ) throws(PacketProblem) -> DocumentPacket.Details? {
        var details = DocumentPacket.Details()
        for child in fields.once(node, in: node.name) {
            switch child.name {
            case "Priority":
                var number: Int?
                try fields.set(&number, child, in: node.name)
                details.urgency = number.flatMap(DocumentPacket.Urgency.init)
                if let number, details.urgency == nil {
                    fields.note(.unreadable(path: "OtherInfo/Priority", text: "\(number)"))
                }
            case "SphereOfPromulgation": try fields.set(&details.circulation, child, in: node.name, limit: 100)
            case "TyperNotation": try fields.set(&details.draftersMark, child, in: node.name, limit: 10)
            case "PromulgationAmount": try fields.set(&details.copies, child, in: node.name)
            case "PageAmount": try fields.set(&details.pages, child, in: node.name)
            case "Direction": details.directionFlag = try fields.flag(child, in: node.name)
            case "Appendixes": details.appendices = try fields.texts(child, of: "Appendix", in: node.name)
            case "ReplyFors": details.repliesTo = try fields.texts(child, in: node.name)
            case "ReferenceCodes": details.refersTo = try fields.texts(child, in: node.name)
            default: fields.unknown(child, in: node.name)
            }
        }
        return details == DocumentPacket.Details() ? nil : details
    }

    // MARK: Trace and operation

    private func readTrace(
        _ node: XMLNode, into packet: inout DocumentPacket, _ fields: inout FieldReader
    ) throws(PacketProblem) {
        for child in node.children {
            switch child.name {
            case "TraceHeader": packet.trace.append(try traceEntry(child, &fields))
            case "Bussiness", "Business": try readOperation(child, into: &packet, in: node.name, &fields)
            default: try readStranger(child, into: &packet, in: node.name, &fields)
            }
        }
    }

    /// The operation's place is in the trace; some put it beside, or misspell it. What takes a document back must not
    /// pass for a new one.
    private func readStranger(
        _ node: XMLNode, into packet: inout DocumentPacket, in path: String, _ fields: inout FieldReader
    ) throws(PacketProblem) {
        fields.unknown(node, in: path)
        if OperationReader.isOperation(node) { try readOperation(node, into: &packet, in: path, &fields) }
    }

    /// Two blocks that say different things say nothing that may be acted on.
    private func readOperation(
        _ node: XMLNode, into packet: inout DocumentPacket, in path: String, _ fields: inout FieldReader
    ) throws(PacketProblem) {
        guard let second = try OperationReader(node: node).read(&fields) else { return }
        guard var first = packet.operation else { return packet.operation = second }
        fields.note(.duplicateElement(path: "\(path)/\(node.name)"))
        guard first.kind != second.kind || first.kind != .new && first.documentId != second.documentId else { return }
        first.statement = [first, second].map { $0.kind == .unclear ? $0.statement : $0.kind.name }
            .joined(separator: "”, “")
        first.kind = .unclear
        first.documentId = first.documentId ?? second.documentId
        packet.operation = first
        fields.note(.unclearOperation(first.statement))
    }

    private func traceEntry(
        _ node: XMLNode, _ fields: inout FieldReader
    ) throws(PacketProblem) -> DocumentPacket.TraceEntry {
        var entry = DocumentPacket.TraceEntry()
        for child in fields.once(node, in: node.name) {
            switch child.name {
            case "OrganId": try fields.set(&entry.agencyCode, child, in: node.name, limit: 35)
            case "Timestamp": try fields.set(&entry.at, child, in: node.name)
            default: fields.unknown(child, in: node.name)
            }
        }
        // Gateways without a code of their own write the word.
        if entry.agencyCode == "null" { entry.agencyCode = nil }
        if entry.agencyCode == nil { fields.note(.traceWithoutAgency) }
        return entry
    }
}
