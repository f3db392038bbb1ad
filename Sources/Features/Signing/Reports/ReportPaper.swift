// Sets a report on A4: lines broken by measured width, pages as SVG. Pure.
internal import Foundation
internal import PAdES

/// Widths of the two faces a report is set in.
struct ReportFonts: Sendable {
    let plain: TextMeasure
    let bold: TextMeasure

    /// Measures whatever the blocks hold.
    init(for blocks: [ReportBlock]) throws {
        let texts = blocks.flatMap(\.texts)
        plain = try TextMeasure(try OfficeFont.upright.program(), for: texts)
        bold = try TextMeasure(try OfficeFont.bold.program(), for: texts)
    }
}

struct ReportPaper {
    private struct Line {
        var x: Double
        var y: Double
        var text: String
        var size: Double
        var isBold: Bool
        var isCentred = false
    }

    private static let (width, height) = (595.276, 841.89)
    private static let (left, right, top, bottom) = (62.0, 540.0, 62.0, 786.0)
    private static let valueLeft = 190.0
    private static let wordLeft = 122.0
    /// A hostile file may name thousands of fields; a report stays a report.
    static let mostPages = 200

    private let fonts: ReportFonts
    private var pages: [[Line]] = [[]]
    private var y = Self.top

    init(_ blocks: [ReportBlock], fonts: ReportFonts) {
        self.fonts = fonts
        for block in blocks where pages.count <= Self.mostPages { set(block) }
    }

    private mutating func set(_ block: ReportBlock) {
        switch block {
        case .letterhead(let text): paragraph(text, size: 11, isBold: true, after: 14)
        case .title(let text): paragraph(text, size: 15, isBold: true, isCentred: true, after: 12)
        case .verdict(let text): paragraph(text, size: 13, isBold: true, after: 8)
        case .heading(let text):
            y += 8
            // A heading does not stand alone at the foot of a page.
            if y > Self.bottom - 60 { turn() }
            paragraph(text, size: 13, isBold: true, after: 3)
        case .fact(let label, let value): pair(label, value, at: Self.valueLeft)
        case .check(let word, let text): pair(word, text, at: Self.wordLeft)
        case .paragraph(let text): paragraph(text, size: 11.5, isBold: false, after: 4)
        }
    }

    private mutating func paragraph(
        _ text: String, size: Double, isBold: Bool, isCentred: Bool = false, after: Double
    ) {
        for line in broken(text, size: size, isBold: isBold, width: Self.right - Self.left) {
            place(line, x: isCentred ? Self.width / 2 : Self.left, size: size, isBold: isBold, isCentred: isCentred)
        }
        y += after
    }

    private mutating func pair(_ label: String, _ value: String, at column: Double) {
        let size = 11.0
        let left = broken(label, size: size, isBold: true, width: column - Self.left - 8)
        let right = broken(value, size: size, isBold: false, width: Self.right - column)
        for index in 0..<max(left.count, right.count) {
            advance(size)
            if index < left.count { put(left[index], Self.left, size, isBold: true) }
            if index < right.count { put(right[index], column, size, isBold: false) }
        }
        y += 2
    }

    private mutating func place(_ text: String, x: Double, size: Double, isBold: Bool, isCentred: Bool) {
        advance(size)
        put(text, x, size, isBold: isBold, isCentred: isCentred)
    }

    private mutating func put(_ text: String, _ x: Double, _ size: Double, isBold: Bool, isCentred: Bool = false) {
        pages[pages.count - 1].append(
            Line(x: x, y: y, text: text, size: size, isBold: isBold, isCentred: isCentred))
    }

    private mutating func advance(_ size: Double) {
        y += size * 1.3
        if y > Self.bottom {
            turn()
            y += size * 1.3
        }
    }

    private mutating func turn() {
        pages.append([])
        y = Self.top
    }

    /// Broken at spaces; a word wider than the line (a digest, an address) is broken inside.
    private func broken(_ text: String, size: Double, isBold: Bool, width: Double) -> [String] {
        let measure = isBold ? fonts.bold : fonts.plain
        var lines: [String] = []
        var line = ""
        for word in text.prefix(4000).split(whereSeparator: \.isWhitespace) {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if measure.width(longer, size: size) <= width {
                line = longer
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = String(word)
            while measure.width(line, size: size) > width, line.count > 1 {
                let piece = Self.fitting(line, width, measure, size)
                lines.append(piece)
                line = String(line.dropFirst(piece.count))
            }
        }
        return lines + (line.isEmpty ? [] : [line])
    }

    private static func fitting(_ word: String, _ width: Double, _ measure: TextMeasure, _ size: Double) -> String {
        var piece = ""
        for character in word {
            guard measure.width(piece + String(character), size: size) <= width else { break }
            piece.append(character)
        }
        return piece.isEmpty ? String(word.prefix(1)) : piece
    }

    // MARK: SVG

    var svg: [String] {
        pages.prefix(Self.mostPages).enumerated().map { index, lines in
            let foot = Line(
                x: Self.width / 2, y: 812, text: "\(index + 1) / \(pages.count)", size: 9.5, isBold: false,
                isCentred: true)
            return """
                <svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 \(Self.width) \(Self.height)">\
                <rect width="100%" height="100%" fill="#fff"/>\((lines + [foot]).map(Self.element).joined())</svg>
                """
        }
    }

    private static func element(_ line: Line) -> String {
        """
        <text xml:space="preserve" x="\(line.x)" y="\(line.y)" font-family="Tinos, 'Liberation Serif'" font-size="\(line.size)" \
        font-weight="\(line.isBold ? "bold" : "normal")" text-anchor="\(line.isCentred ? "middle" : "start")">\(escaped(line.text))</text>
        """
    }

    /// XML text; characters XML 1.0 has no place for are dropped.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: continue
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension ReportBlock {
    var texts: [String] {
        switch self {
        case .letterhead(let text), .title(let text), .verdict(let text), .heading(let text), .paragraph(let text):
            [text]
        case .fact(let label, let value): [label, value]
        case .check(let word, let text): [word, text]
        }
    }
}
