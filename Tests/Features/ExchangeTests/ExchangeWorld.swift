import Directory
import EdXML
import Foundation
import OfficeTestKit
import Platform
import Records
import Signing
import Synchronization
import Testing
import VXP

@testable import Exchange
@testable import Hub
@testable import Incoming
@testable import Outgoing

/// How the wire between an office and the hub behaves. A reference type because the test changes it under way.
final class Wire: Sendable {
    enum Mood: Sendable {
        case works, isDown
        /// The hub does it, and the answer is lost on the way back.
        case losesAnswers(to: Set<String>)
        /// The office hears of it no more than of a lost answer.
        case losesRequests(to: Set<String>)
        /// Of every packet fetched only the first half arrives, in an answer that looks whole.
        case halvesPackets
    }

    private let mood = Mutex(Mood.works)
    private let calls = Mutex([String]())

    func become(_ new: Mood) { mood.withLock { $0 = new } }
    /// Paths of the calls made so far.
    var made: [String] { calls.withLock { $0 } }

    func transport(to hub: ExchangeHub) -> HTTPTransport {
        HTTPTransport { call in
            let (path, mood) = (call.url.path(), self.mood.withLock { $0 })
            if case .isDown = mood { throw HTTPTransportError.unreachable("hub") }
            self.calls.withLock { $0.append(path) }
            if case .losesRequests(let paths) = mood, paths.contains(path) {
                throw HTTPTransportError.interrupted("hub")
            }
            let answer = await hub.api.answer(
                VXPRequest(
                    method: call.method, path: path, headers: call.headers.map { (name: $0.0, value: $0.1) },
                    body: call.body))
            if case .losesAnswers(let paths) = mood, paths.contains(path) {
                throw HTTPTransportError.interrupted("hub")
            }
            if case .halvesPackets = mood, path == "/getEdoc" {
                return HTTPAnswer(status: answer.status, body: try Self.halved(answer.body))
            }
            return HTTPAnswer(status: answer.status, body: answer.body)
        }
    }

    private static func halved(_ body: Data) throws -> Data {
        var answer = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        let packet = try #require((answer["data"] as? String).flatMap { Data(base64Encoded: $0) })
        answer["data"] = packet.prefix(packet.count / 2).base64EncodedString()
        return try JSONSerialization.data(withJSONObject: answer)
    }
}

struct CrashedHere: Error {}

/// Where the office shall die next. A reference type because the test sets it under way.
final class Crash: Sendable {
    private let point = Mutex<Checkpoint?>(nil)
    func at(_ new: Checkpoint?) { point.withLock { $0 = new } }
    var checkpoints: Checkpoints {
        Checkpoints { reached in
            if self.point.withLock({ $0 }) == reached { throw CrashedHere() }
        }
    }
}

/// One office on the exchange.
struct OfficeParty: Sendable {
    let office: TestOffice
    let wire: Wire
    let crash: Crash
    let feature: ExchangeFeature

    var desk: ExchangeDesk { feature.desk }
    var people: Characters { office.people }

    func runJobs() async throws {
        try await Worker(database: office.database, clock: office.clock.value, handlers: feature.jobs).drain()
    }

    func count(_ table: String, _ condition: SQL = "TRUE") async throws -> Int {
        try await office.database.read {
            try $0.value(SQL(trusted: "SELECT count(*) FROM \(table) WHERE ") + condition) ?? 0
        }
    }

    func arrivals() async throws -> [Arrival] { try await desk.inbox(openOnly: false, after: nil).items.reversed() }
    func transmissions() async throws -> [Transmission] { try await desk.outbox(nil, after: nil).items.reversed() }
    func link() async throws -> Link? { try await office.database.read { try LinkStore($0).link() } }
}

/// A hub and two offices: the Academy and its institute.
final class ExchangeWorld: Sendable {
    static let academyCode = AgencyCode("000.00.00.G31")
    static let instituteCode = AgencyCode("000.00.97.G31")

    let hub: ExchangeHub
    let hubClock: TestClock
    let academy: OfficeParty
    let institute: OfficeParty
    let folder: URL

