// What a clerk's entry must hold before it becomes a record: texts that fit the register, days that can be.
internal import Platform
internal import Records

enum EntryCheck {
    /// The content as it is kept.
    static func filled(
        _ content: IncomingDocument.Content, today: Day
    ) throws -> IncomingDocument.Content {
        var filled = content
        filled.senderName = try required(content.senderName, "Cơ quan ban hành", .agency)
        filled.code = DocumentCode(
            number: try required(content.code.number, "Số của văn bản", .number),
            notation: try TextLimit.notation.checked(content.code.notation, "Ký hiệu"))
        filled.subject = try required(content.subject, "Trích yếu", .subject)
        filled.signerName = try TextLimit.name.checked(content.signerName, "Người ký")
        filled.signerPosition = try TextLimit.name.checked(content.signerPosition, "Chức vụ người ký")
        try ArrivalRule.check(document: content.day, today: today)
        try DeadlineRule.check(content.dueOn, today: today)
        return filled
    }

    private static func required(_ text: String, _ label: String, _ limit: TextLimit) throws(CommonRefusal) -> String {
        let kept = try limit.checked(text, label)
        guard !kept.isEmpty else { throw .invalid("Chưa nhập \(label.lowercased()).") }
        return kept
    }
}

extension IncomingDocument.Content {
    /// What a packet says at more length than the register has room for is cut, and the clerk is told: no packet is
    /// refused for it, and the packet itself is kept as it came.
    package func fitted() -> (content: Self, notes: [String]) {
        var fitted = self
        var cut: [String] = []
        func fit(_ text: inout String, _ limit: TextLimit, _ label: String) {
            let short = limit.fitting(text)
            guard short.utf8.count != text.utf8.count else { return }
            text = short
            cut.append(label)
        }
        fit(&fitted.senderName, .agency, "cơ quan ban hành")
        var (number, notation) = (fitted.code.number, fitted.code.notation)
        fit(&number, .number, "số")
        fit(&notation, .notation, "ký hiệu")
        fitted.code = DocumentCode(number: number, notation: notation)
        fit(&fitted.typeLabel, .name, "loại văn bản")
        fit(&fitted.subject, .subject, "trích yếu")
        fit(&fitted.signerName, .name, "người ký")
        fit(&fitted.signerPosition, .name, "chức vụ người ký")
        fitted.documentID = TextLimit.identity.fitting(documentID)
        fitted.toPlaces = toPlaces.prefix(Self.mostPlaces).map(TextLimit.agency.fitting)
        if fitted.toPlaces != toPlaces { cut.append("nơi nhận") }
        guard !cut.isEmpty else { return (fitted, []) }
        let note =
            "Gói tin ghi quá dài: \(cut.joined(separator: ", ")). Ở đây giữ phần đầu; gói tin gốc được giữ nguyên."
        return (fitted, [note])
    }

    private static let mostPlaces = 500
}

extension TextLimit {
    /// What a sender calls a document: an index holds it.
    static let identity = TextLimit(300)
}
