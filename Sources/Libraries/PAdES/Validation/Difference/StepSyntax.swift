import PDFCore

/// Whatever is added after a signature has to be written exactly as the standard says: where it is not, readers repair
/// the file, each in its way, and may then show something else.
extension RevisionStep {
    mutating func rejectDepartures() throws(PDFError) {
        for departure in RevisionDeparture.allCases where new.revision.departures.contains(departure) {
            note(.other, departure.sentence)
        }
        let repaired = touched.filter { $0 > 0 && !new.isUntouched($0, since: old) && new.isRepaired($0) }
        for number in repaired.sorted().prefix(Self.maximumTold) {
            let place = "Đối tượng \(number) được ghi sau khi ký"
            note(.other, place + " không đúng khuôn dạng, mỗi phần mềm có thể đọc một cách khác nhau.")
        }
        for number in new.unlistedNumbers(after: old, touched: touched).sorted() {
            note(.other, Self.unlistedSentence(number))
        }
        try rejectLostInformation()
    }

    /// One is enough to refuse the step.
    private static let maximumTold = 100

    private static func unlistedSentence(_ number: Int) -> String {
        let name = number < 0 ? "đối tượng" : "đối tượng \(number)"
        return "Phần thêm vào tệp sau khi ký chứa \(name) không nằm trong bảng tham chiếu, có phần mềm vẫn hiển thị."
    }

    /// An /Info that leads nowhere makes some readers look through the whole file for one.
    private mutating func rejectLostInformation() throws(PDFError) {
        guard let information = new.trailer["Info"], information.reference != nil else { return }
        let wasLost = information == old.trailer["Info"] ? try old.resolve(information).isNull : false
        if wasLost { return }
        guard try new.resolve(information).isNull else { return }
        note(.other, "Thông tin mô tả tệp dẫn tới đối tượng không có trong tệp.")
    }
}
