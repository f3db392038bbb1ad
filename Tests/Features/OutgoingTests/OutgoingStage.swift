import Foundation
import OfficeTestKit
import Platform
import Records

@testable import Outgoing
@testable import Signing

/// An office with a desk whose signing only writes what it did at the end of the file: `%initial chanhvp` and so on.
struct OutgoingStage {
    let office: TestOffice
    let desk: OutgoingDesk

    var people: Characters { office.people }

    init(_ engine: Engine = .sqlite, connections: Int = 4) async throws {
        office = try await TestOffice.make(
            engine, schema: SigningDesk.schema + OutgoingFeature.schema, connections: connections)
        desk = OutgoingDesk(ground: office.ground, signing: .pretended(office.ground))
    }

    static let pin = "123456"

    func content(
        _ subject: String = "Về việc thành lập Hội đồng khoa học", type: DocumentType = .decision,
        secrecy: SecurityLevel = .open
    ) -> DraftContent {
        DraftContent(type: type, notation: "", subject: subject, secrecy: secrecy, signer: people.chairman.person)
    }

    /// A PDF of one page with a text of its own.
    func pdf(_ text: String = "Quyet dinh") throws -> BlobRef {
        let body = "BT /F1 12 Tf 72 720 Td (\(text)) Tj ET"
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length \(body.utf8.count) >>\nstream\n\(body)\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        var text = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = text.utf8.count
        let table = offsets.map { String(repeating: "0", count: 10 - String($0).count) + "\($0) 00000 n \n" }.joined()
        text +=
            "xref\n0 6\n0000000000 65535 f \n\(table)trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return try office.ground.blobs.put(Data(text.utf8))
    }

    func draft(
        _ content: DraftContent? = nil, to recipients: [NewRecipient]? = nil, attachments: [NewFile] = []
    ) throws -> Draft {
        Draft(
            content: content ?? self.content(), recipients: try recipients ?? [institute()],
            mainFile: NewFile(name: "quyet-dinh.pdf", blob: try pdf()), attachments: attachments)
    }

    func institute() throws -> NewRecipient { NewRecipient(.agency(AgencyCode("000.00.97.G31")), name: "") }

    /// Runs what is due of the feature's own jobs.
    func runJobs() async throws {
        let shell = TestOffice.shell
        let feature = OutgoingFeature(ground: office.ground, steps: desk.signing, shell: shell)
        try await Worker(database: office.database, clock: office.clock.value, handlers: feature.jobs).drain()
    }

    /// A document brought as far as `state` by those whose turn it was.
    func document(_ state: OutgoingDocument.State, _ draft: Draft? = nil) async throws -> OutgoingID {
        let id = try await desk.create(try draft ?? self.draft(), by: people.specialist)
        try await runJobs()
        if state == .draft { return id }
        try await desk.submit(id, by: people.specialist)
        if state == .submitted { return id }
        try await desk.initial(id, by: people.officeHead, with: .pin(Self.pin), seen: nil)
        if state == .initialled { return id }
        try await desk.sign(id, by: people.chairman, with: .pin(Self.pin), seen: nil)
        if state == .signed { return id }
        try await desk.number(id, by: people.clerk)
        if state == .numbered { return id }
        try await desk.seal(id, by: people.clerk, with: .pin(Self.pin))
        if state == .sealed { return id }
        try await desk.issue(id, by: people.clerk)
        return id
    }

    func find(_ id: OutgoingID, for actor: Actor) async throws -> OutgoingDocument {
        try await office.database.read { try OutgoingStore($0).find(id, for: actor) }
    }

    /// Tail of the current main file: what signing wrote.
    func marks(_ id: OutgoingID) async throws -> [String] {
        let view = try await desk.open(id, for: people.specialist)
        guard let main = view.main else { return [] }
        return Self.marks(try office.ground.blobs.get(main.blob))
    }

    static func marks(_ data: Data) -> [String] {
        String(decoding: data, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("%did ") }
            .map { String($0.dropFirst(5)) }
    }

    func count(_ table: String) async throws -> Int {
        try await office.database.read { try $0.value(SQL(trusted: "SELECT count(*) FROM \(table)")) ?? 0 }
    }
}

extension SigningSteps {
    static func pretended(_ ground: Groundwork) -> SigningSteps {
        @Sendable func mark(_ file: BlobRef, _ what: String) throws -> BlobRef {
            try ground.blobs.put(try ground.blobs.get(file) + Data("\n%did \(what)\n".utf8))
        }
        return SigningSteps(
            convertToPDF: { source, _ in source },
            proposePlaces: { _, _ in
                DocumentPlaces(
                    rects: Dictionary(
                        uniqueKeysWithValues: PlaceKind.allCases.map {
                            ($0, PlacedRect(page: 1, x: 20, y: 20, width: 30, height: 10))
                        }))
            },
            layOut: { pdf, _ in try mark(pdf, "layOut") },
            stamp: { pdf, code, day in try mark(pdf, "stamp \(code) \(day)") },
            begin: { errand, subject, actor, answer, seen in
                guard answer.pin == OutgoingStage.pin else { throw SigningRefusal.wrongPIN(remaining: 4) }
                let order = try await errand.order(subject, actor, "", seen)
                let code = order.number.map { "\($0)" } ?? ""
                let results = try order.parts.map { part -> BlobRef? in
                    switch part.place {
                    case .field(.seal): try mark(part.file, "seal \(code)")
                    case .field(let place): try mark(part.file, "\(place) \(actor.person)")
                    case .mark, .detached: try mark(part.file, "mark \(code)")
                    }
                }
                try await errand.accept(
                    SignedOrder(order: order, results: results, person: actor.person, details: ""), { _ in })
                return .signed
            },
            verification: { _ in
                SignatureVerdict(
                    level: .caution, sentence: "Chưa kiểm tra.", signatures: [], warnings: [], judgedAt: .distantPast)
            })
    }
}
