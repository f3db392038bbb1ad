internal import Digests
internal import EdXML
internal import Foundation
package import Platform
internal import Records
internal import VXP

/// The hub's use cases, each one transaction.
package struct HubDesk: Sendable {
    let database: Database
    let blobs: BlobStore
    let clock: Clock

    package init(database: Database, blobs: BlobStore, clock: Clock) {
        self.database = database
        self.blobs = blobs
        self.clock = clock
    }

    /// Connects a system and gives it these agencies; doing it again changes only what differs.
    package func enrol(_ system: HubSystem, agencies: [HubAgency]) async throws {
        let now = clock.now()
        try await database.write { tx in
            try tx.lock("hub.directory", 0)
            let store = HubStore(tx: tx, now: now)
            try store.upsert(system)
            for agency in agencies { try store.upsert(agency, systemId: system.systemId) }
        }
    }

    /// Takes a packet: checks it, keeps it as received, and lays it out for each recipient. The same packet again gets
    /// the same id.
    func accept(
        _ file: Data, from code: String, type: MessageType, to beside: [String], caller: String
    ) async throws -> String {
        let packet = try Self.read(file, type: type)
        let codes = try RoutingPolicy.recipientCodes(of: packet, beside: beside)
        let identity = RoutingPolicy.identity(
            systemId: caller, type: type, sha256: sha256Hex(file), codes: codes)
        let now = clock.now()
        let known = try await database.read { tx in
            let store = HubStore(tx: tx, now: now)
            try Self.checkSender(code, packet: packet, caller: caller, store)
            _ = try RoutingPolicy.addresses(for: codes, known: try store.addresses(codes))
            return try store.docId(identity: identity)
        }
        if let known { return known }
        let (title, notation) = Self.title(of: packet)
        let record = PacketRecord(
            docId: UUID().uuidString.lowercased(), identity: identity, systemId: caller, senderCode: code, type: type,
            blob: try blobs.put(file), title: title, notation: notation)
        return try await database.write { tx in
            let store = HubStore(tx: tx, now: now)
            // Asked again inside the transaction: an agency may have gone in between.
            let addresses = try RoutingPolicy.addresses(for: codes, known: try store.addresses(codes))
            guard let id = try store.insert(record) else { return try store.docId(identity: identity) ?? record.docId }
            for (code, address) in addresses {
                try store.insertDelivery(packet: id, to: address, code: code, type: type)
            }
            return record.docId
        }
    }

    func acknowledge(_ docId: String, _ acknowledgement: Acknowledgement, caller: String) async throws {
        let now = clock.now()
        try await database.write { tx in
            let store = HubStore(tx: tx, now: now)
            guard let delivery = try store.delivery(docId, for: caller) else { throw HubDesk.unknownPacket }
            let state = delivery.state.after(acknowledgement)
            guard state != delivery.state else { return }
            try store.setState(state, ofDelivery: docId)
        }
    }

    /// The packet's bytes, for a system that one of its recipients uses.
    func packet(_ docId: String, caller: String) async throws -> Data {
        let now = clock.now()
        let delivery = try await database.read { try HubStore(tx: $0, now: now).delivery(docId, for: caller) }
        guard let delivery else { throw HubDesk.unknownPacket }
        return try blobs.get(delivery.blob)
    }

    /// A system may register agencies below its own and change its own; nobody else's.
    func register(_ registration: AgencyRegistration, caller: String, proof: String) async throws {
        guard AgencyCode(registration.code).isWellFormed, !registration.name.isEmpty, registration.name.count <= 200
        else {
            throw HubRefusal(.invalidFile, "Mã hoặc tên đơn vị không hợp lệ")
        }
        let now = clock.now()
        try await database.write { tx in
            try tx.lock("hub.directory", 0)
            let store = HubStore(tx: tx, now: now)
            try HubDesk.takeOnce(proof, store)
            let known = try store.addresses([registration.code, registration.pcode])
            if let own = known[registration.code] {
                guard own.systemId == caller else { throw HubRefusal(.invalidFile, "Mã đơn vị thuộc hệ thống khác") }
            } else {
                guard known[registration.pcode]?.systemId == caller else {
                    throw HubRefusal(.unregisteredSender, "Chỉ được đăng ký đơn vị trực thuộc đơn vị của mình")
                }
            }
            try store.upsert(
                HubAgency(
                    code: known[registration.code]?.code ?? registration.code, name: registration.name,
                    parentCode: known[registration.pcode]?.code, email: registration.mail, mobile: registration.mobile,
                    fax: registration.fax),
                systemId: caller)
        }
    }

    func remove(agency code: String, caller: String, proof: String) async throws {
        let now = clock.now()
        try await database.write { tx in
            try tx.lock("hub.directory", 0)
            let store = HubStore(tx: tx, now: now)
            try HubDesk.takeOnce(proof, store)
            guard let agency = try store.addresses([code])[code], agency.systemId == caller else {
                throw HubRefusal(.unregisteredSender, "Không có đơn vị \(code) thuộc hệ thống này")
            }
            try store.delete(agency: agency.id)
        }
    }

    // MARK: Parts

    private static let unknownPacket = HubRefusal(.invalidFile, "Không có gói tin này")

    private static func takeOnce(_ proof: String, _ store: HubStore) throws {
        guard try store.takeOnce(proof) else { throw HubRefusal(.unauthorised, "Lời gọi này đã được thực hiện") }
    }

    private static func read(_ file: Data, type: MessageType) throws -> Packet {
        let result = PacketReader().read(file)
        guard let packet = result.packet else {
            throw HubRefusal(.malformedPacket, result.refused?.sentence)
        }
        let kind: MessageType = if case .status = packet { .status } else { .document }
        guard kind == type else { throw HubRefusal(.malformedPacket, "Loại gói tin khác với messagetype") }
        return packet
    }

    /// The caller must serve the sender, and the packet must name the same agency: nobody sends in another's name.
    private static func checkSender(_ code: String, packet: Packet, caller: String, _ store: HubStore) throws {
        let known = try store.addresses([code, packet.sender.agencyCode])
        guard let sender = known[code], sender.systemId == caller else { throw HubRefusal(.unregisteredSender) }
        guard !sender.isLocked else { throw HubRefusal(.unregisteredSender, "Đơn vị gửi đã bị khóa") }
        guard known[packet.sender.agencyCode]?.id == sender.id else {
            throw HubRefusal(.unregisteredSender, "Đơn vị gửi trong gói tin khác với đơn vị gửi của lời gọi")
        }
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
