import PDFCore

/// What the look of a mark draws, operator by operator, as far as it matters whether it hides what is below: thin lines
/// along its words, and light areas that the words shine through.
struct MarkDrawing {
    /// What a graphics state of the resources sets; nil where it leaves a thing as it is.
    struct State {
        var multiplies: Bool?
        var lineWidth: Double?
    }

    private struct Graphics {
        var multiplies = false
        var lineWidth = 1.0
        var transform: Matrix
        var fill = [0.0]
        var stroke = [0.0]
        var isFillKnown = true
        var isStrokePlain = true
    }

    /// What was drawn at one of the places.
    private struct Drawn {
        /// From foot to head of the lines drawn, across the words.
        var bands: [ClosedRange<Double>] = []
        var shade = 1.0
    }

    private(set) var isHarmless = true
    private let states: [PDFName: State]
    private let isIsolated: Bool
    private let places: [MarkedPlace]
    private let start: Graphics
    private var drawn: [Drawn]
    private var graphics: Graphics
    private var saved: [Graphics] = []
    /// Straight pieces of the path on the page, and its frame.
    private var path: [(TextPlaces.Point, TextPlaces.Point)] = []
    private var pen = TextPlaces.Point(x: 0, y: 0)
    private var beginning = TextPlaces.Point(x: 0, y: 0)
    private var operatorsLeft = 20_000

    /// Points; the lines of programs are one or two.
    static let thickestLine = 4.0
    private static let showing: Set<PDFName> = ["Tj", "TJ", "'", "\"", "Do", "sh", "BI"]
    private static let filling: Set<PDFName> = ["f", "F", "f*", "B", "B*", "b", "b*"]
    private static let stroking: Set<PDFName> = ["S", "s", "B", "B*", "b", "b*"]
    private static let mostSaved = 64
    /// An area is a frame with round ends, for each place one; what has more pieces is a drawing.
    private static let mostPieces = 40

    /// `transform` leads from the look to the page.
    init(
        states: [PDFName: State], isIsolated: Bool, places: [MarkedPlace], transform: Matrix = .identity
    ) {
        (self.states, self.isIsolated, self.places) = (states, isIsolated, places)
        start = Graphics(transform: transform)
        graphics = start
        drawn = Array(repeating: Drawn(), count: places.count)
    }

    /// How dark the areas over each place make it, from 1 for not at all.
    var shades: [Double] { drawn.map(\.shade) }
    var drawsLines: Bool { drawn.contains { !$0.bands.isEmpty } }

    /// Multiplied with a light colour, dark words stay dark on light ground.
    static func isLight(_ color: [Double]) -> Bool { luminance(color).map { $0 >= 0.3 } ?? false }

    static func luminance(_ color: [Double]) -> Double? {
        rgb(color).map { 0.299 * $0[0] + 0.587 * $0[1] + 0.114 * $0[2] }
    }

    /// A line in the colour of paper takes words away instead of marking them.
    static func isPaper(_ color: [Double]) -> Bool { rgb(color)?.allSatisfy { $0 >= 0.7 } ?? true }

    private static func rgb(_ color: [Double]) -> [Double]? {
        switch color.count {
        case 1: [color[0], color[0], color[0]]
        case 3: color
        case 4: color.prefix(3).map { (1 - $0) * (1 - color[3]) }
        default: nil
        }
    }

    mutating func take(_ name: PDFName, _ operands: [PDFObject]) {
        operatorsLeft -= 1
        guard operatorsLeft > 0, isHarmless else { return isHarmless = false }
        let numbers = operands.compactMap(\.number)
        if Self.showing.contains(name) { isHarmless = false }
        if ["s", "b", "b*"].contains(name) { go(to: beginning) }
        if Self.stroking.contains(name) { stroke() }
        if Self.filling.contains(name) { fill() }
        if Self.stroking.contains(name) || Self.filling.contains(name) || name == "n" { path = [] }
        switch name {
        case "q":
            guard saved.count < Self.mostSaved else { return isHarmless = false }
            saved.append(graphics)
        case "Q": graphics = saved.popLast() ?? start
        case "gs": apply(operands.first?.name)
        case "w": graphics.lineWidth = numbers.first ?? .infinity
        case "cm":
            guard let matrix = Matrix(numbers) else { return isHarmless = false }
            graphics.transform = matrix.times(graphics.transform)
        case "g", "rg", "k": (graphics.fill, graphics.isFillKnown) = (numbers, true)
        case "G", "RG", "K": (graphics.stroke, graphics.isStrokePlain) = (numbers, true)
        case "sc", "scn": graphics.fill = operands.count == numbers.count ? numbers : []
        // What a number means in another space cannot be seen here.
        case "cs": graphics.isFillKnown = operands.first.map(Self.isDevice) ?? false
        case "CS": graphics.isStrokePlain = operands.first.map(Self.isDevice) ?? false
        case "SC", "SCN": graphics.stroke = operands.count == numbers.count ? numbers : []
        default: draw(name, numbers)
        }
    }

    private static func isDevice(_ space: PDFObject) -> Bool {
        ["DeviceGray", "DeviceRGB", "DeviceCMYK"].contains(space.name)
    }

