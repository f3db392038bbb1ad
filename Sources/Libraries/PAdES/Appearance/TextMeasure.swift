import Foundation

/// How wide text is in a font, for whoever breaks lines.
package struct TextMeasure: Sendable {
    private let subset: FontSubset

    /// - Parameter texts: everything that will be measured.
    package init(_ program: FontProgram, for texts: [String]) throws(PAdESError) {
        subset = try program.subset(for: texts)
    }

    /// In the unit of `size`.
    package func width(_ text: String, size: Double) -> Double { subset.width(text, size: size) }
}
