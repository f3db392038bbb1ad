/// The blocks that both kinds of packet share.
extension FieldReader {
    mutating func party(_ node: XMLNode, in path: String) throws(PacketProblem) -> Party? {
        var code: String?
        var party = Party(agencyCode: "")
        let here = "\(path)/\(node.name)"
        for child in once(node, in: here) {
            switch child.name {
            case "OrganId": try set(&code, child, in: here, limit: 35)
            case "OrganizationInCharge": try set(&party.parentAgency, child, in: here, limit: 200)
            case "OrganName": try set(&party.name, child, in: here, limit: 200)
            case "OrganAdd": try set(&party.address, child, in: here, limit: 250)
            case "Email": try set(&party.email, child, in: here, limit: 100)
            case "Telephone": try set(&party.telephone, child, in: here, limit: 100)
            case "Fax": try set(&party.fax, child, in: here, limit: 100)
            case "Website": try set(&party.website, child, in: here, limit: 100)
            default: unknown(child, in: here)
            }
        }
        guard let code else { return nil }
        party.agencyCode = code
        return party
    }

    mutating func staff(_ node: XMLNode, in path: String) throws(PacketProblem) -> StaffContact? {
        var staff = StaffContact()
        let here = "\(path)/\(node.name)"
        for child in once(node, in: here) {
            switch child.name {
            case "Department": try set(&staff.department, child, in: here)
            case "Staff": try set(&staff.name, child, in: here)
            case "Mobile": try set(&staff.mobile, child, in: here)
            case "Email": try set(&staff.email, child, in: here)
            // Of one vendor's kit.
            case "DepartmentId": try set(&staff.departmentId, child, in: here)
            case "StaffId": try set(&staff.id, child, in: here)
            default: unknown(child, in: here)
            }
        }
        return staff == StaffContact() ? nil : staff
    }

    /// nil for the empty `ResponseFor` that one kit always writes.
    mutating func reference(_ node: XMLNode, in path: String) throws(PacketProblem) -> DocumentReference? {
        var reference = DocumentReference()
        let here = "\(path)/\(node.name)"
        for child in once(node, in: here) {
            switch child.name {
            case "OrganId": try set(&reference.agencyCode, child, in: here, limit: 35)
            case "Code": reference.code = try joinedCode(child, in: here)
            case "PromulgationDate": try set(&reference.issuedOn, child, in: here)
            case "DocumentId": try set(&reference.documentId, child, in: here)
            default: unknown(child, in: here)
            }
        }
        return reference.isEmpty ? nil : reference
    }

    /// `Code` as text, or as the pair of elements it is elsewhere.
    private mutating func joinedCode(_ node: XMLNode, in path: String) throws(PacketProblem) -> String? {
        guard !node.children.isEmpty else { return try text(node, in: path) }
        let code = try documentCode(node, in: path).description
        return code.isEmpty ? nil : code
    }

    mutating func documentCode(_ node: XMLNode, in path: String) throws(PacketProblem) -> DocumentPacket.Code {
        var number: String?
        var notation: String?
        let here = "\(path)/\(node.name)"
        for child in once(node, in: here) {
            switch child.name {
            case "CodeNumber": try set(&number, child, in: here, limit: 11)
            case "CodeNotation": try set(&notation, child, in: here, limit: 30)
            default: unknown(child, in: here)
            }
        }
        return DocumentPacket.Code(number: number ?? "", notation: notation ?? "")
    }
}
