import Digests
import Foundation
import PDFCore
import SignatureCore

/// The update of one signature: the bytes to append, with a hole where the key holder's answer goes.
struct SignatureDraft {
    private(set) var prepared: PreparedSignature
    /// Everything after the file as it was; the byte range stands in it already.
    private(set) var appended: Data
    private let base: Int
    /// The maker of the field demands a timestamp.
    var requiresTimestamp = false

    init(
        _ update: IncrementalUpdate, _ signature: PDFReference, _ dictionary: SignatureDictionary,
        _ prepared: PreparedSignature
    ) {
        let written = update.written()
        base = update.document.data.count
        appended = written.appended
        self.prepared = prepared
        let body = written.bodyOffsets[signature] ?? base
        self.prepared.holeStart = body + dictionary.hole.lowerBound
        self.prepared.holeEnd = body + dictionary.hole.upperBound
        self.prepared.fileByteCount = base + appended.count
        let place = appended.startIndex + body - base + dictionary.range.lowerBound
        let range = SignatureDictionary.padded(self.prepared.byteRange)
        appended.replaceSubrange(place..<place + range.count, with: range)
    }

    /// Where the hole stands in `appended`.
    private var hole: Range<Int> { prepared.holeStart - base..<prepared.holeEnd - base }

    /// Takes the digest of `source`, the file as it was, and of what is appended, without the hole.
    mutating func takeDigest(of source: ByteSource) throws(PAdESError) {
        var hasher = Hasher(prepared.digestAlgorithm)
        try touching { try source.feed(0..<base, to: &hasher) }
        appended.withUnsafeBytes { bytes in
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[..<hole.lowerBound]))
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[hole.upperBound...]))
        }
        prepared.documentDigest = hasher.value()
    }

    /// The bytes to append with the signature in its hole.
    consuming func filled(with cms: Data) throws(PAdESError) -> Data {
        let text = try prepared.text(of: cms)
        let start = appended.startIndex + hole.lowerBound + 1
        appended.replaceSubrange(start..<start + text.count, with: text)
        return appended
    }
}

/// Runs code that reads or writes files and passes its failure on as this layer's.
func touching<Value>(_ body: () throws -> Value) throws(PAdESError) -> Value {
    do {
        return try body()
    } catch let error as PAdESError {
        throw error
    } catch {
        throw .file("\(error)")
    }
}

extension DigestAlgorithm {
    /// Digest of the bytes before and after `hole`.
    func digest(_ file: Data, without hole: Range<Int>) -> Data {
        var hasher = Hasher(self)
        file.withUnsafeBytes { bytes in
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[..<hole.lowerBound]))
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[hole.upperBound...]))
        }
        return hasher.value()
    }
}
