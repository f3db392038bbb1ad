// Packets on their way in, in three steps that each may be repeated: keep, file, tell the platform.
internal import EdXML
internal import Foundation
internal import Logging
internal import Platform
internal import Records
internal import VXP

extension ExchangeDesk {
    /// How often filing a packet may fail before it is laid before a person.
    static let filingAttempts = 20
    private static let batch = 200

    /// A list that brings this much new is part of a backlog: the next part is asked for at once.
    private static let longList = 50

    /// One round, or several while a backlog lasts.
    package func poll() async throws {
        while try await pollOnce() >= Self.longList { try Task.checkCancellation() }
    }

    /// What was kept before is filed even while the platform cannot be reached. How many packets were new.
    private func pollOnce() async throws -> Int {
        guard let client else { return 0 }
        var (isReachable, count) = (true, 0)
        do {
            count += try await fetch(.document, client)
            count += try await fetch(.status, client)
            try await noteSuccess()
        } catch let failure as VXPFailure {
            try await noteFailure(failure)
            isReachable = false
        }
        try await fileAll()
        guard isReachable else { return 0 }
        do { try await tellAll(client) } catch let failure as VXPFailure {
            try await noteFailure(failure)
            return 0
        }
        return count
    }
}

// Keep.
extension ExchangeDesk {
    /// How many packets were new and are kept now.
    private func fetch(_ type: MessageType, _ client: ExchangePlatform) async throws -> Int {
        let rows = try await client.receivedList(messageType: type).filter { (1...200).contains($0.docId.utf8.count) }
        let offered = rows.map(\.docId)
        let known = try await ground.database.read { tx in
            try Set(Self.pieces(of: offered).flatMap { try InboxStore(tx).known($0) })
        }
        if !known.isEmpty {
            try await forgetTold(known)
            try await fetchDamaged(known, client)
        }
        var count = 0
        for row in rows where !known.contains(row.docId) { count += try await keep(row, type, client) ? 1 : 0 }
        return count
    }

    /// False where the platform refuses to hand the packet out, which must not hold up the others.
    private func keep(_ row: ReceivedRow, _ type: MessageType, _ client: ExchangePlatform) async throws -> Bool {
        let draft = try ground.blobs.draft()
        do {
            try await client.updateStatus(docId: row.docId, to: .processing)
            // Straight to the disk: memory does not follow the packet's size.
            try await client.getEdoc(docId: row.docId) { try draft.append($0) }
        } catch let failure as VXPFailure {
            guard !failure.concernsLink else { throw failure }
            Self.log.error("packet \(row.docId) was offered and cannot be fetched: \(failure)")
            return false
        }
        try checkpoints.reached(.fetched)
        let (packet, now, sender) = (try draft.commit(), ground.clock.now(), (row.from ?? "").cut(to: 40))
        try await ground.database.write { tx in
            try InboxStore(tx).insert(row.docId, type == .document ? .document : .status, from: sender, packet, at: now)
        }
        return true
    }

    /// Engines limit the parameters of a statement.
    private static func pieces(of ids: [String]) -> [[String]] {
        stride(from: 0, to: ids.count, by: 500).map { Array(ids[$0..<min($0 + 500, ids.count)]) }
    }

    /// Fetches once more what was offered again and could not be read.
    private func fetchDamaged(_ offered: Set<String>, _ client: ExchangePlatform) async throws {
        let (ids, now) = (offered.sorted(), ground.clock.now())
        let damaged = try await ground.database.read { tx in
            try Self.pieces(of: ids).flatMap { try InboxStore(tx).dueAgain($0, at: now) }
        }
        for arrival in damaged {
            let draft = try ground.blobs.draft()
            var packet: BlobRef?
            do {
                try await client.getEdoc(docId: arrival.exchangeID) { try draft.append($0) }
                packet = try draft.commit()
            } catch let failure as VXPFailure {
                guard !failure.concernsLink else { throw failure }
            }
            let again = FetchAgain.due(after: arrival.fetches + 1, at: now)
            try await ground.database.write { [packet] in
                try InboxStore($0).noteFetched(arrival, packet, again: again)
            }
        }
    }

