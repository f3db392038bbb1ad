// Everybody who has not got what was issued to them, over all documents.
package import Foundation
internal import Platform
package import Records

/// One receiver to whom a document was sent and of whom nothing was heard yet.
package struct AwaitedDelivery: Sendable, Hashable, Identifiable {
    package let id: Int64
    package let document: Int64
    package let agency: AgencyCode
    package let exchangeID: String
    package let sentAt: Date
}

/// One receiver of one issued document that is not with it.
struct Undelivered: Sendable, Hashable {
    let id: Int64
    let document: OutgoingDocument
    let name: String
    let agency: AgencyCode
    let delivery: Delivery
    let failure: String
    let held: String

    var standing: RecipientStanding {
        RecipientStanding(
            delivery: delivery, isHeld: !held.isEmpty, statuses: [], recall: nil, isUnreached: delivery == .sent)
    }

    var problem: String { held.isEmpty ? failure : held }
}

extension RecipientStore {
    /// Newest first: what could not be sent, was refused or did not arrive. Of those that merely wait, only what an attempt
    /// failed for or the clerk holds back.
    func undelivered(after key: PageKey?) throws -> ListPage<Undelivered> {
        ListPage(oneMoreThanAPage: try undelivered(after: key, limit: ListPage<Undelivered>.size + 1)) {
            PageKey(key: $0.id, id: $0.id)
        }
    }

    /// The same as one list.
    func undelivered(after key: PageKey? = nil, limit: Int) throws -> [Undelivered] {
        try tx.rows(
            """
            SELECT d.*, r.id AS recipient_id, r.name, r.agency_code, r.delivery, r.held,
                CASE WHEN r.failure <> '' THEN r.failure ELSE coalesce(s.note, '') END AS failure
            FROM (SELECT id FROM outgoing_recipient WHERE delivery IN ('waiting', 'failed', 'refused')
                    AND (delivery <> 'waiting' OR failure <> '' OR held <> '')
                  UNION ALL SELECT id FROM outgoing_recipient WHERE delivery = 'sent' AND failure <> '') x
            JOIN outgoing_recipient r ON r.id = x.id JOIN outgoing_document d ON d.id = r.document_id
            LEFT JOIN outgoing_status s ON s.recipient_id = r.id AND s.status = 2
            WHERE r.id < \(key?.id ?? Int64.max) AND d.state = 'issued' AND d.ended = '' AND r.agency_code IS NOT NULL
            ORDER BY r.id DESC LIMIT \(limit)
            """
        ).map { row in
            Undelivered(
                id: try row.get("recipient_id"), document: try OutgoingStore.document(row), name: try row.get("name"),
                agency: try row.get("agency_code"), delivery: try row.get("delivery"), failure: try row.get("failure"),
                held: try row.get("held"))
        }
    }
}
