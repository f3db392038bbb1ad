// A report on an incoming document as a status packet. Pure.
internal import Directory
internal import EdXML
internal import Foundation
internal import Incoming
internal import Records

struct StatusToPacket: Sendable {
    let status: IncomingStatus
    let sender: Agency
    let at: Date

    /// A status has no recipient block: it goes to the agency of the document it is about.
    var packet: StatusPacket {
        StatusPacket(
            sender: Party(sender),
            about: DocumentReference(
                agencyCode: status.receiver.rawValue, code: status.code.description,
                issuedOn: status.day.flatMap { PacketDay($0) },
                documentId: status.documentID.isEmpty ? nil : status.documentID),
            staff: staff, code: status.status.code, explanation: status.description, at: PacketTime(at))
    }

    /// Every status names somebody to ask; what nobody did by hand is the clerks' (status 01).
    private var staff: StaffContact {
        guard !status.staffName.isEmpty || !status.staffUnit.isEmpty else {
            return StaffContact(department: "Văn thư", name: "Tiếp nhận tự động")
        }
        return StaffContact(
            department: status.staffUnit.isEmpty ? nil : status.staffUnit,
            name: status.staffName.isEmpty ? nil : status.staffName)
    }
}