    private init(hub: ExchangeHub, hubClock: TestClock, academy: OfficeParty, institute: OfficeParty, folder: URL) {
        self.hub = hub
        self.hubClock = hubClock
        self.academy = academy
        self.institute = institute
        self.folder = folder
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// - Parameter listening: starts the hub on a port, for a test over real HTTP; otherwise offices call it directly.
    /// - Parameter through: what stands between the Academy and the hub in place of its wire.
    static func make(
        _ engine: Engine = .sqlite, listening: (@Sendable (ExchangeHub) async throws -> URL)? = nil,
        settings: (DemoOfficeKind) -> [String: String] = { _ in [:] },
        through: (@Sendable (ExchangeHub) -> HTTPTransport)? = nil
    ) async throws -> ExchangeWorld {
        let (folder, clock) = (try TestOffice.temporaryFolder(), TestClock())
        let hub = try await ExchangeHub(
            Settings(["data": folder.path, "practice": "true", "port": "0"]), clock: clock.value)
        for kind in DemoOfficeKind.allCases {
            try await hub.desk.enrol(
                HubSystem(systemId: "\(kind)", secret: "khóa \(kind)", name: kind.agency.name),
                agencies: [
                    HubAgency(
                        code: kind.agency.code.rawValue, shortCode: kind.agency.shortCode?.rawValue,
                        name: kind.agency.name)
                ])
        }
        let address = try await listening?(hub)
        return ExchangeWorld(
            hub: hub, hubClock: clock,
            academy: try await office(.academy, engine, hub, address, settings(.academy), through?(hub)),
            institute: try await office(.institute, engine, hub, address, settings(.institute)), folder: folder)
    }

    private static func office(
        _ kind: DemoOfficeKind, _ engine: Engine, _ hub: ExchangeHub, _ address: URL?, _ settings: [String: String],
        _ through: HTTPTransport? = nil
    ) async throws -> OfficeParty {
        let (wire, crash) = (Wire(), Crash())
        let url = address?.absoluteString ?? "http://hub.example"
        let office = try await TestOffice.make(
            engine,
            schema: SigningDesk.schema + OutgoingFeature.schema + IncomingFeature.schema + ExchangeFeature.schema,
            office: kind,
            settings: ["hub.url": url, "hub.system.id": "\(kind)", "hub.secret": "khóa \(kind)"]
                .merging(settings) { $1 },
            transport: through ?? (address == nil ? wire.transport(to: hub) : .live()))
        let feature = try ExchangeFeature(
            ground: office.ground, shell: TestOffice.shell, checkpoints: crash.checkpoints)
        return OfficeParty(office: office, wire: wire, crash: crash, feature: feature)
    }

    func advance(by seconds: Double) {
        for clock in [hubClock, academy.office.clock, institute.office.clock] { clock.advance(by: seconds) }
    }

    /// Everything that is due on both sides, until nothing moves any more.
    func settle(rounds: Int = 3) async throws {
        for _ in 1...rounds {
            for party in [academy, institute] {
                try await party.runJobs()
                try await party.desk.poll()
            }
            advance(by: 1)
        }
    }

    /// A document that the Academy has issued to these agencies.
    func issue(
        _ number: Int = 15, to agencies: [AgencyCode] = [instituteCode],
        files: [(String, Data)] = [("van-ban.pdf", pdf)],
        inReplyTo answered: RecordRef? = nil
    ) async throws -> OutgoingID {
        let (office, now) = (academy.office, academy.office.now)
        let (chairman, drafter) = (academy.people.chairman, academy.people.specialist)
        let blobs = try files.map { ($0.0, try office.ground.blobs.put($0.1)) }
        return try await office.database.write { tx in
            let content = DraftContent(
                type: .decision, notation: "QĐ-VHL", subject: "Về việc thành lập Hội đồng & tổ giúp việc",
                urgency: .urgent,
                signer: chairman.person, signerName: chairman.name, signerPosition: "Chủ tịch", alsoTo: "Lưu: VT.",
                inReplyTo: answered)
            let id = try OutgoingStore(tx).insert(content, by: drafter, at: now)
            try RecipientStore(tx).replace(
                of: id, by: agencies.map { NewRecipient(.agency($0), name: "Cơ quan \($0)") })
            var document = try #require(try OutgoingStore(tx).forOffice(id))
            let day = Day(at: now)
            let code = DocumentCode(number: number, notation: "QĐ-VHL")
            document.state = .issued
            document.issuedAt = now
            document.numbering = Numbering(
                book: document.book, year: day.year, number: number, day: day,
                documentID: OutgoingDesk.documentID(Self.academyCode, day, code))
            let recipients = try RecipientStore(tx).of(id)
            try OutgoingStore(tx).save(document, recipients: recipients)
            for (index, (name, blob)) in blobs.enumerated() {
                try RecordFileStore(tx).add(
                    index == 0 ? .main : .attachment, ordinal: max(1, index), to: document.ref, name: name,
                    mediaType: "application/pdf", blob: blob, at: now)
            }
            for recipient in recipients {
                try RecipientStore(tx).set(recipient.id, to: .waiting)
                try JobQueue(tx, now: now).enqueue(
                    SendDocumentJob(document: id.rawValue, agency: recipient.agency?.rawValue ?? ""),
                    dedupe: "\(id):\(recipient.agency?.rawValue ?? "")")
            }
            return id
        }
    }

    /// Delivery of the Academy's document to an agency, with what came back.
    func delivery(_ id: OutgoingID, to agency: AgencyCode = instituteCode) async throws -> Recipient {
        let recipients = try await academy.office.database.read { try RecipientStore($0).of(id) }
        return try #require(recipients.first { $0.agency == agency })
    }

    /// The institute's clerk does something that the sender shall hear of.
    func report(_ statuses: [ExchangeStatus], of id: Int64, note: String = "") async throws {
        let now = institute.office.now
        try await institute.office.database.write { tx in
            let document = try #require(try IncomingStore(tx).forOffice(IncomingID(id)))
            for status in statuses { try StatusReports(tx: tx, now: now).report(status, of: document, note: note) }
        }
    }

    func incoming(_ arrival: Arrival) async throws -> (IncomingDocument, [RecordFile]) {
        let ref = try #require(arrival.record)
        return try await institute.office.database.read { tx in
            (
                try #require(try IncomingStore(tx).forOffice(IncomingID(ref.id))),
                try RecordFileStore(tx).current(of: ref)
            )
        }
    }

    /// Hands a packet to the institute past the checks of the hub's door, as another platform might.
    func smuggle(
        _ bytes: Data, as type: MessageType = .document, docId: String = UUID().uuidString,
        from sender: String = academyCode.rawValue
    ) async throws {
        let blob = try BlobStore(folder: folder.appending(path: "packets")).put(bytes)
        let now = hubClock.now
        try await hub.desk.database.write { tx in
            let store = HubStore(tx: tx, now: now)
            let address = try #require(try store.addresses([Self.instituteCode.rawValue])[Self.instituteCode.rawValue])
            let id = try #require(
                try store.insert(
                    PacketRecord(
                        docId: docId, identity: docId, systemId: "academy", senderCode: sender, type: type,
                        blob: blob, title: "", notation: "")))
            try store.insertDelivery(packet: id, to: address, code: Self.instituteCode.rawValue, type: type)
        }
    }

    static let pdf = Data("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n".utf8) + Data([0, 0xFF, 0x80])

    static func packetBytes(number: String) -> Data { PacketWriter().write(packet(number: number)) }

    /// A packet as some other office would write it.
    static func packet(
        kind: DocumentPacket.Operation.Kind = .new, number: String = "7", attachments: [PacketAttachment]? = nil
    ) -> DocumentPacket {
        DocumentPacket(
            sender: Party(agencyCode: academyCode.rawValue, name: DemoOfficeKind.academy.agency.name),
            recipients: [Party(agencyCode: instituteCode.rawValue)], code: .init(number: number, notation: "VHL-VP"),
            issuedOn: PacketDay(year: 2026, month: 11, day: 23), documentType: .init(number: 18, name: "Công văn"),
            subject: "Về việc kiểm tra", documentId: "000.00.00.G31,2026/11/23,\(number)/VHL-VP",
            operation: .init(kind: kind, reason: "Sai thể thức"),
            attachments: attachments ?? [
                PacketAttachment(contentId: "1", name: "cv.pdf", declaredType: "application/pdf", content: pdf)
            ])
    }
}
