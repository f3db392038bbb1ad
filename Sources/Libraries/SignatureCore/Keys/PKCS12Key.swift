import CLibcrypto
package import Digests
package import Foundation
import Synchronization

/// A private key with its certificates from a PKCS#12 file (RFC 7292), opened once by its PIN.
///
/// A class because it owns the one parsed key in libcrypto's memory, guarded by a lock.
package final class PKCS12Key: SigningKey {
    package let certificate: Certificate
    package let chain: [Certificate]
    /// Self-issued certificates found in the file: roots, for showing and for practice only; no trust comes from here.
    package let roots: [Certificate]
    private let key: Mutex<PrivateKeyHandle>

    /// Opens `data` with `passphrase`.
    ///
    /// Throws `wrongPassphrase` when only the PIN is at fault. Files are limited to one mebibyte.
    package init(data: Data, passphrase: String) throws(SignatureError) {
        let opened = try OpenedPKCS12(data: data, passphrase: passphrase)
        certificate = opened.certificate
        chain = opened.others.filter { !$0.isSelfIssued }.ordered(after: opened.certificate)
        roots = opened.others.filter(\.isSelfIssued)
        key = Mutex(PrivateKeyHandle(owning: opened.key))
    }

    init(
        key: consuming sending PrivateKeyHandle, certificate: Certificate, chain: [Certificate], roots: [Certificate]
    ) {
        self.certificate = certificate
        self.chain = chain
        self.roots = roots
        self.key = Mutex(key)
    }

    package func sign(_ message: Data, digest: DigestAlgorithm) throws(SignatureError) -> Data {
        try withKey { (key: borrowing PrivateKeyHandle) throws(SignatureError) in
            try key.sign(message, digest: digest)
        }
    }

    package func signPSS(_ message: Data, digest: DigestAlgorithm) throws(SignatureError) -> Data {
        try withKey { (key: borrowing PrivateKeyHandle) throws(SignatureError) in
            try key.sign(message, digest: digest, usesPSS: true)
        }
    }

    func withKey<Value: Sendable>(
        _ body: (borrowing PrivateKeyHandle) throws(SignatureError) -> Value
    ) throws(SignatureError) -> Value {
        try key.withLock { (key: inout sending PrivateKeyHandle) throws(SignatureError) in try body(key) }
    }
}

/// What `PKCS12_parse` found; the key is owned by whoever takes this.
private struct OpenedPKCS12 {
    let key: OpaquePointer
    let certificate: Certificate
    let others: [Certificate]

    init(data: Data, passphrase: String) throws(SignatureError) {
        let archive = try PKCS12Handle(data)
        try archive.checkLimits()
        if let opened = try OpenedPKCS12(archive, passphrase) {
            self = opened
            return
        }
        let fault = libraryFault("PKCS12_parse")
        try archive.checkPassphrase(passphrase)
        // The PIN is right: what failed is the contents, perhaps for an algorithm of older programs.
        guard let opened = try OpenedPKCS12(try PKCS12Handle(legacy: data), passphrase) else {
            ERR_clear_error()
            throw .malformedKeyStore("\(fault)")
        }
        self = opened
    }

    /// nil when libcrypto cannot read the contents.
    private init?(_ archive: borrowing PKCS12Handle, _ passphrase: String) throws(SignatureError) {
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var others: OpaquePointer?
        let isParsed = PKCS12_parse(archive.pointer, passphrase, &key, &certificate, &others) == 1
        defer { if let certificate { X509_free(certificate) } }
        let stack = others.map { X509StackHandle(owning: $0) }
        guard isParsed else { return nil }
        guard let key else { throw .noPrivateKey }
        do throws(SignatureError) {
            guard let certificate else { throw SignatureError.keyDoesNotMatchCertificate }
            self.certificate = try Certificate(copying: certificate)
            self.others = try stack?.certificates() ?? []
            self.key = key
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
    }
}

private struct PKCS12Handle: ~Copyable {
    let pointer: OpaquePointer
    private static let maximumByteCount = 1 << 20
    /// A file asking for more rounds than this is meant to keep the server busy.
    private static let maximumRounds = 10_000_000

    init(_ data: Data) throws(SignatureError) {
        guard data.count <= Self.maximumByteCount else { throw .malformedKeyStore("too large") }
        let parsed = data.withUnsafeBytes { raw -> OpaquePointer? in
            var cursor = raw.bindMemory(to: UInt8.self).baseAddress
            return d2i_PKCS12(nil, &cursor, raw.count)
        }
        guard let parsed else {
            ERR_clear_error()
            throw .malformedKeyStore("not PKCS#12")
        }
        pointer = parsed
    }

    /// The same with the algorithms of older programs at hand.
    init(legacy data: Data) throws(SignatureError) {
        let parsed = data.withUnsafeBytes { raw in
            vast_pkcs12_read_legacy(raw.bindMemory(to: UInt8.self).baseAddress, raw.count)
        }
        guard let parsed else { throw libraryFault("legacy provider") }
        pointer = parsed
    }

    deinit { PKCS12_free(pointer) }

    borrowing func checkLimits() throws(SignatureError) {
        guard PKCS12_mac_present(pointer) == 1 else { throw .malformedKeyStore("no integrity code") }
        var rounds: UnsafePointer<ASN1_INTEGER>?
        PKCS12_get0_mac(nil, nil, nil, &rounds, pointer)
        if let rounds, ASN1_INTEGER_get(rounds) > Self.maximumRounds { throw .malformedKeyStore("too many rounds") }
    }

    /// Tells a wrong PIN from a damaged file. Asked only after a failure: the code costs as much as opening the file.
    borrowing func checkPassphrase(_ passphrase: String) throws(SignatureError) {
        guard PKCS12_verify_mac(pointer, passphrase, -1) == 1 else {
            ERR_clear_error()
            throw .wrongPassphrase
        }
    }
}

extension Certificate {
    init(copying pointer: OpaquePointer) throws(SignatureError) {
        var out: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(pointer, &out)
        guard count > 0, let out else { throw libraryFault("i2d_X509") }
        defer { vast_free(out) }
        do throws(DERError) {
            try self.init(der: Data(bytes: out, count: Int(count)))
        } catch {
            throw .malformed(error)
        }
    }
}

extension X509StackHandle {
    borrowing func certificates() throws(SignatureError) -> [Certificate] {
        var certificates: [Certificate] = []
        for index in 0..<vast_x509_stack_count(pointer) {
            guard let member = vast_x509_stack_value(pointer, index) else { continue }
            certificates.append(try Certificate(copying: member))
        }
        return certificates
    }
}

extension [Certificate] {
    /// Issuer after subject, starting above `leaf`; what does not link comes last.
    func ordered(after leaf: Certificate) -> [Certificate] {
        var rest = self
        var ordered: [Certificate] = []
        var current = leaf
        while let index = rest.firstIndex(where: { $0.subject == current.issuer }) {
            current = rest.remove(at: index)
            ordered.append(current)
        }
        return ordered + rest
    }
}
