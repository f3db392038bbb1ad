import PDFCore

/// One form field with what it inherits from the fields above it (ISO 32000-2 §12.7.4).
struct FormFieldNode: Sendable {
    /// Names from the top joined by full stops.
    var name: String
    /// Nil for a field written inside its parent, which the standard forbids.
    var reference: PDFReference?
    var dictionary: PDFDictionary
    var type: PDFName?
    /// As it stands, references not followed.
    var value: PDFObject?
    /// The widgets; the field itself when the two are one object.
    var widgets: [PDFReference]

    var isSignature: Bool { type == "Sig" }
}

/// All terminal fields of a document's form.
struct FieldTree: Sendable {
    private(set) var fields: [FormFieldNode] = []
    /// Objects that are fields, terminal or not.
    private(set) var nodes: Set<PDFReference> = []
    /// Names of the fields above others, which are of no terminal field.
    private(set) var groups: Set<String> = []

    private static let maximumFields = 20_000
    /// A name repeats all names above it, so that a small file may ask for any amount. Of one name, and of all together;
    /// ISO 32000-1 Annex C.2 bounds a string by 32,767 bytes.
    private static let maximumNameBytes = 32_767
    private static let maximumNamesBytes = 16 << 20
    private var namesBytes = 0

    init(_ document: PDFDocument) throws(PDFError) {
        guard let form = try document.value("AcroForm", of: document.catalog()).dictionary else { return }
        let roots = try document.value("Fields", of: form).array ?? []
        var pending = roots.reversed().map { Step(object: $0) }
        while let step = pending.popLast() {
            guard let dictionary = try document.resolve(step.object).dictionary else { continue }
            if let reference = step.object.reference, !nodes.insert(reference).inserted {
                guard !step.above.contains(reference) else { throw PDFError(.loop) }
                // Some writers list a field twice, in the form and below its parent.
                continue
            }
            guard nodes.count + fields.count <= Self.maximumFields else { throw PDFError(.limit(.objects)) }
            try visit(step, dictionary, document, &pending)
        }
    }

    private struct Step {
        var object: PDFObject
        var name = ""
        var type: PDFName?
        var value: PDFObject?
        var above: [PDFReference] = []
    }

    private mutating func visit(
        _ step: Step, _ dictionary: PDFDictionary, _ document: PDFDocument, _ pending: inout [Step]
    ) throws(PDFError) {
        let own = try document.value("T", of: dictionary).text
        let name = try qualified(own, below: step.name)
        let type = try document.value("FT", of: dictionary).name ?? step.type
        let value = dictionary["V"] ?? step.value
        var kids: [PDFObject] = []
        var widgets: [PDFReference] = []
        for kid in try document.value("Kids", of: dictionary).array ?? [] {
            // A kid without a name of its own is a widget of this field.
            if try document.resolve(kid).dictionary?["T"] != nil {
                kids.append(kid)
            } else if let reference = kid.reference {
                widgets.append(reference)
            }
        }
        let above = step.above + [step.object.reference].compactMap(\.self)
        guard above.count <= PDFLimits.depth else { throw PDFError(.limit(.depth)) }
        pending += kids.reversed().map { Step(object: $0, name: name, type: type, value: value, above: above) }
        guard kids.isEmpty else {
            groups.insert(name)
            return
        }
        nodes.formUnion(widgets)
        fields.append(
            FormFieldNode(
                name: name, reference: step.object.reference, dictionary: dictionary, type: type, value: value,
                widgets: widgets.isEmpty ? [step.object.reference].compactMap(\.self) : widgets))
    }

    private mutating func qualified(_ own: String?, below above: String) throws(PDFError) -> String {
        guard let own, !own.isEmpty else { return above }
        let count = above.utf8.count + own.utf8.count + 1
        namesBytes += count
        guard count <= Self.maximumNameBytes, namesBytes <= Self.maximumNamesBytes else {
            throw PDFError(.limit(.stringBytes))
        }
        return above.isEmpty ? own : above + "." + own
    }

    func field(named name: String) -> FormFieldNode? { fields.first { $0.name.isExactly(name) } }

    func hasGroup(named name: String) -> Bool { groups.contains { $0.isExactly(name) } }

    /// Refuses a name that no new field at the top of the form may have: a partial name is not empty, has no full stop and
    /// is nobody else's (ISO 32000-2 §12.7.4.2). Readers find a field by its whole name, so that one called `a.b`, or like
    /// a group, would be taken for a field of the signed form that was exchanged.
    func demandFree(_ name: String) throws(PAdESError) {
        let isPlain = !name.unicodeScalars.contains { $0 == "." || $0.properties.generalCategory == .control }
        guard isPlain, !name.allSatisfy(\.isWhitespace) else { throw .fieldNameNotAllowed(name) }
        if field(named: name) != nil || hasGroup(named: name) { throw .fieldExists(name) }
    }
}
