package import Digests
package import Foundation

/// What was found about a timestamp token.
package struct TimestampReport: Sendable, Hashable {
    package enum Problem: String, Sendable, Hashable, Codable, CaseIterable {
        case unknownVersion, unknownCriticalExtension, badImprint, fromTheFuture, beforeAuthority, nameMismatch

        /// For the user.
        package var message: String {
            switch self {
            case .unknownVersion: "Dấu thời gian thuộc phiên bản chưa biết."
            case .unknownCriticalExtension: "Dấu thời gian có ràng buộc bắt buộc mà phần mềm không hiểu."
            case .badImprint: "Giá trị băm trong dấu thời gian sai độ dài."
            case .fromTheFuture: "Dấu thời gian ghi thời điểm ở tương lai."
            case .beforeAuthority: "Dấu thời gian ghi thời điểm trước khi chứng thư của máy chủ có hiệu lực."
            case .nameMismatch: "Tên máy chủ trong dấu thời gian không phải tên trong chứng thư của nó."
            }
        }
    }

    package var time: Date
    package var accuracySeconds: Double?
    package var policy: String
    package var serialHex: String
    package var authority: Certificate?
    package var digestAlgorithm: DigestAlgorithm?
    package var imprintMatches: Bool
    /// The token's own CMS holds: its message digest and its signature.
    package var signatureValid: Bool
    package var essMatches: ESSMatch
    /// The authority's certificate has timeStamping as its only, critical extended usage, and its key may sign.
    package var usageAllowed: Bool
    package var path: PathReport?
    /// The authority's certificate has run out by now; only a later timestamp keeps the token's force.
    package var authorityExpiredSince: Bool
    /// When a later, trusted timestamp proves the token itself to have existed.
    package var provenTime: Date?
    package var problems: Set<Problem> = []
    package var algorithmProblems: [AlgorithmProblem] = []

    /// The token is what it says, whoever issued it. It must name its authority's certificate under the signature
    /// (RFC 3161 §2.4.2), or another certificate of the same key could be put in its place.
    package var isIntact: Bool {
        imprintMatches && signatureValid && essMatches == .present && usageAllowed
            && problems.isSubset(of: [.fromTheFuture, .beforeAuthority])
    }

    /// Intact, and from an authority the office trusts: its time is proof. Algorithms need to have held when the
    /// token says that it was made: nobody can make up an old token of an authority whose key still counts.
    package var isTrusted: Bool {
        isIntact && problems.isEmpty && path.map { $0.status == .trusted && !$0.isRevoked } ?? false
            && algorithmProblems.allSatisfy { $0.isTolerated(at: time) }
    }

    /// The earliest and the latest moment the token may mean.
    package var earliest: Date { time.addingTimeInterval(-(accuracySeconds ?? 0)) }
    package var latest: Date { time.addingTimeInterval(accuracySeconds ?? 0) }
    /// A timestamp that covers this one is older than it. Many authorities tell whole seconds only, so that of two made in
    /// one second neither is the later (RFC 3161 §2.4.2, ordering).
    var isLaterThanItsProof: Bool { provenTime.map { earliest.timeIntervalSince($0) > 1 } ?? false }
}

/// Judges the tokens of one signature.
struct TimestampJudge {
    /// More are not looked at: each costs two checks and a path.
    static let maximumTokens = 4

    let trust: TrustStore
    let date: Date
    let material: ValidationMaterial
    let proofs: ProofsOfExistence

    /// Tokens that cannot be read are left out.
    func reports(on tokens: [Data], imprint: (DigestAlgorithm) -> Data) -> [TimestampReport] {
        tokens.prefix(Self.maximumTokens).compactMap { token in
            try? TimestampToken(der: token).verify(
                imprint: imprint, trust: trust, at: date, material: material, proofs: proofs)
        }
    }

    static func best(of reports: [TimestampReport]) -> TimestampReport? {
        reports.filter(\.isTrusted).min { $0.time < $1.time } ?? reports.first(where: \.isIntact) ?? reports.first
    }
}
