import Foundation
import PDFCore

/// The bytes of a signature dictionary (ISO 32000-2 Table 255) with room for byte range and signature.
struct SignatureDictionary {
    private(set) var body: Data
    /// Where the value of /ByteRange stands in `body`, padded for the largest file.
    let range: Range<Int>
    /// Where the string of /Contents stands in `body`, `<` and `>` included.
    let hole: Range<Int>

    /// Room for `[0 n n n]` with ten digits each.
    private static let rangeByteCount = 36

    /// `members` are written after the two that come first, their strings as `update` writes those of `reference`; in an
    /// encrypted file only /Contents stays as it is (ISO 32000-2 §7.6.2).
    init(_ members: PDFDictionary, as reference: PDFReference, in update: IncrementalUpdate, capacity: Int) {
        let (head, middle) = ("<</ByteRange ", " /Contents ")
        body = Data(capacity: capacity * 2 + 1024)
        body += Data(head.utf8)
        body += Data(repeating: 0x20, count: Self.rangeByteCount)
        range = head.utf8.count..<body.count
        body += Data(middle.utf8)
        let start = body.count
        body.append(0x3C)
        body += Data(repeating: 0x30, count: capacity * 2)
        body.append(0x3E)
        hole = start..<body.count
        body += update.encrypted(.dictionary(members), as: reference).encoded.dropFirst(2)
    }

    /// The value of /ByteRange, as long as its place.
    static func padded(_ byteRange: [Int]) -> Data {
        let text = "[\(byteRange.map(String.init).joined(separator: " "))]"
        return Data(text.utf8) + Data(repeating: 0x20, count: max(0, rangeByteCount - text.utf8.count))
    }
}

extension SignatureIntent {
    /// What the signature dictionary claims; `catalog` is what a field lock speaks of.
    func members(lock: (fields: LockedFields, permission: DocumentPermission?)?, catalog: PDFReference) -> PDFDictionary
    {
        var members: PDFDictionary = [
            "Type": .name("Sig"), "Filter": .name("Adobe.PPKLite"), "SubFilter": .name(PDFName(format.rawValue)),
            "M": .text(pdfDate(signedAt)),
        ]
        let texts: [PDFName: String?] = [
            "Name": signerName, "Reason": reason, "Location": location, "ContactInfo": contact,
        ]
        for (key, text) in texts { members[key] = text.map { PDFObject.text($0) } }
        var references: [PDFObject] = []
        if let permission = certification ?? lock?.permission {
            references.append(Self.transform("DocMDP", ["P": .integer(permission.rawValue)]))
        }
        if let lock { references.append(Self.transform("FieldMDP", lock.fields.members, over: catalog)) }
        if !references.isEmpty { members["Reference"] = .array(references) }
        return members
    }

    /// A signature reference dictionary (ISO 32000-2 Tables 256 to 259).
    private static func transform(
        _ method: PDFName, _ parameters: PDFDictionary, over object: PDFReference? = nil
    ) -> PDFObject {
        let common: PDFDictionary = ["Type": .name("TransformParams"), "V": .name("1.2")]
        var members: PDFDictionary = [
            "Type": .name("SigRef"), "TransformMethod": .name(method),
            "TransformParams": .dictionary(common.merging(parameters) { $1 }),
        ]
        if let object { members["Data"] = .reference(object) }
        return .dictionary(members)
    }
}

/// What a document timestamp's dictionary claims (ISO 32000-2 §12.8.5).
let documentTimestampMembers: PDFDictionary = [
    "Type": .name("DocTimeStamp"), "Filter": .name("Adobe.PPKLite"), "SubFilter": .name("ETSI.RFC3161"),
]
