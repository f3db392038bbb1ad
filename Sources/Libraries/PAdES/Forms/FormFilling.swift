package import Foundation
import PDFCore

/// One value for a text field laid out before.
package struct FieldValue: Sendable, Hashable {
    package var name: String
    package var text: String
    /// Size in points.
    package var sizePoints: Double
    package var alignment: TextBlock.Alignment
    package var hasWhiteBackground: Bool

    package init(
        name: String, text: String, sizePoints: Double = 13, alignment: TextBlock.Alignment = .left,
        hasWhiteBackground: Bool = false
    ) {
        self.name = name
        self.text = text
        self.sizePoints = sizePoints
        self.alignment = alignment
        self.hasWhiteBackground = hasWhiteBackground
    }
}

/// Fills text fields by one incremental update, drawn in an embedded font so that every reader shows the same.
package struct FormFilling: Sendable {
    package var values: [FieldValue]
    package var font: FontProgram

    package init(_ values: [FieldValue], font: FontProgram) {
        self.values = values
        self.font = font
    }

    package func applied(to data: Data) throws(PAdESError) -> Data {
        var editor = try reading { () throws(PDFError) in try FormEditor(try PDFDocument(data: data)) }
        let document = editor.update.document
        let claim = try reading { () throws(PDFError) in try ArchivalClaim(document) }
        let subset = try EmbeddedSubset(values.map(\.text), font, in: &editor.update, of: claim)
        let fields = editor.fields
        let locks = try reading { () throws(PDFError) in try SigningPermissions(document, fields) }
        for value in values { try fill(value, subset, locks, &editor) }
        return try editor.file()
    }

    /// The baseline follows from the rectangle: the line stands in its middle by the font's ascent and descent.
    private func fill(
        _ value: FieldValue, _ subset: EmbeddedSubset, _ locks: SigningPermissions, _ editor: inout FormEditor
    ) throws(PAdESError) {
        guard let field = editor.fields.field(named: value.name), let reference = field.reference else {
            throw .noSuchField(value.name)
        }
        guard field.type == "Tx" else { throw .notATextField(value.name) }
        if locks.isLocked(value.name) { throw .fieldLocked(value.name) }
        let appearance = SignatureAppearance(
            text: TextBlock([value.text], font: font, sizePoints: value.sizePoints, alignment: value.alignment),
            hasWhiteBackground: value.hasWhiteBackground)
        for widget in field.widgets {
            let place = try reading { () throws(PDFError) in try editor.place(of: widget) }
            guard let rectangle = place.rectangle else { continue }
            let box = AppearanceBox(rectangle, on: place.page)
            let form = try appearance.written(in: box, to: &editor.update, subset: subset, isFieldValue: true)
            try reading { () throws(PDFError) in
                try editor.change(widget, ["AP": .dictionary(["N": .reference(form)])])
            }
        }
        try reading { () throws(PDFError) in try editor.change(reference, ["V": .text(value.text)]) }
    }
}
