import Digests
import Foundation
import PDFCore

extension FontSubset {
    /// Writes the subset as a Type 0 font with Identity-H and a ToUnicode map (ISO 32000-2 §9.7, §9.10.3).
    func embedded(in update: inout IncrementalUpdate, of claim: ArchivalClaim = .none) -> PDFReference {
        let name = subsetTag + "+" + self.name
        let program = update.add(
            .stream(
                PDFStream(
                    ["Filter": .name("FlateDecode"), "Length1": .integer(file.count)], encoded: Deflate.deflate(file))))
        var descriptor: PDFDictionary = [
            "Type": .name("FontDescriptor"), "FontName": .name(PDFName(name)), "Flags": .integer(6),
            "FontBBox": .array([.integer(-200), .integer(descent), .integer(1200), .integer(ascent)]),
            "ItalicAngle": .integer(0), "Ascent": .integer(ascent), "Descent": .integer(descent),
            "CapHeight": .integer(662), "StemV": .integer(80), "FontFile2": .reference(program),
        ]
        if claim.wantsGlyphList { descriptor["CIDSet"] = .reference(update.add(.stream(glyphList))) }
        let description = update.add(.dictionary(descriptor))
        let descendant = update.add(
            .dictionary([
                "Type": .name("Font"), "Subtype": .name("CIDFontType2"), "BaseFont": .name(PDFName(name)),
                "CIDSystemInfo": .dictionary([
                    "Registry": .text("Adobe"), "Ordering": .text("Identity"), "Supplement": .integer(0),
                ]),
                "FontDescriptor": .reference(description), "CIDToGIDMap": .name("Identity"),
                "W": .array([.integer(0), .array(widths.map { .integer($0) })]),
            ]))
        let map = update.add(
            .stream(PDFStream(["Filter": .name("FlateDecode")], encoded: Deflate.deflate(Data(toUnicode.utf8)))))
        return update.add(
            .dictionary([
                "Type": .name("Font"), "Subtype": .name("Type0"), "BaseFont": .name(PDFName(name)),
                "Encoding": .name("Identity-H"), "DescendantFonts": .array([.reference(descendant)]),
                "ToUnicode": .reference(map),
            ]))
    }

    /// One bit a glyph, the first glyph's the highest of the first byte (ISO 32000-1 Table 124).
    private var glyphList: PDFStream {
        var bits = [UInt8](repeating: 0, count: (widths.count + 7) / 8)
        for glyph in widths.indices { bits[glyph / 8] |= 0x80 >> UInt8(glyph % 8) }
        return PDFStream(["Filter": .name("FlateDecode")], encoded: Deflate.deflate(Data(bits)))
    }

    /// Six capitals that differ with the content (§9.9.2).
    private var subsetTag: String {
        String(
            String.UnicodeScalarView(
                DigestAlgorithm.sha256.digest(file).prefix(6).map { Unicode.Scalar(0x41 + $0 % 26) }))
    }

    private var toUnicode: String {
        var byGlyph: [UInt16: Unicode.Scalar] = [:]
        for (scalar, glyph) in glyphs { byGlyph[glyph] = min(scalar, byGlyph[glyph] ?? scalar) }
        let lines = byGlyph.sorted { $0.key < $1.key }.map { glyph, scalar in
            "<\(hex(glyph))> <\(String(scalar).utf16.map(hex).joined())>"
        }
        let blocks = stride(from: 0, to: lines.count, by: 100).map { start in
            let block = lines[start..<min(start + 100, lines.count)]
            return "\(block.count) beginbfchar\n\(block.joined(separator: "\n"))\nendbfchar\n"
        }
        return """
            /CIDInit /ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
            /CMapName /Adobe-Identity-UCS def
            /CMapType 2 def
            1 begincodespacerange
            <0000> <FFFF>
            endcodespacerange
            \(blocks.joined())endcmap
            CMapName currentdict /CMap defineresource pop
            end
            end
            """
    }
}

private func hex(_ value: UInt16) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
}
