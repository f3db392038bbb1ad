// Why somebody could not sign in or change his password.
package import Records

package enum SignInRefusal: Refusal, Hashable {
    /// Unknown account, wrong password, no password, left the office: the answer is the same.
    case wrong
    /// Too many failures; the sign-in is not even looked at before then.
    case wait(seconds: Int)
    case wrongPresentPassword
    case tooShort(minimum: Int)
    case tooLong
    case sameAsAccount
    case unchanged
    case notRepeated

    package var kind: RefusalKind { .invalid }

    package var message: String {
        switch self {
        case .wrong: "Tài khoản hoặc mật khẩu không đúng. Nếu quên mật khẩu, hãy liên hệ quản trị hệ thống."
        case .wait(let seconds):
            "Đã nhập sai nhiều lần. Hãy chờ \(Self.duration(seconds)) rồi thử lại, hoặc liên hệ quản trị hệ thống."
        case .wrongPresentPassword: "Mật khẩu hiện tại không đúng. Mật khẩu chưa được đổi."
        case .tooShort(let minimum): "Mật khẩu mới phải có ít nhất \(minimum) ký tự. Một câu ngắn dễ nhớ là tốt nhất."
        case .tooLong: "Mật khẩu mới quá dài."
        case .sameAsAccount: "Mật khẩu mới không được chứa tên tài khoản."
        case .unchanged: "Mật khẩu mới trùng với mật khẩu hiện tại."
        case .notRepeated: "Hai lần nhập mật khẩu mới không giống nhau."
        }
    }

    private static func duration(_ seconds: Int) -> String {
        seconds < 60 ? "\(max(1, seconds)) giây" : "\((seconds + 59) / 60) phút"
    }
}
