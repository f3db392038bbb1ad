import PDFCore

/// How a note shows on its page (ISO 32000-2 §12.5.6): a sign to be opened and marks of text let what was signed be read;
/// whatever draws more than that may hide it.
struct NoteLook {
    let mayCover: Bool

    private static let marks: Set<PDFName> = ["Highlight", "Underline", "Squiggly", "StrikeOut"]
    /// Points; the signs of programs are about 20.
    private static let largestSign = 64.0
    private static let showing: Set<PDFName> = ["Tj", "TJ", "'", "\"", "Do", "sh", "BI"]
    private static let filling: Set<PDFName> = ["f", "F", "f*", "B", "B*", "b", "b*"]

    init(_ object: PDFObject, in document: PDFDocument) {
        guard case .dictionary(let members) = object else {
            mayCover = true
            return
        }
        switch (try? document.value("Subtype", of: members))?.name {
        case "Text": mayCover = members["AP"] != nil && !Self.isSmall(members, document)
        case "Popup": mayCover = members["AP"] != nil
        case let kind? where Self.marks.contains(kind): mayCover = !Self.marksOnly(members, document)
        default: mayCover = true
        }
    }

    private static func isSmall(_ members: PDFDictionary, _ document: PDFDocument) -> Bool {
        let corners = (try? document.value("Rect", of: members))?.array ?? []
        guard let box = PDFRectangle(corners.prefix(4).compactMap { try? document.resolve($0) }) else { return false }
        return box.width <= largestSign && box.height <= largestSign
    }

    /// Without a look of its own a mark is drawn by the program that shows it. With one it may only draw lines, or areas
    /// that let shine through what is below.
    private static func marksOnly(_ members: PDFDictionary, _ document: PDFDocument) -> Bool {
        guard members["AP"] != nil else { return true }
        guard let looks = (try? document.value("AP", of: members))?.dictionary,
            let stream = (try? document.value("N", of: looks))?.stream,
            let content = try? document.decoded(stream, limit: 1 << 20)
        else { return false }
        let shinesThrough = multiplies(stream, document)
        var isHarmless = true
        ContentReader(content).forEach { name, _ in
            if showing.contains(name) || (filling.contains(name) && !shinesThrough) { isHarmless = false }
        }
        return isHarmless
    }

    /// All graphics states of the look blend by multiplication, which never hides what is dark.
    private static func multiplies(_ stream: PDFStream, _ document: PDFDocument) -> Bool {
        guard let resources = (try? document.value("Resources", of: stream.dictionary))?.dictionary,
            let states = (try? document.value("ExtGState", of: resources))?.dictionary, !states.isEmpty
        else { return false }
        return states.keys.allSatisfy { key in
            let state = (try? document.value(key, of: states))?.dictionary
            return state?["BM"]?.name == "Multiply"
        }
    }
}
