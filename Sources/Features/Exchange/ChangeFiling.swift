// Packets that change what was sent before: each becomes a request that the clerk answers.
internal import Directory
internal import EdXML
internal import Foundation
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records

/// Finds the document that a recall, update or replacement is about, and lays the request before the clerk.
struct ChangeFiling {
    let packet: DocumentPacket
    let read: PacketToDocument
    let arrival: Arrival
    let files: [ReceivedFile]
    let now: Date

    private var reason: String {
        [packet.operation?.reason, read.doubt.map { "(\($0))" }].compactMap(\.self).joined(separator: " ").cut(to: 1000)
    }

    /// What a packet does to a document that is here; nil where it is not, or where the packet brings a new one.
    func ofKnownDocument(_ outcome: FilingOutcome, in tx: Transaction) throws -> FilingOutcome? {
        guard packet.affectedDocument != nil else { return nil }
        let intake = ChangeIntake(tx, now: now)
        guard let (found, name) = try first(of: packet.affectedNames, intake) else { return nil }
        var known = outcome.with(.filed, "")
        known.record = RecordRef(kind: IncomingDocument.kind, id: found)
        guard packet.operationKind != .unclear else {
            try tellUnclear(found, intake)
            return known.with(.attention, outcome.problem)
        }
        try intake.ask(try change(of: found, named: name, intake), of: found)
        return known
    }

    /// The document that the first of these names leads to. Without an identity it takes number and day together.
    private func first(
        of names: [DocumentReference], _ intake: ChangeIntake
    ) throws -> (document: Int64, name: DocumentReference)? {
        for name in names {
            let found = try intake.document(
                of: read.senderCode, identity: name.documentId ?? "", code: name.code.map(DocumentCode.init(wire:)),
                day: Day(name.issuedOn))
            if let found { return (found, name) }
        }
        return nil
    }

    /// A packet that says something of this document which nobody can be sure of.
    private func tellUnclear(_ document: Int64, _ intake: ChangeIntake) throws {
        try intake.tell(
            "Bên gửi gửi gói tin nêu văn bản này với loại nghiệp vụ “\(packet.operation?.statement ?? "")” không rõ nghĩa; văn thư xem tại mục Liên thông.",
            of: document)
    }

    /// An unclear packet that was filed as a document of its own may speak of another one that is here.
    func tellOfOthers(than carrier: Int64, in tx: Transaction) throws {
        guard packet.operationKind == .unclear, let identity = packet.operation?.documentId else { return }
        let intake = ChangeIntake(tx, now: now)
        let found = try intake.document(of: read.senderCode, identity: identity, except: carrier)
        if let found { try tellUnclear(found, intake) }
    }

    /// Whoever is taken off the list of receivers is asked to give the document back (QĐ 28/2018 Art. 8.2).
    private func change(
        of document: Int64, named name: DocumentReference, _ intake: ChangeIntake
    ) throws -> NewChange {
        let isRecall = packet.operationKind == .recall || read.ownPlaceInList == .removed
        var new = NewChange(
            isRecall ? .recall : .amend, senderName: read.senderName, reason: reason, exchangeID: arrival.exchangeID)
        if packet.operationKind == .amend, isRecall {
            new.reason = "Bên gửi rút đơn vị mình khỏi danh sách nơi nhận. \(reason)".trimmingSpaces.cut(to: 1000)
        }
        if packet.inReplyTo.contains(where: { $0.names(name) }), !packet.isCalled(name) {
            new.reason = "\(new.reason) (Gói tin nêu văn bản này ở phần văn bản liên quan.)".trimmingSpaces
        }
        guard !isRecall else { return new }
        new.proposal =
            read.changesReceiversOnly
            ? try intake.proposal(receivers: read.receivers, for: document)
            : Proposal(content: read.content, files: files)
        return new
    }

