import PDFCore

/// Adds up what notes leave on a page: each may let the page be read where all together do not.
struct NoteLedger {
    /// By page and note: a note changed twice leaves its last marks only.
    private var notes: [Int: [Int: [NoteMark]]] = [:]

    /// Readers of drafts leave some dozens on a page; whoever leaves more is not looked through one by one.
    private static let mostOnPage = 500
    private static let mostInFile = 5_000
    /// Lines of words are not nearer to each other, in points.
    private static let leastHeight = 6.0
    /// A stretch of words may be struck, underlined and marked by several people.
    private static let mostLines = 4
    private static let mostTouchingSigns = 2
    private static let darkest = 0.2

    mutating func add(_ trace: NoteTrace) { notes[trace.page, default: [:]][trace.note] = trace.marks }

    /// Whether signs or marks of a page together may hide its words.
    var mayCover: Bool {
        let pages = notes.values.map { $0.values.flatMap(\.self) }
        guard pages.reduce(0, { $0 + $1.count }) <= Self.mostInFile else { return true }
        return pages.contains { marks in
            marks.count > Self.mostOnPage || marks.contains { Self.isCovered($0, by: marks) }
        }
    }

    private static func isCovered(_ mark: NoteMark, by marks: [NoteMark]) -> Bool {
        switch mark.kind {
        case .sign:
            marks.count(where: { $0.kind == .sign && touch($0.box, mark.box) }) > mostTouchingSigns
        case .line: marks.count(where: { $0.kind == .line && share($0.box, mark.box) }) > mostLines
        case .area: marks.reduce(1.0) { $0 * shade(of: $1, over: mark) } < darkest
        }
    }

    private static func shade(of mark: NoteMark, over other: NoteMark) -> Double {
        guard case .area(let shade) = mark.kind, share(mark.box, other.box) else { return 1 }
        return shade
    }

    private static func touch(_ one: PDFRectangle, _ other: PDFRectangle) -> Bool {
        one.minX <= other.maxX && other.minX <= one.maxX && one.minY < other.maxY && other.minY < one.maxY
    }

    /// Whether a good part of the smaller lies in the other.
    private static func share(_ one: PDFRectangle, _ other: PDFRectangle) -> Bool {
        let (one, other) = (raised(one), raised(other))
        guard let common = one.intersection(other) else { return false }
        let smaller = min(one.width * one.height, other.width * other.height)
        return common.width * common.height > smaller / 4
    }

    private static func raised(_ box: PDFRectangle) -> PDFRectangle {
        let missing = max(0, leastHeight - box.height) / 2
        return PDFRectangle(minX: box.minX, minY: box.minY - missing, maxX: box.maxX, maxY: box.maxY + missing)
    }
}
