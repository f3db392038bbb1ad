import Foundation

/// A SignedData of one signer taken apart just far enough to add unsigned attributes; all else stays byte for byte
/// (RFC 5652 §5).
struct SignedEnvelope {
    /// Members of SignedData before its signers, and of SignerInfo before its unsigned attributes.
    private let outer: [UInt8]
    private let inner: [UInt8]
    private var unsigned: [[UInt8]]
    /// The value of the signature.
    let signature: Data

    /// Reads a ContentInfo; what follows it is left out.
    init(_ der: Data) throws(DERError) {
        let (root, _) = try CMSFacts.root(of: [UInt8](der))
        var contentInfo = try root.reader()
        guard try contentInfo.next().objectIdentifier() == .signedData else {
            throw DERError(reason: .expected("SignedData"), offset: root.start)
        }
        var explicit = try contentInfo.next(DERTag.context(0), "content").reader()
        var members = try explicit.next(DERTag.sequence, "SignedData").members()
        guard let set = members.popLast(), set.tag == DERTag.set, let signer = try set.members().first,
            try set.members().count == 1
        else { throw DERError(reason: .expected("one signer"), offset: root.start) }
        outer = members.flatMap(\.encoded)
        var fields = try signer.members()
        let attributes = fields.last?.tag == DERTag.context(1) ? fields.removeLast() : nil
        unsigned = try attributes?.members().map { Array($0.encoded) } ?? []
        guard let value = fields.last, value.tag == DERTag.octetString else {
            throw DERError(reason: .expected("signature"), offset: signer.start)
        }
        signature = value.contentData
        inner = fields.flatMap(\.encoded)
    }

    mutating func add(_ attribute: [UInt8]) { unsigned.append(attribute) }

    var encoded: Data {
        let attributes = unsigned.isEmpty ? [] : DER.set(of: unsigned, tag: DERTag.context(1))
        let signers = DER.set(of: [DER.element(DERTag.sequence, inner + attributes)])
        let signedData = DER.element(DERTag.sequence, outer + signers)
        return Data(DER.sequence(DER.identifier(.signedData), DER.element(DERTag.context(0), signedData)))
    }
}
