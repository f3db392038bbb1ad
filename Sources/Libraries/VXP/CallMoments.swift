import Foundation
import Synchronization

/// Gives each call a millisecond of its own. Two equal calls in one millisecond carry the same signature, and a server
/// that refuses replays takes the second for one. A class because all calls of a client share the last moment.
final class CallMoments: Sendable {
    private let last = Mutex<Int64>(0)

    /// `now`, or the first free millisecond after it.
    func next(_ now: Date) -> Date {
        let milliseconds = Int64((now.timeIntervalSince1970 * 1000).rounded(.down))
        let given = last.withLock { last in
            // A clock set back must not be held on to: only calls of the same moment are told apart.
            // A clock that was set back is followed: only calls of about the same moment are told apart.
            let isNear = last >= milliseconds && last - milliseconds < 60_000
            last = isNear ? last + 1 : milliseconds
            return last
        }
        // The middle of the millisecond, which no rounding moves into another.
        return Date(timeIntervalSince1970: (Double(given) + 0.5) / 1000)
    }
}
