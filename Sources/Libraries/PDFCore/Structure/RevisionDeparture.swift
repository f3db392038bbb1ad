/// Something in the form of a revision's cross reference that departs from the standard and is read all the same.
///
/// Other readers repair the file instead, by looking for objects wherever they may stand: then they show what no cross
/// reference lists. What a file was like when it was signed is its own affair; what is added after that has to be exact.
package enum RevisionDeparture: String, Sendable, Hashable, CaseIterable {
    /// Rows that are not of 20 bytes, or something between them (ISO 32000-2 §7.5.4).
    case tableForm
    /// Rows of a stream that are more or fewer than /Index says, of an unknown type, or of widths that are not three
    /// integers (§7.5.8.2, §7.5.8.3).
    case streamForm
    /// A trailer, or the object of a cross reference stream, with a key without value, a stray token and the like.
    case trailerForm
    /// /Size is no integer, or not above the object numbers there are (§7.5.5).
    case size
    /// /Prev is no integer.
    case previous
    /// /XRefStm is no integer.
    case hiddenSection
    /// An object in use is not where its entry says, and nowhere else.
    case missingObject
    /// The section is not followed by `startxref`, its own offset and `%%EOF`, all in one kilobyte (§7.5.5).
    case ending

    /// The sentence for the user, about the bytes that were added after a signature.
    package var sentence: String {
        let rest =
            switch self {
            case .tableForm: "bảng tham chiếu không đúng khuôn dạng"
            case .streamForm: "bảng tham chiếu nén không đúng khuôn dạng"
            case .trailerForm: "phần cuối sai cú pháp"
            case .size: "số đối tượng khai báo sai"
            case .previous: "chỉ dẫn tới bảng tham chiếu trước không phải là số nguyên"
            case .hiddenSection: "chỉ dẫn tới bảng tham chiếu ẩn không phải là số nguyên"
            case .missingObject: "bảng tham chiếu chỉ tới đối tượng không có trong tệp"
            case .ending: "dấu kết thúc không đúng khuôn dạng"
            }
        return "Phần thêm vào tệp sau khi ký có \(rest), mỗi phần mềm có thể đọc một cách khác nhau."
    }
}
