/// How a cross reference section is written.
package enum CrossReferenceKind: String, Sendable, Hashable {
    case table, stream
    /// A table whose trailer names a stream for newer readers (ISO 32000-2 §7.5.8.4).
    case hybrid
}

/// Where an object is.
enum CrossReferenceEntry: Hashable, Sendable {
    case free
    case offset(Int, generation: Int)
    case compressed(stream: Int, index: Int)
}

/// One cross reference section with its trailer.
struct CrossReferenceSection: Sendable {
    var offset: Int
    var kind: CrossReferenceKind
    var entries: [Int: CrossReferenceEntry] = [:]
    var trailer: PDFDictionary
    /// First byte after the section and its trailer.
    var end: Int
    /// A hybrid section whose two views put an object in different places.
    var hasHybridConflict = false
    /// Offset of a hybrid section's hidden stream.
    var hiddenOffset: Int?

    var previous: Int? { trailer["Prev"]?.integer }
}

/// One state the file was saved in: everything up to `end`.
package struct PDFRevision: Sendable {
    /// Offset of the section the revision's `startxref` names.
    package var crossReferenceOffset: Int
    package var kind: CrossReferenceKind
    /// First byte after `%%EOF` and its end of line.
    package var end: Int
    /// First byte after `%%EOF` itself.
    package var endOfMarker: Int
    package var trailer: PDFDictionary
    package var hasHybridConflict: Bool
    /// The revision stands by itself: its last `startxref` names its own section, and no entry points past its end
    /// into bytes somebody may append later.
    package var isSelfContained: Bool
    var entries: [Int: CrossReferenceEntry]
}
