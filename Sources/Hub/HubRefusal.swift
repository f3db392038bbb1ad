internal import VXP

/// Why the hub says no, as the answer's code and sentence, and the cause under which it is counted.
struct HubRefusal: Error, Sendable, Hashable {
    var code: AnswerCode
    var explanation: String
    var cause: RefusalCause

    init(_ code: AnswerCode, _ explanation: String? = nil, cause: RefusalCause? = nil) {
        self.code = code
        self.explanation = explanation ?? code.sentence
        self.cause = cause ?? RefusalCause(code)
    }

    init(_ code: AnswerCode, _ cause: RefusalCause) {
        self.init(code, cause.sentence, cause: cause)
    }
}

/// Causes of refusal, as they are counted and written into the security log; raw values are stable.
package enum RefusalCause: String, Sendable, Hashable, CaseIterable {
    case unsigned, wrongSignature = "wrong-signature", headersDiffer = "headers-differ", clock, replayed
    case foreignSender = "foreign-sender", lockedSender = "locked-sender", unknownRecipient = "unknown-recipient"
    case lockedRecipient = "locked-recipient", hashMismatch = "hash-mismatch", malformedPacket = "malformed-packet"
    case tooLarge = "too-large", rate = "rate-limit", volume = "volume-limit", uploads = "upload-limit"
    case foreignPacket = "foreign-packet", malformedCall = "malformed-call", fault

    init(_ code: AnswerCode) {
        self =
            switch code {
            case .ok, .invalidFile: .malformedCall
            case .unauthorised: .wrongSignature
            case .unknownRecipient: .unknownRecipient
            case .unregisteredSender: .foreignSender
            case .systemFault: .fault
            case .fileFault: .hashMismatch
            case .malformedPacket: .malformedPacket
            case .lockedRecipient: .lockedRecipient
            }
    }

    init(_ refusal: SignatureRefusal) {
        self =
            switch refusal {
            case .missingHeaders, .malformed: .unsigned
            case .wrongSignature: .wrongSignature
            case .headersDiffer: .headersDiffer
            case .badTimestamp, .outsideWindow: .clock
            }
    }

    /// Whether the person in charge of security should know: somebody tries what he may not, or something is set wrong.
    package var isSecurity: Bool {
        switch self {
        case .unknownRecipient, .lockedRecipient, .malformedPacket, .malformedCall, .fault: false
        default: true
        }
    }

    package var sentence: String {
        switch self {
        case .unsigned: "Thiếu hoặc sai phần ký của lời gọi"
        case .wrongSignature: "Sai mã hệ thống hoặc khóa bí mật"
        case .headersDiffer: "Tham số gửi đi khác tham số đã ký"
        case .clock: "Đồng hồ của hệ thống gọi lệch quá xa giờ của trục"
        case .replayed: "Lời gọi này đã được thực hiện"
        case .foreignSender: "Đơn vị gửi không thuộc hệ thống đã xác thực"
        case .lockedSender: "Đơn vị gửi đã bị khóa"
        case .unknownRecipient: "Đơn vị nhận không tồn tại hoặc chưa kết nối"
        case .lockedRecipient: "Đơn vị nhận đã bị khóa"
        case .hashMismatch: "Mã băm không khớp với tệp nhận được"
        case .malformedPacket: "Gói tin edXML sai định dạng"
        case .tooLarge: "Gói tin vượt quá dung lượng cho phép"
        case .rate: "Đơn vị gửi quá nhiều gói tin mỗi phút; hãy gửi lại sau ít phút"
        case .volume: "Đơn vị đã gửi hết dung lượng của ngày hôm nay; hãy gửi lại ngày mai hoặc báo quản trị trục"
        case .uploads: "Đơn vị đang gửi quá nhiều gói tin cùng lúc; hãy gửi lại sau"
        case .foreignPacket: "Không có gói tin này"
        case .malformedCall: "Lời gọi thiếu hoặc sai tham số"
        case .fault: "Lỗi hệ thống"
        }
    }
}
