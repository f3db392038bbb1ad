/// A document with its description, routing and files (QCVN 102, numbered as in the message header 1.1–1.14).
package struct DocumentPacket: Sendable, Hashable {
    package var sender: Party
    package var recipients: [Party]
    package var code: Code
    package var issuedAt: String?
    package var issuedOn: PacketDay?
    package var documentType: DocumentType
    package var subject: String
    package var content: String?
    package var signer: Signer?
    package var dueOn: PacketDay?
    /// The lines under "Nơi nhận" on paper; not the recipients the packet travels to.
    package var distribution: [String]
    package var details: Details?
    package var inReplyTo: [DocumentReference]
    package var steering: Steering?
    /// Chosen by the sender; opaque, unique together with the sender.
    package var documentId: String?
    /// Tasks that the document reports on (`ResponseForTask`), an addition of one vendor's kit.
    package var taskCodes: [String] = []
    /// What kind of application wrote it (`ApplicationType`), an addition of the same kit.
    package var applicationType: String?
    package var trace: [TraceEntry]
    package var operation: Operation?
    package var signature: SignaturePresence
    /// What the signature says of itself, where there is one.
    package var signatureClaim: SignatureClaim?
    package var attachments: [PacketAttachment]

    package init(
        sender: Party, recipients: [Party], code: Code, issuedAt: String? = nil, issuedOn: PacketDay? = nil,
        documentType: DocumentType, subject: String, content: String? = nil, signer: Signer? = nil,
        dueOn: PacketDay? = nil, distribution: [String] = [], details: Details? = nil,
        inReplyTo: [DocumentReference] = [], steering: Steering? = nil, documentId: String? = nil,
        trace: [TraceEntry] = [], operation: Operation? = nil, signature: SignaturePresence = .absent,
        attachments: [PacketAttachment] = []
    ) {
        self.sender = sender
        self.recipients = recipients
        self.code = code
        self.issuedAt = issuedAt
        self.issuedOn = issuedOn
        self.documentType = documentType
        self.subject = subject
        self.content = content
        self.signer = signer
        self.dueOn = dueOn
        self.distribution = distribution
        self.details = details
        self.inReplyTo = inReplyTo
        self.steering = steering
        self.documentId = documentId
        self.trace = trace
        self.operation = operation
        self.signature = signature
        self.attachments = attachments
    }
}

extension DocumentPacket {
    /// Number and notation as the sender wrote them; the number is not always numeric.
    package struct Code: Sendable, Hashable, Codable, CustomStringConvertible {
        package var number: String
        package var notation: String

        package init(number: String, notation: String) {
            self.number = number
            self.notation = notation
        }

        package var description: String {
            [number, notation].filter { !$0.isEmpty }.joined(separator: "/")
        }
    }

    /// Systems disagree on the numbers; the name is what can be relied on.
    package struct DocumentType: Sendable, Hashable, Codable {
        package var number: Int?
        package var detail: Int?
        package var name: String

        package init(number: Int? = nil, detail: Int? = nil, name: String) {
            self.number = number
            self.detail = detail
            self.name = name
        }
    }

    package struct Signer: Sendable, Hashable, Codable {
        /// Signing capacity as written: `KT. CHỦ TỊCH`, `TL.` …
        package var capacity: String?
        package var position: String?
        package var fullName: String?

        package init(capacity: String? = nil, position: String? = nil, fullName: String? = nil) {
            self.capacity = capacity
            self.position = position
            self.fullName = fullName
        }
    }

    package enum Urgency: Int, Sendable, CaseIterable, Codable {
        case normal, urgent, veryUrgent, express, expressAtSetTime

        package var name: String {
            switch self {
            case .normal: "Thường"
            case .urgent: "Khẩn"
            case .veryUrgent: "Thượng khẩn"
            case .express: "Hỏa tốc"
            case .expressAtSetTime: "Hỏa tốc hẹn giờ"
            }
        }
    }

    /// Header field 1.11.
    package struct Details: Sendable, Hashable, Codable {
        package var urgency: Urgency?
        package var circulation: String?
        package var draftersMark: String?
        package var copies: Int?
        package var pages: Int?
        /// A flag that one vendor adds; its meaning is not documented.
        package var directionFlag: Bool?
        package var appendices: [String]
        /// Documents answered and referred to, in words of one vendor's kit; read, never written.
        package var repliesTo: [String] = []
        package var refersTo: [String] = []

        package init(
            urgency: Urgency? = nil, circulation: String? = nil, draftersMark: String? = nil, copies: Int? = nil,
            pages: Int? = nil, directionFlag: Bool? = nil, appendices: [String] = []
        ) {
            self.urgency = urgency
            self.circulation = circulation
            self.draftersMark = draftersMark
            self.copies = copies
            self.pages = pages
            self.directionFlag = directionFlag
            self.appendices = appendices
        }
    }

    package enum Steering: Int, Sendable, CaseIterable, Codable {
        case none, directs, reportsOnDirection
    }

    /// One hop on the way. Gateways sometimes leave the code out or write `null`.
    package struct TraceEntry: Sendable, Hashable, Codable {
        package var agencyCode: String?
        package var at: PacketTime?

        package init(agencyCode: String? = nil, at: PacketTime? = nil) {
            self.agencyCode = agencyCode
            self.at = at
        }
    }

