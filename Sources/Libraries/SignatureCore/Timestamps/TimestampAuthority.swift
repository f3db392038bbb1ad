package import Foundation

/// A timestamp authority (RFC 3161): the one call that is needed of it.
package struct TimestampAuthority: Sendable {
    /// The DER of a TimeStampToken over a SHA-256 digest.
    package var stamp: @Sendable (_ digest: Data) async throws -> Data

    package init(stamp: @escaping @Sendable (_ digest: Data) async throws -> Data) { self.stamp = stamp }
}
