// Documents and statuses on their way out.
internal import Digests
internal import Directory
internal import EdXML
internal import Foundation
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records
internal import VXP

// Documents.
extension ExchangeDesk {
    /// Takes an issued document to one agency; done when nothing waits any more.
    func send(_ job: SendDocumentJob) async throws {
        let agency = AgencyCode(job.agency)
        let subject = RecordRef(kind: OutgoingDocument.kind, id: job.document)
        let (need, latest) = try await ground.database.read { tx in
            (
                try OutgoingDelivery(tx).need(of: agency, for: job.document),
                try OutboxStore(tx).latest(.document, subject, agency, nil)
            )
        }
        guard need == .sending else { return try await stop(latest, need) }
        // A packet that was sent and is wanted again is a new one: the platform would take the same bytes for a repetition.
        if let latest, latest.state != .sent {
            // Stopped when its document was taken back; the document lives on, for nobody gave it back.
            if latest.state == .stopped {
                try await ground.database.write { try OutboxStore($0).markWaiting(latest.id) }
            }
            return try await transmit(latest)
        }
        let packed = try await pack(job.document, for: agency, round: (latest?.round ?? 0) + 1)
        if let packed { try await transmit(packed) }
    }

    private func stop(_ latest: Transmission?, _ need: OutgoingDelivery.Need) async throws {
        guard let latest, need == .stopping, latest.state != .sent else { return }
        try await ground.database.write { try OutboxStore($0).markStopped(latest.id) }
    }

    private func pack(_ document: Int64, for code: AgencyCode, round: Int) async throws -> Transmission? {
        let (now, usual) = (ground.clock.now(), usualTypeNumber)
        let maker = try await ground.database.read { tx in
            let directory = DirectoryStore(tx)
            let contents = try OutgoingDelivery(tx).packetContents(of: document)
            let name = contents.receivers.first { $0.agency == code }?.name ?? code.rawValue
            return DocumentToPacket(
                document: contents, sender: try directory.ownAgency(),
                receiver: try directory.agency(code) ?? Agency(code: code, name: name),
                answered: try Self.answered(contents.inReplyTo, tx), round: round, sentAt: now, usualTypeNumber: usual)
        }
        let contents = maker.document
        let blob = try await keep(maker.packet(try contents.files.map { try ground.blobs.source($0.blob) }))
        let new = NewTransmission(
            kind: .document, subject: RecordRef(kind: OutgoingDocument.kind, id: document), agency: code,
            agencyName: maker.receiver.name, status: nil, round: round,
            title: "\(contents.type.label) \(contents.code): \(contents.subject)".cut(to: 300),
            packet: blob)
        return try await enter(new)
    }

    /// Writes a packet piece by piece where it is kept, with its XML signature where the office has a key for that.
    func keep(_ packet: DocumentPacket) async throws -> BlobRef {
        let draft = try ground.blobs.draft()
        try PacketWriter(leavesRoomForSignature: signer != nil).write(.document(packet)) { try draft.append($0) }
        guard let signer else { return try draft.commit() }
        let signed = ground.blobs.workFolder.appending(path: "\(randomIdentifier()).edxml")
        defer { unlink(signed.path) }
        try await signer.sign(draft.file, into: signed)
        return try ground.blobs.adopt(signed)
    }

    /// The incoming document that this one answers, named as its sender names it; nil for one that came on paper.
    private static func answered(_ ref: RecordRef?, _ tx: Transaction) throws -> IncomingStatus? {
        guard let ref, ref.kind == IncomingDocument.kind else { return nil }
        return try IncomingStatusSource(tx).status(
            for: ReportStatusJob(incoming: ref.id, code: ExchangeStatus.arrived.rawValue, note: ""))
    }

    func giveUp(_ job: SendDocumentJob) async throws {
        let agency = AgencyCode(job.agency)
        let (now, subject) = (ground.clock.now(), RecordRef(kind: OutgoingDocument.kind, id: job.document))
        let fallback =
            client == nil
            ? "Chưa cấu hình kết nối trục liên thông. Hãy báo quản trị."
            : "Không lập được gói tin của văn bản. Hãy báo quản trị rồi gửi lại."
        try await ground.database.write { tx in
            let row = try OutboxStore(tx).latest(.document, subject, agency, nil)
            let problem = row.flatMap { $0.problem.isEmpty ? nil : $0.problem } ?? fallback
            if let row { try OutboxStore(tx).markFailed(row.id) }
            try OutgoingDelivery(tx).recordSendFailure(
                job.document, to: agency, message: problem, isFinal: true, at: now)
        }
    }
}

// Statuses.
extension ExchangeDesk {
    /// Tells the sender of a document how far it has come; each code goes once, none before an earlier one.
    func send(_ job: ReportStatusJob) async throws {
        for report in try await earlier(than: job) + [job] { try await enter(report) }
        for row in try await unsent(upTo: job) { try await transmit(row) }
    }

    /// Makes the row of a report, once; without it nothing would be left of a report that is given up.
    private func enter(_ job: ReportStatusJob) async throws {
        let (status, own) = try await ground.database.read { tx in
            (try IncomingStatusSource(tx).status(for: job), try DirectoryStore(tx).ownAgency())
        }
        guard let status else { return }
        let subject = RecordRef(kind: IncomingDocument.kind, id: job.incoming)
        let row = try await ground.database.read {
            try OutboxStore($0).latest(.status, subject, status.receiver, status.status)
        }
        guard row == nil else { return }
        let packet = StatusToPacket(status: status, sender: own, at: ground.clock.now()).packet
        let new = NewTransmission(
            kind: .status, subject: subject, agency: status.receiver, agencyName: status.receiverName,
            status: status.status, round: 1,
            title: "\(status.status.code) \(status.status.label): \(status.code)".cut(to: 300),
            packet: try ground.blobs.put(PacketWriter().write(packet)))
        _ = try await enter(new)
    }

