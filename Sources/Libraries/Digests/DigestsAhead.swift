package import Foundation
import Synchronization

/// Digests of parts of a source that will be asked for later: begun with by a core that is idle until then, and finished by
/// whoever asks first, who does not wait for that core to be done. A class because both hold the same.
package final class DigestsAhead: Sendable {
    private let wanted: Set<RangeDigest>
    private let source: ByteSource
    /// Nil once the source could not be read.
    private let pass: Mutex<DigestPass?>
    private let isAskedFor = Atomic(false)

    /// Fewer bytes are digested sooner than another thread begins.
    private static let worthwhileBytes = 256 << 10

    package init(_ wanted: Set<RangeDigest>, of source: ByteSource) {
        self.wanted = wanted
        self.source = source
        pass = Mutex(DigestPass(Array(wanted), of: source))
        guard !wanted.isEmpty, source.count >= Self.worthwhileBytes else { return }
        DispatchQueue.global().async { [weak self] in self?.begin() }
    }

    /// These where all that is asked for is among them, otherwise others, of everything asked for.
    package func covering(_ asked: Set<RangeDigest>) -> DigestsAhead {
        asked.isSubset(of: wanted) ? self : DigestsAhead(asked, of: source)
    }

    /// Nil where the source could not be read.
    package func value(of digest: RangeDigest) -> Data? {
        isAskedFor.store(true, ordering: .relaxed)
        return pass.withLock { pass in
            while Self.advance(&pass) {}
            return pass?.value(of: digest)
        }
    }

    private func begin() {
        while !isAskedFor.load(ordering: .relaxed), pass.withLock({ Self.advance(&$0) }) {}
    }

    private static func advance(_ pass: inout sending DigestPass?) -> Bool {
        do { return try pass?.advance() ?? false } catch {
            pass = nil
            return false
        }
    }
}
