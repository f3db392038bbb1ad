package import Foundation

/// Where a certificate's path led, whatever its revocation.
package enum PathStatus: String, Sendable, Hashable, Codable {
    case trusted, untrusted, expired, notYetValid, badUsage
}

/// Result of building and judging a path from a certificate to a configured anchor.
package struct PathReport: Sendable, Hashable {
    /// What is known of revocation along the path, for the time judged.
    package enum Revocation: String, Sendable, Hashable, Codable {
        /// Nothing to judge by was at hand: offline, or nobody asked.
        case notChecked
        /// Every certificate below the anchor is known not to have been revoked.
        case good
        /// For some certificate there is nothing, or nothing fresh enough.
        case tryLater
        /// Some certificate was revoked, and nothing proves the signature to be older.
        case revoked
    }

    /// Of the chain and its times.
    package var status: PathStatus
    /// From the certificate to the anchor as far as the path went.
    package var chain: [Certificate]
    /// The certificate at fault, when there is one.
    package var culprit: Certificate?
    /// The same in a word, for the log.
    package var reason: String
    /// The time the path was judged at: of the proof of existence, else of the validation.
    package var judgedAt: Date
    package var revocation: Revocation = .notChecked
    /// For each certificate below the anchor, the leaf first; empty where no path was found.
    package var revocations: [RevocationFacts] = []
    /// Everything found wrong, the gravest first; revocation after the chain.
    package var problems: [PathProblem] = []
    /// Certificates, lists and answers this result rests on.
    package var usedMaterial = ValidationMaterial()

    /// Of the first problem (ETSI EN 319 102-1 §5.1.3); nil when there is none.
    package var subIndication: String? { problems.first?.subIndication }
    /// The chain holds and every certificate of it is known to be good.
    package var isFullyTrusted: Bool { status == .trusted && revocation == .good }
    package var isRevoked: Bool { revocation == .revoked }
}
