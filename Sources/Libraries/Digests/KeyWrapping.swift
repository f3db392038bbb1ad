// Keys made of keys, and keys carried under keys.
internal import CLibcrypto
package import Foundation

/// 32 bytes of key material for one purpose, made of a secret by HKDF with SHA-256 (RFC 5869 §2).
/// - Parameter purpose: RFC 5869's `info`; another purpose gives another key.
package func derivedKey(from secret: Data, salt: Data, purpose: String) -> Data {
    let extracted = hmacSHA256(key: salt, message: secret)
    // As long as the digest: the first round of expansion is all there is.
    return hmacSHA256(key: extracted, message: Data(purpose.utf8) + [1])
}

/// AES-256 key wrap (RFC 3394): a key that travels under another one, which tells whether it arrived as it was.
package enum KeyWrap {
    /// Bytes by which a wrapped key is longer.
    package static let overhead = 8

    /// Nil unless `wrappingKey` has 32 bytes and `key` a multiple of eight, sixteen at least.
    package static func wrap(_ key: Data, under wrappingKey: Data) -> Data? {
        guard key.count >= 16, key.count.isMultiple(of: 8) else { return nil }
        return processed(key, wrappingKey, encrypts: true)
    }

    /// Nil when another key wrapped it, or what was wrapped has changed.
    package static func unwrap(_ wrapped: Data, under wrappingKey: Data) -> Data? {
        guard (24...4096).contains(wrapped.count), wrapped.count.isMultiple(of: 8) else { return nil }
        return processed(wrapped, wrappingKey, encrypts: false)
    }

    private static func processed(_ input: Data, _ key: Data, encrypts: Bool) -> Data? {
        guard key.count == 32, let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW)
        var (out, length) = ([UInt8](repeating: 0, count: input.count + 16), Int32(0))
        guard EVP_CipherInit_ex(context, EVP_aes_256_wrap(), nil, [UInt8](key), nil, encrypts ? 1 : 0) == 1,
            EVP_CipherUpdate(context, &out, &length, [UInt8](input), Int32(input.count)) == 1
        else { return nil }
        return Data(out.prefix(Int(length)))
    }
}
