// What the exchange needs to carry a recall or an update to one receiver, and what it reports back.
package import Foundation
package import Platform
package import Records

/// What travels to one receiver.
package struct ChangeOrder: Sendable, Hashable {
    package let request: Int64
    package let change: DocumentChange
    package let isFormal: Bool
    package let reason: String
    package let staffName: String
    package let staffUnit: String
    package let agency: AgencyCode
    package let agencyName: String
    package let document: IssuedDocument

    /// A recall that is asked for by status 13 rather than by a packet of its own.
    package var isRequest: Bool { change == .recall && !isFormal }
}

package struct ChangeDelivery {
    private let tx: Transaction
    package init(_ tx: Transaction) { self.tx = tx }

    /// nil when nothing is to be sent any more: it is gone, or answered. What goes to whom by a replacement is carried by
    /// that document itself.
    package func order(_ request: Int64) throws -> ChangeOrder? {
        guard let found = try SentChangeStore(tx).request(request), found.change.change != .replace,
            found.answer.sentAt == nil, found.answer.state == .waiting || found.answer.state == .failed
        else { return nil }
        return ChangeOrder(
            request: request, change: found.change.change, isFormal: found.change.isFormal, reason: found.change.reason,
            staffName: found.change.askedBy, staffUnit: found.change.askedByUnit, agency: found.agency,
            agencyName: found.answer.name,
            document: try OutgoingDelivery(tx).packetContents(of: found.change.document.rawValue))
    }

    package func recordSent(_ request: Int64, at now: Date) throws {
        guard let found = try SentChangeStore(tx).request(request), try SentChangeStore(tx).markSent(request, at: now)
        else {
            return
        }
        try EventHistory(tx).append(
            "changeSent", on: RecordRef(kind: OutgoingDocument.kind, id: found.change.document.rawValue), by: nil,
            at: now, "Đã gửi yêu cầu \(found.change.change.label.lowercased()) đến \(found.answer.name).")
    }

    package func recordFailure(_ request: Int64, message: String, isFinal: Bool, at now: Date) throws {
        guard let found = try SentChangeStore(tx).request(request) else { return }
        try SentChangeStore(tx).markFailed(request, message, isFinal: isFinal)
        guard isFinal else { return }
        try EventHistory(tx).append(
            "changeFailed", on: RecordRef(kind: OutgoingDocument.kind, id: found.change.document.rawValue), by: nil,
            at: now,
            "Chưa gửi được yêu cầu \(found.change.change.label.lowercased()) đến \(found.answer.name): \(message)")
    }
}

extension OutgoingDelivery {
    /// A document of ours that this agency was sent, as other records call it; nil when there is none.
    package func sent(
        to agency: AgencyCode, identity: String, code: DocumentCode?, day: Day?
    ) throws -> (ref: RecordRef, label: String)? {
        for id in try RecipientStore(tx).documents(identity: identity, code: code, day: day) {
            guard let document = try OutgoingStore(tx).forOffice(id), document.state == .issued,
                try RecipientStore(tx).of(id).contains(where: { $0.agency == agency })
            else { continue }
            return (document.ref, document.linkLabel)
        }
        return nil
    }
}
