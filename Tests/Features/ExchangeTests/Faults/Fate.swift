import Foundation
import Platform
import Synchronization

/// A process that died: whatever it still tries comes to nothing.
struct Died: Error {}

/// What happens to one process: it may die at any of its writes, its disk may be full, its clock may be wrong.
/// A reference type because database, files and clock of the process all hang on it.
final class Fate: Sendable {
    private struct State {
        var isDead = false
        var isFull = false
        var writesLeft: Int?
        var skew: Double = 0
        var deaths = 0
    }

    private let state = Mutex(State())

    var isDead: Bool { state.withLock { $0.isDead } }
    var deaths: Int { state.withLock { $0.deaths } }
    var skew: Double { state.withLock { $0.skew } }

    func die() {
        state.withLock {
            if !$0.isDead { $0.deaths += 1 }
            $0.isDead = true
        }
    }

    /// Dies at the write after `writes` more.
    func die(after writes: Int) { state.withLock { $0.writesLeft = writes } }
    func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }
    func setClock(wrongBy seconds: Double) { state.withLock { $0.skew = seconds } }

    /// A new process: what threatened the old one is over; a full disk and a wrong clock stay.
    func rise() {
        state.withLock {
            $0.isDead = false
            $0.writesLeft = nil
        }
    }

    /// Nothing is wrong any more.
    func heal() {
        rise()
        fill(false)
        setClock(wrongBy: 0)
    }

    var points: WritePoints { WritePoints { try self.meet($0) } }

    private func meet(_ point: WritePoint) throws {
        try state.withLock { state in
            guard !state.isDead else { throw Died() }
            if state.isFull, point == .beforeCommit { throw DatabaseError.full("the disk of the test") }
            if state.isFull, point == .beforeFile { throw BlobError.full }
            guard point != .beforeRead, let left = state.writesLeft else { return }
            guard left <= 0 else { return state.writesLeft = left - 1 }
            state.writesLeft = nil
            state.isDead = true
            state.deaths += 1
            throw Died()
        }
    }
}
