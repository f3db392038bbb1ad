package import Foundation
package import SignatureCore

/// What kind of statement a signature is.
package enum SignatureKind: String, Sendable, Hashable, Codable { case approval, certification, timestamp }

/// How much of the file a signature covers.
package enum SignatureCoverage: String, Sendable, Hashable, Codable {
    case wholeFile, wholeRevision
    /// Not exactly one revision from its first byte to its last.
    case partial
}

/// What was found about one signature of a PDF. No judgement: `SignaturePolicy` judges.
package struct SignatureFacts: Sendable {
    /// Departures from the form of a PDF signature (ISO 32000-2 §12.8.1).
    package enum FormProblem: String, Sendable, Hashable, Codable, CaseIterable {
        case noDictionary, noByteRange, badByteRange, holeIsNotContents, holeNotHexadecimal, unreadableCMS,
            nonZeroPadding, sharedBetweenFields, notInSignedRevision, collidingByteRange, wrongFieldType,
            hybridConflict,
            hybridReference, removedLater, certificationNotFirst, reconstructed,
            repeatedKeys
    }

    /// What came of the authentication code of an encrypted file (ISO/TS 32004).
    package enum CodeFinding: String, Sendable, Hashable, Codable { case right, absent, wrong, unsupported }

    package var fieldName: String
    package var kind: SignatureKind = .approval
    package var subFilter: String?
    package var formProblems: Set<FormProblem> = []
    package var byteRange: [Int] = []
    package var coverage: SignatureCoverage = .partial
    /// Index of the revision covered; nil when it is none.
    package var revisionIndex: Int?
    package var cms: CMSReport?
    package var cmsProblems: Set<CMSFacts.FormProblem> { cms?.formProblems ?? [] }
    /// For a document timestamp.
    package var documentTimestamp: TimestampReport?
    package var changes: [DocumentChange] = []
    package var warnings: [String] = []
    /// Permitted notes draw over the signed page and may hide what was signed.
    package var isDrawnOver = false
    /// Of the newest revision; nil where the file asks for no code.
    package var code: CodeFinding?
    /// P of the certification that binds the file, 2 where none does.
    package var permission = 2
    package var claimedTime: Date?
    package var claimedName: String?
    package var reason: String?
    package var location: String?

    package var modificationLevel: ModificationLevel { changes.map(\.level).max() ?? .none }
    package var isCAdES: Bool { subFilter == "ETSI.CAdES.detached" }
    /// The value is made over the document's SHA-1 digest, which it holds.
    var isOfDigest: Bool { subFilter == "adbe.pkcs7.sha1" }
    /// The value is no CMS; the certificates stand beside it.
    var isBare: Bool { subFilter == "adbe.x509.rsa_sha1" }
}
