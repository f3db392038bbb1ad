import CLibcrypto
package import Digests
package import Foundation

extension PKCS12Key {
    /// The signature value over a hash that was taken elsewhere: what a remote signing service is asked for.
    package func signHash(_ hash: Data, digest: DigestAlgorithm) throws(SignatureError) -> Data {
        guard hash.count == digest.byteCount else { throw .unsupportedAlgorithm("digest length") }
        return try withKey { (key: borrowing PrivateKeyHandle) throws(SignatureError) in
            try key.signHash(hash, digest: digest)
        }
    }
}

extension PrivateKeyHandle {
    fileprivate borrowing func signHash(_ hash: Data, digest: DigestAlgorithm) throws(SignatureError) -> Data {
        guard let context = EVP_PKEY_CTX_new(pointer, nil) else { throw libraryFault("EVP_PKEY_CTX_new") }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_sign_init(context) == 1, EVP_PKEY_CTX_set_signature_md(context, digest.evp) == 1 else {
            throw libraryFault("EVP_PKEY_sign_init")
        }
        var count = Int(EVP_PKEY_get_size(pointer))
        var signature = [UInt8](repeating: 0, count: max(count, 1))
        let input = [UInt8](hash)
        guard EVP_PKEY_sign(context, &signature, &count, input, input.count) == 1 else {
            throw libraryFault("EVP_PKEY_sign")
        }
        return Data(signature.prefix(count))
    }
}
