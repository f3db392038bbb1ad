import PDFCore

/// The words a text field holds and those it shows, as far as both can be read.
struct FieldWords {
    private let held: String
    /// Nil where the look's own coding of letters is unknown.
    private let shown: String?

    init(_ field: FormFieldNode, in document: PDFDocument) throws(PDFError) {
        held = Self.letters(try document.resolve(field.value).text ?? "")
        var words: String? = ""
        for widget in field.widgets {
            let members = try document.object(widget).dictionary ?? [:]
            let looks = try document.value("AP", of: members).dictionary ?? [:]
            guard let look = try document.value("N", of: looks).stream else { continue }
            words = try Self.words(of: look, in: document).map { (words ?? "") + $0 }
            if words == nil { break }
        }
        shown = words.map(Self.letters)
    }

    /// What is shown may have been set out, as `1.000,00` for `1000`: the letters held are there in their order. What
    /// cannot be read here is told by the warning alone.
    var differ: Bool {
        guard let shown, held.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        var rest = shown[...]
        for letter in held {
            guard let place = rest.firstIndex(of: letter) else { return true }
            rest = rest[rest.index(after: place)...]
        }
        return false
    }

    private static func letters(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber }.lowercased() }

    /// Nil for fonts of more than one byte a letter and for looks within looks.
    private static func words(of look: PDFStream, in document: PDFDocument) throws(PDFError) -> String? {
        let resources = try document.value("Resources", of: look.dictionary).dictionary ?? [:]
        for (_, font) in try document.value("Font", of: resources).dictionary ?? [:] {
            let members = try document.resolve(font).dictionary ?? [:]
            guard try document.value("Subtype", of: members).name != "Type0", members["ToUnicode"] == nil else {
                return nil
            }
        }
        var (text, isPlain) = ("", true)
        ContentReader(try document.decoded(look, limit: 1 << 20)).forEach { name, operands in
            switch name {
            case "Do", "BI": isPlain = false
            case "Tj", "TJ", "'", "\"":
                for case let letters? in (operands.last?.array ?? operands).map(\.string) {
                    text += String(decoding: letters, as: Unicode.ASCII.self)
                }
            default: break
            }
        }
        return isPlain ? text : nil
    }
}
