// The remote signing services of the settings, with what is remembered of them in this process.
internal import Foundation
internal import Platform
internal import SignatureCore

/// An actor because it keeps access tokens and descriptions of keys in memory.
actor RemoteServices {
    private let settings: Settings
    private let transport: HTTPTransport
    private let clock: Clock
    private var clients: [String: CSCClient] = [:]
    private var known: [String: (credential: CSCCredential, until: Date)] = [:]
    private static let keptSeconds: Double = 300
    private static let mostKept = 2000

    init(settings: Settings, transport: HTTPTransport, clock: Clock) {
        self.settings = settings
        self.transport = transport
        self.clock = clock
    }

    /// Names in the settings: `remote.services = thuc-hanh, khac`.
    nonisolated var names: [String] {
        (settings.text("remote.services") ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }
    }

    nonisolated func title(_ name: String) -> String { settings.text("remote.\(name).title") ?? name }

    nonisolated func isAsynchronous(_ name: String) -> Bool {
        (try? settings.flag("remote.\(name).asynchronous", default: false)) ?? false
    }

    /// How a key is used may change at the service: asked anew after five minutes. A key the service would not sign with
    /// is asked for each time: a person who had it unlocked need not wait.
    func credential(_ name: String, _ id: String) async throws -> CSCCredential {
        let key = "\(name) \(id)"
        let now = clock.now()
        if let found = known[key], found.until > now { return found.credential }
        let fresh = try await client(name).credential(id)
        guard fresh.refusal == nil else {
            known[key] = nil
            return fresh
        }
        if known.count >= Self.mostKept { known.removeAll() }
        known[key] = (fresh, now.addingTimeInterval(Self.keptSeconds))
        return fresh
    }

    /// Keys that the service shows for a user name there.
    func credentials(_ name: String, user: String?) async throws -> [String] {
        try await client(name).credentials(userID: user)
    }

    func sendOTP(_ name: String, _ id: String) async throws {
        try await client(name).sendOTP(try await credential(name, id))
    }

    func key(_ locator: KeyLocator, _ answer: KeyAnswer, saying description: String) async throws -> CSCKey {
        guard let name = locator.service, let id = locator.remoteID else { throw KeyHolderError.noSuchKey }
        return try CSCKey(
            try await credential(name, id), client: try client(name),
            authorization: CSCAuthorization(pin: answer.pin, otp: answer.otp, description: description),
            isAsynchronous: isAsynchronous(name))
    }

    private func client(_ name: String) throws -> CSCClient {
        if let client = clients[name] { return client }
        guard names.contains(name), let url = try settings.url("remote.\(name).url") else {
            throw KeyHolderError.unreachable("remote.\(name).url")
        }
        let service = CSCService(
            url: url, clientID: try settings.required("remote.\(name).client.id"),
            clientSecret: try settings.required("remote.\(name).client.secret"), grant: grant(name))
        let client = CSCClient(service, transport: RemoteTransport(transport))
        clients[name] = client
        return client
    }

    private func grant(_ name: String) -> CSCService.Grant {
        guard let account = settings.text("remote.\(name).account"),
            let password = settings.text("remote.\(name).password")
        else { return .clientCredentials }
        return .password(account: account, password: password)
    }
}

extension RemoteTransport {
    init(_ transport: HTTPTransport) {
        self.init { call in
            let answer = try await transport.send(
                HTTPCall(
                    url: call.url, headers: call.headers, body: call.body, timeoutSeconds: RemoteCall.timeoutSeconds))
            return RemoteAnswer(status: answer.status, body: answer.body)
        }
    }
}
