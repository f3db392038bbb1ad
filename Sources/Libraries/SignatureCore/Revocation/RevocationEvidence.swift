import Foundation

/// What one authorised list or answer says about one certificate. Times are judged later.
struct RevocationEvidence: Sendable {
    var source: RevocationFacts.Source
    var der: Data
    var status: RevocationStatus
    var thisUpdate: Date
    var nextUpdate: Date?
    var producedAt: Date?
    var authority: Certificate
    /// Reasons covered; an answer covers all.
    var reasons = ReasonSet.all
    /// Certificates that expired since then are still spoken of.
    var holdsExpiredSince: Date?
    var responderIsUnchecked = false
    /// Of the signature, and of the keys and certificates it is believed by.
    var algorithmProblems: [AlgorithmProblem] = []

    /// Data without an end is believed for a day.
    private static let assumedLifeSeconds = 86_400.0

    /// Whether the algorithms no longer protect what is said of the time `judged`. A digest has to have held then and
    /// when the data was made; a key when the data is proven to have existed.
    func isWeak(for judged: Date, provenAt proof: Date?) -> Bool {
        algorithmProblems.contains { problem in
            !problem.isTolerated(at: problem.breaksOldSignatures ? proof : max(judged, thisUpdate))
        }
    }

    /// The last moment the issuer vouches for.
    var end: Date { nextUpdate ?? thisUpdate.addingTimeInterval(Self.assumedLifeSeconds) }
}

/// Lists and answers at hand, read once.
struct RevocationArchive: Sendable {
    private(set) var lists: [CertificateRevocationList] = []
    private(set) var answers: [OCSPResponse] = []
    private(set) var hasUnreadable = false

    init(_ material: ValidationMaterial) {
        for data in material.crls {
            do throws(DERError) { lists.append(try CertificateRevocationList(der: data)) } catch {
                hasUnreadable = true
            }
        }
        for data in material.ocspResponses {
            do throws(DERError) { answers.append(try OCSPResponse(der: data)) } catch { hasUnreadable = true }
        }
    }

    var isEmpty: Bool { count == 0 && !hasUnreadable }
    var count: Int { lists.count + answers.count }

    /// Both, this one's first.
    func adding(_ other: Self) -> Self {
        if isEmpty { return other }
        if other.isEmpty { return self }
        var all = self
        all.lists += other.lists
        all.answers += other.answers
        all.hasUnreadable = hasUnreadable || other.hasUnreadable
        return all
    }
}

/// Finds what may be believed about one certificate, and why the rest may not.
struct EvidenceCollector {
    let archive: RevocationArchive
    /// The path the certificate stands on, leaf first.
    let chain: [Certificate]
    let trust: TrustStore
    let helpers: [Certificate]
    let now: Date

    /// Foreign files may bring thousands; of those about one certificate so many are looked at, each once.
    private static let maximumPieces = 100
    private static let maximumSigners = 6

    private let checks: AuthorityChecks
    private(set) var evidence: [RevocationEvidence] = []
    private(set) var refusals: [RevocationFacts.Refusal] = []

    init(
        _ archive: RevocationArchive, chain: [Certificate], trust: TrustStore, helpers: [Certificate], now: Date
    ) {
        self.archive = archive
        self.chain = chain
        self.trust = trust
        self.helpers = helpers
        self.now = now
        checks = trust.common?.checks ?? AuthorityChecks()
    }

    mutating func collect(about certificate: Certificate, issuedBy issuer: Certificate) {
        guard checks.mayLook(through: archive.count) else { return }
        let answers = archive.answers.filter {
            $0.responseStatus != 0 || $0.single(for: certificate, issuedBy: issuer) != nil
        }
        for answer in answers.prefix(Self.maximumPieces) { read(answer, certificate, issuer) }
        var (full, delta): ([CertificateRevocationList], [CertificateRevocationList]) = ([], [])
        for list in archive.lists.filter({ mayConcern($0, certificate) }).prefix(Self.maximumPieces) {
            guard let path = authorities(of: list, certificate, issuer) else { continue }
            if list.isDelta { delta.append(list) } else { full.append(list) }
            guard !list.isDelta else { continue }
            add(list, delta: nil, certificate, path)
        }
        for addition in delta {
            guard let base = full.first(where: { $0.isBase(of: addition) }) else {
                refusals.append(.deltaWithoutBase)
                continue
            }
            guard let path = authorities(of: addition, certificate, issuer) else { continue }
            add(base, delta: addition, certificate, path)
        }
    }

