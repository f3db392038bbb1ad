package import Digests
package import Foundation

/// A TimeStampToken (RFC 3161 §2.4.2): its TSTInfo and the CMS around it.
package struct TimestampToken: Sendable {
    package let cms: CMSFacts
    /// The time the authority claims.
    package let time: Date
    /// How far the time may be off; nil when the token does not say.
    package let accuracySeconds: Double?
    package let isOrdering: Bool
    package let imprintAlgorithm: DigestAlgorithm?
    package let imprint: Data
    package let policy: String
    /// Content octets of the serial number.
    package let serialNumber: Data
    /// Content octets of the nonce, when there is one.
    let nonce: Data?
    private let version: Int
    private let authorityName: GeneralName?
    private let hasUnknownCritical: Bool

    package init(der: Data) throws(DERError) {
        cms = try CMSFacts(der: der, expecting: .timestampInfo)
        guard cms.contentType == .timestampInfo, let content = cms.encapsulatedContent else {
            throw DERError(reason: .expected("TSTInfo"), offset: 0)
        }
        var outer = try DERReader([UInt8](content))
        var fields = try outer.next(DERTag.sequence, "TSTInfo").reader()
        try outer.finish()
        version = try fields.next(DERTag.integer, "version").smallInteger()
        policy = try fields.next().objectIdentifier().description
        var imprintFields = try fields.next(DERTag.sequence, "messageImprint").reader()
        imprintAlgorithm = try SignatureAlgorithm.digestAlgorithm(
            try imprintFields.next(DERTag.sequence, "hashAlgorithm"))
        imprint = try imprintFields.next(DERTag.octetString, "hashedMessage").contentData
        serialNumber = try fields.next(DERTag.integer, "serialNumber").contentData
        time = try fields.next(DERTag.generalizedTime, "genTime").time()
        accuracySeconds = try fields.nextIf(DERTag.sequence).map { value throws(DERError) in try Self.accuracy(value) }
        isOrdering = try fields.nextIf(DERTag.boolean)?.content.first.map { $0 != 0 } ?? false
        nonce = try fields.nextIf(DERTag.integer).map(\.contentData)
        authorityName = try fields.nextExplicit(0).map { value throws(DERError) in try GeneralName(value) }
        hasUnknownCritical =
            try fields.nextIf(DERTag.context(1)).map { value throws(DERError) in
                // Extensions is an implicitly tagged SEQUENCE here.
                for member in try value.members() where try Self.isCritical(member) { return true }
                return false
            } ?? false
        try fields.finish()
    }

    private static func accuracy(_ value: DERValue) throws(DERError) -> Double {
        var fields = try value.reader()
        let seconds = try fields.nextIf(DERTag.integer)?.smallInteger() ?? 0
        let milliseconds = try fields.nextIf(DERTag.primitive(0))?.smallInteger() ?? 0
        let microseconds = try fields.nextIf(DERTag.primitive(1))?.smallInteger() ?? 0
        return Double(seconds) + Double(milliseconds) / 1000 + Double(microseconds) / 1_000_000
    }

    private static func isCritical(_ member: DERValue) throws(DERError) -> Bool {
        var fields = try member.reader()
        try fields.next().expectObjectIdentifier()
        return try fields.nextIf(DERTag.boolean)?.content.first.map { $0 != 0 } ?? false
    }

    /// Collects what holds about this token for the data whose digest `imprint` computes.
    ///
    /// A token proves a time as long as its authority's certificate holds; after that a later timestamp must have
    /// covered it while it did (ETSI EN 319 102-1 §5.4 and §5.6), which `proofs` tell.
    package func verify(
        imprint digest: (DigestAlgorithm) -> Data, trust: TrustStore, at date: Date,
        material: ValidationMaterial = ValidationMaterial(), proofs: ProofsOfExistence = ProofsOfExistence()
    ) -> TimestampReport {
        let cms = cms.resolvingSigner(among: material.certificates + trust.all)
        let inner = cms.check { $0.digest(cms.encapsulatedContent ?? Data()) }
        let proof = proofs.time(of: cms.signature)
        let known = cms.embeddedMaterial.merging(material)
        let path = cms.signer.map { self.path(of: $0, trust, date, proof, known, proofs) }
        var report = TimestampReport(
            time: time, policy: policy, serialHex: serialNumber.hex, authority: cms.signer,
            digestAlgorithm: imprintAlgorithm,
            imprintMatches: imprintAlgorithm.map { digest($0) == imprint } ?? false,
            signatureValid: inner.signature == .valid && inner.messageDigestMatches
                && cms.formProblems.isDisjoint(with: Self.fatal),
            essMatches: cms.essMatch, usageAllowed: cms.signer?.allowsTimestamping ?? false,
            path: path, authorityExpiredSince: cms.signer.map { date > $0.notAfter } ?? false)
        report.accuracySeconds = accuracySeconds
        report.provenTime = proof
        report.problems = problems(cms.signer, at: date)
        report.algorithmProblems = algorithmProblems(cms, path)
        return report
    }

    private func path(
        of authority: Certificate, _ trust: TrustStore, _ date: Date, _ proof: Date?, _ material: ValidationMaterial,
        _ proofs: ProofsOfExistence
    ) -> PathReport {
        var question = PathQuestion(
            certificate: authority, usage: .timestamping, now: date, proof: proof, helpers: cms.certificates,
            material: material, proofs: proofs)
        let report = trust.answer(question)
        guard report.isRevoked, case .revoked(let end, let reason?) = report.revocations.first?.status,
            Self.harmless.contains(reason), time < end, (proof ?? date) <= authority.notAfter,
            report.revocations.first?.refusals.contains(.weakAlgorithm) == false
        else { return report }
        // RFC 3161 §4 item 1: an authority that merely stopped leaves its earlier tokens valid.
        question.proof = time
        return trust.answer(question)
    }

    private static let harmless: Set<RevocationReason> = [
        .unspecified, .affiliationChanged, .superseded, .cessationOfOperation,
    ]

    private func problems(_ authority: Certificate?, at date: Date) -> Set<TimestampReport.Problem> {
        var problems: Set<TimestampReport.Problem> = []
        if version != 1 { problems.insert(.unknownVersion) }
        if hasUnknownCritical { problems.insert(.unknownCriticalExtension) }
        if imprintAlgorithm.map({ $0.byteCount != imprint.count }) ?? false { problems.insert(.badImprint) }
        if time.timeIntervalSince(date) > max(300, accuracySeconds ?? 0) { problems.insert(.fromTheFuture) }
        // Nobody could have signed for that authority then; a token may be off by its accuracy, as clocks are.
        if let authority, authority.notBefore.timeIntervalSince(time) > max(300, accuracySeconds ?? 0) {
            problems.insert(.beforeAuthority)
        }
        if let authority, let authorityName, !authority.carries(authorityName) { problems.insert(.nameMismatch) }
        return problems
    }

    private func algorithmProblems(_ cms: CMSFacts, _ path: PathReport?) -> [AlgorithmProblem] {
        let policy = AlgorithmPolicy.standard
        let digests = [imprintAlgorithm, cms.digestAlgorithm, cms.signatureAlgorithm.ownDigest].compactMap(\.self)
        let own = Set(digests).compactMap { policy.problem($0) }
        guard let path, path.status != .untrusted else { return own }
        return own + policy.problems(along: path.chain)
    }

    private static let fatal: Set<CMSFacts.FormProblem> = [
        .noSigner, .severalSigners, .missingSignedAttributes, .missingMessageDigest, .wrongContentType,
        .wrongContentTypeAttribute, .repeatedAttribute, .unsupportedDigest, .attributesNotDER,
        .attributeWithSeveralValues, .algorithmProtectionMismatch,
    ]
}

extension Certificate {
    /// RFC 3161 §2.4.2: the name in a token is one of the authority's own.
    fileprivate func carries(_ name: GeneralName) -> Bool {
        if case .directory(let directory) = name, directory.matches(subject) { return true }
        return extensions.alternativeNames.contains(name)
    }
}
