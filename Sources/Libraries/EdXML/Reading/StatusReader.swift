/// A status packet's header (fact sheet: `From`, `ResponseFor`, `StaffInfo`, `StatusCode`, `Description`, `Timestamp`).
struct StatusReader {
    let node: XMLNode

    func read(_ fields: inout FieldReader) throws(PacketProblem) -> StatusPacket {
        let (from, about) = (try fields.only("From", of: node), try fields.only("ResponseFor", of: node))
        let sender = try from.flatMap { one throws(PacketProblem) in try fields.party(one, in: node.name) }
        var packet = StatusPacket(sender: Party(agencyCode: ""), about: DocumentReference(), code: "")
        packet.about =
            try about.flatMap { one throws(PacketProblem) in try fields.reference(one, in: node.name) } ?? packet.about
        var code: String?
        for child in fields.once(node, in: node.name) {
            switch child.name {
            case "From", "ResponseFor": break
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
