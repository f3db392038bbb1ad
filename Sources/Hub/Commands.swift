// The hub's use cases, each one transaction.
internal import Digests
internal import EdXML
internal import Foundation
internal import Platform
internal import Records
internal import VXP

package struct HubDesk: Sendable {
    let database: Database
    let blobs: BlobStore
    let clock: Clock
    let gate: HubGate
    let settings: HubSettings
    let meter: HubMeter
    let uploads = UploadGate()

    /// One call: believed, taken this once, and done, in one transaction. A refused call is taken, too: `work` refuses
    /// before it writes.
    /// - Parameter isDurable: false where what is written need not outlive a power failure.
    func within<Value: Sendable>(
        _ knock: Knock, isDurable: Bool = true, _ work: @escaping @Sendable (HubStore, VerifiedCall) throws -> Value
    ) async throws -> Value {
        let (now, gate) = (clock.now(), gate)
        return try await database.write { tx -> Result<Value, HubRefusal> in
            if !isDurable { try tx.forgoDurability() }
            let store = HubStore(tx: tx, now: now)
            let call = try gate.admit(knock, store)
            do { return .success(try work(store, call)) } catch let refusal as HubRefusal { return .failure(refusal) }
        }.get()
    }

    /// A call that only asks: believed and answered from one state of the database, and nothing written but once a minute
    /// that its system was here.
    func asking<Value: Sendable>(
        _ knock: Knock, _ work: @escaping @Sendable (HubStore, VerifiedCall) throws -> Value
    ) async throws -> Value {
        let (now, gate) = (clock.now(), gate)
        let (value, toBeNoted) = try await database.read { tx -> (Value, VerifiedCall?) in
            let store = HubStore(tx: tx, now: now)
            let (call, credentials) = try gate.verify(knock, store)
            return (try work(store, call), gate.isToBeNoted(credentials, now) ? call : nil)
        }
        if let toBeNoted {
            try await database.write { tx in
                try tx.forgoDurability()
                try HubStore(tx: tx, now: now).noteSeen(toBeNoted)
            }
        }
        return value
    }
}

// Sending.
extension HubDesk {
    /// A caller who may send in this agency's name, and how much.
    struct Opening: Sendable {
        let systemId: String
        let sender: RoutingPolicy.Address
        let limits: HubLimits
        let parameters: [String: String]
    }

    /// Asked before a byte of the packet is read.
    func open(_ knock: Knock) async throws -> Opening {
        let (now, gate, usual) = (clock.now(), gate, settings.limits)
        return try await database.read { tx in
            let store = HubStore(tx: tx, now: now)
            let call = try gate.verify(knock, store).call
            let parameters = call.parameters(of: .sendEdoc)
            guard let code = parameters["from"], !code.isEmpty else {
                throw HubRefusal(.invalidFile, "Thiếu tham số from")
            }
            let sender = try RoutingPolicy.sender(code, of: call.systemId, known: try store.addresses([code]))
            let limits = try store.limits(agency: sender.id, usual: usual)
            try RoutingPolicy.check(limits, try store.usage(of: sender.id))
            return Opening(systemId: call.systemId, sender: sender, limits: limits, parameters: parameters)
        }
    }

    /// Takes a packet: checks it, keeps it as received, and lays it out for each recipient. The same packet again gets
    /// the same id.
    /// - Parameter blob: the packet as it is kept.
    func accept(
        _ file: ByteSource, kept blob: BlobRef, type: MessageType, to beside: [String], from opening: Opening,
        _ knock: Knock
    ) async throws -> String {
        let packet = try Self.read(file, type: type)
        let codes = try RoutingPolicy.recipientCodes(of: packet, beside: beside)
        let record = record(of: packet, blob, type, codes, opening, knock)
        let (blobs, usual) = (blobs, settings.limits)
        let (docId, isNew) = try await within(knock) { store, call in
            let known = try store.addresses(codes + [opening.sender.code, packet.sender.agencyCode])
            let sender = try RoutingPolicy.sender(opening.sender.code, of: call.systemId, known: known)
            _ = try RoutingPolicy.sender(packet.sender.agencyCode, of: call.systemId, known: known)
            let addresses = try RoutingPolicy.addresses(for: codes, known: known)
            let limits = try store.limits(agency: sender.id, usual: usual)
            if let earlier = try store.docId(identity: record.identity) { return (earlier, false) }
            try RoutingPolicy.check(limits, try store.usage(of: sender.id))
            guard let id = try store.insert(record) else {
                return (try store.docId(identity: record.identity) ?? record.docId, false)
            }
            for (code, address) in addresses {
                try store.insertDelivery(packet: id, to: address, code: code, type: type, urgency: record.urgency)
                if record.changesEarlier, record.urgency > 0 { try store.hasten(record, to: address.id) }
            }
            if limits.counts { try store.use(blob.byteCount, agency: sender.id) }
            // Retention may have taken the same content of an older packet away in between.
            guard blobs.contains(blob) else { throw BlobError.missing(blob.sha256) }
            return (record.docId, true)
        }
        if isNew { meter.accepted(from: record.senderCode, bytes: blob.byteCount) }
        return docId
    }

