import PDFCore

/// Compares a signed revision with the newest one and explains every difference by a rule; what no rule explains is
/// `other`. Allowed are new signatures, values of form fields with their own appearance, validation data and metadata
/// (ISO 32000-2 §12.8.2.2; ETSI EN 319 142-1 §5.5).
struct RevisionDifference {
    private let old: PDFDocument
    private let new: PDFDocument
    private let isLocked: (String) -> Bool
    private let roles: DocumentRoles
    private let newFields: FieldTree
    /// Objects of the signed revision that no longer are what they were.
    private let changed: Set<Int>
    private let created: Set<Int>
    private var found: [DocumentChange] = []
    private var addedFields: Set<PDFReference> = []
    private(set) var warnings: [String] = []

    /// `isLocked` tells the fields a FieldMDP transform closes.
    static func changes(
        since old: PDFDocument, in new: PDFDocument, isLocked: @escaping (String) -> Bool
    ) -> (changes: [DocumentChange], warnings: [String]) {
        guard old.revisionIndex < new.revisionIndex else { return ([], []) }
        do throws(PDFError) {
            var difference = try RevisionDifference(old, new, isLocked)
            try difference.explain()
            return (difference.found, difference.warnings)
        } catch {
            return (
                [DocumentChange(level: .other, sentence: "Không đối chiếu được với bản đã ký: \(error.message)")], []
            )
        }
    }

    private init(_ old: PDFDocument, _ new: PDFDocument, _ isLocked: @escaping (String) -> Bool) throws(PDFError) {
        self.old = old
        self.new = new
        self.isLocked = isLocked
        roles = try DocumentRoles(old)
        newFields = try FieldTree(new)
        var changed: Set<Int> = []
        var created: Set<Int> = []
        for number in new.numbersTouched(after: old.revisionIndex) {
            if !old.contains(number) {
                if new.contains(number) { created.insert(number) }
            } else if try old.object(old.reference(number)) != new.object(old.reference(number)) {
                changed.insert(number)
            }
        }
        self.changed = changed
        self.created = created
    }

    private mutating func note(_ level: ModificationLevel, _ sentence: String) {
        let change = DocumentChange(level: level, sentence: sentence)
        if !found.contains(change) { found.append(change) }
    }

    private mutating func explain() throws(PDFError) {
        explainTrailer()
        try explainForm()
        for reference in roles.fields.keys.sorted() where changed.contains(reference.number) {
            try explainField(reference)
        }
        for (index, page) in roles.pages.enumerated() { try explainPage(page, number: index + 1) }
        for reference in roles.annotations.sorted() where changed.contains(reference.number) {
            note(.annotations, "Ghi chú trên trang bị thay đổi (đối tượng \(reference.number)).")
        }
        try explainCatalog()
        try walk()
    }

    // MARK: trailer and catalog

    private static let structuralKeys: Set = [
        "Size", "Prev", "ID", "XRefStm", "Type", "W", "Index", "Filter", "DecodeParms", "Length", "Info", "Root",
    ]

    /// Updates drop keys of the trailer they do not know; adding or changing one is another matter.
    private mutating func explainTrailer() {
        if old.catalogReference != new.catalogReference {
            note(.other, "Gốc của tài liệu bị thay bằng đối tượng khác.")
        }
        for (key, value) in new.trailer where !Self.structuralKeys.contains(key) && old.trailer[key] != value {
            note(.other, "Mục /\(key) của phần cuối tệp bị thay đổi.")
        }
        if let information = old.trailer["Info"]?.reference, changed.contains(information.number) {
            note(.ltaUpdates, "Thông tin mô tả tệp được cập nhật.")
        }
    }

    private mutating func explainCatalog() throws(PDFError) {
        let (before, after) = (try old.catalog(), try new.catalog())
        for key in Self.differingKeys(before, after) {
            switch key {
            case "AcroForm": break
            case "DSS": note(.ltaUpdates, "Thêm dữ liệu kiểm tra chữ ký lâu dài.")
            case "Metadata": note(.ltaUpdates, "Siêu dữ liệu của tệp được cập nhật.")
            case "Extensions": note(.ltaUpdates, "Khai báo phần mở rộng của định dạng được cập nhật.")
            case "Version" where (before[key]?.name ?? "") < (after[key]?.name ?? ""):
                // A signer that uses newer features must say so (ISO 32000-2 Table 29).
                note(.ltaUpdates, "Phiên bản định dạng của tệp được nâng lên.")
            default: note(.other, "Mục /\(key) của tài liệu bị thay đổi.")
            }
        }
    }

    // MARK: form

    private mutating func explainForm() throws(PDFError) {
        let before = try old.value("AcroForm", of: old.catalog()).dictionary ?? [:]
        let after = try new.value("AcroForm", of: new.catalog()).dictionary ?? [:]
        for key in Self.differingKeys(before, after) {
            switch key {
            case "Fields": break
            case "SigFlags":
                let (was, now) = (before[key]?.integer ?? 0, after[key]?.integer ?? 0)
                if was & now != was || !(0...3).contains(now) { note(.other, "Cờ chữ ký của biểu mẫu bị thay đổi.") }
            case "DR":
                if try !isExtended(before[key], after[key]) { note(.other, "Tài nguyên của biểu mẫu bị thay đổi.") }
            default: note(.other, "Mục /\(key) của biểu mẫu bị thay đổi.")
            }
        }
        try explainFieldList(
            try old.value("Fields", of: before).array ?? [], try new.value("Fields", of: after).array ?? [])
    }

