// What the screens say about the signatures of a file: one sentence first, details below.
package import Foundation

/// How the one sentence is coloured; green only for what was verified and trusted.
package enum VerdictLevel: String, Sendable, Codable, CaseIterable {
    case trusted, caution, broken, unsigned
}

/// One signature in short.
package struct SignatureLine: Sendable, Hashable, Codable {
    package let field: String
    package let signer: String
    package let organisation: String?
    package let issuer: String
    package let isTimestamp: Bool
    package let signedAt: Date?
    /// "dấu thời gian" or "giờ máy ký".
    package let timeSource: String
    package let level: VerdictLevel
    package let pades: String
    package let sentence: String
    package let changes: [String]
}

/// The verdict on one file.
package struct SignatureVerdict: Sendable, Hashable {
    package let level: VerdictLevel
    package let sentence: String
    package let signatures: [SignatureLine]
    package let warnings: [String]
    package let judgedAt: Date
    /// What it was made from; nil where a test says the verdict.
    let record: CheckRecord?

    package init(
        level: VerdictLevel, sentence: String, signatures: [SignatureLine], warnings: [String], judgedAt: Date
    ) {
        self.init(
            level: level, sentence: sentence, signatures: signatures, warnings: warnings, judgedAt: judgedAt,
            record: nil)
    }

    init(
        level: VerdictLevel, sentence: String, signatures: [SignatureLine], warnings: [String], judgedAt: Date,
        record: CheckRecord?
    ) {
        self.level = level
        self.sentence = sentence
        self.signatures = signatures
        self.warnings = warnings
        self.judgedAt = judgedAt
        self.record = record
    }

    /// Whether the file may be treated as the original (QĐ 28/2018 Art. 4): signed, unchanged, trusted.
    package var isOriginal: Bool { level == .trusted }
}

/// What holds about a signed directive.
package struct DirectiveCheck: Sendable, Hashable {
    package let isIntact: Bool
    package let isTrusted: Bool
    package let signerName: String
    package let sentence: String

    package init(isIntact: Bool, isTrusted: Bool, signerName: String, sentence: String) {
        self.isIntact = isIntact
        self.isTrusted = isTrusted
        self.signerName = signerName
        self.sentence = sentence
    }
}
