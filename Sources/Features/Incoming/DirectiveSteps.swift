// What incoming documents ask of signing, as values; the office passes those of its signing desk.
package import Foundation
package import Platform
package import Records
package import Signing

/// Nothing here runs inside a transaction.
package struct DirectiveSteps: Sendable {
    /// Detached CMS (DER) over a directive, by the leader's key.
    package var sign: @Sendable (_ payload: Data, _ leader: Actor, _ pin: String) async throws -> Data
    package var check: @Sendable (_ payload: Data, _ signature: Data) async throws -> DirectiveCheck
    package var verification: @Sendable (_ file: BlobRef) async throws -> SignatureVerdict

    package init(
        sign: @escaping @Sendable (Data, Actor, String) async throws -> Data,
        check: @escaping @Sendable (Data, Data) async throws -> DirectiveCheck,
        verification: @escaping @Sendable (BlobRef) async throws -> SignatureVerdict
    ) {
        self.sign = sign
        self.check = check
        self.verification = verification
    }

    package init(_ desk: SigningDesk) {
        self.init(
            sign: { try await desk.signDirective($0, by: $1, pin: $2) },
            check: { try await desk.checkDirective(payload: $0, signature: $1) },
            verification: { try await desk.verification(of: $0) })
    }
}
