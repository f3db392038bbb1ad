import PDFCore

/// What a signature forbids to happen after it: the permission of a certification and the fields it closes
/// (ISO 32000-2 §12.8.2.2 and §12.8.2.4; §12.7.5.5 for the lock of its field).
struct SignatureRestrictions {
    /// P of a DocMDP transform or of the field's lock; nil when the signature sets none.
    private(set) var permission: Int?
    private(set) var isCertifying = false
    private var locks: [FieldLock] = []

    static let unrestricted = SignatureRestrictions()

    private init() {}

    /// Reads them as they were signed: `document` shows the signed revision.
    init(_ signature: PDFDictionary, field: PDFDictionary, in document: PDFDocument) throws(PDFError) {
        for member in try document.value("Reference", of: signature).array ?? [] {
            guard let reference = try document.resolve(member).dictionary else { continue }
            let parameters = try document.value("TransformParams", of: reference).dictionary ?? [:]
            switch try document.value("TransformMethod", of: reference).name {
            case "DocMDP":
                isCertifying = true
                restrict(to: try document.permission(in: parameters))
            case "FieldMDP": locks.append(try FieldLock(parameters, document))
            default: break
            }
        }
        guard let lock = try document.value("Lock", of: field).dictionary else { return }
        locks.append(try FieldLock(lock, document))
        if try !document.value("P", of: lock).isNull { restrict(to: try document.permission(in: lock)) }
    }

    /// An unknown permission permits nothing.
    private mutating func restrict(to value: Int) {
        permission = min(permission ?? 3, (1...3).contains(value) ? value : 1)
    }

    var locksFields: Bool { !locks.isEmpty }

    func locks(_ field: String) -> Bool { locks.contains { $0.covers(field) } }
}

/// Fields closed by name (ISO 32000-2 Tables 236 and 260).
private struct FieldLock {
    private let action: PDFName?
    private var names: [String] = []

    init(_ dictionary: PDFDictionary, _ document: PDFDocument) throws(PDFError) {
        action = try document.value("Action", of: dictionary).name
        for name in try document.value("Fields", of: dictionary).array ?? [] {
            if let name = try document.resolve(name).text { names.append(name) }
        }
    }

    func covers(_ field: String) -> Bool {
        let isNamed = names.contains { field.isOrIsBelow($0) }
        return switch action {
        case "Include": isNamed
        case "Exclude": !isNamed
        // All, and what nobody can tell.
        default: true
        }
    }
}