    /// The documents that this one replaces here, as its list names them; without a list by whatever else it names.
    func replaced(in tx: Transaction) throws -> (here: [Int64], missing: [String]) {
        guard packet.operationKind == .replace else { return ([], []) }
        let intake = ChangeIntake(tx, now: now)
        var (here, missing): ([Int64], [String]) = ([], [])
        for identity in read.replaced {
            if let found = try intake.document(of: read.senderCode, identity: identity) {
                here.append(found)
            } else {
                missing.append(identity)
            }
        }
        let isForOthers = packet.operation?.replacements.isEmpty == false && read.replaced.isEmpty
        guard here.isEmpty, !isForOthers else { return (here, missing) }
        return (try first(of: packet.affectedNames, intake).map { [$0.document] } ?? [], [])
    }

    func ask(toReplace old: [Int64], by carrier: Int64, in tx: Transaction) throws {
        let intake = ChangeIntake(tx, now: now)
        for document in Set(old).sorted() where document != carrier {
            try intake.ask(
                NewChange(
                    .replace, senderName: read.senderName, reason: reason, exchangeID: arrival.exchangeID,
                    carrier: carrier), of: document)
        }
    }
}

extension DocumentReference {
    fileprivate func names(_ other: DocumentReference) -> Bool {
        documentId != nil && documentId == other.documentId || code != nil && code == other.code
    }
}

extension DocumentPacket {
    /// Whether the packet itself goes by this name.
    fileprivate func isCalled(_ name: DocumentReference) -> Bool {
        let own = DocumentReference(code: code.description, documentId: documentId)
        return own.names(name) || operation?.documentId != nil && operation?.documentId == name.documentId
    }
}

/// A reply to a document of ours is bound to it on both sides.
struct ReplyFiling {
    let packet: DocumentPacket
    let sender: AgencyCode
    let now: Date

    func bind(_ incoming: Int64, in tx: Transaction) throws {
        let name = packet.documentType.name.isEmpty ? "Văn bản" : packet.documentType.name
        let label = "\(name) số \(packet.code)".cut(to: 300)
        for answered in packet.inReplyTo {
            let found = try OutgoingDelivery(tx).sent(
                to: sender, identity: answered.documentId ?? "", code: answered.code.map(DocumentCode.init(wire:)),
                day: Day(answered.issuedOn))
            guard let found else { continue }
            let ref = RecordRef(kind: IncomingDocument.kind, id: incoming)
            guard try RecordLinks(tx).add((ref, label), .answers, found, at: now) else { continue }
            try EventHistory(tx).append("answered", on: found.ref, by: nil, at: now, "Được trả lời bằng \(label).")
        }
    }
}

extension Filing {
    /// Status 13; nil where the document is not here.
    func recall(
        _ packet: StatusPacket, from sender: AgencyCode, name: String, saying explanation: String, _ tx: Transaction
    ) throws -> FilingOutcome? {
        let intake = ChangeIntake(tx, now: now)
        let found = try intake.document(
            of: sender, identity: packet.about.documentId ?? "", code: packet.about.code.map(DocumentCode.init(wire:)),
            day: Day(packet.about.issuedOn))
        guard let found else { return nil }
        try intake.ask(
            NewChange(
                .recall, isFormal: false, senderName: name, reason: explanation.cut(to: 1000),
                exchangeID: arrival.exchangeID), of: found)
        let title = "\(packet.code) \(ExchangeStatus.recallRequested.label): \(packet.about.code ?? "")".cut(to: 300)
        return FilingOutcome(
            state: .filed, sender: sender.rawValue, senderName: name, title: title,
            record: RecordRef(kind: IncomingDocument.kind, id: found))
    }
}

enum RecallRefused {
    /// Somebody asks for what is not here: a person looks.
    static func noDocument(
        _ outcome: FilingOutcome, name: String, about: String, explanation: String?
    ) -> FilingOutcome {
        outcome.with(
            .attention,
            "\(name) đề nghị lấy lại văn bản \(about), nhưng không tìm thấy văn bản này. \(explanation ?? "")"
                .trimmingSpaces)
    }
}