    // MARK: answers

    private mutating func read(_ answer: OCSPResponse, _ certificate: Certificate, _ issuer: Certificate) {
        guard answer.responseStatus == 0 else {
            refusals.append(.notSuccessful)
            return
        }
        guard let single = answer.single(for: certificate, issuedBy: issuer) else { return }
        if answer.hasUnknownCritical || single.hasUnknownCritical {
            refusals.append(.unknownCriticalExtension)
            return
        }
        guard checks.mayLook(through: helpers.count) else { return }
        let named = ([issuer] + answer.certificates + helpers).filter(answer.isNamed)
        let authorised = named.prefix(Self.maximumSigners).filter { isAuthorised($0, for: answer, issuedBy: issuer) }
        guard let responder = authorised.first(where: { checks.isSigned(answer, by: $0) }) else {
            refusals.append(authorised.isEmpty ? .notAuthorised : .badSignature)
            return
        }
        let isOwn = responder.publicKeyInfo == issuer.publicKeyInfo
        let standing = isOwn || responder.extensions.hasNoCheck ? .good : standing(of: responder, issuer, answer)
        if standing == .revoked {
            refusals.append(.responderRevoked)
            return
        }
        evidence.append(
            RevocationEvidence(
                source: .ocsp, der: answer.der, status: single.status, thisUpdate: single.thisUpdate,
                nextUpdate: single.nextUpdate, producedAt: answer.producedAt, authority: responder,
                holdsExpiredSince: single.archiveCutoff, responderIsUnchecked: standing == .unknown,
                algorithmProblems: problems(
                    answer.signatureAlgorithm,
                    isOwn || trust.anchors.contains(responder) ? [responder] : [responder, issuer])))
    }

    /// What is weak about a signature by the first of these, whose certificates lead to the last, known already.
    private func problems(_ algorithm: SignatureAlgorithm, _ path: [Certificate]) -> [AlgorithmProblem] {
        let policy = AlgorithmPolicy.standard
        return [algorithm.ownDigest.flatMap { policy.problem($0) }].compactMap(\.self) + policy.problems(along: path)
    }

    /// RFC 6960 §4.2.2.2: the issuer itself, or one it certified for just this, or one that the office trusts by name.
    private func isAuthorised(_ responder: Certificate, for answer: OCSPResponse, issuedBy issuer: Certificate) -> Bool
    {
        if responder.publicKeyInfo == issuer.publicKeyInfo, responder.subject.matches(issuer.subject) { return true }
        let isAppointed = responder.extensions.extendedKeyUsage?.contains(.ocspSigning) == true
        guard isAppointed, responder.mayMakeSignatures, responder.extensions.unknownCritical.isEmpty,
            responder.notBefore <= answer.producedAt, answer.producedAt <= responder.notAfter
        else { return false }
        if trust.anchors.contains(responder) { return true }
        return responder.issuer.matches(issuer.subject) && checks.isSigned(responder, by: issuer)
    }

    private enum Standing { case good, revoked, unknown }

    /// Only lists tell about responders; to ask a responder about itself leads nowhere.
    private func standing(of responder: Certificate, _ issuer: Certificate, _ answer: OCSPResponse) -> Standing {
        let own = archive.lists.filter {
            !$0.isDelta && $0.issuer.matches(issuer.subject) && $0.scope.covers(responder)
                && checks.isSigned($0, by: issuer)
        }
        for list in own {
            guard let entry = try? list.entry(for: responder.serialNumber, of: responder.issuer) else { continue }
            if entry.revokedAt <= answer.producedAt { return .revoked }
        }
        return own.contains { $0.thisUpdate <= answer.producedAt.addingTimeInterval(86_400 * 31) } ? .good : .unknown
    }

    // MARK: lists

    private func mayConcern(_ list: CertificateRevocationList, _ certificate: Certificate) -> Bool {
        list.issuer.matches(certificate.issuer)
            || (list.scope.isIndirect && certificate.namesListIssuer(list.issuer))
    }

