package import Foundation

/// What is asked about one certificate, and everything that may help to answer.
struct PathQuestion {
    var certificate: Certificate
    var usage: TrustStore.Usage
    var now: Date
    /// When what the certificate's holder signed is proven to have existed; without proof it is judged as of now.
    var proof: Date?
    /// The signature names the certificate, so that the proof holds for the certificate too.
    var isBound = true
    var helpers: [Certificate] = []
    var material = ValidationMaterial()
    var proofs = ProofsOfExistence()

    var judged: Date { proof ?? now }
}

extension TrustStore {
    /// Builds and judges the path of `certificate` at `date` (RFC 5280 §6), with the certificates found beside it.
    ///
    /// Any configured anchor ends the path, self-signed or not. Revocation is judged by `material` alone; nothing is
    /// fetched. `proof` is when the thing signed is proven to have existed.
    package func path(
        of certificate: Certificate, beside others: [Certificate] = [], at date: Date, usage: Usage = .signing,
        material: ValidationMaterial = ValidationMaterial(), proof: Date? = nil,
        proofs: ProofsOfExistence = ProofsOfExistence()
    ) -> PathReport {
        answer(
            PathQuestion(
                certificate: certificate, usage: usage, now: date, proof: proof, helpers: others, material: material,
                proofs: proofs))
    }

    func answer(_ question: PathQuestion) -> PathReport {
        let common = common ?? CommonGround()
        let helpers = question.helpers + intermediates + question.material.certificates + common.material.certificates
        let usable = anchors.filter { trusts($0, for: question.usage, at: question.judged) }
        let trust = sharing(common)
        var builder = PathBuilder(anchors: usable, helpers: helpers, memory: common.checks)
        let archive = RevocationArchive(question.material).adding(common.archive)
        var best: PathReport?
        builder.search(from: question.certificate) { chain in
            let report = PathValidation(
                chain: chain, question: question, trust: trust, helpers: helpers, archive: archive
            )
            .report()
            if report.isBetter(than: best) { best = report }
            return report.problems.isEmpty
        }
        // A list left unchecked may have told of a revocation.
        if common.checks.isExhausted { return Self.report(of: ([question.certificate], .tooMuchToCheck), question) }
        return best ?? Self.report(of: builder.deadEnd, question)
    }

    private static func report(
        of deadEnd: (chain: [Certificate], problem: PathProblem.Kind)?, _ question: PathQuestion
    ) -> PathReport {
        let chain = deadEnd?.chain ?? [question.certificate]
        let culprit = chain.last ?? question.certificate
        let problem = PathProblem(kind: deadEnd?.problem ?? .noIssuer, certificate: culprit)
        return PathReport(
            status: .untrusted, chain: chain, culprit: culprit, reason: problem.kind.rawValue,
            judgedAt: question.judged, problems: [problem])
    }
}

extension PathReport {
    /// Of several paths the one with the least wrong is told.
    fileprivate func isBetter(than other: PathReport?) -> Bool {
        guard let other else { return true }
        func rank(_ report: PathReport) -> Int {
            report.problems.isEmpty ? 0 : report.status == .trusted ? (report.isRevoked ? 2 : 1) : 3
        }
        return rank(self) < rank(other)
    }
}

/// Judges one complete path: its structure and times at the time judged, then revocation from the anchor downwards with
/// the validation time sliding back (ETSI EN 319 102-1 §5.6.2.2).
struct PathValidation {
    let chain: [Certificate]
    let question: PathQuestion
    let trust: TrustStore
    let helpers: [Certificate]
    let archive: RevocationArchive

    func report() -> PathReport {
        let problems = PathRules(chain: chain, usage: question.usage, date: question.judged).problems()
        var report = PathReport(
            status: problems.status, chain: chain, culprit: problems.first?.certificate,
            reason: problems.first?.kind.rawValue ?? "ok", judgedAt: question.judged, problems: problems)
        judgeRevocation(&report)
        return report
    }

