import Foundation
import PDFCore

extension IncrementalUpdate {
    /// Puts a signature dictionary (ISO 32000-2 Table 255) with room for `capacity` bytes at `reference`, and says where its
    /// parts are. In an encrypted file only /Contents stays as it is (§7.6.2).
    mutating func set(_ reference: PDFReference, toSignature members: PDFDictionary, capacity: Int) -> HoleDictionary {
        let written = encrypted(.dictionary(members), as: reference).dictionary ?? members
        let dictionary = HoleDictionary(written, hole: "Contents", capacity: capacity)
        set(reference, toRaw: dictionary.body)
        carryCode(in: reference)
        return dictionary
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
