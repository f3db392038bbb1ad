package import Digests
package import Foundation
package import SignatureCore

/// A PDF ready to be signed but for the signature: small and serialisable, so that the key holder may answer on
/// another machine or another day.
package struct PreparedSignature: Codable, Sendable, Hashable {
    package var fieldName: String
    package var digestAlgorithm: DigestAlgorithm
    /// Digest of the file without the hole.
    package var documentDigest: Data
    /// Offsets of the hole, `<` and `>` included.
    package var holeStart: Int
    package var holeEnd: Int
    package var fileByteCount: Int

    package var byteRange: [Int] { [0, holeStart, holeEnd, fileByteCount - holeEnd] }
    /// The most bytes a CMS signature may have.
    package var capacity: Int { (holeEnd - holeStart - 2) / 2 }

    /// The signed attributes the key holder signs.
    package func request(
        certificate: Certificate, chain: [Certificate]
    ) throws(SignatureError) -> CMSSignatureRequest {
        try CMSSignatureRequest.prepare(
            documentDigest: documentDigest, digestAlgorithm: digestAlgorithm, certificate: certificate, chain: chain)
    }

    /// Puts the CMS signature into the hole of the prepared file; nothing else changes.
    package func finish(_ file: consuming Data, cms: Data) throws(PAdESError) -> Data {
        guard file.count == fileByteCount, holeStart >= 0, holeStart + 2 <= holeEnd, holeEnd <= file.count,
            file[file.startIndex + holeStart + 1..<file.startIndex + holeEnd - 1].allSatisfy({ $0 == 0x30 }),
            digestAlgorithm.digest(file, without: holeStart..<holeEnd) == documentDigest
        else { throw .notThePreparedFile }
        return try filled(file, cms: cms)
    }

    /// The same for a file that has not left our hands since it was prepared: it is not hashed again.
    func filled(_ file: consuming Data, cms: Data) throws(PAdESError) -> Data {
        guard cms.count <= capacity else { throw .holeTooSmall(needed: cms.count) }
        let start = file.startIndex + holeStart + 1
        file.replaceSubrange(start..<start + cms.count * 2, with: Data(cms.hex.utf8))
        return file
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
