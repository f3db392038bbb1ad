package import Foundation
import Synchronization

/// Digests of parts of a source that will be asked for later: begun with by a core that is idle until then, and finished by
/// whoever asks first, who does not wait for that core to be done. A class because both hold the same.
package final class DigestsAhead: Sendable {
    private let source: ByteSource
    /// Nil until a guess is made.
    private let wanted: Mutex<Set<RangeDigest>?>
    /// Nil before there is one, and once the source could not be read.
    private let pass: Mutex<DigestPass?>
    /// Nobody is to go on by himself any more.
    private let isOver = Atomic(false)

    /// Fewer bytes are digested sooner than another thread begins.
    private static let worthwhileBytes = 256 << 10

    package init(_ wanted: Set<RangeDigest>, of source: ByteSource) {
        self.source = source
        self.wanted = Mutex(wanted)
        pass = Mutex(DigestPass(Array(wanted), of: source))
        guard !wanted.isEmpty, source.count >= Self.worthwhileBytes else { return }
        DispatchQueue.global().async { [weak self] in self?.goOn() }
    }

    /// Begins with what will most likely be asked for, before anybody knows; the other core finds out itself.
    package init(of source: ByteSource, guessing guess: @escaping @Sendable (ByteSource) -> Set<RangeDigest>) {
        self.source = source
        wanted = Mutex(nil)
        pass = Mutex(nil)
        guard source.count >= Self.worthwhileBytes else { return }
        DispatchQueue.global().async { [weak self] in
            guard let self else { return }
            let likely = guess(self.source)
            pass.withLock { $0 = DigestPass(Array(likely), of: self.source) }
            wanted.withLock { $0 = likely }
            goOn()
        }
    }

    /// These where all that is asked for is among them; otherwise others, and these are given up.
    package func covering(_ asked: Set<RangeDigest>) -> DigestsAhead {
        if wanted.withLock({ $0.map(asked.isSubset) ?? false }) { return self }
        giveUp()
        return DigestsAhead(asked, of: source)
    }

    /// Whatever is not asked for is not taken.
    package func giveUp() { isOver.store(true, ordering: .relaxed) }

    /// Nil where the source could not be read.
    package func value(of digest: RangeDigest) -> Data? {
        giveUp()
        return pass.withLock { pass in
            while Self.advance(&pass) {}
            return pass?.value(of: digest)
        }
    }

    private func goOn() {
        while !isOver.load(ordering: .relaxed), pass.withLock({ Self.advance(&$0) }) {}
    }

    private static func advance(_ pass: inout sending DigestPass?) -> Bool {
        do { return try pass?.advance() ?? false } catch {
            pass = nil
            return false
        }
    }
}
