// What incoming documents ask of signing, as values; the office passes those of its signing desk.
package import Foundation
package import Platform
package import Records
package import Signing

/// Nothing here runs inside a transaction.
package struct DirectiveSteps: Sendable {
    /// Has a directive signed (detached CMS, DER): now, or when the key holder has answered.
    package var begin:
        @Sendable (
            _ errand: SigningErrand, _ subject: Int64, _ leader: Actor, _ answer: KeyAnswer, _ details: String
        ) async throws -> SigningOutcome
    /// The keys a form offers.
    package var keys: @Sendable (_ holder: KeyHolder) async throws -> [KeyChoice]
    package var check: @Sendable (_ payload: Data, _ signature: Data) async throws -> DirectiveCheck
    package var verification: @Sendable (_ file: BlobRef) async throws -> SignatureVerdict
    /// The verdicts at hand, by SHA-256; `verification` makes the others.
    package var known: @Sendable (_ files: [BlobRef]) async throws -> [String: SignatureVerdict]

    package init(
        begin: @escaping @Sendable (SigningErrand, Int64, Actor, KeyAnswer, String) async throws -> SigningOutcome,
        keys: @escaping @Sendable (KeyHolder) async throws -> [KeyChoice] = { _ in [] },
        check: @escaping @Sendable (Data, Data) async throws -> DirectiveCheck,
        verification: @escaping @Sendable (BlobRef) async throws -> SignatureVerdict,
        known: @escaping @Sendable ([BlobRef]) async throws -> [String: SignatureVerdict] = { _ in [:] }
    ) {
        self.begin = begin
        self.keys = keys
        self.check = check
        self.verification = verification
        self.known = known
    }

    package init(_ desk: SigningDesk) {
        self.init(
            begin: { try await desk.tasks.begin($0, $1, by: $2, $3, details: $4) },
            keys: { try await desk.tasks.keys(of: $0) },
            check: { try await desk.checkDirective(payload: $0, signature: $1) },
            verification: { try await desk.verification(of: $0) },
            known: { try await desk.knownVerdicts(of: $0) })
    }
}
