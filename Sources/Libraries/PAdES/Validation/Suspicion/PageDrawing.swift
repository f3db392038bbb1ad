import Foundation
import PDFCore

/// Follows what a page draws, through its forms and in its order, as far as words and what hides them go
/// (ISO 32000-2 §8.10, §9.4).
struct PageDrawing {
    /// The beginning of a string.
    struct Word {
        var place: TextPlaces.Point
        /// Words drawn without a colour, as text recognition lays them over a scan, are there to be searched only.
        var isSeen: Bool
    }

    private(set) var words: [Word] = []
    /// A picture without any transparency was drawn over words seen before.
    private(set) var hidesWords = false

    private let document: PDFDocument
    private(set) var bytesLeft: Int
    private var drawingsLeft = 1024
    private var comparisonsLeft = 4_000_000
    /// Forms by their objects, each read once however often it is drawn.
    private var forms: [PDFReference: Form] = [:]

    private static let maximumDepth = 8

    /// At most `bytes` of content are read, those of forms as often as they are drawn.
    init(_ document: PDFDocument, bytes: Int) {
        self.document = document
        bytesLeft = bytes
    }

    /// Draws a page's content with its resources.
    mutating func draw(_ content: Data, _ resources: PDFObject?) {
        draw(Layer(content: content, resources: (try? document.resolve(resources))?.dictionary ?? [:]))
    }

    /// Content to be drawn, and how.
    private struct Layer {
        var content: Data
        var resources: PDFDictionary
        var transform = Matrix.identity
        /// What of the page it may draw on; nil is all of it.
        var clip: PDFRectangle?
        var isTranslucent = false
        var depth = 0
    }

    private struct Form {
        var content: Data
        var resources: PDFDictionary?
        var matrix: Matrix
        var box: PDFRectangle?
    }

    private mutating func draw(_ layer: Layer) {
        guard layer.depth < Self.maximumDepth, bytesLeft > 0 else { return }
        bytesLeft -= layer.content.count
        var state = DrawingState(transform: layer.transform, isTranslucent: layer.isTranslucent, clip: layer.clip)
        ContentReader(layer.content).forEach { name, operands in
            switch name {
            case "Do": draw(operands.last?.name, of: layer, state)
            case "BI": if !Self.isMask(inline: operands) { cover(state) }
            case "gs": state.isTranslucent = isTranslucent(operands.last?.name, of: layer, state)
            default:
                guard let place = state.take(name, operands) else { return }
                // Outside a form's own box nothing of it is seen.
                if layer.depth > 0, let clip = layer.clip, !clip.contains(place) { return }
                words.append(Word(place: place, isSeen: state.showsText))
            }
        }
    }

    // MARK: forms and pictures

    private mutating func draw(_ name: PDFName?, of layer: Layer, _ state: DrawingState) {
        drawingsLeft -= 1
        guard drawingsLeft > 0, let name, let objects = dictionary("XObject", of: layer.resources),
            let object = objects[name], let stream = try? document.resolve(object).stream
        else { return }
        switch (try? document.value("Subtype", of: stream.dictionary))?.name {
        case "Image": if !Self.isMasked(stream.dictionary) { cover(state) }
        case "Form": draw(form(stream, object.reference), of: layer, state)
        default: break
        }
    }

    private mutating func draw(_ form: Form, of layer: Layer, _ state: DrawingState) {
        let transform = form.matrix.times(state.transform)
        var inner = Layer(content: form.content, resources: form.resources ?? layer.resources, transform: transform)
        (inner.clip, inner.isTranslucent, inner.depth) = (state.clip, state.isTranslucent, layer.depth + 1)
        if let box = form.box.map(transform.bounds) { inner.clip = box.within(state.clip) }
        draw(inner)
    }

    private mutating func form(_ stream: PDFStream, _ reference: PDFReference?) -> Form {
        if let reference, let known = forms[reference] { return known }
        let numbers = { (key: PDFName, document: PDFDocument) in
            ((try? document.value(key, of: stream.dictionary))?.array ?? []).prefix(6).compactMap {
                (try? document.resolve($0))?.number
            }
        }
        let made = Form(
            content: (try? document.decoded(stream, limit: max(bytesLeft, 1))) ?? Data(),
            resources: dictionary("Resources", of: stream.dictionary),
            matrix: Matrix(numbers("Matrix", document)) ?? .identity,
            box: PDFRectangle(numbers("BBox", document).map { .real($0) }))
        if let reference { forms[reference] = made }
        return made
    }

    /// A picture fills the unit square (§8.9.5).
    private mutating func cover(_ state: DrawingState) {
        guard !hidesWords, !state.isTranslucent, comparisonsLeft > 0, let back = state.transform.inverse else { return }
        comparisonsLeft -= words.count
        hidesWords = words.contains { word in
            guard word.isSeen, state.clip?.contains(word.place) ?? true else { return false }
            let inside = back.applied(to: word.place)
            return inside.x > 0 && inside.x < 1 && inside.y > 0 && inside.y < 1
        }
    }

    /// What is seen through it may be all that it is there for.
    private static func isMasked(_ picture: PDFDictionary) -> Bool {
        picture["SMask"] != nil || picture["Mask"] != nil || picture["ImageMask"] == .boolean(true)
            || (picture["SMaskInData"]?.integer ?? 0) > 0
    }

    private static func isMask(inline members: [PDFObject]) -> Bool {
        zip(members, members.dropFirst()).contains { key, value in
            (key == .name("IM") || key == .name("ImageMask")) && value == .boolean(true)
        }
    }

