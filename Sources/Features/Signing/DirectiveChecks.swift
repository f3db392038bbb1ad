// Answers on directives that were asked for before: a document page asks again at every view.
internal import Foundation

/// An actor because it is what this node remembers in memory; another node, or a restart, simply checks again.
actor DirectiveChecks {
    private var known: [String: (check: DirectiveCheck, until: Date)] = [:]
    /// A certificate that expires meanwhile is noticed within the hour.
    private static let keptSeconds: Double = 3600
    private static let most = 2000

    /// - Parameter key: digests of payload and signature, and the version of trust: nothing else decides.
    func check(_ key: String, now: Date) -> DirectiveCheck? {
        known[key].flatMap { $0.until > now && $0.until <= now.addingTimeInterval(Self.keptSeconds) ? $0.check : nil }
    }

    func keep(_ check: DirectiveCheck, for key: String, now: Date) {
        if known.count >= Self.most { known.removeAll(keepingCapacity: true) }
        known[key] = (check, now.addingTimeInterval(Self.keptSeconds))
    }
}
