// The words of a page and where they stand, as poppler tells them.
internal import Foundation

/// One line of text; `edges[i]` is where character i begins, the last edge where the line ends. Points from the top left.
struct TextLine: Sendable, Hashable {
    let page: Int
    let text: [Character]
    let edges: [Double]
    let top: Double
    let bottom: Double

    var string: String { String(text) }
    var left: Double { edges.first ?? 0 }
    var right: Double { edges.last ?? 0 }

    /// First place of `needle` at or after a character position.
    func range(of needle: String, from start: Int = 0) -> Range<Int>? {
        let wanted = Array(needle)
        guard !wanted.isEmpty, text.count >= wanted.count, start <= text.count - wanted.count else { return nil }
        for index in start...(text.count - wanted.count) where Array(text[index..<index + wanted.count]) == wanted {
            return index..<index + wanted.count
        }
        return nil
    }
}

/// Pages of text lines, from the output of `pdftotext -bbox-layout`.
struct PageText: Sendable {
    private(set) var sizes: [(width: Double, height: Double)] = []
    private(set) var lines: [TextLine] = []
    private static let limitWords = 200_000

    /// Reads poppler's own XHTML: one element a line, attributes in double quotes.
    init(bboxLayout text: String) {
        var words: [Word] = []
        var count = 0
        for line in text.split(separator: "\n") {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("<page ") {
                sizes.append((Self.attribute("width", line) ?? 0, Self.attribute("height", line) ?? 0))
            } else if line.hasPrefix("<word "), let word = Self.word(line), count < Self.limitWords {
                words.append(word)
                count += 1
            } else if line == "</page>" {
                // Lines are put together by height, because poppler splits one printed line at wide gaps.
                lines += Self.lines(words, page: sizes.count)
                words = []
            }
        }
    }

    private struct Word {
        let text: [Character]
        let left, right, top, bottom: Double
        var middle: Double { (top + bottom) / 2 }
    }

    private static func lines(_ words: [Word], page: Int) -> [TextLine] {
        var rows: [[Word]] = []
        for word in words.sorted(by: { ($0.middle, $0.left) < ($1.middle, $1.left) }) {
            if let last = rows.last?.last,
                abs(last.middle - word.middle) < min(last.bottom - last.top, word.bottom - word.top) * 0.35
            {
                rows[rows.count - 1].append(word)
            } else {
                rows.append([word])
            }
        }
        // Two columns beside each other are two lines: a gap wider than 12 mm between words, unless nothing but
        // room for a number or date lies there, is left to the rules to see through the edges.
        return rows.map { line($0.sorted { $0.left < $1.left }, page: page) }
    }

    private static func line(_ words: [Word], page: Int) -> TextLine {
        var text: [Character] = []
        var edges: [Double] = []
        var end = 0.0
        for word in words {
            if !text.isEmpty {
                text.append(" ")
                edges.append(end)
            }
            let step = (word.right - word.left) / Double(max(word.text.count, 1))
            for index in word.text.indices { edges.append(word.left + step * Double(index)) }
            text += word.text
            end = word.right
        }
        edges.append(end)
        return TextLine(
            page: page, text: text, edges: edges, top: words.map(\.top).min() ?? 0,
            bottom: words.map(\.bottom).max() ?? 0)
    }

    private static func word(_ line: String) -> Word? {
        guard let left = attribute("xMin", line), let right = attribute("xMax", line),
            let top = attribute("yMin", line),
            let bottom = attribute("yMax", line), let open = line.firstIndex(of: ">"),
            let close = line.range(of: "</word>", options: .backwards)?.lowerBound, open < close
        else { return nil }
        let text = unescaped(String(line[line.index(after: open)..<close])).precomposedStringWithCanonicalMapping
        return Word(text: Array(text), left: left, right: right, top: top, bottom: bottom)
    }

    private static func attribute(_ name: String, _ line: String) -> Double? {
        guard let start = line.range(of: "\(name)=\"")?.upperBound, let end = line[start...].firstIndex(of: "\"") else {
            return nil
        }
        return Double(line[start..<end])
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
