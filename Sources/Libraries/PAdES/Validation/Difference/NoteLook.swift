import PDFCore

/// How a note shows on its page (ISO 32000-2 §12.5.6): a sign to be opened and marks of text let what was signed be read;
/// whatever draws more than that may hide it.
struct NoteLook {
    let mayCover: Bool

    private static let marks: Set<PDFName> = ["Highlight", "Underline", "Squiggly", "StrikeOut"]
    /// Points; the signs of programs are about 20.
    private static let largestSign = 64.0
    /// Points; the lines of programs are one or two.
    private static let thickestLine = 4.0

    init(_ object: PDFObject, in document: PDFDocument) {
        guard case .dictionary(let members) = object else {
            mayCover = true
            return
        }
        let kind = (try? document.value("Subtype", of: members))?.name
        switch kind {
        case "Text": mayCover = members["AP"] != nil && !Self.isSmall(members, document)
        case "Popup": mayCover = members["AP"] != nil
        case let kind? where Self.marks.contains(kind):
            mayCover =
                members["AP"] == nil
                ? !Self.isDrawnThin(members, document, fills: kind == "Highlight")
                : !Self.marksOnly(members, document)
        default: mayCover = true
        }
    }

    private static func isSmall(_ members: PDFDictionary, _ document: PDFDocument) -> Bool {
        guard let box = box("Rect", of: members, document) else { return false }
        return box.width <= largestSign && box.height <= largestSign
    }

    private static func box(_ key: PDFName, of members: PDFDictionary, _ document: PDFDocument) -> PDFRectangle? {
        PDFRectangle(numbers(key, of: members, document).prefix(4).map { .real($0) })
    }

    private static func numbers(_ key: PDFName, of members: PDFDictionary, _ document: PDFDocument) -> [Double] {
        let list = (try? document.value(key, of: members))?.array ?? []
        return list.compactMap { (try? document.resolve($0))?.number }
    }

    /// Without a look of its own a mark is drawn by the program that shows it: in the colour and with the line that the
    /// note asks for.
    private static func isDrawnThin(_ members: PDFDictionary, _ document: PDFDocument, fills: Bool) -> Bool {
        let style = (try? document.value("BS", of: members))?.dictionary ?? [:]
        let widths = [
            (try? document.value("W", of: style))?.number, numbers("Border", of: members, document).dropFirst(2).first,
        ]
        guard widths.allSatisfy({ ($0 ?? 1) <= thickestLine }) else { return false }
        let color = numbers("C", of: members, document)
        return !fills || color.isEmpty || MarkDrawing.isLight(color)
    }

    /// One with a look may only draw thin lines, or light areas that let shine through what is below.
    private static func marksOnly(_ members: PDFDictionary, _ document: PDFDocument) -> Bool {
        // Looks under the pointer are nothing a mark needs.
        guard let looks = (try? document.value("AP", of: members))?.dictionary, looks.keys.allSatisfy({ $0 == "N" }),
            let stream = (try? document.value("N", of: looks))?.stream,
            let content = try? document.decoded(stream, limit: 1 << 20),
            let rect = box("Rect", of: members, document), let inner = box("BBox", of: stream.dictionary, document),
            inner.width > 0, inner.height > 0
        else { return false }
        let scale = max(rect.width / inner.width, rect.height / inner.height)
        var drawing = MarkDrawing(
            states: states(stream, document), isIsolated: isIsolated(stream, document),
            thickestLine: thickestLine / max(scale, 0.01), room: inner.width * inner.height)
        ContentReader(content).forEach { drawing.take($0, $1) }
        return drawing.isHarmless
    }

    /// In an isolated group the page below is not there to be blended with (§11.4.7).
    private static func isIsolated(_ stream: PDFStream, _ document: PDFDocument) -> Bool {
        guard let group = (try? document.value("Group", of: stream.dictionary))?.dictionary else { return false }
        return (try? document.value("I", of: group)) != .boolean(false) && group["I"] != nil
    }

    private static func states(_ stream: PDFStream, _ document: PDFDocument) -> [PDFName: MarkDrawing.State] {
        guard let resources = (try? document.value("Resources", of: stream.dictionary))?.dictionary,
            let states = (try? document.value("ExtGState", of: resources))?.dictionary
        else { return [:] }
        return states.compactMapValues { value in
            guard let state = (try? document.resolve(value))?.dictionary else { return nil }
            let mode = try? document.value("BM", of: state)
            return MarkDrawing.State(
                multiplies: mode == .null ? nil : mode?.name == "Multiply",
                lineWidth: (try? document.value("LW", of: state))?.number)
        }
    }
}

/// What the look of a mark draws, operator by operator, as far as it matters whether it hides what is below.
struct MarkDrawing {
    /// What a graphics state of the resources sets; nil where it leaves a thing as it is.
    struct State {
        var multiplies: Bool?
        var lineWidth: Double?
    }

