// An outgoing document (văn bản đi), from draft to issue, and its recipients.
package import Foundation
package import Platform
package import Records

package enum OutgoingSubject: Sendable {}
package typealias OutgoingID = ID<OutgoingSubject>

/// One document on its way out. What it may become next is said by `Lifecycle.swift`, by whom by `Policy.swift`.
package struct OutgoingDocument: Sendable, Hashable, Identifiable {
    package static let kind = "outgoing"

    package let id: OutgoingID
    package var content: DraftContent
    package let drafter: PersonID
    package let drafterName: String
    /// The drafting unit (đơn vị soạn thảo).
    package let unit: UnitID
    package let unitName: String
    /// The unit whose head initials: the drafting unit, or the nearest above it that has a head. Set on submission.
    package var initialUnit: UnitID?
    package var state: State
    /// How far the uploaded file has come on its way to a PDF with proposed places.
    package var preparation: Preparation
    /// Places of number, date, signature and seal, as JSON of `DocumentPlaces`; nil until proposed.
    package var places: String?
    /// Notation as it is printed on page 1, where it was found there.
    package var printedNotation: String?
    /// The PDF before any field was laid out: a returned draft begins again from it.
    package var basis: BlobRef?
    package var numbering: Numbering?
    /// Whether number and date already stand in the current main file.
    package var isStamped: Bool
    package let createdAt: Date
    /// When it last changed hands; lists are sorted by it.
    package var movedAt: Date
    package var signedAt: Date?
    package var issuedAt: Date?
    /// Reason of the last return, cancellation or voiding.
    package var reason: String
    /// Set where an issued document was taken back, or another stands in its place: its copy is frozen.
    package var ending: Ending?
    package var endedAt: Date?
    /// Until when the law wants it sent, once it is signed.
    package var sendDueAt: Date?

    package var ref: RecordRef { Self.ref(id) }
    package static func ref(_ id: OutgoingID) -> RecordRef { RecordRef(kind: kind, id: id.rawValue) }
    package var code: DocumentCode? {
        numbering.map { DocumentCode(number: $0.number, notation: content.notation) }
    }
    /// A draft is the drafter's own until he submits it; then the signer may see it too.
    var shownSigner: PersonID? { state == .draft ? nil : content.signer }
    /// Secret documents never travel over the exchange and have a series of their own (NĐ 30/2020 Art. 15.2).
    package var isSecret: Bool { content.secrecy > .open }
    package var book: String { isSecret ? "outgoing:secret" : "outgoing:administrative" }
    /// `Quyết định số 05/QĐ-VHL về …`, as far as it is known.
    package var title: String {
        let name = content.type.label
        return code.map { "\(name) số \($0)" } ?? name
    }
}

/// What the drafter decides.
package struct DraftContent: Sendable, Hashable {
    package var type: DocumentType
    package var notation: String
    package var subject: String
    package var urgency: Urgency
    package var secrecy: SecurityLevel
    package var signer: PersonID?
    package var signerName: String
    /// Position as printed over the signature, e.g. "Chủ tịch".
    package var signerPosition: String
    package var capacity: SigningCapacity
    /// Position of whom the signer signs for, e.g. "Chủ tịch"; empty for the head of the agency.
    package var principal: String
    /// Recipients outside the exchange, one a line, as printed under "Nơi nhận".
    package var alsoTo: String
    package var inReplyTo: RecordRef?
    /// The issued document that this one replaces (QCVN 102, type 3).
    package var replaces: OutgoingID?
    /// A paper copy follows the electronic one (QĐ 28/2018 Art. 7.2).
    package var alsoOnPaper: Bool
    /// Tasks given from above that this document answers, by their codes on the exchange.
    package var taskCodes: [String]

    package init(
        type: DocumentType, notation: String, subject: String, urgency: Urgency = .normal,
        secrecy: SecurityLevel = .open,
        signer: PersonID? = nil, signerName: String = "", signerPosition: String = "",
        capacity: SigningCapacity = .inOwnRight, principal: String = "", alsoTo: String = "",
        inReplyTo: RecordRef? = nil,
        replaces: OutgoingID? = nil, alsoOnPaper: Bool = false, taskCodes: [String] = []
    ) {
        self.type = type
        self.notation = notation
        self.subject = subject
        self.urgency = urgency
        self.secrecy = secrecy
        self.signer = signer
        self.signerName = signerName
        self.signerPosition = signerPosition
        self.capacity = capacity
        self.principal = principal
        self.alsoTo = alsoTo
        self.inReplyTo = inReplyTo
        self.replaces = replaces
        self.alsoOnPaper = alsoOnPaper
        self.taskCodes = taskCodes
    }
}

