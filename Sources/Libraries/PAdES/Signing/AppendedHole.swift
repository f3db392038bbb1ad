import Digests
import Foundation
import PDFCore
import SignatureCore

/// Bytes to append to a file, with a hole for a value made over all the rest: a signature or an authentication code.
struct AppendedHole {
    /// Everything after the file as it was; the byte range stands in it already.
    private(set) var bytes: Data
    /// Offsets of the hole in the whole file, `<` and `>` included.
    let hole: Range<Int>
    private let base: Int

    /// `offset` is where `dictionary` starts in the file that `bytes` make of the first `base` bytes.
    init(_ bytes: Data, after base: Int, _ dictionary: HoleDictionary, at offset: Int) {
        self.bytes = bytes
        self.base = base
        hole = offset + dictionary.hole.lowerBound..<offset + dictionary.hole.upperBound
        let place = bytes.startIndex + offset - base + dictionary.range.lowerBound
        let range = HoleDictionary.padded([0, hole.lowerBound, hole.upperBound, fileByteCount - hole.upperBound])
        self.bytes.replaceSubrange(place..<place + range.count, with: range)
    }

    var fileByteCount: Int { base + bytes.count }

    /// Digest of `source`, the file as it was, and of what is appended, without the hole.
    func digest(_ algorithm: DigestAlgorithm, of source: ByteSource) throws(PAdESError) -> Data {
        var hasher = Hasher(algorithm)
        try touching { try source.feed(0..<base, to: &hasher) }
        let own = hole.lowerBound - base..<hole.upperBound - base
        bytes.withUnsafeBytes { bytes in
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[..<own.lowerBound]))
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[own.upperBound...]))
        }
        return hasher.value()
    }

    /// The bytes with `text`, hexadecimal digits, in the hole.
    consuming func filled(with text: Data) -> Data {
        let start = bytes.startIndex + hole.lowerBound - base + 1
        bytes.replaceSubrange(start..<start + text.count, with: text)
        return bytes
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
