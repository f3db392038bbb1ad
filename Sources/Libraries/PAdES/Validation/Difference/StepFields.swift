import PDFCore

/// Fields: values may be filled in, open signature fields signed, signature fields added.
extension RevisionStep {
    private static let alwaysOpen: Set<PDFName> = ["Ff", "Type"]
    private static let valueKeys = alwaysOpen.union(["V", "AP", "AS", "DA", "Q", "RV", "I", "M", "F"])
    private static let signatureKeys = alwaysOpen.union(["V", "AP", "AS", "DA", "Q", "F", "M"])
    /// Invisible, Hidden and NoView of /F (ISO 32000-2 Table 167).
    private static let hidingFlags = 0b100011
    /// ReadOnly, Required and NoExport of /Ff; others, as those for passwords and combs, make a field look different.
    private static let behavingFlags = 0b111

    mutating func explainFields() throws(PDFError) {
        let affected = affectedParts()
        guard !affected.isEmpty else { return }
        for field in oldFields.fields {
            let parts = Set(field.widgets + [field.reference].compactMap(\.self)).filter {
                affected.contains($0.number)
            }
            for reference in parts.sorted() { try explainField(field, at: reference) }
        }
    }

    /// Objects that may be parts of fields and were rewritten, or that hold or show something that was.
    private func affectedParts() -> Set<Int> {
        var parts = changed
        for number in changed {
            let holders = index.uses(of: number).map(\.holder)
            parts.formUnion(holders)
            for holder in holders { parts.formUnion(index.uses(of: holder).filter { $0.path == "AP" }.map(\.holder)) }
        }
        return parts
    }

    private mutating func explainField(_ field: FormFieldNode, at reference: PDFReference) throws(PDFError) {
        let value = try old.resolve(field.value)
        let isOpen = !field.isSignature || value == .null
        guard changed.contains(reference.number) else {
            // The dictionary is the same, but what it shows may have been overwritten in its place. A signature field is
            // not signed by that, so nothing explains it.
            if !field.isSignature, let members = try old.object(reference).dictionary {
                try explainAppearance(field, members, members, Place(holder: reference.number), isNoted: false)
            }
            return
        }
        guard case .dictionary(let before) = try old.object(reference),
            case .dictionary(let after) = try new.object(reference)
        else { return note(.other, "Trường “\(field.name)” của biểu mẫu bị gỡ bỏ.") }
        let keys = Self.differingKeys(before, after)
        if keys.contains("Type"), before["Type"] != nil || after["Type"]?.name != "Annot" {
            note(.other, "Trường “\(field.name)” bị đổi kiểu.")
        }
        let finding = Finding(field: field, reference: reference, before: before, after: after, keys: keys)
        if keys.isSubset(of: Self.alwaysOpen) {
            let looksAlike = try looksAlike(finding)
            note(
                RevisionChange(
                    level: looksAlike ? .ltaUpdates : .formFilling,
                    sentence: "Thuộc tính của trường “\(field.name)” được cập nhật.", field: field.name,
                    holdsWhenLocked: looksAlike))
            if !looksAlike { warn("Cách hiển thị của trường “\(field.name)” bị đổi sau khi ký.") }
        } else if field.isSignature {
            try explainSigning(finding, isOpen: isOpen)
        } else {
            try explainFilling(finding)
        }
        clearFieldUses(of: reference)
    }

    private struct Finding {
        var field: FormFieldNode
        var reference: PDFReference
        var before: PDFDictionary
        var after: PDFDictionary
        var keys: Set<PDFName>
        var place: Place { Place(holder: reference.number) }
    }

    // MARK: values

    private mutating func explainFilling(_ finding: Finding) throws(PDFError) {
        let field = finding.field
        let isHidingKept = try hidesAsBefore(finding)
        guard finding.keys.isSubset(of: Self.valueKeys), isHidingKept else {
            return note(.other, "Trường “\(field.name)” bị thay đổi ngoài giá trị của nó.")
        }
        let value = try member("V", finding.before, finding.after, at: finding.place)
        let shown = try new.resolve(newFields.field(named: field.name)?.value)
        let text = value.after.text ?? shown.text ?? ""
        let sentence = "Điền trường “\(field.name)”" + (text.isEmpty ? "." : ": \(text)")
        note(RevisionChange(level: .formFilling, sentence: sentence, field: field.name))
        try explainAppearance(field, finding.before, finding.after, finding.place)
        let isValueKept = try old.resolve(field.value) == shown
        if finding.keys.contains("AP"), isValueKept { warnOfLook(field) }
    }

    private mutating func warnOfLook(_ field: FormFieldNode) {
        warn("Nội dung hiển thị của trường “\(field.name)” thay đổi trong khi giá trị không đổi.")
    }

    private func looksAlike(_ finding: Finding) throws(PDFError) -> Bool {
        let was = try old.value("Ff", of: finding.before).integer ?? 0
        let now = try new.value("Ff", of: finding.after).integer ?? 0
        return (was ^ now) & ~Self.behavingFlags == 0
    }

