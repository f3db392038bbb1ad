internal import Records

/// An agency with the words by which it is found. Two hundred thousand of them are made ready outside the transactions that
/// write them.
package struct SearchableAgency: Sendable {
    let agency: Agency
    /// ` vien toan hoc vth g31 08`: words of name, abbreviation and codes with a space before each; every word once, for
    /// many stand in both codes.
    let folded: String

    package init(_ agency: Agency) {
        self.agency = agency
        var words: [String] = []
        for part in [agency.name, agency.abbreviation, agency.code.rawValue, agency.shortCode?.rawValue ?? ""] {
            for word in Folding.words(part) where !words.contains(word) { words.append(word) }
        }
        folded = DirectoryStore.line(of: words)
    }
}
