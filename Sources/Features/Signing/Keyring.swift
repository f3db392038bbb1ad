// Opens a holder's key by its PIN, and nobody else's.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore

/// The keys of the office.
struct Keyring: Sendable {
    let ground: Groundwork

    func state(of holder: KeyHolder) async throws -> CredentialState? {
        let now = ground.clock.now()
        guard let credential = try await ground.database.read({ try SigningStore(tx: $0).credential(of: holder) })
        else {
            return nil
        }
        return CredentialState(
            subject: credential.certificate.subject.shortDisplay, issuer: credential.certificate.issuer.shortDisplay,
            validUntil: credential.certificate.notAfter, image: credential.image, problem: credential.problem(at: now))
    }

    /// The open key and its image. A certificate that may not sign is refused before its PIN is even tried
    /// (TT 15/2025: check before signing).
    func open(_ holder: KeyHolder, pin: String) async throws -> (key: PKCS12Key, image: BlobRef?) {
        let now = ground.clock.now()
        let (credential, attempts) = try await ground.database.read { tx in
            let store = SigningStore(tx: tx)
            guard let credential = try store.credential(of: holder) else {
                throw holder == .seal ? SigningRefusal.noSeal : SigningRefusal.noKey
            }
            return (credential, try store.pinState(of: credential.id))
        }
        if let obstacle = attempts.obstacle(at: now) { throw obstacle }
        if let problem = credential.problem(at: now) { throw SigningRefusal.notFit(problem) }
        do {
            let key = try PKCS12Key(data: credential.archive, passphrase: pin)
            if attempts.failures > 0 { try await remember(PINState(failures: 0, lockedUntil: nil), credential.id) }
            return (key, credential.image)
        } catch SignatureError.wrongPassphrase {
            throw try await countWrongPIN(credential.id)
        } catch is SignatureError {
            throw SigningRefusal.badKeyFile
        }
    }

    func enrol(_ holder: KeyHolder, archive: Data, pin: String, image: BlobRef?) async throws {
        let certificate: Certificate
        do { certificate = try PKCS12Key(data: archive, passphrase: pin).certificate } catch {
            throw SigningRefusal.badKeyFile
        }
        let now = ground.clock.now()
        try await ground.database.write {
            try SigningStore(tx: $0).enrol(holder, certificate: certificate, archive: archive, image: image, at: now)
        }
    }

    private func remember(_ state: PINState, _ key: Int64) async throws {
        try await ground.database.write { try SigningStore(tx: $0).setPINState(state, of: key) }
    }

    private func countWrongPIN(_ key: Int64) async throws -> SigningRefusal {
        let now = ground.clock.now()
        return try await ground.database.write { tx in
            try tx.lock("pin", key)
            let store = SigningStore(tx: tx)
            let (state, refusal) = try store.pinState(of: key).afterWrongPIN(at: now)
            try store.setPINState(state, of: key)
            return refusal
        }
    }
}
