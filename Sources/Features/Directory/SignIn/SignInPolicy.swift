// How many guesses are allowed, and what a new password must be like; pure.
internal import Foundation
internal import Records

/// Failures of one subject: an account, an address, or both together.
struct Throttle: Sendable, Hashable {
    /// Failures that cost nothing: people mistype.
    let free: Int
    /// Wait after the first failure too many; doubled by each further one.
    let firstWaitSeconds: Double

    static let longestWaitSeconds: Double = 900
    /// Failures are forgotten after a quiet hour.
    static let memorySeconds: Double = 3600

    /// One account from one address: where guessing is first seen.
    static let pair = Throttle(free: 5, firstWaitSeconds: 30)
    /// One account from anywhere; generous, so that a stranger cannot easily lock a person out.
    static let account = Throttle(free: 30, firstWaitSeconds: 30)
    /// One address for all accounts; generous, since an agency may share one.
    static let address = Throttle(free: 60, firstWaitSeconds: 15)

    /// How long to wait after so many failures.
    func waitSeconds(afterFailures count: Int) -> Double {
        guard count >= free else { return 0 }
        return min(Self.longestWaitSeconds, firstWaitSeconds * Double(1 << min(10, count - free)))
    }
}

enum PasswordPolicy {
    static let shortest = 10
    static let longest = 200

    static func check(_ password: String, account: String) throws(SignInRefusal) {
        guard password.count >= shortest else { throw .tooShort(minimum: shortest) }
        guard password.utf8.count <= longest * 4 else { throw .tooLong }
        guard !password.lowercased().contains(account.lowercased()) else { throw .sameAsAccount }
    }
}
