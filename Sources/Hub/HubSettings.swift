// What the operator decides for a hub.
internal import Digests
internal import Foundation
internal import Platform

struct HubSettings: Sendable {
    /// A call is believed this long before and after its time.
    let windowSeconds: Double
    let limits: HubLimits
    let packetBytes: Int
    /// How long delivered packets are kept; 0 keeps them for ever.
    let retentionDays: Int
    let stuckMinutes: Int
    let password: String?
    let metricsToken: String?
    /// Names this process in counts and events.
    let node: String
    /// PEM files whose certificates are watched.
    let certificates: [String]
    let alerts: AlertSettings

    init(_ settings: Settings) throws {
        windowSeconds = Double(try settings.integer("hub.window.seconds", default: 300))
        let usual = HubLimits()
        limits = HubLimits(
            packetsPerMinute: try settings.integer("hub.limit.packets.minute", default: usual.packetsPerMinute),
            bytesPerDay: try settings.integer("hub.limit.megabytes.day", default: usual.bytesPerDay >> 20) << 20,
            uploads: try settings.integer("hub.limit.uploads", default: usual.uploads))
        packetBytes = try settings.integer("hub.limit.packet.megabytes", default: 50) << 20
        retentionDays = try settings.integer("hub.retention.days", default: 30)
        stuckMinutes = try settings.integer("hub.stuck.minutes", default: 60)
        password = settings.text("hub.password")
        metricsToken = settings.text("hub.metrics.token")
        node = settings.text("hub.node") ?? ProcessInfo.processInfo.hostName
        certificates = (settings.text("hub.certificates") ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        alerts = try AlertSettings(settings)
    }
}

/// Seals the secrets of systems: the database, or a copy of it, does not give them away.
package struct SecretSealing: Sendable {
    private let key: Data
    /// For tickets of the operator's forms.
    let formKey: Data

    /// From `hub.key` (64 hexadecimal digits, the same on every node), else the file `hub.key` of the data folder,
    /// which is made on the first start.
    init(_ settings: Settings, folder: URL) throws {
        if let text = settings.text("hub.key") {
            guard let bytes = Data(hex: text), bytes.count == 32 else {
                throw SettingsError.value(key: "hub.key", reason: "must be 64 hexadecimal digits")
            }
            key = bytes
        } else {
            key = try KeyFile(folder.appending(path: "hub.key"), setting: "hub.key").key()
        }
        formKey = hmacSHA256(key: key, message: Data("forms".utf8))
    }

    func seal(_ secret: String, of systemId: String) throws -> String {
        try Seal.close(Data(secret.utf8), key: key, purpose: "hub.secret:\(systemId)").base64EncodedString()
    }

    func open(_ sealed: String, of systemId: String) throws -> String {
        let plain = try Seal.open(Data(base64Encoded: sealed) ?? Data(), key: key, purpose: "hub.secret:\(systemId)")
        return String(decoding: plain, as: UTF8.self)
    }
}
