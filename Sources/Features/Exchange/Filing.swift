// One kept packet becomes an incoming document, a status of a document we sent, or something for the clerk to see.
internal import Directory
internal import EdXML
internal import Foundation
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records

extension ExchangeDesk {
    /// The files of a document packet, stored before the transaction that files it.
    func received(_ packet: Packet?) throws -> [ReceivedFile] {
        guard case .document(let document) = packet else { return [] }
        return try document.attachments.map { attachment in
            ReceivedFile(
                name: attachment.safeName, mediaType: attachment.mediaType,
                blob: try stored(attachment), problem: attachment.problem)
        }
    }

    /// The file takes its place among the blobs where it was decoded to one, without being copied.
    private func stored(_ attachment: PacketAttachment) throws -> BlobRef? {
        guard attachment.byteCount > 0 else { return nil }
        guard let file = attachment.file?.take() else { return try ground.blobs.put(attachment.content) }
        return try ground.blobs.adopt(file, sha256: attachment.sha256, byteCount: attachment.byteCount)
    }
}

/// Decides what a kept packet is, inside the transaction that files it.
struct Filing: Sendable {
    let arrival: Arrival
    let result: ReadResult
    let files: [ReceivedFile]
    let signature: PacketSignatureVerdict?
    let now: Date
    let timer: LegalTimer

    func outcome(in tx: Transaction) throws -> FilingOutcome {
        switch result.packet {
        case .document(let packet): try document(packet, tx)
        case .status(let packet): try status(packet, tx)
        case nil: unreadable
        }
    }

    private var unreadable: FilingOutcome {
        FilingOutcome(
            state: .unreadable, sender: arrival.sender.rawValue, title: "Gói tin \(arrival.exchangeID)",
            problem: "Không đọc được gói tin: \(result.refused?.sentence ?? "không rõ lý do").")
    }

    private func document(_ packet: DocumentPacket, _ tx: Transaction) throws -> FilingOutcome {
        let directory = DirectoryStore(tx)
        let sender = try directory.agency(AgencyCode(packet.sender.agencyCode))
        let read = PacketToDocument(
            packet: packet, tolerated: result.tolerated, sender: sender, own: try directory.ownAgency(),
            namesake: try sender.flatMap { try directory.namesake(of: $0, called: packet.sender.name ?? $0.name) },
            offeredBy: try offeredBy(tx), arrivedOn: Day(at: arrival.receivedAt))
        var outcome = FilingOutcome(
            state: read.operationSentence == nil ? .filed : .attention, sender: read.senderCode.rawValue,
            senderName: read.senderName, title: read.title, problem: read.operationSentence ?? "")
        let changes = ChangeFiling(packet: packet, read: read, arrival: arrival, files: files, now: now)
        if let known = try changes.ofKnownDocument(outcome, in: tx) { return known }
        let named = RecalledDocument(
            identity: packet.affectedDocument?.documentId ?? read.content.documentID,
            code: DocumentCode(number: packet.code.number, notation: packet.code.notation), day: Day(packet.issuedOn))
        // A recall brings no document to register: it asks for one to be given back.
        guard packet.operationKind != .recall else {
            outcome.about = named
            return outcome
        }
        let replaced = try changes.replaced(in: tx)
        let filed = try IncomingIntake(tx, now: now, timer: timer).file(
            ReceivedDocument(
                content: read.content, files: files, packet: arrival.packet, exchangeID: arrival.exchangeID,
                receivedAt: arrival.receivedAt,
                notes: read.notes(isFound: !replaced.here.isEmpty, missing: replaced.missing)
                    + (signature.map { [$0.sentence] } ?? [])))
        outcome.record = RecordRef(kind: IncomingDocument.kind, id: filed.id)
        try InboxStore(tx).reopenRecalls(of: named, by: read.senderCode)
        try ReplyFiling(packet: packet, sender: read.senderCode, now: now).bind(filed.id, in: tx)
        try changes.tellOfOthers(than: filed.id, in: tx)
        if !replaced.here.isEmpty {
            try changes.ask(toReplace: replaced.here, by: filed.id, in: tx)
            outcome = outcome.with(.filed, "")
        }
        if outcome.problem.isEmpty { outcome.problem = files.compactMap(\.sentence).joined(separator: " ") }
        return outcome
    }

    private func status(_ packet: StatusPacket, _ tx: Transaction) throws -> FilingOutcome {
        let known = try DirectoryStore(tx).agency(AgencyCode(packet.sender.agencyCode))
        let sender = known?.code ?? AgencyCode(packet.sender.agencyCode)
        let name = TextLimit.agency.fitting(known?.name ?? packet.sender.name ?? sender.rawValue)
        let about = packet.about.code ?? packet.about.documentId ?? ""
        var outcome = FilingOutcome(
            state: .filed, sender: sender.rawValue, senderName: name,
            title: "\(packet.code) \(packet.status?.name ?? "không rõ"): \(about)".cut(to: 300))
        guard let status = Int(packet.code).flatMap(ExchangeStatus.init(rawValue:)) else {
            return outcome.with(.unmatched, "Mã trạng thái \(packet.code) không có trong quy định; gói tin được giữ.")
        }
        let doubt = PacketToDocument.doubt(about: sender, offeredBy: try offeredBy(tx)).map { "(\($0))" }
        let explanation = [packet.explanation, doubt].compactMap(\.self).joined(separator: " ")
        guard status != .recallRequested else {
            if let known = try recall(packet, from: sender, name: name, saying: explanation, tx) { return known }
            outcome.about = RecalledDocument(
                identity: packet.about.documentId ?? "", code: packet.about.code.map(DocumentCode.init(wire:)),
                day: Day(packet.about.issuedOn))
            return RecallRefused.noDocument(outcome, name: name, about: about, explanation: packet.explanation)
        }
        let isMatched = try OutgoingDelivery(tx).recordStatus(
            documentID: packet.about.documentId ?? "", code: packet.about.code.map(DocumentCode.init(wire:)),
            day: Day(packet.about.issuedOn), from: sender, status: status,
            description: explanation.cut(to: 1000), at: packet.at?.date ?? now)
        if !isMatched { outcome = outcome.with(.unmatched, "Không tìm thấy văn bản \(about) đã gửi đến \(name).") }
        return outcome
    }

    /// Whom the platform took the packet from; nil where it does not say.
    private func offeredBy(_ tx: Transaction) throws -> AgencyCode? {
        guard !arrival.sender.rawValue.isEmpty else { return nil }
        return try DirectoryStore(tx).agency(arrival.sender)?.code ?? arrival.sender
    }
}

extension FilingOutcome {
    func with(_ state: Arrival.State, _ problem: String) -> FilingOutcome {
        var outcome = self
        (outcome.state, outcome.problem) = (state, problem)
        return outcome
    }
}

extension ReceivedFile {
    fileprivate var sentence: String? { problem.map { "Tệp “\(name)”: \($0)." } }
}

extension DocumentCode {
    /// From number and notation in one, `15/QĐ-VHL`.
    init(wire text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(\.trimmingSpaces)
        self.init(number: parts[0], notation: parts.count > 1 ? parts[1] : "")
    }
}