    private func hidesAsBefore(_ finding: Finding) throws(PDFError) -> Bool {
        let was = try old.value("F", of: finding.before).integer ?? 0
        let now = try new.value("F", of: finding.after).integer ?? 0
        return was & Self.hidingFlags == now & Self.hidingFlags
    }

    /// What a field shows: new streams, or its own stream written anew when nothing else uses it.
    private mutating func explainAppearance(
        _ field: FormFieldNode, _ before: PDFDictionary, _ after: PDFDictionary, _ place: Place, isNoted: Bool = true
    ) throws(PDFError) {
        let raw = before["AP"]?.reference
        let appearance = try member("AP", before, after, at: place)
        guard appearance.before != .null || appearance.after != .null else { return }
        guard case .dictionary(let now) = appearance.after, !appearance.reusesObject else {
            return note(.other, "Mẫu hiển thị của trường “\(field.name)” bị gỡ bỏ hoặc thay thế.")
        }
        var isChanged = appearance.isChanged
        let was = appearance.before.dictionary ?? [:]
        for key in ["N", "R", "D"] as [PDFName] {
            let shown = try member(key, was, now, at: appearance.place)
            isChanged = isChanged || shown.isChanged
        }
        guard isChanged else { return }
        if !isNoted {
            let sentence = "Nội dung hiển thị của trường “\(field.name)” được cập nhật."
            note(RevisionChange(level: .formFilling, sentence: sentence, field: field.name))
            if try old.resolve(field.value) == new.resolve(newFields.field(named: field.name)?.value) {
                warnOfLook(field)
            }
        }
        if let raw, index.uses(of: raw.number).count > 1 {
            note(.other, "Mẫu hiển thị của trường “\(field.name)” được dùng ở nơi khác trong tài liệu.")
        }
    }

    // MARK: signatures

    private mutating func explainSigning(_ finding: Finding, isOpen: Bool) throws(PDFError) {
        let field = finding.field
        guard isOpen else { return note(.other, "Trường chữ ký “\(field.name)” đã ký bị thay đổi hoặc gỡ bỏ.") }
        guard let now = newFields.field(named: field.name), try new.resolve(now.value) != .null,
            finding.keys.isSubset(of: Self.signatureKeys)
        else { return note(.other, "Trường chữ ký “\(field.name)” bị thay đổi ngoài chữ ký của nó.") }
        guard try isNewSignature(now.value) else {
            return note(.other, "Chữ ký “\(field.name)” dùng lại đối tượng có sẵn.")
        }
        try explainAppearance(field, finding.before, finding.after, finding.place)
        if try !hidesAsBefore(finding) { warn("Trường chữ ký “\(field.name)” trước đó được ẩn, nay hiện trên trang.") }
        try noteSigning(of: now, isNew: false)
    }

    private func isNewSignature(_ value: PDFObject?) throws(PDFError) -> Bool {
        guard let reference = value?.reference, created.contains(reference.number) else { return false }
        if case .dictionary = try new.object(reference) { return true }
        return false
    }

    private static let fieldKeys: Set<PDFName> = [
        "Type", "Subtype", "FT", "T", "TU", "TM", "F", "Ff", "P", "Rect", "AP", "AS", "MK", "V", "DA", "Q", "Lock",
        "SV", "DR",
        "Kids", "Parent", "Border", "BS", "H", "NM", "M", "StructParent", "C",
    ]

    /// A field added to the form must be a signature field of its own name made of new objects only.
    mutating func explainAddedField(_ object: PDFObject) throws(PDFError) {
        guard let reference = object.reference, created.contains(reference.number),
            let field = newFields.fields.first(where: { $0.reference == reference }), field.isSignature
        else { return note(.other, "Trường mới được thêm vào biểu mẫu sau khi ký.") }
        let name = field.dictionary["T"]?.text ?? ""
        let isOwn =
            !name.isEmpty && !name.contains(".") && !newFields.hasGroup(named: field.name)
            && newFields.fields.filter { $0.name.isExactly(field.name) }.count == 1
        var isSound = isOwn && field.dictionary["Parent"] == nil
        if let kids = field.dictionary["Kids"], try new.resolve(kids).array?.isEmpty ?? true { isSound = false }
        for part in Set(field.widgets + [reference]) {
            guard case .dictionary(let members) = try new.object(part) else { return note(.other, "Trường mới hỏng.") }
            isSound = isSound && created.contains(part.number) && Set(members.keys).isSubset(of: Self.fieldKeys)
            let isShownSoundly = try isWidgetOrNothing(members)
            isSound = isSound && isShownSoundly && bringsItsResources(members)
        }
        let isSigned = try new.resolve(field.value) != .null
        let isFresh = try isNewSignature(field.value)
        guard isSound, !isSigned || isFresh else {
            return note(.other, "Trường chữ ký “\(field.name)” được thêm vào không đúng quy cách.")
        }
        addedWidgets.formUnion(field.widgets + [reference])
        try noteSigning(of: field, isNew: true)
    }

