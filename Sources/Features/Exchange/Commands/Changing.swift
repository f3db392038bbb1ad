// Recalls, updates and their answers on their way out, and the end of what was destroyed.
internal import Directory
internal import EdXML
internal import Foundation
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records

extension Transmission {
    /// What a packet carries: told by what its row is about.
    enum Errand: Sendable, CaseIterable {
        case document, status
        /// Ours: a recall or an update.
        case change
        /// To a request of another agency.
        case answer
    }

    var errand: Errand {
        switch subject.kind {
        case SentChange.kind: .change
        case ChangeRequest.kind: .answer
        case IncomingDocument.kind: .status
        default: .document
        }
    }
}

extension ExchangeDesk {
    /// Tells the feature whose document it is that the platform has the packet.
    static func tellSent(_ sent: Transmission, _ exchangeID: String, _ tx: Transaction, _ now: Date) throws {
        switch sent.errand {
        case .document:
            try OutgoingDelivery(tx).recordSent(
                sent.subject.id, to: sent.agency, exchangeID: exchangeID, packedAt: sent.createdAt, at: now)
        case .change: try ChangeDelivery(tx).recordSent(sent.subject.id, at: now)
        case .status, .answer: break
        }
    }

    /// The same of an attempt that failed; an empty message starts anew.
    /// - Parameter leavesOpen: whether the platform may have taken the packet all the same.
    static func tellFailure(
        _ failed: Transmission, _ problem: String, isFinal: Bool, leavesOpen: Bool = true, _ tx: Transaction,
        _ now: Date
    ) throws {
        switch failed.errand {
        case .document:
            try OutgoingDelivery(tx).recordSendFailure(
                failed.subject.id, to: failed.agency, message: problem, isFinal: isFinal, leavesOpen: leavesOpen,
                at: now)
        case .change:
            try ChangeDelivery(tx).recordFailure(failed.subject.id, message: problem, isFinal: isFinal, at: now)
        case .status, .answer: break
        }
    }

    // MARK: Ours

    /// Asks one receiver, once: the same bytes at every attempt.
    func send(_ job: SendChangeJob) async throws {
        let (now, usual) = (ground.clock.now(), usualTypeNumber)
        let subject = RecordRef(kind: SentChange.kind, id: job.request)
        let found = try await ground.database.read { tx -> (ChangeToPacket, Transmission?)? in
            guard let order = try ChangeDelivery(tx).order(job.request) else { return nil }
            let directory = DirectoryStore(tx)
            let maker = ChangeToPacket(
                order: order, sender: try directory.ownAgency(),
                receiver: try directory.agency(order.agency) ?? Agency(code: order.agency, name: order.agencyName),
                at: now, usualTypeNumber: usual)
            return (maker, try OutboxStore(tx).latest(order.kind, subject, order.agency, order.status))
        }
        guard let (maker, latest) = found else { return }
        if let latest {
            if latest.state != .sent { try await transmit(latest) }
            return
        }
        let order = maker.order
        let packet =
            order.isRequest
            ? try ground.blobs.put(PacketWriter().write(maker.request))
            : try await keep(
                maker.packet(
                    order.change == .recall ? [] : try order.document.files.map { try ground.blobs.source($0.blob) }))
        let new = NewTransmission(
            kind: order.kind, subject: subject, agency: order.agency, agencyName: order.agencyName,
            status: order.status, round: 1, title: "\(order.change.label): \(order.document.code)".cut(to: 300),
            packet: packet)
        if let entered = try await enter(new) { try await transmit(entered) }
    }

    func giveUp(_ job: SendChangeJob) async throws {
        let (now, subject) = (ground.clock.now(), RecordRef(kind: SentChange.kind, id: job.request))
        try await ground.database.write { tx in
            guard let order = try ChangeDelivery(tx).order(job.request) else { return }
            let row = try OutboxStore(tx).latest(order.kind, subject, order.agency, order.status)
            if let row { try OutboxStore(tx).markFailed(row.id) }
            let problem = row.flatMap { $0.problem.isEmpty ? nil : $0.problem }
            try ChangeDelivery(tx).recordFailure(
                job.request, message: problem ?? "Không gửi được yêu cầu qua trục liên thông. Hãy báo quản trị.",
                isFinal: true, at: now)
        }
    }

