import PDFCore

/// A transformation of places on a page (ISO 32000-2 §8.3.3).
struct Matrix {
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

    func applied(to point: TextPlaces.Point) -> TextPlaces.Point {
        TextPlaces.Point(x: a * point.x + c * point.y + e, y: b * point.x + d * point.y + f)
    }

    /// What leads back; nil where everything falls on a line.
    var inverse: Matrix? {
        let size = a * d - b * c
        guard abs(size) > 1e-9 else { return nil }
        return Matrix(
            a: d / size, b: -b / size, c: -c / size, d: a / size, e: (c * f - d * e) / size, f: (b * e - a * f) / size)
    }

    /// The upright rectangle around a transformed one.
    func bounds(of box: PDFRectangle) -> PDFRectangle {
        let corners = [(box.minX, box.minY), (box.maxX, box.minY), (box.minX, box.maxY), (box.maxX, box.maxY)].map {
            applied(to: TextPlaces.Point(x: $0.0, y: $0.1))
        }
        let (x, y) = (corners.map(\.x), corners.map(\.y))
        return PDFRectangle(minX: x.min() ?? 0, minY: y.min() ?? 0, maxX: x.max() ?? 0, maxY: y.max() ?? 0)
    }
}
