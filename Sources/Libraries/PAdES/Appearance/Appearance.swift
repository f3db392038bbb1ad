import Foundation
import PDFCore

/// Text set in an embedded font; black unless the office says otherwise.
package struct TextBlock: Sendable {
    package enum Alignment: Int, Sendable, Codable, Hashable { case left, centre, right }

    package var lines: [String]
    package var font: FontProgram
    package var sizePoints: Double
    package var alignment: Alignment

    package init(_ lines: [String], font: FontProgram, sizePoints: Double = 10, alignment: Alignment = .left) {
        self.lines = lines
        self.font = font
        self.sizePoints = sizePoints
        self.alignment = alignment
    }
}

/// What a filled field or a signature shows: an image, text, or both side by side.
package struct SignatureAppearance: Sendable {
    package var image: PNGImage?
    package var text: TextBlock?
    /// Paints the rectangle white first, to cover what was printed there.
    package var hasWhiteBackground = false

    package init(image: PNGImage? = nil, text: TextBlock? = nil, hasWhiteBackground: Bool = false) {
        self.image = image
        self.text = text
        self.hasWhiteBackground = hasWhiteBackground
    }

    var isEmpty: Bool { image == nil && text == nil && !hasWhiteBackground }
}

/// A box on the page an appearance is drawn in, upright for the reader; points.
struct AppearanceBox {
    var width: Double
    var height: Double
    /// Rotation of the page, clockwise.
    var rotation: Int

    init(_ rectangle: PDFRectangle, on page: PDFPage?) {
        rotation = page?.rotation ?? 0
        let unit = page?.userUnit ?? 1
        let isTurned = rotation == 90 || rotation == 270
        width = (isTurned ? rectangle.height : rectangle.width) * unit
        height = (isTurned ? rectangle.width : rectangle.height) * unit
    }

    /// Turns the upright drawing against the page's own turn (ISO 32000-2 §12.5.5 fits it into the rectangle).
    private var matrix: PDFObject {
        let turn: [Double] =
            switch rotation {
            case 90: [0, 1, -1, 0, 0, 0]
            case 180: [-1, 0, 0, -1, 0, 0]
            case 270: [0, -1, 1, 0, 0, 0]
            default: [1, 0, 0, 1, 0, 0]
            }
        return .numbers(turn)
    }

    func form(_ content: String, resources: PDFDictionary) -> PDFObject {
        .stream(
            PDFStream(
                [
                    "Type": .name("XObject"), "Subtype": .name("Form"), "BBox": .numbers([0, 0, width, height]),
                    "Matrix": matrix, "Resources": .dictionary(resources), "Filter": .name("FlateDecode"),
                ], encoded: Deflate.deflate(Data(content.utf8))))
    }
}

extension SignatureAppearance {
    /// Writes the appearance as a form XObject; `isFieldValue` marks the text as a form field's (§12.7.4.3).
    func written(
        in box: AppearanceBox, to update: inout IncrementalUpdate, subset: EmbeddedSubset?, isFieldValue: Bool = false,
        of claim: ArchivalClaim = .none
    ) throws(PAdESError) -> PDFReference {
        var content = ""
        var resources: PDFDictionary = [:]
        if hasWhiteBackground { content += "q 1 g 0 0 \(number(box.width)) \(number(box.height)) re f Q\n" }
        let imageWidth = text == nil ? box.width : min(box.width * 0.4, box.height * 1.5)
        if let image {
            resources["XObject"] = .dictionary(["Im0": .reference(try image.embedded(in: &update, of: claim))])
            content += Self.placed(image, width: imageWidth, height: box.height)
        }
        if let text, let subset {
            resources["Font"] = .dictionary(["F0": .reference(subset.font)])
            let left = image == nil ? 0 : imageWidth + 4
            let drawn = text.drawn(subset.subset, left: left, width: box.width - left, height: box.height)
            content += isFieldValue ? "/Tx BMC\n\(drawn)EMC\n" : drawn
        }
        return update.add(box.form(content, resources: resources))
    }

    /// The image as large as the box allows, its proportions kept, in the middle.
    private static func placed(_ image: PNGImage, width: Double, height: Double) -> String {
        let scale = min(width / Double(image.width), height / Double(image.height))
        let (w, h) = (Double(image.width) * scale, Double(image.height) * scale)
        return "q \(number(w)) 0 0 \(number(h)) \(number((width - w) / 2)) \(number((height - h) / 2)) cm /Im0 Do Q\n"
    }
}

/// A font subset and the object it was written as.
struct EmbeddedSubset {
    var subset: FontSubset
    var font: PDFReference

    init(
        _ texts: [String], _ font: FontProgram, in update: inout IncrementalUpdate, of claim: ArchivalClaim = .none
    ) throws(PAdESError) {
        subset = try font.subset(for: texts)
        self.font = subset.embedded(in: &update, of: claim)
    }
}

extension TextBlock {
    /// Lines from the middle of the box, by the font's ascent and descent; smaller when they would not fit.
    func drawn(_ subset: FontSubset, left: Double, width: Double, height: Double) -> String {
        let lineHeight = Double(subset.ascent - subset.descent) / 1000
        let widest = lines.map { subset.width($0, size: 1) }.max() ?? 0
        let fitting = min(
            sizePoints, widest > 0 ? width / widest : sizePoints, height / (lineHeight * Double(max(1, lines.count))))
        let size = max(fitting, 1)
        var content = "q 0 g BT /F0 \(number(size)) Tf\n"
        let blockHeight = lineHeight * size * Double(lines.count)
        var baseline = (height + blockHeight) / 2 - Double(subset.ascent) / 1000 * size
        for line in lines {
            let free = width - subset.width(line, size: size)
            let start = left + (alignment == .left ? 0 : alignment == .centre ? free / 2 : free)
            content += "1 0 0 1 \(number(start)) \(number(baseline)) Tm "
            content += String(decoding: PDFObject.string(subset.encoded(line)).hexEncoded, as: UTF8.self) + " Tj\n"
            baseline -= lineHeight * size
        }
        return content + "ET Q\n"
    }
}

/// A number in a content stream.
func number(_ value: Double) -> String { String(decoding: PDFObject.measure(value).encoded, as: UTF8.self) }

extension PDFObject {
    /// A string in hexadecimal whatever its bytes.
    fileprivate var hexEncoded: Data {
        guard let bytes = string else { return encoded }
        return Data("<\(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())>".utf8)
    }
}

extension PDFObject {
    /// An appearance that draws nothing, for a field that shows nothing yet: PDF/A wants one in every widget that has a
    /// place (ISO 19005-2 §6.3.3).
    static func emptyAppearance(_ update: inout IncrementalUpdate) -> PDFObject {
        let form = update.add(
            .stream(
                PDFStream(
                    ["Type": .name("XObject"), "Subtype": .name("Form"), "BBox": .numbers([0, 0, 1, 1])],
                    encoded: Data())))
        return .dictionary(["N": .reference(form)])
    }
}