    private func record(
        of packet: Packet, _ blob: BlobRef, _ type: MessageType, _ codes: [String], _ opening: Opening, _ knock: Knock
    ) -> PacketRecord {
        let (title, notation) = Self.title(of: packet)
        return PacketRecord(
            docId: randomIdentifier(),
            identity: RoutingPolicy.identity(
                systemId: opening.systemId, type: type, sha256: blob.sha256, codes: codes),
            systemId: opening.systemId, senderCode: packet.sender.agencyCode, type: type, blob: blob, title: title,
            notation: notation, urgency: packet.urgencyRank, changesEarlier: packet.changesEarlier,
            traceId: knock.traceId,
            trace: packet.traceRecords)
    }

    /// Attachments are decoded in passing and not kept: a packet of any size takes the same memory.
    private static func read(_ file: ByteSource, type: MessageType) throws -> Packet {
        let result = try PacketReader().read(file, attachments: .nowhere)
        guard let packet = result.packet else {
            throw HubRefusal(.malformedPacket, result.refused?.sentence)
        }
        let kind: MessageType = if case .status = packet { .status } else { .document }
        guard kind == type else { throw HubRefusal(.malformedPacket, "Loại gói tin khác với messagetype") }
        return packet
    }

    private static func title(of packet: Packet) -> (title: String, notation: String) {
        switch packet {
        case .document(let document):
            (String(document.subject.prefix(500)), String(document.code.description.prefix(100)))
        case .status(let status):
            (
                "\(status.code) \(status.status?.name ?? "")",
                String((status.about.code ?? status.about.documentId ?? "").prefix(100))
            )
        }
    }
}

// Receiving.
extension HubDesk {
    func acknowledge(_ knock: Knock) async throws {
        let (before, after, now) = try await within(knock) { store, call in
            let (docId, acknowledgement) = try CallParameters(call, knock.operation).acknowledgement()
            guard let delivery = try store.delivery(docId, for: call.systemId) else { throw HubDesk.unknownPacket }
            let state = delivery.state.after(acknowledgement)
            if state != delivery.state { try store.setState(state, of: delivery) }
            return (delivery, state, store.now)
        }
        guard before.state != after else { return }
        if after == .done { meter.delivered(to: before.recipientCode, after: now.timeIntervalSince(before.createdAt)) }
        if after == .failed { meter.failed(at: before.recipientCode) }
    }

    /// The packet's place, for a system that one of its recipients uses.
    func packet(_ knock: Knock) async throws -> DeliveryRecord {
        let delivery = try await within(knock, isDurable: false) { store, call in
            let docId = try CallParameters(call, knock.operation).required("docId")
            guard let delivery = try store.delivery(docId, for: call.systemId) else { throw HubDesk.unknownPacket }
            try store.noteFetched(docId)
            return delivery
        }
        guard !delivery.isRemoved else {
            throw HubRefusal(
                .invalidFile, "Gói tin đã giao xong và đã hết thời gian lưu trên trục", cause: .foreignPacket)
        }
        return delivery
    }

    private static let unknownPacket = HubRefusal(.invalidFile, .foreignPacket)
}

extension CallParameters {
    /// Of `updateStatus`; the kit's sample writes `docid`.
    func acknowledgement() throws(HubRefusal) -> (docId: String, Acknowledgement) {
        guard let docId = self["docId"] ?? self["docid"] else { throw HubRefusal(.invalidFile, "Thiếu docId") }
        guard let word = self["status"], let status = Acknowledgement(rawValue: word) else {
            throw HubRefusal(.invalidFile, "Trạng thái phải là processing, done hoặc fail")
        }
        return (docId, status)
    }
}

extension HubLimits {
    /// Whether use must be counted at all.
    var counts: Bool { packetsPerMinute > 0 || bytesPerDay > 0 }
}

extension Packet {
    /// 0 ordinary to 4, the order of QCVN 102's priorities (1.11.1); a status tells of something already here.
    var urgencyRank: Int {
        guard case .document(let document) = self else { return 0 }
        return document.details?.urgency?.rawValue ?? 0
    }

    var changesEarlier: Bool {
        guard case .document(let document) = self else { return false }
        return document.affectedDocument != nil && !document.code.description.isEmpty
    }

    /// At most fifty stations.
    var traceRecords: [TraceRecord] {
        guard case .document(let document) = self else { return [] }
        return document.trace.prefix(50).map {
            TraceRecord(agencyCode: String(($0.agencyCode ?? "").prefix(60)), at: $0.at?.description ?? "")
        }
    }
}
