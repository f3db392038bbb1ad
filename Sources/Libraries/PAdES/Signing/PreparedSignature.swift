package import Digests
package import Foundation
import PDFCore
package import SignatureCore

/// A PDF ready to be signed but for the signature: small and serialisable, so that the key holder may answer on
/// another machine or another day.
package struct PreparedSignature: Codable, Sendable, Hashable {
    package var fieldName: String
    package var digestAlgorithm: DigestAlgorithm
    package var format = SignatureFormat.cades
    /// The time the signature dictionary claims.
    package var signedAt: Date
    package var usesPSS = false
    /// Digest of the file without the hole.
    package var documentDigest = Data()
    /// Offsets of the hole, `<` and `>` included.
    package var holeStart = 0
    package var holeEnd = 0
    package var fileByteCount = 0
    /// Whether the signature must carry the authentication code of its revision (ISO/TS 32004); nil says no.
    package var carriesCode: Bool?

    package var byteRange: [Int] { [0, holeStart, holeEnd, fileByteCount - holeEnd] }
    /// The most bytes a CMS signature may have.
    package var capacity: Int { (holeEnd - holeStart - 2) / 2 }

    /// The signed attributes the key holder signs.
    package func request(
        certificate: Certificate, chain: [Certificate]
    ) throws(SignatureError) -> CMSSignatureRequest {
        try CMSSignatureRequest.prepare(
            documentDigest: documentDigest, digestAlgorithm: digestAlgorithm, certificate: certificate, chain: chain,
            signingTime: format == .adbe ? signedAt : nil, usesPSS: usesPSS)
    }

    /// Puts the CMS signature into the hole of the prepared file; nothing else changes. `password` opens a file whose
    /// revisions carry authentication codes: its key is kept nowhere.
    package func finish(_ file: consuming Data, cms: Data, password: String? = nil) throws(PAdESError) -> Data {
        let source = ByteSource(copy file)
        try check(source)
        let text = try text(of: try completed(cms, for: source, password))
        var file = file
        let start = file.startIndex + holeStart + 1
        file.replaceSubrange(start..<start + text.count, with: text)
        return file
    }

    /// The same from the prepared file on disk to another, in pieces; `output` appears whole or not at all.
    package func finish(file: URL, to output: URL, cms: Data, password: String? = nil) throws {
        let source = try ByteSource(contentsOf: file)
        try check(source)
        let text = try text(of: try completed(cms, for: source, password))
        var draft = try FileDraft(for: output)
        try draft.append(source)
        try draft.overwrite(text, at: holeStart + 1)
        try draft.commit(isDurable: true)
    }

    /// Refuses any file but the prepared one with its hole empty.
    private func check(_ file: ByteSource) throws(PAdESError) {
        guard file.count == fileByteCount, holeStart >= 0, holeStart + 2 <= holeEnd, holeEnd <= file.count,
            file.bytes(in: holeStart + 1..<holeEnd - 1).allSatisfy({ $0 == 0x30 })
        else { throw .notThePreparedFile }
        let wanted = RangeDigest(digestAlgorithm, before: file.count, without: holeStart..<holeEnd)
        guard try touching({ try file.digests([wanted]) }) == [documentDigest] else { throw .notThePreparedFile }
    }

    private func completed(
        _ cms: Data, for file: ByteSource, _ password: String?
    ) throws(PAdESError) -> Data {
        guard carriesCode == true else { return cms }
        return try carryingCode(
            cms,
            under: try reading { () throws(PDFError) in
                try PDFDocument(file, password: password).codeWrappingKey
            })
    }

    /// The signature with the code of its revision, where the file asks for one.
    func carryingCode(_ cms: Data, under wrappingKey: Data?) throws(PAdESError) -> Data {
        guard let wrappingKey else { return cms }
        return try touching {
            try IntegrityCode.carried(by: cms, digestAlgorithm, documentDigest: documentDigest, under: wrappingKey)
        }
    }

    /// The signature as it stands in the hole.
    func text(of cms: Data) throws(PAdESError) -> Data {
        guard cms.count <= capacity else { throw .holeTooSmall(needed: cms.count) }
        return Data(cms.hex.utf8)
    }
}
