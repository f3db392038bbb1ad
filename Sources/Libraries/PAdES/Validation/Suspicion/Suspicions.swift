import PDFCore

/// What in the signed revision itself makes it easy to show something else later without touching the signature: the
/// preparation of a shadow attack. Honest documents have such things too, so each is told and none judged.
struct Suspicions {
    private(set) var sentences: [String] = []
    private let document: PDFDocument

    /// Pages whose text and annotations are compared.
    private static let maximumPages = 64
    private static let maximumAnnotations = 512
    /// Content read of pages that nothing is laid over.
    private var contentBytesLeft = 16 << 20

    /// `document` shows the revision that was signed.
    init(_ document: PDFDocument) {
        self.document = document
        guard let catalog = try? document.catalog() else { return }
        lookAtLayers(catalog)
        lookAtScripts(catalog)
        lookAtForm(catalog)
        lookAtPages()
        lookAtUnused()
    }

    private mutating func tell(_ sentence: String) {
        if !sentences.contains(sentence) { sentences.append(sentence) }
    }

    private func dictionary(_ key: PDFName, of holder: PDFDictionary) -> PDFDictionary? {
        (try? document.value(key, of: holder))?.dictionary
    }

    // MARK: the whole document

    /// Layers that are off, or that viewers may switch by themselves (ISO 32000-2 §8.11.4).
    private mutating func lookAtLayers(_ catalog: PDFDictionary) {
        guard let properties = dictionary("OCProperties", of: catalog) else { return }
        let alternatives = (try? document.value("Configs", of: properties))?.array ?? []
        let configurations = [properties["D"]].compactMap(\.self) + alternatives.prefix(16)
        let isSwitched = configurations.contains { object in
            guard let configuration = try? document.resolve(object).dictionary else { return false }
            let off = (try? document.value("OFF", of: configuration))?.array ?? []
            let automatic = (try? document.value("AS", of: configuration))?.array ?? []
            let base = (try? document.value("BaseState", of: configuration))?.name ?? "ON"
            return !off.isEmpty || !automatic.isEmpty || base != "ON"
        }
        if isSwitched {
            tell("Tài liệu có lớp nội dung đang tắt hoặc tự bật, tắt: người xem có thể thấy nội dung khác nhau.")
        }
    }

    private mutating func lookAtScripts(_ catalog: PDFDictionary) {
        let names = dictionary("Names", of: catalog) ?? [:]
        let opening = dictionary("OpenAction", of: catalog)
        let isScripted =
            names["JavaScript"] != nil || catalog["AA"] != nil
            || opening.map { (try? document.value("S", of: $0))?.name == "JavaScript" } ?? false
        if isScripted { tell("Tài liệu có mã lệnh tự chạy, có thể làm đổi những gì hiện trên trang.") }
    }

    private mutating func lookAtForm(_ catalog: PDFDictionary) {
        guard let form = dictionary("AcroForm", of: catalog) else { return }
        if form["XFA"] != nil { tell("Tài liệu có biểu mẫu XFA: phần mềm hiểu XFA có thể hiện nội dung khác.") }
        if (try? document.value("NeedAppearances", of: form)) == .boolean(true) {
            tell("Biểu mẫu để phần mềm tự vẽ các trường, nên mỗi nơi có thể thấy khác nhau.")
        }
    }

    /// Pages, fonts and pictures that nothing shows: kept to be shown by a later update.
    private mutating func lookAtUnused() {
        guard let unused = UnusedObjects(document) else { return }
        if unused.pages > 0 { tell("Tệp chứa \(unused.pages) trang không thuộc tài liệu.") }
        if unused.parts > 0 { tell("Tệp chứa \(unused.parts) phông chữ hoặc hình không dùng đến.") }
        if unused.repeatsKeys { tell("Tài liệu có mục ghi hai lần: mỗi phần mềm có thể hiện một nội dung khác nhau.") }
        if unused.leadsOutside { tell("Tài liệu lấy nội dung từ tệp ở ngoài, không được chữ ký bảo vệ.") }
    }

