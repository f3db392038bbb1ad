import PDFCore

/// Objects of a revision that no way from its trailer leads to, as far as they could show something.
struct UnusedObjects {
    private(set) var pages = 0
    private(set) var parts = 0
    /// Some stream's content lies in another file (ISO 32000-2 Table 5, /F).
    private(set) var leadsOutside = false
    /// Some dictionary gives one key two values.
    private(set) var repeatsKeys = false

    /// Files with more objects are not looked through: it costs as much as reading them.
    private static let maximumObjects = 50_000

    /// Nil when the file is too large.
    init?(_ document: PDFDocument) {
        let end = document.nextNumber
        guard end <= Self.maximumObjects else { return nil }
        var reached = [Bool](repeating: false, count: end)
        var pending: [PDFReference] = []
        func reach(_ reference: PDFReference) {
            guard reference.number >= 0, reference.number < end, !reached[reference.number] else { return }
            reached[reference.number] = true
            pending.append(reference)
        }
        document.trailer.values.forEach { Self.forEachReference(in: $0, reach) }
        while let reference = pending.popLast() {
            guard let (object, repeatsKeys) = try? document.examined(reference) else { continue }
            if repeatsKeys { self.repeatsKeys = true }
            if let stream = object.stream, stream.dictionary["F"] != nil { leadsOutside = true }
            Self.forEachReference(in: object, reach)
        }
        for number in 1..<max(end, 1) where !reached[number] && document.contains(number) {
            guard let members = try? document.object(document.reference(number)).dictionary else { continue }
            switch (members["Type"]?.name, members["Subtype"]?.name) {
            case ("Page", _), ("Pages", _), ("Catalog", _): pages += 1
            case ("Font", _), ("XObject", _), (_, "Form"), (_, "Image"): parts += 1
            default: break
            }
        }
    }

    /// Objects are never deeper than the reader lets them be.
    private static func forEachReference(in object: PDFObject, _ body: (PDFReference) -> Void) {
        switch object {
        case .reference(let reference): body(reference)
        case .array(let members): for member in members { forEachReference(in: member, body) }
        case .dictionary(let members): for member in members.values { forEachReference(in: member, body) }
        case .stream(let stream): for member in stream.dictionary.values { forEachReference(in: member, body) }
        default: break
        }
    }
}