    private mutating func explainFieldList(_ before: [PDFObject], _ after: [PDFObject]) throws(PDFError) {
        guard Array(after.prefix(before.count)) == before else {
            note(.other, "Trường của biểu mẫu bị gỡ bỏ hoặc thay thế.")
            return
        }
        for object in after.dropFirst(before.count) {
            guard let reference = object.reference, created.contains(reference.number),
                let field = newFields.fields.first(where: { $0.reference == reference }), field.isSignature
            else {
                note(.other, "Trường mới được thêm vào biểu mẫu sau khi ký.")
                continue
            }
            addedFields.formUnion(field.widgets + [reference])
            let isVisible = try isVisible(field)
            try noteSigning(of: field, isNew: true, isVisible: isVisible)
            if isVisible {
                warnings.append("Chữ ký “\(field.name)” được đặt thêm lên trang sau khi tài liệu đã ký.")
            }
        }
    }

    private func isVisible(_ field: FormFieldNode) throws(PDFError) -> Bool {
        for widget in field.widgets {
            let rectangle = PDFRectangle(
                try new.value("Rect", of: try new.object(widget).dictionary ?? [:]).array ?? [])
            if let rectangle, rectangle.width > 0, rectangle.height > 0 { return true }
        }
        return false
    }

    private mutating func noteSigning(of field: FormFieldNode, isNew: Bool, isVisible: Bool) throws(PDFError) {
        let value = try new.resolve(field.value).dictionary
        let isTimestamp = value?["Type"]?.name == "DocTimeStamp" || value?["SubFilter"]?.name == "ETSI.RFC3161"
        switch (value, isTimestamp) {
        case (nil, _):
            note(isVisible ? .formFilling : .ltaUpdates, "Thêm trường chữ ký “\(field.name)”, chưa ký.")
        case (.some, true): note(isVisible ? .formFilling : .ltaUpdates, "Thêm dấu thời gian “\(field.name)”.")
        case (.some, false): note(.formFilling, "Ký thêm tại “\(field.name)”.")
        }
    }

    private static let valueKeys: Set = ["V", "AP", "AS", "DA", "Q", "Ff", "RV", "I", "M"]
    private static let signatureKeys: Set = ["V", "AP", "AS", "F", "M"]

    private mutating func explainField(_ reference: PDFReference) throws(PDFError) {
        guard let field = roles.fields[reference], let before = try old.object(reference).dictionary,
            let after = try new.object(reference).dictionary
        else {
            note(.other, "Trường của biểu mẫu bị gỡ bỏ.")
            return
        }
        let keys = Self.differingKeys(before, after)
        if isLocked(field.name) {
            note(.other, "Trường “\(field.name)” đã bị khóa bởi chữ ký nhưng vẫn bị thay đổi.")
        } else if field.isSignature {
            try explainSigning(field, keys, after)
        } else if keys.isSubset(of: Self.valueKeys) {
            let text = try new.resolve(newFields.field(named: field.name)?.value).text ?? ""
            note(.formFilling, text.isEmpty ? "Điền trường “\(field.name)”." : "Điền trường “\(field.name)”: \(text)")
        } else {
            note(.other, "Trường “\(field.name)” bị thay đổi ngoài giá trị của nó.")
        }
    }

    private mutating func explainSigning(
        _ field: FormFieldNode, _ keys: Set<String>, _ after: PDFDictionary
    ) throws(PDFError) {
        guard try old.resolve(field.value).isNull else {
            note(.other, "Trường chữ ký “\(field.name)” đã ký bị thay đổi hoặc gỡ bỏ.")
            return
        }
        guard keys.isSubset(of: Self.signatureKeys) else {
            note(.other, "Trường chữ ký “\(field.name)” bị thay đổi ngoài chữ ký của nó.")
            return
        }
        guard let now = newFields.field(named: field.name) else {
            note(.other, "Trường chữ ký “\(field.name)” bị gỡ bỏ.")
            return
        }
        if let value = now.value?.reference, !created.contains(value.number) {
            note(.other, "Chữ ký “\(field.name)” dùng lại đối tượng có sẵn.")
        }
        try noteSigning(of: now, isNew: false, isVisible: try isVisible(now))
    }

    // MARK: pages

