import CLibcrypto
import Digests
package import Foundation

/// A timestamp authority's own half (RFC 3161), for practice and tests: request in, response out.
package struct TimestampResponder: Sendable {
    private let key: PKCS12Key
    private let policy: String
    private static let maximumRequestByteCount = 64 << 10

    /// `key` must carry a certificate whose only, critical extended usage is timeStamping. The default policy lies
    /// under the number kept for examples (RFC 5612), for practice stamps prove nothing.
    package init(key: PKCS12Key, policy: String = "1.3.6.1.4.1.32473.1.1") {
        self.key = key
        self.policy = policy
    }

    package var certificate: Certificate { key.certificate }

    /// DER of the TimeStampResp; a request that cannot be read gets a response saying so.
    package func respond(to request: Data, at date: Date) throws(SignatureError) -> Data {
        guard request.count <= Self.maximumRequestByteCount else {
            throw .malformed(DERError(reason: .tooLarge, offset: 0))
        }
        return try key.withKey { (key: borrowing PrivateKeyHandle) throws(SignatureError) in
            let context = try ResponseContext.signing(as: self.key, with: key, policy: policy)
            return try context.response(to: request, at: date)
        }
    }
}

private struct ResponseContext: ~Copyable {
    private let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { TS_RESP_CTX_free(pointer) }

    static func signing(
        as holder: PKCS12Key, with key: borrowing PrivateKeyHandle, policy: String
    ) throws(SignatureError) -> ResponseContext {
        guard let pointer = TS_RESP_CTX_new() else { throw libraryFault("TS_RESP_CTX_new") }
        let context = ResponseContext(owning: pointer)
        vast_ts_use_random_serials(pointer)
        try context.configure(holder, key, policy)
        return context
    }

    private borrowing func configure(
        _ holder: PKCS12Key, _ key: borrowing PrivateKeyHandle, _ policy: String
    ) throws(SignatureError) {
        let certificate = try X509Handle(holder.certificate.der)
        let chain = try X509StackHandle.holding(holder.chain)
        guard let identifier = OBJ_txt2obj(policy, 1) else { throw libraryFault("OBJ_txt2obj") }
        defer { ASN1_OBJECT_free(identifier) }
        guard TS_RESP_CTX_set_signer_cert(pointer, certificate.pointer) == 1,
            TS_RESP_CTX_set_signer_key(pointer, key.pointer) == 1,
            TS_RESP_CTX_set_certs(pointer, chain.pointer) == 1,
            TS_RESP_CTX_set_def_policy(pointer, identifier) == 1,
            TS_RESP_CTX_set_signer_digest(pointer, EVP_sha256()) == 1,
            TS_RESP_CTX_set_ess_cert_id_digest(pointer, EVP_sha256()) == 1,
            TS_RESP_CTX_set_accuracy(pointer, 1, 0, 0) == 1,
            TS_RESP_CTX_add_md(pointer, EVP_sha256()) == 1,
            TS_RESP_CTX_add_md(pointer, EVP_sha384()) == 1,
            TS_RESP_CTX_add_md(pointer, EVP_sha512()) == 1
        else { throw libraryFault("TS_RESP_CTX") }
    }

    borrowing func response(to request: Data, at date: Date) throws(SignatureError) -> Data {
        var clock = [Int(date.timeIntervalSince1970), 0]
        let response = clock.withUnsafeMutableBufferPointer { clock in
            // `BIO_new_mem_buf` does not copy: the bytes have to outlive the reading.
            request.withUnsafeBytes { bytes -> OpaquePointer? in
                guard let input = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
                defer { BIO_free(input) }
                vast_ts_use_time(pointer, clock.baseAddress)
                return TS_RESP_create_response(pointer, input)
            }
        }
        return try Self.encoded(response)
    }

    private static func encoded(_ response: OpaquePointer?) throws(SignatureError) -> Data {
        guard let response else { throw libraryFault("TS_RESP_create_response") }
        defer { TS_RESP_free(response) }
        ERR_clear_error()
        var out: UnsafeMutablePointer<UInt8>?
        let count = i2d_TS_RESP(response, &out)
        guard count > 0, let out else { throw libraryFault("i2d_TS_RESP") }
        defer { vast_free(out) }
        return Data(bytes: out, count: Int(count))
    }
}
