package import Foundation
package import PDFCore

/// A field to be laid out before the first signature, empty and not to be seen until it is filled or signed.
package struct FormField: Sendable, Hashable, Codable {
    package enum Kind: Sendable, Hashable, Codable {
        case text(sizePoints: Double, alignment: TextBlock.Alignment)
        case signature
    }

    package var name: String
    package var kind: Kind
    /// Nil for a signature that shows nothing.
    package var rect: PageRect?
    /// What the field is for, read out by screen readers.
    package var tooltip: String?

    package init(name: String, kind: Kind, rect: PageRect?, tooltip: String? = nil) {
        self.name = name
        self.kind = kind
        self.rect = rect
        self.tooltip = tooltip
    }
}

/// Everything a later hand will fill, put into the file in one update before anybody signs.
///
/// Filling such fields afterwards is form filling to a validator; a field laid over signed content is not.
package struct FormLayout: Sendable, Hashable, Codable {
    package var fields: [FormField]

    package init(_ fields: [FormField]) { self.fields = fields }

    /// The file with the fields added.
    package func applied(to data: Data) throws(PAdESError) -> Data {
        try applied(to: try reading { () throws(PDFError) in try PDFDocument(data: data) })
    }

    package func applied(to document: PDFDocument) throws(PAdESError) -> Data {
        var editor = try reading { () throws(PDFError) in try FormEditor(document) }
        for field in fields {
            try editor.fields.demandFree(field.name)
            try reading { () throws(PDFError) in try field.add(with: &editor, document) }
        }
        try reading { () throws(PDFError) in
            if fields.contains(where: { $0.kind == .signature }) {
                try editor.markSigned()
                // Declared here, so that the first signature need not touch the catalog.
                try editor.declareExtension()
            }
            if fields.contains(where: { $0.kind != .signature }) { try Self.addDefaultFont(with: &editor) }
        }
        return try editor.file()
    }

    /// The default appearance names a font of the form's resources (ISO 32000-2 §12.7.4.3).
    private static func addDefaultFont(with editor: inout FormEditor) throws(PDFError) {
        let font = editor.update.add(
            .dictionary([
                "Type": .name("Font"), "Subtype": .name("Type1"), "BaseFont": .name("Times-Roman"),
                "Encoding": .name("WinAnsiEncoding"),
            ]))
        try editor.changeForm { form, editor throws(PDFError) in
            var resources = try editor.update.resolve(form["DR"]).dictionary ?? [:]
            var fonts = try editor.update.resolve(resources["Font"]).dictionary ?? [:]
            if fonts["TiRo"] == nil { fonts["TiRo"] = .reference(font) }
            resources["Font"] = .dictionary(fonts)
            form["DR"] = .dictionary(resources)
        }
    }
}

extension FormField {
    static let printed = 4
    static let locked = 128

    fileprivate func add(with editor: inout FormEditor, _ document: PDFDocument) throws(PDFError) {
        let page = try document.page(max(0, (rect?.page ?? 1) - 1))
        var dictionary = dictionary
        if rect != nil { dictionary["AP"] = .emptyAppearance(&editor.update) }
        _ = try editor.add(dictionary, on: page, rectangle: rect?.rectangle(on: page))
    }

    /// Text fields are read-only for people: the office fills them.
    var dictionary: PDFDictionary {
        var dictionary: PDFDictionary = ["T": .text(name), "F": .integer(Self.printed | Self.locked)]
        if let tooltip { dictionary["TU"] = .text(tooltip) }
        switch kind {
        case .signature: dictionary["FT"] = .name("Sig")
        case .text(let size, let alignment):
            dictionary["FT"] = .name("Tx")
            dictionary["Ff"] = .integer(1)
            dictionary["Q"] = .integer(alignment.rawValue)
            dictionary["DA"] = .text("/TiRo \(number(size)) Tf 0 g")
        }
        return dictionary
    }
}
