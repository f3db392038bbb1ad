import PDFCore

/// What a note leaves on its page that others may add to: a stretch of words it marks, or its sign.
struct NoteMark: Hashable {
    enum Kind: Hashable {
        case line
        /// How light the area lets the page be, from 1 for fully.
        case area(shade: Double)
        case sign
    }

    var kind: Kind
    var box: PDFRectangle
}

/// How a note shows on its page (ISO 32000-2 §12.5.6): a sign to be opened and marks of text let what was signed be read;
/// whatever draws more than that may hide it.
struct NoteLook {
    private(set) var mayCover = true
    private(set) var marks: [NoteMark] = []
    /// Whether it draws on the page at all; a window that opens does not.
    var isSeen: Bool { mayCover || !marks.isEmpty }
    /// For the user.
    private(set) var kind = "ghi chú"

    private static let lineKinds: Set<PDFName> = ["Underline", "Squiggly", "StrikeOut"]
    private static let names: [PDFName: String] = [
        "Text": "ghi chú dán", "Highlight": "tô sáng", "Underline": "gạch chân", "Squiggly": "gạch lượn sóng",
        "StrikeOut": "gạch ngang", "FreeText": "chữ viết thêm", "Stamp": "hình đóng dấu", "Popup": "cửa sổ ghi chú",
        "Ink": "nét vẽ tay",
    ]
    /// Points; the signs of programs are 18 to 24, whatever rectangle the note asks for.
    private static let largestSign = 32.0
    private static let usualSign = 24.0
    /// Points; a line drawn by the reader grows with the words it is for.
    private static let tallestWords = 100.0
    private static let mostPlaces = 250
    /// The colour of a highlight that names none.
    private static let yellow = [1.0, 1.0, 0.0]

    init(_ object: PDFObject, in document: PDFDocument) {
        guard case .dictionary(let members) = object else { return }
        let note = Note(members: members, document: document)
        let subtype = note.value("Subtype")?.name ?? ""
        kind = Self.names[subtype] ?? "hình vẽ"
        switch subtype {
        case "Text": lookAtSign(note)
        case "Popup": mayCover = members["AP"] != nil
        case "Highlight": lookAtMark(note, fills: true)
        case let kind where Self.lineKinds.contains(kind): lookAtMark(note, fills: false)
        default: break
        }
    }

    /// A note's dictionary, read with everything it refers to.
    private struct Note {
        let members: PDFDictionary
        let document: PDFDocument

        func value(_ key: PDFName) -> PDFObject? { try? document.value(key, of: members) }

        func numbers(_ key: PDFName, of holder: PDFDictionary) -> [Double] {
            let list = (try? document.value(key, of: holder))?.array ?? []
            return list.prefix(8 * NoteLook.mostPlaces + 1).compactMap { (try? document.resolve($0))?.number }
        }

        func box(_ key: PDFName, of holder: PDFDictionary) -> PDFRectangle? {
            PDFRectangle(numbers(key, of: holder).prefix(4).map { .real($0) })
        }

        var rectangle: PDFRectangle? { box("Rect", of: members) }

        /// The one look; nil where there are others, under the pointer or by state, which no mark and no sign needs.
        var look: PDFStream? {
            guard let looks = value("AP")?.dictionary, looks.keys.allSatisfy({ $0 == "N" }) else { return nil }
            return (try? document.value("N", of: looks))?.stream
        }

        /// From the look's own units to the page (ISO 32000-2 §12.5.5).
        func transform(of look: PDFStream) -> Matrix? {
            let own = Matrix(numbers("Matrix", of: look.dictionary)) ?? .identity
            guard let rectangle, let inner = box("BBox", of: look.dictionary).map(own.bounds), inner.width > 0,
                inner.height > 0
            else { return nil }
            let (x, y) = (rectangle.width / inner.width, rectangle.height / inner.height)
            return own.times(
                Matrix(
                    a: x, b: 0, c: 0, d: y, e: rectangle.minX - inner.minX * x, f: rectangle.minY - inner.minY * y))
        }
    }

    // MARK: signs

    /// Programs draw a sign of their own in the corner, or what the note brings: a picture of that size which lets the
    /// page be seen around it and writes nothing.
    private mutating func lookAtSign(_ note: Note) {
        guard let box = note.rectangle else { return mayCover = note.members["AP"] != nil }
        let sign = PDFRectangle(
            minX: box.minX, minY: box.maxY - Self.usualSign, maxX: box.minX + Self.usualSign, maxY: box.maxY)
        marks = [NoteMark(kind: .sign, box: sign)]
        guard note.members["AP"] != nil else { return mayCover = false }
        // Some programs also bring looks for when the pointer is there.
        guard box.width <= Self.largestSign, box.height <= Self.largestSign,
            let looks = note.value("AP")?.dictionary, looks.keys.allSatisfy({ ["N", "R", "D"].contains($0) })
        else { return }
        mayCover = !looks.values.allSatisfy { look in
            guard let stream = (try? note.document.resolve(look))?.stream else { return false }
            return Self.isSign(stream, note)
        }
    }

