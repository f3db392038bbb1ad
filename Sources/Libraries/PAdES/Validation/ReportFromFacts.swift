import Foundation
import PDFCore
import SignatureCore

extension VerificationReport {
    init(
        _ facts: [SignatureFacts], _ unsignedFields: [String], stored: ValidationMaterial, _ document: PDFDocument,
        _ request: VerificationRequest
    ) {
        let levels = ReachedLevel(document, facts, stored: stored)
        signatures = facts.map { facts in
            let policy = SignaturePolicy(facts, judgesTrust: request.judgesTrust)
            return Signature(facts, policy, level: levels.name(of: facts), document.revisions.count)
        }
        verdict = signatures.isEmpty ? .unsigned : signatures.reduce(.valid) { $0.worse($1.verdict) }
        sentence = verdict.sentence
        let names = signatures.filter { $0.kind != .timestamp }.map { $0.level ?? "" }
        level = names.min { Self.rank($0) < Self.rank($1) }.flatMap { $0.isEmpty ? nil : $0 }
        warnings = []
        self.unsignedFields = unsignedFields
        warnings = self.warnings(facts, document, request)
    }

    private static func rank(_ level: String) -> Int { ["", "B-B", "B-T", "B-LT", "B-LTA"].firstIndex(of: level) ?? 0 }

    private func warnings(
        _ facts: [SignatureFacts], _ document: PDFDocument, _ request: VerificationRequest
    ) -> [String] {
        guard !signatures.isEmpty else { return [] }
        var warnings: [String] = []
        for warning in facts.flatMap(\.warnings) where !warnings.contains(warning) { warnings.append(warning) }
        if document.trailingByteCount > 0 { warnings.append("Sau phần cuối tệp có dữ liệu thừa.") }
        let paths = facts.map { $0.cms?.path ?? $0.documentTimestamp?.path }
        let isUnchecked = paths.contains { $0?.revocations.contains(where: \.hasNothing) ?? true }
        if !request.judgesTrust {
            warnings.append("Chỉ kiểm tra tính toàn vẹn; chưa xét độ tin cậy của người ký.")
        } else if isUnchecked {
            warnings.append("Tình trạng thu hồi của chứng thư số chưa được kiểm tra.")
        }
        let all = paths + facts.flatMap { $0.cms?.timestamps ?? [] }.map(\.path)
        if request.judgesTrust, all.contains(where: { $0?.hasWeakStatus ?? false }) {
            warnings.append("Dữ liệu thu hồi ký bằng thuật toán hoặc khóa đã cũ không được coi là bằng chứng.")
        }
        return warnings
    }
}

extension PathReport {
    fileprivate var hasWeakStatus: Bool { revocations.contains { $0.refusals.contains(.weakAlgorithm) } }
}

extension VerificationReport.Signature {
    fileprivate init(_ facts: SignatureFacts, _ policy: SignaturePolicy, level: String?, _ revisionCount: Int) {
        // Of several signers none is named: nobody can say whose signature it is.
        let own = facts.cmsProblems.contains(.severalSigners) ? nil : facts.cms?.signer
        let certificate = own ?? facts.documentTimestamp?.authority
        field = facts.fieldName
        kind = facts.kind
        verdict = policy.verdict
        self.level = policy.verdict == .valid || policy.verdict == .indeterminate ? level : nil
        signer = certificate.map(VerificationReport.Party.init)
        issuer = certificate?.issuer.display
        times = facts.moments
        time = times.first { $0.source != .claim } ?? times.first
        claimedTime = facts.claimedTime ?? facts.cms?.signingTimeClaimed
        (reason, location, subFilter) = (facts.reason, facts.location, facts.subFilter)
        algorithms = facts.cms?.algorithms ?? facts.documentTimestamp?.digestAlgorithm?.name
        coverage = facts.coverage
        revision = facts.revisionIndex.map { $0 + 1 }
        self.revisionCount = revisionCount
        signedByteCount = facts.end
        modificationLevel = facts.modificationLevel
        changes = facts.changes
        self.facts = VerificationReport.Facts(facts)
        checks = policy.lines
        self.certificate = certificate?.der
        let worst = policy.lines.first { $0.result == .failed } ?? policy.lines.first { $0.result == .undecided }
        sentence = policy.verdict == .valid ? Verdict.valid.sentence : worst?.sentence ?? policy.verdict.sentence
    }
}

extension SignatureFacts {
    fileprivate var moments: [VerificationReport.Moment] {
        var moments: [VerificationReport.Moment] = []
        if let token = documentTimestamp, token.isTrusted {
            moments.append(.init(date: token.time, source: .documentTimestamp))
        }
        for token in cms?.timestamps ?? [] where token.isTrusted {
            moments.append(.init(date: token.time, source: .timestamp))
        }
        if let proven = cms?.provenTime, !moments.contains(where: { $0.date == proven }) {
            moments.append(.init(date: proven, source: .documentTimestamp))
        }
        if let claimed = claimedTime ?? cms?.signingTimeClaimed { moments.append(.init(date: claimed, source: .claim)) }
        return moments.sorted { $0.date < $1.date }
    }
}

extension VerificationReport.Facts {
    fileprivate init(_ facts: SignatureFacts) {
        let token = facts.documentTimestamp
        byteRange = facts.byteRange
        formProblems = facts.formProblems.map(\.rawValue).sorted()
        structureProblems = facts.cmsProblems.map(\.rawValue).sorted()
        digestAlgorithm = (facts.cms?.digestAlgorithm ?? token?.digestAlgorithm)?.name
        signatureAlgorithm = facts.cms?.signatureAlgorithm.name
        contentDigestMatches = facts.cms?.messageDigestMatches ?? token?.imprintMatches
        signatureValueMatches = facts.cms?.signatureValid ?? token?.signatureValid
        certificateReference = (facts.cms?.essMatches ?? token?.essMatches)?.rawValue
        permission = facts.permission
        timestamps = ((facts.cms?.timestamps ?? []) + [token].compactMap(\.self)).map(VerificationReport.Timestamp.init)
        revocation = (facts.cms?.path ?? token?.path)?.revocations.map(VerificationReport.Revocation.init) ?? []
        claimedName = facts.claimedName
    }
}

extension VerificationReport.Timestamp {
    fileprivate init(_ report: TimestampReport) {
        date = report.time
        authority = report.authority?.commonName
        (isIntact, isTrusted) = (report.isIntact, report.isTrusted)
    }
}

extension VerificationReport.Revocation {
    fileprivate init(_ facts: RevocationFacts) {
        certificate = facts.certificate.commonName
        serial = facts.certificate.serialHex
        source = facts.source.rawValue
        (thisUpdate, producedAt) = (facts.thisUpdate, facts.producedAt)
        switch facts.status {
        case .good: status = facts.isGood ? .good : .unknown
        case .revoked(let time, _): (status, revokedAt) = (.revoked, time)
        case .unknown: status = .unknown
        }
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
