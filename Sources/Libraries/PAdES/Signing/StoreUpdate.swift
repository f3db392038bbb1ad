import Digests
import Foundation
import PDFCore
import SignatureCore

/// Adds validation material to the security store of a file (ISO 32000-2 Tables 261, 262): nothing twice, and nothing
/// that is there is taken out.
struct StoreUpdate {
    private let gathered: GatheredMaterial
    private let document: PDFDocument
    private var store: PDFDictionary
    private var related: PDFDictionary
    private let reference: PDFReference?
    private var streams: [SecurityStore.Part: [Data: PDFReference]]

    init(_ gathered: GatheredMaterial, in document: PDFDocument) throws(PDFError) {
        self.gathered = gathered
        self.document = document
        let existing = try SecurityStore(document)
        store = existing?.dictionary ?? [:]
        reference = existing?.reference
        streams = existing?.streams ?? [:]
        related = try document.value("VRI", of: store).dictionary ?? [:]
    }

    consuming func write(with editor: inout FormEditor) throws(PDFError) {
        let before = (store, related)
        for (contents, material) in gathered.bySignature { try add(material, for: contents, &editor.update) }
        if related != before.1 {
            if let reference = store["VRI"]?.reference {
                editor.update.set(reference, to: .dictionary(related))
            } else {
                store["VRI"] = .dictionary(related)
            }
        }
        if store == before.0 { return }
        if let reference {
            editor.update.set(reference, to: .dictionary(store))
        } else {
            let added = editor.update.add(.dictionary(store))
            try editor.change(document.catalogReference ?? PDFReference(0), ["DSS": .reference(added)])
        }
        try editor.declareExtension()
    }

    private mutating func add(
        _ material: ValidationMaterial, for contents: Data, _ update: inout IncrementalUpdate
    ) throws(PDFError) {
        var entry: PDFDictionary = [:]
        let parts: [(SecurityStore.Part, [Data])] = [
            (.certificates, material.certificates.map(\.der)), (.crls, material.crls),
            (.ocspResponses, material.ocspResponses),
        ]
        for (part, values) in parts where !values.isEmpty {
            let references = try values.map { value throws(PDFError) in try reference(to: value, part, &update) }
            entry[part.relatedKey] = .array(references.map { .reference($0) })
        }
        // An entry that is there stays as it is: strict validators take a changed one for tampering. Each is an object of
        // its own, since some compare those written in place wrongly in encrypted files.
        let name = PDFName(SecurityStore.name(of: contents))
        if !entry.isEmpty, related[name] == nil { related[name] = .reference(update.add(.dictionary(entry))) }
    }

    /// The stream of `value`, written and listed unless the store has it.
    private mutating func reference(
        to value: Data, _ part: SecurityStore.Part, _ update: inout IncrementalUpdate
    ) throws(PDFError) -> PDFReference {
        let digest = DigestAlgorithm.sha256.digest(value)
        if let known = streams[part]?[digest] { return known }
        let stream = PDFStream(["Filter": .name("FlateDecode")], encoded: Deflate.deflate(value))
        let reference = update.add(.stream(stream))
        streams[part, default: [:]][digest] = reference
        let listed = try document.value(part.key, of: store).array ?? []
        store[part.key] = .array(listed + [.reference(reference)])
        return reference
    }
}
