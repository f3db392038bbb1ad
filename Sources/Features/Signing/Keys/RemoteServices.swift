// The remote signing services of the settings, with what is remembered of them in this process.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore

/// An actor because it keeps access tokens and descriptions of keys in memory.
actor RemoteServices {
    nonisolated let accounts: RemoteAccounts
    private let settings: Settings
    private let transport: HTTPTransport
    private let clock: Clock
    private var clients: [String: CSCClient] = [:]
    private var known: [String: (credential: CSCCredential, until: Date)] = [:]
    private static let keptSeconds: Double = 300
    private static let mostKept = 2000
    /// Keys of one account that are looked at.
    static let mostOffers = 20

    init(ground: Groundwork) {
        accounts = RemoteAccounts(ground: ground)
        settings = ground.settings
        transport = ground.transport
        clock = ground.clock
    }

    /// Names in the settings: `remote.services = thuc-hanh, khac`.
    nonisolated var names: [String] {
        (settings.text("remote.services") ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }
    }

    nonisolated func title(_ name: String) -> String { settings.text("remote.\(name).title") ?? name }
    nonisolated func usesAccounts(_ name: String) -> Bool { RemoteAccounts.areUsed(name, settings) }

    private nonisolated func isAsynchronous(_ name: String) -> Bool {
        (try? settings.flag("remote.\(name).asynchronous", default: false)) ?? false
    }

    // MARK: Keys

    /// What the service says of a key, remembered for a while so that forms need not wait for it. A key it would not sign
    /// with is asked for each time: a person who had it unlocked need not wait.
    func credential(_ locator: KeyLocator) async throws -> CSCCredential {
        let (name, id) = try Self.place(locator)
        let key = "\(name) \(locator.account ?? 0) \(id)"
        let now = clock.now()
        if let found = known[key], found.until > now { return found.credential }
        let fresh = try await client(name, account: locator.account).credential(id)
        guard fresh.refusal == nil else {
            known[key] = nil
            return fresh
        }
        if known.count >= Self.mostKept { known.removeAll() }
        known[key] = (fresh, now.addingTimeInterval(Self.keptSeconds))
        return fresh
    }

    private static func place(_ locator: KeyLocator) throws(KeyHolderError) -> (name: String, id: String) {
        guard let name = locator.service, let id = locator.remoteID else { throw .noSuchKey }
        return (name, id)
    }

    /// The keys that an account at the service has.
    func offers(_ account: RemoteAccount) async throws -> [CSCCredential] {
        let client = try client(account.service, account: account.id)
        var found: [CSCCredential] = []
        for id in try await client.credentials().prefix(Self.mostOffers) {
            // One that cannot be read does not hide the others.
            do { found.append(try await client.credential(id)) } catch KeyHolderError.badAnswer { continue }
        }
        return found
    }

    func sendOTP(_ locator: KeyLocator) async throws {
        let (name, _) = try Self.place(locator)
        try await client(name, account: locator.account).sendOTP(try await credential(locator))
    }

    func key(_ locator: KeyLocator, _ answer: KeyAnswer, saying description: String) async throws -> CSCKey {
        let (name, _) = try Self.place(locator)
        return try CSCKey(
            try await credential(locator), client: try client(name, account: locator.account),
            authorization: CSCAuthorization(pin: answer.pin, otp: answer.otp, description: description),
            isAsynchronous: isAsynchronous(name))
    }

    // MARK: Accounts

    func connectionPage(_ name: String, _ visit: CSCVisit) async throws -> URL {
        try await client(name).authorizationPage(visit)
    }

    /// What a code that a person brought back is worth.
    func token(_ name: String, _ grant: CSCService.Grant) async throws -> CSCToken {
        try await client(name).token(grant)
    }

    func disconnect(_ account: RemoteAccount) async throws {
        // A service that is no longer in the settings cannot be told.
        let client = try? client(account.service)
        try await accounts.disconnect(account.id, of: account.person, telling: client)
        clients["\(account.service) \(account.id)"] = nil
        known = known.filter { !$0.key.hasPrefix("\(account.service) \(account.id) ") }
    }

    // MARK: Clients

    /// - Parameter account: for whom it speaks; nil for the office itself.
    private func client(_ name: String, account: Int64? = nil) throws -> CSCClient {
        let key = account.map { "\(name) \($0)" } ?? name
        if let client = clients[key] { return client }
        guard names.contains(name), let url = try settings.url("remote.\(name).url") else {
            throw KeyHolderError.unreachable("remote.\(name).url")
        }
        let service = CSCService(
            url: url, clientID: try settings.required("remote.\(name).client.id"),
            clientSecret: try secret(name), grant: try grant(name))
        let tokens = account.map { id in accounts.tokens(of: id) { try await self.client(name) } }
        let client = CSCClient(service, transport: RemoteTransport(transport), tokens: tokens)
        clients[key] = client
        return client
    }

    /// A program whose people use accounts of their own need not have one (RFC 7636).
    private func secret(_ name: String) throws -> String {
        let key = "remote.\(name).client.secret"
        return usesAccounts(name) && settings.text(key) == nil ? "" : try settings.secret(key)
    }

    private func grant(_ name: String) throws -> CSCService.Grant {
        guard let account = settings.text("remote.\(name).account"), settings.text("remote.\(name).password") != nil
        else { return .clientCredentials }
        return .password(account: account, password: try settings.secret("remote.\(name).password"))
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
