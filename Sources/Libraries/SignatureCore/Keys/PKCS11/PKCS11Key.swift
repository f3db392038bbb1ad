import CPKCS11
package import Digests
package import Foundation

/// A private key on a token or in a security module, opened by its PIN; the key never leaves it.
///
/// A class because its end logs out. The PIN is held in memory, to log in again after the session was lost.
package final class PKCS11Key: SigningKey {
    package let certificate: Certificate
    package let chain: [Certificate]
    private let token: PKCS11Token
    private let login: TokenLogin
    private let keyID: Data
    private let wantsPINAlways: Bool

    /// Logs in and finds the key of a certificate.
    /// - Parameters:
    ///   - modulePath: the PKCS#11 module, e.g. `/usr/lib/softhsm/libsofthsm2.so`.
    ///   - fingerprint: which certificate (lower-case hexadecimal SHA-256); nil for the only one with a key.
    package static func open(
        modulePath: String, token name: TokenName, fingerprint: String? = nil, pin: String
    ) async throws -> PKCS11Key {
        let token = try PKCS11Module.at(modulePath).token(name)
        let login = TokenLogin(identity: randomIdentifier(), pin: pin)
        let found = try await token.run(as: login) { calls, session in
            try FoundKey(calls, session, fingerprint: fingerprint)
        }
        return PKCS11Key(found, token, login)
    }

    private init(_ found: FoundKey, _ token: PKCS11Token, _ login: TokenLogin) {
        certificate = found.certificate
        chain = found.chain
        keyID = found.id
        wantsPINAlways = found.wantsPINAlways
        self.token = token
        self.login = login
    }

    deinit { token.release(login.identity) }

    package func sign(_ message: Data, digest: DigestAlgorithm) async throws -> Data {
        try await sign(message, digest, usesPSS: false)
    }

    package func signPSS(_ message: Data, digest: DigestAlgorithm) async throws -> Data {
        try await sign(message, digest, usesPSS: true)
    }

    private func sign(_ message: Data, _ digest: DigestAlgorithm, usesPSS: Bool) async throws -> Data {
        let operation = try PKCS11Operation(message, digest: digest, key: certificate.publicKey, usesPSS: usesPSS)
        let (keyID, pin) = (keyID, wantsPINAlways ? login.pin : nil)
        return try await token.run(as: login) { calls, session in
            // It was there when it was opened: the device is not.
            guard let key = try calls.objects(session, CKO_PRIVATE_KEY, id: keyID).first else {
                throw KeyHolderError.tokenGone
            }
            return try operation.encoded(try calls.sign(session, key: key, operation, pin: pin))
        }
    }
}

/// The certificate that is signed with, and the identifier of its key.
private struct FoundKey: Sendable {
    let id: Data
    let certificate: Certificate
    let chain: [Certificate]
    let wantsPINAlways: Bool

    init(_ calls: PKCS11Calls, _ session: CK_SESSION_HANDLE, fingerprint: String?) throws(KeyHolderError) {
        let all = try calls.certificates(session)
        for candidate in all where fingerprint == nil || candidate.certificate.fingerprint == fingerprint {
            guard let key = try calls.objects(session, CKO_PRIVATE_KEY, id: candidate.id).first else { continue }
            id = candidate.id
            certificate = candidate.certificate
            chain = all.map(\.certificate).filter { $0.isAuthority && !$0.isSelfIssued }
                .ordered(after: candidate.certificate)
            wantsPINAlways = try calls.attribute(session, key, CKA_ALWAYS_AUTHENTICATE)?.contains { $0 != 0 } ?? false
            return
        }
        throw .noSuchKey
    }
}
