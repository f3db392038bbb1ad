// The accounts that people have at remote signing services and let this office use (OAuth 2.0 authorization code, RFC 6749
// §4.1, with PKCE, RFC 7636): connecting, the tokens, and their end.
package import Foundation
internal import Digests
internal import Logging
internal import Platform
internal import Records
internal import SignatureCore

/// One person's account at one service, as far as he is told.
package struct RemoteAccount: Sendable, Hashable, Identifiable {
    package let id: Int64
    let person: PersonID
    package let service: String
    package let connectedAt: Date
    /// The service no longer takes our tokens: the person must connect anew.
    package let endedAt: Date?
}

/// Tokens as they are kept: sealed.
struct RemoteTokens: Codable, Sendable, Hashable {
    var access: String
    var refresh: String?
}

/// An account with what opens it.
struct OpenAccount: Sendable {
    let account: RemoteAccount
    let tokens: RemoteTokens
    let expiresAt: Date?
    /// Counts renewals: whoever was slower does not write over a newer token.
    let version: Int64
}

/// A service that lets people in by its own page.
struct RemoteAccounts: Sendable {
    let ground: Groundwork
    private let renewals = Renewals()

    /// Replaced while it still holds, so that no call meets its end.
    private static let earlySeconds: Double = 60
    static let redirectPath = "/ky-so/chung-thu/tro-ve"

    init(ground: Groundwork) { self.ground = ground }

    /// Whether people connect accounts of their own there; otherwise the office itself is known to the service.
    static func areUsed(_ service: String, _ settings: Settings) -> Bool {
        settings.text("remote.\(service).grant") == "code"
    }

    // MARK: Which there are

    func all(of person: PersonID) async throws -> [RemoteAccount] {
        try await ground.database.read { try RemoteAccountStore(tx: $0).all(of: person) }
    }

    func find(_ id: Int64, of person: PersonID) async throws -> RemoteAccount {
        guard let found = try await all(of: person).first(where: { $0.id == id }) else { throw CommonRefusal.notFound }
        return found
    }

    // MARK: Connecting

    /// Keeps what the service gave; an account that was connected before is connected anew.
    func keep(_ token: CSCToken, service: String, person: PersonID) async throws -> Int64 {
        let now = ground.clock.now()
        let sealed = try seal(
            RemoteTokens(access: token.accessToken, refresh: token.refreshToken), service, person)
        let expiry = token.expiresInSeconds.map { now.addingTimeInterval(Double($0)) }
        return try await ground.database.write {
            try RemoteAccountStore(tx: $0).connect(
                service, of: person, tokens: sealed, expiresAt: expiry, at: now)
        }
    }

    /// The service is told, as far as it listens; here the tokens are gone either way, and so are the keys.
    func disconnect(_ id: Int64, of person: PersonID, telling client: CSCClient?) async throws {
        let account = try await find(id, of: person)
        if let client, let open = try? await open(id) {
            for token in [open.tokens.refresh, open.tokens.access].compactMap(\.self) {
                do { try await client.revoke(token) } catch {
                    Log.logger("signing").info("\(account.service): not told of the end of an account: \(error)")
                }
            }
        }
        let now = ground.clock.now()
        try await ground.database.write { tx in
            let credentials = CredentialStore(tx: tx)
            for credential in try credentials.all(inAccount: id) {
                try credentials.retire(credential.id, of: credential.holder, at: now)
            }
            try RemoteAccountStore(tx: tx).remove(id)
        }
    }

    // MARK: Tokens

    /// For a client that speaks for this account.
    func tokens(of id: Int64, client: @escaping @Sendable () async throws -> CSCClient) -> CSCTokenStore {
        CSCTokenStore(
            current: { try await current(id, client) }, renewed: { try await renewed(id, instead: $0, client) })
    }

    private func current(_ id: Int64, _ client: @escaping @Sendable () async throws -> CSCClient) async throws -> String
    {
        let open = try await open(id)
        guard let expiry = open.expiresAt, open.tokens.refresh != nil,
            expiry <= ground.clock.now().addingTimeInterval(Self.earlySeconds)
        else { return open.tokens.access }
        return try await renewed(id, instead: open.tokens.access, client)
    }

