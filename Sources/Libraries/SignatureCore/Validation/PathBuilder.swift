/// Finds the ways from a certificate up to configured anchors, every signature on them checked (RFC 5280 §6.1.3 a 1, 4).
struct PathBuilder {
    /// Longer than any real hierarchy.
    private static let maximumDepth = 10
    /// Foreign files may bring hundreds of certificates of one name; each check costs as much as a signature.
    private static let maximumChecks = 100

    private let anchors: [Certificate]
    private let helpers: [Certificate]
    private let memory: AuthorityChecks
    private var checks = 0
    /// How far the best way went that did not arrive, and why.
    private(set) var deadEnd: (chain: [Certificate], problem: PathProblem.Kind)?

    init(anchors: [Certificate], helpers: [Certificate], memory: AuthorityChecks) {
        self.anchors = anchors
        self.helpers = helpers
        self.memory = memory
    }

    /// Shows `judge` each complete path, leaf first, until it says that it is content.
    mutating func search(from leaf: Certificate, judge: ([Certificate]) -> Bool) { _ = extend([leaf], judge) }

    private mutating func extend(_ chain: [Certificate], _ judge: ([Certificate]) -> Bool) -> Bool {
        guard let last = chain.last else { return false }
        if anchors.contains(last) { return judge(chain) }
        guard chain.count < Self.maximumDepth else { return remember(chain, .pathTooLong) }
        var isSigned = false
        guard memory.mayLook(through: helpers.count) else { return false }
        let issuers = issuers(of: last, notIn: chain)
        for issuer in issuers where checks < Self.maximumChecks {
            checks += 1
            guard memory.isSigned(last, by: issuer) else { continue }
            isSigned = true
            if extend(chain + [issuer], judge) { return true }
        }
        return isSigned ? false : remember(chain, issuers.isEmpty ? .noIssuer : .badSignature)
    }

    private mutating func remember(_ chain: [Certificate], _ problem: PathProblem.Kind) -> Bool {
        if chain.count > deadEnd?.chain.count ?? 0 { deadEnd = (chain, problem) }
        return false
    }

    /// Anchors before others, and those whose key is the one named before those whose key is not; of each so many as can
    /// be tried at all.
    private func issuers(of certificate: Certificate, notIn chain: [Certificate]) -> [Certificate] {
        var named: [Certificate] = []
        var others: [Certificate] = []
        for candidate in anchors + helpers where candidate.subject.matches(certificate.issuer) {
            let isAbove = chain.contains {
                $0.publicKeyInfo == candidate.publicKeyInfo && $0.subject == candidate.subject
            }
            if isAbove { continue }
            let (wanted, own) = (certificate.authorityKeyIdentifier, candidate.subjectKeyIdentifier)
            if wanted == nil || own == nil || wanted == own {
                named.addOnce(candidate, upTo: Self.maximumChecks)
            } else {
                others.addOnce(candidate, upTo: Self.maximumChecks)
            }
        }
        return named + others
    }
}

extension [Certificate] {
    mutating func addOnce(_ certificate: Certificate, upTo limit: Int) {
        if count < limit, !contains(certificate) { append(certificate) }
    }
}

extension Certificate {
    func isSigned(by issuer: Certificate) -> Bool {
        signatureAlgorithm.check(signature, over: signedPart, by: issuer) == .valid
    }
}
