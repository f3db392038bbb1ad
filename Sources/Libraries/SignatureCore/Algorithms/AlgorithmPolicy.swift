package import Digests
package import Foundation

/// A choice of algorithm today's rules no longer accept for new signatures (TT 15/2025/TT-BKHCN).
package enum AlgorithmWeakness: Sendable, Hashable {
    case md5
    case sha1
    case shortRSAKey(bits: Int)
    case shortCurve

    package var message: String {
        switch self {
        case .md5: "Thuật toán băm MD5 đã bị phá, không còn giá trị."
        case .sha1: "Thuật toán băm SHA-1 đã cũ, không còn được chấp nhận cho chữ ký mới."
        case .shortRSAKey(let bits): "Khóa RSA \(bits) bit ngắn hơn 2048 bit theo quy định."
        case .shortCurve: "Khóa ECDSA ngắn hơn 256 bit theo quy định."
        }
    }
}

/// A weak algorithm at one place of a signature: its own (no certificate) or that of a certificate on the path.
package struct AlgorithmProblem: Sendable, Hashable {
    package var weakness: AlgorithmWeakness
    /// Signatures proven to be older than this still count.
    package var reliableUntil: Date
    /// The certificate whose key or signature is weak; nil for the signature itself.
    package var certificate: Certificate?

    /// Whether whoever has today's means can sign anything with any date: a short key may be broken long after its time,
    /// while collisions of a digest only help where the authority still signs by it what somebody else chose.
    var breaksOldSignatures: Bool {
        switch weakness {
        case .md5, .sha1: false
        case .shortRSAKey, .shortCurve: true
        }
    }

    package func isTolerated(at proof: Date?) -> Bool { proof.map { $0 < reliableUntil } ?? false }
}

/// Which algorithms hold, and until when the others did. Data, so that a change of the rules is a change of a table.
package struct AlgorithmPolicy: Sendable, Hashable {
    package var digests: [DigestAlgorithm: Date]
    /// Least modulus and until when shorter ones down to `outdatedRSABits` were accepted.
    package var leastRSABits: Int
    package var outdatedRSABits: Int
    package var shortRSAUntil: Date

    /// TT 15/2025/TT-BKHCN: RSA of 2048 bits and more, ECDSA of 256 and more, SHA-2 and SHA-3. The years before follow
    /// ETSI TS 119 312 and the certificates Vietnamese agencies signed with: SHA-1 was common in them through 2019.
    package static let standard = AlgorithmPolicy(
        digests: [.md5: day(2005), .sha1: day(2020)], leastRSABits: 2048, outdatedRSABits: 1024,
        shortRSAUntil: day(2014))

    /// The first of January, midnight at Greenwich.
    private static func day(_ year: Int) -> Date {
        Date(timeIntervalSince1970: Double(daysSince1970(year: year, month: 1, day: 1) * 86_400))
    }

    func problem(_ digest: DigestAlgorithm, of certificate: Certificate? = nil) -> AlgorithmProblem? {
        guard let end = digests[digest] else { return nil }
        return AlgorithmProblem(
            weakness: digest == .md5 ? .md5 : .sha1, reliableUntil: end, certificate: certificate)
    }

    func problem(_ key: PublicKeyAlgorithm, of certificate: Certificate? = nil) -> AlgorithmProblem? {
        guard case .rsa(let bits) = key, bits < leastRSABits else { return nil }
        return AlgorithmProblem(
            weakness: .shortRSAKey(bits: bits), reliableUntil: bits < outdatedRSABits ? .distantPast : shortRSAUntil,
            certificate: certificate)
    }

    /// What is weak along a path below its anchor, whose own signature proves nothing to anybody.
    func problems(along path: [Certificate]) -> [AlgorithmProblem] {
        path.enumerated().flatMap { index, certificate in
            let isAnchor = index == path.count - 1
            let digest = isAnchor ? nil : certificate.signatureAlgorithm.ownDigest
            return [digest.flatMap { problem($0, of: certificate) }, problem(certificate.publicKey, of: certificate)]
                .compactMap(\.self)
        }
    }
}
