import Digests
package import Foundation
import PDFCore
package import SignatureCore

/// Signs PDF files by incremental update: ETSI.CAdES.detached, PAdES baseline B-B, with a timestamp B-T
/// (ETSI EN 319 142-1). Earlier bytes, and so earlier signatures, are never touched.
package enum PDFSigner {
    /// Bytes kept for a signature whose certificate is not known yet.
    package static let defaultCapacity = 16_384

    /// The file with an empty hole, and what the key holder must answer.
    package static func prepare(
        _ data: Data, _ intent: SignatureIntent, capacity: Int = defaultCapacity
    ) throws(PAdESError) -> (prepared: PreparedSignature, file: Data) {
        let document = try reading { () throws(PDFError) in try PDFDocument(data: data) }
        try refuseIfLocked(document)
        var editor = try reading { () throws(PDFError) in try FormEditor(document) }
        let signature = editor.update.reserve()
        let fieldName = try place(intent, signature, &editor, document)
        let (body, hole) = dictionary(intent, capacity: min(max(capacity, 512), 4 << 20))
        editor.update.set(signature, toRaw: body)
        return assembled(editor.update, signature, hole, intent, fieldName)
    }

    /// Prepares, has `key` sign, timestamps when an authority is given, and finishes.
    package static func sign(
        _ data: Data, _ intent: SignatureIntent, with key: some SigningKey,
        timestampedBy authority: TimestampAuthority? = nil
    ) async throws -> Data {
        let capacity = CMSSignatureRequest.estimatedSize(
            certificate: key.certificate, chain: key.chain, withTimestamp: authority != nil)
        var (prepared, file) = try prepare(data, intent, capacity: capacity)
        let request = try prepared.request(certificate: key.certificate, chain: key.chain)
        let cms = try await request.signed(by: key, timestampedBy: authority)
        // Handed over whole, so that a large file is changed in place and not copied.
        let whole = file
        file = Data()
        return try prepared.filled(whole, cms: cms)
    }

    // MARK: parts

    /// A certification with P = 1 ends the file's life as a form (ISO 32000-2 §12.8.2.2).
    private static func refuseIfLocked(_ document: PDFDocument) throws(PAdESError) {
        let permission = try reading { () throws(PDFError) in try document.certificationPermission() }
        if permission == 1 { throw .lockedByCertification }
    }

    /// Fills an existing field or adds a new one; the answer is its full name.
    private static func place(
        _ intent: SignatureIntent, _ signature: PDFReference, _ editor: inout FormEditor, _ document: PDFDocument
    ) throws(PAdESError) -> String {
        switch intent.target {
        case .field(let name):
            guard let field = editor.fields.field(named: name), let reference = field.reference else {
                throw .noSuchField(name)
            }
            guard field.isSignature else { throw .notASignatureField(name) }
            let value = try reading { () throws(PDFError) in try document.resolve(field.value) }
            guard value.isNull else { throw .fieldAlreadySigned(name) }
            for widget in field.widgets {
                let place = try reading { () throws(PDFError) in try editor.place(of: widget) }
                guard let rectangle = place.rectangle, rectangle.width > 0, rectangle.height > 0,
                    let form = try drawn(intent, AppearanceBox(rectangle, on: place.page), &editor)
                else { continue }
                try reading { () throws(PDFError) in try editor.change(widget, ["AP": form]) }
            }
            try reading { () throws(PDFError) in
                try editor.change(reference, ["V": .reference(signature)])
                try editor.markSigned()
            }
            return name
        case .newField(let name, let rect):
            guard editor.fields.field(named: name) == nil else { throw .fieldExists(name) }
            let page = try reading { () throws(PDFError) in try document.page(max(0, (rect?.page ?? 1) - 1)) }
            var dictionary = FormField(name: name, kind: .signature, rect: rect).dictionary
            dictionary["V"] = .reference(signature)
            let rectangle = rect?.rectangle(on: page)
            if let rectangle { dictionary["AP"] = try drawn(intent, AppearanceBox(rectangle, on: page), &editor) }
            try reading { () throws(PDFError) in
                _ = try editor.add(dictionary, on: page, rectangle: rectangle)
                try editor.markSigned()
            }
            return name
        }
    }

    private static func drawn(
        _ intent: SignatureIntent, _ box: AppearanceBox, _ editor: inout FormEditor
    ) throws(PAdESError) -> PDFObject? {
        guard let appearance = intent.appearance, !appearance.isEmpty else { return nil }
        var subset: EmbeddedSubset?
        if let text = appearance.text { subset = try EmbeddedSubset(text.lines, text.font, in: &editor.update) }
        let form = appearance.written(in: box, to: &editor.update, subset: subset)
        return .dictionary(["N": .reference(form)])
    }

    private static let rangePlaceholder = "/ByteRange [0 0000000000 0000000000 0000000000]"

    /// The signature dictionary (ISO 32000-2 Table 255) with its hole, and where the hole is in it.
    private static func dictionary(_ intent: SignatureIntent, capacity: Int) -> (body: Data, hole: Range<Int>) {
        var members: PDFDictionary = [
            "Type": .name("Sig"), "Filter": .name("Adobe.PPKLite"), "SubFilter": .name("ETSI.CAdES.detached"),
            "M": .text(pdfDate(intent.signedAt)),
        ]
        let texts = [
            "Name": intent.signerName, "Reason": intent.reason, "Location": intent.location,
            "ContactInfo": intent.contact,
        ]
        for (key, text) in texts { members[key] = text.map { PDFObject.text($0) } }
        var body = Data(rangePlaceholder.utf8)
        body.insert(contentsOf: Data("<<".utf8), at: 0)
        body += Data(" /Contents ".utf8)
        let start = body.count
        body += Data("<".utf8) + Data(repeating: 0x30, count: capacity * 2) + Data(">".utf8)
        let end = body.count
        body += PDFObject.dictionary(members).encoded.dropFirst(2)
        return (body, start..<end)
    }

    /// Appends the update, writes the byte range over its placeholder and takes the digest.
    private static func assembled(
        _ update: IncrementalUpdate, _ signature: PDFReference, _ hole: Range<Int>, _ intent: SignatureIntent,
        _ fieldName: String
    ) -> (PreparedSignature, Data) {
        let written = update.written()
        let body = written.bodyOffsets[signature] ?? 0
        var file = Data(capacity: update.document.data.count + written.appended.count)
        file += update.document.data
        file += written.appended
        var prepared = PreparedSignature(
            fieldName: fieldName, digestAlgorithm: intent.digestAlgorithm, documentDigest: Data(),
            holeStart: body + hole.lowerBound, holeEnd: body + hole.upperBound, fileByteCount: file.count)
        var range = Data("/ByteRange [\(prepared.byteRange.map(String.init).joined(separator: " "))]".utf8)
        range += Data(repeating: 0x20, count: max(0, rangePlaceholder.utf8.count - range.count))
        file.replaceSubrange(body + 2..<body + 2 + range.count, with: range)
        prepared.documentDigest = intent.digestAlgorithm.digest(file, without: prepared.holeStart..<prepared.holeEnd)
        return (prepared, file)
    }
}

extension PDFDocument {
    /// What the certification signature permits: 1 nothing, 2 form filling and signing, 3 also annotations
    /// (ISO 32000-2 Table 257); nil when there is none.
    func certificationPermission() throws(PDFError) -> Int? {
        guard let permissions = try value("Perms", of: catalog()).dictionary,
            let signature = try value("DocMDP", of: permissions).dictionary
        else { return nil }
        return try signaturePermission(signature, method: "DocMDP")
    }

    /// P of a signature dictionary's transform parameters, 2 when it says none.
    func signaturePermission(_ signature: PDFDictionary, method: String) throws(PDFError) -> Int? {
        for member in try value("Reference", of: signature).array ?? [] {
            guard let reference = try resolve(member).dictionary,
                try value("TransformMethod", of: reference).name == method
            else { continue }
            let parameters = try value("TransformParams", of: reference).dictionary ?? [:]
            return try value("P", of: parameters).integer ?? 2
        }
        return nil
    }
}
