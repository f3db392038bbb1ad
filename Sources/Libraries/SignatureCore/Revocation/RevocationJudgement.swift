import Foundation

/// Judges what is known about one certificate's revocation. Pure: times and proofs are handed in.
struct RevocationJudgement {
    let certificate: Certificate
    let evidence: [RevocationEvidence]
    let refusals: [RevocationFacts.Refusal]
    /// The time that matters: of the proof of existence, else `now`.
    let judged: Date
    let now: Date
    /// Until when the issuer's signatures count without proof that they are older (ETSI EN 319 102-1 §5.6.2.2).
    let limit: Date
    let proofs: ProofsOfExistence

    private static let clockSkewSeconds = 300.0

    func facts() -> RevocationFacts {
        var facts = RevocationFacts(certificate: certificate, refusals: refusals)
        let credible = evidence.filter { piece in
            if let refusal = refusal(of: piece) { facts.refusals.append(refusal) }
            return refusal(of: piece) == nil
        }
        if let revoked = revocation(in: credible) {
            take(revoked, into: &facts)
        } else if let good = assurance(in: credible) {
            take(good, into: &facts)
            facts.isFresh = true
        } else {
            facts.refusals += credible.map { $0.thisUpdate > certificate.notAfter ? .afterExpiry : .stale }
            if let latest = credible.max(by: { $0.thisUpdate < $1.thisUpdate }) { take(latest, into: &facts) }
        }
        facts.refusals = facts.refusals.uniqued()
        return facts
    }

    private func refusal(of piece: RevocationEvidence) -> RevocationFacts.Refusal? {
        if piece.thisUpdate > now.addingTimeInterval(Self.clockSkewSeconds) { return .fromTheFuture }
        // Once the issuer's key no longer counts, only what existed before does.
        if limit < now, proofs.time(of: piece.der) ?? now > limit { return .withoutProof }
        return nil
    }

    /// A revocation is for good, but a hold ends when newer data says so.
    private func revocation(in credible: [RevocationEvidence]) -> RevocationEvidence? {
        let revoked = credible.filter { if case .revoked = $0.status { true } else { false } }
        return revoked.first { piece in
            guard case .revoked(_, .certificateHold) = piece.status else { return true }
            return !credible.contains { $0.status == .good && $0.thisUpdate > piece.thisUpdate }
        }
    }

    /// The newest piece that clears the certificate for the time judged, when all reasons are covered.
    private func assurance(in credible: [RevocationEvidence]) -> RevocationEvidence? {
        let good = credible.filter { $0.status == .good && speaks($0, of: judged) }
        let reasons = good.reduce(into: ReasonSet()) { $0.formUnion($1.reasons) }
        guard reasons.isSuperset(of: .all) else { return nil }
        return good.max { $0.end < $1.end }
    }

    /// Issued after the time judged, while certificates like this were still listed; or issued before and not yet over.
    private func speaks(_ piece: RevocationEvidence, of time: Date) -> Bool {
        if piece.thisUpdate <= time { return time <= piece.end }
        let isListed = piece.thisUpdate <= certificate.notAfter
        return isListed || piece.holdsExpiredSince.map { $0 <= certificate.notAfter } ?? false
    }

    private func take(_ piece: RevocationEvidence, into facts: inout RevocationFacts) {
        facts.source = piece.source
        facts.status = piece.status
        facts.thisUpdate = piece.thisUpdate
        facts.nextUpdate = piece.nextUpdate
        facts.producedAt = piece.producedAt
        facts.authority = piece.authority
        facts.responderIsUnchecked = piece.responderIsUnchecked
        facts.evidence = piece.der
        // ETSI EN 319 102-1 §5.2.6: a certificate on hold may come back, so nothing is decided yet.
        if case .revoked(let time, let reason) = piece.status, reason != .certificateHold || time > judged {
            facts.isFresh = true
            facts.countsAsRevoked = time <= judged
        }
    }
}
