package import Foundation
import Synchronization

/// Digests of parts of a source that will be asked for later: taken by a core that is idle until then, otherwise by
/// whoever asks first. A class because both hold the same.
package final class DigestsAhead: Sendable {
    private let wanted: [RangeDigest]
    private let source: ByteSource
    private let values = Mutex<[RangeDigest: Data]?>(nil)

    /// Fewer bytes are digested sooner than another thread begins.
    private static let worthwhileBytes = 256 << 10

    package init(_ wanted: Set<RangeDigest>, of source: ByteSource) {
        self.wanted = Array(wanted)
        self.source = source
        guard !wanted.isEmpty, source.count >= Self.worthwhileBytes else { return }
        DispatchQueue.global().async { [weak self] in self?.take() }
    }

    /// Nil where the source could not be read.
    package func value(of digest: RangeDigest) -> Data? { take()[digest] }

    /// Who finds them being taken waits: they are in work by a thread that waits for nobody.
    @discardableResult
    private func take() -> [RangeDigest: Data] {
        values.withLock { values in
            if let values { return values }
            let taken = (try? source.digests(wanted)) ?? []
            let found = Dictionary(uniqueKeysWithValues: zip(wanted, taken))
            values = found
            return found
        }
    }
}
