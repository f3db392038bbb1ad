// A received document packet as what the office files. Pure; its files are stored by the caller.
internal import Directory
internal import EdXML
internal import Foundation
internal import Incoming
internal import Platform
internal import Records

struct PacketToDocument: Sendable {
    let packet: DocumentPacket
    let tolerated: [PacketNote]
    /// As the directory knows the sender; nil for a stranger.
    let sender: Agency?
    let own: Agency
    /// Whom the platform took the packet from; nil where it does not say.
    let offeredBy: AgencyCode?

    var senderCode: AgencyCode { sender?.code ?? AgencyCode(packet.sender.agencyCode) }
    var senderName: String {
        TextLimit.agency.fitting(packet.sender.name ?? sender?.name ?? packet.sender.agencyCode)
    }

    /// `Quyết định 05/QĐ-VHL: Về việc …`
    var title: String {
        let code = packet.code.description
        let name = packet.documentType.name.isEmpty ? "Văn bản" : packet.documentType.name
        return "\(code.isEmpty ? name : "\(name) \(code)"): \(packet.subject)".cut(to: 300)
    }

    var content: IncomingDocument.Content {
        IncomingDocument.Content(
            senderCode: senderCode, senderName: senderName, documentID: packet.documentId ?? "",
            code: DocumentCode(number: packet.code.number, notation: packet.code.notation), day: Day(packet.issuedOn),
            typeLabel: packet.documentType.name, subject: packet.subject, signerName: packet.signer?.fullName ?? "",
            signerPosition: signerPosition, urgency: urgency, dueOn: Day(packet.dueOn), toPlaces: packet.distribution)
    }

    private var signerPosition: String {
        [packet.signer?.capacity, packet.signer?.position].compactMap { $0 }.joined(separator: " ")
    }

    private var urgency: Urgency {
        switch packet.details?.urgency {
        case .urgent: .urgent
        case .veryUrgent: .veryUrgent
        case .express, .expressAtSetTime: .express
        case .normal, nil: .normal
        }
    }

    /// What the clerk should know: what the packet does to earlier documents first, then what had to be forgiven.
    var notes: [String] {
        var notes = operationSentence.map { [$0] } ?? []
        if !isForUs { notes.append("Gói tin không ghi đơn vị mình (\(own.code)) trong nơi nhận.") }
        if sender == nil { notes.append("Đơn vị gửi \(packet.sender.agencyCode) không có trong danh bạ.") }
        if let offeredBy, offeredBy != senderCode {
            notes.append(
                "Trục liên thông ghi bên gửi là \(offeredBy), khác bên gửi trong gói tin. Hãy kiểm tra kỹ chữ ký.")
        }
        if !packet.taskCodes.isEmpty {
            notes.append("Văn bản trả lời nhiệm vụ mã \(packet.taskCodes.joined(separator: ", ").cut(to: 300)).")
        }
        if packet.operation?.paperFollows == true { notes.append("Bên gửi cho biết còn gửi bản giấy.") }
        return notes + tolerated.map { "Gói tin: \($0.sentence)." }
    }

    private var isForUs: Bool { packet.recipients.contains { isOurs($0.agencyCode) } }

    private func isOurs(_ code: String) -> Bool { code == own.code.rawValue || code == own.shortCode?.rawValue }

    /// Whether an update puts us on the list of receivers or takes us off it; nil when it says nothing of us.
    var ownPlaceInList: DocumentPacket.RecipientChange.Kind? {
        guard packet.operationKind == .amend, let amendment = packet.operation?.amendment else { return nil }
        return amendment.recipients.last { isOurs($0.agencyCode) }?.kind
    }

    /// An update of the list of receivers alone: what its header says of the document is no correction.
    var changesReceiversOnly: Bool {
        guard let amendment = packet.operation?.amendment else { return false }
        return amendment.changesRecipients && !amendment.changesDocument
    }

    /// The places an update names as receivers; where it prints none, what it adds and takes away.
    var receivers: [String] {
        guard packet.distribution.isEmpty else { return packet.distribution }
        return packet.operation?.amendment?.recipients.map { change in
            let name = packet.recipients.first { $0.agencyCode == change.agencyCode }?.name ?? change.agencyCode
            return change.kind == .added ? "Thêm: \(name)" : "Rút: \(name)"
        } ?? []
    }

    /// nil for a new document. Such a packet is never silently taken for a new one.
    var operationSentence: String? {
        let reason = packet.operation?.reason.map { " Lý do: \($0.asSentence)" } ?? ""
        let about = packet.affectedDocument.map(Self.name) ?? ""
        switch packet.operationKind {
        case .new: return nil
        case .recall:
            return
                "\(senderName) THU HỒI văn bản \(about).\(reason) Hãy tìm văn bản này, dừng xử lý và trả lời bên gửi."
        // A document that is sent to us later than to the others is a new one here.
        case .amend where ownPlaceInList == .added: return nil
        case .amend:
            return "\(senderName) CẬP NHẬT văn bản \(about) đã gửi trước; đây không phải văn bản mới.\(reason)"
        case .replace:
            let replaced = packet.operation?.replacements.map(\.documentId).joined(separator: "; ") ?? ""
            return """
                Văn bản này THAY THẾ văn bản đã gửi trước (mã \(replaced)), không có ở đây; hãy dừng xử lý văn bản cũ.\(reason)
                """
        }
    }

    private static func name(_ reference: DocumentReference) -> String {
        [reference.code, reference.documentId.map { "mã \($0)" }].compactMap { $0 }.joined(separator: ", ")
    }
}

extension PacketAttachment {
    /// File name without folders or control characters, never empty.
    var safeName: String {
        let safe = FileName.safe(name)
        return safe.isEmpty ? "tep-dinh-kem" : safe
    }

    /// What the bytes are; the declared type only where they do not tell.
    var mediaType: String {
        switch fileKind {
        case .pdf: "application/pdf"
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .tiff: "image/tiff"
        case .gif: "image/gif"
        case .zip: Self.byExtension[fileExtension] ?? "application/zip"
        case .rar: "application/vnd.rar"
        case .compound: Self.byExtension[fileExtension] ?? "application/octet-stream"
        case .xml, .other: "application/octet-stream"
        }
    }

    private var fileExtension: String {
        name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    }

    private static let byExtension = [
        "doc": "application/msword", "xls": "application/vnd.ms-excel",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "odt": "application/vnd.oasis.opendocument.text",
    ]

    /// nil for an intact file.
    var problem: String? {
        guard case .corrupt(let corruption) = state else { return nil }
        return corruption.sentence
    }
}