    private static func isSign(_ look: PDFStream, _ note: Note) -> Bool {
        guard let content = try? note.document.decoded(look, limit: 1 << 16),
            let box = note.box("BBox", of: look.dictionary)
        else { return false }
        var drawing = SignDrawing(area: box.width * box.height, opacities: opacities(look, note.document))
        ContentReader(content).forEach { drawing.take($0, $1) }
        return drawing.isSign
    }

    // MARK: marks

    private mutating func lookAtMark(_ note: Note, fills: Bool) {
        let places = Self.places(note)
        guard !places.isEmpty, places.count <= Self.mostPlaces,
            places.allSatisfy({ $0.height <= Self.tallestWords })
        else { return }
        guard note.members["AP"] != nil else {
            let color = note.numbers("C", of: note.members)
            let shade = fills ? MarkDrawing.luminance(color.isEmpty ? Self.yellow : color) ?? 0 : 1
            marks = places.map { NoteMark(kind: fills ? .area(shade: shade) : .line, box: $0.box) }
            let isSeenThrough = fills ? shade >= 0.3 : color.isEmpty || !MarkDrawing.isPaper(color)
            return mayCover = !(isSeenThrough && Self.isDrawnThin(note))
        }
        guard let drawing = Self.drawing(note, places) else { return }
        mayCover = false
        for (place, shade) in zip(places, drawing.shades) {
            if shade < 1 { marks.append(NoteMark(kind: .area(shade: shade), box: place.box)) }
            if drawing.drawsLines { marks.append(NoteMark(kind: .line, box: place.box)) }
        }
    }

    /// Where the note says what it marks; a reader takes its rectangle where it does not.
    private static func places(_ note: Note) -> [MarkedPlace] {
        let numbers = note.numbers("QuadPoints", of: note.members)
        guard numbers.count >= 8 else { return [note.rectangle.flatMap { MarkedPlace($0) }].compactMap(\.self) }
        return stride(from: 0, to: numbers.count - 7, by: 8).compactMap { MarkedPlace(corners: numbers[$0..<$0 + 8]) }
    }

    /// Without a look of its own a mark is drawn by the program that shows it: in the colour and with the line that the
    /// note asks for.
    private static func isDrawnThin(_ note: Note) -> Bool {
        let style = note.value("BS")?.dictionary ?? [:]
        let widths = [
            (try? note.document.value("W", of: style))?.number,
            note.numbers("Border", of: note.members).dropFirst(2).first,
        ]
        return widths.allSatisfy { ($0 ?? 1) <= MarkDrawing.thickestLine }
    }

    /// What the look draws; nil where it is more than a mark.
    private static func drawing(_ note: Note, _ places: [MarkedPlace]) -> MarkDrawing? {
        guard let look = note.look, let content = try? note.document.decoded(look, limit: 1 << 20),
            let transform = note.transform(of: look)
        else { return nil }
        var drawing = MarkDrawing(
            states: states(look, note.document), isIsolated: isIsolated(look, note.document), places: places,
            transform: transform)
        ContentReader(content).forEach { drawing.take($0, $1) }
        return drawing.isHarmless ? drawing : nil
    }

    /// In an isolated group the page below is not there to be blended with (§11.4.7).
    private static func isIsolated(_ stream: PDFStream, _ document: PDFDocument) -> Bool {
        guard let group = (try? document.value("Group", of: stream.dictionary))?.dictionary else { return false }
        return (try? document.value("I", of: group)) != .boolean(false) && group["I"] != nil
    }

    private static func states(_ stream: PDFStream, _ document: PDFDocument) -> [PDFName: MarkDrawing.State] {
        graphicsStates(stream, document).mapValues { state in
            let mode = try? document.value("BM", of: state)
            return MarkDrawing.State(
                multiplies: mode == .null ? nil : mode?.name == "Multiply",
                lineWidth: (try? document.value("LW", of: state))?.number)
        }
    }

    private static func opacities(_ stream: PDFStream, _ document: PDFDocument) -> [PDFName: Double] {
        graphicsStates(stream, document).compactMapValues { (try? document.value("ca", of: $0))?.number }
    }

    private static func graphicsStates(_ stream: PDFStream, _ document: PDFDocument) -> [PDFName: PDFDictionary] {
        guard let resources = (try? document.value("Resources", of: stream.dictionary))?.dictionary,
            let states = (try? document.value("ExtGState", of: resources))?.dictionary
        else { return [:] }
        return states.compactMapValues { (try? document.resolve($0))?.dictionary }
    }
}
