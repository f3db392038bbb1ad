/// What can go wrong when making keys, certificates, signatures and timestamps.
package enum SignatureError: Error, Hashable, Sendable {
    case wrongPassphrase
    case malformedKeyStore(String)
    case noPrivateKey
    case keyDoesNotMatchCertificate
    case unsupportedAlgorithm(String)
    /// The value the key holder answered does not verify under the certificate.
    case signatureDoesNotVerify
    case malformed(DERError)
    case timestampRefused(status: Int, failure: String)
    case timestampMismatch(String)
    /// libcrypto failed where it should not; the text is its own error queue.
    case library(String)

    /// The sentence for the user.
    package var message: String {
        switch self {
        case .wrongPassphrase: "Mã PIN không đúng. Chưa có gì được ký."
        case .malformedKeyStore: "Tệp khóa ký (PKCS#12) bị hỏng hoặc không đọc được."
        case .noPrivateKey: "Tệp khóa ký không chứa khóa bí mật."
        case .keyDoesNotMatchCertificate: "Khóa bí mật không khớp với chứng thư số."
        case .unsupportedAlgorithm(let name): "Thuật toán \(name) chưa được hỗ trợ."
        case .signatureDoesNotVerify: "Giá trị chữ ký nhận được không khớp với chứng thư số; chữ ký không được ghi."
        case .malformed: "Dữ liệu chữ ký hoặc chứng thư số bị hỏng."
        case .timestampRefused: "Máy chủ dấu thời gian từ chối yêu cầu."
        case .timestampMismatch: "Dấu thời gian nhận được không khớp với chữ ký."
        case .library: "Thư viện mật mã báo lỗi khi xử lý chữ ký."
        }
    }
}
