// Timestamp authorities in their order: when one does not answer, the next is asked, and the silent one rests a while.
package import Foundation
internal import Logging
internal import Platform
package import SignatureCore

/// An actor because it remembers, in this process, who was silent.
package actor TimestampList {
    private let authorities: [(name: String, authority: TimestampAuthority)]
    private let now: @Sendable () -> Date
    private var restsUntil: [Int: Date] = [:]
    private static let restSeconds: Double = 120

    /// - Parameter authorities: in the order in which they are asked.
    package init(
        _ authorities: [(name: String, authority: TimestampAuthority)], now: @escaping @Sendable () -> Date
    ) {
        self.authorities = authorities
        self.now = now
    }

    /// The list as one authority; nil where it is empty.
    package nonisolated var authority: TimestampAuthority? {
        authorities.isEmpty ? nil : TimestampAuthority { try await self.stamp($0) }
    }

    /// Those that rest are asked too, last: better late than not.
    private func stamp(_ digest: Data) async throws -> Data {
        let time = now()
        let awake = authorities.indices.filter { (restsUntil[$0] ?? .distantPast) <= time }
        let resting = authorities.indices.filter { !awake.contains($0) }
        var last: any Error = NoTimestampAuthority()
        for index in awake + resting {
            do {
                let token = try await authorities[index].authority.stamp(digest)
                restsUntil[index] = nil
                return token
            } catch {
                Log.logger("signing").warning("\(authorities[index].name) gave no timestamp: \(error)")
                restsUntil[index] = time.addingTimeInterval(Self.restSeconds)
                last = error
            }
        }
        throw last
    }
}

struct NoTimestampAuthority: Error {}
