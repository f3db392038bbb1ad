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
    /// Whose name the packet bears, where that is another agency of the directory than its code.
    let namesake: Agency?
    /// Whom the platform took the packet from; nil where it does not say.
    let offeredBy: AgencyCode?
    let arrivedOn: Day

    var senderCode: AgencyCode { sender?.code ?? AgencyCode(packet.sender.agencyCode) }
    /// The directory says what a known code is called: a packet may write any name beside it.
    var senderName: String {
        TextLimit.agency.fitting(sender?.name ?? packet.sender.name ?? packet.sender.agencyCode)
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
            code: DocumentCode(number: packet.code.number, notation: packet.code.notation), day: issuedOn,
            typeLabel: packet.documentType.name, subject: packet.subject, signerName: packet.signer?.fullName ?? "",
            signerPosition: signerPosition, urgency: urgency, dueOn: dueOn, toPlaces: packet.distribution,
            particulars: PacketParticulars(packet: packet, senderName: senderName).particulars)
    }

    // MARK: Days

    /// Systems write the first day they know of where they have none: 01/01/0001, 01/01/1900.
    private static func isReal(_ day: Day) -> Bool { day.year >= 1945 }

    private var issuedOn: Day? { Day(packet.issuedOn).flatMap { Self.isReal($0) ? $0 : nil } }

    /// A deadline before the document itself would be overdue from the first.
    private var dueOn: Day? {
        guard let day = Day(packet.dueOn), Self.isReal(day), day >= issuedOn ?? day else { return nil }
        return day
    }

    private var dayNotes: [String] {
        var notes: [String] = []
        if let said = packet.issuedOn, issuedOn == nil {
            notes.append("Gói tin ghi ngày văn bản \(said.vietnamese), không phải ngày thật; ở đây để trống.")
        }
        if let issuedOn, issuedOn > arrivedOn {
            notes.append("Ngày văn bản \(issuedOn.printed) sau ngày đến. Hãy kiểm tra lại.")
        }
        if let said = packet.dueOn, dueOn == nil {
            let why = Day(said).map(Self.isReal) == true ? "trước ngày của văn bản" : "không phải ngày thật"
            notes.append("Gói tin ghi hạn xử lý \(said.vietnamese), \(why); ở đây không đặt hạn.")
        }
        return notes
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
    /// - Parameters:
    ///   - isFound: whether a document it replaces is here; then a request says so.
    ///   - missing: identities of what it replaces besides and is not here.
    func notes(isFound: Bool, missing: [String] = []) -> [String] {
        var notes = isFound ? [] : operationSentence.map { [$0] } ?? []
        if isFound, !missing.isEmpty {
            notes.append(
                "Văn bản này còn thay thế văn bản mã \(missing.joined(separator: "; ").cut(to: 300)) của bên gửi, không có ở đây."
            )
        }
        if replacesForOthersOnly {
            let ids = packet.operation?.replacements.map(\.documentId).joined(separator: "; ").cut(to: 300) ?? ""
            notes.append("Văn bản này thay thế văn bản mã \(ids) ở những nơi nhận khác, không phải ở đơn vị mình.")
        }
        if !isForUs { notes.append("Gói tin không ghi đơn vị mình (\(own.code)) trong nơi nhận.") }
        if sender == nil { notes.append("Đơn vị gửi \(packet.sender.agencyCode) không có trong danh bạ.") }
        if let namesake {
            notes.append(
                "Gói tin ghi tên bên gửi là “\(namesake.name)” (mã \(namesake.code)), nhưng mã là của “\(senderName)”. Hãy kiểm tra kỹ chữ ký."
            )
        }
        if let doubt { notes.append("\(doubt) Hãy kiểm tra kỹ chữ ký.") }
        if !packet.taskCodes.isEmpty {
            notes.append("Văn bản trả lời nhiệm vụ mã \(packet.taskCodes.joined(separator: ", ").cut(to: 300)).")
        }
        if packet.operation?.paperFollows == true { notes.append("Bên gửi cho biết còn gửi bản giấy.") }
        return notes + dayNotes + tolerated.map { "Gói tin: \($0.sentence)." }
    }

    /// What the platform says of the sender where that is not what the packet says.
    var doubt: String? { Self.doubt(about: senderCode, offeredBy: offeredBy) }

    static func doubt(about sender: AgencyCode, offeredBy: AgencyCode?) -> String? {
        guard let offeredBy, offeredBy != sender else { return nil }
        return "Trục liên thông ghi bên gửi là \(offeredBy), khác bên gửi trong gói tin."
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

    /// Identities of the documents replaced here; the list may name others for other receivers.
    var replaced: [String] {
        packet.operation?.replacements.filter { $0.agencyCodes.isEmpty || $0.agencyCodes.contains(where: isOurs) }
            .map(\.documentId) ?? []
    }

    private var replacesForOthersOnly: Bool { packet.operation?.replacements.isEmpty == false && replaced.isEmpty }

    /// nil for a new document. Such a packet is never silently taken for a new one.
    var operationSentence: String? {
        let reason = packet.operation?.reason.map { " Lý do: \($0.asSentence)" } ?? ""
        let about = packet.affectedDocument.map(Self.name) ?? ""
        switch packet.operationKind {
        case .new: return nil
        case .recall:
            return
                "\(senderName) THU HỒI văn bản \(about).\(related)\(reason) Hãy tìm văn bản này, dừng xử lý và trả lời bên gửi."
        // A document that is sent to us later than to the others is a new one here.
        case .amend where ownPlaceInList == .added: return nil
        case .amend:
            return
                "\(senderName) CẬP NHẬT văn bản \(about) đã gửi trước; đây không phải văn bản mới.\(related)\(reason)"
        case .replace where replacesForOthersOnly: return nil
        case .replace:
            return """
                Văn bản này THAY THẾ văn bản đã gửi trước (\(replacedNames)), không có ở đây; hãy dừng xử lý văn bản cũ.\(reason)
                """
        case .unclear:
            let said = packet.operation?.statement ?? ""
            return """
                Gói tin của \(senderName) ghi loại nghiệp vụ “\(said)” đối với văn bản \(about): không rõ là văn bản mới, thu \
                hồi, cập nhật hay thay thế.\(related)\(reason) Hãy hỏi bên gửi trước khi xử lý.
                """
        }
    }

    private var replacedNames: String {
        let names = replaced.map { "mã \($0)" } + packet.affectedNames.map(PacketParticulars.name)
        return names.isEmpty ? "không ghi mã" : names.joined(separator: "; ").cut(to: 300)
    }

    /// What else the packet names that may be the document meant.
    private var related: String {
        let others = packet.inReplyTo.filter {
            $0.documentId == nil || $0.documentId != packet.affectedDocument?.documentId
        }
        guard !others.isEmpty else { return "" }
        return " Gói tin còn nêu văn bản: \(others.map(PacketParticulars.name).joined(separator: "; ").cut(to: 300))."
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
