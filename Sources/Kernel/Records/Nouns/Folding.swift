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
        fold(text).split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }
}

extension StringProtocol {
    /// Without leading and trailing white space.
    package var trimmingSpaces: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