    /// Who signed the list, if that one may speak of `certificate` (RFC 5280 §6.3.3 b and f), and those above who lead to
    /// what is known already.
    private mutating func authorities(
        of list: CertificateRevocationList, _ certificate: Certificate, _ issuer: Certificate
    ) -> [Certificate]? {
        guard list.scope.covers(certificate) else {
            refusals.append(.outOfScope)
            return nil
        }
        guard checks.mayLook(through: helpers.count) else { return nil }
        var candidates: [Certificate] = []
        for candidate in [issuer] + chain + helpers
        where candidate.subject.matches(list.issuer) && candidate.keyUsage?.contains(.crlSign) ?? true {
            candidates.addOnce(candidate, upTo: Self.maximumSigners)
        }
        guard !candidates.isEmpty else {
            refusals.append(.notAuthorised)
            return nil
        }
        guard let signer = candidates.first(where: { checks.isSigned(list, by: $0) }) else {
            refusals.append(.badSignature)
            return nil
        }
        guard let path = signer.publicKeyInfo == issuer.publicKeyInfo ? [signer] : pathToSameAnchor(of: signer) else {
            refusals.append(.notAuthorised)
            return nil
        }
        return path
    }

    /// An authority that changed its key, or one that lists for others, must hang on the same anchor (§6.3.3 f).
    private func pathToSameAnchor(of signer: Certificate) -> [Certificate]? {
        guard let anchor = chain.last else { return nil }
        var builder = PathBuilder(anchors: [anchor], helpers: chain + helpers, memory: checks)
        var found: [Certificate]?
        builder.search(from: signer) { path in
            let problems = PathRules(chain: path, usage: .signing, date: min(now, signer.notAfter)).problems()
            if problems.allSatisfy({ $0.kind == .wrongUsage && $0.certificate == signer }) { found = path }
            return found != nil
        }
        return found
    }

    private mutating func add(
        _ list: CertificateRevocationList, delta: CertificateRevocationList?, _ certificate: Certificate,
        _ path: [Certificate]
    ) {
        let sources = [delta, list].compactMap(\.self)
        let entries = sources.map { source in
            Result { () throws(DERError) in try source.entry(for: certificate.serialNumber, of: certificate.issuer) }
        }
        guard let lines = try? entries.map({ try $0.get() }) else {
            refusals.append(.unreadable)
            return
        }
        let entry = lines.compactMap(\.self).first
        // §5.2 and §5.3: a list not understood may still not be taken to clear a certificate.
        let isUnderstood = sources.allSatisfy { $0.unknownCritical.isEmpty } && entry?.hasUnknownCritical != true
        if entry == nil, !isUnderstood {
            refusals.append(.unknownCriticalExtension)
            return
        }
        guard let authority = path.first else { return }
        var piece = Self.evidence(list, delta, entry, authority)
        piece.algorithmProblems = sources.flatMap { problems($0.signatureAlgorithm, path) }.uniqued()
        evidence.append(piece)
    }

    private static func evidence(
        _ list: CertificateRevocationList, _ delta: CertificateRevocationList?,
        _ entry: CertificateRevocationList.Entry?, _ authority: Certificate
    ) -> RevocationEvidence {
        var status = RevocationStatus.good
        if let entry, entry.reason != .removeFromCRL { status = .revoked(at: entry.revokedAt, reason: entry.reason) }
        let latest = delta ?? list
        return RevocationEvidence(
            source: .crl, der: latest.der, status: status, thisUpdate: latest.thisUpdate,
            nextUpdate: latest.nextUpdate, authority: authority, reasons: list.scope.reasons ?? .all,
            holdsExpiredSince: list.expiredSince)
    }
}

extension CertificateRevocationList {
    /// Whether `delta` adds to this full list (RFC 5280 §5.2.4 c).
    func isBase(of delta: CertificateRevocationList) -> Bool {
        guard !isDelta, let number, let least = delta.baseNumber, let later = delta.number else { return false }
        return issuer.matches(delta.issuer) && scope == delta.scope
            && authorityKeyIdentifier == delta.authorityKeyIdentifier && !number.isLess(than: least)
            && number.isLess(than: later)
    }
}

extension Data {
    /// Content octets of non-negative INTEGERs compared as numbers.
    func isLess(than other: Data) -> Bool {
        let (a, b) = (drop { $0 == 0 }, other.drop { $0 == 0 })
        return a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
    }
}

extension Certificate {
    fileprivate func namesListIssuer(_ name: DistinguishedName) -> Bool {
        extensions.distributionPoints.contains { point in
            point.listIssuers.contains {
                if case .directory(let issuer) = $0 { issuer.matches(name) } else { false }
            }
        }
    }
}
