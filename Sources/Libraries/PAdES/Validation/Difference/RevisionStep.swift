import PDFCore

/// Compares a revision with the next one and explains every difference by a rule that names its place; what no rule
/// explains is `other` (ISO 32000-2 §12.8.2.2; ETSI EN 319 142-1 §5.5).
///
/// An overwritten object is explained only when every place that refers to it is: what one part of a document may change
/// another part may rely on.
struct RevisionStep {
    let old: PDFDocument
    let new: PDFDocument
    /// Who refers to whom in the older revision.
    let index: ReferenceIndex
    let pages: PageTree
    let oldFields: FieldTree
    let newFields: FieldTree
    /// What the trailers had up to the older revision.
    let trailers: TrailerEntries
    /// Objects of the older revision that are something else now.
    let changed: Set<Int>
    let created: Set<Int>
    /// Numbers this step wrote or freed, and those packed in streams so touched.
    let touched: Set<Int>
    private let freed: Set<Int>
    /// Written in this step so that readers may read them in two ways.
    private let ambiguous: Set<Int>
    private(set) var report = RevisionStepReport()
    private var noted: Set<RevisionChange> = []
    private var cleared: [Int: Set<Place>] = [:]
    private var clearedEverywhere: Set<Int> = []
    /// Widgets of signature fields this step adds.
    var addedWidgets: Set<PDFReference> = []

    init(
        from old: PDFDocument, to new: PDFDocument, touched: Set<Int>, index: ReferenceIndex, pages: PageTree,
        fields: (old: FieldTree, new: FieldTree), trailers: TrailerEntries
    ) throws(PDFError) {
        (self.old, self.new, self.index, self.pages, self.trailers) = (old, new, index, pages, trailers)
        self.touched = touched
        (oldFields, newFields) = fields
        var (changed, created, freed): (Set<Int>, Set<Int>, Set<Int>) = ([], [], [])
        for number in touched where number > 0 {
            let reference = old.reference(number)
            switch (old.contains(number), new.contains(number)) {
            case (true, false): freed.insert(number)
            case (false, true): created.insert(number)
            case (true, true):
                let (before, after) = (try old.object(reference), try new.object(new.reference(number)))
                if new.reference(number) != reference || before != after { changed.insert(number) }
            case (false, false): break
            }
        }
        (self.changed, self.created, self.freed) = (changed, created, freed)
        ambiguous = touched.filter { number in
            number > 0 && new.contains(number) && new.repeatsKeys(new.reference(number))
                && !(old.contains(number) && old.repeatsKeys(old.reference(number)))
        }
    }

    mutating func explain() throws(PDFError) -> RevisionStepReport {
        try explainTrailer()
        try explainCatalog()
        try explainForm()
        try explainFields()
        try explainPages()
        try explainAnnotations()
        try rejectUnexplained()
        try rejectDepartures()
        return report
    }

    // MARK: findings

    mutating func note(_ change: RevisionChange) {
        if noted.insert(change).inserted { report.changes.append(change) }
    }

    mutating func note(_ level: ModificationLevel, _ sentence: String) {
        note(RevisionChange(level: level, sentence: sentence))
    }

    mutating func warn(_ sentence: String) {
        if !report.warnings.contains(sentence) { report.warnings.append(sentence) }
    }

    /// What a note, added or changed, leaves on a page.
    mutating func leave(_ look: NoteLook, of note: Int?, onPage page: Int) {
        report.traces.append(NoteTrace(page: page, note: note ?? -1 - report.traces.count, marks: look.marks))
    }

    // MARK: explanations

    /// What `place` uses the object for explains that it changed.
    mutating func clear(_ number: Int, at place: Place) { cleared[number, default: []].insert(place) }

    /// The object was compared member by member; no matter who refers to it.
    mutating func clearEverywhere(_ number: Int) { clearedEverywhere.insert(number) }

    /// The same, where nobody refers to it at all.
    mutating func clearIfUnused(_ number: Int) {
        if index.uses(of: number).isEmpty { clearEverywhere(number) }
    }

    /// One member of a dictionary before and after, references followed.
    struct Member {
        var before: PDFObject
        var after: PDFObject
        /// Where the members of the older value are.
        var place: Place
        /// The member or the object it refers to is not the same any more.
        var isChanged: Bool
        /// The newer value is an object that was there before, in another part.
        var reusesObject: Bool
    }

    /// Follows one key in both revisions and clears the object it leads to, which the caller then has to examine.
    mutating func member(
        _ key: PDFName, _ before: PDFDictionary, _ after: PDFDictionary, at place: Place
    ) throws(PDFError) -> Member {
        try follow(before[key] ?? .null, after[key] ?? .null, at: place.member(key))
    }

    mutating func follow(_ before: PDFObject, _ after: PDFObject, at place: Place) throws(PDFError) -> Member {
        let (was, now) = (before.reference?.number, after.reference?.number)
        let isOverwritten = was.map { changed.contains($0) || freed.contains($0) } ?? false
        if let was, was == now, isOverwritten { clear(was, at: place) }
        return Member(
            before: try old.resolve(before), after: try new.resolve(after),
            place: was.map { Place(holder: $0) } ?? place, isChanged: before != after || isOverwritten,
            reusesObject: now != nil && now != was && !created.contains(now ?? 0))
    }

    static func differingKeys(_ before: PDFDictionary, _ after: PDFDictionary) -> Set<PDFName> {
        var keys: Set<PDFName> = []
        for (key, value) in before where (after[key] ?? .null) != value { keys.insert(key) }
        for (key, value) in after where before[key] == nil && value != .null { keys.insert(key) }
        return keys
    }

    // MARK: what is left

    private mutating func rejectUnexplained() throws(PDFError) {
        for number in ambiguous.sorted() {
            note(.other, "Đối tượng \(number) được ghi sau khi ký có một mục ghi hai lần với giá trị khác nhau.")
        }
        for number in freed.sorted() { note(.other, "Đối tượng \(number) bị xóa khỏi tệp sau khi ký.") }
        for number in changed.subtracting(clearedEverywhere).sorted() {
            let uses = index.uses(of: number)
            if uses.isEmpty {
                if try isCrossReferenceStream(number) { continue }
                note(.other, "Đối tượng \(number), không dùng đến trong bản đã ký, bị ghi đè sau khi ký.")
            } else if !uses.isSubset(of: cleared[number] ?? []) {
                note(.other, try description(of: number))
            }
        }
        for number in created.sorted() where !index.uses(of: number).isEmpty {
            note(.other, "Đối tượng \(number) mà bản đã ký tham chiếu được thêm vào sau khi ký.")
        }
        if index.reachesBeyondRevision {
            note(.other, "Bản đã ký có đối tượng kéo dài sang phần được thêm sau khi ký.")
        }
    }

    /// Cross reference streams describe the file; some writers give all of them one number.
    private func isCrossReferenceStream(_ number: Int) throws(PDFError) -> Bool {
        let objects = (try old.object(old.reference(number)), try new.object(new.reference(number)))
        return objects.0.stream?.dictionary["Type"]?.name == "XRef"
            && objects.1.stream?.dictionary["Type"]?.name == "XRef"
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
}
