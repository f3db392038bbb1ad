// Passwords kept as Argon2id (RFC 9106), computed on threads of their own.
internal import CArgon2
internal import Digests
internal import Dispatch
internal import Foundation

/// How much work one guess costs.
package struct PasswordCost: Sendable, Hashable {
    package var passes: UInt32
    package var memoryKiB: UInt32

    package init(passes: UInt32, memoryKiB: UInt32) {
        self.passes = passes
        self.memoryKiB = memoryKiB
    }

    /// 2 passes over 19 MiB, one lane: OWASP's minimum, some 55 ms.
    package static let standard = PasswordCost(passes: 2, memoryKiB: 19 << 10)
    /// For tests only.
    package static let trifling = PasswordCost(passes: 1, memoryKiB: 8)
}

package enum PasswordFault: Error, Sendable {
    case argon2(Int32)
}

/// Hashes and checks passwords. A few queues of its own bound how many run at once (19 MiB each) and keep the
/// blocking work off the cooperative threads.
package struct PasswordHasher: Sendable {
    private let cost: PasswordCost
    private let lanes: [DispatchQueue]

    package init(cost: PasswordCost = .standard, lanes: Int = 2) {
        self.cost = cost
        self.lanes = (0..<max(1, lanes)).map { DispatchQueue(label: "argon2-\($0)") }
    }

    /// The encoded hash with salt and cost: `$argon2id$v=19$m=…,t=…,p=1$…$…`.
    package func hash(_ password: String) async throws -> String {
        let cost = cost
        return try await onLane { try Self.hash(Self.bytes(password), cost) }
    }

    /// - Parameter encoded: nil for an account that does not exist or has no password: the same work, then false.
    package func matches(_ password: String, _ encoded: String?) async -> Bool {
        let stored = encoded ?? decoy
        let answer = try? await onLane { Self.check(Self.bytes(password), stored) }
        return encoded != nil && answer == .matches
    }

    /// Of the present cost and of no password.
    var decoy: String {
        "$argon2id$v=19$m=\(cost.memoryKiB),t=\(cost.passes),p=1$"
            + "c29tZSBmaXhlZCBzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    }

    private func onLane<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            guard let lane = lanes.randomElement() else { return continuation.resume(throwing: CancellationError()) }
            lane.async { continuation.resume(with: Result(catching: work)) }
        }
    }

    /// Input methods compose `ệ` in different ways; the same letters must be the same password.
    private static func bytes(_ password: String) -> [UInt8] {
        Array(password.precomposedStringWithCanonicalMapping.utf8)
    }

    enum Check { case matches, differs, unreadable }

    /// The work is done unless the stored hash is unreadable.
    static func check(_ password: [UInt8], _ encoded: String) -> Check {
        switch argon2id_verify(encoded, password, password.count) {
        case ARGON2_OK.rawValue: .matches
        case ARGON2_VERIFY_MISMATCH.rawValue: .differs
        default: .unreadable
        }
    }

    private static func hash(_ password: [UInt8], _ cost: PasswordCost) throws -> String {
        let salt = [UInt8](randomBytes(16))
        let hashBytes = 32
        let length = argon2_encodedlen(
            cost.passes, cost.memoryKiB, 1, UInt32(salt.count), UInt32(hashBytes), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let status = argon2id_hash_encoded(
            cost.passes, cost.memoryKiB, 1, password, password.count, salt, salt.count, hashBytes, &encoded, length)
        guard status == ARGON2_OK.rawValue else { throw PasswordFault.argon2(status) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
