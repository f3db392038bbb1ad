// A recall or an update as it travels to one receiver. Pure.
internal import Digests
internal import Directory
internal import EdXML
internal import Foundation
internal import Outgoing
internal import Platform
internal import Records

struct ChangeToPacket: Sendable {
    let order: ChangeOrder
    let sender: Agency
    let receiver: Agency
    let at: Date
    let usualTypeNumber: Int

    private var staff: StaffContact { StaffContact(department: order.staffUnit, name: order.staffName) }

    private var reference: DocumentReference {
        DocumentReference(
            agencyCode: receiver.code.rawValue, code: order.document.code.description,
            issuedOn: PacketDay(order.document.day), documentId: order.document.documentID)
    }

    /// Status 13: the reference names the receiver who shall give it back.
    var request: StatusPacket {
        StatusPacket(
            sender: Party(sender), about: reference, staff: staff, code: ExchangeStatus.recallRequested.code,
            explanation: order.reason, at: PacketTime(at))
    }

    /// Type 1 or 2: the whole header once more, the document named in every place where receivers look for it.
    /// - Parameter content: the bytes of the files, wherever they lie; what is recalled is not sent again.
    func packet(_ content: [ByteSource]) -> DocumentPacket {
        let isRecall = order.change == .recall
        var packet = DocumentToPacket(
            document: order.document, sender: sender, receiver: receiver, answered: nil, round: 1, sentAt: at,
            usualTypeNumber: usualTypeNumber
        ).packet(isRecall ? [] : content)
        packet.operation = .init(
            kind: isRecall ? .recall : .amend, reason: order.reason,
            amendment: isRecall ? nil : .init(changesDocument: true, changesRecipients: false),
            documentId: order.document.documentID, staff: staff, paperFollows: order.document.alsoOnPaper)
        if isRecall {
            var own = reference
            own.agencyCode = sender.code.rawValue
            packet.inReplyTo = [own]
            packet.attachments = []
        }
        return packet
    }
}