    // MARK: Theirs

    /// Answers a request of the sender, once.
    func send(_ job: AnswerChangeJob) async throws {
        let (status, own) = try await ground.database.read { tx in
            (try IncomingStatusSource(tx).answer(for: job), try DirectoryStore(tx).ownAgency())
        }
        guard let status else { return }
        let subject = RecordRef(kind: ChangeRequest.kind, id: job.change)
        let row = try await ground.database.read {
            try OutboxStore($0).latest(.status, subject, status.receiver, status.status)
        }
        if let row {
            if row.state != .sent { try await transmit(row) }
            return
        }
        let packet = StatusToPacket(status: status, sender: own, at: ground.clock.now()).packet
        let new = NewTransmission(
            kind: .status, subject: subject, agency: status.receiver, agencyName: status.receiverName,
            status: status.status, round: 1,
            title: "\(status.status.code) \(status.status.label): \(status.code)"
                .cut(to: 300), packet: try ground.blobs.put(PacketWriter().write(packet)))
        if let entered = try await enter(new) { try await transmit(entered) }
    }

    func giveUp(_ job: AnswerChangeJob) async throws {
        try await ground.database.write { tx in
            guard let status = try IncomingStatusSource(tx).answer(for: job),
                let row = try OutboxStore(tx).latest(
                    .status, RecordRef(kind: ChangeRequest.kind, id: job.change), status.receiver, status.status)
            else { return }
            try OutboxStore(tx).markFailed(row.id)
        }
    }

    // MARK: Destroyed

    /// Removes the bytes of a destroyed document, of the packets that brought it and of its drawn pages, where nothing
    /// else has the same content. Doing it twice does it once.
    func erase(_ job: EraseFilesJob) async throws {
        let (blobs, now) = (ground.blobs, ground.clock.now())
        try await ground.database.write { tx in
            let intake = ChangeIntake(tx, now: now)
            guard let destroyed = try intake.destroyed(by: job.change) else { return }
            let ref = RecordRef(kind: IncomingDocument.kind, id: destroyed.document)
            let packets = try InboxStore(tx).forget(ref)
            var pictures: [String] = []
            for hash in destroyed.sha256 { pictures += try PageImages.forget(sourceSHA256: hash, in: tx) }
            for hash in Set(destroyed.sha256 + packets + pictures) {
                guard try !intake.isNeeded(sha256: hash), try !OutboxStore(tx).isKept(sha256: hash),
                    try !InboxStore(tx).isKept(sha256: hash, besides: ref)
                else { continue }
                let file = blobs.path(BlobRef(sha256: hash, byteCount: 0))
                if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
            }
        }
    }
}

extension ChangeOrder {
    var kind: PacketKind { isRequest ? .status : .document }
    var status: ExchangeStatus? { isRequest ? .recallRequested : nil }
}

extension OutboxStore {
    func isKept(sha256: String) throws -> Bool {
        try tx.first("SELECT id FROM exchange_outbox WHERE sha256 = \(sha256) LIMIT 1") != nil
    }
}

extension InboxStore {
    /// What the packets of a destroyed document were called is forgotten; gives their hashes.
    func forget(_ record: RecordRef) throws -> [String] {
        try tx.execute(
            """
            UPDATE exchange_inbox SET title = 'Văn bản đã thu hồi, nội dung đã hủy', problem = ''
            WHERE record_kind = \(record.kind) AND record_id = \(record.id) AND kind = 'document'
            """)
        return try tx.rows(
            """
            SELECT sha256 FROM exchange_inbox WHERE record_kind = \(record.kind) AND record_id = \(record.id)
              AND kind = 'document'
            """
        ).map { try $0.get("sha256") }
    }

    func isKept(sha256: String, besides record: RecordRef) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM exchange_inbox WHERE sha256 = \(sha256)
              AND (record_id IS NULL OR record_kind <> \(record.kind) OR record_id <> \(record.id)) LIMIT 1
            """) != nil
    }
}