    private func isTranslucent(_ name: PDFName?, of layer: Layer, _ state: DrawingState) -> Bool {
        guard let name, let states = dictionary("ExtGState", of: layer.resources),
            let members = dictionary(name, of: states)
        else { return state.isTranslucent }
        let mode = (try? document.value("BM", of: members))?.name ?? "Normal"
        let opacity = (try? document.value("ca", of: members))?.number ?? 1
        let mask = (try? document.value("SMask", of: members)) ?? .null
        return layer.isTranslucent || opacity < 1 || (mode != "Normal" && mode != "Compatible")
            || mask.dictionary != nil
    }

    private func dictionary(_ key: PDFName, of holder: PDFDictionary) -> PDFDictionary? {
        (try? document.value(key, of: holder))?.dictionary
    }
}

/// As much of the graphics state as moves words and pictures (ISO 32000-2 §8.4, §9.4).
private struct DrawingState {
    private(set) var transform: Matrix
    /// Set by the graphics states of the resources.
    var isTranslucent: Bool
    private(set) var clip: PDFRectangle?
    private var rendering = 0
    private var line = Matrix.identity
    private var leading = 0.0
    private var path: PDFRectangle?
    private var clipsNext = false
    private var saved: [Saved] = []

    private typealias Saved = (
        transform: Matrix, isTranslucent: Bool, clip: PDFRectangle?, rendering: Int, leading: Double
    )

    init(transform: Matrix, isTranslucent: Bool, clip: PDFRectangle?) {
        (self.transform, self.isTranslucent, self.clip) = (transform, isTranslucent, clip)
    }

    /// Neither invisible nor for clipping alone (Table 104).
    var showsText: Bool { rendering != 3 && rendering != 7 }

    /// What an operator changes; the point where it begins to show text, when it does.
    mutating func take(_ name: PDFName, _ operands: [PDFObject]) -> TextPlaces.Point? {
        guard let step = Self.steps[name] else { return nil }
        switch step {
        case .show: return shows(operands) ? point : nil
        case .showOnNextLine:
            move([0, -leading])
            return shows(operands) ? point : nil
        case .save: if saved.count < 64 { saved.append((transform, isTranslucent, clip, rendering, leading)) }
        case .restore: restore()
        case .clip: clipsNext = true
        case .paint: endPath()
        default: take(step, operands.compactMap(\.number))
        }
        return nil
    }

    private enum Step {
        case save, restore, transform, beginText, place, move, moveAndLead, lead, nextLine, render, show, showOnNextLine
        case rectangle, point, clip, paint
    }

    private static let steps: [PDFName: Step] = [
        "q": .save, "Q": .restore, "cm": .transform, "BT": .beginText, "Tm": .place, "Td": .move, "TD": .moveAndLead,
        "TL": .lead, "T*": .nextLine, "Tr": .render, "Tj": .show, "TJ": .show, "'": .showOnNextLine,
        "\"": .showOnNextLine, "re": .rectangle, "m": .point, "l": .point, "c": .point, "v": .point, "y": .point,
        "W": .clip, "W*": .clip, "n": .paint, "f": .paint, "F": .paint, "f*": .paint, "S": .paint, "s": .paint,
        "B": .paint, "B*": .paint, "b": .paint, "b*": .paint,
    ]

    private mutating func take(_ step: Step, _ numbers: [Double]) {
        switch step {
        case .transform: if let matrix = Matrix(numbers) { transform = matrix.times(transform) }
        case .beginText: line = .identity
        case .place: line = Matrix(numbers) ?? line
        case .move: move(numbers)
        case .moveAndLead:
            if numbers.count == 2 { leading = -numbers[1] }
            move(numbers)
        case .lead: leading = numbers.first ?? leading
        case .nextLine: move([0, -leading])
        case .render: rendering = numbers.first.flatMap { Int(exactly: $0) } ?? rendering
        case .rectangle:
            guard numbers.count == 4 else { return }
            let (x, y) = (numbers[0] + numbers[2], numbers[1] + numbers[3])
            extend(PDFRectangle(minX: numbers[0], minY: numbers[1], maxX: x, maxY: y))
        case .point:
            for index in stride(from: 0, to: numbers.count - 1, by: 2) {
                let (x, y) = (numbers[index], numbers[index + 1])
                extend(PDFRectangle(minX: x, minY: y, maxX: x, maxY: y))
            }
        default: break
        }
    }

    private mutating func restore() {
        guard let last = saved.popLast() else { return }
        (transform, isTranslucent, clip, rendering, leading) = last
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

    // MARK: clipping, by the rectangle around the path

    private mutating func extend(_ box: PDFRectangle) {
        let box = transform.bounds(of: box)
        path = path.map { $0.union(box) } ?? box
    }

    private mutating func endPath() {
        if clipsNext, let path { clip = path.within(clip) }
        (path, clipsNext) = (nil, false)
    }
}

extension PDFRectangle {
    fileprivate func contains(_ point: TextPlaces.Point) -> Bool {
        point.x >= minX && point.x <= maxX && point.y >= minY && point.y <= maxY
    }

    fileprivate func union(_ other: Self) -> Self {
        Self(
            minX: min(minX, other.minX), minY: min(minY, other.minY), maxX: max(maxX, other.maxX),
            maxY: max(maxY, other.maxY))
    }

    /// What of it lies in `outer` too; of two that are apart, a rectangle without size.
    fileprivate func within(_ outer: Self?) -> Self {
        guard let outer else { return self }
        return intersection(outer) ?? Self(minX: minX, minY: minY, maxX: minX, maxY: minY)
    }
}
