// Whom the office trusts to vouch for signers and for times: certificates as data, never shipped with the program.
package import Foundation
package import Records
package import SignatureCore

/// One certificate of the list: an anchor ends paths, an intermediate only helps to reach one.
package struct TrustedCertificate: Sendable, Hashable {
    package let certificate: Certificate
    package let isAnchor: Bool
    package let limit: AnchorLimit
    package let isEnabled: Bool
    package let addedAt: Date
    /// Who imported it; empty for what set-up put in.
    package let addedBy: String

    package var fingerprint: String { certificate.fingerprint }
    package var name: String { certificate.commonName }
}

/// A certificate found in an imported file, before anybody said yes to it.
package struct TrustCandidate: Sendable, Hashable {
    package let certificate: Certificate
    package let isKnown: Bool

    /// Only what issues itself can be the end of a path without further thought.
    package var isProposedAsAnchor: Bool { certificate.isSelfIssued }

    /// The characters the administrator copies from the authority's own publication.
    package static let confirmedDigits = 8
    package var confirmation: String { String(certificate.fingerprint.suffix(Self.confirmedDigits)) }

    /// What speaks against trusting it; sentences for the administrator.
    package func warnings(at now: Date) -> [String] {
        var warnings: [String] = []
        if !certificate.isAuthority { warnings.append("Đây không phải chứng thư của tổ chức chứng thực (CA).") }
        if now > certificate.notAfter { warnings.append("Chứng thư đã hết hạn: chỉ có ích cho chữ ký cũ.") }
        if now < certificate.notBefore { warnings.append("Chứng thư chưa đến ngày có hiệu lực.") }
        if case .rsa(let bits) = certificate.publicKey, bits < 2048 {
            warnings.append("Khóa RSA \(bits) bit ngắn hơn 2048 bit theo quy định.")
        }
        if isKnown { warnings.append("Đã có trong danh sách; nhập lại sẽ thay mục đích và thời hạn đang ghi.") }
        return warnings
    }
}

/// What the administrator decided about one candidate.
package struct TrustDecision: Sendable, Hashable {
    package let certificate: Certificate
    package let isAnchor: Bool
    package let limit: AnchorLimit
    /// The last characters of the fingerprint, typed from the authority's publication; spaces and colons do not count.
    package let confirmation: String

    package init(certificate: Certificate, isAnchor: Bool, limit: AnchorLimit, confirmation: String) {
        self.certificate = certificate
        self.isAnchor = isAnchor
        self.limit = limit
        self.confirmation = confirmation
    }

    /// An intermediate lends no trust of its own, so nobody needs to vouch for it.
    package func check() throws(TrustRefusal) {
        let digits = confirmation.lowercased().filter(\.isHexDigit)
        if isAnchor {
            guard digits.count >= TrustCandidate.confirmedDigits, certificate.fingerprint.hasSuffix(digits) else {
                throw .notConfirmed(certificate.commonName)
            }
            guard !limit.usages.isEmpty else { throw .noUsage(certificate.commonName) }
        }
        if let from = limit.from, let until = limit.until, from >= until {
            throw .badPeriod(certificate.commonName)
        }
    }
}

package enum TrustRefusal: Refusal, Hashable {
    case unreadable
    case tooMany(Int)
    case nothingChosen
    case notConfirmed(String)
    case noUsage(String)
    case badPeriod(String)
    case reasonMissing

    package var kind: RefusalKind { .invalid }
    package var message: String {
        switch self {
        case .unreadable:
            "Không đọc được chứng thư nào trong tệp. Hãy chọn tệp PEM, DER (.crt, .cer) hoặc PKCS#7 (.p7b)."
        case .tooMany(let most): "Tệp có quá nhiều chứng thư (trên \(most)). Hãy chia nhỏ tệp."
        case .nothingChosen: "Chưa chọn chứng thư nào để nhập."
        case .notConfirmed(let name):
            "Dấu vân tay của “\(name)” chưa được xác nhận đúng. Hãy chép \(TrustCandidate.confirmedDigits) ký tự cuối từ công bố của tổ chức chứng thực; nếu không khớp thì đừng nhập chứng thư này."
        case .noUsage(let name): "Hãy chọn ít nhất một mục đích cho “\(name)”."
        case .badPeriod(let name): "Thời hạn tin cậy của “\(name)” kết thúc trước khi bắt đầu."
        case .reasonMissing: "Hãy ghi lý do tắt để người sau hiểu."
        }
    }
}
