import Digests
import Foundation
import PDFCore
import SignatureCore

/// The update of one signature: the bytes to append, with a hole where the key holder's answer goes.
struct SignatureDraft {
    private(set) var prepared: PreparedSignature
    private var update: AppendedHole
    /// Where the file asks for an authentication code: the signature carries that of its revision (ISO/TS 32004).
    private let codeWrappingKey: Data?
    /// The maker of the field demands a timestamp.
    var requiresTimestamp = false

    init(
        _ update: IncrementalUpdate, _ signature: PDFReference, _ dictionary: HoleDictionary,
        _ prepared: PreparedSignature
    ) {
        let (written, base) = (update.written(), update.document.data.count)
        self.update = AppendedHole(
            written.appended, after: base, dictionary, at: written.bodyOffsets[signature] ?? base)
        codeWrappingKey = update.document.codeWrappingKey
        self.prepared = prepared
        self.prepared.holeStart = self.update.hole.lowerBound
        self.prepared.holeEnd = self.update.hole.upperBound
        self.prepared.fileByteCount = self.update.fileByteCount
        self.prepared.carriesCode = codeWrappingKey == nil ? nil : true
    }

    /// Everything after the file as it was; the byte range stands in it already.
    var appended: Data { update.bytes }

    /// Takes the digest of `source`, the file as it was, and of what is appended, without the hole.
    mutating func takeDigest(of source: ByteSource) throws(PAdESError) {
        prepared.documentDigest = try update.digest(prepared.digestAlgorithm, of: source)
    }

    /// The bytes to append with the signature in its hole.
    consuming func filled(with cms: Data) throws(PAdESError) -> Data {
        update.filled(with: try prepared.text(of: try prepared.carryingCode(cms, under: codeWrappingKey)))
    }
}
