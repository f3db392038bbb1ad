import Foundation

/// What stands between a certificate and trust, and which certificate is at fault.
package struct PathProblem: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case noIssuer, badSignature, notAnAuthority, cannotSignCertificates, pathTooLong, unknownCriticalExtension,
            repeatedExtension, inconsistentAlgorithm, nameNotPermitted, wrongUsage, expired, expiredBeforeSigning,
            notYetValid,
            revoked, revokedWithoutProof, authorityRevokedWithoutProof, statusUnknown, statusWithoutProof,
            certificateWithoutProof, tooMuchToCheck, noCommonPolicy
    }

    package var kind: Kind
    package var certificate: Certificate
    /// What the sentence adds, such as the time of a revocation.
    package var detail = ""

    /// Names of ETSI EN 319 102-1 §5.1.3.
    package var subIndication: String {
        switch kind {
        case .noIssuer, .badSignature, .tooMuchToCheck: "NO_CERTIFICATE_CHAIN_FOUND"
        case .notAnAuthority, .cannotSignCertificates, .pathTooLong, .unknownCriticalExtension, .repeatedExtension,
            .inconsistentAlgorithm, .nameNotPermitted, .wrongUsage, .noCommonPolicy:
            "CHAIN_CONSTRAINTS_FAILURE"
        case .expired: "OUT_OF_BOUNDS_NO_POE"
        case .expiredBeforeSigning: "EXPIRED"
        case .notYetValid: "NOT_YET_VALID"
        case .revoked: "REVOKED"
        case .revokedWithoutProof: "REVOKED_NO_POE"
        case .authorityRevokedWithoutProof: "REVOKED_CA_NO_POE"
        case .statusUnknown: "TRY_LATER"
        case .statusWithoutProof, .certificateWithoutProof: "NO_POE"
        }
    }

    /// The sentence for the user; it names the certificate.
    package var sentence: String {
        let text = Self.sentences[kind]?.replacing("%", with: "“\(certificate.commonName)”") ?? ""
        return detail.isEmpty ? text : "\(text) \(detail)"
    }

    private static let sentences: [Kind: String] = [
        .noIssuer: "Không tìm được tổ chức được tin cậy đã cấp chứng thư %.",
        .badSignature: "Chữ ký của tổ chức cấp trên chứng thư % không đúng.",
        .notAnAuthority: "Chứng thư % không phải của tổ chức chứng thực mà lại cấp chứng thư khác.",
        .cannotSignCertificates: "Chứng thư % không được phép dùng để cấp chứng thư khác.",
        .pathTooLong: "Dưới chứng thư % có nhiều cấp chứng thực hơn mức cho phép.",
        .unknownCriticalExtension: "Chứng thư % có ràng buộc bắt buộc mà phần mềm không hiểu.",
        .repeatedExtension: "Chứng thư % lặp lại phần mở rộng, không đúng chuẩn.",
        .inconsistentAlgorithm: "Chứng thư % ghi hai thuật toán ký khác nhau.",
        .nameNotPermitted: "Tên trong chứng thư % nằm ngoài phạm vi tổ chức chứng thực được cấp.",
        .noCommonPolicy:
            "Tổ chức chứng thực đòi hỏi một chính sách chung mà chứng thư % không có, hoặc không xác định được là có.",
        .wrongUsage: "Chứng thư % không được cấp cho mục đích này.",
        .expired: "Chứng thư % đã hết hạn tại thời điểm xét và không có bằng chứng chữ ký có trước đó.",
        .expiredBeforeSigning: "Chứng thư % đã hết hạn trước khi ký.",
        .notYetValid: "Chứng thư % chưa đến ngày có hiệu lực tại thời điểm xét.",
        .revoked: "Chứng thư % đã bị thu hồi trước khi ký.",
        .revokedWithoutProof: "Chứng thư % đã bị thu hồi; không có bằng chứng chữ ký có trước khi thu hồi.",
        .authorityRevokedWithoutProof:
            "Chứng thư % của tổ chức chứng thực đã bị thu hồi; không có bằng chứng chữ ký có trước khi thu hồi.",
        .statusUnknown: "Chưa biết chứng thư % có bị thu hồi hay không.",
        .statusWithoutProof:
            "Dữ liệu thu hồi của chứng thư % không có bằng chứng có từ khi tổ chức chứng thực còn hiệu lực.",
        .tooMuchToCheck: "Tệp mang quá nhiều chứng thư và dữ liệu thu hồi, không kiểm tra hết được cho chứng thư %.",
        .certificateWithoutProof: "Không có bằng chứng chứng thư % có từ trước khi tổ chức cấp nó bị thu hồi.",
    ]
}
