import Digests
import Foundation
import SamplePDFs
import Testing

@testable import PAdES
@testable import SignatureCore

/// Quy tắc kết luận: cùng một sự việc luôn cho cùng một kết luận, mỗi điều kiện một dòng.
@Suite struct PolicyTests {
    /// Facts of a sound B-LTA file: the signature, then the document timestamp.
    static let sound = Task { () async throws -> [SignatureFacts] in
        try SignatureVerifier.facts(
            of: try await LevelTests.signed(.bLTA), trust: try Practice.shared.get().trust, at: now)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var verdict: Verdict
        var indication: String?
        var change: @Sendable (inout SignatureFacts) throws -> Void
        var testDescription: String { name }

        init(
            _ name: String, _ verdict: Verdict, _ indication: String? = nil,
            _ change: @escaping @Sendable (inout SignatureFacts) throws -> Void
        ) {
            (self.name, self.verdict, self.indication, self.change) = (name, verdict, indication, change)
        }
    }

    static let form: [Row] = [
        Row("no byte range", .invalid, "FORMAT_FAILURE") { $0.formProblems.insert(.noByteRange) },
        Row("bad byte range", .invalid, "FORMAT_FAILURE") { $0.formProblems.insert(.badByteRange) },
        Row("hole is not the value", .invalid, "FORMAT_FAILURE") { $0.formProblems.insert(.holeIsNotContents) },
        Row("hole is not hexadecimal", .invalid, "FORMAT_FAILURE") { $0.formProblems.insert(.holeNotHexadecimal) },
        Row("padding is not zero", .valid) { $0.formProblems.insert(.nonZeroPadding) },
        Row("hybrid, both views agree", .valid) { $0.formProblems.insert(.hybridReference) },
        Row("hybrid, views differ", .indeterminate, "FORMAT_FAILURE") { $0.formProblems.insert(.hybridConflict) },
        Row("guessed structure", .indeterminate, "FORMAT_FAILURE") { $0.formProblems.insert(.reconstructed) },
        Row("one key twice", .indeterminate, "FORMAT_FAILURE") { $0.formProblems.insert(.repeatedKeys) },
        Row("one value, two fields", .invalid, "FORMAT_FAILURE") { $0.formProblems.insert(.sharedBetweenFields) },
        Row("not a signature field", .invalid, "FORMAT_FAILURE") { $0.formProblems.insert(.wrongFieldType) },
        Row("ranges overlap", .invalid, "FORMAT_FAILURE") { $0.formProblems.insert(.collidingByteRange) },
        Row("another dictionary", .modifiedAfterSigning) { $0.formProblems.insert(.notInSignedRevision) },
        Row("taken out later", .modifiedAfterSigning) { $0.formProblems.insert(.removedLater) },
        Row("certified second", .modifiedAfterSigning) { $0.formProblems.insert(.certificationNotFirst) },
        Row("partial coverage", .modifiedAfterSigning, "FORMAT_FAILURE") { $0.coverage = .partial },
        Row("right code of the encrypted file", .valid) { $0.code = .right },
        Row("no code after what was appended", .modifiedAfterSigning, "DOCUMENT_MODIFIED") { $0.code = .absent },
        Row("wrong code after what was appended", .modifiedAfterSigning, "DOCUMENT_MODIFIED") { $0.code = .wrong },
        Row("signed by a program that knows of no codes", .indeterminate, "FORMAT_FAILURE") {
            ($0.code, $0.coverage) = (.absent, .wholeFile)
        },
        Row("code changed in the signature", .indeterminate, "FORMAT_FAILURE") {
            ($0.code, $0.coverage) = (.wrong, .wholeFile)
        },
        Row("code by other algorithms", .indeterminate, "CRYPTO_CONSTRAINTS_FAILURE") { $0.code = .unsupported },
        Row("unknown format", .indeterminate, "FORMAT_FAILURE") { $0.subFilter = "adbe.pkcs7.sha256" },
        Row("old format, proven old", .valid) {
            $0.subFilter = "adbe.pkcs7.sha1"
            $0.cms?.algorithmProblems = [AlgorithmProblem(weakness: .sha1, reliableUntil: .distantFuture)]
        },
        Row("old format today", .indeterminate, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE") {
            $0.subFilter = "adbe.x509.rsa_sha1"
            $0.cms?.algorithmProblems = [AlgorithmProblem(weakness: .sha1, reliableUntil: .distantPast)]
        },
        Row("old format without its content", .indeterminate, "FORMAT_FAILURE") {
            $0.subFilter = "adbe.pkcs7.sha1"
            $0.cms?.formProblems.insert(.missingContent)
        },
        Row("content inside", .invalid, "FORMAT_FAILURE") { $0.cms?.formProblems.insert(.encapsulatedContent) },
        Row("two signers", .invalid, "FORMAT_FAILURE") { $0.cms?.formProblems.insert(.severalSigners) },
        Row("attribute twice", .invalid, "FORMAT_FAILURE") { $0.cms?.formProblems.insert(.repeatedAttribute) },
        Row("attributes not in order", .invalid, "FORMAT_FAILURE") { $0.cms?.formProblems.insert(.attributesNotDER) },
        Row("digest not listed", .invalid, "FORMAT_FAILURE") { $0.cms?.formProblems.insert(.digestAlgorithmNotListed) },
        Row("algorithms exchanged", .invalid, "FORMAT_FAILURE") {
            $0.cms?.formProblems.insert(.algorithmProtectionMismatch)
        },
        Row("no attributes", .invalid, "FORMAT_FAILURE") { $0.cms?.formProblems.insert(.missingSignedAttributes) },
        Row("no attributes, old format", .valid) {
            $0.subFilter = "adbe.pkcs7.detached"
            $0.cms?.formProblems.insert(.missingSignedAttributes)
        },
    ]

