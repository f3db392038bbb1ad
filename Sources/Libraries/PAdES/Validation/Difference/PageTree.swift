import PDFCore

/// The pages of a revision in their order.
struct PageTree {
    /// Position of each page, counted from 1.
    let positions: [Int: Int]

    init(_ document: PDFDocument) throws(PDFError) {
        let references = try document.pageReferences()
        positions = Dictionary(references.enumerated().map { ($1.number, $0 + 1) }) { first, _ in first }
    }

    func contains(_ number: Int) -> Bool { positions[number] != nil }
}