    private struct Graphics {
        var multiplies = false
        var lineWidth = 1.0
        var scale = 1.0
        var fill = [0.0]
        var isFillKnown = true
        var isStrokePlain = true
    }

    private(set) var isHarmless = true
    private let states: [PDFName: State]
    private let isIsolated: Bool
    private let thickestLine: Double
    /// Area that lines may cover; more of them is a hatching.
    private var lineRoom: Double
    private var graphics = Graphics()
    private var saved: [Graphics] = []
    private var pathLength = 0.0
    private var place: (x: Double, y: Double) = (0, 0)

    private static let showing: Set<PDFName> = ["Tj", "TJ", "'", "\"", "Do", "sh", "BI"]
    private static let filling: Set<PDFName> = ["f", "F", "f*", "B", "B*", "b", "b*"]
    private static let stroking: Set<PDFName> = ["S", "s", "B", "B*", "b", "b*"]
    private static let mostSaved = 64

    init(states: [PDFName: State], isIsolated: Bool, thickestLine: Double, room: Double) {
        self.states = states
        self.isIsolated = isIsolated
        self.thickestLine = thickestLine
        lineRoom = room / 4
    }

    /// Multiplied with a light colour, dark words stay dark on light ground.
    static func isLight(_ color: [Double]) -> Bool {
        switch color.count {
        case 1: color[0] >= 0.3
        case 3: 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2] >= 0.3
        case 4: isLight(color.prefix(3).map { (1 - $0) * (1 - color[3]) })
        default: false
        }
    }

    mutating func take(_ name: PDFName, _ operands: [PDFObject]) {
        let numbers = operands.compactMap(\.number)
        if Self.showing.contains(name) { isHarmless = false }
        if Self.stroking.contains(name) { stroke() }
        if Self.filling.contains(name) { fill() }
        switch name {
        case "q":
            guard saved.count < Self.mostSaved else { return isHarmless = false }
            saved.append(graphics)
        case "Q": graphics = saved.popLast() ?? Graphics()
        case "gs": apply(operands.first?.name)
        case "w": graphics.lineWidth = numbers.first ?? .infinity
        case "cm": graphics.scale *= Self.growth(numbers)
        case "g", "rg", "k": (graphics.fill, graphics.isFillKnown) = (numbers, true)
        case "sc", "scn": graphics.fill = operands.count == numbers.count ? numbers : []
        // What a number means in another space cannot be seen here.
        case "cs": graphics.isFillKnown = operands.first.map(Self.isDevice) ?? false
        case "CS", "SC", "SCN": graphics.isStrokePlain = operands.allSatisfy { $0.name == nil || Self.isDevice($0) }
        default: draw(name, numbers)
        }
    }

    /// By how much a change of coordinates can lengthen anything.
    private static func growth(_ matrix: [Double]) -> Double {
        guard matrix.count == 6 else { return .infinity }
        return max(abs(matrix[0]) + abs(matrix[2]), abs(matrix[1]) + abs(matrix[3]))
    }

    private static func isDevice(_ space: PDFObject) -> Bool {
        ["DeviceGray", "DeviceRGB", "DeviceCMYK"].contains(space.name)
    }

    private mutating func apply(_ name: PDFName?) {
        guard let name, let state = states[name] else { return isHarmless = false }
        graphics.multiplies = state.multiplies ?? graphics.multiplies
        graphics.lineWidth = state.lineWidth ?? graphics.lineWidth
    }

    private mutating func fill() {
        pathLength = 0
        if !graphics.multiplies || isIsolated || !graphics.isFillKnown || !Self.isLight(graphics.fill) {
            isHarmless = false
        }
    }

    private mutating func stroke() {
        // A line of no width is the thinnest there is.
        let width = max(graphics.lineWidth * graphics.scale, 0.1)
        lineRoom -= pathLength * graphics.scale * width
        pathLength = 0
        if width > thickestLine || lineRoom < 0 || !graphics.isStrokePlain { isHarmless = false }
    }

    /// The length of a path, curves as long as their frame.
    private mutating func draw(_ name: PDFName, _ numbers: [Double]) {
        switch name {
        case "m" where numbers.count == 2: place = (numbers[0], numbers[1])
        case "l", "c", "v", "y":
            for pair in stride(from: 0, to: numbers.count - 1, by: 2) { go(to: (numbers[pair], numbers[pair + 1])) }
        case "re" where numbers.count == 4: pathLength += 2 * (abs(numbers[2]) + abs(numbers[3]))
        case "n": pathLength = 0
        default: break
        }
    }

    private mutating func go(to next: (x: Double, y: Double)) {
        let (x, y) = (next.x - place.x, next.y - place.y)
        pathLength += (x * x + y * y).squareRoot()
        place = next
    }
}
