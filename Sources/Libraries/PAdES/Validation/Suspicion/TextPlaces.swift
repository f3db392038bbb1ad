import Foundation
import PDFCore

/// Where a page shows text: the places at which strings begin, in the page's own units. Enough to see that something was
/// laid over words; no more is promised.
struct TextPlaces {
    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    private(set) var points: [Point] = []

    /// Bytes of content looked at on one page.
    private static let maximumBytes = 4 << 20

    init(of page: PDFPage, in document: PDFDocument) {
        var content = Data()
        for stream in Self.streams(of: page, in: document) {
            guard let piece = try? document.decoded(stream, limit: Self.maximumBytes - content.count) else { continue }
            content += piece
            content.append(0x0A)
            if content.count >= Self.maximumBytes { break }
        }
        var state = State()
        ContentReader(content).forEach { name, operands in
            if let point = state.take(name, operands) { points.append(point) }
        }
    }

    private static func streams(of page: PDFPage, in document: PDFDocument) -> [PDFStream] {
        guard let contents = try? document.value("Contents", of: page.dictionary) else { return [] }
        if let stream = contents.stream { return [stream] }
        return (contents.array ?? []).prefix(256).compactMap { try? document.resolve($0).stream }
    }

    func isAny(in box: PDFRectangle) -> Bool {
        points.contains { $0.x > box.minX && $0.x < box.maxX && $0.y > box.minY && $0.y < box.maxY }
    }
}

/// As much of the graphics state as moves text (ISO 32000-2 §8.4, §9.4).
private struct State {
    private var transform = Matrix.identity
    private var saved: [Matrix] = []
    private var line = Matrix.identity
    private var leading = 0.0

    /// What an operator changes; the point where it begins to show text, when it does.
    mutating func take(_ name: PDFName, _ operands: [PDFObject]) -> TextPlaces.Point? {
        let numbers = operands.compactMap(\.number)
        switch name {
        case "q": if saved.count < 64 { saved.append(transform) }
        case "Q": transform = saved.popLast() ?? transform
        case "cm": if let matrix = Matrix(numbers) { transform = matrix.times(transform) }
        case "BT": line = .identity
        case "Tm": line = Matrix(numbers) ?? line
        case "Td": move(numbers)
        case "TD":
            if numbers.count == 2 { leading = -numbers[1] }
            move(numbers)
        case "TL": leading = numbers.first ?? leading
        case "T*": move([0, -leading])
        case "Tj", "TJ": return shows(operands) ? point : nil
        case "'", "\"":
            move([0, -leading])
            return shows(operands) ? point : nil
        default: break
        }
        return nil
    }

    private mutating func move(_ by: [Double]) {
        guard by.count == 2 else { return }
        line = Matrix(a: 1, b: 0, c: 0, d: 1, e: by[0], f: by[1]).times(line)
    }

    private func shows(_ operands: [PDFObject]) -> Bool {
        let strings = (operands.last?.array ?? operands).compactMap(\.string)
        return strings.contains { !$0.allSatisfy { $0 == 0x20 } }
    }

    /// A little above the line: a field that ends at the line does not lie over its text.
    private var point: TextPlaces.Point {
        let place = line.times(transform)
        return TextPlaces.Point(x: place.e + 0.5, y: place.f + 1)
    }
}

private struct Matrix {
    var a: Double
    var b: Double
    var c: Double
    var d: Double
    var e: Double
    var f: Double

    static let identity = Matrix(a: 1, b: 0, c: 0, d: 1, e: 0, f: 0)

    init(a: Double, b: Double, c: Double, d: Double, e: Double, f: Double) {
        (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
    }

    init?(_ values: [Double]) {
        guard values.count == 6, values.allSatisfy({ abs($0) < 1e7 }) else { return nil }
        self.init(a: values[0], b: values[1], c: values[2], d: values[3], e: values[4], f: values[5])
    }

    /// This one first, then the other.
    func times(_ other: Matrix) -> Matrix {
        Matrix(
            a: a * other.a + b * other.c, b: a * other.b + b * other.d, c: c * other.a + d * other.c,
            d: c * other.b + d * other.d, e: e * other.a + f * other.c + other.e,
            f: e * other.b + f * other.d + other.f)
    }
}