    private mutating func explainPage(_ reference: PDFReference, number: Int) throws(PDFError) {
        guard let before = try old.object(reference).dictionary, let after = try new.object(reference).dictionary else {
            note(.other, "Trang \(number) bị gỡ bỏ.")
            return
        }
        let list = before["Annots"]?.reference
        guard changed.contains(reference.number) || list.map({ changed.contains($0.number) }) == true else { return }
        for key in Self.differingKeys(before, after) where key != "Annots" {
            note(.other, "Trang \(number): mục /\(key) bị thay đổi.")
        }
        let annotations = try old.value("Annots", of: before).array ?? []
        let present = try new.value("Annots", of: after).array ?? []
        guard Array(present.prefix(annotations.count)) == annotations else {
            note(.other, "Trang \(number): chú thích hoặc trường bị gỡ bỏ hay thay thế.")
            return
        }
        for added in present.dropFirst(annotations.count) { try explainAnnotation(added, page: number) }
    }

    private static let markup: Set = [
        "Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly",
        "StrikeOut", "Stamp", "Caret", "Ink", "Popup",
    ]

    private mutating func explainAnnotation(_ object: PDFObject, page: Int) throws(PDFError) {
        let kind = try new.resolve(object).dictionary?["Subtype"]?.name
        if let reference = object.reference, addedFields.contains(reference) { return }
        if let kind, Self.markup.contains(kind), object.reference.map({ created.contains($0.number) }) ?? true {
            note(.annotations, "Trang \(page): thêm ghi chú.")
        } else {
            note(.other, "Trang \(page): thêm đối tượng lên trang sau khi ký.")
        }
    }

    // MARK: everything else

    /// Walks all the signed revision can reach. A changed object met on an ordinary way is a change of content.
    private mutating func walk() throws(PDFError) {
        var walk = RevisionWalk(document: old, roles: roles)
        try walk.run()
        for number in changed.intersection(walk.met[.ordinary] ?? []).sorted() {
            note(.other, try description(of: number))
        }
        for number in created.intersection(walk.missing).sorted() {
            note(.other, "Đối tượng \(number) mà bản đã ký tham chiếu được thêm vào sau khi ký.")
        }
        if !changed.isDisjoint(with: walk.met[.fieldContent] ?? []) {
            note(.formFilling, "Nội dung hiển thị của trường biểu mẫu được cập nhật.")
        }
        try explainSharedAppearances(elsewhere: walk.met[.ordinary] ?? [])
        if !changed.isDisjoint(with: walk.met[.metadata] ?? []) {
            note(.ltaUpdates, "Siêu dữ liệu của tệp được cập nhật.")
        }
        for number in changed.intersection(walk.met[.validationData] ?? []).sorted() {
            if case .stream = try old.object(old.reference(number)) {
                note(.other, "Dữ liệu kiểm tra chữ ký bị thay thế (đối tượng \(number)).")
            } else {
                note(.ltaUpdates, "Thêm dữ liệu kiểm tra chữ ký lâu dài.")
            }
        }
        if walk.reachesBeyondRevision { note(.other, "Bản đã ký có đối tượng kéo dài sang phần được thêm sau khi ký.") }
    }

    /// An appearance dictionary in use elsewhere is no field's own: exchanging it may change what something else shows.
    private mutating func explainSharedAppearances(elsewhere: Set<Int>) throws(PDFError) {
        for reference in roles.fields.keys.sorted() where changed.contains(reference.number) {
            guard let appearance = try old.object(reference).dictionary?["AP"]?.reference,
                elsewhere.contains(appearance.number),
                try new.object(reference).dictionary?["AP"] != .reference(appearance)
            else { continue }
            note(
                .other,
                "Mẫu hiển thị của trường “\(roles.fields[reference]?.name ?? "")” được dùng ở nơi khác trong tài liệu.")
        }
    }

    private func description(of number: Int) throws(PDFError) -> String {
        let object = try old.object(old.reference(number))
        let type = object.dictionary?["Type"]?.name ?? ""
        return switch (type, object) {
        case ("Pages", _): "Danh sách trang bị thay đổi."
        case ("Font", _), ("FontDescriptor", _): "Phông chữ của tài liệu bị thay đổi (đối tượng \(number))."
        case ("Sig", _), ("DocTimeStamp", _): "Từ điển chữ ký bị thay đổi (đối tượng \(number))."
        case ("XObject", _): "Hình ảnh hoặc mẫu hiển thị bị thay đổi (đối tượng \(number))."
        case (_, .stream): "Nội dung tài liệu bị thay đổi (đối tượng \(number))."
        default: "Thành phần của tài liệu bị thay đổi (đối tượng \(number))."
        }
    }

    private static func differingKeys(_ before: PDFDictionary, _ after: PDFDictionary) -> Set<String> {
        Set(before.keys).union(after.keys).filter { (before[$0] ?? .null) != (after[$0] ?? .null) }
    }

    /// Every member there was is there still, in nested dictionaries too.
    private func isExtended(_ before: PDFObject?, _ after: PDFObject?, depth: Int = 0) throws(PDFError) -> Bool {
        if (before ?? .null) == (after ?? .null) || before == nil { return true }
        guard depth < 4, let was = try old.resolve(before).dictionary, let now = try new.resolve(after).dictionary
        else {
            return try old.resolve(before) == new.resolve(after)
        }
        for (key, value) in was {
            if try !isExtended(value, now[key], depth: depth + 1) { return false }
        }
        return true
    }
}
