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
        /// B-B or B-T; nil when the conditions of neither hold (ETSI EN 319 142-1 §6).
        package var level: String?
        package var signer: Party?
        package var issuer: String?
        package var time: Moment?
        package var claimedTime: Date?
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
            /// The signer's own claim.
            case claim
        }

        package var date: Date
        package var source: Source
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

extension VerificationReport {
    init(
        _ facts: [SignatureFacts], _ unsignedFields: [String], _ document: PDFDocument, _ request: VerificationRequest
    ) {
        signatures = facts.map {
            Signature($0, SignaturePolicy($0, judgesTrust: request.judgesTrust), document.revisions.count)
        }
        verdict = signatures.isEmpty ? .unsigned : signatures.reduce(.valid) { $0.worse($1.verdict) }
        sentence = verdict.sentence
        level = signatures.filter { $0.kind != .timestamp }.map { $0.level ?? "" }.min().flatMap {
            $0.isEmpty ? nil : $0
        }
        warnings = facts.flatMap(\.warnings)
        if !signatures.isEmpty, document.trailingByteCount > 0 { warnings.append("Sau phần cuối tệp có dữ liệu thừa.") }
        if verdict == .valid, !signatures.isEmpty {
            warnings.append("Tình trạng thu hồi của chứng thư số chưa được kiểm tra.")
        }
        self.unsignedFields = unsignedFields
    }
}

extension VerificationReport.Signature {
    fileprivate init(_ facts: SignatureFacts, _ policy: SignaturePolicy, _ revisionCount: Int) {
        let certificate = facts.cms?.signer ?? facts.documentTimestamp?.authority
        field = facts.fieldName
        kind = facts.kind
        verdict = policy.verdict
        level = Self.level(facts, policy.verdict)
        signer = certificate.map(VerificationReport.Party.init)
        issuer = certificate?.issuer.display
        time = Self.moment(facts)
        claimedTime = facts.claimedTime ?? facts.cms?.signingTimeClaimed
        (reason, location, subFilter) = (facts.reason, facts.location, facts.subFilter)
        algorithms = facts.cms?.algorithms ?? facts.documentTimestamp?.digestAlgorithm?.name
        coverage = facts.coverage
        revision = facts.revisionIndex.map { $0 + 1 }
        self.revisionCount = revisionCount
        signedByteCount = facts.end
        modificationLevel = facts.modificationLevel
        changes = facts.changes
        checks = policy.lines
        self.certificate = certificate?.der
        let worst = policy.lines.first { $0.result == .failed } ?? policy.lines.first { $0.result == .undecided }
        sentence = policy.verdict == .valid ? Verdict.valid.sentence : worst?.sentence ?? policy.verdict.sentence
    }

    private static func moment(_ facts: SignatureFacts) -> VerificationReport.Moment? {
        let token = facts.documentTimestamp.flatMap { $0.isTrusted ? $0.time : nil }
        if let proven = facts.cms?.provenTime ?? token { return .init(date: proven, source: .timestamp) }
        let claimed = facts.claimedTime ?? facts.cms?.signingTimeClaimed
        return claimed.map { .init(date: $0, source: .claim) }
    }

    private static func level(_ facts: SignatureFacts, _ verdict: Verdict) -> String? {
        guard facts.isCAdES, verdict == .valid || verdict == .indeterminate, let cms = facts.cms,
            cms.signatureValid, cms.essMatches == .present, cms.signingTimeClaimed == nil, facts.claimedTime != nil
        else { return nil }
        return cms.provenTime == nil ? "B-B" : "B-T"
    }
}

extension VerificationReport.Party {
    fileprivate init(_ certificate: Certificate) {
        name = certificate.commonName
        organisation = certificate.organisation
        title = certificate.subject.title
        subject = certificate.subject.display
        serial = certificate.serialHex
        validFrom = certificate.notBefore
        validTo = certificate.notAfter
    }
}