    /// The packet's own XML signature: it does not survive transport, so it is only noted.
    package enum SignaturePresence: Sendable, Hashable, Codable {
        case absent, empty, present
    }
}

extension DocumentPacket {
    /// What the packet does to documents sent before: nothing (a new one), recall, update or replace.
    package struct Operation: Sendable, Hashable, Codable {
        package enum Kind: Int, Sendable, CaseIterable, Codable {
            case new, recall, amend, replace
            /// None of these, or several at once: a person decides. On no wire.
            case unclear = -1

            /// The kind of this number on the wire.
            init?(number: Int) {
                guard let kind = Kind(rawValue: number), kind != .unclear else { return nil }
                self = kind
            }

            package var name: String {
                switch self {
                case .unclear: "nghiệp vụ không rõ"
                case .new: "văn bản mới"
                case .recall: "thu hồi"
                case .amend: "cập nhật"
                case .replace: "thay thế"
                }
            }
        }

        package var kind: Kind
        /// What the packet says where `kind` is unclear.
        package var statement = ""
        package var reason: String?
        /// Only with `.amend`.
        package var amendment: Amendment?
        /// The document recalled or amended.
        package var documentId: String?
        package var staff: StaffContact?
        /// A paper copy follows (QĐ 28/2018 Art. 5.3 allows it only by exception).
        package var paperFollows: Bool
        /// Only with `.replace`.
        package var replacements: [Replacement]

        package init(
            kind: Kind, reason: String? = nil, amendment: Amendment? = nil, documentId: String? = nil,
            staff: StaffContact? = nil, paperFollows: Bool = false, replacements: [Replacement] = []
        ) {
            self.kind = kind
            self.reason = reason
            self.amendment = amendment
            self.documentId = documentId
            self.staff = staff
            self.paperFollows = paperFollows
            self.replacements = replacements
        }
    }

    package struct Amendment: Sendable, Hashable, Codable {
        package var changesDocument: Bool
        package var changesRecipients: Bool
        package var recipients: [RecipientChange]

        package init(changesDocument: Bool, changesRecipients: Bool, recipients: [RecipientChange] = []) {
            self.changesDocument = changesDocument
            self.changesRecipients = changesRecipients
            self.recipients = recipients
        }
    }

    package struct RecipientChange: Sendable, Hashable, Codable {
        package enum Kind: Int, Sendable, Codable {
            case removed, added
        }

        package var agencyCode: String
        package var kind: Kind

        package init(agencyCode: String, kind: Kind) {
            self.agencyCode = agencyCode
            self.kind = kind
        }
    }

    package struct Replacement: Sendable, Hashable, Codable {
        package var documentId: String
        /// The recipients for whom it is replaced.
        package var agencyCodes: [String]

        package init(documentId: String, agencyCodes: [String] = []) {
            self.documentId = documentId
            self.agencyCodes = agencyCodes
        }
    }

    /// A list of replaced documents says more than a number that was left as it is for every document.
    package var operationKind: Operation.Kind {
        guard let operation else { return .new }
        return operation.kind == .new && !operation.replacements.isEmpty ? .replace : operation.kind
    }

    /// The document that is recalled or amended, under the name that is shown: its number and the nearest identity.
    package var affectedDocument: DocumentReference? {
        guard [.recall, .amend, .unclear].contains(operationKind) else { return nil }
        let id = operation?.documentId ?? documentId ?? inReplyTo.lazy.compactMap(\.documentId).first
        return DocumentReference(
            agencyCode: sender.agencyCode, code: code.description.isEmpty ? nil : code.description,
            issuedOn: issuedOn, documentId: id)
    }

    /// Every name under which the document that is recalled, amended or replaced may be known, the surest first. Senders
    /// name it in different places, and some give the packet that changes it a number and an identity of its own.
    package var affectedNames: [DocumentReference] {
        var names: [DocumentReference] = []
        func add(id: String?) { if let id { names.append(DocumentReference(documentId: id)) } }
        func add(code: String?, _ day: PacketDay?) {
            if let code, let day { names.append(DocumentReference(code: code, issuedOn: day)) }
        }
        // What replaces brings its own identity and number. Of what is unclear, the packet's own name alone is sure to be
        // meant: it may bring a new document that speaks of others.
        let (isReplacement, isUnclear) = (operationKind == .replace, operationKind == .unclear)
        let others = isUnclear ? [] : inReplyTo.filter(isOwn)
        let named = isUnclear || isReplacement && operation?.documentId == documentId ? nil : operation?.documentId
        add(id: named)
        if !isReplacement { add(id: documentId) }
        for reference in others { add(id: reference.documentId) }
        if !isReplacement, !code.number.isEmpty { add(code: code.description, issuedOn) }
        for reference in others { add(code: reference.code, reference.issuedOn) }
        var seen: Set<DocumentReference> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// A reference to a document of some third agency is an answer to it.
    private func isOwn(_ reference: DocumentReference) -> Bool {
        guard let code = reference.agencyCode else { return true }
        return code == sender.agencyCode || recipients.contains { $0.agencyCode == code }
    }
}