    /// What is shown of a field is a widget, which stays within its rectangle (ISO 32000-2 §12.5.6.19). An annotation of
    /// another kind that calls itself a field too draws what it likes where it likes.
    private func isWidgetOrNothing(_ members: PDFDictionary) throws(PDFError) -> Bool {
        guard members["Subtype"] != nil || members["Rect"] != nil || members["AP"] != nil else { return true }
        guard members["Subtype"] == .name("Widget"), let corners = try new.value("Rect", of: members).array else {
            return false
        }
        var numbers = 0
        for corner in corners { if try new.resolve(corner).number != nil { numbers += 1 } }
        return corners.count == 4 && numbers == 4
    }

    /// Some programs name what the look of a signature draws in the field too; it is theirs, made in this step.
    private func bringsItsResources(_ members: PDFDictionary) -> Bool {
        guard let resources = members["DR"] else { return true }
        guard case .dictionary = resources else { return false }
        var stack = [resources]
        while let object = stack.popLast() {
            switch object {
            case .reference(let reference): if !created.contains(reference.number) { return false }
            case .array(let values): stack += values
            case .dictionary(let kinds): stack += kinds.values
            default: break
            }
        }
        return true
    }

    private mutating func noteSigning(of field: FormFieldNode, isNew: Bool) throws(PDFError) {
        let value = try new.resolve(field.value).dictionary
        let isVisible = try isVisible(field)
        let isTimestamp = value?["Type"]?.name == "DocTimeStamp" || value?["SubFilter"]?.name == "ETSI.RFC3161"
        let isQuiet = !isVisible && (value == nil || isTimestamp)
        let drawsItself = try drawsItself(field)
        let sentence =
            value == nil
            ? "Thêm trường chữ ký “\(field.name)”, chưa ký."
            : isTimestamp ? "Thêm dấu thời gian “\(field.name)”." : "Ký thêm tại “\(field.name)”."
        note(
            RevisionChange(
                level: isQuiet ? .ltaUpdates : .formFilling, sentence: sentence, field: field.name,
                holdsWhenLocked: isQuiet, addsVisibleField: isNew && isVisible,
                drawsOverPage: isNew && value == nil && isVisible && drawsItself))
        if isNew, isVisible { warn("Chữ ký “\(field.name)” được đặt thêm lên trang sau khi tài liệu đã ký.") }
    }

    private func drawsItself(_ field: FormFieldNode) throws(PDFError) -> Bool {
        for widget in field.widgets where try new.drawsItself(try new.object(widget).dictionary ?? [:]) { return true }
        return false
    }

    private func isVisible(_ field: FormFieldNode) throws(PDFError) -> Bool {
        for widget in field.widgets {
            let members = try new.object(widget).dictionary ?? [:]
            guard members["Rect"] != nil else { continue }
            var corners: [PDFObject] = []
            for corner in try new.value("Rect", of: members).array ?? [] { corners.append(try new.resolve(corner)) }
            // A place nobody can make out may be anywhere.
            guard let rectangle = PDFRectangle(corners) else { return true }
            if rectangle.width > 0, rectangle.height > 0 { return true }
        }
        return false
    }

    // MARK: who may refer to a field

    /// The form, the page, other parts of the field, the structure tree and a signature's reference know a field as a field.
    private mutating func clearFieldUses(of reference: PDFReference) {
        for place in index.uses(of: reference.number) where isFieldUse(place) { clear(reference.number, at: place) }
    }

    private func isFieldUse(_ place: Place) -> Bool {
        if place.path.isEmpty { return index.uses(of: place.holder).allSatisfy { isFieldList($0) } }
        if isFieldList(place) { return true }
        switch place.lastKey {
        case "Parent": return oldFields.nodes.contains { $0.number == place.holder }
        case "Obj": return isStructure(place.holder)
        case "Data": return place.path == "Data" || place.path == "Reference/Data"
        default: return false
        }
    }

    private func isFieldList(_ place: Place) -> Bool {
        switch place.path {
        case "Annots": pages.contains(place.holder)
        case "Kids": oldFields.nodes.contains { $0.number == place.holder }
        case "Fields", "CO": index.uses(of: place.holder).contains { isForm($0) }
        case "AcroForm/Fields", "AcroForm/CO": place.holder == old.catalogReference?.number
        default: false
        }
    }

    private func isForm(_ place: Place) -> Bool {
        place.path == "AcroForm" && place.holder == old.catalogReference?.number
    }

    private func isStructure(_ number: Int) -> Bool {
        guard let members = try? old.object(old.reference(number)).dictionary else { return false }
        return members["Type"]?.name == "OBJR" || members["S"]?.name != nil
    }
}

extension PDFDocument {
    /// Whether there is more of a signature field to be seen than the place that a program marks for signing: anybody can
    /// lay it over the page, without a key.
    func drawsItself(_ widget: PDFDictionary) throws(PDFError) -> Bool {
        let marks = try value("MK", of: widget).dictionary ?? [:]
        if !marks.keys.allSatisfy({ $0 == "R" }) { return true }
        for (_, look) in try value("AP", of: widget).dictionary ?? [:] {
            guard let stream = try resolve(look).stream else { return true }
            let content = try decoded(stream, limit: 1 << 16)
            if content.contains(where: { !" \t\r\n\0".utf8.contains($0) }) { return true }
        }
        return false
    }
}
