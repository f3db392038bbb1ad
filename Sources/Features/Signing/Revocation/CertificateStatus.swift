// What is known of a certificate's revocation at a moment: the answer, who gave it, and until when it may be relied on.
package import Foundation
internal import Platform
internal import SignatureCore

/// The state of one certificate as an authority told it.
package enum StatusAnswer: String, Sendable, Codable, CaseIterable, SQLBindable, SQLDecodable {
    case good, revoked
    /// Asked, and nobody answered well.
    case unknown
    /// The certificate names nobody to ask.
    case nobodyToAsk
}

package struct CertificateStatus: Sendable, Hashable, Codable {
    package var answer: StatusAnswer
    package var revokedAt: Date?
    /// "OCSP", "CRL"; empty where nobody answered.
    package var source: String
    package var thisUpdate: Date?
    package var nextUpdate: Date?
    package var checkedAt: Date
    /// Why there is no answer, for the log and for administrators.
    package var detail: String

    package init(
        _ answer: StatusAnswer, revokedAt: Date? = nil, source: String = "", thisUpdate: Date? = nil,
        nextUpdate: Date? = nil, checkedAt: Date, detail: String = ""
    ) {
        self.answer = answer
        self.revokedAt = revokedAt
        self.source = source
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.checkedAt = checkedAt
        self.detail = detail
    }

    /// An answer without an end of its own is relied on for an hour; a revocation for ever.
    static let usualSeconds: Double = 3600

    package func mayBeReliedOn(at now: Date) -> Bool {
        switch answer {
        case .revoked: true
        case .good: now < (nextUpdate ?? checkedAt.addingTimeInterval(Self.usualSeconds))
        case .nobodyToAsk: now < checkedAt.addingTimeInterval(86_400)
        case .unknown: false
        }
    }

    /// "còn hiệu lực theo OCSP lúc 24/11/2026 09:00"
    package var sentence: String {
        let time = LocalTime(thisUpdate ?? checkedAt).printed
        return switch answer {
        case .good: "Chứng thư số chưa bị thu hồi, theo \(source) lúc \(time)."
        case .revoked:
            "Chứng thư số đã bị thu hồi\(revokedAt.map { " từ \(LocalTime($0).printed)" } ?? ""), theo \(source)."
        case .unknown: "Chưa hỏi được tình trạng thu hồi của chứng thư số (lần cuối \(LocalTime(checkedAt).printed))."
        case .nobodyToAsk: "Chứng thư số không cho biết nơi tra cứu thu hồi."
        }
    }
}
