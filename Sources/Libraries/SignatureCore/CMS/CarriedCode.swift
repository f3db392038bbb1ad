package import Digests
package import Foundation

/// A signature or timestamp token that carries the authentication code of its revision among its unsigned attributes
/// (ISO/TS 32004, pdfMacData): nothing that was signed changes.
extension IntegrityCode {
    /// `cms` with a code made over the document's digest and the signature's value.
    package static func carried(
        by cms: Data, _ algorithm: DigestAlgorithm, documentDigest: Data, under wrappingKey: Data
    ) throws(SignatureError) -> Data {
        var envelope = try reading { () throws(DERError) in try SignedEnvelope(cms) }
        let subject = Subject(
            algorithm, documentDigest: documentDigest, signatureDigest: algorithm.digest(envelope.signature))
        let code = try made(over: subject, under: wrappingKey)
        envelope.add(DER.sequence(DER.identifier(.pdfMACData), DER.set(of: [[UInt8](code)])))
        return envelope.encoded
    }
}
