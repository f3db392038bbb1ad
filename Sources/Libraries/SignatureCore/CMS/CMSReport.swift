package import Digests
package import Foundation

/// Whether the signed attributes name the signer's certificate by its hash (RFC 5035).
package enum ESSMatch: String, Sendable, Hashable, Codable { case present, absent, mismatch }

/// What was found about one detached CMS signature. No verdict: that is the caller's policy.
package struct CMSReport: Sendable, Hashable {
    package var formProblems: Set<CMSFacts.FormProblem>
    package var digestAlgorithm: DigestAlgorithm?
    package var signatureAlgorithm: SignatureAlgorithm
    package var messageDigestMatches: Bool
    package var signature: SignatureCheck
    /// Why the value could not be checked, for the user.
    package var signatureObstacle: String?
    package var essMatches: ESSMatch
    package var signer: Certificate?
    /// Judged at the time proven, else at the time of validation.
    package var path: PathReport?
    package var signingTimeClaimed: Date?
    /// The signature timestamp that counts: of those trusted the earliest, else one that is intact, else any.
    package var timestamp: TimestampReport?
    package var timestamps: [TimestampReport] = []
    /// Over the content, made before it was signed.
    package var contentTimestamps: [TimestampReport] = []
    package var archiveTimestampCount = 0
    /// A timestamp attribute is there but could not be read.
    package var timestampUnreadable: Bool
    /// Content, signature and later timestamps contradict each other (TIMESTAMP_ORDER_FAILURE).
    package var hasTimestampOrderFailure = false
    /// Weaknesses of the signature itself and of the signer's key.
    package var weaknesses: Set<AlgorithmWeakness>
    /// The same with dates, and those along the path.
    package var algorithmProblems: [AlgorithmProblem] = []
    /// The earliest time at which the signature is proven to have existed.
    package var provenTime: Date?
    package var commitmentTypes: [String] = []
    package var signaturePolicy: String?
    /// What this result rests on: certificates, lists and answers for signer and timestamps.
    package var usedMaterial = ValidationMaterial()

    package var signatureValid: Bool { signature == .valid }
    package var algorithms: String {
        [digestAlgorithm?.name, signer?.publicKey.name ?? signatureAlgorithm.name].compactMap(\.self).joined(
            separator: ", ")
    }
    /// Weak algorithms that the proven time does not excuse.
    package var intolerableAlgorithms: [AlgorithmProblem] {
        algorithmProblems.filter { !$0.isTolerated(at: provenTime) }
    }
}

extension CMSFacts {
    /// Collects what holds about the signature for the document whose digest `documentDigest` computes.
    ///
    /// `documentDigest` is called with the digest algorithms the signature and its content timestamps name. Nothing is
    /// fetched: `material` is what is at hand beside the CMS, `proofs` what later timestamps prove.
    package func verify(
        documentDigest: (DigestAlgorithm) -> Data, trust: TrustStore, at date: Date,
        material: ValidationMaterial = ValidationMaterial(), proofs: ProofsOfExistence = ProofsOfExistence()
    ) -> CMSReport {
        let facts = resolvingSigner(among: material.certificates + trust.all)
        func contentDigest(_ algorithm: DigestAlgorithm) -> Data {
            signedDigest.map(algorithm.digest) ?? documentDigest(algorithm)
        }
        let known = embeddedMaterial.merging(material)
        let judge = TimestampJudge(trust: trust, date: date, material: known, proofs: proofs)
        let stamps = judge.reports(on: timestampTokens) { $0.digest(signature) }
        let contentStamps = judge.reports(on: contentTimestampTokens, imprint: contentDigest)
        let proven = Self.provenTime(stamps, proofs.time(of: signature))
        let essMatch = facts.essMatch
        let path = facts.signer.map { signer in
            var proofs = proofs
            if let proven { proofs.add(proven, of: signed.material) }
            return trust.answer(
                PathQuestion(
                    certificate: signer, usage: .signing, now: date, proof: proven, isBound: essMatch == .present,
                    helpers: certificates, material: known, proofs: proofs))
        }
        // Last, for the digest of a large file may still be on its way.
        let checked = facts.check(contentDigest)
        let isOfDocument = signedDigest.map { $0 == documentDigest(.sha1) } ?? true
        var report = CMSReport(
            formProblems: formProblems, digestAlgorithm: digestAlgorithm, signatureAlgorithm: signatureAlgorithm,
            messageDigestMatches: checked.messageDigestMatches && isOfDocument, signature: checked.signature,
            signatureObstacle: facts.signatureObstacle, essMatches: essMatch, signer: facts.signer, path: path,
            signingTimeClaimed: signingTimeClaimed, timestamp: TimestampJudge.best(of: stamps), timestamps: stamps,
            contentTimestamps: contentStamps, archiveTimestampCount: archiveTimestampCount,
            timestampUnreadable: stamps.count < min(timestampTokens.count, TimestampJudge.maximumTokens),
            weaknesses: facts.weaknesses, provenTime: proven, commitmentTypes: commitmentTypes,
            signaturePolicy: signaturePolicy)
        report.addConclusions(facts)
        return report
    }

