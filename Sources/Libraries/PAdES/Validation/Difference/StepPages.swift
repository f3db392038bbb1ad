import PDFCore

/// Pages stay as they are; only their list of annotations may grow by what the form explains, or by notes where a
/// certification permits them.
extension RevisionStep {
    private static let markup: Set<PDFName> = [
        "Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly",
        "StrikeOut", "Stamp", "Caret", "Ink", "Popup",
    ]

    mutating func explainPages() throws(PDFError) {
        var affected = changed.filter { pages.contains($0) }
        for number in changed {
            let uses = index.uses(of: number)
            affected.formUnion(uses.filter { $0.path == "Annots" && pages.contains($0.holder) }.map(\.holder))
        }
        for page in affected.sorted() { try explainPage(page) }
    }

    private mutating func explainPage(_ page: Int) throws(PDFError) {
        let number = pages.positions[page] ?? 0
        guard case .dictionary(let before) = try old.object(old.reference(page)),
            case .dictionary(let after) = try new.object(new.reference(page))
        else { return note(.other, "Trang \(number) bị gỡ bỏ.") }
        for key in Self.differingKeys(before, after).sorted() where key != "Annots" {
            if before[key] == nil, let own = after[key], try isInherited(key, own, by: before) { continue }
            note(.other, "Trang \(number): mục /\(key) bị thay đổi.")
        }
        let list = try member("Annots", before, after, at: Place(holder: page))
        if list.isChanged { try explainAnnotationList(list, page: number) }
        clearEverywhere(page)
    }

    private static let inheritable: Set<PDFName> = ["Resources", "MediaBox", "CropBox", "Rotate"]

    /// Whether a page says for itself what it had from above (ISO 32000-2 §7.7.3.4).
    private func isInherited(_ key: PDFName, _ own: PDFObject, by page: PDFDictionary) throws(PDFError) -> Bool {
        guard Self.inheritable.contains(key) else { return false }
        var node = page
        for _ in 0..<64 {
            guard let parent = try old.value("Parent", of: node).dictionary else { return false }
            if let above = parent[key] {
                let (was, now) = (try old.resolve(above), try new.resolve(own))
                return above == own || key != "Resources" && was == now
            }
            node = parent
        }
        return false
    }

    private mutating func explainAnnotationList(_ list: Member, page: Int) throws(PDFError) {
        guard case .array(let after) = list.after, !list.reusesObject else {
            return note(.other, "Trang \(page): chú thích hoặc trường bị gỡ bỏ hay thay thế.")
        }
        let before = list.before.array ?? []
        for removed in Set(before).subtracting(after) {
            let isNote = try isMarkup(try old.resolve(removed))
            note(isNote ? .annotations : .other, "Trang \(page): chú thích hoặc trường bị gỡ bỏ hay thay thế.")
        }
        let added = after.filter { !before.contains($0) }
        if Set(added).count < added.count || after.filter(before.contains) != before.filter(after.contains) {
            note(.other, "Trang \(page): thứ tự các lớp trên trang bị đổi.")
        }
        for object in added { try explainAdded(object, page: page) }
    }

    private mutating func explainAdded(_ object: PDFObject, page: Int) throws(PDFError) {
        if let reference = object.reference, addedWidgets.contains(reference) { return }
        let isNew = object.reference.map { created.contains($0.number) } ?? true
        let content = try new.resolve(object)
        if isNew, try isMarkup(content), !Self.acts(content) {
            let look = NoteLook(content, in: new)
            note(
                RevisionChange(
                    level: .annotations, sentence: "Trang \(page): thêm ghi chú.", drawsOverPage: look.mayCover))
            leave(look, of: object.reference?.number, onPage: page)
            warn("Trang \(page): ghi chú được đặt thêm lên trang sau khi ký (\(look.kind)).")
        } else {
            note(.other, "Trang \(page): thêm đối tượng lên trang sau khi ký.")
        }
    }

    /// Entries by which a note does something, or is a field too (ISO 32000-2 Tables 191, 192, 226).
    private static let actingKeys: Set<PDFName> = [
        "A", "AA", "PA", "Dest", "JS", "FT", "Ff", "Kids", "V", "DV", "MK", "TM", "Movie", "Sound", "FS",
        "RichMediaContent",
    ]

    /// A note is there to be read.
    private static func acts(_ note: PDFObject) -> Bool {
        guard let members = note.dictionary else { return true }
        return !actingKeys.isDisjoint(with: members.keys)
    }

    private func isMarkup(_ object: PDFObject) throws(PDFError) -> Bool {
        guard case .dictionary(let members) = object else { return false }
        return try Self.markup.contains(new.value("Subtype", of: members).name ?? "")
    }

    // MARK: notes that were there

    /// Notes and what they show, when nothing but pages and other notes refer to them.
    mutating func explainAnnotations() throws(PDFError) {
        for number in changed.sorted() {
            let uses = index.uses(of: number)
            guard !uses.isEmpty else { continue }
            let (before, after) = (try old.object(old.reference(number)), try new.object(new.reference(number)))
            if try isMarkup(before), try isMarkup(after), !Self.acts(after) || Self.acts(before),
                before.dictionary?["Subtype"] == after.dictionary?["Subtype"]
            {
                for place in uses where isNoteUse(place) { clear(number, at: place) }
                noteChange(of: number, looking: NoteLook(after, in: new), note: number)
            } else if before.stream != nil, after.stream != nil {
                for place in uses where place.path.hasPrefix("AP/") {
                    guard try isMarkup(try old.object(old.reference(place.holder))) else { continue }
                    clear(number, at: place)
                    let shown = NoteLook(try new.object(new.reference(place.holder)), in: new)
                    noteChange(of: number, looking: shown, note: place.holder)
                }
            }
        }
    }

    /// A note that was there may be moved and drawn anew as freely as one that is added.
    private mutating func noteChange(of number: Int, looking look: NoteLook, note holder: Int) {
        let page = pageNumber(ofNote: holder)
        note(
            RevisionChange(
                level: .annotations, sentence: "Ghi chú trên trang bị thay đổi (đối tượng \(number)).",
                drawsOverPage: look.mayCover))
        leave(look, of: holder, onPage: page)
        if look.isSeen { warn("Trang \(page): ghi chú có sẵn bị thay đổi sau khi ký (\(look.kind)).") }
    }

    /// 0 for a note of no page.
    private func pageNumber(ofNote number: Int) -> Int {
        let lists = index.uses(of: number).flatMap { $0.path.isEmpty ? index.uses(of: $0.holder) : [$0] }
        return lists.first { $0.path == "Annots" }.flatMap { pages.positions[$0.holder] } ?? 0
    }

    private func isNoteUse(_ place: Place) -> Bool {
        switch place.path {
        case "Annots": pages.contains(place.holder)
        case "": index.uses(of: place.holder).allSatisfy { $0.path == "Annots" && pages.contains($0.holder) }
        case "Popup", "Parent", "IRT": (try? isMarkup(old.object(old.reference(place.holder)))) ?? false
        default: false
        }
    }
}
