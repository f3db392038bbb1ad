import Foundation
import PDFCore

/// What the signatures already in a file leave to a further one (ISO 32000-2 §12.8.2).
struct SigningPermissions {
    /// The strictest of certification and locks; nil when nobody restricted anything.
    private(set) var permission: DocumentPermission?
    private(set) var isCertified = false
    private(set) var isSigned = false
    private var locks: [LockedFields] = []

    init(_ document: PDFDocument, _ fields: FieldTree) throws(PDFError) {
        if let value = try document.certificationPermission() {
            isCertified = true
            restrict(value)
        }
        for field in fields.fields where field.isSignature {
            guard let signature = try document.resolve(field.value).dictionary else { continue }
            isSigned = isSigned || signature["Type"]?.name != "DocTimeStamp"
            try read(signature, document)
        }
    }

    private mutating func read(_ signature: PDFDictionary, _ document: PDFDocument) throws(PDFError) {
        for member in try document.value("Reference", of: signature).array ?? [] {
            guard let reference = try document.resolve(member).dictionary else { continue }
            let parameters = try document.value("TransformParams", of: reference).dictionary ?? [:]
            switch try document.value("TransformMethod", of: reference).name {
            case "DocMDP": restrict(try document.permission(in: parameters))
            // What a lock closes that nobody understands, nobody knows.
            case "FieldMDP": locks.append(try LockedFields(parameters, in: document) ?? .all)
            default: continue
            }
        }
    }

    private mutating func restrict(_ value: Int) {
        let found = DocumentPermission(rawValue: value) ?? .nothing
        permission = min(permission ?? found, found)
    }

    func isLocked(_ field: String) -> Bool { locks.contains { $0.covers(field) } }

    /// Refuses what would break an earlier signature.
    func demand(signing field: String, isNewAndShown: Bool, certifies: Bool) throws(PAdESError) {
        if permission == .nothing { throw .lockedByCertification }
        if isLocked(field) { throw .fieldLocked(field) }
        // A certification must be the first signature of all.
        if certifies, isSigned || isCertified { throw .certificationNotFirst }
        if isNewAndShown, isCertified { throw .newFieldAfterCertification }
    }
}
