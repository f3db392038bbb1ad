import CHarfBuzz
package import Foundation

/// A TrueType font file from which subsets are embedded.
package struct FontProgram: Sendable {
    let file: Data

    package init(_ file: Data) throws(PAdESError) {
        guard file.count > 12, file.count < 64 << 20 else { throw .font("size") }
        self.file = file
    }

    package init(contentsOf url: URL) throws(PAdESError) {
        guard let file = try? Data(contentsOf: url) else { throw .font(url.lastPathComponent) }
        try self.init(file)
    }

    /// The part of the font that sets `texts`, normalised to NFC.
    func subset(for texts: [String]) throws(PAdESError) -> FontSubset {
        let scalars = Set(texts.flatMap { $0.precomposedStringWithCanonicalMapping.unicodeScalars })
        let made: FontSubset? = file.withUnsafeBytes { bytes in
            guard let face = FaceHandle(bytes), face.hasGlyphs else { return nil }
            return face.subset(for: scalars)
        }
        guard let made else { throw .font("subset") }
        return made
    }
}

/// Glyphs of a font under new numbers, with what a PDF needs to know of them; widths in thousandths of the size.
struct FontSubset: Sendable {
    var name: String
    var file: Data
    var glyphs: [Unicode.Scalar: UInt16]
    var widths: [Int]
    var ascent: Int
    var descent: Int

    /// Glyph numbers of `text`, two bytes each, as Identity-H wants them.
    func encoded(_ text: String) -> Data {
        Data(
            text.precomposedStringWithCanonicalMapping.unicodeScalars.flatMap { scalar -> [UInt8] in
                let glyph = glyphs[scalar] ?? 0
                return [UInt8(glyph >> 8), UInt8(glyph & 0xFF)]
            })
    }

    /// Width of `text` at `size`, in the unit of `size`.
    func width(_ text: String, size: Double) -> Double {
        let total = text.precomposedStringWithCanonicalMapping.unicodeScalars.reduce(0) { sum, scalar in
            let glyph = Int(glyphs[scalar] ?? 0)
            return sum + (widths.indices.contains(glyph) ? widths[glyph] : 0)
        }
        return Double(total) * size / 1000
    }
}

/// A HarfBuzz face over bytes that outlive it.
private struct FaceHandle: ~Copyable {
    private let face: OpaquePointer
    private let font: OpaquePointer

    init?(_ bytes: UnsafeRawBufferPointer) {
        let base = bytes.bindMemory(to: CChar.self).baseAddress
        let blob = hb_blob_create(base, UInt32(bytes.count), HB_MEMORY_MODE_READONLY, nil, nil)
        defer { hb_blob_destroy(blob) }
        // HarfBuzz answers what it cannot read with an empty face, never with nothing.
        guard let face = hb_face_create(blob, 0), let font = hb_font_create(face) else { return nil }
        self.face = face
        self.font = font
    }

    deinit {
        hb_font_destroy(font)
        hb_face_destroy(face)
    }

    var hasGlyphs: Bool { hb_face_get_glyph_count(face) > 0 }

    borrowing func subset(for scalars: Set<Unicode.Scalar>) -> FontSubset? {
        guard let input = hb_subset_input_create_or_fail() else { return nil }
        defer { hb_subset_input_destroy(input) }
        hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING.rawValue)
        var original: [Unicode.Scalar: UInt32] = [:]
        for scalar in scalars {
            var glyph: UInt32 = 0
            guard hb_font_get_nominal_glyph(font, scalar.value, &glyph) != 0 else { continue }
            original[scalar] = glyph
            hb_set_add(hb_subset_input_glyph_set(input), glyph)
        }
        // Glyphs are chosen one by one, so nothing reads the layout tables; closing over them would only add glyphs.
        for tag in ["GSUB", "GPOS", "GDEF", "kern", "name", "OS/2", "post", "DSIG", "gasp", "cmap"] {
            hb_set_add(hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG), Self.tag(tag))
        }
        return subset(input, original)
    }

    private borrowing func subset(_ input: OpaquePointer, _ original: [Unicode.Scalar: UInt32]) -> FontSubset? {
        guard let plan = hb_subset_plan_create_or_fail(face, input) else { return nil }
        defer { hb_subset_plan_destroy(plan) }
        guard let made = hb_subset_plan_execute_or_fail(plan) else { return nil }
        defer { hb_face_destroy(made) }
        guard let blob = hb_face_reference_blob(made) else { return nil }
        defer { hb_blob_destroy(blob) }
        var count: UInt32 = 0
        guard let bytes = hb_blob_get_data(blob, &count), count > 0 else { return nil }
        let mapping = hb_subset_plan_old_to_new_glyph_mapping(plan)
        var extents = hb_font_extents_t()
        hb_font_get_h_extents(font, &extents)
        return FontSubset(
            name: postScriptName, file: Data(bytes: bytes, count: Int(count)),
            glyphs: original.mapValues { UInt16(truncatingIfNeeded: hb_map_get(mapping, $0)) },
            widths: widths(of: made), ascent: thousandths(extents.ascender), descent: thousandths(extents.descender))
    }

    private borrowing func widths(of made: OpaquePointer) -> [Int] {
        guard let font = hb_font_create(made) else { return [] }
        defer { hb_font_destroy(font) }
        return (0..<hb_face_get_glyph_count(made)).map { thousandths(hb_font_get_glyph_h_advance(font, $0)) }
    }

    private borrowing func thousandths(_ value: Int32) -> Int {
        Int((Double(value) * 1000 / Double(max(1, hb_face_get_upem(face)))).rounded())
    }

    private var postScriptName: String {
        var buffer = [CChar](repeating: 0, count: 64)
        var count = UInt32(buffer.count)
        // Name 6 of the OpenType name table.
        hb_ot_name_get_utf8(face, 6, hb_language_from_string("en", -1), &count, &buffer)
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.isEmpty ? "Font" : name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    private static func tag(_ name: String) -> UInt32 { name.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
}
