import Digests
package import Foundation
import PDFCore
import SignatureCore

/// What is wrong with a file that was handed out to be signed elsewhere and came back.
package enum ReturnedFileProblem: Error, Hashable, Sendable {
    /// It does not begin with the very bytes that were handed out, or cannot be read.
    case notTheOffered
    /// Nothing was signed, or more than one thing, or another field than the one expected.
    case notThisField([String])
    /// Its form, its digest or its value does not hold, or it does not cover the whole file.
    case invalidSignature(String)
    /// Something else was changed besides.
    case changed(String)
}

extension SignatureVerifier {
    /// The one signature by which `returned` differs from `offered`, when it is that and nothing else.
    ///
    /// What comes back from a signing program is a stranger's file: only the very bytes handed out, followed by an
    /// update that signs `field`, are taken. Trust is not judged here.
    package static func onlySignature(
        _ field: String, in returned: Data, offered: Data, at date: Date
    ) throws(ReturnedFileProblem) -> VerificationReport.Signature {
        guard returned.count > offered.count, returned.prefix(offered.count) == offered else { throw .notTheOffered }
        let request = VerificationRequest(trust: TrustStore(), date: date, judgesTrust: false)
        let before = report(on: ByteSource(offered), request).signatures.map(\.field)
        let after = report(on: ByteSource(returned), request)
        guard after.verdict != .malformed else { throw .notTheOffered }
        let new = after.signatures.filter { !before.contains($0.field) }
        guard new.count == 1, let signature = new.first, signature.field == field, signature.kind == .approval,
            after.signatures.count == before.count + 1
        else { throw .notThisField(new.map(\.field)) }
        guard signature.verdict == .valid, signature.coverage == .wholeFile else {
            throw .invalidSignature(signature.sentence)
        }
        try refuseOtherChanges(in: returned, after: offered, field)
        return signature
    }

    private static func refuseOtherChanges(
        in returned: Data, after offered: Data, _ field: String
    ) throws(ReturnedFileProblem) {
        let history: RevisionHistory
        do throws(PDFError) {
            let first = try PDFDocument(data: offered).revisionIndex
            history = RevisionHistory(try PDFDocument(data: returned), from: first)
        } catch { throw .changed(error.message) }
        let other = history.steps.values.lazy.flatMap(\.changes).first { !$0.isExpected(at: field) }
        if let other { throw .changed(other.sentence) }
    }
}

extension RevisionChange {
    /// Signing the field itself, or what a signature brings along (security store, metadata).
    fileprivate func isExpected(at field: String) -> Bool {
        level <= .ltaUpdates || (level == .formFilling && self.field == field)
    }
}
