// What this node has counted since it started.
internal import Foundation
internal import Synchronization
internal import VXP

/// What is counted; raw values are the names in the tally table.
enum HubCount: String, Sendable, CaseIterable {
    /// Label: the sender's code.
    case packets, bytes
    /// Label: the recipient's code.
    case delivered, failed
    /// Label: the cause.
    case refused
    /// Label: the operation.
    case calls
    /// Deliveries by how long they took. Label: the upper bound of the class in seconds.
    case delay
    /// Milliseconds of all deliveries together.
    case delaySum = "delay-sum"
}

/// A class because all calls of a node count together; the counts are few and short-lived in memory, and a job adds
/// them to the table that all nodes share.
final class HubMeter: Sendable {
    struct Key: Hashable, Sendable {
        let count: HubCount
        let label: String
    }

    /// Upper bounds of the classes of delay, in seconds; the last has none.
    static let delayBounds = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 259_200]
    static let noBound = "+Inf"

    private struct State {
        var total: [Key: Int] = [:]
        var pending: [Key: Int] = [:]
        var told: [String: (at: Date, more: Int)] = [:]
    }

    private let state = Mutex(State())

    func add(_ count: HubCount, _ label: String, _ by: Int = 1) {
        let key = Key(count: count, label: label)
        state.withLock {
            $0.total[key, default: 0] += by
            $0.pending[key, default: 0] += by
        }
    }

    func accepted(from code: String, bytes: Int) {
        add(.packets, code)
        add(.bytes, code, bytes)
    }

    func delivered(to code: String, after seconds: Double) {
        add(.delivered, code)
        add(.delay, Self.delayBounds.first { Double($0) >= seconds }.map { "\($0)" } ?? Self.noBound)
        add(.delaySum, "", Int(max(0, seconds) * 1000))
    }

    func failed(at code: String) { add(.failed, code) }

    /// Counts a refused call. nil when the same was told less than a minute ago; otherwise how many were not told
    /// since: a flood of strangers fills neither the log nor the disk.
    func refused(_ cause: RefusalCause, _ subject: String, at now: Date) -> Int? {
        add(.refused, cause.rawValue)
        return state.withLock { state in
            let key = "\(cause.rawValue):\(subject)"
            if let told = state.told[key], now.timeIntervalSince(told.at) < 60 {
                state.told[key]?.more += 1
                return nil
            }
            let more = state.told[key]?.more ?? 0
            if state.told.count > 1_000 { state.told = state.told.filter { now.timeIntervalSince($0.value.at) < 60 } }
            guard state.told.count <= 10_000 else { return nil }
            state.told[key] = (now, 0)
            return more
        }
    }

    /// Everything since the start.
    var totals: [Key: Int] { state.withLock { $0.total } }

    /// What was counted since the last time this was asked.
    func takePending() -> [Key: Int] {
        state.withLock { state in
            defer { state.pending = [:] }
            return state.pending
        }
    }

    /// Counts that could not be written down are kept for the next time.
    func giveBack(_ counts: [Key: Int]) {
        state.withLock { $0.pending.merge(counts) { $0 + $1 } }
    }
}