    static let cryptography: [Row] = [
        Row("no certificate", .indeterminate, "NO_SIGNING_CERTIFICATE_FOUND") { $0.cms?.signer = nil },
        Row("another certificate named", .invalid, "SIG_CONSTRAINTS_FAILURE") { $0.cms?.essMatches = .mismatch },
        Row("no certificate named", .indeterminate, "SIG_CONSTRAINTS_FAILURE") { $0.cms?.essMatches = .absent },
        Row("no certificate named, old format", .valid) {
            $0.subFilter = "adbe.pkcs7.detached"
            $0.cms?.essMatches = .absent
        },
        Row("content changed", .invalid, "HASH_FAILURE") { $0.cms?.messageDigestMatches = false },
        Row("value wrong", .invalid, "SIG_CRYPTO_FAILURE") { $0.cms?.signature = .invalid },
        Row("algorithm unknown", .indeterminate, "CRYPTO_CONSTRAINTS_FAILURE") { $0.cms?.signature = .unsupported },
        Row("digest unknown", .indeterminate, "CRYPTO_CONSTRAINTS_FAILURE") { $0.cms?.digestAlgorithm = nil },
        Row("SHA-1 today", .indeterminate, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE") {
            $0.cms?.algorithmProblems = [AlgorithmProblem(weakness: .sha1, reliableUntil: .distantPast)]
        },
        Row("SHA-1, its age told by a stamp nobody trusts", .indeterminate, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE") {
            $0.cms?.algorithmProblems = [AlgorithmProblem(weakness: .sha1, reliableUntil: .distantFuture)]
            $0.cms?.provenTime = nil
        },
        Row("SHA-1, proven old", .valid) {
            $0.cms?.algorithmProblems = [AlgorithmProblem(weakness: .sha1, reliableUntil: .distantFuture)]
        },
        Row("broken timestamp", .valid) { $0.cms?.timestamps[0].signatureValid = false },
        Row("timestamps out of order", .indeterminate, "TIMESTAMP_ORDER_FAILURE") {
            $0.cms?.hasTimestampOrderFailure = true
        },
    ]

    static func problem(_ kind: PathProblem.Kind) -> @Sendable (inout SignatureFacts) throws -> Void {
        { facts in
            let signer = try #require(facts.cms?.signer)
            facts.cms?.path?.problems = [PathProblem(kind: kind, certificate: signer)]
        }
    }

    static let trust: [Row] = [
        Row("no path", .indeterminate, "NO_CERTIFICATE_CHAIN_FOUND", problem(.noIssuer)),
        Row("wrong usage", .indeterminate, "CHAIN_CONSTRAINTS_FAILURE", problem(.wrongUsage)),
        Row("expired", .indeterminate, "OUT_OF_BOUNDS_NO_POE", problem(.expired)),
        Row("expired before it was signed", .invalid, "EXPIRED", problem(.expiredBeforeSigning)),
        Row("not yet valid", .indeterminate, "NOT_YET_VALID", problem(.notYetValid)),
        Row("revoked before it was signed", .invalid, "REVOKED", problem(.revoked)),
        Row("revoked, nobody knows when signed", .indeterminate, "REVOKED_NO_POE", problem(.revokedWithoutProof)),
        Row("authority revoked", .indeterminate, "REVOKED_CA_NO_POE", problem(.authorityRevokedWithoutProof)),
        Row("status stale", .indeterminate, "TRY_LATER", problem(.statusUnknown)),
        Row("status without proof", .indeterminate, "NO_POE", problem(.statusWithoutProof)),
        Row("revoked before the time the signer claims", .invalid, "REVOKED_NO_POE") { facts in
            try problem(.revokedWithoutProof)(&facts)
            facts.cms?.path?.revocations[0].status = .revoked(at: now - 3600, reason: nil)
        },
        Row("only weak data about revocation", .indeterminate, "TRY_LATER") { facts in
            let signer = try #require(facts.cms?.signer)
            facts.cms?.path?.revocations = [RevocationFacts(certificate: signer, refusals: [.weakAlgorithm])]
            try problem(.statusUnknown)(&facts)
        },
        Row("certificate without proof, and nothing known of revocation", .indeterminate, "NO_POE") { facts in
            let signer = try #require(facts.cms?.signer)
            facts.cms?.path?.revocations = [RevocationFacts(certificate: signer)]
            try problem(.certificateWithoutProof)(&facts)
        },
        Row("revoked after the time the signer claims", .indeterminate, "REVOKED_NO_POE") { facts in
            try problem(.revokedWithoutProof)(&facts)
            facts.cms?.path?.revocations[0].status = .revoked(at: now + 3600, reason: nil)
        },
        Row("too much to check", .indeterminate, "NO_CERTIFICATE_CHAIN_FOUND", problem(.tooMuchToCheck)),
        Row("nothing known of revocation", .valid) { facts in
            let signer = try #require(facts.cms?.signer)
            facts.cms?.path?.revocations = [RevocationFacts(certificate: signer)]
            try problem(.statusUnknown)(&facts)
        },
    ]

