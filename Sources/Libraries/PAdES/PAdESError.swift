package import PDFCore

/// Why a PDF could not be laid out, filled or signed.
package enum PAdESError: Error, Hashable, Sendable {
    case document(PDFError)
    case noSuchField(String)
    case fieldExists(String)
    /// Nothing of the place asked for lies on the page.
    case outsidePage
    /// A new field cannot have this name.
    case fieldNameNotAllowed(String)
    case notASignatureField(String)
    case notATextField(String)
    case fieldAlreadySigned(String)
    /// A certification signature on the file permits no further signature (DocMDP P = 1).
    case lockedByCertification
    /// An earlier signature closed the field (FieldMDP).
    case fieldLocked(String)
    /// Only the first signature of a file may certify it.
    case certificationNotFirst
    /// A certified file takes further signatures in its own fields, or where they do not show.
    case newFieldAfterCertification
    /// The maker of the field demands what this signature cannot be.
    case seedValueNotMet(String)
    case timestampNeeded
    /// No certificate status could be had for the holder of this name.
    case statusMissing(String)
    case nothingToExtend
    case sameFile
    case font(String)
    case image(String)
    /// The signature does not fit its hole; prepare again with at least `needed` bytes.
    case holeTooSmall(needed: Int)
    /// The bytes are not the ones this signature was prepared for.
    case notThePreparedFile
    /// The operating system refused to read or write.
    case file(String)

    /// The sentence for the user.
    package var message: String {
        switch self {
        case .document(let error): error.message
        case .noSuchField(let name): "Tệp PDF không có trường “\(name)”."
        case .fieldExists(let name): "Tệp PDF đã có trường “\(name)”."
        case .outsidePage: "Vị trí của chữ ký nằm ngoài trang."
        case .fieldNameNotAllowed(let name):
            "Không tạo được trường tên “\(name)”: tên mới không được để trống, không chứa dấu chấm hay ký tự điều khiển."
        case .notASignatureField(let name): "Trường “\(name)” không phải là trường chữ ký."
        case .notATextField(let name): "Trường “\(name)” không phải là trường văn bản."
        case .fieldAlreadySigned(let name): "Trường “\(name)” đã được ký."
        case .lockedByCertification: "Tệp PDF đã được khóa bởi chữ ký chứng nhận, không thể ký thêm."
        case .fieldLocked(let name): "Trường “\(name)” đã bị khóa bởi chữ ký trước, không thể ký vào đó."
        case .certificationNotFirst: "Chữ ký chứng nhận phải là chữ ký đầu tiên; tệp PDF đã có chữ ký."
        case .newFieldAfterCertification:
            "Tệp PDF đã được chứng nhận: chỉ ký được vào ô chữ ký có sẵn hoặc ký không hiển thị."
        case .seedValueNotMet(let demand): "Trường chữ ký đặt yêu cầu không đáp ứng được: \(demand)."
        case .timestampNeeded: "Mức chữ ký này cần dấu thời gian; hãy khai báo máy chủ dấu thời gian."
        case .statusMissing(let name): "Chưa lấy được trạng thái chứng thư số của “\(name)”."
        case .nothingToExtend: "Tệp PDF không có chữ ký để nâng mức."
        case .sameFile: "Tệp đầu ra trùng với tệp đầu vào; không bao giờ ký đè lên tệp gốc."
        case .font: "Phông chữ dùng cho chữ ký bị hỏng hoặc không đọc được."
        case .image: "Ảnh chữ ký phải là tệp PNG hợp lệ (8 bit, không xen kẽ)."
        case .holeTooSmall(let needed): "Chữ ký cần \(needed) byte, lớn hơn chỗ dành sẵn trong tệp; hãy ký lại."
        case .notThePreparedFile: "Tệp đã thay đổi so với lúc chuẩn bị ký. Chưa có gì được ký."
        case .file(let reason): "Không đọc hoặc không ghi được tệp (\(reason))."
        }
    }
}

/// Runs code of the PDF layer and passes its failure on as this layer's.
func reading<Value>(_ body: () throws(PDFError) -> Value) throws(PAdESError) -> Value {
    do throws(PDFError) {
        return try body()
    } catch {
        throw .document(error)
    }
}
