internal import CLibcrypto
package import Foundation

/// Why sealed bytes cannot be opened.
package enum SealFault: Error, Hashable, Sendable {
    case wrongKeyLength, malformed
    /// Another key, another purpose, or changed on the way.
    case notGenuine
}

/// AES-256-GCM (NIST SP 800-38D): nobody without the key reads the bytes or changes them unnoticed.
package enum Seal {
    package static let keyBytes = 32
    private static let nonceBytes = 12, tagBytes = 16

    /// Nonce, ciphertext and tag in one.
    /// - Parameter purpose: must be the same when it is opened, so that one secret cannot be put in another's place.
    package static func close(_ plain: Data, key: Data, purpose: String) throws(SealFault) -> Data {
        guard key.count == keyBytes else { throw .wrongKeyLength }
        let (context, nonce) = (EVP_CIPHER_CTX_new(), [UInt8](randomBytes(nonceBytes)))
        defer { EVP_CIPHER_CTX_free(context) }
        var (out, tag, length) = (
            [UInt8](repeating: 0, count: plain.count + 16), [UInt8](repeating: 0, count: tagBytes), Int32(0)
        )
        let isDone =
            EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, [UInt8](key), nonce) == 1
            && EVP_EncryptUpdate(context, nil, &length, [UInt8](purpose.utf8), Int32(purpose.utf8.count)) == 1
            && EVP_EncryptUpdate(context, &out, &length, [UInt8](plain), Int32(plain.count)) == 1
        let written = Int(length)
        guard isDone, EVP_EncryptFinal_ex(context, &out, &length) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag) == 1
        else { throw .malformed }
        return Data(nonce) + Data(out[..<written]) + Data(tag)
    }

    package static func open(_ sealed: Data, key: Data, purpose: String) throws(SealFault) -> Data {
        guard key.count == keyBytes else { throw .wrongKeyLength }
        let bytes = [UInt8](sealed)
        guard bytes.count >= nonceBytes + tagBytes else { throw .malformed }
        let body = Array(bytes[nonceBytes..<(bytes.count - tagBytes)])
        var tag = Array(bytes.suffix(tagBytes))
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var (out, length) = ([UInt8](repeating: 0, count: body.count + 16), Int32(0))
        let isRead =
            EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, [UInt8](key), Array(bytes[..<nonceBytes])) == 1
            && EVP_DecryptUpdate(context, nil, &length, [UInt8](purpose.utf8), Int32(purpose.utf8.count)) == 1
            && EVP_DecryptUpdate(context, &out, &length, body, Int32(body.count)) == 1
        let written = Int(length)
        guard isRead, EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1,
            EVP_DecryptFinal_ex(context, &out, &length) == 1
        else { throw .notGenuine }
        return Data(out[..<written])
    }
}
