import Foundation
package import PDFCore

/// Fields a signature closes to change (ISO 32000-2 §12.8.2.4, Table 236).
package enum LockedFields: Sendable, Hashable, Codable {
    case all
    case only([String])
    case allBut([String])

    package func covers(_ field: String) -> Bool {
        switch self {
        case .all: true
        case .only(let names): Self.names(names, field)
        case .allBut(let names): !Self.names(names, field)
        }
    }

    /// A name stands for the field and everything below it.
    private static func names(_ names: [String], _ field: String) -> Bool {
        names.contains { field.isOrIsBelow($0) }
    }

    /// /Action and /Fields of a lock or of transform parameters; nil when there is no known action.
    package init?(_ dictionary: PDFDictionary, in document: PDFDocument) throws(PDFError) {
        var names: [String] = []
        for name in try document.value("Fields", of: dictionary).array ?? [] {
            if let text = try document.resolve(name).text { names.append(text) }
        }
        switch try document.value("Action", of: dictionary).name {
        case "All": self = .all
        case "Include": self = .only(names)
        case "Exclude": self = .allBut(names)
        default: return nil
        }
    }

    var members: PDFDictionary {
        switch self {
        case .all: ["Action": .name("All")]
        case .only(let names): ["Action": .name("Include"), "Fields": .array(names.map { .text($0) })]
        case .allBut(let names): ["Action": .name("Exclude"), "Fields": .array(names.map { .text($0) })]
        }
    }
}

extension String {
    /// The field of that name, or one below it; letters that only look alike are others (ISO 32000-2 §12.7.4.2).
    func isOrIsBelow(_ name: String) -> Bool { isExactly(name) || utf8.starts(with: (name + ".").utf8) }
}
