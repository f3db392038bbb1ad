import Foundation

/// The rules of RFC 5280 §6.1 for one complete path, leaf first. Pure; signatures were checked when it was built.
struct PathRules {
    let chain: [Certificate]
    let usage: TrustStore.Usage
    let date: Date

    /// The gravest first: what no time heals, then times, then the leaf's usage.
    func problems() -> [PathProblem] { structure() + times() + leafUsage() }

    private func problem(_ kind: PathProblem.Kind, _ certificate: Certificate) -> PathProblem {
        PathProblem(kind: kind, certificate: certificate)
    }

    // MARK: structure

    private func structure() -> [PathProblem] {
        var problems: [PathProblem] = []
        for (index, certificate) in chain.enumerated() {
            let isAnchor = index == chain.count - 1
            if !isAnchor { problems += integrity(of: certificate) }
            if index > 0 { problems += authority(certificate, at: index, isAnchor: isAnchor) }
        }
        if let culprit = PolicyRules(chain).culprit() { problems.append(problem(.noCommonPolicy, culprit)) }
        return problems
    }

    private func integrity(of certificate: Certificate) -> [PathProblem] {
        var problems: [PathProblem] = []
        if !certificate.extensions.unknownCritical.isEmpty {
            problems.append(problem(.unknownCriticalExtension, certificate))
        }
        if !certificate.extensions.repeated.isEmpty { problems.append(problem(.repeatedExtension, certificate)) }
        if !certificate.signatureAlgorithmIsConsistent { problems.append(problem(.inconsistentAlgorithm, certificate)) }
        return problems
    }

    /// §6.1.4 k to n and, for the names below, §6.1.3 b and c.
    private func authority(_ certificate: Certificate, at index: Int, isAnchor: Bool) -> [PathProblem] {
        // An anchor of version 1 has no extensions to say anything.
        if isAnchor, !certificate.extensions.isPresent { return [] }
        var problems: [PathProblem] = []
        if !certificate.isAuthority { problems.append(problem(.notAnAuthority, certificate)) }
        if let usage = certificate.keyUsage, !usage.contains(.keyCertSign) {
            problems.append(problem(.cannotSignCertificates, certificate))
        }
        if let limit = certificate.extensions.pathLength, authorities(below: index) > limit {
            problems.append(problem(.pathTooLong, certificate))
        }
        if let constraints = certificate.extensions.nameConstraints {
            problems += names(below: index, under: constraints).map { problem(.nameNotPermitted, $0) }
        }
        return problems
    }

    /// Intermediates that are not their own issuers; the leaf does not count.
    private func authorities(below index: Int) -> Int {
        chain[..<index].dropFirst().count { !$0.isSelfIssued }
    }

    private func names(below index: Int, under constraints: NameConstraints) -> [Certificate] {
        chain[..<index].enumerated().filter { position, certificate in
            (position == 0 || !certificate.isSelfIssued) && !constraints.allow(certificate)
        }.map(\.element)
    }

    // MARK: times and usage

    private func times() -> [PathProblem] {
        chain.compactMap { certificate in
            if date > certificate.notAfter { return problem(.expired, certificate) }
            if date < certificate.notBefore { return problem(.notYetValid, certificate) }
            return nil
        }
    }

    private func leafUsage() -> [PathProblem] {
        guard let leaf = chain.first else { return [] }
        let isFit = usage == .signing ? leaf.allowsSigning : leaf.allowsTimestamping
        return isFit ? [] : [problem(.wrongUsage, leaf)]
    }
}

extension [PathProblem] {
    /// What the gravest problem makes of the path; revocation does not count here.
    var status: PathStatus {
        guard let first else { return .trusted }
        return switch first.kind {
        case .expired, .expiredBeforeSigning: .expired
        case .notYetValid: .notYetValid
        case .wrongUsage: .badUsage
        default: .untrusted
        }
    }
}
