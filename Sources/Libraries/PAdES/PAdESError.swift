package import PDFCore

/// Why a PDF could not be laid out, filled or signed.
package enum PAdESError: Error, Hashable, Sendable {
    case document(PDFError)
    case noSuchField(String)
    case fieldExists(String)
    case notASignatureField(String)
    case notATextField(String)
    case fieldAlreadySigned(String)
    /// A certification signature on the file permits no further signature (DocMDP P = 1).
    case lockedByCertification
    case font(String)
    case image(String)
    /// The signature does not fit its hole; prepare again with at least `needed` bytes.
    case holeTooSmall(needed: Int)
    /// The bytes are not the ones this signature was prepared for.
    case notThePreparedFile

    /// The sentence for the user.
    package var message: String {
        switch self {
        case .document(let error): error.message
        case .noSuchField(let name): "Tệp PDF không có trường “\(name)”."
        case .fieldExists(let name): "Tệp PDF đã có trường “\(name)”."
        case .notASignatureField(let name): "Trường “\(name)” không phải là trường chữ ký."
        case .notATextField(let name): "Trường “\(name)” không phải là trường văn bản."
        case .fieldAlreadySigned(let name): "Trường “\(name)” đã được ký."
        case .lockedByCertification: "Tệp PDF đã được khóa bởi chữ ký chứng nhận, không thể ký thêm."
        case .font: "Phông chữ dùng cho chữ ký bị hỏng hoặc không đọc được."
        case .image: "Ảnh chữ ký phải là tệp PNG hợp lệ (8 bit, không xen kẽ)."
        case .holeTooSmall: "Chữ ký lớn hơn chỗ dành sẵn trong tệp; hãy ký lại."
        case .notThePreparedFile: "Tệp đã thay đổi so với lúc chuẩn bị ký. Chưa có gì được ký."
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
