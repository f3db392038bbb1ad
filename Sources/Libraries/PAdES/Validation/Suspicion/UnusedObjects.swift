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
        guard document.nextNumber <= Self.maximumObjects else { return nil }
        var reached: Set<Int> = []
        var pending = Self.references(in: .dictionary(document.trailer))
        while let reference = pending.popLast() {
            guard reached.insert(reference.number).inserted else { continue }
            guard let object = try? document.object(reference) else { continue }
            if document.repeatsKeys(reference) { repeatsKeys = true }
            if let stream = object.stream, stream.dictionary["F"] != nil { leadsOutside = true }
            pending += Self.references(in: object)
        }
        for number in 1..<max(document.nextNumber, 1) where document.contains(number) && !reached.contains(number) {
            guard let members = try? document.object(document.reference(number)).dictionary else { continue }
            switch (members["Type"]?.name, members["Subtype"]?.name) {
            case ("Page", _), ("Pages", _), ("Catalog", _): pages += 1
            case ("Font", _), ("XObject", _), (_, "Form"), (_, "Image"): parts += 1
            default: break
            }
        }
    }

    private static func references(in object: PDFObject) -> [PDFReference] {
        var found: [PDFReference] = []
        var stack = [object]
        while let next = stack.popLast() {
            switch next {
            case .reference(let reference): found.append(reference)
            case .array(let members): stack += members
            case .dictionary(let members): stack += members.values
            case .stream(let stream): stack += stream.dictionary.values
            default: break
            }
        }
        return found
    }
}
