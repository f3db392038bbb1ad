/// Whether certificates of a path share a policy where one of them demands it (RFC 5280 §6.1), every policy being welcome.
/// Mappings are not followed: where they would matter the question stays open.
struct PolicyRules {
    private static let anyPolicy = "2.5.29.32.0"

    /// From below the anchor to the leaf.
    private let path: [Certificate]
    private var explicit: Int
    private var inhibitAny: Int
    /// Policies all have so far; nil while none was excluded.
    private var shared: Set<String>?
    private var isMapped = false

    /// `chain` is a complete path, leaf first.
    init(_ chain: [Certificate]) {
        path = chain.dropLast().reversed()
        (explicit, inhibitAny) = (path.count + 1, path.count + 1)
    }

    /// The certificate at which a policy is demanded and none is left; nil where all is well.
    consuming func culprit() -> Certificate? {
        for (index, certificate) in path.enumerated() {
            let isLeaf = index == path.count - 1
            narrow(to: certificate, isLeaf: isLeaf)
            if isLeaf { wrapUp(certificate) }
            if explicit == 0, isMapped || shared?.isEmpty ?? false { return certificate }
            if !isLeaf { prepareNext(after: certificate) }
        }
        return nil
    }

    /// §6.1.3 d and e.
    private mutating func narrow(to certificate: Certificate, isLeaf: Bool) {
        var own = Set(certificate.policies)
        let hasAny = own.remove(Self.anyPolicy) != nil
        if hasAny, inhibitAny > 0 || (!isLeaf && certificate.isSelfIssued) { return }
        shared = shared.map(own.intersection) ?? own
    }

    /// §6.1.4 a and b, h to j.
    private mutating func prepareNext(after certificate: Certificate) {
        let extensions = certificate.extensions
        isMapped = isMapped || extensions.mapsPolicies
        if !certificate.isSelfIssued { (explicit, inhibitAny) = (max(0, explicit - 1), max(0, inhibitAny - 1)) }
        explicit = min(explicit, extensions.explicitPolicySkip ?? explicit)
        inhibitAny = min(inhibitAny, extensions.anyPolicySkip ?? inhibitAny)
    }

    /// §6.1.5 a and b.
    private mutating func wrapUp(_ leaf: Certificate) {
        explicit = max(0, explicit - 1)
        if leaf.extensions.explicitPolicySkip == 0 { explicit = 0 }
    }
}
