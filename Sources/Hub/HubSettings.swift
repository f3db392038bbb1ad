// What the operator decides for a hub.
internal import Digests
internal import Foundation
internal import Platform
internal import VXP

struct HubSettings: Sendable {
    /// A call is believed this long before and after its time.
    let windowSeconds: Double
    /// Minutes east of Greenwich in which connected systems keep their clocks.
    let zones: [Int]
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
        zones = try Self.zones(settings)
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

    /// How long a call can still come again: its time may be read in each of the zones.
    var memorySeconds: Double {
        2 * windowSeconds + Double(((zones.max() ?? 0) - (zones.min() ?? 0)) * 60)
    }

    /// `hub.zones = +07:00, +00:00`. The kit writes the time of the machine it runs on, and containers run on universal time.
    private static func zones(_ settings: Settings) throws -> [Int] {
        guard let text = settings.text("hub.zones") else { return [WireTime.zoneOfTheCountry, 0] }
        return try text.split(separator: ",").map { part in
            let zone = part.trimmingCharacters(in: .whitespaces)
            let numbers = zone.dropFirst().split(separator: ":").compactMap { Int($0) }
            guard zone.hasPrefix("+") || zone.hasPrefix("-"), numbers.count == 2, (0...14).contains(numbers[0]),
                (0...59).contains(numbers[1])
            else {
                throw SettingsError.value(key: "hub.zones", reason: "must be zones such as +07:00, separated by commas")
            }
            return (zone.hasPrefix("-") ? -1 : 1) * (numbers[0] * 60 + numbers[1])
        }
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
