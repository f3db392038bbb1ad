/// Why the holder of a key did not sign: a token, a security module, a signing service or the person on the phone.
/// In every case nothing was signed.
package enum KeyHolderError: Error, Hashable, Sendable {
    /// How near the key is to being locked, as far as its holder tells.
    package enum TriesLeft: String, Hashable, Sendable, Codable { case unknown, few, last }

    case wrongPIN(TriesLeft)
    case wrongOTP
    case pinLocked
    /// The PIN must first be changed with the maker's own tool.
    case pinExpired
    /// Pulled out, switched off, or not there from the beginning.
    case tokenGone
    case noSuchToken(String)
    case noSuchKey
    /// The module cannot be loaded or does not answer as PKCS#11 says.
    case unusableModule(String)
    /// Said no on the phone.
    case refusedByHolder
    case timedOut
    case unreachable(String)
    /// The service does not accept this office or this account.
    case notAuthorised(String)
    /// Disabled, revoked, suspended or expired at the service.
    case credentialUnusable(String)
    case badAnswer(String)
    case unsupported(String)
    /// Any other return value of the device.
    case device(UInt)

    /// The sentence for the user: what happened, what is safe, what to do.
    package var message: String {
        switch self {
        case .wrongPIN(.unknown): "Mã PIN không đúng. Chưa có gì được ký; hãy nhập lại."
        case .wrongPIN(.few):
            "Mã PIN không đúng và chỉ còn ít lần thử trước khi thiết bị bị khóa. Chưa có gì được ký; hãy kiểm tra kỹ mã PIN."
        case .wrongPIN(.last):
            "Mã PIN không đúng và chỉ còn MỘT lần thử; sai nữa thiết bị sẽ bị khóa. Chưa có gì được ký; hãy hỏi quản trị trước khi thử."
        case .wrongOTP: "Mã OTP không đúng hoặc đã hết hạn. Chưa có gì được ký; hãy lấy mã mới rồi nhập lại."
        case .pinLocked:
            "Khóa ký đã bị khóa vì nhập sai mã PIN quá nhiều lần. Chưa có gì được ký; hãy liên hệ quản trị hoặc nơi cấp để mở khóa."
        case .pinExpired: "Mã PIN đã hết hạn hoặc phải đổi. Hãy đổi mã PIN bằng công cụ của thiết bị rồi ký lại."
        case .tokenGone:
            "Thiết bị ký (token, HSM) không còn kết nối. Chưa có gì được ký; hãy rút thiết bị ra, cắm lại cho chắc rồi ký lại; nếu vẫn lỗi, báo quản trị."
        case .noSuchToken(let label):
            "Không thấy thiết bị ký “\(label)”. Chưa có gì được ký; hãy cắm thiết bị hoặc liên hệ quản trị."
        case .noSuchKey: "Thiết bị ký không có khóa của chứng thư số này. Hãy liên hệ quản trị."
        case .unusableModule: "Trình điều khiển thiết bị ký không dùng được. Hãy liên hệ quản trị."
        case .refusedByHolder: "Yêu cầu ký đã bị từ chối trên điện thoại. Chưa có gì được ký; bấm “Ký lại” nếu muốn ký."
        case .timedOut:
            "Hết thời gian chờ xác nhận. Chưa có gì được ký; hãy mở ứng dụng ký trên điện thoại rồi bấm “Ký lại”."
        case .unreachable: "Không kết nối được với dịch vụ ký số từ xa. Chưa có gì được ký; hãy thử lại sau ít phút."
        case .notAuthorised:
            "Dịch vụ ký số từ xa không chấp nhận tài khoản của cơ quan. Hãy liên hệ quản trị hệ thống."
        case .credentialUnusable:
            "Dịch vụ ký số báo chứng thư số không dùng được (bị khóa, thu hồi hoặc hết hạn). Hãy liên hệ nơi cấp chứng thư."
        case .badAnswer: "Thiết bị hoặc dịch vụ ký trả lời không hợp lệ nên chữ ký không được ghi. Hãy ký lại."
        case .unsupported(let name): "Thiết bị hoặc dịch vụ ký chưa hỗ trợ \(name)."
        case .device(let code):
            "Thiết bị ký báo lỗi 0x\(String(code, radix: 16)). Chưa có gì được ký; hãy thử lại hoặc liên hệ quản trị."
        }
    }
}
