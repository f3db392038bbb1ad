// An incoming document (văn bản đến), from arrival to the end of its circulation.
package import Foundation
package import Platform
package import Records

package enum IncomingSubject: Sendable {}
package typealias IncomingID = ID<IncomingSubject>

/// One document that came to the office. What may become of it is said by `Lifecycle.swift`, by whom by `Policy.swift`;
/// who works on it is said by its branches.
package struct IncomingDocument: Sendable, Hashable, Identifiable {
    package static let kind = "incoming"
    /// Số đến: one series over the year for paper and electronic documents (NĐ 30/2020 Art. 22).
    package static let book = "incoming"

    package let id: IncomingID
    package var content: Content
    package let origin: Origin
    /// Identity of the packet on the exchange; nil for what the clerk entered.
    package let exchangeID: String?
    package let arrivedAt: Date
    package var state: State
    package var entry: Entry?
    package var refusal: String
    package var refusedAt: Date?
    /// What was noticed on arrival: bad attachments, what the packet lacked.
    package var notes: [String]
    /// Set where the sender took the document back or put another in its place.
    package var ending: Ending?
    package var endedAt: Date?
    /// Until when the law wants it taken or refused.
    package var receiptDueAt: Date?

    package var ref: RecordRef { Self.ref(id) }
    package static func ref(_ id: IncomingID) -> RecordRef { RecordRef(kind: kind, id: id.rawValue) }
    /// `Quyết định số 05/QĐ-VHL`
    package var title: String {
        let name = content.typeLabel.isEmpty ? "Văn bản" : content.typeLabel
        return content.code.description.isEmpty ? name : "\(name) số \(content.code)"
    }

    package enum Origin: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
        case exchange, entered

        package var label: String {
            switch self {
            case .exchange: "Liên thông"
            case .entered: "Văn thư nhập"
            }
        }
    }

    /// What stands on the document itself.
    package struct Content: Sendable, Hashable, Codable {
        /// Code of the sender on the exchange; nil where it has none.
        package var senderCode: AgencyCode?
        package var senderName: String
        /// Identity given by the sender: `000.00.00.G31,2026/11/24,15/QĐ-VHL`; empty where it has none.
        package var documentID: String
        package var code: DocumentCode
        package var day: Day?
        package var typeLabel: String
        package var subject: String
        package var signerName: String
        package var signerPosition: String
        package var urgency: Urgency
        package var secrecy: SecurityLevel
        /// Until when the sender wants it dealt with; our own deadline once registered.
        package var dueOn: Day?
        package var toPlaces: [String]
        /// nil where no packet brought it, or one that came before they were kept.
        package var particulars: Particulars?

        package init(
            senderCode: AgencyCode? = nil, senderName: String, documentID: String = "", code: DocumentCode, day: Day?,
            typeLabel: String, subject: String, signerName: String = "", signerPosition: String = "",
            urgency: Urgency = .normal, secrecy: SecurityLevel = .open, dueOn: Day? = nil, toPlaces: [String] = [],
            particulars: Particulars? = nil
        ) {
            self.senderCode = senderCode
            self.senderName = senderName
            self.documentID = documentID
            self.code = code
            self.day = day
            self.typeLabel = typeLabel
            self.subject = subject
            self.signerName = signerName
            self.signerPosition = signerPosition
            self.urgency = urgency
            self.secrecy = secrecy
            self.dueOn = dueOn
            self.toPlaces = toPlaces
            self.particulars = particulars
        }

        /// Number, notation and issuer, folded: two documents with the same are probably one (Annex VI III.1.h).
        var sameness: String {
            Folding.words("\(code)").joined(separator: " ") + "|"
                + (Folding.words(senderName).joined(separator: " "))
        }
    }

    /// Số đến and ngày đến.
    package struct Entry: Sendable, Hashable {
        package let year: Int
        package let number: Int
        package let receivedOn: Day
        package let registeredAt: Date
        package let registeredBy: String
    }
}

/// A directive note (bút phê), signed by the leader who wrote it.
package struct DirectiveNote: Sendable, Hashable {
    package let branch: BranchID
    package let leader: PersonID
    package let leaderName: String
    package let leaderPosition: String
    package let text: String
    package let at: Date
    /// The signed bytes and their signature: JSON, and detached CMS in DER.
    package let payload: BlobRef
    package let signature: BlobRef
}
