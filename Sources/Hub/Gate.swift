// Whom the hub believes, once for each call.
internal import Digests
internal import Foundation
internal import Platform
internal import Synchronization
internal import VXP

/// A call at the door: what it asks, who it says it is, and what it carries.
struct Knock: Sendable {
    let operation: VXPOperation
    let presented: PresentedCall
    /// SHA-256 of the body; of a packet, the `hash-file` that proves it.
    let bodyHash: String
    /// The caller's name for the call (`traceparent` or `X-Request-Id`), or one of ours.
    let traceId: String
}

struct HubGate: Sendable {
    let sealing: SecretSealing
    let windowSeconds: Double
    let zones: [Int]

    /// Believes the call or says why not. An unknown system and a wrong secret look the same from outside.
    func verify(_ knock: Knock, _ store: HubStore) throws -> (call: VerifiedCall, credentials: HubStore.Credentials) {
        guard let credentials = try store.credentials(of: knock.presented.systemId) else {
            throw SignatureRefusal.wrongSignature
        }
        var refusal = SignatureRefusal.wrongSignature
        for stored in credentials.secrets {
            let secret = credentials.isSealed ? try sealing.open(stored, of: knock.presented.systemId) : stored
            do throws(SignatureRefusal) {
                return (
                    try knock.presented.verified(
                        secret: secret, now: store.now, windowSeconds: windowSeconds, zones: zones),
                    credentials
                )
            } catch {
                if error != .wrongSignature { refusal = error }
            }
        }
        throw refusal
    }

    /// Believes the call and takes it. One with an effect is taken this once: the very same call again is refused on every
    /// node. The signature covers neither path nor body, so both are part of what is remembered.
    func admit(_ knock: Knock, _ store: HubStore) throws -> VerifiedCall {
        let (call, credentials) = try verify(knock, store)
        if knock.operation.hasEffect {
            let proof = sha256Hex(Data("\(knock.operation.rawValue)\n\(call.proof)\n\(knock.bodyHash)".utf8))
            guard try store.takeOnce(proof) else { throw HubRefusal(.unauthorised, .replayed) }
        }
        if isToBeNoted(credentials, store.now) { try store.noteSeen(call) }
        return call
    }

    /// At most one write a minute and system: offices poll every few seconds.
    func isToBeNoted(_ credentials: HubStore.Credentials, _ now: Date) -> Bool {
        credentials.seenAt.map { now.timeIntervalSince($0) >= 60 } ?? true
    }
}

/// How many uploads of each agency are under way on this node. A class because all calls share the count.
final class UploadGate: Sendable {
    private let running = Mutex<[Int64: Int]>([:])

    /// Runs `work` as one of at most `limit` of this agency; nil when it is one too many. 0 is no limit.
    func within<Value: Sendable>(
        _ agency: Int64, limit: Int, _ work: () async throws -> Value
    ) async throws -> Value? {
        let isAdmitted = running.withLock { running in
            guard limit <= 0 || running[agency, default: 0] < limit else { return false }
            running[agency, default: 0] += 1
            return true
        }
        guard isAdmitted else { return nil }
        defer {
            running.withLock { running in
                let left = running[agency, default: 1] - 1
                running[agency] = left > 0 ? left : nil
            }
        }
        return try await work()
    }
}
