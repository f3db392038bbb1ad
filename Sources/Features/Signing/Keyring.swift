// Opens a holder's key by its PIN, and nobody else's.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore

/// What somebody brings to sign with: which key, and what opens it.
package struct KeyAnswer: Sendable {
    /// nil: the default key.
    package var credential: Int64?
    package var pin: String
    package var otp: String

    package init(credential: Int64? = nil, pin: String = "", otp: String = "") {
        self.credential = credential
        self.pin = pin
        self.otp = otp
    }

    package static func pin(_ pin: String) -> KeyAnswer { KeyAnswer(pin: pin) }
}

/// The keys of the office.
struct Keyring: Sendable {
    let ground: Groundwork
    let remote: RemoteServices

    /// Path of the PKCS#11 module at the server; nil where there is none.
    var modulePath: String? { ground.settings.text("pkcs11.module") }

    func credentials(of holder: KeyHolder) async throws -> [Credential] {
        try await ground.database.read { try CredentialStore(tx: $0).all(of: holder) }
    }

    /// The same as a person is told of them.
    func states(
        of holder: KeyHolder, personName: String? = nil
    ) async throws -> [(credential: Credential, state: CredentialState)] {
        let now = ground.clock.now()
        return try await ground.database.read { tx in
            let known = try IdentityTable(tx: tx).find(holder)
            return try CredentialStore(tx: tx).all(of: holder).map {
                ($0, $0.state(at: now, known: known, personName: personName))
            }
        }
    }

    /// The key that was chosen among the holder's own, or his default.
    func chosen(_ id: Int64?, of holder: KeyHolder) async throws -> Credential {
        let all = try await credentials(of: holder)
        guard let found = id.map({ id in all.first { $0.id == id } }) ?? all.first else {
            throw holder == .seal ? SigningRefusal.noSeal : SigningRefusal.noKey
        }
        return found
    }

    /// Everything that can be refused before a PIN is tried or a phone rings (TT 15/2025: check before signing).
    /// - Parameter personName: who signs, where that is known, for a key of his own.
    func demandReady(_ credential: Credential, personName: String? = nil) async throws {
        let now = ground.clock.now()
        let attempts = try await ground.database.read { try CredentialStore(tx: $0).pinState(of: credential.id) }
        if let obstacle = attempts.obstacle(at: now) { throw obstacle }
        try await Readiness(ground: ground).demand(
            credential.certificate, holder: credential.holder,
            personName: credential.holder == .seal ? nil : personName)
    }

    /// An empty answer reaches neither key nor counter.
    func demandAnswered(_ answer: KeyAnswer, for credential: Credential) async throws {
        let asked = await asks(credential)
        if asked.pin, answer.pin.isEmpty { throw CommonRefusal.invalid("Chưa nhập mã PIN. Chưa có gì được ký.") }
        if asked.otp, answer.otp.isEmpty { throw CommonRefusal.invalid("Chưa nhập mã OTP. Chưa có gì được ký.") }
    }

    private func asks(_ credential: Credential) async -> (pin: Bool, otp: Bool) {
        guard credential.kind == .remote else { return (credential.kind.isAtServer, false) }
        // A service that does not answer now, or would not sign at all, says so when it is asked to.
        let key = try? await remote.credential(credential.locator)
        guard let key, !key.isAgreedOnPage, key.refusal == nil else { return (false, false) }
        return (key.asksPIN, key.asksOTP)
    }

    /// The open key of a file or a token. Wrong PINs are counted here even where the device counts too: so that nobody
    /// locks another's token by guessing.
    func open(_ credential: Credential, pin: String) async throws -> any SigningKey {
        try await demandReady(credential)
        let ifWrong = try await countAttempt(credential.id)
        do {
            let key = try await opened(credential, pin: pin)
            try await change(credential.id) { _ in PINState(failures: 0, lockedUntil: nil) }
            return key
        } catch SignatureError.wrongPassphrase {
            throw ifWrong
        } catch KeyHolderError.wrongPIN(let left) {
            throw left == .unknown ? ifWrong : KeyHolderError.wrongPIN(left)
        } catch {
            try await change(credential.id) { $0.givingOneBack() }
            throw error is SignatureError ? SigningRefusal.badKeyFile : error
        }
    }

    private func opened(_ credential: Credential, pin: String) async throws -> any SigningKey {
        switch credential.kind {
        case .pkcs12: return try PKCS12Key(data: credential.archive ?? Data(), passphrase: pin)
        case .pkcs11:
            guard let modulePath, let token = credential.locator.token else {
                throw KeyHolderError.unusableModule("pkcs11.module")
            }
            return try await PKCS11Key.open(
                modulePath: modulePath, token: token, fingerprint: credential.certificate.fingerprint, pin: pin)
        case .remote, .agent: throw KeyHolderError.unsupported(credential.kind.label)
        }
    }

    /// Counted before the PIN is tried and given back afterwards: of many guesses at the same time no more are tried than
    /// of as many one after the other.
    /// - Returns: what the holder is told if the PIN turns out to be wrong.
    private func countAttempt(_ key: Int64) async throws -> SigningRefusal {
        let now = ground.clock.now()
        return try await ground.database.write { tx in
            try tx.lock("pin", key)
            let store = CredentialStore(tx: tx)
            let before = try store.pinState(of: key)
            if let obstacle = before.obstacle(at: now) { throw obstacle }
            let (state, refusal) = before.afterWrongPIN(at: now)
            try store.setPINState(state, of: key)
            return refusal
        }
    }

    private func change(_ key: Int64, _ changed: @escaping @Sendable (PINState) -> PINState) async throws {
        try await ground.database.write { tx in
            try tx.lock("pin", key)
            let store = CredentialStore(tx: tx)
            try store.setPINState(changed(try store.pinState(of: key)), of: key)
        }
    }
}