    private static func provenTime(_ stamps: [TimestampReport], _ proof: Date?) -> Date? {
        (stamps.filter(\.isTrusted).map(\.time) + [proof].compactMap(\.self)).min()
    }

    /// The parts that need no trust.
    func check(
        _ contentDigest: (DigestAlgorithm) -> Data
    ) -> (messageDigestMatches: Bool, signature: SignatureCheck) {
        guard let digestAlgorithm else { return (false, .unsupported) }
        guard let signer else { return (messageDigest == contentDigest(digestAlgorithm), .unsupported) }
        guard let signedAttributes else {
            // RFC 5652 §5.4: without attributes the value is over the content itself.
            let digest = contentDigest(digestAlgorithm)
            let check = signatureAlgorithm.check(signature, over: .digest(digest), digest: digestAlgorithm, by: signer)
            return (check == .valid, check)
        }
        let check = signatureAlgorithm.check(
            signature, over: .bytes(signedAttributes), digest: digestAlgorithm, by: signer)
        return (messageDigest == contentDigest(digestAlgorithm), check)
    }

    private var signatureObstacle: String? {
        guard let signer, let digestAlgorithm else { return nil }
        return signatureAlgorithm.obstacle(digest: digestAlgorithm, by: signer)
    }

    var essMatch: ESSMatch {
        guard let signer, !signed.essReferences.isEmpty else { return .absent }
        return signed.essReferences.allSatisfy { $0.names(signer) } ? .present : .mismatch
    }

    private var weaknesses: Set<AlgorithmWeakness> { Set(ownAlgorithmProblems.map(\.weakness)) }

    /// Of the signature itself: its digests and the signer's key.
    fileprivate var ownAlgorithmProblems: [AlgorithmProblem] {
        let policy = AlgorithmPolicy.standard
        let ofDocument = signedDigest == nil ? nil : DigestAlgorithm.sha1
        let digests = Set([digestAlgorithm, signatureAlgorithm.ownDigest, ofDocument].compactMap(\.self))
        return digests.compactMap { policy.problem($0) }
            + [signer.flatMap { policy.problem($0.publicKey, of: $0) }].compactMap(\.self)
    }
}

extension CMSReport {
    fileprivate mutating func addConclusions(_ facts: CMSFacts) {
        addConclusions(own: facts.ownAlgorithmProblems)
    }

    /// `own` are the weaknesses of the signature itself.
    mutating func addConclusions(own: [AlgorithmProblem]) {
        algorithmProblems = own
        if let path, path.status != .untrusted {
            algorithmProblems += AlgorithmPolicy.standard.problems(along: path.chain)
        }
        algorithmProblems = algorithmProblems.uniqued()
        hasTimestampOrderFailure = isOutOfOrder
        if let earliest = contentTimestamps.filter(\.isTrusted).map(\.time).max() {
            path?.conclude(signedAfter: earliest)
        }
        let paths = [path] + (timestamps + contentTimestamps).map(\.path)
        for case let path? in paths { usedMaterial = usedMaterial.merging(path.usedMaterial) }
    }

    /// ETSI EN 319 102-1 §5.5.4: content, then signature, then what covers both.
    private var isOutOfOrder: Bool {
        if (timestamps + contentTimestamps).contains(where: \.isLaterThanItsProof) { return true }
        guard let content = contentTimestamps.filter(\.isTrusted).map(\.earliest).max() else { return false }
        let latest = timestamps.filter(\.isTrusted).map(\.latest).min() ?? provenTime
        return latest.map { content > $0 } ?? false
    }
}

extension PathReport {
    /// With proof that the signature is younger than `time`, what held before it is certain
    /// (ETSI EN 319 102-1 §5.3.4: REVOKED and EXPIRED in place of their forms without proof).
    mutating func conclude(signedAfter time: Date) {
        for index in problems.indices {
            let certificate = problems[index].certificate
            switch problems[index].kind {
            case .revokedWithoutProof:
                let facts = revocations.first { $0.certificate == certificate }
                if case .revoked(let moment, _) = facts?.status, moment <= time { problems[index].kind = .revoked }
            case .expired where certificate == chain.first && certificate.notAfter < time:
                problems[index].kind = .expiredBeforeSigning
            default: continue
            }
        }
    }
}
