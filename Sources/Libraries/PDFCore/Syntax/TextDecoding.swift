import Foundation

/// What the bytes of a text string say (ISO 32000-2 §7.9.2.2): UTF-16 or UTF-8 with their marks, else PDFDocEncoding.
///
/// Names of fields are compared by it, so that two strings readers take for the same name must come out the same.
enum TextDecoding {
    static func text(of bytes: Data) -> String {
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2)) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            return withoutLanguages(String(decoding: bytes.dropFirst(3), as: UTF8.self))
        }
        let isASCII = bytes.allSatisfy { $0 < 0x80 && !(0x18...0x1F).contains($0) }
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        return String(String.UnicodeScalarView(bytes.map { documentScalars[Int($0)] }))
    }

    /// An odd byte at the end stands for nothing.
    private static func utf16(_ bytes: Data) -> String {
        let octets = [UInt8](bytes)
        let units = stride(from: 1, to: octets.count, by: 2).map { UInt16(octets[$0 - 1]) << 8 | UInt16(octets[$0]) }
        return withoutLanguages(String(decoding: units, as: UTF16.self))
    }

    /// Without the escapes that name a language (§7.9.2.2.2): U+001B, the codes of language and country, U+001B. An
    /// escape that is never closed is left as it stands.
    private static func withoutLanguages(_ text: String) -> String {
        guard text.utf8.contains(0x1B) else { return text }
        let parts = text.unicodeScalars.split(separator: "\u{1B}", omittingEmptySubsequences: false)
        // Every second part is inside an escape; of an even number the last one is not closed.
        var kept = String.UnicodeScalarView()
        for (index, part) in parts.enumerated() {
            let isOpen = index == parts.count - 1 && index % 2 == 1
            if isOpen { kept.append("\u{1B}") }
            if isOpen || index % 2 == 0 { kept.append(contentsOf: part) }
        }
        return String(kept)
    }

    /// Annex D.2: ASCII and Latin-1 but for these; bytes it leaves undefined stand for themselves.
    private static let documentScalars: [Unicode.Scalar] = {
        var scalars = (0...255).map { Unicode.Scalar(UInt8($0)) }
        for (first, characters) in [(0x18, accents), (0x80, signs), (0xA0, "€")] {
            for (offset, scalar) in characters.unicodeScalars.enumerated() { scalars[first + offset] = scalar }
        }
        return scalars
    }()

    private static let accents = "\u{2D8}\u{2C7}\u{2C6}\u{2D9}\u{2DD}\u{2DB}\u{2DA}\u{2DC}"
    private static let signs =
        "\u{2022}\u{2020}\u{2021}\u{2026}\u{2014}\u{2013}\u{192}\u{2044}\u{2039}\u{203A}\u{2212}\u{2030}"
        + "\u{201E}\u{201C}\u{201D}\u{2018}\u{2019}\u{201A}\u{2122}\u{FB01}\u{FB02}\u{141}\u{152}\u{160}\u{178}\u{17D}"
        + "\u{131}\u{142}\u{153}\u{161}\u{17E}"
}
