package import Foundation

/// A packet in one Vietnamese line: kind, sender, recipients, document, attachments, and what was tolerated or
/// refused and why.
package struct PacketSummary: Sendable, Hashable {
    package var line: String

    package init(file: String, data: Data) {
        self.init(file: file, result: PacketReader().read(data))
    }

    package init(file: String, result: ReadResult) {
        var parts: [String] = []
        switch result.packet {
        case .document(let packet): parts += PacketSummary.parts(of: packet)
        case .status(let packet): parts += PacketSummary.parts(of: packet)
        case nil: break
        }
        if let problem = result.refused { parts.append("TỪ CHỐI: \(problem.sentence)") }
        if !result.tolerated.isEmpty {
            parts.append("bỏ qua: \(result.tolerated.map(\.sentence).joined(separator: "; "))")
        }
        let text = "\(file): \(parts.joined(separator: " · "))"
        line = text.split(whereSeparator: \.isNewline).joined(separator: " ").withoutHiddenMarks
    }

    private static func parts(of packet: DocumentPacket) -> [String] {
        let date = packet.issuedOn.map { " ngày \($0.vietnamese)" } ?? ""
        let type = packet.documentType.name.isEmpty ? "văn bản" : packet.documentType.name
        let code = packet.code.description.isEmpty ? packet.documentId ?? "" : packet.code.description
        let files = packet.attachments.map(description)
        return [
            packet.operationKind.name,
            "từ \(description(packet.sender))",
            "đến \(packet.recipients.map(\.agencyCode).joined(separator: ", "))",
            "\(type) \(code)\(date) “\(packet.subject.shortened)”",
            files.isEmpty ? "không có tệp" : "\(files.count) tệp: \(files.joined(separator: "; "))",
        ]
    }

    private static func parts(of packet: StatusPacket) -> [String] {
        let about = packet.about.code ?? packet.about.documentId ?? ""
        let date = packet.about.issuedOn.map { " ngày \($0.vietnamese)" } ?? ""
        let name = packet.status?.name ?? "không rõ"
        return [
            "trạng thái \(packet.code) \(name)",
            "từ \(description(packet.sender))",
            "đến \(packet.about.agencyCode ?? "không rõ")",
            "về văn bản \(about)\(date)",
        ] + (packet.explanation.map { ["“\($0.shortened)”"] } ?? [])
    }

    private static func description(_ party: Party) -> String {
        [party.agencyCode, party.name].compactMap { $0 }.joined(separator: " ")
    }

    private static func description(_ attachment: PacketAttachment) -> String {
        switch attachment.state {
        case .intact:
            let packing = attachment.encoding == .raw ? "" : ", gói ZIP"
            return
                "\(attachment.name) (\(attachment.fileKind.name), \(attachment.byteCount) byte\(packing), nguyên vẹn)"
        case .corrupt(let corruption):
            return "\(attachment.name) (HỎNG: \(corruption.sentence))"
        }
    }
}
