import CLibcrypto
import Digests
import Foundation

/// Outcome of checking one signature value.
package enum SignatureCheck: Sendable, Hashable {
    case valid, invalid, unsupported
}

/// What a signature value was made over: the bytes, or only their digest when the bytes are elsewhere.
enum SignedMessage {
    case bytes(Data)
    case digest(Data)

    func digest(_ algorithm: DigestAlgorithm) -> Data {
        switch self {
        case .bytes(let data): algorithm.digest(data)
        case .digest(let value): value
        }
    }
}

extension SignatureAlgorithm {
    /// Checks `signature` under the public key of `certificate`. `digest` is the digest algorithm named beside it.
    func check(
        _ signature: Data, over message: SignedMessage, digest: DigestAlgorithm, by certificate: Certificate
    ) -> SignatureCheck {
        guard isCompatible(with: certificate.publicKey) else { return .unsupported }
        // EN 319 122-1: one digest for the attributes and the signature; two are a sign of forgery by substitution.
        if let own = ownDigest, own != digest { return .invalid }
        guard let x509 = try? X509Handle(certificate.der), let key = X509_get0_pubkey(x509.pointer) else {
            ERR_clear_error()
            return .unsupported
        }
        defer { ERR_clear_error() }
        guard case .ed25519 = self else {
            return checkDigest(signature, message.digest(digest), digest, key: key) ? .valid : .invalid
        }
        guard case .bytes(let data) = message else { return .unsupported }
        return Self.checkWhole(signature, data, key: key) ? .valid : .invalid
    }

    private func isCompatible(with key: PublicKeyAlgorithm) -> Bool {
        switch (self, key) {
        case (.rsaPKCS1, .rsa), (.rsaPSS, .rsa), (.ecdsa, .ecdsa), (.ed25519, .ed25519): true
        default: false
        }
    }

    private func checkDigest(_ signature: Data, _ value: Data, _ digest: DigestAlgorithm, key: OpaquePointer) -> Bool {
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_verify_init(context) == 1 else { return false }
        switch self {
        case .rsaPKCS1: guard EVP_PKEY_CTX_set_rsa_padding(context, vast_rsa_padding_pkcs1()) == 1 else { return false }
        case .rsaPSS(_, let mask, let salt):
            guard EVP_PKEY_CTX_set_rsa_padding(context, vast_rsa_padding_pss()) == 1,
                EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask.evp) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(context, Int32(salt)) == 1
            else { return false }
        default: break
        }
        guard EVP_PKEY_CTX_set_signature_md(context, digest.evp) == 1 else { return false }
        let (signature, value) = ([UInt8](signature), [UInt8](value))
        return EVP_PKEY_verify(context, signature, signature.count, value, value.count) == 1
    }

    private static func checkWhole(_ signature: Data, _ message: Data, key: OpaquePointer) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        let (signature, message) = ([UInt8](signature), [UInt8](message))
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
