package import Digests
package import Foundation

/// Whether the signed attributes name the signer's certificate by its hash (RFC 5035).
package enum ESSMatch: String, Sendable, Hashable, Codable { case present, absent, mismatch }

/// A choice of algorithm today's rules no longer accept for new signatures (TT 15/2025/TT-BKHCN).
package enum AlgorithmWeakness: Sendable, Hashable {
    case sha1
    case shortRSAKey(bits: Int)

    package var message: String {
        switch self {
        case .sha1: "Thuật toán băm SHA-1 đã cũ, không còn được chấp nhận cho chữ ký mới."
        case .shortRSAKey(let bits): "Khóa RSA \(bits) bit ngắn hơn 2048 bit theo quy định."
        }
    }
}

/// What was found about one detached CMS signature. No verdict: that is the caller's policy.
package struct CMSReport: Sendable, Hashable {
    package var formProblems: Set<CMSFacts.FormProblem>
    package var digestAlgorithm: DigestAlgorithm?
    package var signatureAlgorithm: SignatureAlgorithm
    package var messageDigestMatches: Bool
    package var signature: SignatureCheck
    package var essMatches: ESSMatch
    package var signer: Certificate?
    /// Judged at the time of a trusted timestamp, else at the time of validation.
    package var path: PathReport?
    package var signingTimeClaimed: Date?
    package var timestamp: TimestampReport?
    /// A timestamp attribute is there but could not be read.
    package var timestampUnreadable: Bool
    package var weaknesses: Set<AlgorithmWeakness>

    package var signatureValid: Bool { signature == .valid }
    /// The time proved by a trusted timestamp.
    package var provenTime: Date? { timestamp.flatMap { $0.isTrusted ? $0.time : nil } }
    package var algorithms: String {
        [digestAlgorithm?.name, signer?.publicKey.name ?? signatureAlgorithm.name].compactMap(\.self).joined(
            separator: ", ")
    }
}

extension CMSFacts {
    /// Collects what holds about the signature for the document whose digest `documentDigest` computes.
    ///
    /// `documentDigest` is called with the digest algorithms the signature names, once each.
    package func verify(
        documentDigest: (DigestAlgorithm) -> Data, trust: TrustStore, at date: Date
    ) -> CMSReport {
        let facts = resolvingSigner(among: trust.all)
        let checked = facts.check(documentDigest)
        let timestamp = timestamp(trust, date)
        let proven = timestamp.flatMap { $0.isTrusted ? $0.time : nil }
        return CMSReport(
            formProblems: formProblems, digestAlgorithm: digestAlgorithm, signatureAlgorithm: signatureAlgorithm,
            messageDigestMatches: checked.messageDigestMatches, signature: checked.signature, essMatches: checked.ess,
            signer: facts.signer,
            path: facts.signer.map { trust.path(of: $0, beside: certificates, at: proven ?? date) },
            signingTimeClaimed: signingTimeClaimed, timestamp: timestamp,
            timestampUnreadable: timestamp == nil && !timestampTokens.isEmpty, weaknesses: facts.weaknesses)
    }

    /// The best of the first few tokens: trusted before intact before any.
    private func timestamp(_ trust: TrustStore, _ date: Date) -> TimestampReport? {
        let reports = timestampTokens.prefix(4).compactMap { token in
            try? TimestampToken(der: token).verify(imprint: { $0.digest(signature) }, trust: trust, at: date)
        }
        return reports.first(where: \.isTrusted) ?? reports.first(where: \.isIntact) ?? reports.first
    }

    /// The parts that need no trust.
    func check(
        _ contentDigest: (DigestAlgorithm) -> Data
    ) -> (messageDigestMatches: Bool, signature: SignatureCheck, ess: ESSMatch) {
        guard let digestAlgorithm else { return (false, .unsupported, essMatch) }
        let digest = contentDigest(digestAlgorithm)
        guard let signer else { return (messageDigest == digest, .unsupported, essMatch) }
        guard let signedAttributes else {
            // RFC 5652 §5.4: without attributes the value is over the content itself.
            let check = signatureAlgorithm.check(signature, over: .digest(digest), digest: digestAlgorithm, by: signer)
            return (check == .valid, check, essMatch)
        }
        let check = signatureAlgorithm.check(
            signature, over: .bytes(signedAttributes), digest: digestAlgorithm, by: signer)
        return (messageDigest == digest, check, essMatch)
    }

    private var essMatch: ESSMatch {
        guard let signer, !essReferences.isEmpty else { return .absent }
        let isMatched = essReferences.allSatisfy { reference in
            reference.algorithm?.digest(signer.der) == reference.certificateHash
                && (reference.serialNumber ?? signer.serialNumber) == signer.serialNumber
        }
        return isMatched ? .present : .mismatch
    }

    private var weaknesses: Set<AlgorithmWeakness> {
        var found: Set<AlgorithmWeakness> = []
        if digestAlgorithm == .sha1 || signatureAlgorithm.ownDigest == .sha1 { found.insert(.sha1) }
        if case .rsa(let bits) = signer?.publicKey, bits < 2048 { found.insert(.shortRSAKey(bits: bits)) }
        return found
    }
}
