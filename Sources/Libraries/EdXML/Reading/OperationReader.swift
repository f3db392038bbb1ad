/// The `Bussiness` block (the standard's own spelling): new, recall, update or replace.
struct OperationReader {
    let node: XMLNode

    /// Senders spell it in more than one way, and what takes a document back must not be lost over a letter.
    static func isOperation(_ node: XMLNode) -> Bool {
        if ["Bussiness", "Business"].contains(node.name) { return true }
        return isSpeltLikeOne(node.name) && node.children.contains { isKind($0.name) }
    }

    private static func isSpeltLikeOne(_ name: String) -> Bool { name.lowercased().hasPrefix("bus") }

    private static func isKind(_ name: String) -> Bool {
        isSpeltLikeOne(name) && name.lowercased().contains("type")
    }

    func read(_ fields: inout FieldReader) throws(PacketProblem) -> DocumentPacket.Operation? {
        guard !node.children.isEmpty else { return nil }
        var operation = DocumentPacket.Operation(kind: .new)
        var said: [String] = []
        for child in node.children where OperationReader.isKind(child.name) {
            if !["BussinessDocType", "BusinessDocType"].contains(child.name) { fields.unknown(child, in: node.name) }
            if let text = try fields.text(child, in: node.name) { said.append(text) }
        }
        for child in fields.once(node, in: node.name) where !OperationReader.isKind(child.name) {
            switch child.name {
            case "BussinessDocReason", "BusinessDocReason": try fields.set(&operation.reason, child, in: node.name)
            case "BussinessDocumentInfo", "BusinessDocumentInfo": operation.amendment = try amendment(child, &fields)
            case "DocumentId": try fields.set(&operation.documentId, child, in: node.name)
            case "StaffInfo": operation.staff = try fields.staff(child, in: node.name)
            case "Paper": operation.paperFollows = try fields.flag(child, in: node.name) ?? false
            case "ReplacementInfoList": operation.replacements = try replacements(child, &fields)
            default: fields.unknown(child, in: node.name)
            }
        }
        decideKind(of: &operation, said: said, &fields)
        return operation
    }

    /// The number; else the words, here or in the reason, where they leave no doubt; else a person decides.
    private func decideKind(
        of operation: inout DocumentPacket.Operation, said: [String], _ fields: inout FieldReader
    ) {
        var kinds = said.reduce(into: Set<DocumentPacket.Operation.Kind>()) {
            $0.formUnion(OperationWords.kinds(in: $1))
        }
        if kinds.isEmpty { kinds = OperationWords.kinds(in: operation.reason ?? "") }
        let heard = said.isEmpty ? [operation.reason].compactMap(\.self) : said
        let statement = heard.map(\.shortened).joined(separator: "”, “")
        if kinds.count == 1, let kind = kinds.first {
            operation.kind = kind
            let isNumbered = said.allSatisfy { digits($0) == kind.rawValue } && !(said.isEmpty && kind != .new)
            if !isNumbered { fields.note(.wordedOperation(statement, readAs: kind)) }
        } else if !said.isEmpty || kinds.count > 1 {
            operation.kind = .unclear
            operation.statement = statement
            fields.note(.unclearOperation(statement))
        }
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
