package import Foundation

/// Why a certificate was revoked (RFC 5280 §5.3.1).
package enum RevocationReason: Int, Sendable, Hashable, Codable, CaseIterable {
    case unspecified = 0
    case keyCompromise = 1
    case caCompromise = 2
    case affiliationChanged = 3
    case superseded = 4
    case cessationOfOperation = 5
    case certificateHold = 6
    case removeFromCRL = 8
    case privilegeWithdrawn = 9
    case aaCompromise = 10

    /// For the user.
    package var message: String {
        switch self {
        case .unspecified: "không nêu lý do"
        case .keyCompromise: "lộ khóa bí mật"
        case .caCompromise: "lộ khóa của tổ chức chứng thực"
        case .affiliationChanged: "thay đổi cơ quan, chức danh"
        case .superseded: "đã cấp chứng thư thay thế"
        case .cessationOfOperation: "ngừng sử dụng"
        case .certificateHold: "tạm dừng"
        case .removeFromCRL: "đã khôi phục"
        case .privilegeWithdrawn: "rút quyền"
        case .aaCompromise: "lộ khóa của tổ chức cấp thuộc tính"
        }
    }
}

package enum RevocationStatus: Sendable, Hashable, Codable {
    case good
    /// The reason is nil where the list or the answer gives none.
    case revoked(at: Date, reason: RevocationReason?)
    case unknown

    var isRevoked: Bool { if case .revoked = self { true } else { false } }
}

/// What is known of one certificate's revocation, for the time the path was judged at.
package struct RevocationFacts: Sendable, Hashable, Codable {
    package enum Source: String, Sendable, Hashable, Codable { case none, crl, ocsp }

    /// Why a list or an answer at hand was not used.
    package enum Refusal: String, Sendable, Hashable, Codable, CaseIterable {
        case unreadable, badSignature, notAuthorised, outOfScope, unknownCriticalExtension, fromTheFuture, stale,
            deltaWithoutBase, withoutProof, afterExpiry, responderRevoked, notSuccessful, weakAlgorithm

        package var message: String {
            switch self {
            case .unreadable: "không đọc được"
            case .badSignature: "chữ ký không đúng"
            case .notAuthorised: "không do nơi có thẩm quyền ký"
            case .outOfScope: "không nói về loại chứng thư này"
            case .unknownCriticalExtension: "có ràng buộc bắt buộc không hiểu được"
            case .fromTheFuture: "ghi thời điểm ở tương lai"
            case .stale: "đã cũ so với thời điểm xét"
            case .deltaWithoutBase: "là danh sách bổ sung mà không có danh sách gốc"
            case .withoutProof: "không có bằng chứng có từ khi nơi cấp còn hiệu lực"
            case .afterExpiry: "được cấp sau khi chứng thư đã hết hạn"
            case .responderRevoked: "chứng thư của máy chủ trả lời đã bị thu hồi"
            case .weakAlgorithm: "ký bằng thuật toán hoặc khóa đã cũ nên không được tin"
            case .notSuccessful: "máy chủ không trả lời câu hỏi"
            }
        }
    }

    package var certificate: Certificate
    package var source: Source = .none
    package var status: RevocationStatus = .unknown
    package var thisUpdate: Date?
    package var nextUpdate: Date?
    package var producedAt: Date?
    /// Who signed the list or the answer, and was entitled to.
    package var authority: Certificate?
    /// The data speaks for the time judged.
    package var isFresh = false
    /// Revoked, and nothing proves that the signature is older than that.
    package var countsAsRevoked = false
    /// The responder's own certificate could not be checked and its issuer does not vouch for it.
    package var responderIsUnchecked = false
    package var refusals: [Refusal] = []
    /// DER of the list or the answer that decided.
    package var evidence: Data?

    /// Known not to have been revoked when it mattered.
    package var isGood: Bool { isFresh && !countsAsRevoked && status != .unknown }
    /// Nothing about this certificate was at hand, not even useless data.
    package var hasNothing: Bool { source == .none && refusals.isEmpty }
}