    private mutating func apply(_ name: PDFName?) {
        guard let name, let state = states[name] else { return isHarmless = false }
        graphics.multiplies = state.multiplies ?? graphics.multiplies
        graphics.lineWidth = state.lineWidth ?? graphics.lineWidth
    }

    // MARK: areas

    private mutating func fill() {
        guard graphics.multiplies, !isIsolated, graphics.isFillKnown, Self.isLight(graphics.fill),
            path.count <= Self.mostPieces * places.count
        else { return isHarmless = false }
        for index in places.indices where covers(places[index].box) {
            drawn[index].shade *= Self.luminance(graphics.fill) ?? 0
        }
    }

    /// Whether a good part of the path lies there: the edge of an area next to it does not count.
    private func covers(_ box: PDFRectangle) -> Bool {
        let points = path.flatMap { [$0.0, $0.1] }
        guard let minX = points.map(\.x).min(), let maxX = points.map(\.x).max(), let minY = points.map(\.y).min(),
            let maxY = points.map(\.y).max()
        else { return false }
        let frame = PDFRectangle(minX: minX, minY: minY, maxX: maxX, maxY: maxY)
        guard let common = frame.intersection(box) else { return false }
        let smaller = min(frame.width * frame.height, box.width * box.height)
        return common.width * common.height > smaller / 4
    }

    // MARK: lines

    private mutating func stroke() {
        guard graphics.isStrokePlain else { return isHarmless = false }
        let shinesThrough = graphics.multiplies && !isIsolated && Self.isLight(graphics.stroke)
        if !shinesThrough, Self.isPaper(graphics.stroke) { return isHarmless = false }
        // A line of no width is the thinnest there is.
        let width = max(graphics.lineWidth * graphics.transform.growth, 0.1)
        guard width <= Self.thickestLine else { return isHarmless = false }
        for piece in path {
            guard let index = places.firstIndex(where: { $0.isNear(piece.0) }),
                places.contains(where: { $0.isNear(piece.1) })
            else { return isHarmless = false }
            if !shinesThrough { add(piece, width, to: index) }
        }
    }

    /// A mark has a line or two along its words; higher ones hide them, or are writing.
    private mutating func add(_ piece: (TextPlaces.Point, TextPlaces.Point), _ width: Double, to index: Int) {
        let place = places[index]
        let (one, other) = (place.position(of: piece.0).across, place.position(of: piece.1).across)
        var band = min(one, other) - width / 2...max(one, other) + width / 2
        var others: [ClosedRange<Double>] = []
        for other in drawn[index].bands {
            if other.overlaps(band) {
                band = min(other.lowerBound, band.lowerBound)...max(other.upperBound, band.upperBound)
            } else {
                others.append(other)
            }
        }
        drawn[index].bands = others + [band]
        let limit = min(max(3, place.height / 5), Self.thickestLine)
        if band.upperBound - band.lowerBound > limit + 0.01 || others.count > 1 { isHarmless = false }
    }

    // MARK: paths

    private mutating func draw(_ name: PDFName, _ numbers: [Double]) {
        switch name {
        case "m" where numbers.count == 2: (pen, beginning) = (placed(numbers, 0), placed(numbers, 0))
        case "l" where numbers.count == 2: go(to: placed(numbers, 0))
        case "c" where numbers.count == 6: curve(placed(numbers, 0), placed(numbers, 2), placed(numbers, 4))
        case "v" where numbers.count == 4: curve(pen, placed(numbers, 0), placed(numbers, 2))
        case "y" where numbers.count == 4: curve(placed(numbers, 0), placed(numbers, 2), placed(numbers, 2))
        case "h": go(to: beginning)
        case "re" where numbers.count == 4:
            let (x, y, width, height) = (numbers[0], numbers[1], numbers[2], numbers[3])
            let corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map { placed($0, 0) }
            (pen, beginning) = (corners[0], corners[0])
            for corner in corners.dropFirst() + [corners[0]] { go(to: corner) }
        default: break
        }
    }

    private func placed(_ numbers: [Double], _ index: Int) -> TextPlaces.Point {
        graphics.transform.applied(to: TextPlaces.Point(x: numbers[index], y: numbers[index + 1]))
    }

    private mutating func go(to next: TextPlaces.Point) {
        if next != pen { path.append((pen, next)) }
        pen = next
    }

    private mutating func curve(_ first: TextPlaces.Point, _ second: TextPlaces.Point, _ end: TextPlaces.Point) {
        let begin = pen
        for step in 1...8 {
            let t = Double(step) / 8
            let (a, b, c, d) = ((1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t), 3 * t * t * (1 - t), t * t * t)
            go(
                to: TextPlaces.Point(
                    x: a * begin.x + b * first.x + c * second.x + d * end.x,
                    y: a * begin.y + b * first.y + c * second.y + d * end.y))
        }
    }
}

extension Matrix {
    /// By how much it can lengthen anything.
    fileprivate var growth: Double { max(abs(a) + abs(c), abs(b) + abs(d)) }
}
