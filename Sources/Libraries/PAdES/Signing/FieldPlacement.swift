import PDFCore

/// A signature put into its field: one laid out before, or a new one.
struct FieldPlacement {
    private let document: PDFDocument
    private var editor: FormEditor
    private var intent: SignatureIntent
    private var lock: (fields: LockedFields, permission: DocumentPermission?)?
    private var existing: FormFieldNode?

    /// Refuses what earlier signatures or the maker of the field forbid.
    init(_ intent: SignatureIntent, in document: PDFDocument) throws(PAdESError) {
        self.document = document
        self.intent = intent
        editor = try reading { () throws(PDFError) in try FormEditor(document) }
        switch intent.target {
        case .field(let name): try find(name)
        case .fieldOrNew(let name, _) where editor.fields.field(named: name)?.reference != nil: try find(name)
        case .newField(let name, _), .fieldOrNew(let name, _): try editor.fields.demandFree(name)
        }
        if let wanted = intent.lock { lock = (wanted, lock?.permission) }
        try demandPermission()
    }

    private mutating func find(_ name: String) throws(PAdESError) {
        guard let field = editor.fields.field(named: name), field.reference != nil else { throw .noSuchField(name) }
        guard field.isSignature else { throw .notASignatureField(name) }
        let (document, value) = (document, field.value)
        guard try reading({ () throws(PDFError) in try document.resolve(value) }).isNull else {
            throw .fieldAlreadySigned(name)
        }
        existing = field
        let seed = try reading { () throws(PDFError) in try SeedValue(field, in: document) }
        if let seed { intent = try seed.applied(to: intent) }
        lock = try reading { () throws(PDFError) in
            guard let dictionary = try document.value("Lock", of: field.dictionary).dictionary,
                let fields = try LockedFields(dictionary, in: document)
            else { return nil }
            return (fields, try document.value("P", of: dictionary).integer.flatMap(DocumentPermission.init))
        }
    }

    private func demandPermission() throws(PAdESError) {
        let (document, fields) = (document, editor.fields)
        let permissions = try reading { () throws(PDFError) in try SigningPermissions(document, fields) }
        let isNewAndShown = existing == nil && intent.target.rect != nil
        try permissions.demand(
            signing: name, isNewAndShown: isNewAndShown, certifies: intent.certification != nil)
    }

    private var name: String { intent.target.name }

    /// The whole update with room for `capacity` bytes of signature.
    consuming func drafted(capacity: Int) throws(PAdESError) -> SignatureDraft {
        let signature = editor.update.reserve()
        if existing == nil { try add(name, intent.target.rect, signature) } else { try fill(with: signature) }
        let (certifies, catalog) = (intent.certification != nil, document.catalogReference ?? PDFReference(0))
        try reading { () throws(PDFError) in
            try editor.markSigned()
            if intent.format == .cades { try editor.declareExtension() }
            if certifies { try editor.certify(by: signature) }
        }
        let members = intent.members(lock: lock, catalog: catalog)
        let dictionary = editor.update.set(signature, toSignature: members, capacity: capacity)
        let prepared = PreparedSignature(
            fieldName: name, digestAlgorithm: intent.digestAlgorithm, format: intent.format, signedAt: intent.signedAt,
            usesPSS: intent.usesPSS)
        var draft = SignatureDraft(editor.update, signature, dictionary, prepared)
        draft.requiresTimestamp = intent.requiresTimestamp
        return draft
    }

    private mutating func fill(with signature: PDFReference) throws(PAdESError) {
        guard let field = existing, let reference = field.reference else { throw .noSuchField(name) }
        for widget in field.widgets {
            let place = try reading { () throws(PDFError) in try editor.place(of: widget) }
            guard let rectangle = place.rectangle, rectangle.width > 0, rectangle.height > 0,
                let form = try drawn(AppearanceBox(rectangle, on: place.page))
            else { continue }
            try reading { () throws(PDFError) in try editor.change(widget, ["AP": form]) }
        }
        try reading { () throws(PDFError) in try editor.change(reference, ["V": .reference(signature)]) }
    }

    private mutating func add(_ name: String, _ rect: PageRect?, _ signature: PDFReference) throws(PAdESError) {
        let document = document
        let page = try reading { () throws(PDFError) in try document.page(max(0, (rect?.page ?? 1) - 1)) }
        var dictionary = FormField(name: name, kind: .signature, rect: rect).dictionary
        dictionary["V"] = .reference(signature)
        let rectangle = rect?.rectangle(on: page)
        if let rectangle, rectangle.intersection(page.cropBox) == nil { throw .outsidePage }
        if let rectangle {
            dictionary["AP"] = try drawn(AppearanceBox(rectangle, on: page)) ?? .emptyAppearance(&editor.update)
        }
        if let lock = intent.lock {
            let members = lock.members.merging(["Type": .name("SigFieldLock")]) { $1 }
            dictionary["Lock"] = .reference(editor.update.add(.dictionary(members)))
        }
        try reading { () throws(PDFError) in _ = try editor.add(dictionary, on: page, rectangle: rectangle) }
    }

    private mutating func drawn(_ box: AppearanceBox) throws(PAdESError) -> PDFObject? {
        guard let appearance = intent.appearance, !appearance.isEmpty else { return nil }
        let document = document
        let claim = try reading { () throws(PDFError) in try ArchivalClaim(document) }
        var subset: EmbeddedSubset?
        if let text = appearance.text {
            subset = try EmbeddedSubset(text.lines, text.font, in: &editor.update, of: claim)
        }
        let form = try appearance.written(in: box, to: &editor.update, subset: subset, of: claim)
        return .dictionary(["N": .reference(form)])
    }
}
