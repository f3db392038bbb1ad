import PDFCore

/// The form as a whole: signature fields may be added to its list, its resources may grow.
extension RevisionStep {
    mutating func explainForm() throws(PDFError) {
        guard let root = old.catalogReference?.number else { return }
        let form = try member("AcroForm", try old.catalog(), try new.catalog(), at: Place(holder: root))
        guard form.before != .null || form.after != .null else { return }
        guard case .dictionary(let after) = form.after, form.before.stream == nil, !form.reusesObject else {
            return note(.other, "Biểu mẫu của tài liệu bị gỡ bỏ hoặc thay thế.")
        }
        // The same in another object is nothing an honest writer needs.
        if let was = try old.catalog()["AcroForm"]?.reference, try new.catalog()["AcroForm"]?.reference != was {
            note(.other, "Biểu mẫu của tài liệu bị thay bằng đối tượng khác.")
        }
        let before = form.before.dictionary ?? [:]
        for key in Self.differingKeys(before, after).sorted() { try explainFormEntry(key, before, after) }
        let resources = try member("DR", before, after, at: form.place)
        if resources.isChanged { try explainResources(resources) }
        let list = try member("Fields", before, after, at: form.place)
        if list.isChanged { try explainFieldList(list) }
    }

    private mutating func explainFormEntry(
        _ key: PDFName, _ before: PDFDictionary, _ after: PDFDictionary
    ) throws(PDFError) {
        switch key {
        case "Fields", "DR": break
        case "SigFlags":
            let (was, now) = (before[key]?.integer ?? 0, after[key]?.integer ?? 0)
            if was & now != was || !(0...3).contains(now) { note(.other, "Cờ chữ ký của biểu mẫu bị thay đổi.") }
        case "NeedAppearances", "DA", "Q": try explainPresentation(key, before, after)
        default: note(.other, "Mục /\(key) của biểu mẫu bị thay đổi.")
        }
    }

    /// What fields look like when a reader draws them anew; told to, it does so for all of them, from their values
    /// (ISO 32000-2 §12.7.4.3). A default that nothing had before is needed by new fields only.
    private mutating func explainPresentation(
        _ key: PDFName, _ before: PDFDictionary, _ after: PDFDictionary
    ) throws(PDFError) {
        let redraws = try new.value("NeedAppearances", of: after) == .boolean(true)
        let bears = key == "NeedAppearances" || before[key] == nil ? redraws : true
        note(
            RevisionChange(
                level: .formFilling, sentence: "Cách trình bày mặc định của biểu mẫu được cập nhật.",
                touchesAllFields: bears))
        guard bears else { return }
        guard key == "NeedAppearances" else { return warn("Kiểu chữ mặc định của biểu mẫu bị đổi sau khi ký.") }
        warn("Sau khi ký, biểu mẫu được đặt để phần mềm tự vẽ lại các trường, nên mỗi nơi có thể thấy khác nhau.")
        for field in oldFields.fields where field.type == "Tx" {
            guard try old.resolve(field.value) == new.resolve(newFields.field(named: field.name)?.value),
                try FieldWords(field, in: old).differ
            else { continue }
            let sentence = "Trường “\(field.name)” sẽ được vẽ lại theo giá trị khác với nội dung đã hiển thị khi ký."
            note(RevisionChange(level: .formFilling, sentence: sentence, field: field.name, drawsOverPage: true))
        }
    }

    private mutating func explainResources(_ resources: Member) throws(PDFError) {
        if resources.reusesObject {
            note(.other, "Tài nguyên của biểu mẫu bị thay bằng đối tượng khác.")
        } else if try isExtended(resources) {
            note(.formFilling, "Tài nguyên của biểu mẫu được bổ sung.")
        } else {
            note(.other, "Tài nguyên của biểu mẫu bị thay đổi.")
        }
    }

    /// Everything there was is there still, in the lists by kind too; the resources themselves stay untouched.
    private mutating func isExtended(_ resources: Member, of kind: PDFName? = nil) throws(PDFError) -> Bool {
        guard resources.before != .null else { return true }
        guard case .dictionary(let was) = resources.before, case .dictionary(let now) = resources.after else {
            return false
        }
        for (key, value) in was {
            // A font or an image must be the same object; only the dictionaries by kind may be rewritten.
            if let kind {
                if value == now[key] { continue }
                guard kind == "XObject", try isLookOfItsOwn(now[key]) else { return false }
                continue
            }
            let entries = try follow(value, now[key] ?? .null, at: resources.place.member(key))
            guard entries.isChanged else { continue }
            let isKept = try isExtended(entries, of: key)
            if entries.reusesObject || !isKept { return false }
        }
        return true
    }

    /// Common signing programs name the look of each signature FRM here. Another one under that name changes nothing that
    /// was there, when every look that was brings its own resources and none asks the form for them.
    private func isLookOfItsOwn(_ entry: PDFObject?) throws(PDFError) -> Bool {
        guard let reference = entry?.reference, created.contains(reference.number),
            try new.object(reference).stream?.dictionary["Subtype"]?.name == "Form"
        else { return false }
        for widget in oldFields.fields.flatMap(\.widgets) {
            let members = try old.object(widget).dictionary ?? [:]
            for (_, look) in try old.value("AP", of: members).dictionary ?? [:] {
                guard try bringsResources(look) else { return false }
            }
        }
        return true
    }

    /// A look, or the looks of each state of a button.
    private func bringsResources(_ look: PDFObject) throws(PDFError) -> Bool {
        let shown = try old.resolve(look)
        if let stream = shown.stream { return stream.dictionary["Resources"] != nil }
        for (_, state) in shown.dictionary ?? [:] {
            if let stream = try old.resolve(state).stream, stream.dictionary["Resources"] == nil { return false }
        }
        return true
    }

    private mutating func explainFieldList(_ list: Member) throws(PDFError) {
        let (before, after) = (list.before.array ?? [], list.after.array ?? [])
        let added = after.filter { !before.contains($0) }
        guard case .array = list.after, !list.reusesObject, after.filter({ !added.contains($0) }) == before,
            Set(added).count == added.count
        else { return note(.other, "Trường của biểu mẫu bị gỡ bỏ hoặc thay thế.") }
        for object in added { try explainAddedField(object) }
    }
}