    // MARK: pages

    private mutating func lookAtPages() {
        // What lies under a picture can come to light only by what was added later.
        let isContinued = !document.isLatest
        let pages = try? document.pages(first: Self.maximumPages) { isContinued || $0["Annots"] != nil }
        for (index, page) in pages ?? [] { lookAt(page, number: index + 1, isContinued) }
    }

    private mutating func lookAt(_ page: PDFPage, number: Int, _ isContinued: Bool) {
        let list = (try? document.value("Annots", of: page.dictionary))?.array ?? []
        let all = list.prefix(Self.maximumAnnotations).compactMap { PlacedAnnotation($0, in: document) }
        if all.contains(where: \.isHidden) {
            tell("Trang \(number): có trường hoặc chú thích bị ẩn, có thể được làm hiện sau này.")
        }
        let shown = all.filter { !$0.isHidden && $0.covers }
        guard !shown.isEmpty || (isContinued && contentBytesLeft > 0) else { return }
        let text = TextPlaces(of: page, in: document)
        contentBytesLeft -= text.byteCount
        if text.liesUnderPicture { tell("Trang \(number): có chữ nằm dưới hình, có thể được làm hiện sau này.") }
        for annotation in shown where !annotation.isForSigning && text.isAny(in: annotation.box) {
            tell(
                annotation.isWidget
                    ? "Trang \(number): có trường biểu mẫu đặt đè lên chữ của trang."
                    : "Trang \(number): có chú thích đặt đè lên chữ của trang.")
        }
        for (index, one) in shown.enumerated() where shown[..<index].contains(where: { $0.overlaps(one) }) {
            tell("Trang \(number): có các trường hoặc chú thích chồng lên nhau.")
        }
    }
}

/// An annotation with its place on the page.
private struct PlacedAnnotation {
    let box: PDFRectangle
    let isWidget: Bool
    private let isSignature: Bool
    /// A signature, or the empty place for one that was laid out before anybody signed: a seal covers a third of the
    /// signature it belongs to, and with it some words (Decree 30/2020/NĐ-CP). It hides none before it is signed.
    let isForSigning: Bool
    /// Invisible, Hidden or NoView (ISO 32000-2 Table 167).
    let isHidden: Bool
    /// It may draw something of its own; links and marks of text lie over words by their nature.
    let covers: Bool

    private static let hidingFlags = 0b100011
    private static let harmless: Set<PDFName> = [
        "Link", "Text", "Popup", "Highlight", "Underline", "Squiggly", "StrikeOut",
    ]

    /// Nil for what has no place anybody could see.
    init?(_ object: PDFObject, in document: PDFDocument) {
        guard let members = try? document.resolve(object).dictionary,
            let corners = (try? document.value("Rect", of: members))?.array,
            let box = PDFRectangle(corners.prefix(4).compactMap { try? document.resolve($0) }),
            box.width > 1, box.height > 1
        else { return nil }
        self.box = box
        let kind = (try? document.value("Subtype", of: members))?.name ?? ""
        isWidget = kind == "Widget"
        let parent = (try? document.value("Parent", of: members))?.dictionary ?? [:]
        isSignature = (members["FT"] ?? parent["FT"]) == .name("Sig")
        let value = (try? document.resolve(members["V"] ?? parent["V"]))?.dictionary
        isForSigning = isSignature && (value?["ByteRange"] != nil || (try? document.drawsItself(members)) == false)
        let flags = (try? document.value("F", of: members))?.integer ?? 0
        isHidden = flags & Self.hidingFlags != 0 && members["AP"] != nil
        covers = !Self.harmless.contains(kind)
    }

    /// Fields set side by side may touch; a seal covers a third of the signature it belongs to (Decree 30/2020/NĐ-CP).
    func overlaps(_ other: Self) -> Bool {
        guard !isSignature || !other.isSignature, let common = box.intersection(other.box) else { return false }
        let smaller = min(box.width * box.height, other.box.width * other.box.height)
        return common.width * common.height > smaller / 5
    }
}
