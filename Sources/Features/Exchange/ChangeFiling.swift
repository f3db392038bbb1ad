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

    private var reason: String { (packet.operation?.reason ?? "").cut(to: 1000) }

    /// A recall or an update of a document that is here; nil where it is not, or where the packet does something else.
    func ofKnownDocument(_ outcome: FilingOutcome, in tx: Transaction) throws -> FilingOutcome? {
        guard let about = packet.affectedDocument else { return nil }
        let intake = ChangeIntake(tx, now: now)
        let found = try intake.document(
            of: read.senderCode, identity: about.documentId ?? "",
            code: DocumentCode(number: packet.code.number, notation: packet.code.notation), day: Day(packet.issuedOn))
        guard let found else { return nil }
        try intake.ask(try change(of: found, intake), of: found)
        var known = outcome.with(.filed, "")
        known.record = RecordRef(kind: IncomingDocument.kind, id: found)
        return known
    }

    /// Whoever is taken off the list of receivers is asked to give the document back (QĐ 28/2018 Art. 8.2).
    private func change(of document: Int64, _ intake: ChangeIntake) throws -> NewChange {
        let isRecall = packet.operationKind == .recall || read.ownPlaceInList == .removed
        var new = NewChange(
            isRecall ? .recall : .amend, senderName: read.senderName, reason: reason, exchangeID: arrival.exchangeID)
        if packet.operationKind == .amend, isRecall {
            new.reason = "Bên gửi rút đơn vị mình khỏi danh sách nơi nhận. \(reason)".trimmingSpaces.cut(to: 1000)
        }
        guard !isRecall else { return new }
        new.proposal =
            read.changesReceiversOnly
            ? try intake.proposal(receivers: read.receivers, for: document)
            : Proposal(content: read.content, files: files)
        return new
    }

    /// Whether any document that this one replaces is here.
    func replace(by carrier: Int64, in tx: Transaction) throws -> Bool {
        let intake = ChangeIntake(tx, now: now)
        var isKnown = false
        for old in packet.operation?.replacements ?? [] {
            guard let found = try intake.document(of: read.senderCode, identity: old.documentId), found != carrier
            else { continue }
            try intake.ask(
                NewChange(
                    .replace, senderName: read.senderName, reason: reason, exchangeID: arrival.exchangeID,
                    carrier: carrier), of: found)
            isKnown = true
        }
        return isKnown
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
