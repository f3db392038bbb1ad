// Wrong PINs are counted; after five the key rests for a while; pure.
internal import Foundation

struct PINState: Hashable, Sendable {
    var failures: Int
    var lockedUntil: Date?

    static let allowedFailures = 5
    static let lockMinutes = 15

    /// Why the PIN may not be tried now.
    func obstacle(at now: Date) -> SigningRefusal? {
        guard let lockedUntil, lockedUntil > now else { return nil }
        return .locked(minutes: Int((lockedUntil.timeIntervalSince(now) / 60).rounded(.up)))
    }

    /// The state after a wrong PIN, and what the holder is told.
    func afterWrongPIN(at now: Date) -> (state: PINState, refusal: SigningRefusal) {
        let count = (lockedUntil.map { $0 <= now } ?? false) ? 1 : failures + 1
        guard count >= Self.allowedFailures else {
            return (PINState(failures: count, lockedUntil: nil), .wrongPIN(remaining: Self.allowedFailures - count))
        }
        let until = now.addingTimeInterval(Double(Self.lockMinutes * 60))
        return (PINState(failures: count, lockedUntil: until), .locked(minutes: Self.lockMinutes))
    }

    /// The state when an attempt that was counted never came to a PIN: the token was gone, the file cannot be read.
    func givingOneBack() -> PINState {
        PINState(failures: max(0, failures - 1), lockedUntil: nil)
    }
}
