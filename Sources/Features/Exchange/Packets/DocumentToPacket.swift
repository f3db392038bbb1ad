// An issued document as the packet for one agency. Pure: the same document always gives the same bytes.
internal import Digests
internal import Directory
internal import EdXML
internal import Foundation
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records

/// What a packet for one receiver is made from.
struct DocumentToPacket: Sendable {
    let document: IssuedDocument
    let sender: Agency
    let receiver: Agency
    /// The document this one answers, as its sender names it.
    let answered: IncomingStatus?
    /// 1, and one more each time a person sends again what was refused; told as the reason, so that the packet differs.
    let round: Int
    let sentAt: Date
    /// `DocumentType/Type` of kinds that the standard's list does not number; it may not be left out.
    let usualTypeNumber: Int

    /// - Parameter content: the bytes of each file, wherever they lie, in the order of `document.files`.
    func packet(_ content: [ByteSource]) -> DocumentPacket {
        var packet = DocumentPacket(
            sender: Party(sender), recipients: [Party(receiver)],
            code: .init(number: document.code.number, notation: document.code.notation),
            issuedOn: PacketDay(document.day),
            documentType: .init(number: document.type.number ?? usualTypeNumber, name: document.type.label),
            subject: document.subject, signer: signer, distribution: document.toPlaces,
            details: .init(urgency: .init(document.urgency)), inReplyTo: answered.map { [reference($0)] } ?? [],
            documentId: document.documentID,
            trace: [.init(agencyCode: sender.code.rawValue, at: PacketTime(sentAt))],
            operation: operation,
            attachments: zip(document.files, content).enumerated().map { index, pair in
                PacketAttachment(
                    contentId: "\(index + 1)", name: pair.0.name, explanation: pair.0.isMain ? document.subject : nil,
                    declaredType: pair.0.mediaType, source: pair.1)
            })
        packet.taskCodes = document.taskCodes
        return packet
    }

    /// A document that replaces another does so for those who were sent the other one.
    private var operation: DocumentPacket.Operation {
        let again = round > 1 ? " (gửi lại lần \(round - 1))" : ""
        let staff = StaffContact(department: document.unitName, name: document.drafterName)
        guard let old = document.replaces, old.agencies.contains(receiver.code) else {
            return .init(
                kind: .new, reason: "Văn bản điện tử mới\(again)", staff: staff, paperFollows: document.alsoOnPaper)
        }
        return .init(
            kind: .replace, reason: "Thay thế \(old.label)\(again)", staff: staff, paperFollows: document.alsoOnPaper,
            replacements: [.init(documentId: old.documentID, agencyCodes: old.agencies.map(\.rawValue))])
    }

    private func reference(_ answered: IncomingStatus) -> DocumentReference {
        DocumentReference(
            agencyCode: answered.receiver.rawValue, code: answered.code.description,
            issuedOn: answered.day.flatMap { PacketDay($0) },
            documentId: answered.documentID.isEmpty ? nil : answered.documentID)
    }

    private var signer: DocumentPacket.Signer {
        .init(
            capacity: document.capacity.abbreviation.isEmpty ? nil : document.capacity.abbreviation,
            position: document.signerPosition, fullName: document.signerName)
    }
}

extension Party {
    init(_ agency: Agency) {
        self.init(
            agencyCode: agency.code.rawValue, parentAgency: agency.parentName.filled, name: agency.name,
            address: agency.address.filled, email: agency.email.filled, telephone: agency.phone.filled)
    }
}

extension PacketDay {
    init?(_ day: Day) { self.init(year: day.year, month: day.month, day: day.day) }
}

extension Day {
    init?(_ day: PacketDay?) {
        guard let day else { return nil }
        self.init(year: day.year, month: day.month, day: day.day)
    }
}

extension DocumentPacket.Urgency {
    init(_ urgency: Urgency) {
        self =
            switch urgency {
            case .normal: .normal
            case .urgent: .urgent
            case .veryUrgent: .veryUrgent
            case .express: .express
            }
    }
}

extension String {
    fileprivate var filled: String? { isEmpty ? nil : self }
}

extension DocumentType {
    /// Place in list B of the amended standard (Sửa đổi 1:2022 QCVN 102:2016). Receivers disagree on numbers and go by
    /// the name. Places 11 to 17 are inferred: seven kinds stand between plan and official letter there, as in
    /// NĐ 30/2020 Art. 7.
    var number: Int? {
        switch self {
        case .resolution: 1
        case .decision: 2
        case .directive: 3
        case .regulation: 4
        case .rule: 5
        case .communique: 6
        case .notice: 7
        case .guidance: 8
        case .programme: 9
        case .plan: 10
        case .option: 11
        case .scheme: 12
        case .project: 13
        case .report: 14
        case .minutes: 15
        case .submission: 16
        case .contract: 17
        case .officialLetter: 18
        case .telegram: 19
        case .memorandum: 20
        case .agreement: 22
        case .authorisation: 24
        case .invitation: 25
        case .introduction: 26
        default: nil
        }
    }
}
