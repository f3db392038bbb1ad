// Owners of libcrypto's objects: each frees its object exactly once.
import CLibcrypto
import Digests
import Foundation

/// The oldest error in this thread's queue as a fault; empties the queue.
func libraryFault(_ operation: String) -> SignatureError {
    let code = ERR_get_error()
    ERR_clear_error()
    guard code != 0 else { return .library(operation) }
    var text = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(code, &text, text.count)
    let end = text.firstIndex(of: 0) ?? text.endIndex
    return .library("\(operation): " + String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self))
}

/// An `X509` read from DER.
struct X509Handle: ~Copyable {
    let pointer: OpaquePointer

    init(_ der: Data) throws(SignatureError) {
        let parsed = der.withUnsafeBytes { raw -> OpaquePointer? in
            var cursor = raw.bindMemory(to: UInt8.self).baseAddress
            return d2i_X509(nil, &cursor, raw.count)
        }
        guard let parsed else { throw libraryFault("d2i_X509") }
        pointer = parsed
    }

    deinit { X509_free(pointer) }

    /// Gives the object away to a container that will free it.
    consuming func released() -> OpaquePointer {
        let pointer = pointer
        discard self
        return pointer
    }
}

/// A `STACK_OF(X509)` that owns its members.
struct X509StackHandle: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { vast_x509_stack_free(pointer) }

    static func holding(_ certificates: [Certificate]) throws(SignatureError) -> X509StackHandle {
        guard let empty = vast_x509_stack_new() else { throw libraryFault("sk_X509_new") }
        let stack = X509StackHandle(owning: empty)
        for certificate in certificates {
            let member = try X509Handle(certificate.der).released()
            guard vast_x509_stack_push(stack.pointer, member) > 0 else {
                X509_free(member)
                throw libraryFault("sk_X509_push")
            }
        }
        return stack
    }
}

/// A private key in libcrypto's memory.
struct PrivateKeyHandle: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    /// SubjectPublicKeyInfo, DER.
    borrowing func publicKeyInfo() throws(SignatureError) -> Data {
        var out: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(pointer, &out)
        guard count > 0, let out else { throw libraryFault("i2d_PUBKEY") }
        defer { vast_free(out) }
        return Data(bytes: out, count: Int(count))
    }

    /// The signature value over `message`: PKCS#1 v1.5 or PSS for RSA, DER of r and s for ECDSA, RFC 8032 for Ed25519.
    borrowing func sign(
        _ message: Data, digest: DigestAlgorithm, usesPSS: Bool = false
    ) throws(SignatureError) -> Data {
        guard let context = EVP_MD_CTX_new() else { throw libraryFault("EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        let hash = EVP_PKEY_get_id(pointer) == EVP_PKEY_ED25519 ? nil : digest.evp
        var options: OpaquePointer?
        guard EVP_DigestSignInit(context, &options, hash, nil, pointer) == 1 else {
            throw libraryFault("EVP_DigestSignInit")
        }
        if usesPSS { try Self.choosePSS(options, saltByteCount: digest.byteCount) }
        var count = Int(EVP_PKEY_get_size(pointer))
        var signature = [UInt8](repeating: 0, count: max(count, 1))
        let input = [UInt8](message)
        guard EVP_DigestSign(context, &signature, &count, input, input.count) == 1 else {
            throw libraryFault("EVP_DigestSign")
        }
        return Data(signature.prefix(count))
    }

    /// MGF1 takes the signature's own digest unless told otherwise.
    private static func choosePSS(_ options: OpaquePointer?, saltByteCount: Int) throws(SignatureError) {
        guard EVP_PKEY_CTX_set_rsa_padding(options, vast_rsa_padding_pss()) == 1,
            EVP_PKEY_CTX_set_rsa_pss_saltlen(options, Int32(saltByteCount)) == 1
        else { throw libraryFault("RSASSA-PSS") }
    }
}
