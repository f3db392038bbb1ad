// What is to be signed, and what becomes of the document when it is: asked of the features as values.
internal import Foundation
package import Platform
package import Records

/// One file, or one detached payload, and where the signature goes.
package struct SigningPart: Codable, Sendable, Hashable {
    package enum Place: Codable, Sendable, Hashable {
        /// A field that was laid out before.
        case field(PlaceKind)
        /// One line at the top right of the first page (NĐ 30/2020 Annex I).
        case mark(line: String)
        /// A CMS beside the file.
        case detached
    }

    package var file: BlobRef
    package var name: String
    package var place: Place
    package var reason: String
    /// nil: the name in the certificate.
    package var signerName: String?
    package var showsImage: Bool
    /// A damaged file is left unsigned and does not keep the others from being signed.
    package var isOptional: Bool

    package init(
        _ file: BlobRef, name: String, _ place: Place, reason: String, signerName: String? = nil,
        showsImage: Bool = false, isOptional: Bool = false
    ) {
        self.file = file
        self.name = name
        self.place = place
        self.reason = reason
        self.signerName = signerName
        self.showsImage = showsImage
        self.isOptional = isOptional
    }

    /// Name of the signature field that must come to hold the signature; empty for a detached one.
    var fieldName: String {
        switch place {
        case .field(let kind): kind.fieldName
        case .mark: PDFSignatures.markField
        case .detached: ""
        }
    }
}

package struct SigningOrder: Codable, Sendable, Hashable {
    package var subject: RecordRef
    /// `Quyết định – Về việc …`: shown to the signer here and on his phone.
    package var title: String
    package var href: String
    package var parts: [SigningPart]
    /// What must still be so when the signature is there, as the feature sees fit.
    package var basis: String
    /// Number and date, where the document has them: the signing program on a computer is told them.
    package var number: String?
    package var issuedOn: Day?

    package init(
        subject: RecordRef, title: String, href: String, parts: [SigningPart], basis: String, number: String? = nil,
        issuedOn: Day? = nil
    ) {
        self.subject = subject
        self.title = title
        self.href = href
        self.parts = parts
        self.basis = basis
        self.number = number
        self.issuedOn = issuedOn
    }
}

/// An order with what was signed: one result for each part, nil for those left unsigned.
package struct SignedOrder: Sendable {
    package let order: SigningOrder
    package let results: [BlobRef?]
    package let person: PersonID
    package let details: String

    package init(order: SigningOrder, results: [BlobRef?], person: PersonID, details: String) {
        self.order = order
        self.results = results
        self.person = person
        self.details = details
    }
}

/// One way in which documents of a feature come to be signed, e.g. the leader's signature on an outgoing document.
package struct SigningErrand: Sendable {
    /// Stands in rows; never renamed once released.
    package let kind: String
    /// Verb on the button.
    package let label: String
    /// What is told when it is done.
    package let done: String
    package let isSeal: Bool
    /// What the signing program on a person's computer calls it, where a file is signed.
    package let agentFunction: AgentFunction?

    /// Refuses whatever can be refused before a key is used.
    /// - Parameters: subject; actor; details: the feature's own; seen: SHA-256 of the file that was on the screen.
    package let order: @Sendable (Int64, Actor, _ details: String, _ seen: String?) async throws -> SigningOrder
    /// Goes on with the document, unless it changed meanwhile; `along` runs in the same transaction.
    package let accept:
        @Sendable (SignedOrder, _ along: @escaping @Sendable (Transaction) throws -> Void) async throws -> Void
    /// Conditions that select documents waiting for this person, each `SELECT … AS subject_id, … AS at`.
    package let waiting: @Sendable (Actor) -> [SQL]

    package init(
        kind: String, label: String, done: String, isSeal: Bool = false, agentFunction: AgentFunction? = nil,
        order: @escaping @Sendable (Int64, Actor, String, String?) async throws -> SigningOrder,
        accept:
            @escaping @Sendable (SignedOrder, @escaping @Sendable (Transaction) throws -> Void) async throws -> Void,
        waiting: @escaping @Sendable (Actor) -> [SQL] = { _ in [] }
    ) {
        self.kind = kind
        self.label = label
        self.done = done
        self.isSeal = isSeal
        self.agentFunction = agentFunction
        self.order = order
        self.accept = accept
        self.waiting = waiting
    }

    func holder(_ person: PersonID) -> KeyHolder { isSeal ? .seal : .person(person) }
}
