import Foundation
import PDFCore

/// What a file claims of PDF/A (ISO 19005), and what an appearance drawn in it may use, so that the claim stays true.
struct ArchivalClaim {
    /// 1, 2 or 3; nil for a file that claims nothing.
    private(set) var part: Int?
    /// Components of the output intent's profile: 3 for RGB; nil without one.
    private var profileComponents: Int?

    static let none = ArchivalClaim()

    private init() {}

    init(_ document: PDFDocument) throws(PDFError) {
        let catalog = try document.catalog()
        guard let metadata = try document.value("Metadata", of: catalog).stream,
            let text = (try? document.decoded(metadata, limit: 4 << 20)).map({ String(decoding: $0, as: UTF8.self) })
        else { return }
        part = Self.part(in: text)
        guard part != nil else { return }
        for intent in try document.value("OutputIntents", of: catalog).array ?? [] {
            guard let dictionary = try document.resolve(intent).dictionary,
                let profile = try document.value("DestOutputProfile", of: dictionary).stream
            else { continue }
            profileComponents = try document.value("N", of: profile.dictionary).integer
        }
    }

    /// `pdfaid:part` as an element or as an attribute (ISO 19005-2 §6.6.4).
    private static func part(in metadata: String) -> Int? {
        guard let place = metadata.range(of: "pdfaid:part") else { return nil }
        return metadata[place.upperBound...].prefix(16).first(where: \.isNumber).flatMap { Int(String($0)) }
    }

    /// Part 1 knows no transparency; later ones ask for a profile to blend in (ISO 19005-2 §6.2.10).
    var allowsTransparency: Bool { part == nil || (part != 1 && profileComponents != nil) }

    /// Device colours speak of the profile's own kind of colour only (ISO 19005-2 §6.2.4.3).
    var allowsDeviceRGB: Bool { part == nil || profileComponents == 3 }

    /// Part 1 wants the glyphs of a subset listed (ISO 19005-1 §6.3.5).
    var wantsGlyphList: Bool { part == 1 }

    /// sRGB by its white point, gamma and primaries, for files whose own profile is another (IEC 61966-2-1).
    static let standardRGB = PDFObject.array([
        .name("CalRGB"),
        .dictionary([
            "WhitePoint": .numbers([0.9505, 1, 1.089]), "Gamma": .numbers([2.2, 2.2, 2.2]),
            "Matrix": .numbers([0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505]),
        ]),
    ])
}
