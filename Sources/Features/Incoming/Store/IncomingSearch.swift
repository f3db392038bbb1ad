// Incoming documents in the office's catalogue.
internal import Foundation
package import Platform
package import Records

extension IncomingFeature {
    /// The predicate by which the catalogue shows incoming documents to this person, over `c.subject_id`.
    /// Whether this person may see the record; records of other features nobody sees here.
    package static func sees(_ tx: Transaction, _ record: RecordRef, _ actor: Actor) throws -> Bool {
        guard record.kind == IncomingDocument.kind else { return false }
        return try !IncomingStore(tx).find([IncomingID(record.id)], for: actor).isEmpty
    }

    package static func visible(to actor: Actor) -> SQL {
        "EXISTS (SELECT 1 FROM incoming_document d WHERE d.id = c.subject_id AND \(actor.seesIncoming))"
    }
}

extension IncomingDocument {
    /// Enters the document, or enters it anew after it changed.
    func enter(in catalogue: Catalogue) throws {
        let subtitle = [
            entry.map { "Số đến \($0.number)" }, content.code.description, content.senderName,
            content.day.map { "ngày \($0.printed)" },
        ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
        try catalogue.put(
            RecordRef(kind: Self.kind, id: id.rawValue), title: content.subject, subtitle: subtitle,
            href: "/van-ban-den/\(id)", text: "\(content.typeLabel) \(content.signerName)",
            at: entry?.registeredAt ?? arrivedAt)
    }
}