    static func changed(_ level: ModificationLevel, permission: Int) -> @Sendable (inout SignatureFacts) -> Void {
        {
            $0.changes = [DocumentChange(level: level, sentence: "…")]
            $0.permission = permission
        }
    }

    static let changes: [Row] = [
        Row("archived after P=1", .valid, nil, changed(.ltaUpdates, permission: 1)),
        Row("filled after P=1", .modifiedAfterSigning, "DOCUMENT_MODIFIED", changed(.formFilling, permission: 1)),
        Row("filled after a permission nobody knows", .modifiedAfterSigning, nil, changed(.formFilling, permission: 0)),
        Row("filled after P=2", .valid, nil, changed(.formFilling, permission: 2)),
        Row("noted after P=2", .modifiedAfterSigning, "DOCUMENT_MODIFIED", changed(.annotations, permission: 2)),
        Row("noted after P=3", .valid, nil, changed(.annotations, permission: 3)),
        Row("changed after P=3", .modifiedAfterSigning, "DOCUMENT_MODIFIED", changed(.other, permission: 3)),
        Row("drawn over after P=3", .indeterminate, "DOCUMENT_MODIFIED") {
            changed(.annotations, permission: 3)(&$0)
            $0.isDrawnOver = true
        },
    ]

    @Test(arguments: form + cryptography + trust + changes)
    func `each condition alone decides`(row: Row) async throws {
        var facts = try #require(try await Self.sound.value.first)
        try row.change(&facts)
        let policy = SignaturePolicy(facts)
        #expect(policy.verdict == row.verdict)
        let indications = policy.lines.filter { $0.result != .passed && $0.result != .note }.map(\.subIndication)
        #expect(row.verdict == .valid ? indications.isEmpty : row.indication.map(indications.contains) ?? true)
    }

    @Test func `a sound signature and its archive timestamp pass every check`() async throws {
        for facts in try await Self.sound.value {
            let policy = SignaturePolicy(facts)
            #expect(policy.verdict == .valid)
            #expect(policy.lines.allSatisfy { $0.result == .passed || $0.name == "revocation" }, "\(policy.lines)")
        }
    }

    static let timestamp: [Row] = [
        Row("imprint of other bytes", .invalid, "HASH_FAILURE") { $0.documentTimestamp?.imprintMatches = false },
        Row("token broken", .invalid, "SIG_CRYPTO_FAILURE") { $0.documentTimestamp?.signatureValid = false },
        Row("not a timestamp authority", .invalid, "SIG_CRYPTO_FAILURE") { $0.documentTimestamp?.usageAllowed = false },
        Row("authority not named", .invalid, "SIG_CRYPTO_FAILURE") { $0.documentTimestamp?.essMatches = .absent },
        Row("before its authority", .indeterminate, "SIG_CONSTRAINTS_FAILURE") {
            $0.documentTimestamp?.problems = [.beforeAuthority]
        },
        Row("from the future", .indeterminate, "SIG_CONSTRAINTS_FAILURE") {
            $0.documentTimestamp?.problems = [.fromTheFuture]
        },
        Row("authority unknown", .indeterminate, "NO_CERTIFICATE_CHAIN_FOUND") {
            let authority = try #require($0.documentTimestamp?.authority)
            $0.documentTimestamp?.path?.problems = [PathProblem(kind: .noIssuer, certificate: authority)]
        },
    ]

    @Test(arguments: timestamp)
    func `a document timestamp is judged as a signature of its own`(row: Row) async throws {
        var facts = try #require(try await Self.sound.value.last)
        try row.change(&facts)
        let policy = SignaturePolicy(facts)
        #expect(policy.verdict == row.verdict)
        #expect(policy.lines.contains { $0.subIndication == row.indication })
    }

    @Test func `for integrity alone nobody needs to be trusted`() async throws {
        let source = ByteSource(try await LevelTests.signed(.bT))
        let request = VerificationRequest(trust: TrustStore(), date: now, judgesTrust: false)
        #expect(SignatureVerifier.report(on: source, request).verdict == .valid)
        let strict = VerificationRequest(trust: TrustStore(), date: now)
        #expect(SignatureVerifier.report(on: source, strict).verdict == .indeterminate)
    }
}
