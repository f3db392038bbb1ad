package import Digests
package import Foundation

/// The holder of a private key, wherever it is: the key never travels, the bytes to sign do.
package protocol SigningKey: Sendable {
    var certificate: Certificate { get }
    /// Intermediate certificates from the issuer upwards; the root is not needed.
    var chain: [Certificate] { get }
    /// Signs `message` (the DER of the signed attributes) hashed by `digest`; returns the raw signature value.
    func sign(_ message: Data, digest: DigestAlgorithm) async throws -> Data
    /// The same by RSASSA-PSS: MGF1 with the same digest, a salt as long as the digest (RFC 4055 §3.1).
    func signPSS(_ message: Data, digest: DigestAlgorithm) async throws -> Data
}

extension SigningKey {
    package func signPSS(_ message: Data, digest: DigestAlgorithm) async throws -> Data {
        throw SignatureError.unsupportedAlgorithm("RSASSA-PSS")
    }
}
