import Foundation

/// The fonts that numbers, dates and marks are written in: metric twins of Times New Roman with every Vietnamese letter.
package enum OfficeFont: Sendable {
    case upright, italic, bold

    private static let folders = ["/usr/share/fonts/truetype/croscore", "/usr/share/fonts/truetype/liberation2"]

    private var fileNames: [String] {
        switch self {
        case .upright: ["Tinos-Regular.ttf", "LiberationSerif-Regular.ttf"]
        case .bold: ["Tinos-Bold.ttf", "LiberationSerif-Bold.ttf"]
        case .italic: ["Tinos-Italic.ttf", "LiberationSerif-Italic.ttf"]
        }
    }

    package func program() throws -> FontProgram {
        for folder in Self.folders {
            for name in fileNames where FileManager.default.isReadableFile(atPath: "\(folder)/\(name)") {
                return try FontProgram(contentsOf: URL(filePath: "\(folder)/\(name)"))
            }
        }
        throw MissingFont()
    }
}

/// A fault of the installation: the Debian package fonts-croscore or fonts-liberation2 is needed.
package struct MissingFont: Error, CustomStringConvertible {
    package var description: String { "no Times-metric font: install fonts-croscore or fonts-liberation2" }
}