    func giveUp(_ job: ReportStatusJob) async throws {
        try await ground.database.write { tx in
            guard let status = try IncomingStatusSource(tx).status(for: job),
                let row = try OutboxStore(tx).latest(
                    .status, RecordRef(kind: IncomingDocument.kind, id: job.incoming), status.receiver, status.status)
            else { return }
            try OutboxStore(tx).markFailed(row.id)
        }
    }
}

// Both.
extension ExchangeDesk {
    /// The packet gets its row before its first attempt, so that every attempt sends the same bytes.
    func enter(_ new: NewTransmission) async throws -> Transmission? {
        let now = ground.clock.now()
        return try await ground.database.write { tx in
            let store = OutboxStore(tx)
            if let id = try store.insert(new, at: now), new.subject.kind == OutgoingDocument.kind {
                try RecordFileStore(tx).add(
                    .packet, ordinal: Int(id.rawValue), to: new.subject, name: "goi-tin-\(id).edxml",
                    mediaType: "application/xml", blob: new.packet, at: now)
            }
            return try store.latest(new.kind, new.subject, new.agency, new.status)
        }
    }

    /// The call is made outside any transaction; what came of it is written in one.
    func transmit(_ transmission: Transmission) async throws {
        let client = try requireClient()
        let file = try ground.blobs.source(transmission.packet)
        guard file.count <= Self.packetLimitBytes else { throw try await refuseSize(of: transmission) }
        guard let own = try await begin(transmission) else { return }
        let exchangeID: String
        do throws(VXPFailure) {
            exchangeID = try await client.sendEdoc(
                file: file, from: own.rawValue, messageType: transmission.kind == .document ? .document : .status)
        } catch {
            try await record(error, of: transmission)
            throw error.isFinal ? JobRefused("\(error)") : error
        }
        try checkpoints.reached(.accepted)
        try await recordSent(transmission, exchangeID)
        try await noteSuccess()
    }

    /// The code to send as; nil where the packet is not to be sent any more. A document that goes out is noted as one that
    /// may be there before it goes: the process may die before the answer.
    private func begin(_ transmission: Transmission) async throws -> AgencyCode? {
        guard transmission.errand == .document else {
            return try await ground.database.read { try DirectoryStore($0).ownAgency().code }
        }
        return try await ground.database.write { tx in
            let isWanted = try OutgoingDelivery(tx).beginAttempt(transmission.subject.id, to: transmission.agency)
            return isWanted ? try DirectoryStore(tx).ownAgency().code : nil
        }
    }

    /// The platform's kit takes no larger packet.
    static let packetLimitBytes = 50 << 20

    private func refuseSize(of transmission: Transmission) async throws -> JobRefused {
        let problem = """
            Gói tin \(transmission.packet.byteCount >> 20) MB vượt quá \(Self.packetLimitBytes >> 20) MB mà trục liên thông nhận. \
            Hãy giảm dung lượng tệp kèm hoặc gửi bằng đường khác.
            """
        try await record(problem, of: transmission)
        return JobRefused("packet of \(transmission.packet.byteCount) bytes is larger than the platform takes")
    }

    private func recordSent(_ transmission: Transmission, _ exchangeID: String) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            guard try OutboxStore(tx).markSent(transmission.id, exchangeID: exchangeID, at: now) else { return }
            try Self.tellSent(transmission, exchangeID, tx, now)
        }
    }

    private func record(_ failure: VXPFailure, of transmission: Transmission) async throws {
        try await record(
            failure.sentence(sendingTo: transmission.agencyName), of: transmission, leavesOpen: failure.leavesOpen)
        try await noteFailure(failure)
    }

    private func record(_ problem: String, of transmission: Transmission, leavesOpen: Bool = true) async throws {
        let now = ground.clock.now()
        try await ground.database.write { tx in
            try OutboxStore(tx).noteAttempt(transmission.id, problem: problem)
            try Self.tellFailure(transmission, problem, isFinal: false, leavesOpen: leavesOpen, tx, now)
        }
    }

    /// After an outage nothing waits for its back-off to run out. A job too many finds nothing to do.
    static func resume(_ tx: Transaction, since: Date, now: Date) throws {
        let queue = JobQueue(tx, now: now)
        let mark = Int64(since.timeIntervalSince1970 * 1000)
        for waiting in try OutboxStore(tx).waiting(limit: 1000) {
            try enqueue(waiting, queue, dedupe: "resumed:\(waiting.id):\(mark)")
        }
    }

    static func enqueue(_ transmission: Transmission, _ queue: JobQueue, dedupe: String) throws {
        switch transmission.errand {
        case .document:
            try queue.enqueue(
                SendDocumentJob(document: transmission.subject.id, agency: transmission.agency.rawValue), dedupe: dedupe
            )
        case .change: try queue.enqueue(SendChangeJob(request: transmission.subject.id), dedupe: dedupe)
        case .answer: try queue.enqueue(AnswerChangeJob(change: transmission.subject.id), dedupe: dedupe)
        case .status:
            try queue.enqueue(
                ReportStatusJob(incoming: transmission.subject.id, code: transmission.status?.rawValue ?? 0, note: ""),
                dedupe: dedupe)
        }
    }
}
