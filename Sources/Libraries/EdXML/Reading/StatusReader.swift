/// A status packet's header (fact sheet: `From`, `ResponseFor`, `StaffInfo`, `StatusCode`, `Description`, `Timestamp`).
struct StatusReader {
    let node: XMLNode

    func read(_ fields: inout FieldReader) throws(PacketProblem) -> StatusPacket {
        var sender: Party?
        var packet = StatusPacket(sender: Party(agencyCode: ""), about: DocumentReference(), code: "")
        var code: String?
        for child in node.children {
            switch child.name {
            case "From": sender = try fields.party(child, in: node.name)
            case "ResponseFor": packet.about = try fields.reference(child, in: node.name) ?? packet.about
            case "StaffInfo": packet.staff = try fields.staff(child, in: node.name)
            case "StatusCode": try fields.set(&code, child, in: node.name)
            case "Description": try fields.set(&packet.explanation, child, in: node.name, limit: 1_000)
            case "Timestamp": try fields.set(&packet.at, child, in: node.name)
            default: fields.unknown(child, in: node.name)
            }
        }
        guard let sender else { throw fields.problem(.missing(.sender), at: node) }
        guard packet.about.documentId != nil || packet.about.code != nil else {
            throw fields.problem(.missing(.statusSubject), at: node)
        }
        guard let code = StatusReader.twoDigits(code) else { throw fields.problem(.missing(.statusCode), at: node) }
        packet.sender = sender
        packet.code = code
        noteGaps(packet, &fields)
        return packet
    }

    private func noteGaps(_ packet: StatusPacket, _ fields: inout FieldReader) {
        if packet.status == nil { fields.note(.unknownStatus(packet.code)) }
        if packet.about.agencyCode == nil { fields.note(.missing(path: "ResponseFor/OrganId")) }
        if packet.at == nil { fields.note(.missing(path: "Timestamp")) }
    }

    /// `3` is what a sender that lost the leading zero writes.
    private static func twoDigits(_ text: String?) -> String? {
        guard let text, let number = digits(text), number < 100 else { return nil }
        return number < 10 ? "0\(number)" : "\(number)"
    }
}