    private func renewed(
        _ id: Int64, instead stale: String, _ client: @escaping @Sendable () async throws -> CSCClient
    ) async throws -> String {
        try await renewals.one(id) { try await renew(id, instead: stale, try await client()) }
    }

    private func renew(_ id: Int64, instead stale: String, _ client: CSCClient) async throws -> String {
        let open = try await open(id)
        // Somebody else has renewed it already.
        guard open.tokens.access == stale else { return open.tokens.access }
        guard let refresh = open.tokens.refresh else { throw try await ended(open) }
        let fresh: CSCToken
        do { fresh = try await client.token(.refresh(refresh)) } catch KeyHolderError.notAuthorised {
            // Another node may have used the same refresh token a moment ago.
            let again = try await self.open(id)
            guard again.version != open.version else { throw try await ended(open) }
            return again.tokens.access
        }
        try await keep(fresh, after: open)
        return fresh.accessToken
    }

    /// A service that gives no new refresh token lets the old one stand (RFC 6749 §6).
    private func keep(_ fresh: CSCToken, after open: OpenAccount) async throws {
        let (now, account) = (ground.clock.now(), open.account)
        let tokens = RemoteTokens(access: fresh.accessToken, refresh: fresh.refreshToken ?? open.tokens.refresh)
        let sealed = try seal(tokens, account.service, account.person)
        let expiry = fresh.expiresInSeconds.map { now.addingTimeInterval(Double($0)) }
        try await ground.database.write {
            try RemoteAccountStore(tx: $0).renew(account.id, after: open.version, tokens: sealed, expiresAt: expiry)
        }
    }

    private func ended(_ open: OpenAccount) async throws -> SigningFailure {
        let now = ground.clock.now()
        try await ground.database.write { try RemoteAccountStore(tx: $0).end(open.account.id, at: now) }
        return .accountEnded(title(open.account.service))
    }

    private func title(_ service: String) -> String { ground.settings.text("remote.\(service).title") ?? service }

    // MARK: Sealing

    private func open(_ id: Int64) async throws -> OpenAccount {
        let found = try await ground.database.read { try RemoteAccountStore(tx: $0).sealed(id) }
        guard let found else { throw SigningFailure.accountEnded("") }
        guard found.account.endedAt == nil else { throw SigningFailure.accountEnded(title(found.account.service)) }
        do {
            let plain = try Seal.open(
                found.tokens, key: try KeyFile(ground.settings).key(),
                purpose: Self.purpose(found.account.service, found.account.person))
            return OpenAccount(
                account: found.account, tokens: try JSONDecoder().decode(RemoteTokens.self, from: plain),
                expiresAt: found.expiresAt, version: found.version)
        } catch is SealFault {
            // The key file is another one: the tokens are lost, and only the person can get new ones.
            throw SigningFailure.accountEnded(title(found.account.service))
        }
    }

    private func seal(_ tokens: RemoteTokens, _ service: String, _ person: PersonID) throws -> Data {
        try Seal.close(
            try JSONEncoder().encode(tokens), key: try KeyFile(ground.settings).key(),
            purpose: Self.purpose(service, person))
    }

    private static func purpose(_ service: String, _ person: PersonID) -> String {
        "remote.account:\(service):\(person)"
    }
}

/// One renewal of an account at a time: a refresh token is often good for one use. An actor because it is what runs in this
/// process; between processes the version in the row decides.
private actor Renewals {
    private var running: [Int64: Task<String, any Error>] = [:]

    func one(_ id: Int64, _ work: @escaping @Sendable () async throws -> String) async throws -> String {
        if let task = running[id] { return try await task.value }
        let task = Task { try await work() }
        running[id] = task
        defer { running[id] = nil }
        return try await task.value
    }
}

extension SigningFailure {
    static func accountEnded(_ service: String) -> SigningFailure {
        let which = service.isEmpty ? "dịch vụ ký số" : "“\(service)”"
        return SigningFailure(
            .notAuthorised,
            "Kết nối với \(which) đã hết hạn hoặc bị thu hồi. Chưa có gì được ký; hãy vào “Chứng thư số của tôi”, bấm “Kết nối lại” rồi ký lại."
        )
    }
}
