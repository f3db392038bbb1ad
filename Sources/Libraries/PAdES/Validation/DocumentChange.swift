/// How far the changes made after a signature go, from harmless to not to be explained.
package enum ModificationLevel: Int, Sendable, Hashable, Codable, Comparable, CaseIterable {
    case none, ltaUpdates, formFilling, annotations, other

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    package var name: String {
        switch self {
        case .none: "none"
        case .ltaUpdates: "ltaUpdates"
        case .formFilling: "formFilling"
        case .annotations: "annotations"
        case .other: "other"
        }
    }

    package init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        self = Self.allCases.first { $0.name == name } ?? .other
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// One thing that differs between what was signed and what the file shows now.
package struct DocumentChange: Sendable, Hashable, Codable {
    package var level: ModificationLevel
    /// What changed, for the user.
    package var sentence: String
}
