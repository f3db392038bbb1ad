// Keeps strangers from taking the machine away from the office: so many checks an address, so many at once.
internal import Foundation
internal import Platform

/// An actor because it is what this node remembers of the last minutes; nothing of it is written anywhere.
actor VisitorGate {
    struct Limits: Sendable {
        /// Checks of one address in the window.
        var visits = 30
        var windowSeconds: Double = 600
        var atOnce = 16
        var atOncePerAddress = 3
        /// Addresses remembered; beyond it strangers wait until older ones are forgotten.
        var addresses = 20_000
    }

    enum Answer: Sendable, Equatable {
        case welcome
        /// Come back in so many seconds.
        case later(seconds: Int)
    }

    private struct Visitor {
        var visits: Int
        var since: Date
        var inside: Int
    }

    private let limits: Limits
    private var visitors: [String: Visitor] = [:]
    private var inside = 0

    init(_ limits: Limits = Limits()) { self.limits = limits }

    func enter(_ address: String, now: Date) -> Answer {
        let name = NetworkAddress.neighbourhood(address)
        forgetOld(now, keeping: name)
        var visitor = visitors[name] ?? Visitor(visits: 0, since: now, inside: 0)
        if now.timeIntervalSince(visitor.since) >= limits.windowSeconds { (visitor.visits, visitor.since) = (0, now) }
        guard visitors[name] != nil || visitors.count < limits.addresses else { return .later(seconds: 60) }
        guard inside < limits.atOnce, visitor.inside < limits.atOncePerAddress else { return .later(seconds: 10) }
        guard visitor.visits < limits.visits else {
            let left = limits.windowSeconds - now.timeIntervalSince(visitor.since)
            return .later(seconds: max(1, Int(left.rounded(.up))))
        }
        visitor.visits += 1
        visitor.inside += 1
        inside += 1
        visitors[name] = visitor
        return .welcome
    }

    func leave(_ address: String) {
        inside -= 1
        visitors[NetworkAddress.neighbourhood(address)]?.inside -= 1
    }

    private func forgetOld(_ now: Date, keeping name: String) {
        guard visitors.count >= limits.addresses / 2 else { return }
        visitors = visitors.filter {
            $0.key == name || $0.value.inside > 0 || now.timeIntervalSince($0.value.since) < limits.windowSeconds
        }
    }
}