    private func judgeRevocation(_ report: inout PathReport) {
        let isAsked = !archive.isEmpty
        var limit = question.now
        var facts: [RevocationFacts] = []
        for index in chain.indices.dropLast().reversed() {
            let own = isAsked ? self.facts(at: index, limit: limit) : RevocationFacts(certificate: chain[index])
            facts.insert(own, at: 0)
            if index > 0 { limit = min(limit, end(of: own)) }
        }
        report.revocations = facts
        report.revocation = isAsked ? overall(facts) : chain.count > 1 ? .notChecked : .good
        if report.revocation != .notChecked { report.problems += self.problems(facts) }
        if isAsked { report.problems += certificateProof(facts) }
        report.usedMaterial = used(facts)
    }

    private func facts(at index: Int, limit: Date) -> RevocationFacts {
        let (certificate, issuer) = (chain[index], chain[index + 1])
        var collector = EvidenceCollector(archive, chain: chain, trust: trust, helpers: helpers, now: question.now)
        collector.collect(about: certificate, issuedBy: issuer)
        let judgement = RevocationJudgement(
            certificate: certificate, evidence: collector.evidence,
            refusals: collector.refusals + (archive.hasUnreadable ? [.unreadable] : []), judged: question.judged,
            now: question.now, limit: limit, proofs: question.proofs)
        return judgement.facts()
    }

    /// From when on signatures of this authority need proof of being older: it was revoked, or its certificate ran out.
    private func end(of facts: RevocationFacts) -> Date {
        var end = question.now
        if case .revoked(let time, _) = facts.status { end = min(end, time) }
        return min(end, facts.certificate.notAfter)
    }

    private func overall(_ facts: [RevocationFacts]) -> PathReport.Revocation {
        if facts.contains(where: \.countsAsRevoked) { return .revoked }
        if facts.allSatisfy(\.isGood) { return .good }
        return facts.allSatisfy(\.hasNothing) ? .notChecked : .tryLater
    }

    private func problems(_ facts: [RevocationFacts]) -> [PathProblem] {
        let revoked = facts.enumerated().filter(\.element.countsAsRevoked).map { index, facts in
            PathProblem(
                kind: index == 0 ? .revokedWithoutProof : .authorityRevokedWithoutProof,
                certificate: facts.certificate, detail: facts.revocationDetail)
        }
        let unknown = facts.filter { !$0.countsAsRevoked && !$0.isGood }.map { facts in
            PathProblem(
                kind: facts.refusals.contains(.withoutProof) ? .statusWithoutProof : .statusUnknown,
                certificate: facts.certificate, detail: facts.refusalDetail)
        }
        return revoked + unknown
    }

    /// A revoked authority's key may have been used to make certificates that look old.
    private func certificateProof(_ facts: [RevocationFacts]) -> [PathProblem] {
        let times = facts.dropFirst().compactMap { facts in
            if case .revoked(let time, _) = facts.status { time } else { nil }
        }
        guard let time = times.min(), !question.isBound, let leaf = chain.first,
            question.proofs.time(of: leaf.der) ?? question.now > time
        else { return [] }
        return [PathProblem(kind: .certificateWithoutProof, certificate: leaf)]
    }

    private func used(_ facts: [RevocationFacts]) -> ValidationMaterial {
        var material = ValidationMaterial(certificates: chain)
        for own in facts {
            guard let evidence = own.evidence else { continue }
            if own.source == .ocsp { material.ocspResponses.append(evidence) } else { material.crls.append(evidence) }
            if let authority = own.authority { material.certificates.append(authority) }
        }
        return ValidationMaterial().merging(material)
    }
}

extension RevocationFacts {
    fileprivate var revocationDetail: String {
        guard case .revoked(let time, let reason) = status else { return "" }
        return "Thu hồi ngày \(vietnameseDay(time))" + (reason.map { " (\($0.message))." } ?? ".")
    }

    fileprivate var refusalDetail: String {
        if case .revoked(_, .certificateHold) = status { return "Chứng thư đang bị tạm dừng." }
        return refusals.isEmpty ? "" : "Dữ liệu thu hồi: \(refusals.map(\.message).joined(separator: "; "))."
    }
}
