// Why a signature was not made; in every case nothing was changed.
package import Foundation
internal import Platform
package import Records

package enum SigningRefusal: Refusal, Hashable {
    case noKey
    case noSeal
    case wrongPIN(remaining: Int)
    case locked(minutes: Int)
    case notFit(String)
    case revoked(String)
    case statusUnknown
    case otherPerson(String)
    case damaged(String)
    case cannotConvert(String)
    case noTimestamp
    case fieldMissing(String)
    case alreadySigned(String)
    case tooLarge
    case badKeyFile
    case badImage(String)
    /// The certificate bears another name.
    case foreign(String)
    /// Another holder was recorded with the first key.
    case otherHolder(String, recorded: String)
    /// Expired, not yet valid, or made for another use.
    case unfitToAdd(String)
    /// A file that works would be replaced, and nobody said that it should be.
    case replacesWorking(until: Date)
    case alreadyAdded

    package var kind: RefusalKind {
        switch self {
        case .wrongPIN, .notFit, .revoked, .otherPerson, .cannotConvert, .badKeyFile, .badImage, .damaged, .tooLarge,
            .foreign, .otherHolder, .unfitToAdd:
            .invalid
        case .noKey, .noSeal, .locked: .forbidden
        case .noTimestamp, .statusUnknown, .fieldMissing, .alreadySigned, .alreadyAdded, .replacesWorking: .conflict
        }
    }

    package var message: String {
        switch self {
        case .noKey: "Bạn chưa có chứng thư số trong hệ thống nên chưa ký được. Hãy liên hệ quản trị để được cấp."
        case .noSeal: "Cơ quan chưa có chứng thư số của con dấu trong hệ thống. Hãy liên hệ quản trị."
        case .wrongPIN(let remaining):
            "Mã PIN không đúng; văn bản chưa được ký. Bạn còn \(remaining) lần thử trước khi khóa ký bị tạm khóa."
        case .locked(let minutes):
            "Khóa ký đang tạm khóa vì nhập sai mã PIN nhiều lần. Hãy thử lại sau \(minutes) phút hoặc liên hệ quản trị."
        case .notFit(let reason):
            "\(reason) Văn bản chưa được ký; hãy chọn chứng thư số khác hoặc liên hệ quản trị."
        case .revoked(let sentence):
            "\(sentence) Văn bản chưa được ký, mã PIN chưa được dùng đến. Hãy ngừng dùng chứng thư này và liên hệ quản trị để được cấp chứng thư mới."
        case .statusUnknown:
            "Chưa hỏi được tổ chức chứng thực xem chứng thư số có bị thu hồi không, nên văn bản chưa được ký. Hệ thống đang hỏi lại; hãy thử ký lại sau ít phút, nếu vẫn không được hãy báo quản trị kiểm tra đường truyền."
        case .otherPerson(let name):
            "Chứng thư số này cấp cho “\(name)”, không phải cho bạn. Văn bản chưa được ký; hãy chọn đúng chứng thư của bạn hoặc liên hệ quản trị."
        case .damaged(let reason):
            "Tệp PDF bị hỏng hoặc không ký được (\(reason)). Tệp gốc vẫn được giữ; hãy xuất lại PDF từ bản gốc rồi tải lên."
        case .cannotConvert(let reason):
            "Không chuyển được tệp sang PDF: \(reason) Hãy lưu thành PDF trên máy của bạn rồi tải lên."
        case .noTimestamp:
            "Không lấy được dấu thời gian từ máy chủ cấp dấu thời gian; văn bản chưa được ký. Hãy thử lại sau ít phút."
        case .fieldMissing(let name): "Tệp không có sẵn ô “\(name)”. Hãy trả lại người soạn để đặt lại vị trí."
        case .alreadySigned(let name): "Ô “\(name)” đã được ký."
        case .tooLarge: "Tệp quá lớn để ký (trên 200 MB)."
        case .badKeyFile: "Không mở được tệp chứng thư số (PKCS#12). Hãy kiểm tra tệp và mã PIN."
        case .badImage(let reason): "Ảnh chữ ký hoặc ảnh dấu không dùng được: \(reason)"
        case .foreign(let name):
            "Chứng thư số này cấp cho “\(name)”, không phải cho bạn, nên không thêm được. Hãy chọn chứng thư số của mình."
        case .otherHolder(let name, let recorded):
            "Chứng thư số này cấp cho “\(name)”, khác với người được cấp đã ghi nhận cùng chứng thư số đầu tiên (\(recorded)). Chưa có gì được ký hay thêm; hãy dùng đúng chứng thư số, hoặc báo quản trị nếu ghi nhận trước là sai."
        case .unfitToAdd(let reason): "\(reason) Không thêm được; hãy dùng chứng thư số còn hiệu lực để ký văn bản."
        case .replacesWorking(let until):
            "Bạn đang có tệp chứng thư số dùng được đến \(LocalTime(until).printed); tệp mới sẽ thay tệp đó. Chưa thêm gì; nếu đúng ý, hãy đánh dấu “Thay tệp đang dùng” rồi gửi lại."
        case .alreadyAdded: "Chứng thư số này đã có trong danh sách của bạn."
        }
    }
}
