// The bench for offices: a hub of its own to which the one under test connects, and an agency that writes to it.
internal import Digests
internal import EdXML
package import Foundation
internal import Platform
internal import VXP

/// Something that a person at the office under test must do.
package enum OfficeAct: Sendable, Hashable {
    /// Issue a document to this agency.
    case issue(to: String)
    /// Agree to, or refuse, the recall or change of the document with this identity.
    case answerChange(of: String)

    /// For the person.
    package var sentence: Bilingual {
        switch self {
        case .issue(let agency):
            Bilingual("Hãy phát hành một văn bản gửi đơn vị \(agency).", "Issue a document to the agency \(agency).")
        case .answerChange(let id):
            Bilingual(
                "Hãy trả lời (đồng ý hoặc từ chối) đề nghị thu hồi, cập nhật văn bản \(id).",
                "Answer (agree or refuse) the recall or change of the document \(id).")
        }
    }
}

package struct OfficeBench: Sendable {
    let hub: ExchangeHub
    let gateway: BenchGateway
    let office: HubBench.Party
    let own: HubBench.Party
    let mark: String
    let now: @Sendable () -> Date
    /// Gives the office time until the condition holds, at most as long as the bench is patient.
    let wait: @Sendable (_ until: @Sendable () async throws -> Bool) async throws -> Void
    /// Whether the person did it.
    let act: @Sendable (OfficeAct) async throws -> Bool

    /// Enrols both sides at the bench hub.
    package init(
        hub: ExchangeHub, gateway: BenchGateway, office: HubBench.Party, mark: String,
        now: @escaping @Sendable () -> Date,
        wait: @escaping @Sendable (_ until: @Sendable () async throws -> Bool) async throws -> Void,
        act: @escaping @Sendable (OfficeAct) async throws -> Bool
    ) async throws {
        own = HubBench.Party(systemId: "ban-thu", secret: HubSystem.newSecret(), agency: "000.00.99.Z01")
        (self.hub, self.gateway, self.office, self.mark) = (hub, gateway, office, mark)
        (self.now, self.wait, self.act) = (now, wait, act)
        try await hub.desk.enrol(
            HubSystem(systemId: own.systemId, secret: own.secret, name: "Bàn thử hợp quy"),
            agencies: [HubAgency(code: own.agency, name: "Bàn thử hợp quy")])
        try await hub.desk.enrol(
            HubSystem(systemId: office.systemId, secret: office.secret, name: "Hệ thống được thử"),
            agencies: [HubAgency(code: office.agency, name: "Hệ thống được thử")])
    }

    /// Runs the list, or the cases with these identities.
    package func run(
        only ids: Set<String> = [], telling: @Sendable (ConformanceResult) -> Void = { _ in }
    ) async -> [ConformanceResult] {
        var results: [ConformanceResult] = []
        for one in officeCases where ids.isEmpty || ids.contains(one.id) {
            gateway.mend()
            let result = await one.verdict(on: self)
            telling(result)
            results.append(result)
        }
        return results
    }

    // MARK: What the bench does

    private var client: VXPClient {
        let api = hub.api
        return VXPClient(systemId: own.systemId, secret: own.secret, now: now) { await api.answer($0) }
    }

    func document(
        _ number: String, urgency: DocumentPacket.Urgency = .normal, operation: DocumentPacket.Operation? = nil,
        documentId: String? = nil, to recipients: [String]? = nil
    ) -> DocumentPacket {
        var packet = BenchPackets.document(
            "\(number)-\(mark)", from: own.agency, to: recipients ?? [office.agency], urgency: urgency,
            documentId: documentId, at: now())
        if let operation { packet.operation = operation }
        return packet
    }

    func offer(_ packet: DocumentPacket, _ form: PacketWriter.AttachmentForm = .raw) async throws -> String {
        try await offer(PacketWriter(attachmentForm: form).write(packet))
    }

    func offer(_ file: Data, type: MessageType = .document) async throws -> String {
        try await client.sendEdoc(file: file, from: own.agency, messageType: type, to: [office.agency])
    }

    func report(_ code: String, about packet: DocumentPacket) async throws -> String {
        let reference = DocumentReference(
            agencyCode: office.agency, code: packet.code.description, issuedOn: packet.issuedOn,
            documentId: packet.documentId)
        let status = StatusPacket(
            sender: Party(agencyCode: own.agency, name: "Bàn thử"), about: reference, code: code,
            explanation: StatusPacket.Status(rawValue: code)?.sentence ?? "Trạng thái lạ", at: PacketTime(now()))
        return try await offer(PacketWriter().write(status), type: .status)
    }

    /// Lays out a packet past the checks of the hub's door, as another platform might.
    func smuggle(_ bytes: Data) async throws -> String {
        let (blob, at, docId) = (try hub.desk.blobs.put(bytes), now(), randomIdentifier())
        let (own, office) = (own, office)
        try await hub.desk.database.write { tx in
            let store = HubStore(tx: tx, now: at)
            let record = PacketRecord(
                docId: docId, identity: docId, systemId: own.systemId, senderCode: own.agency, type: .document,
                blob: blob,
                title: "", notation: "")
            guard let address = try store.addresses([office.agency])[office.agency], let id = try store.insert(record)
            else { return }
            try store.insertDelivery(packet: id, to: address, code: office.agency, type: .document)
        }
        return docId
    }

    /// Offers again what the office has acknowledged, as a hub does that lost its word.
    func forget(_ docId: String) async throws {
        _ = try await hub.desk.database.write { tx in
            try tx.execute(
                """
                UPDATE hub_delivery SET state = 'processing'
                WHERE packet_id = (SELECT id FROM hub_packet WHERE doc_id = \(docId))
                """)
        }
    }

    // MARK: What the bench sees

    /// The state of a packet's delivery to the office: `initial`, `processing`, `done`, `fail`.
    func state(_ docId: String) async throws -> String {
        try await hub.desk.database.read { tx in
            try tx.value(
                """
                SELECT d.state FROM hub_delivery d JOIN hub_packet p ON p.id = d.packet_id WHERE p.doc_id = \(docId)
                """, as: String.self)
        } ?? "?"
    }

    /// Every packet of one kind that the office has sent, oldest first.
    func sent(_ type: MessageType) async throws -> [Packet] {
        let office = office.systemId
        let blobs = try await hub.desk.database.read { tx in
            try tx.rows(
                """
                SELECT sha256, byte_count FROM hub_packet WHERE system_id = \(office) AND message_type = \(type.rawValue)
                ORDER BY id
                """
            ).map { BlobRef(sha256: try $0.get("sha256"), byteCount: try $0.get("byte_count")) }
        }
        return try blobs.compactMap { PacketReader().read(try hub.desk.blobs.get($0)).packet }
    }

    /// Codes of the statuses that the office has sent about a document, oldest first.
    func statuses(about packet: DocumentPacket) async throws -> [String] {
        try await sent(.status).compactMap { packet in
            guard case .status(let status) = packet else { return nil }
            return status
        }.filter { (status: StatusPacket) in
            status.about.documentId == packet.documentId || status.about.code == packet.code.description
        }.map(\.code)
    }

    // MARK: What cases have in common

    /// The document is acknowledged, and its arrival told exactly once.
    func expectTaken(_ docId: String, _ packet: DocumentPacket) async throws {
        try await wait {
            guard try await self.state(docId) == "done" else { return false }
            return try await statuses(about: packet).contains("01")
        }
        let state = try await self.state(docId)
        try require(
            state == "done", "Gói tin ở trạng thái “\(state)”, chưa báo done", "The packet is “\(state)”, not done")
        let count = try await statuses(about: packet).count { $0 == "01" }
        try require(count == 1, "Trạng thái 01 được gửi \(count) lần", "Status 01 was sent \(count) times")
    }

    /// Gives the office time to do one thing too many.
    func linger() async throws { try await wait { false } }
}
