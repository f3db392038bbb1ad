import PDFCore

/// A stretch of words that a mark is for, in the direction they run (ISO 32000-2 §12.5.6.10).
struct MarkedPlace {
    private let origin: TextPlaces.Point
    /// The direction of the words, of length one.
    private let along: TextPlaces.Point
    let length: Double
    let height: Double
    /// The upright rectangle around it.
    let box: PDFRectangle

    /// Four corners as a list of eight numbers. The first two lie along the words, in the order of the standard and in
    /// that of most programs. Nil for what has no size.
    init?(corners: ArraySlice<Double>) {
        let numbers = Array(corners)
        guard numbers.count == 8, numbers.allSatisfy({ abs($0) < 1e7 }) else { return nil }
        let points = stride(from: 0, to: 8, by: 2).map { TextPlaces.Point(x: numbers[$0], y: numbers[$0 + 1]) }
        let (x, y) = (points[1].x - points[0].x, points[1].y - points[0].y)
        let size = (x * x + y * y).squareRoot()
        guard size > 0 else { return nil }
        let direction = TextPlaces.Point(x: x / size, y: y / size)
        let across = points.map { $0.y * direction.x - $0.x * direction.y }
        let forward = points.map { $0.x * direction.x + $0.y * direction.y }
        guard let low = across.min(), let high = across.max(), let start = forward.min(), let end = forward.max()
        else { return nil }
        along = direction
        origin = TextPlaces.Point(
            x: start * direction.x - low * direction.y, y: start * direction.y + low * direction.x)
        (length, height) = (end - start, high - low)
        box = PDFRectangle(
            minX: points.map(\.x).min() ?? 0, minY: points.map(\.y).min() ?? 0, maxX: points.map(\.x).max() ?? 0,
            maxY: points.map(\.y).max() ?? 0)
    }

    init?(_ box: PDFRectangle) {
        self.init(corners: [box.minX, box.maxY, box.maxX, box.maxY, box.minX, box.minY, box.maxX, box.minY])
    }

    /// How far a point is along the words, and above their foot.
    func position(of point: TextPlaces.Point) -> (along: Double, across: Double) {
        let (x, y) = (point.x - origin.x, point.y - origin.y)
        return (x * along.x + y * along.y, y * along.x - x * along.y)
    }

    /// Programs draw a little beside the words: round ends, lines below them.
    var margin: Double { max(4, height / 2) }

    func isNear(_ point: TextPlaces.Point) -> Bool {
        let (forward, up) = position(of: point)
        return (-margin...length + margin).contains(forward) && (-margin...height + margin).contains(up)
    }
}
