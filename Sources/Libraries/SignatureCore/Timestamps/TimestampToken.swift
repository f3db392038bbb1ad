package import Digests
package import Foundation

/// A TimeStampToken (RFC 3161 §2.4.2): its TSTInfo and the CMS around it.
package struct TimestampToken: Sendable {
    package let cms: CMSFacts
    /// The time the authority claims.
    package let time: Date
    package let imprintAlgorithm: DigestAlgorithm?
    package let imprint: Data
    package let policy: String
    /// Content octets of the serial number.
    package let serialNumber: Data
    /// Content octets of the nonce, when there is one.
    let nonce: Data?

    package init(der: Data) throws(DERError) {
        cms = try CMSFacts(der: der, expecting: .timestampInfo)
        guard cms.contentType == .timestampInfo, let content = cms.encapsulatedContent else {
            throw DERError(reason: .expected("TSTInfo"), offset: 0)
        }
        var outer = try DERReader([UInt8](content))
        var fields = try outer.next(DERTag.sequence, "TSTInfo").reader()
        _ = try fields.next(DERTag.integer, "version")
        policy = try fields.next().objectIdentifier().description
        var imprintFields = try fields.next(DERTag.sequence, "messageImprint").reader()
        imprintAlgorithm = try SignatureAlgorithm.digestAlgorithm(
            try imprintFields.next(DERTag.sequence, "hashAlgorithm"))
        imprint = Data(try imprintFields.next(DERTag.octetString, "hashedMessage").content)
        serialNumber = Data(try fields.next(DERTag.integer, "serialNumber").content)
        time = try fields.next(DERTag.generalizedTime, "genTime").time()
        _ = try fields.nextIf(DERTag.sequence)
        _ = try fields.nextIf(DERTag.boolean)
        nonce = try fields.nextIf(DERTag.integer).map { Data($0.content) }
    }

    /// Collects what holds about this token for the data whose digest `imprint` computes.
    ///
    /// The path is judged at `date`; an authority whose certificate has run out since is judged at the token's own
    /// time instead, and the report says so.
    package func verify(
        imprint digest: (DigestAlgorithm) -> Data, trust: TrustStore, at date: Date
    ) -> TimestampReport {
        let cms = cms.resolvingSigner(among: trust.all)
        let inner = cms.check { $0.digest(cms.encapsulatedContent ?? Data()) }
        var path = cms.signer.map { trust.path(of: $0, beside: cms.certificates, at: date, usage: .timestamping) }
        var isExpiredSince = false
        if path?.status == .expired, let signer = cms.signer {
            let then = trust.path(of: signer, beside: cms.certificates, at: time, usage: .timestamping)
            if then.status == .trusted { (path, isExpiredSince) = (then, true) }
        }
        return TimestampReport(
            time: time, policy: policy, serialHex: serialNumber.hex, authority: cms.signer,
            digestAlgorithm: imprintAlgorithm,
            imprintMatches: imprintAlgorithm.map { digest($0) == imprint } ?? false,
            signatureValid: inner.signature == .valid && inner.messageDigestMatches
                && cms.formProblems.isDisjoint(with: Self.fatal),
            essMatches: inner.ess, usageAllowed: cms.signer?.allowsTimestamping ?? false,
            path: path, authorityExpiredSince: isExpiredSince)
    }

    private static let fatal: Set<CMSFacts.FormProblem> = [
        .noSigner, .severalSigners, .missingSignedAttributes, .missingMessageDigest, .wrongContentType,
        .wrongContentTypeAttribute, .repeatedAttribute, .unsupportedDigest,
    ]
}

/// What was found about a timestamp token.
package struct TimestampReport: Sendable, Hashable {
    package var time: Date
    package var policy: String
    package var serialHex: String
    package var authority: Certificate?
    package var digestAlgorithm: DigestAlgorithm?
    package var imprintMatches: Bool
    /// The token's own CMS holds: its message digest and its signature.
    package var signatureValid: Bool
    package var essMatches: ESSMatch
    /// The authority's certificate has timeStamping as its only, critical extended usage.
    package var usageAllowed: Bool
    package var path: PathReport?
    package var authorityExpiredSince: Bool

    /// The token is what it says, whoever issued it.
    package var isIntact: Bool { imprintMatches && signatureValid && essMatches != .mismatch && usageAllowed }
    /// Intact, and from an authority the office trusts: its time is proof.
    package var isTrusted: Bool { isIntact && path?.status == .trusted }
}
