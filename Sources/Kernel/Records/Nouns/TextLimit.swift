// How much a text from outside may hold, and what it may not.
internal import Foundation

/// The most of a text, in Unicode scalars: one character, as people count, may be made of thousands of them.
package struct TextLimit: Sendable, Hashable {
    package let most: Int
    package init(_ most: Int) { self.most = most }

    /// The number of a document.
    package static let number = TextLimit(50)
    package static let notation = TextLimit(100)
    /// A person, a position, a group; also the words of a search.
    package static let name = TextLimit(200)
    package static let agency = TextLimit(500)
    package static let subject = TextLimit(1000)
    package static let reason = TextLimit(1000)
    /// Directives, reports, notes.
    package static let words = TextLimit(4000)

    /// The text as it is kept: trimmed, nothing hidden in it. A longer one is refused, for whoever wrote it is there to
    /// shorten it.
    package func checked(_ text: String, _ label: String) throws(CommonRefusal) -> String {
        let kept = text.withoutHiddenMarks.trimmingSpaces
        // A browser sends each end of line as two scalars and counts it as one.
        let count = kept.unicodeScalars.count { $0 != "\r" }
        guard count <= most else {
            throw .invalid(
                "\(label) dài \(count.grouped) ký tự, quá mức \(most.grouped). Hãy rút gọn rồi gửi lại.")
        }
        return kept
    }

    /// The beginning of a longer text: for what comes from where nobody can be asked.
    package func fitting(_ text: String) -> String { text.cut(to: most) }
}

extension Int {
    /// `1.234.567`: groups of three with dots.
    package var grouped: String {
        let digits = Array(String(magnitude))
        let grouped = digits.enumerated().map { index, digit in
            index > 0 && (digits.count - index) % 3 == 0 ? ".\(digit)" : "\(digit)"
        }.joined()
        return self < 0 ? "-\(grouped)" : grouped
    }
}

extension String {
    /// At most `count` scalars, with an ellipsis where something was left out.
    package func cut(to count: Int) -> String {
        guard utf8.count > count, unicodeScalars.dropFirst(count).first != nil else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(count - 1))) + "…"
    }

    /// Without control characters, and without the marks that turn the direction of writing and so show something else
    /// than what is there.
    package var withoutHiddenMarks: String {
        guard unicodeScalars.contains(where: \.isHiddenMark) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isHiddenMark }))
    }
}

extension Unicode.Scalar {
    fileprivate var isHiddenMark: Bool {
        switch value {
        case 9, 10, 13: false
        case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}

/// Names of files as others gave them.
package enum FileName {
    /// In UTF-8 and percent-encoded it still fits a header, and a folder of any file system.
    package static let most = 200

    /// Without folders and hidden marks, composed, not too long; empty where nothing is left.
    package static func safe(_ name: String) -> String {
        let last = name.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last ?? Substring.UnicodeScalarView()
        let line = last.filter { $0.value >= 32 }
        // Composing takes long where thousands of marks are heaped on one letter.
        let short = shortened(String(String.UnicodeScalarView(line)).withoutHiddenMarks, to: 4 * most)
        let clean = short.precomposedStringWithCanonicalMapping.trimmingSpaces
        return clean == "." || clean == ".." ? "" : shortened(clean)
    }

    /// What is too long loses its middle: the ending tells what the file is.
    package static func shortened(_ name: String, to most: Int = most) -> String {
        let scalars = name.unicodeScalars
        guard scalars.count > most else { return name }
        let ending = scalars.suffix(10).lastIndex(of: ".").map { scalars[$0...] } ?? Substring.UnicodeScalarView()
        return String(String.UnicodeScalarView(scalars.prefix(most - ending.count) + ending))
    }
}
