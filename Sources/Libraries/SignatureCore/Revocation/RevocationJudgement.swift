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
        let strong = credible.filter { !isWeak($0) }
        if strong.count < credible.count { facts.refusals.append(.weakAlgorithm) }
        let good = assurance(in: strong)
        if let revoked = revocation(in: credible, liftedBy: strong) {
            take(revoked, into: &facts)
            // That it was revoked only later is good news, which weak data may not bring.
            if isWeak(revoked) { facts.isFresh = facts.isFresh && good != nil }
        } else if let good {
            take(good, into: &facts)
            facts.isFresh = true
        } else {
            facts.refusals += strong.map { $0.thisUpdate > certificate.notAfter ? .afterExpiry : .stale }
            if let latest = strong.max(by: { $0.thisUpdate < $1.thisUpdate }) { take(latest, into: &facts) }
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

    /// Data whose algorithms no longer hold can be made up (ETSI EN 319 102-1 §5.2.6 asks of it what it asks of the path).
    /// It never clears a certificate, yet a revocation it tells of counts: an authority that signs in the old way may
    /// well be right, and to ignore it would serve the signer alone.
    private func isWeak(_ piece: RevocationEvidence) -> Bool {
        piece.isWeak(for: judged, provenAt: proofs.time(of: piece.der))
    }

    /// A revocation is for good, but a hold ends when newer data says so. Of several the one that weighs most is told.
    private func revocation(
        in credible: [RevocationEvidence], liftedBy strong: [RevocationEvidence]
    ) -> RevocationEvidence? {
        let standing = credible.compactMap { piece -> (lightness: Int, time: Date, piece: RevocationEvidence)? in
            guard case .revoked(let time, let reason) = piece.status else { return nil }
            let isHold = reason == .certificateHold
            if isHold, strong.contains(where: { $0.status == .good && $0.thisUpdate > piece.thisUpdate }) { return nil }
            if time > judged { return (isWeak(piece) ? 3 : 2, time, piece) }
            return (isHold ? 1 : 0, time, piece)
        }
        return standing.min { ($0.lightness, $0.time) < ($1.lightness, $1.time) }?.piece
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
