import CLibcrypto
import Foundation
import Synchronization

/// A public key in libcrypto's memory. A class because it owns that memory; the lock lets one thread in at a time.
final class PublicKey: Sendable {
    private let handle: Mutex<PublicKeyHandle>

    /// nil when libcrypto cannot read the key.
    init?(info: Data) {
        guard let handle = PublicKeyHandle(info) else { return nil }
        self.handle = Mutex(handle)
    }

    func withPointer<Value: Sendable>(_ body: (OpaquePointer) -> Value) -> Value {
        handle.withLock { body($0.pointer) }
    }
}

private struct PublicKeyHandle: ~Copyable {
    let pointer: OpaquePointer

    init?(_ info: Data) {
        let parsed = info.withUnsafeBytes { raw -> OpaquePointer? in
            var cursor = raw.bindMemory(to: UInt8.self).baseAddress
            return d2i_PUBKEY(nil, &cursor, raw.count)
        }
        ERR_clear_error()
        guard let parsed else { return nil }
        pointer = parsed
    }

    deinit { EVP_PKEY_free(pointer) }
}

/// Public keys met lately, by their SubjectPublicKeyInfo: libcrypto takes longer to read a key than to use it.
final class PublicKeyCache: Sendable {
    static let shared = PublicKeyCache()
    private static let maximumCount = 512
    private let keys = Mutex<[Data: PublicKey]>([:])

    func key(of certificate: Certificate) -> PublicKey? {
        let info = certificate.publicKeyInfo
        if let known = keys.withLock({ $0[info] }) { return known }
        guard let key = PublicKey(info: info) else { return nil }
        keys.withLock { keys in
            // Foreign files name any number of keys; the few that matter come back at once.
            if keys.count >= Self.maximumCount { keys.removeAll(keepingCapacity: true) }
            keys[info] = key
        }
        return key
    }
}
