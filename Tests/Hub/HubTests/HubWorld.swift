import EdXML
import Foundation
import OfficeTestKit
import Platform
import Synchronization
import VXP

@testable import Hub

/// A hub with two connected systems, the Academy's and one institute's.
final class HubWorld: Sendable {
    static let academy = "000.00.00.G31"
    static let institute = "000.00.91.G31"
    static let practice = "000.00.92.G31"

    let hub: ExchangeHub
    let clock: TestClock
    let folder: URL
    let settings: Settings

    private init(settings: Settings, hub: ExchangeHub, clock: TestClock, folder: URL) {
        self.settings = settings
        self.hub = hub
        self.clock = clock
        self.folder = folder
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static func make(
        _ engine: Engine = .sqlite, settings: [String: String] = [:], transport: HTTPTransport = .unreachable
    ) async throws -> HubWorld {
        let folder = try TestOffice.temporaryFolder()
        let clock = TestClock()
        var all = ["data": folder.path, "practice": "true", "port": "0"].merging(settings) { $1 }
        if engine == .postgres { all["database"] = try await TestDatabase.postgresURL() }
        let hub = try await ExchangeHub(Settings(all), clock: clock.value, transport: transport)
        let academy = HubSystem(systemId: "vhl", secret: "bí mật 1", name: "Viện Hàn lâm")
        let institute = HubSystem(systemId: "vien", secret: "bí mật 2", name: "Viện mẫu")
        try await hub.desk.enrol(
            academy,
            agencies: [
                HubAgency(code: HubWorld.academy, shortCode: "G31", name: "Viện Hàn lâm"),
                HubAgency(code: "000.00.93.G31", name: "Đơn vị khóa", parentCode: HubWorld.academy, isLocked: true),
            ])
        try await hub.desk.enrol(
            institute,
            agencies: [
                HubAgency(
                    code: HubWorld.institute, shortCode: "G31.91", name: "Viện mẫu", parentCode: HubWorld.academy)
            ])
        return HubWorld(settings: Settings(all), hub: hub, clock: clock, folder: folder)
    }

    /// Every call has a millisecond of its own, as between real machines: the same one twice would be a replay.
    func client(_ systemId: String = "vhl", secret: String? = nil, hub other: ExchangeHub? = nil) -> VXPClient {
        let api = (other ?? hub).api
        let own = systemId == "vhl" ? "bí mật 1" : "bí mật 2"
        return VXPClient(systemId: systemId, secret: secret ?? own, now: { self.tick() }) { await api.answer($0) }
    }

    private let ticks = Mutex(0)
    func tick() -> Date {
        clock.now.addingTimeInterval(
            ticks.withLock { ticks in
                ticks += 1
                return (Double(ticks) + 0.5) / 1000
            })
    }

    func document(
        from sender: String = HubWorld.academy, to recipients: [String] = [HubWorld.institute], number: String = "12"
    ) -> Data {
        PacketWriter().write(
            DocumentPacket(
                sender: Party(agencyCode: sender, name: "Viện"), recipients: recipients.map { Party(agencyCode: $0) },
                code: .init(number: number, notation: "VHL-VP"), issuedOn: PacketDay("2026/11/24"),
                documentType: .init(number: 1, name: "Công văn"), subject: "Về việc kiểm tra",
                documentId: "\(sender),2026/11/24,\(number)/VHL-VP",
                attachments: [PacketAttachment(contentId: "1", name: "a.pdf", content: Data("%PDF-1.7 …".utf8))]))
    }

    func status(
        _ status: StatusPacket.Status, from sender: String = HubWorld.institute, to other: String = HubWorld.academy
    ) -> Data {
        PacketWriter().write(
            StatusPacket(
                sender: Party(agencyCode: sender),
                about: DocumentReference(agencyCode: other, code: "12/VHL-VP", documentId: "x"), status: status))
    }
}
