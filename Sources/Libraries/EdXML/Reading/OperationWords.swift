internal import Foundation

/// What a sender means by the words in the place of an operation's number: `Thu hồi`, `0 - Văn bản mới`, `REPLACE`.
enum OperationWords {
    private static let phrases: [(kind: DocumentPacket.Operation.Kind, words: [String])] = [
        (.recall, ["thu hoi", "lay lai", "recall", "revoke", "revocation"]), (.amend, ["cap nhat", "update"]),
        (.replace, ["thay the", "replace", "replacement"]),
    ]
    private static let newWords = ["moi", "new"]

    /// Every kind that the text speaks of, by number or by word; none where it says nothing that can be understood.
    static func kinds(in text: String) -> Set<DocumentPacket.Operation.Kind> {
        if let number = digits(text) { return DocumentPacket.Operation.Kind(number: number).map { [$0] } ?? [] }
        let words = folded(text)
        // A number with its name; of a number alone written oddly nobody knows what it is.
        let numbered = words.count > 1 && words[1].first?.isLetter == true ? digits(words[0]) : nil
        let line = " \(words.joined(separator: " ")) "
        let spoken = phrases.filter { $0.words.contains { line.contains(" \($0) ") } }.map(\.kind)
        var kinds = Set(spoken)
        // "Thay thế bằng văn bản mới": the document it brings is always a new one.
        if spoken.isEmpty, newWords.contains(where: words.contains) { kinds = [.new] }
        guard let numbered else { return kinds }
        guard let kind = DocumentPacket.Operation.Kind(number: numbered) else { return [] }
        return kinds.union([kind])
    }

    /// Lower-case words without marks of tone.
    private static func folded(_ text: String) -> [String] {
        let plain = text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.filter {
            !(0x0300...0x036F).contains($0.value)
        }
        return String(String.UnicodeScalarView(plain)).replacing("đ", with: "d")
            .split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }
}
