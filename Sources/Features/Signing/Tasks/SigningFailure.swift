// Why a signing came to nothing, kept with the task: what happened, what is safe, what to do.
internal import Foundation
package import Records
internal import SignatureCore

package struct SigningFailure: Refusal, Codable, Hashable {
    package enum Code: String, Codable, Sendable, CaseIterable {
        case wrongPIN, locked, wrongOTP, tokenGone, noKey, refusedOnPhone, timedOut, cancelled, certificateUnfit
        case certificateRevoked, unreachable, notAuthorised, badAnswer, tampered, otherPerson, documentChanged
        case noTimestamp, damaged, agent, agentAbsent, interrupted, device, apart, other
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var kind: RefusalKind {
        switch code {
        case .documentChanged, .timedOut, .cancelled, .noTimestamp, .unreachable, .interrupted, .agentAbsent, .apart:
            .conflict
        case .locked, .noKey, .notAuthorised: .forbidden
        default: .invalid
        }
    }

    static let cancelled = SigningFailure(
        .cancelled, "Bạn đã hủy yêu cầu ký. Chưa có gì được ký; bấm “Ký lại” khi cần.")
    static let interrupted = SigningFailure(
        .interrupted, "Hệ thống khởi động lại trong lúc ký. Chưa có gì được ký; hãy bấm “Ký lại”.")
    static let timedOut = SigningFailure(.timedOut, KeyHolderError.timedOut.message)
    static let agentTimedOut = SigningFailure(
        .timedOut, "Phần mềm ký trên máy không trả lời kịp. Chưa có gì được ký; hãy mở phần mềm ký rồi bấm “Ký lại”.")

    // Why a document left its batch unsigned.
    static let signedApart = SigningFailure(.apart, "Đã ký riêng, ngoài lô này.")
    static let takenOut = SigningFailure(.apart, "Đã lấy ra khỏi lô này để ký riêng hoặc ký trong lô khác.")
    static let givenUp = SigningFailure(.apart, "Không ký: lô đã dừng trước khi đến lượt.")
    static let dayOver = SigningFailure(.apart, "Không ký: quá một ngày không ai ký lô này.")
    static func moved(_ step: String) -> SigningFailure {
        SigningFailure(.apart, "Không ký: văn bản đã qua bước “\(step)”.")
    }

    /// What is not for the user to act on is nil: a fault.
    init?(_ error: any Error) {
        switch error {
        case let failure as SigningFailure: self = failure
        case let error as KeyHolderError: self = error.asFailure
        case let refusal as SigningRefusal: self.init(refusal.code, refusal.message)
        case let refusal as any Refusal:
            self.init(
                refusal.kind == .conflict || refusal.kind == .notFound ? .documentChanged : .other, refusal.message)
        case SignatureError.signatureDoesNotVerify:
            self.init(
                .badAnswer,
                "Chữ ký nhận được không khớp với chứng thư số nên không được ghi vào văn bản. Hãy ký lại; nếu vẫn lỗi, báo quản trị."
            )
        default: return nil
        }
    }
}

extension SigningRefusal {
    var code: SigningFailure.Code {
        switch self {
        case .noKey, .noSeal: .noKey
        case .wrongPIN: .wrongPIN
        case .locked: .locked
        case .notFit: .certificateUnfit
        case .revoked: .certificateRevoked
        case .statusUnknown: .unreachable
        case .noTimestamp: .noTimestamp
        case .damaged, .tooLarge, .cannotConvert: .damaged
        case .fieldMissing, .alreadySigned: .documentChanged
        case .foreign, .otherPerson, .otherHolder: .otherPerson
        case .badKeyFile, .badImage, .alreadyAdded, .unfitToAdd, .replacesWorking: .other
        }
    }
}

extension KeyHolderError {
    var asFailure: SigningFailure { SigningFailure(code, message) }

    private var code: SigningFailure.Code {
        switch self {
        case .wrongPIN: .wrongPIN
        case .wrongOTP: .wrongOTP
        case .pinLocked, .pinExpired: .locked
        case .tokenGone, .noSuchToken: .tokenGone
        case .noSuchKey: .noKey
        case .refusedByHolder: .refusedOnPhone
        case .timedOut: .timedOut
        case .unreachable: .unreachable
        case .notAuthorised: .notAuthorised
        case .credentialUnusable(let why): why.contains("revoked") ? .certificateRevoked : .certificateUnfit
        case .badAnswer: .badAnswer
        case .device, .unusableModule: .device
        case .unsupported: .other
        }
    }
}
