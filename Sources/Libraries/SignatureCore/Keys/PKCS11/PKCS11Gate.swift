import Foundation
import Synchronization

/// The one way to a module's calls: many pass side by side, and all wait while the module is finalised and initialised anew,
/// which ends every session of every token (PKCS#11 v2.40 §5.4).
final class PKCS11Gate: Sendable {
    private let calls: PKCS11Calls
    private let queue = DispatchQueue(label: "pkcs11.gate", attributes: .concurrent)
    /// How often it was begun anew: sessions of an earlier age are gone.
    private let age = Mutex(0)

    init(_ calls: PKCS11Calls) throws(KeyHolderError) {
        self.calls = calls
        try calls.initialize()
    }

    func pass<Value>(_ work: (PKCS11Calls, _ age: Int) throws -> Value) throws -> Value {
        try queue.sync { try work(calls, age.withLock { $0 }) }
    }

    /// Begins anew, unless somebody has done so since `seen`.
    func restart(seen: Int) throws {
        try queue.sync(flags: .barrier) {
            guard age.withLock({ $0 == seen }) else { return }
            age.withLock { $0 += 1 }
            calls.finalize()
            try calls.initialize()
        }
    }
}
