// Signing in and out, and the session behind each request.
internal import Digests
internal import Foundation
internal import Platform
package import Records
package import WebUI

/// What a successful sign-in hands to the browser.
package struct SignedIn: Sendable {
    /// The cookie's secret; only its digest is stored.
    package let token: String
    package let person: PersonID
}

/// One method = one use case = one transaction (and the hashing outside it).
package struct SignInDesk: Sendable {
    private let ground: Groundwork
    private let hasher: PasswordHasher

    package init(ground: Groundwork, hasher: PasswordHasher = PasswordHasher()) {
        self.ground = ground
        self.hasher = hasher
    }

    /// - Parameters:
    ///   - address: where the request comes from, as far as it is known.
    ///   - previous: token of a session the browser already has; it ends.
    package func signIn(
        account: String, password: String, from address: String, replacing previous: String? = nil
    ) async throws -> SignedIn {
        let account = DirectoryStore.account(account.cut(to: 100))
        let subjects = Subjects(account: account, address: address)
        let now = ground.clock.now()
        // Committed before the password is looked at: the count must stand even when the sign-in fails.
        try await ground.database.write { tx in try subjects.admit(SignInStore(tx: tx, now: now)) }
        let known = try await ground.database.read { try SignInStore(tx: $0, now: now).passwordHash(account: account) }
        guard await hasher.matches(String(password.prefix(2000)), known?.hash), let person = known?.person else {
            throw SignInRefusal.wrong
        }
        let token = Self.token()
        try await ground.database.write { tx in
            let store = SignInStore(tx: tx, now: now)
            try subjects.clear(store)
            if let previous { try store.deleteSession(tokenHash: Self.digest(previous)) }
            try store.insertSession(tokenHash: Self.digest(token), csrfToken: Self.token(), person: person)
            try store.sweep()
        }
        return SignedIn(token: token, person: person)
    }

    /// Opens a session without a password; for tests and the office's own programs.
    package func openSession(for person: PersonID) async throws -> SignedIn {
        let (token, now) = (Self.token(), ground.clock.now())
        try await ground.database.write { tx in
            try SignInStore(tx: tx, now: now).insertSession(
                tokenHash: Self.digest(token), csrfToken: Self.token(), person: person)
        }
        return SignedIn(token: token, person: person)
    }

    /// Ends the session; harmless when it is already over.
    package func signOut(_ session: Session) async throws {
        let now = ground.clock.now()
        try await ground.database.write { try SignInStore(tx: $0, now: now).deleteSession(tokenHash: session.id) }
    }

    /// Changes the own password: every session of the person ends, and a new one begins for this browser.
    package func changePassword(
        of actor: Actor, from present: String, to new: String, repeated: String, address: String
    ) async throws -> SignedIn {
        let now = ground.clock.now()
        let known = try await ground.database.read { try SignInStore(tx: $0, now: now).password(of: actor.person) }
        guard let (account, presentHash) = known else { throw CommonRefusal.notFound }
        let subjects = Subjects(account: account, address: address)
        try await ground.database.write { tx in try subjects.admit(SignInStore(tx: tx, now: now)) }
        guard await hasher.matches(present, presentHash) else { throw SignInRefusal.wrongPresentPassword }
        guard new == repeated else { throw SignInRefusal.notRepeated }
        guard new != present else { throw SignInRefusal.unchanged }
        try PasswordPolicy.check(new, account: account)
        let (hash, token) = (try await hasher.hash(new), Self.token())
        try await ground.database.write { tx in
            let store = SignInStore(tx: tx, now: now)
            try subjects.clear(store)
            try store.setPasswordHash(hash, of: actor.person)
            try store.deleteSessions(of: actor.person)
            try store.insertSession(tokenHash: Self.digest(token), csrfToken: Self.token(), person: actor.person)
        }
        return SignedIn(token: token, person: actor.person)
    }

    /// Sets a password on behalf of the administrator; every session of the person ends.
    package func setPassword(account: String, to password: String) async throws {
        try PasswordPolicy.check(password, account: account)
        let (hash, now) = (try await hasher.hash(password), ground.clock.now())
        try await ground.database.write { tx in
            let store = SignInStore(tx: tx, now: now)
            guard let (person, _) = try store.passwordHash(account: account) else { throw CommonRefusal.notFound }
            try store.setPasswordHash(hash, of: person)
            try store.deleteSessions(of: person)
        }
    }

    private static func token() -> String { randomBytes(32).hex }
    static func digest(_ token: String) -> String { sha256Hex(Data(token.utf8)) }
}

/// What failures are counted under.
private struct Subjects: Sendable {
    private let throttled: [(subject: String, throttle: Throttle)]
    private let account: String
    private let pair: String
    private let address: String

    init(account: String, address: String) {
        self.account = "account:\(account)"
        pair = "pair:\(account)|\(address)"
        self.address = "address:\(address)"
        throttled = [(pair, .pair), (self.account, .account), (self.address, .address)]
    }

    func admit(_ store: SignInStore) throws {
        let wait = try throttled.map { try store.waitSeconds($0.subject) }.max() ?? 0
        guard wait <= 0 else { throw SignInRefusal.wait(seconds: Int(wait.rounded(.up))) }
        for (subject, throttle) in throttled { try store.count(subject, throttle) }
    }

    func clear(_ store: SignInStore) throws {
        try store.forget(pair)
        try store.forget(account)
        try store.uncount(address)
    }
}

/// The session behind a cookie: one indexed query a request, one write in five minutes.
package struct SessionLoader: Sendable {
    private let ground: Groundwork
    static let touchSeconds: Double = 300

    package init(ground: Groundwork) { self.ground = ground }

    package func load(_ token: String) async throws -> Session? {
        let (digest, now) = (SignInDesk.digest(token), ground.clock.now())
        guard
            let row = try await ground.database.readOne({ try SignInStore(tx: $0, now: now).session(tokenHash: digest) }
            )
        else { return nil }
        if now.timeIntervalSince(row.seenAt) > Self.touchSeconds {
            try await ground.database.write { try SignInStore(tx: $0, now: now).touch(tokenHash: digest) }
        }
        return Session(id: row.tokenHash, csrfToken: row.csrfToken, actor: row.actor)
    }
}
