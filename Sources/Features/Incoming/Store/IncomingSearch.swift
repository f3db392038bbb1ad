// Incoming documents in the office's catalogue.
internal import Foundation
package import Platform
package import Records

extension IncomingFeature {
    /// Whether this person may see the record; records of other features nobody sees here.
    package static func sees(_ tx: Transaction, _ record: RecordRef, _ actor: Actor) throws -> Bool {
        guard record.kind == IncomingDocument.kind else { return false }
        return try !IncomingStore(tx).find([IncomingID(record.id)], for: actor).isEmpty
    }

    /// How the catalogue is searched for incoming documents that this person may see.
    package static func searched(by actor: Actor) -> CatalogueKind {
        CatalogueKind(
            IncomingDocument.kind,
            visible: "EXISTS (SELECT 1 FROM incoming_document d WHERE d.id = c.subject_id AND \(actor.seesIncoming))",
            numbered: IncomingDocument.numbered)
    }
}

extension IncomingDocument {
    /// A query for the identities of those that bear the number: as their sender's, leading zeros apart, or without a
    /// notation as ours (số đến).
    static func numbered(_ code: CodeQuery) -> SQL {
        let entered: SQL =
            code.notation.isEmpty
            ? "UNION SELECT n.id FROM incoming_document n WHERE n.entry_number = \(code.number)" : ""
        return """
            SELECT n.id FROM incoming_document n
            WHERE ltrim(n.number, '0') = \(String(code.number)) AND \(code.fits(kind, id: "n.id")) \(entered)
            """
    }

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