    private func forgetTold(_ ids: Set<String>) async throws {
        try await ground.database.write { try InboxStore($0).forgetTold(ids.sorted()) }
    }
}

// File.
extension ExchangeDesk {
    func fileAll() async throws {
        try await eachBatch({ try $0.unfiled(after: $1, limit: $2) }) { arrival in
            do { try await file(arrival) } catch { try await countFailure(arrival, error) }
        }
    }

    /// Each once, however many there are.
    private func eachBatch(
        _ some: @escaping @Sendable (InboxStore, _ after: ArrivalID, _ limit: Int) throws -> [Arrival],
        _ body: (Arrival) async throws -> Void
    ) async throws {
        var last = ArrivalID(0)
        while true {
            let after = last
            let batch = try await ground.database.read { try some(InboxStore($0), after, Self.batch) }
            for arrival in batch { try await body(arrival) }
            guard let end = batch.last, batch.count == Self.batch else { return }
            last = end.id
        }
    }

    private func file(_ arrival: Arrival) async throws {
        try checkpoints.reached(.stored)
        let result = try PacketReader().read(
            try ground.blobs.source(arrival.packet), attachments: .folder(ground.blobs.workFolder))
        let signature = await PacketSignatureCheck(sandbox: ground.sandbox).verdict(
            on: result.packet, in: ground.blobs.path(arrival.packet))
        let files = try received(result.packet)
        let (now, timer) = (ground.clock.now(), ground.timer)
        try await ground.database.write { tx in
            try tx.lock("exchange.inbox", arrival.id.rawValue)
            guard try InboxStore(tx).find(arrival.id)?.state == .fetched else { return }
            let outcome = try Filing(
                arrival: arrival, result: result, files: files, signature: signature, now: now, timer: timer
            ).outcome(in: tx)
            try InboxStore(tx).save(arrival.id, outcome, at: now)
        }
        try checkpoints.reached(.filed)
    }

    private func countFailure(_ arrival: Arrival, _ error: any Error) async throws {
        let (now, isPassing) = (ground.clock.now(), Self.isPassing(error))
        guard !isPassing else { throw error }
        let attempts = try await ground.database.write { tx in
            let attempts = try InboxStore(tx).countFailure(arrival.id)
            if attempts >= Self.filingAttempts {
                try InboxStore(tx).markUnreadable(
                    arrival.id,
                    problem:
                        "Gói tin được giữ nguyên nhưng hệ thống chưa nhập được. Hãy báo quản trị rồi bấm “Đọc lại”.",
                    at: now)
            }
            return attempts
        }
        Self.log.log(
            level: attempts == 1 || attempts == Self.filingAttempts ? .error : .debug,
            "packet \(arrival.exchangeID) cannot be filed (attempt \(attempts)): \(error)")
    }

    /// Troubles of the whole office, not of this packet: waiting helps.
    private static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case DatabaseError.busy, DatabaseError.full, DatabaseError.unreachable, BlobError.full, BlobError.unwritable:
            true
        case is CancellationError: true
        default: false
        }
    }
}

// Tell: only what is committed.
extension ExchangeDesk {
    private func tellAll(_ client: ExchangePlatform) async throws {
        try await eachBatch({ try $0.untold(after: $1, limit: $2) }) { arrival in
            let told: Arrival.Told = arrival.state == .unreadable ? .fail : .done
            do throws(VXPFailure) {
                try await client.updateStatus(docId: arrival.exchangeID, to: told == .done ? .done : .fail)
            } catch {
                guard !error.concernsLink else { throw error }
                Self.log.error(
                    "the exchange does not take “\(told.rawValue)” for packet \(arrival.exchangeID): \(error)")
            }
            let again = told == .fail ? FetchAgain.due(after: arrival.fetches, at: ground.clock.now()) : nil
            try await ground.database.write { try InboxStore($0).markTold(arrival.id, told, fetchingAgain: again) }
        }
    }
}
