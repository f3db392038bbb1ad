import Digests
import Foundation
import PDFCore

/// What the maker of a signature field demands of the signature (ISO 32000-2 Table 237), as far as it binds.
struct SeedValue {
    private enum Flag: Int {
        case filter = 0, subFilter = 1, reasons = 3, digestMethod = 6
    }

    private let dictionary: PDFDictionary
    private let flags: Int
    private let document: PDFDocument

    init?(_ field: FormFieldNode, in document: PDFDocument) throws(PDFError) {
        guard let dictionary = try document.value("SV", of: field.dictionary).dictionary else { return nil }
        self.dictionary = dictionary
        self.document = document
        flags = try document.value("Ff", of: dictionary).integer ?? 0
    }

    /// The intent as the seed value binds it; refuses what cannot be met.
    func applied(to intent: SignatureIntent) throws(PAdESError) -> SignatureIntent {
        var intent = intent
        if binds(.filter), let filter = try value("Filter").name, filter != "Adobe.PPKLite" {
            throw .seedValueNotMet("Filter \(filter)")
        }
        try applySubFilter(to: &intent)
        try applyDigest(to: &intent)
        try applyReasons(to: &intent)
        try applyPermission(to: &intent)
        if isTimestampRequired() { intent.requiresTimestamp = true }
        return intent
    }

    private func binds(_ flag: Flag) -> Bool { flags >> flag.rawValue & 1 == 1 }

    private func value(_ key: PDFName) throws(PAdESError) -> PDFObject {
        try reading { () throws(PDFError) in try document.value(key, of: dictionary) }
    }

    private func members(_ key: PDFName) throws(PAdESError) -> [PDFObject] {
        try reading { () throws(PDFError) in
            var members: [PDFObject] = []
            for member in try document.value(key, of: dictionary).array ?? [] {
                members.append(try document.resolve(member))
            }
            return members
        }
    }

    private func applySubFilter(to intent: inout SignatureIntent) throws(PAdESError) {
        let names = try members("SubFilter").compactMap(\.name?.text)
        guard binds(.subFilter), !names.isEmpty, !names.contains(intent.format.rawValue) else { return }
        guard let format = names.lazy.compactMap(SignatureFormat.init).first else {
            throw .seedValueNotMet("SubFilter \(names.joined(separator: ", "))")
        }
        intent.format = format
    }

    private func applyDigest(to intent: inout SignatureIntent) throws(PAdESError) {
        let names = try members("DigestMethod").compactMap(\.text).map { $0.lowercased() }
        guard binds(.digestMethod), !names.isEmpty, !names.contains(intent.digestAlgorithm.rawValue) else { return }
        let known = names.compactMap(DigestAlgorithm.init).filter { $0 != .sha1 }
        guard let digest = known.first else {
            throw .seedValueNotMet("DigestMethod \(names.joined(separator: ", "))")
        }
        intent.digestAlgorithm = digest
    }

    /// An empty list, or a list of one full stop, forbids a reason.
    private func applyReasons(to intent: inout SignatureIntent) throws(PAdESError) {
        guard binds(.reasons) else { return }
        let reasons = try members("Reasons").compactMap(\.text)
        if reasons.isEmpty || reasons == ["."] {
            intent.reason = nil
        } else if let reason = intent.reason {
            guard reasons.contains(reason) else { throw .seedValueNotMet("Reasons") }
        } else {
            guard reasons.count == 1 else { throw .seedValueNotMet("Reasons") }
            intent.reason = reasons[0]
        }
    }

    /// P = 0 wants an approval, 1 to 3 a certification; this entry always binds.
    private func applyPermission(to intent: inout SignatureIntent) throws(PAdESError) {
        guard let seed = try value("MDP").dictionary, let value = seed["P"]?.integer else { return }
        if value == 0 {
            guard intent.certification == nil else { throw .seedValueNotMet("MDP 0") }
        } else if let permission = DocumentPermission(rawValue: value) {
            guard intent.certification == nil || intent.certification == permission else {
                throw .seedValueNotMet("MDP \(value)")
            }
            intent.certification = permission
        }
    }

    private func isTimestampRequired() -> Bool { dictionary["TimeStamp"]?.dictionary?["Ff"]?.integer == 1 }
}
