import Directory
import Foundation
import Incoming
import OfficeTestKit
import Platform
import Records
import Signing

/// An office with its incoming desk; directives are signed by a stand-in that knows one PIN.
struct Journey: Sendable {
    let office: TestOffice
    let desk: IncomingDesk
    var people: Characters { office.people }

    static let pin = "246810"

    init(_ engine: Engine = .sqlite) async throws {
        office = try await TestOffice.make(engine, schema: SigningDesk.schema + IncomingFeature.schema)
        desk = IncomingDesk(ground: office.ground, signing: .standIn(office.ground.blobs))
    }

    /// Files a packet as the exchange does.
    @discardableResult
    func arrive(
        _ content: IncomingDocument.Content = .sample(), exchangeID: String = "g-1", pdf: String = "%PDF-1.7 một"
    ) async throws -> IncomingID {
        try await file(content, exchangeID: exchangeID, pdf: pdf).id
    }

    func file(
        _ content: IncomingDocument.Content, exchangeID: String, pdf: String = "%PDF-1.7 một"
    ) async throws
        -> (id: IncomingID, isNew: Bool)
    {
        let blob = try office.ground.blobs.put(Data(pdf.utf8))
        let received = ReceivedDocument(
            content: content,
            files: [
                ReceivedFile(name: "cong-van.pdf", mediaType: "application/pdf", blob: blob),
                ReceivedFile(name: "phu-luc.xlsx", mediaType: "application/octet-stream", blob: blob),
                ReceivedFile(
                    name: "mat.pdf", mediaType: "application/pdf", blob: nil, problem: "không có trong gói tin"),
            ], packet: try office.ground.blobs.put(Data("<edXML/>".utf8)), exchangeID: exchangeID,
            receivedAt: office.now)
        let now = office.now
        return try await office.database.write { tx in
            let (id, isNew) = try IncomingIntake(tx, now: now).file(received)
            return (IncomingID(id), isNew)
        }
    }

    /// As far as the leader's desk.
    func submitted(
        _ content: IncomingDocument.Content = .sample(), exchangeID: String = "g-1"
    ) async throws -> IncomingID {
        let id = try await arrive(content, exchangeID: exchangeID)
        try await desk.register(id, by: people.clerk)
        try await desk.submit(id, by: people.clerk, to: people.chairman.person, note: "Kính trình.")
        return id
    }

    /// As far as the units.
    func directed(_ assignments: [Assignment], exchangeID: String = "g-1") async throws -> IncomingID {
        let id = try await submitted(exchangeID: exchangeID)
        try await direct(id, assignments)
        return id
    }

    func direct(_ id: IncomingID, _ assignments: [Assignment], pin: String = Journey.pin) async throws {
        try await desk.direct(
            id, by: people.chairman, .init(text: "Giao xử lý.", assignments: assignments), with: .pin(pin))
    }

    func view(_ id: IncomingID, _ actor: Actor? = nil) async throws -> IncomingView {
        try await desk.open(id, for: actor ?? people.clerk)
    }

    func state(_ id: IncomingID) async throws -> IncomingDocument.State { try await view(id).document.state }

    /// Codes of the statuses on their way to the sender, in order.
    func statuses(_ id: IncomingID) async throws -> [Int] {
        try await office.database.read { tx in
            try tx.rows("SELECT payload FROM job WHERE kind = 'exchange.status' ORDER BY id").map {
                try JSONDecoder().decode(ReportStatusJob.self, from: Data(try $0.get("payload", as: String.self).utf8))
            }.filter { $0.incoming == id.rawValue }.map(\.code)
        }
    }

    /// Unit this person heads.
    func unit(of head: Actor) -> UnitID { head.heads.sorted().first ?? head.unit }
    var officeUnit: UnitID { people.specialist.unit }
    var otherUnit: UnitID { people.otherSpecialist.unit }
}

extension DirectiveSteps {
    static func standIn(_ blobs: BlobStore) -> DirectiveSteps {
        DirectiveSteps(
            begin: { errand, subject, leader, answer, details in
                guard answer.pin == Journey.pin else { throw SigningRefusal.wrongPIN(remaining: 4) }
                let order = try await errand.order(subject, leader, details, nil)
                let results = try order.parts.map { part in
                    try blobs.put(Data("signed:".utf8) + (try blobs.get(part.file)))
                }
                try await errand.accept(
                    SignedOrder(order: order, results: results, person: leader.person, details: details), { _ in })
                return .signed
            },
            check: { payload, signature in
                let isIntact = signature == Data("signed:".utf8) + payload
                return DirectiveCheck(
                    isIntact: isIntact, isTrusted: isIntact, signerName: "", sentence: isIntact ? "tốt" : "hỏng")
            },
            verification: { _ in throw SigningRefusal.damaged("tệp thử") })
    }
}