/// Number and date, taken from the register together.
package struct Numbering: Sendable, Hashable {
    package let book: String
    package let year: Int
    package let number: Int
    /// Date of the document.
    package let day: Day
    /// Identity on the exchange: `000.00.00.G31,2026/11/24,15/QĐ-VHL`.
    package let documentID: String
}

/// The uploaded file's way to a PDF.
package enum Preparation: Sendable, Hashable {
    case none, running, ready
    /// With the sentence for the user.
    case failed(String)
}

/// Somebody the document goes to.
package struct Recipient: Sendable, Hashable, Identifiable {
    package enum Target: Sendable, Hashable {
        case agency(AgencyCode)
        case unit(UnitID)
    }

    package let id: Int64
    package let target: Target
    package let name: String
    /// `lead` or `information`; agencies always decide for themselves.
    package let role: BranchRole
    package var delivery: Delivery
    package var failure: String
    /// Why the clerk holds the document back from it; empty when nobody does.
    package var held = ""
    package var sentAt: Date?
    /// Attempts to send it that were begun and of which nobody knows whether they arrived.
    package var openAttempts = 0
    /// What the receiver reported, oldest first.
    package var statuses: [ReceiverStatus]

    /// Whether the document was sent to it and is believed not to have arrived; `failure` says why.
    package var isUnreached: Bool { delivery == .sent && !failure.isEmpty }

    /// Whether the document is with it, or may be: an attempt went out and its answer was lost.
    package var mayHaveIt: Bool { delivery == .sent || delivery.isOnItsWay && openAttempts > 0 }

    package var agency: AgencyCode? {
        if case .agency(let code) = target { code } else { nil }
    }
    package var unit: UnitID? {
        if case .unit(let id) = target { id } else { nil }
    }
}

/// How far the document has come on its way to one recipient.
package enum Delivery: String, Sendable, CaseIterable, SQLBindable, SQLDecodable {
    /// Not issued yet, or taken back from a unit of our own.
    case none
    /// Waits to be taken to the exchange.
    case waiting
    case sent
    case failed
    /// Refused by the receiver (status 02).
    case refused
    /// Inside the office: lies on the unit's desk.
    case direct
    /// Secret: the clerk takes it there, not the exchange.
    case byHand

    /// Issued for a receiver that has not got it.
    package var isOnItsWay: Bool { self == .waiting || self == .failed }

    package var label: String {
        switch self {
        case .none: "Chưa gửi"
        case .waiting: "Đang gửi"
        case .sent: "Đã gửi"
        case .failed: "Gửi lỗi"
        case .refused: "Bị từ chối"
        case .direct: "Đã chuyển nội bộ"
        case .byHand: "Chuyển theo đường văn bản mật"
        }
    }
}

/// One business status that came back.
package struct ReceiverStatus: Sendable, Hashable {
    package let status: ExchangeStatus
    package let note: String
    package let at: Date
}

/// A recipient as the drafter picks it.
package struct NewRecipient: Sendable, Hashable {
    package let target: Recipient.Target
    package let name: String
    package let role: BranchRole

    package init(_ target: Recipient.Target, name: String, role: BranchRole = .information) {
        self.target = target
        self.name = name
        self.role = role
    }
}
