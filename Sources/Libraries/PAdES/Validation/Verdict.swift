/// What a file's signatures come to, for the user.
package enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    case valid
    case unsigned
    /// Nothing speaks against it, but something needed to say so is missing.
    case indeterminate
    case modifiedAfterSigning = "modified-after-signing"
    case invalid
    case malformed

    private var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The worse of two.
    func worse(_ other: Self) -> Self { severity >= other.severity ? self : other }

    package var sentence: String {
        switch self {
        case .valid: "Chữ ký hợp lệ; nội dung không bị thay đổi sau khi ký."
        case .unsigned: "Tệp không có chữ ký số."
        case .indeterminate: "Chưa kết luận được: thiếu căn cứ để xác nhận chữ ký."
        case .modifiedAfterSigning: "Tệp đã bị thay đổi sau khi ký."
        case .invalid: "Chữ ký không hợp lệ."
        case .malformed: "Tệp bị hỏng, không kiểm tra được."
        }
    }
}
