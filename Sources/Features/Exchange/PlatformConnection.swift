// The way to the platform that the operator configured: which protocol, where, as whom, and how it proves itself.
internal import Foundation
internal import Platform
internal import Records
internal import VXP

struct PlatformConnection {
    private enum Kind: String {
        /// The national platform's protocol, which hubs speak too.
        case national
        /// The REST protocol of provincial platforms.
        case provincial
    }

    let platform: ExchangePlatform

    /// nil without `hub.url`. From `hub.kind`, `hub.system.id`, `hub.secret`, with a provincial platform also `hub.user`,
    /// `hub.password` and `hub.application`; for TLS from `hub.tls.root`, `hub.tls.pin`, `hub.tls.certificate` and
    /// `hub.tls.key`.
    init?(_ ground: Groundwork) throws(SettingsError) {
        let (settings, clock) = (ground.settings, ground.clock)
        guard let address = try settings.url("hub.url") else { return nil }
        let carry = Self.carrier(to: address, try Self.transport(ground))
        let (systemId, secret) = (try settings.required("hub.system.id"), try settings.secret("hub.secret"))
        switch try Self.kind(settings) {
        case .national:
            platform = VXPClient(systemId: systemId, secret: secret, now: { clock.now() }, transport: carry).platform
        case .provincial:
            let account = ProvincialAccount(
                systemId: systemId, secret: secret, user: try settings.required("hub.user"),
                password: try settings.secret("hub.password"),
                applicationCode: settings.text("hub.application") ?? "")
            platform = ProvincialClient(account, now: { clock.now() }, transport: carry).platform
        }
    }

    private static func kind(_ settings: Settings) throws(SettingsError) -> Kind {
        guard let text = settings.text("hub.kind") else { return .national }
        guard let kind = Kind(rawValue: text) else {
            throw .value(key: "hub.kind", reason: "`\(text)` is neither national nor provincial")
        }
        return kind
    }

    /// The office's own way out, unless this server is to prove itself in a way of its own.
    private static func transport(_ ground: Groundwork) throws(SettingsError) -> HTTPTransport {
        let settings = ground.settings
        var trust = HTTPTrust()
        trust.roots = try file("hub.tls.root", settings)
        trust.certificate = try file("hub.tls.certificate", settings)
        trust.privateKey = try file("hub.tls.key", settings)
        for text in (settings.text("hub.tls.pin") ?? "").split(separator: ",") {
            guard let pin = HTTPTrust.pin(String(text)) else {
                throw .value(key: "hub.tls.pin", reason: "`\(text)` is not the SHA-256 of a public key")
            }
            trust.pins.insert(pin)
        }
        guard (trust.certificate == nil) == (trust.privateKey == nil) else {
            throw .missing(key: trust.privateKey == nil ? "hub.tls.key" : "hub.tls.certificate")
        }
        guard trust != HTTPTrust() else { return ground.transport }
        do { return try .live(trust: trust) } catch { throw .value(key: "hub.tls", reason: "\(error)") }
    }

    private static func file(_ key: String, _ settings: Settings) throws(SettingsError) -> Data? {
        guard let path = settings.text(key) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .value(key: key, reason: "the file \(path) cannot be read")
        }
        return data
    }

    /// Packets take their time; a call that does not move at all is given up sooner.
    private static func carrier(
        to address: URL, _ transport: HTTPTransport
    ) -> @Sendable (VXPRequest) async throws -> VXPResponse {
        { request in
            let path = request.path.drop { $0 == "/" }
            let base = address.absoluteString
            guard let url = URL(string: base.hasSuffix("/") ? base + path : "\(base)/\(path)") else {
                throw VXPFailure.unreachable("\(base): not an address")
            }
            var call = HTTPCall(
                method: request.method, url: url, headers: request.headers.map { ($0.name, $0.value) },
                body: request.body, timeoutSeconds: 120)
            (call.upload, call.download, call.totalSeconds) = (request.upload, request.download, 1_800)
            do {
                let answer = try await transport.send(call)
                return VXPResponse(status: answer.status, body: answer.body)
            } catch HTTPTransportError.unreachable(let cause), HTTPTransportError.untrusted(let cause) {
                throw VXPFailure.unreachable(cause)
            }
        }
    }
}
