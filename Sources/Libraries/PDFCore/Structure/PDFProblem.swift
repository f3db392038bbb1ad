/// Something about a file's structure that readers forgive, each in its way.
package struct PDFProblem: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// There is no `%PDF-` near the beginning.
        case noHeader
        /// Other bytes stand before `%PDF-`.
        case bytesBeforeHeader
        /// Offsets are counted from `%PDF-`, not from the first byte.
        case offsetsFromHeader
        /// The cross reference could not be used: objects were found by looking through the whole file.
        case unusableCrossReference
        /// A table whose first object is numbered 1 where it is 0.
        case shiftedTable
        /// One section speaks of an object twice.
        case duplicateEntries
        /// A cross reference stream does not begin where it is said to, or nobody says where it ends.
        case searchedSection
        /// /Prev or /XRefStm leads nowhere.
        case badPrevious
        /// An object is not where its entry says, but elsewhere.
        case misplacedObject
        /// An object is not where its entry says, and nowhere else.
        case missingObject
        /// A trailer gives one key two values.
        case repeatedTrailerKey
        /// /Encrypt leads nowhere.
        case badEncryption
    }

    package var kind: Kind
    /// Object number or offset.
    package var place: Int

    package init(_ kind: Kind, at place: Int = 0) {
        self.kind = kind
        self.place = place
    }

    package var description: String { "\(kind.rawValue) (\(place))" }

    /// Readers have to guess what is meant, and may guess differently: nobody can say which of their documents was
    /// signed.
    package var isGuess: Bool {
        switch kind {
        case .noHeader, .bytesBeforeHeader, .missingObject: false
        case .offsetsFromHeader, .unusableCrossReference, .shiftedTable, .duplicateEntries, .searchedSection,
            .badPrevious, .repeatedTrailerKey, .misplacedObject, .badEncryption:
            true
        }
    }
}
