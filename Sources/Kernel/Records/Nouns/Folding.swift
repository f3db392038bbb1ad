// Vietnamese text folded for searching: `quyet dinh` finds `Quyết định`.
internal import Foundation

/// Folding drops case, tones and the bar of đ, and leaves every other character alone.
package enum Folding {
    package static func fold(_ text: String) -> String {
        var out = ""
        out.unicodeScalars.reserveCapacity(text.unicodeScalars.count)
        for scalar in text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar.value {
            case 0x0300...0x036F: continue
            case 0x0111: out.unicodeScalars.append("d")
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// Folded words of letters and digits, in order: `123/QĐ-VHL` gives `123 qd vhl`.
    package static func words(_ text: String) -> [String] {
        LatinFolding.words(text) ?? fold(text).split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    /// Whether both have the same words, however they are written.
    package static func isSame(_ text: String, _ other: String) -> Bool { words(text) == words(other) }
}

/// The same for text of Latin letters and their usual punctuation, which nearly all of it is, by a table: two hundred
/// thousand names of agencies are folded at once.
private enum LatinFolding {
    /// Bytes of a letter or digit once it is folded, none for what parts words.
    private struct Entry {
        let bytes: [UInt8]
        let isPlain: Bool
    }

    private static let ranges: [ClosedRange<UInt32>] = [0x00...0x24F, 0x1E00...0x1EFF, 0x2010...0x2027]
    private static let table = ranges.map { range in range.map(entry) }

    private static func entry(_ value: UInt32) -> Entry {
        guard let scalar = Unicode.Scalar(value) else { return Entry(bytes: [], isPlain: false) }
        let folded = Folding.fold(String(scalar))
        let words = folded.filter { $0.isLetter || $0.isNumber }
        // A letter that falls apart into letters and others is left to the long way.
        return Entry(bytes: Array(words.utf8), isPlain: words.isEmpty || words == folded)
    }

    /// nil for text that holds anything else.
    static func words(_ text: String) -> [String]? {
        var (words, word) = ([String](), [UInt8]())
        for scalar in text.unicodeScalars {
            // Tones written by themselves.
            if (0x300...0x36F).contains(scalar.value) { continue }
            guard let entry = entry(of: scalar.value), entry.isPlain else { return nil }
            guard entry.bytes.isEmpty else {
                word.append(contentsOf: entry.bytes)
                continue
            }
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word.removeAll(keepingCapacity: true)
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }

    private static func entry(of value: UInt32) -> Entry? {
        for (range, entries) in zip(ranges, table) where range.contains(value) {
            return entries[Int(value - range.lowerBound)]
        }
        return nil
    }
}

extension StringProtocol {
    /// Without leading and trailing white space.
    package var trimmingSpaces: String {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last else { return "" }
        guard first.mayBeSpace || last.mayBeSpace else { return String(self) }
        return trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// With one full stop: what people write as a reason ends with one, or does not.
    package var asSentence: String {
        let text = trimmingSpaces
        return text.last.map { ".!?…".contains($0) } ?? true ? text : "\(text)."
    }
}

extension Unicode.Scalar {
    /// False for the letters and signs that text begins and ends with nearly always.
    fileprivate var mayBeSpace: Bool {
        switch value {
        case 0x21...0x7E, 0xC0...0x24F, 0x1E00...0x1EFF: false
        default: true
        }
    }
}
