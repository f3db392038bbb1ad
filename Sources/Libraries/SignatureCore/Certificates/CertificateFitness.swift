package import Foundation

/// Why a certificate is not fit to sign with at some time.
package enum FitnessProblem: Error, Sendable, Hashable {
    case expired(on: Date)
    case notYetValid(until: Date)
    case wrongKeyUsage

    /// The sentence for the user; days as the office writes them, at +07:00.
    package var message: String {
        switch self {
        case .expired(let date): "Chứng thư số đã hết hạn từ ngày \(vietnameseDay(date))."
        case .notYetValid(let date): "Chứng thư số chỉ có hiệu lực từ ngày \(vietnameseDay(date))."
        case .wrongKeyUsage: "Chứng thư số không được cấp để ký văn bản."
        }
    }
}

extension Certificate {
    /// What keeps this certificate from signing at `date`; empty when nothing does. The path is not looked at.
    package func fitness(at date: Date) -> [FitnessProblem] {
        var problems: [FitnessProblem] = []
        if date > notAfter { problems.append(.expired(on: notAfter)) }
        if date < notBefore { problems.append(.notYetValid(until: notBefore)) }
        if !allowsSigning { problems.append(.wrongKeyUsage) }
        return problems
    }

    /// Whether the key may sign documents: it may sign at all (EN 319 102-1 §5.2.6), and where the certificate names
    /// purposes (RFC 5280 §4.2.1.12) not each of them is another one.
    package var allowsSigning: Bool {
        guard mayMakeSignatures else { return false }
        return extensions.extendedKeyUsage.map { !Self.otherPurposes.isSuperset(of: $0) } ?? true
    }

    /// A critical extended key usage of timeStamping and nothing else (RFC 3161 §2.3), for a key that may sign.
    package var allowsTimestamping: Bool {
        mayMakeSignatures && extendedKeyUsageIsCritical
            && extendedKeyUsage == [ObjectIdentifier.timeStamping.description]
    }

    /// digitalSignature or nonRepudiation where the extension is present (RFC 5280 §4.2.1.3).
    var mayMakeSignatures: Bool {
        guard let keyUsage else { return true }
        return !keyUsage.isDisjoint(with: [.digitalSignature, .nonRepudiation])
    }

    /// Purposes whose signatures are never a person's or an agency's on a document. All others pass: authorities write
    /// clientAuth, emailProtection or purposes of their own into the certificates that documents are signed with.
    private static let otherPurposes: Set<ObjectIdentifier> = [.serverAuth, .codeSigning, .timeStamping, .ocspSigning]
}

/// `05/03/2026` at +07:00.
func vietnameseDay(_ date: Date) -> String {
    let days = ((date.timeIntervalSince1970 + 7 * 3600) / 86_400).rounded(.down)
    let parts = civilDate(daysSince1970: Int(exactly: days) ?? 0)
    let padded = [parts.day, parts.month].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(padded[0])/\(padded[1])/\(parts.year)"
}
