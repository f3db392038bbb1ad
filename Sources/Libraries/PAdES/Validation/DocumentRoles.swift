import PDFCore

/// Which objects of a revision play a part the rules of change know by name.
struct DocumentRoles {
    /// Fields and widgets, with the field they belong to.
    private(set) var fields: [PDFReference: FormFieldNode] = [:]
    private(set) var pages: [PDFReference] = []
    /// Markup annotations that are objects of their own.
    private(set) var annotations: Set<PDFReference> = []
    /// Objects that only hold one of the lists or dictionaries the rules compare member by member.
    private(set) var holders: Set<PDFReference> = []
    /// The dictionaries among the form's resources, which may grow.
    private(set) var formResources: Set<PDFReference> = []

    private static let markup: Set = [
        "Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly",
        "StrikeOut", "Stamp", "Caret", "Ink", "Popup",
    ]

    init(_ document: PDFDocument) throws(PDFError) {
        let catalog = try document.catalog()
        if let reference = document.catalogReference { holders.insert(reference) }
        try readForm(document, catalog)
        pages = try document.pageReferences()
        for page in pages {
            guard let list = try document.object(page).dictionary?["Annots"] else { continue }
            if let reference = list.reference { holders.insert(reference) }
            for annotation in try document.resolve(list).array ?? [] {
                guard let reference = annotation.reference, fields[reference] == nil,
                    let kind = try document.object(reference).dictionary?["Subtype"]?.name, Self.markup.contains(kind)
                else { continue }
                annotations.insert(reference)
            }
        }
    }

    private mutating func readForm(_ document: PDFDocument, _ catalog: PDFDictionary) throws(PDFError) {
        if let reference = catalog["AcroForm"]?.reference { holders.insert(reference) }
        let form = try document.value("AcroForm", of: catalog).dictionary ?? [:]
        if let reference = form["Fields"]?.reference { holders.insert(reference) }
        var resources = [form["DR"] ?? .null]
        for _ in 0..<2 {
            for object in resources { if let reference = object.reference { formResources.insert(reference) } }
            var next: [PDFObject] = []
            for object in resources { next += try document.resolve(object).dictionary.map { Array($0.values) } ?? [] }
            resources = []
            for object in next {
                // A dictionary with a type is a resource itself, which must stay as it is.
                guard case .dictionary(let members) = try document.resolve(object), members["Type"] == nil else {
                    continue
                }
                resources.append(object)
            }
        }
        for field in try FieldTree(document).fields {
            for reference in field.widgets + [field.reference].compactMap(\.self) { fields[reference] = field }
        }
    }

    func isHolder(_ reference: PDFReference) -> Bool {
        holders.contains(reference) || formResources.contains(reference)
    }
}

/// Visits everything a revision can reach from its trailer, remembering on which kind of way.
///
/// Ways are inherited by what an object refers to: whatever matters elsewhere is met there on an ordinary way too.
struct RevisionWalk {
    enum Way: Hashable, CaseIterable {
        /// Nothing may change.
        case ordinary
        /// What a field shows or holds that may still be filled.
        case fieldContent
        case metadata, validationData
    }

    private let document: PDFDocument
    private let roles: DocumentRoles
    private let pages: Set<PDFReference>
    private(set) var met: [Way: Set<Int>] = [:]
    /// Numbers referred to on ordinary ways but not there.
    private(set) var missing: Set<Int> = []
    private(set) var reachesBeyondRevision = false
    private var visited: Set<Visit> = []
    private var pending: [(object: PDFObject, way: Way)] = []

    private struct Visit: Hashable {
        var reference: PDFReference
        var way: Way
    }

    init(document: PDFDocument, roles: DocumentRoles) {
        self.document = document
        self.roles = roles
        pages = Set(roles.pages)
    }

    mutating func run() throws(PDFError) {
        for (key, value) in document.trailer where key != "Prev" && key != "XRefStm" {
            pending.append((value, key == "Info" ? .metadata : .ordinary))
        }
        while let (object, way) = pending.popLast() {
            switch object {
            case .reference(let reference): try follow(reference, way)
            case .array(let values): pending += values.map { ($0, way) }
            case .dictionary(let members): pending += members.values.map { ($0, way) }
            case .stream(let stream): pending += stream.dictionary.values.map { ($0, way) }
            default: break
            }
        }
    }

    private mutating func follow(_ reference: PDFReference, _ way: Way) throws(PDFError) {
        guard visited.insert(Visit(reference: reference, way: way)).inserted else { return }
        guard visited.count <= PDFLimits.objects else { throw PDFError(.limit(.objects)) }
        guard document.contains(reference.number) else {
            if way == .ordinary { missing.insert(reference.number) }
            return
        }
        if let range = try document.range(of: reference), range.upperBound > document.revision.end {
            reachesBeyondRevision = true
        }
        let object = try document.object(reference)
        if let field = roles.fields[reference] {
            spread(field, object.dictionary ?? [:])
        } else if reference == document.catalogReference {
            spreadCatalog(object.dictionary ?? [:])
        } else if pages.contains(reference) || roles.isHolder(reference) || roles.annotations.contains(reference) {
            pending.append((object, .ordinary))
        } else {
            met[way, default: []].insert(reference.number)
            pending.append((object, way))
        }
    }

    private mutating func spreadCatalog(_ members: PDFDictionary) {
        for (key, value) in members {
            switch key {
            case "DSS": pending.append((value, .validationData))
            case "Metadata", "Extensions": pending.append((value, .metadata))
            default: pending.append((value, .ordinary))
            }
        }
    }

    private mutating func spread(_ field: FormFieldNode, _ members: PDFDictionary) {
        let isOpen = !field.isSignature || field.value == nil
        for (key, value) in members {
            let isContent = key == "AP" || (key == "V" && !field.isSignature)
            pending.append((value, isOpen && isContent ? .fieldContent : .ordinary))
        }
    }
}
