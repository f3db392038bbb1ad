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
        if obstacle(digest: digest, by: certificate) != nil { return .unsupported }
        // EN 319 122-1: one digest for the attributes and the signature; two are a sign of forgery by substitution.
        if let own = ownDigest, own != digest { return .invalid }
        guard let key = PublicKeyCache.shared.key(of: certificate) else { return .unsupported }
        if case .ecdsa = self, !ECDSAValue.isWellFormed(signature) { return .invalid }
        switch (self, message) {
        case (.ed25519, .bytes(let data)), (.ed448, .bytes(let data)):
            return key.withPointer { Self.checkWhole(signature, data, key: $0) } ? .valid : .invalid
        case (.ed25519, .digest), (.ed448, .digest): return .unsupported
        default:
            let value = message.digest(digest)
            return key.withPointer { checkDigest(signature, value, digest, key: $0) } ? .valid : .invalid
        }
    }

    /// Checks a signature whose algorithm says everything, as in certificates, revocation lists and OCSP.
    func check(_ signature: Data, over message: Data, by certificate: Certificate) -> SignatureCheck {
        switch self {
        case .ed25519: check(signature, over: .bytes(message), digest: .sha512, by: certificate)
        case .ed448: check(signature, over: .bytes(message), digest: .shake256, by: certificate)
        default:
            ownDigest.map { check(signature, over: .bytes(message), digest: $0, by: certificate) } ?? .unsupported
        }
    }

    /// Why the value cannot be checked at all, for the user; nil when it can.
    func obstacle(digest: DigestAlgorithm, by certificate: Certificate) -> String? {
        switch (self, certificate.publicKey) {
        case (.unsupported(let name), _): "Thuật toán chữ ký \(name) chưa được hỗ trợ."
        case (.rsaPKCS1, .rsa(let bits)), (.rsaPSS, .rsa(let bits)):
            bits > PublicKeyAlgorithm.mostRSABits ? "Khóa RSA \(bits) bit dài quá mức được hỗ trợ." : nil
        case (.ecdsa, .ecdsa(.other)): "Đường cong của khóa ECDSA chưa được hỗ trợ."
        case (.ecdsa, .ecdsa): nil
        // RFC 8419 §2.3 and §3.1: each of the two has one digest.
        case (.ed25519, .ed25519): digest == .sha512 ? nil : "Ed25519 chỉ đi với SHA-512, không phải \(digest.name)."
        case (.ed448, .ed448): digest == .shake256 ? nil : "Ed448 chỉ đi với SHAKE256, không phải \(digest.name)."
        default: "Thuật toán chữ ký \(name) không hợp với khóa \(certificate.publicKey.name)."
        }
    }

    private func checkDigest(_ signature: Data, _ value: Data, _ digest: DigestAlgorithm, key: OpaquePointer) -> Bool {
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return false }
        defer {
            EVP_PKEY_CTX_free(context)
            ERR_clear_error()
        }
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
        return signature.withOctets { signature in
            value.withOctets { EVP_PKEY_verify(context, signature.0, signature.1, $0.0, $0.1) == 1 }
        }
    }

    /// The digest that an RSASSA-PKCS1-v1_5 signature is made over; nil when it is none by this key and algorithm.
    static func opened(_ signature: Data, as digest: DigestAlgorithm, by certificate: Certificate) -> Data? {
        guard Self.rsaPKCS1(digest).obstacle(digest: digest, by: certificate) == nil else { return nil }
        return PublicKeyCache.shared.key(of: certificate)?.withPointer { opened(signature, digest, key: $0) }
    }

    private static func opened(_ signature: Data, _ digest: DigestAlgorithm, key: OpaquePointer) -> Data? {
        guard let context = EVP_PKEY_CTX_new(key, nil) else { return nil }
        defer {
            EVP_PKEY_CTX_free(context)
            ERR_clear_error()
        }
        guard EVP_PKEY_verify_recover_init(context) == 1,
            EVP_PKEY_CTX_set_rsa_padding(context, vast_rsa_padding_pkcs1()) == 1,
            EVP_PKEY_CTX_set_signature_md(context, digest.evp) == 1
        else { return nil }
        var opened = [UInt8](repeating: 0, count: PublicKeyAlgorithm.mostRSABits / 8)
        var count = opened.count
        let isOpened = signature.withOctets { EVP_PKEY_verify_recover(context, &opened, &count, $0.0, $0.1) == 1 }
        return isOpened && count == digest.byteCount ? Data(opened.prefix(count)) : nil
    }

    private static func checkWhole(_ signature: Data, _ message: Data, key: OpaquePointer) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return signature.withOctets { signature in
            message.withOctets { EVP_DigestVerify(context, signature.0, signature.1, $0.0, $0.1) == 1 }
        }
    }
}

/// The pair of numbers an ECDSA signature is (RFC 3279 §2.2.3), in the one encoding it has.
enum ECDSAValue {
    static func isWellFormed(_ signature: Data) -> Bool {
        guard signature.count <= 256, let (r, s) = try? read([UInt8](signature)) else { return false }
        // The upper end, the order of the curve, is libcrypto's to check.
        return [r, s].allSatisfy { number in
            let isPositive = number.first.map { $0 < 0x80 } ?? false
            let isMinimal =
                number.count == 1 || number.first != 0 || number.dropFirst().first.map { $0 >= 0x80 } ?? false
            return isPositive && isMinimal && number.contains { $0 != 0 }
        }
    }

    private static func read(_ bytes: [UInt8]) throws(DERError) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        var outer = try DERReader(bytes)
        let pair = try outer.next(DERTag.sequence, "ECDSA-Sig-Value")
        try outer.finish()
        var numbers = try pair.reader()
        let (r, s) = (try numbers.next(DERTag.integer, "r").content, try numbers.next(DERTag.integer, "s").content)
        try numbers.finish()
        guard DER.sequence(DER.element(DERTag.integer, r), DER.element(DERTag.integer, s)) == bytes else {
            throw DERError(reason: .badLength, offset: 0)
        }
        return (r, s)
    }
}

extension Data {
    /// Pointer and count as libcrypto takes them, without a copy.
    func withOctets<Value>(_ body: ((UnsafePointer<UInt8>?, Int)) -> Value) -> Value {
        withUnsafeBytes { body(($0.bindMemory(to: UInt8.self).baseAddress, $0.count)) }
    }
}
