package import Foundation
import PDFCore
import SignatureCore

/// The outcome of verifying a file, as it is shown, stored and answered.
package struct VerificationReport: Sendable, Hashable, Codable {
    package struct Signature: Sendable, Hashable, Codable {
        package var field: String
        package var kind: SignatureKind
        package var verdict: Verdict
        /// The whole of it in one sentence.
        package var sentence: String
        /// B-B, B-T, B-LT or B-LTA; nil when the conditions of none hold (ETSI EN 319 142-1 §6).
        package var level: String?
        package var signer: Party?
        package var issuer: String?
        /// The best time known.
        package var time: Moment?
        package var claimedTime: Date?
        /// Every time something speaks for, the earliest first.
        package var times: [Moment]
        package var reason: String?
        package var location: String?
        package var subFilter: String?
        package var algorithms: String?
        package var coverage: SignatureCoverage
        /// Which revision of how many, counted from 1.
        package var revision: Int?
        package var revisionCount: Int
        /// The file as it was signed is its first so many bytes.
        package var signedByteCount: Int
        package var modificationLevel: ModificationLevel
        package var changes: [DocumentChange]
        package var facts: Facts
        package var checks: [SignatureCheckLine]
        /// DER of the signer's certificate.
        package var certificate: Data?
    }

    package struct Party: Sendable, Hashable, Codable {
        package var name: String
        package var organisation: String?
        package var title: String?
        package var subject: String
        package var serial: String
        package var validFrom: Date
        package var validTo: Date
    }

    /// A time and what speaks for it.
    package struct Moment: Sendable, Hashable, Codable {
        package enum Source: String, Sendable, Hashable, Codable {
            /// A trusted timestamp proves it.
            case timestamp
            /// A trusted timestamp over the whole document proves it.
            case documentTimestamp = "document-timestamp"
            /// The signer's own claim.
            case claim
        }

        package var date: Date
        package var source: Source
    }

    /// What was found, without judgement.
    package struct Facts: Sendable, Hashable, Codable {
        package var byteRange: [Int]
        package var formProblems: [String]
        package var structureProblems: [String]
        package var digestAlgorithm: String?
        package var signatureAlgorithm: String?
        package var contentDigestMatches: Bool?
        package var signatureValueMatches: Bool?
        /// Whether the signed part names the certificate: present, absent or mismatch.
        package var certificateReference: String?
        package var permission: Int
        package var timestamps: [Timestamp]
        package var revocation: [Revocation]
        package var claimedName: String?
    }

    package struct Timestamp: Sendable, Hashable, Codable {
        package var date: Date
        package var authority: String?
        package var isIntact: Bool
        package var isTrusted: Bool
    }

    /// What is known of one certificate of the path, the signer's first.
    package struct Revocation: Sendable, Hashable, Codable {
        package enum Status: String, Sendable, Hashable, Codable { case good, revoked, unknown }

        package var certificate: String
        package var serial: String
        package var status: Status
        /// crl, ocsp or none.
        package var source: String
        package var thisUpdate: Date?
        package var producedAt: Date?
        package var revokedAt: Date?
    }

    package var verdict: Verdict
    package var sentence: String
    /// The least level among the signatures that are not timestamps.
    package var level: String?
    package var warnings: [String]
    package var signatures: [Signature]
    package var unsignedFields: [String]

    /// Indented JSON with sorted keys and ISO 8601 dates.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(self)
    }
}
