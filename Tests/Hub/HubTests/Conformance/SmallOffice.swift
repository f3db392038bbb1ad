import EdXML
import Foundation
import Platform
import VXP

@testable import Hub

/// What a careless vendor gets wrong.
enum Flaw: String, Sendable, CaseIterable {
    /// Tells the arrival again whenever a packet is offered again.
    case answersTwice
    /// Never answers a recall or a change.
    case ignoresChanges
    /// Takes a recall or a change for a new document.
    case takesChangesForNew
    /// Says done before it looks at the packet.
    case acknowledgesBlindly
    /// Forgets a packet whose content did not arrive at once.
    case givesUpFetching
    /// Sends a status once and does not look whether it arrived.
    case forgetsStatuses
    /// Sends a repeated status as a new packet.
    case rewritesStatuses
    /// The first attempt has a wrong hash.
    case wrongHash
    /// The last in the list first.
    case worksBackwards
    /// Knows a document by number and date, and loses the sender's identity of it.
    case losesIdentity
    /// Stops at a status code that it does not know.
    case stopsAtStrangeCodes
    /// Accepts what is meant for somebody else.
    case acceptsForeign
    /// Sends documents without signer and date.
    case sendsHalfPackets
}

/// A small, honest office: takes, tells, answers. With a flaw it shows what the list is good for.
actor SmallOffice {
    private struct Waiting {
        var about: DocumentReference
        var code: String
        var file: Data?
        var attempts = 0
    }

    private let flaw: Flaw?
    private let agency: String
    private let client: VXPClient
    private let now: @Sendable () -> Date
    private var done: Set<String> = []
    private var told: Set<String> = []
    private var outbox: [Waiting] = []
    private var document: Data?
    private var isStuck = false
    private var written = 0

    init(_ flaw: Flaw?, party: HubBench.Party, gateway: BenchGateway, now: @escaping @Sendable () -> Date) {
        (self.flaw, agency, self.now) = (flaw, party.agency, now)
        let isWrong = flaw == .wrongHash
        client = VXPClient(systemId: party.systemId, secret: party.secret, now: now) { request in
            guard let answer = await gateway.answer(request) else { throw BlobError.full }
            guard isWrong, request.path == "/sendEdoc" else { return answer }
            var spoilt = VXPCall.send(Data("x".utf8), from: party.agency, messageType: .status)
            spoilt.body = Data("y".utf8)
            _ = await gateway.answer(
                try RequestSigner(systemId: party.systemId, secret: party.secret).sign(spoilt, at: now()))
            return answer
        }
    }

    /// One round of its work.
    func poll() async {
        guard !isStuck else { return }
        for type in [MessageType.document, .status] {
            guard let rows = try? await client.receivedList(messageType: type) else { continue }
            for row in flaw == .worksBackwards ? rows.reversed() : rows { await take(row, type) }
        }
        await send()
    }

    private func take(_ row: ReceivedRow, _ type: MessageType) async {
        if done.contains(row.docId) {
            if flaw == .answersTwice, let bytes = try? await client.getEdoc(docId: row.docId) {
                file(bytes, again: true)
            }
            return await acknowledge(row, .done)
        }
        if flaw == .acknowledgesBlindly { await acknowledge(row, .done) }
        guard let bytes = try? await client.getEdoc(docId: row.docId) else {
            if flaw == .givesUpFetching {
                done.insert(row.docId)
                try? await client.updateStatus(docId: row.docId, to: .done)
            }
            return
        }
        guard file(bytes, again: false) else { return await acknowledge(row, .fail) }
        done.insert(row.docId)
        await acknowledge(row, .done)
    }

    private func acknowledge(_ row: ReceivedRow, _ word: Acknowledgement) async {
        try? await client.updateStatus(docId: row.docId, to: word)
    }

    /// Whether it could be read.
    @discardableResult
    private func file(_ bytes: Data, again: Bool) -> Bool {
        switch PacketReader().read(bytes).packet {
        case .document(let packet):
            let isNew = [.new, .replace].contains(packet.operationKind) || flaw == .takesChangesForNew
            if isNew {
                tell("01", packet, again: again || (flaw == .takesChangesForNew && packet.operationKind != .new))
            }
            let isOurs = packet.recipients.contains { $0.agencyCode == agency }
            if flaw == .acceptsForeign, !isOurs { tell("03", packet, again: false) }
            return true
        case .status(let status):
            isStuck = flaw == .stopsAtStrangeCodes && status.status == nil
            return true
        case nil: return false
        }
    }

    private func tell(_ code: String, _ packet: DocumentPacket, again: Bool) {
        let key = "\(packet.sender.agencyCode) \(packet.documentId ?? packet.code.description)"
        guard told.insert("\(key) \(code)").inserted || again else { return }
        let id = flaw == .losesIdentity ? "\(packet.code.description)" : packet.documentId
        outbox.append(
            Waiting(
                about: DocumentReference(
                    agencyCode: packet.sender.agencyCode, code: packet.code.description, issuedOn: packet.issuedOn,
                    documentId: id), code: code))
    }

    private func send() async {
        if let document { await sendDocument(document) }
        for index in outbox.indices where outbox[index].attempts >= 0 {
            let waiting = outbox[index]
            let file = (flaw == .rewritesStatuses ? nil : waiting.file) ?? status(waiting)
            outbox[index].file = file
            let isSent = (try? await client.sendEdoc(file: file, from: agency, messageType: .status)) != nil
            outbox[index].attempts = isSent || flaw == .forgetsStatuses ? -1 : waiting.attempts + 1
        }
    }

    private func sendDocument(_ file: Data) async {
        if (try? await client.sendEdoc(file: file, from: agency, messageType: .document)) != nil { document = nil }
    }

    private func status(_ waiting: Waiting) -> Data {
        // Told anew, it is told at another time.
        written += 1
        let at = now().addingTimeInterval(Double(written))
        return PacketWriter().write(
            StatusPacket(
                sender: Party(agencyCode: agency), about: waiting.about, code: waiting.code,
                explanation: StatusPacket.Status(rawValue: waiting.code)?.sentence, at: PacketTime(at)))
    }

    /// Its clerk does as asked; whether he says that he did.
    func act(_ act: OfficeAct) -> Bool {
        switch act {
        case .issue(let receiver):
            var packet = BenchPackets.document("88", from: agency, to: [receiver], at: now())
            if flaw == .sendsHalfPackets { (packet.signer, packet.issuedOn) = (nil, nil) }
            document = PacketWriter().write(packet)
        case .answerChange(let id):
            guard flaw != .ignoresChanges else { return true }
            let sender = id.split(separator: ",").first.map(String.init) ?? ""
            outbox.append(Waiting(about: DocumentReference(agencyCode: sender, code: nil, documentId: id), code: "15"))
        }
        return true
    }
}
