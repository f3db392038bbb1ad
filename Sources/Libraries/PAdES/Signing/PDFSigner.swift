import Digests
package import Foundation
import PDFCore
package import SignatureCore

/// Signs PDF files by incremental update, at every level of PAdES (ETSI EN 319 142-1) or in the older form. Earlier
/// bytes, and so earlier signatures, are never touched.
package enum PDFSigner {
    /// Bytes kept for a signature whose certificate is not known yet.
    package static let defaultCapacity = 16_384
    private static let capacities = 512...4 << 20

    /// The file with an empty hole, and what the key holder must answer.
    package static func prepare(
        _ data: Data, _ intent: SignatureIntent, capacity: Int = defaultCapacity
    ) throws(PAdESError) -> (prepared: PreparedSignature, file: Data) {
        let draft = try draft(of: ByteSource(data), intent, capacity: capacity)
        var file = Data(capacity: data.count + draft.appended.count)
        file += data
        file += draft.appended
        return (draft.prepared, file)
    }

    /// The same from file to file, in pieces; another process may finish it on another day.
    package static func prepare(
        file input: URL, to output: URL, _ intent: SignatureIntent, capacity: Int = defaultCapacity
    ) throws -> PreparedSignature {
        let source = try opened(input, output)
        let draft = try draft(of: source, intent, capacity: capacity)
        var file = try FileDraft(for: output)
        try file.append(source)
        try file.append(draft.appended)
        try file.commit(isDurable: true)
        return draft.prepared
    }

    /// Has `key` sign, timestamps when an authority is given, and finishes.
    package static func sign(
        _ data: Data, _ intent: SignatureIntent, with key: some SigningKey,
        timestampedBy authority: TimestampAuthority? = nil
    ) async throws -> Data {
        try await sign(
            data, intent, with: key, level: authority == nil ? .bB : .bT, proofs: ProofSources(timestamps: authority))
    }

    /// The same up to any level.
    package static func sign(
        _ data: Data, _ intent: SignatureIntent, with key: some SigningKey, level: SignatureLevel, proofs: ProofSources
    ) async throws -> Data {
        let appended = try await appended(to: ByteSource(data), intent, with: key, level, proofs)
        var file = Data(capacity: data.count + appended.count)
        file += data
        file += appended
        if level < .bLT { return file }
        return try await PDFExtender.extend(file, to: level, proofs: proofs, password: intent.password)
    }

    /// The same from file to file: memory does not follow the file's size, and `output` appears whole or not at all.
    package static func sign(
        file input: URL, to output: URL, _ intent: SignatureIntent, with key: some SigningKey,
        level: SignatureLevel = .bB, proofs: ProofSources = ProofSources()
    ) async throws {
        let source = try opened(input, output)
        let appended = try await appended(to: source, intent, with: key, level, proofs)
        var draft = try FileDraft(for: output)
        try draft.append(source)
        try draft.append(appended)
        if level >= .bLT {
            try await PDFExtender.extend(&draft, to: level, proofs: proofs, password: intent.password)
        }
        try draft.commit(isDurable: true)
    }

    /// The input, which must not be the output under another name.
    static func opened(_ input: URL, _ output: URL) throws -> ByteSource {
        func identity(_ url: URL) -> [UInt64]? {
            var status = stat()
            guard stat(url.path(percentEncoded: false), &status) == 0 else { return nil }
            return [UInt64(status.st_dev), UInt64(status.st_ino)]
        }
        if let written = identity(output), written == identity(input) { throw PAdESError.sameFile }
        return try ByteSource(contentsOf: input)
    }

    // MARK: parts

    private static func draft(
        of source: ByteSource, _ intent: SignatureIntent, capacity: Int
    ) throws(PAdESError) -> SignatureDraft {
        let document = try reading { () throws(PDFError) in try PDFDocument(source, password: intent.password) }
        let code = document.isIntegrityProtected ? IntegrityCode.attachedByteCount(intent.digestAlgorithm) : 0
        let room = min(max(capacity + code, capacities.lowerBound), capacities.upperBound)
        var draft = try FieldPlacement(intent, in: document).drafted(capacity: room)
        try draft.takeDigest(of: source)
        return draft
    }

    /// What a signature adds to `source`: B-B, or B-T when the level asks for more.
    private static func appended(
        to source: ByteSource, _ intent: SignatureIntent, with key: some SigningKey, _ level: SignatureLevel,
        _ proofs: ProofSources
    ) async throws -> Data {
        let authority = level == .bB ? nil : proofs.timestamps
        if level > .bB, authority == nil { throw PAdESError.timestampNeeded }
        let capacity = CMSSignatureRequest.estimatedSize(
            certificate: key.certificate, chain: key.chain, withTimestamp: authority != nil)
        let draft = try draft(of: source, intent, capacity: capacity)
        if draft.requiresTimestamp, authority == nil { throw PAdESError.timestampNeeded }
        let request = try draft.prepared.request(certificate: key.certificate, chain: key.chain)
        return try draft.filled(with: try await request.signed(by: key, timestampedBy: authority))
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
    func signaturePermission(_ signature: PDFDictionary, method: PDFName) throws(PDFError) -> Int? {
        for member in try value("Reference", of: signature).array ?? [] {
            guard let reference = try resolve(member).dictionary,
                try value("TransformMethod", of: reference).name == method
            else { continue }
            let parameters = try value("TransformParams", of: reference).dictionary ?? [:]
            return try permission(in: parameters)
        }
        return nil
    }

    /// P of transform parameters or of a lock: 2 where it is missing; what nobody knows permits nothing.
    func permission(in parameters: PDFDictionary) throws(PDFError) -> Int {
        let value = try value("P", of: parameters)
        if value.isNull { return 2 }
        return value.number.flatMap { Int(exactly: $0) }.flatMap { (1...3).contains($0) ? $0 : nil } ?? 1
    }
}
