import Digests
package import Foundation
import PDFCore
import SignatureCore

/// Lifts the signatures of a file to a higher level and renews its archive timestamp, by incremental update only
/// (ETSI EN 319 142-1 §5.4 to §6.3). Whose program signed, and in which form, does not matter.
package enum PDFExtender {
    /// Called for a file that is at the level already, B-LTA adds a new archive timestamp; the others add nothing twice.
    package static func extend(
        _ data: Data, to level: SignatureLevel, proofs: ProofSources, password: String? = nil
    ) async throws -> Data {
        var file = data
        for step in steps(to: level) {
            let opened = try PDFDocument(data: file, password: password)
            if let appended = try await step(opened, proofs) { file += appended }
        }
        return file
    }

    /// The same from file to file; `output` appears whole or not at all.
    package static func extend(
        file input: URL, to output: URL, level: SignatureLevel, proofs: ProofSources, password: String? = nil
    ) async throws {
        var draft = try FileDraft(for: output)
        try draft.append(try PDFSigner.opened(input, output))
        try await extend(&draft, to: level, proofs: proofs, password: password)
        try draft.commit(isDurable: true)
    }

    static func extend(
        _ draft: inout FileDraft, to level: SignatureLevel, proofs: ProofSources, password: String?
    ) async throws {
        for step in steps(to: level) {
            let opened = try PDFDocument(try draft.source(), password: password)
            if let appended = try await step(opened, proofs) { try draft.append(appended) }
        }
    }

    // MARK: steps

    /// What is to be appended to a file, nil when there is nothing to do.
    private typealias Step = @Sendable (PDFDocument, ProofSources) async throws -> Data?

    private static func steps(to level: SignatureLevel) -> [Step] {
        switch level {
        case .bB: []
        case .bT: [proveTime]
        case .bLT: [proveTime, storeMaterial]
        case .bLTA: [proveTime, archive]
        }
    }

    /// A document timestamp where a signature has no proof of time yet.
    @Sendable private static func proveTime(_ document: PDFDocument, _ proofs: ProofSources) async throws -> Data? {
        let found = try FoundSignatures(in: document)
        guard !found.hasProofOfTime else { return nil }
        return try await timestamp(document, nil, proofs)
    }

    @Sendable private static func storeMaterial(_ document: PDFDocument, _ proofs: ProofSources) async throws -> Data? {
        let gathered = try await FoundSignatures(in: document).material(from: proofs)
        var editor = try FormEditor(document)
        try StoreUpdate(gathered, in: document).write(with: &editor)
        return editor.update.isEmpty ? nil : try editor.appended()
    }

    /// The store brought up to date and a timestamp over it, as one update.
    @Sendable private static func archive(_ document: PDFDocument, _ proofs: ProofSources) async throws -> Data? {
        let gathered = try await FoundSignatures(in: document).material(from: proofs)
        return try await timestamp(document, gathered, proofs)
    }

    // MARK: timestamps

    private static let usualTokenByteCount = 8192

    /// A token may turn out larger than expected; its authority is then asked once more.
    private static func timestamp(
        _ document: PDFDocument, _ material: GatheredMaterial?, _ proofs: ProofSources
    ) async throws -> Data {
        guard let authority = proofs.timestamps else { throw PAdESError.timestampNeeded }
        do {
            return try await timestamp(document, material, authority, capacity: usualTokenByteCount)
        } catch PAdESError.holeTooSmall(let needed) {
            return try await timestamp(document, material, authority, capacity: needed + 256)
        }
    }

    private static func timestamp(
        _ document: PDFDocument, _ material: GatheredMaterial?, _ authority: TimestampAuthority, capacity: Int
    ) async throws -> Data {
        var editor = try FormEditor(document)
        if let material { try StoreUpdate(material, in: document).write(with: &editor) }
        var draft = try drafted(&editor, document, capacity: capacity)
        try draft.takeDigest(of: document.source)
        return try draft.filled(with: try await authority.stamp(draft.prepared.documentDigest))
    }

    /// A field of its own that shows nothing (ISO 32000-2 §12.8.5).
    private static func drafted(
        _ editor: inout FormEditor, _ document: PDFDocument, capacity: Int
    ) throws -> SignatureDraft {
        let names = editor.fields.groups.union(editor.fields.fields.map(\.name))
        let name = (1...).lazy.map { "Timestamp\($0)" }.first { !names.contains($0) } ?? "Timestamp"
        let reference = editor.update.reserve()
        var field = FormField(name: name, kind: .signature, rect: nil).dictionary
        field["V"] = .reference(reference)
        _ = try editor.add(field, on: try document.page(0), rectangle: nil)
        try editor.markSigned()
        try editor.declareExtension()
        let dictionary = editor.update.set(reference, toSignature: documentTimestampMembers, capacity: capacity)
        let prepared = PreparedSignature(fieldName: name, digestAlgorithm: .sha256, signedAt: .distantPast)
        return SignatureDraft(editor.update, reference, dictionary, prepared)
    }
}
