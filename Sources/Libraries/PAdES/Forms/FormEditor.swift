import Foundation
import PDFCore
import SignatureCore

/// Adds to a document's form within one incremental update, changing only the objects that hold the lists.
struct FormEditor {
    var update: IncrementalUpdate
    let fields: FieldTree
    private let document: PDFDocument

    init(_ document: PDFDocument) throws(PDFError) {
        self.document = document
        update = try IncrementalUpdate(
            continuing: document,
            codeByteCount: document.isIntegrityProtected ? IntegrityCode.byteCount(Self.codeDigest) : nil)
        fields = try FieldTree(document)
    }

    /// A field and its widget as one object, put on its page and into the form.
    mutating func add(
        _ dictionary: PDFDictionary, on page: PDFPage, rectangle: PDFRectangle?
    ) throws(PDFError) -> PDFReference {
        var dictionary = dictionary
        dictionary["Type"] = .name("Annot")
        dictionary["Subtype"] = .name("Widget")
        dictionary["P"] = .reference(page.reference)
        dictionary["Rect"] = (rectangle ?? PDFRectangle(minX: 0, minY: 0, maxX: 0, maxY: 0)).object
        if rectangle != nil, page.rotation != 0 {
            dictionary["MK"] = .dictionary(["R": .integer(page.rotation)])
        }
        let reference = update.add(.dictionary(dictionary))
        try append(reference, to: "Annots", of: page.reference)
        try changeForm { form, editor throws(PDFError) in
            try editor.append(reference, to: "Fields", in: &form)
        }
        return reference
    }

    /// Adds `reference` to the array under `key`, in the object that holds the array.
    private mutating func append(_ reference: PDFReference, to key: PDFName, of holder: PDFReference) throws(PDFError) {
        guard var dictionary = try update.object(holder).dictionary else { throw PDFError(.expected(key.text)) }
        let before = dictionary
        try append(reference, to: key, in: &dictionary)
        if dictionary != before { update.set(holder, to: .dictionary(dictionary)) }
    }

    private mutating func append(
        _ reference: PDFReference, to key: PDFName, in dictionary: inout PDFDictionary
    ) throws(PDFError) {
        if let array = dictionary[key]?.reference, case .array(let values) = try update.object(array) {
            update.set(array, to: .array(values + [.reference(reference)]))
        } else {
            let values = try update.resolve(dictionary[key]).array ?? []
            dictionary[key] = .array(values + [.reference(reference)])
        }
    }

    /// Changes the form dictionary where it lives: its own object, the catalog, or a new object.
    mutating func changeForm(
        _ change: (inout PDFDictionary, inout FormEditor) throws(PDFError) -> Void
    ) throws(PDFError) {
        guard let root = document.catalogReference, var catalog = try update.object(root).dictionary else {
            throw PDFError(.expected("catalog"))
        }
        let existing = try update.resolve(catalog["AcroForm"]).dictionary
        var form = existing ?? ["Fields": .array([])]
        try change(&form, &self)
        if form == existing { return }
        if let reference = catalog["AcroForm"]?.reference, existing != nil {
            update.set(reference, to: .dictionary(form))
            return
        }
        catalog["AcroForm"] = existing == nil ? .reference(update.add(.dictionary(form))) : .dictionary(form)
        update.set(root, to: .dictionary(catalog))
    }

    /// Signatures exist, and the file may only be appended to (ISO 32000-2 Table 225).
    mutating func markSigned() throws(PDFError) {
        try changeForm { form, _ in form["SigFlags"] = .integer((form["SigFlags"]?.integer ?? 0) & 3 | 3) }
    }

    /// Makes `signature` the certification (ISO 32000-2 Table 263).
    mutating func certify(by signature: PDFReference) throws(PDFError) {
        try changeInCatalog("Perms") { permissions in permissions["DocMDP"] = .reference(signature) }
    }

    /// Says that the file uses PAdES, which PDF 1.7 does not know (ETSI EN 319 142-1 §4; ISO 32000-2 does).
    mutating func declareExtension() throws(PDFError) {
        guard try !document.isVersion2 else { return }
        try changeInCatalog("Extensions") { extensions in
            if extensions["ESIC"] != nil { return }
            extensions["ESIC"] = .dictionary(["BaseVersion": .name("1.7"), "ExtensionLevel": .integer(1)])
        }
    }

    /// Changes a dictionary of the catalog where it lives: its own object, or the catalog.
    mutating func changeInCatalog(_ key: PDFName, _ change: (inout PDFDictionary) -> Void) throws(PDFError) {
        guard let root = document.catalogReference, let catalog = try update.object(root).dictionary else {
            throw PDFError(.expected("catalog"))
        }
        let existing = try update.resolve(catalog[key]).dictionary ?? [:]
        var dictionary = existing
        change(&dictionary)
        if dictionary == existing { return }
        if let reference = catalog[key]?.reference {
            update.set(reference, to: .dictionary(dictionary))
        } else {
            try self.change(root, [key: .dictionary(dictionary)])
        }
    }

    /// Members of a dictionary object replaced.
    mutating func change(_ reference: PDFReference, _ members: PDFDictionary) throws(PDFError) {
        guard let dictionary = try update.object(reference).dictionary else { throw PDFError(.expected("dictionary")) }
        update.set(reference, to: .dictionary(dictionary.merging(members) { $1 }))
    }

    /// Page and rectangle of a widget; the page is nil when the file does not tell.
    func place(of widget: PDFReference) throws(PDFError) -> (page: PDFPage?, rectangle: PDFRectangle?) {
        guard let dictionary = try update.object(widget).dictionary else { return (nil, nil) }
        let rectangle = PDFRectangle(try update.resolve(dictionary["Rect"]).array ?? [])
        let references = try document.pageReferences()
        for (index, reference) in references.enumerated() {
            if dictionary["P"]?.reference == reference { return (try document.page(index), rectangle) }
        }
        for index in references.indices where dictionary["P"] == nil {
            let page = try document.page(index)
            if try document.value("Annots", of: page.dictionary).array?.contains(.reference(widget)) == true {
                return (page, rectangle)
            }
        }
        return (nil, rectangle)
    }
}

extension PDFDocument {
    /// Header or catalog say 2.x (ISO 32000-2 §7.5.2).
    fileprivate var isVersion2: Bool {
        get throws(PDFError) {
            if let version = try value("Version", of: catalog()).name, version >= "2" { return true }
            return data.prefix(7) == Data("%PDF-2.".utf8)
        }
    }
}
