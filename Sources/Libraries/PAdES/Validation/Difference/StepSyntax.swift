import PDFCore

/// Whatever is added after a signature has to be written exactly as the standard says: where it is not, readers repair
/// the file, each in its way, and may then show something else.
extension RevisionStep {
    mutating func rejectDepartures() throws(PDFError) {
        for departure in RevisionDeparture.allCases where new.revision.departures.contains(departure) {
            note(.other, departure.sentence)
        }
        let written = touched.filter { $0 > 0 && !new.isUntouched($0, since: old) }
        if try reachesBeyondSize(written) { note(.other, RevisionDeparture.size.sentence) }
        let repaired = written.filter { new.isRepaired($0) }
        for number in repaired.sorted().prefix(Self.maximumTold) {
            let place = "Đối tượng \(number) được ghi sau khi ký"
            note(.other, place + " không đúng khuôn dạng, mỗi phần mềm có thể đọc một cách khác nhau.")
        }
        for number in new.unlistedNumbers(after: old, touched: touched).sorted() {
            note(.other, Self.unlistedSentence(number))
        }
        try rejectLostInformation()
    }

    /// Objects whose numbers are not below /Size are missing for some readers (ISO 32000-2 §7.5.5, Table 15): nothing
    /// that was written may refer to one.
    private func reachesBeyondSize(_ written: Set<Int>) throws(PDFError) -> Bool {
        guard let size = new.trailer["Size"]?.integer, written.contains(where: { $0 >= size }) else { return false }
        if Self.refers(.dictionary(new.trailer), beyond: size) { return true }
        for number in written where number < size {
            if Self.refers(try new.object(new.reference(number)), beyond: size) { return true }
        }
        return false
    }

    private static func refers(_ object: PDFObject, beyond size: Int) -> Bool {
        var stack = [object]
        while let object = stack.popLast() {
            switch object {
            case .reference(let reference): if reference.number >= size { return true }
            case .array(let values): stack += values
            case .dictionary, .stream: stack += (object.dictionary ?? [:]).values
            default: break
            }
        }
        return false
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
