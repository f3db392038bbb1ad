// Small secrets kept where others may read: sealed under a key that lies elsewhere.
internal import CLibcrypto
package import Foundation

/// AES-256 in Galois/Counter mode (NIST SP 800-38D): nobody reads or changes what is sealed without the key.
package struct AuthenticatedCipher: Sendable {
    package enum Failure: Error, Sendable {
        /// The key is not of 32 bytes.
        case key
        /// Changed, cut short, sealed under another key, or for another purpose.
        case notAuthentic
    }

    private static let nonceBytes = 12
    private static let tagBytes = 16
    private let key: [UInt8]

    package init(key: Data) throws(Failure) {
        guard key.count == 32 else { throw .key }
        self.key = [UInt8](key)
    }

    /// Nonce, ciphertext and tag in one. `purpose` is not kept; it must be said again to open.
    package func seal(_ plain: Data, for purpose: String) throws(Failure) -> Data {
        let nonce = [UInt8](randomBytes(Self.nonceBytes))
        guard let (text, tag) = run([UInt8](plain), nonce, purpose, tag: nil) else { throw .key }
        return Data(nonce + text + tag)
    }

    package func open(_ sealed: Data, for purpose: String) throws(Failure) -> Data {
        let bytes = [UInt8](sealed)
        guard bytes.count >= Self.nonceBytes + Self.tagBytes else { throw .notAuthentic }
        let text = Array(bytes[Self.nonceBytes..<bytes.count - Self.tagBytes])
        guard
            let (plain, _) = run(
                text, Array(bytes.prefix(Self.nonceBytes)), purpose, tag: Array(bytes.suffix(Self.tagBytes)))
        else { throw .notAuthentic }
        return Data(plain)
    }

    /// Encrypts without a tag, decrypts with one; nil when libcrypto says no.
    private func run(
        _ input: [UInt8], _ nonce: [UInt8], _ purpose: String, tag: [UInt8]?
    ) -> (text: [UInt8], tag: [UInt8])? {
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        guard EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, tag == nil ? 1 : 0) == 1 else {
            return nil
        }
        let (label, length) = (Array(purpose.utf8), Int32(purpose.utf8.count))
        var written: Int32 = 0
        guard EVP_CipherUpdate(context, nil, &written, label, length) == 1 else { return nil }
        var out = [UInt8](repeating: 0, count: input.count + 16)
        guard EVP_CipherUpdate(context, &out, &written, input, Int32(input.count)) == 1 else { return nil }
        let count = Int(written)
        var mark = tag ?? [UInt8](repeating: 0, count: Self.tagBytes)
        if tag != nil, EVP_CIPHER_CTX_ctrl(context, 0x11, Int32(Self.tagBytes), &mark) != 1 { return nil }
        var rest: Int32 = 0
        var end = [UInt8](repeating: 0, count: 16)
        guard EVP_CipherFinal_ex(context, &end, &rest) == 1 else { return nil }
        if tag == nil, EVP_CIPHER_CTX_ctrl(context, 0x10, Int32(Self.tagBytes), &mark) != 1 { return nil }
        return (Array(out.prefix(count)) + end.prefix(Int(rest)), mark)
    }
}
