import PDFCore

/// What the look of a note's sign draws: shapes, but neither words nor pictures, and no ground like paper under them, on
/// which something else could be read.
struct SignDrawing {
    private struct Graphics {
        var fill = [0.0]
        var opacity = 1.0
        var transform = Matrix.identity
    }

    private(set) var isSign = true
    private let area: Double
    private let opacities: [PDFName: Double]
    private var graphics = Graphics()
    private var saved: [Graphics] = []
    private var points: [TextPlaces.Point] = []

    private static let writing: Set<PDFName> = ["Tj", "TJ", "'", "\"", "Do", "sh", "BI"]
    private static let filling: Set<PDFName> = ["f", "F", "f*", "B", "B*", "b", "b*"]
    private static let mostSaved = 64

    /// `area` is that of the look; `opacities` what its graphics states set.
    init(area: Double, opacities: [PDFName: Double]) { (self.area, self.opacities) = (area, opacities) }

    mutating func take(_ name: PDFName, _ operands: [PDFObject]) {
        let numbers = operands.compactMap(\.number)
        if Self.writing.contains(name) { isSign = false }
        if Self.filling.contains(name), graphics.opacity > 0.9, MarkDrawing.isPaper(graphics.fill), frame > area / 2 {
            isSign = false
        }
        if Self.filling.contains(name) || ["S", "s", "n"].contains(name) { points = [] }
        switch name {
        case "q": if saved.count < Self.mostSaved { saved.append(graphics) } else { isSign = false }
        case "Q": graphics = saved.popLast() ?? Graphics()
        case "gs": graphics.opacity = operands.first?.name.flatMap { opacities[$0] } ?? graphics.opacity
        case "cm": graphics.transform = Matrix(numbers)?.times(graphics.transform) ?? graphics.transform
        case "g", "rg", "k", "sc", "scn": graphics.fill = numbers
        case "cs": graphics.fill = []
        case "re" where numbers.count == 4:
            add([numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]])
        case "m", "l", "c", "v", "y": add(numbers)
        default: break
        }
    }

    private mutating func add(_ numbers: [Double]) {
        for pair in stride(from: 0, to: numbers.count - 1, by: 2) {
            points.append(graphics.transform.applied(to: TextPlaces.Point(x: numbers[pair], y: numbers[pair + 1])))
        }
    }

    /// The area of the frame around the path.
    private var frame: Double {
        let (x, y) = (points.map(\.x), points.map(\.y))
        guard let left = x.min(), let right = x.max(), let low = y.min(), let high = y.max() else { return 0 }
        return (right - left) * (high - low)
    }
}
