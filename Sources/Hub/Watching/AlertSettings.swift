// To whom the hub tells that something is wrong, and from when on it is.
internal import Foundation
internal import Platform

struct AlertSettings: Sendable {
    struct Mail: Sendable, Hashable {
        let host: String
        let port: Int
        let from: String
        let to: [String]
        let user: String?
        let password: String?
        /// Only over TLS (STARTTLS, RFC 3207).
        let requiresTLS: Bool
    }

    let mail: Mail?
    let webhook: URL?
    /// Signs what is posted, so that the receiver can tell it from a stranger's.
    let webhookSecret: String?
    let refusedPerFiveMinutes: Int
    let failuresPerHour: Int
    let silentMinutes: Int
    let clockSeconds: Int
    let certificateDays: Int
    let freeMegabytes: Int
    let repeatHours: Int

    init(_ settings: Settings) throws {
        let to = (settings.text("hub.alert.mail.to") ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }
        if to.isEmpty {
            mail = nil
        } else {
            let from = try settings.required("hub.alert.mail.from")
            for address in to + [from] where !Self.isAddress(address) {
                throw SettingsError.value(key: "hub.alert.mail", reason: "`\(address)` is not a mail address")
            }
            mail = Mail(
                host: try settings.required("smtp.host"), port: try settings.integer("smtp.port", default: 25),
                from: from,
                to: to, user: settings.text("smtp.user"), password: settings.text("smtp.password"),
                requiresTLS: try settings.flag("smtp.tls", default: false))
        }
        webhook = try settings.url("hub.alert.webhook")
        webhookSecret = settings.text("hub.alert.webhook.secret")
        refusedPerFiveMinutes = try settings.integer("hub.alert.refused", default: 20)
        failuresPerHour = try settings.integer("hub.alert.failed", default: 5)
        silentMinutes = try settings.integer("hub.alert.silent.minutes", default: 30)
        clockSeconds = try settings.integer("hub.alert.clock.seconds", default: 60)
        certificateDays = try settings.integer("hub.alert.certificate.days", default: 21)
        freeMegabytes = try settings.integer("hub.alert.disk.megabytes", default: 1024)
        repeatHours = try settings.integer("hub.alert.repeat.hours", default: 24)
    }

    /// One `@`, nothing that could end a line or an option.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") } && text.utf8.count <= 254
            && text.utf8.allSatisfy { (33...126).contains($0) && !Array("<>\"\\,;:()[]".utf8).contains($0) }
    }
}
