package import Foundation

/// A timestamp authority (RFC 3161): the one call that is needed of it.
package struct TimestampAuthority: Sendable {
    /// The DER of a TimeStampToken over a SHA-256 digest.
    package var stamp: @Sendable (_ digest: Data) async throws -> Data

    package init(stamp: @escaping @Sendable (_ digest: Data) async throws -> Data) { self.stamp = stamp }
}

extension TimestampAuthority {
    /// Asks one after the other until one stamps; the last one's failure is told when none does.
    package static func firstAnswering(_ authorities: [TimestampAuthority]) -> TimestampAuthority {
        TimestampAuthority { digest in
            var failure: any Error = SignatureError.timestampRefused(status: 2, failure: "no authority")
            for authority in authorities {
                do { return try await authority.stamp(digest) } catch { failure = error }
            }
            throw failure
        }
    }
}
