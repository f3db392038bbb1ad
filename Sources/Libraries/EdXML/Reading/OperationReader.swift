/// The `Bussiness` block (the standard's own spelling): new, recall, update or replace.
struct OperationReader {
    let node: XMLNode

    func read(_ fields: inout FieldReader) throws(PacketProblem) -> DocumentPacket.Operation? {
        guard !node.children.isEmpty else { return nil }
        var operation = DocumentPacket.Operation(kind: .new)
        var hasKind = false
        for child in fields.once(node, in: node.name) {
            switch child.name {
            case "BussinessDocType", "BusinessDocType":
                guard !hasKind else {
                    fields.note(.duplicateElement(path: "\(node.name)/\(child.name)"))
                    continue
                }
                hasKind = true
                operation.kind = try kind(child, &fields)
            case "BussinessDocReason", "BusinessDocReason": try fields.set(&operation.reason, child, in: node.name)
            case "BussinessDocumentInfo", "BusinessDocumentInfo": operation.amendment = try amendment(child, &fields)
            case "DocumentId": try fields.set(&operation.documentId, child, in: node.name)
            case "StaffInfo": operation.staff = try fields.staff(child, in: node.name)
            case "Paper": operation.paperFollows = try fields.flag(child, in: node.name) ?? false
            case "ReplacementInfoList": operation.replacements = try replacements(child, &fields)
            default: fields.unknown(child, in: node.name)
            }
        }
        return operation
    }

    private func kind(
        _ child: XMLNode, _ fields: inout FieldReader
    ) throws(PacketProblem) -> DocumentPacket.Operation.Kind {
        let text = try fields.text(child, in: node.name) ?? "0"
        if let kind = digits(text).flatMap(DocumentPacket.Operation.Kind.init) { return kind }
        fields.note(.unknownOperation(text.shortened))
        return .new
    }

    private func amendment(
        _ block: XMLNode, _ fields: inout FieldReader
    ) throws(PacketProblem) -> DocumentPacket.Amendment {
        var amendment = DocumentPacket.Amendment(changesDocument: false, changesRecipients: false)
        for child in fields.once(block, in: block.name) {
            switch child.name {
            case "DocumentInfo": amendment.changesDocument = try fields.flag(child, in: block.name) ?? false
            case "DocumentReceiver": amendment.changesRecipients = try fields.flag(child, in: block.name) ?? false
            case "ReceiverList":
                for receiver in child.children {
                    guard let change = try recipientChange(receiver, &fields) else { continue }
                    amendment.recipients.append(change)
                }
            default: fields.unknown(child, in: block.name)
            }
        }
        return amendment
    }

    private func recipientChange(
        _ block: XMLNode, _ fields: inout FieldReader
    ) throws(PacketProblem) -> DocumentPacket.RecipientChange? {
        var code: String?
        var kind: Int?
        for child in fields.once(block, in: block.name) {
            switch child.name {
            case "OrganId": try fields.set(&code, child, in: block.name, limit: 35)
            case "ReceiverType": try fields.set(&kind, child, in: block.name)
            default: fields.unknown(child, in: block.name)
            }
        }
        guard let code, let change = kind.flatMap(DocumentPacket.RecipientChange.Kind.init) else {
            fields.note(.missing(path: "Receiver/OrganId, ReceiverType"))
            return nil
        }
        return DocumentPacket.RecipientChange(agencyCode: code, kind: change)
    }

    private func replacements(
        _ list: XMLNode, _ fields: inout FieldReader
    ) throws(PacketProblem) -> [DocumentPacket.Replacement] {
        var found: [DocumentPacket.Replacement] = []
        for block in list.children {
            var id: String?
            var codes: [String] = []
            for child in fields.once(block, in: block.name) {
                switch child.name {
                case "DocumentId": try fields.set(&id, child, in: block.name)
                case "OrganIdList": codes = try fields.texts(child, of: "OrganId", in: block.name)
                default: fields.unknown(child, in: block.name)
                }
            }
            guard let id else {
                fields.note(.missing(path: "ReplacementInfo/DocumentId"))
                continue
            }
            found.append(DocumentPacket.Replacement(documentId: id, agencyCodes: codes))
        }
        return found
    }
}
