import Digests
import Foundation
import PDFCore
import SignatureCore

/// What was edited as bytes, each revision with its authentication code where the file asks for one (ISO/TS 32004).
extension FormEditor {
    static let codeDigest = DigestAlgorithm.sha256

    /// The whole file.
    func file() throws(PAdESError) -> Data { update.document.data + (try appended()) }

    /// What is to be appended to the file.
    func appended() throws(PAdESError) -> Data {
        let (written, document) = (update.written(), update.document)
        guard let code = written.code, let key = document.codeWrappingKey else { return written.appended }
        let hole = AppendedHole(written.appended, after: document.data.count, code.dictionary, at: code.offset)
        let digest = try hole.digest(Self.codeDigest, of: document.source)
        let token = try touching {
            try IntegrityCode.made(over: .init(Self.codeDigest, documentDigest: digest), under: key)
        }
        return hole.filled(with: Data(token.hex.utf8))
    }
}
