import Foundation
import Testing

@testable import PDFCore

/// Cú pháp đối tượng PDF (ISO 32000-2 §7.3).
@Suite struct ObjectTests {
    private func parse(_ text: String) throws -> PDFObject {
        let data = Data(text.utf8)
        return try data.scanning { bytes throws(PDFError) in
            var parser = ObjectParser(data, bytes, at: 0)
            return try parser.object()
        }
    }

    @Test(arguments: [
        ("true", PDFObject.boolean(true)), ("null", .null), ("12", .integer(12)), ("-7", .integer(-7)),
        ("+3.50", .real(3.5)),
        (".5", .real(0.5)), ("-.002", .real(-0.002)), ("4.", .real(4)), ("/A#20B", .name("A B")), ("/", .name("")),
        ("12 0 R", .reference(PDFReference(12))),
        ("[1 0 2 0 R]", .array([.integer(1), .integer(0), .reference(PDFReference(2))])),
        ("(a\\(b\\)(c)\\101\\\n\\n)", .string(Data("a(b)(c)A\n".utf8))),
        ("<48 656C6c 6F7>", .string(Data("Hellop".utf8))), ("<0aF>", .string(Data([0x0A, 0xF0]))),
        ("<>", .string(Data())),
        (
            "<</A/B/C[]%x\n/D<</E null>>>>",
            .dictionary(["A": .name("B"), "C": .array([]), "D": .dictionary(["E": .null])])
        ),
    ])
    func `an object is read as the standard says`(text: String, object: PDFObject) throws {
        #expect(try parse(text) == object)
    }

    @Test(arguments: ["tru", "]", "<41", "(a", "[1 endobj", "<</A 1 endobj", "R", "", "<</A", "[[]"])
    func `what is not an object is an error`(text: String) {
        #expect(throws: PDFError.self) { try parse(text) }
    }

    @Test(arguments: [
        ("<</A>>", PDFObject.dictionary([:])), ("<<1/A 2>>", .dictionary(["A": .integer(2)])),
        ("<</A 1/A 2>>", .dictionary(["A": .integer(2)])), ("[1 foo 2]", .array([.integer(1), .null, .integer(2)])),
        ("[1)2]", .array([.integer(1), .integer(2)])), ("<4x1>", .string(Data("A".utf8))), ("--5", .integer(-5)),
        ("1.2.3", .real(1.2)), ("1-2", .integer(1)), ("[-]", .array([.integer(0)])), ("12 0 RR", .integer(12)),
        (
            "[/A/B(c)<</D[/E]>>4 0 R]",
            .array([
                .name("A"), .name("B"), .string(Data("c".utf8)), .dictionary(["D": .array([.name("E")])]),
                .reference(PDFReference(4)),
            ])
        ),
        ("/A#2", .name("A#2")), ("endobj", .null),
    ])
    func `what common readers forgive is read as they read it`(text: String, object: PDFObject) throws {
        #expect(try parse(text) == object)
    }

    /// ISO 32000-2 §7.9.2.2 and Annex D.2.
    @Test(arguments: [
        (Data([0x41, 0xA0, 0x80, 0x92, 0x1F, 0xE9]), "A\u{20AC}\u{2022}\u{2122}\u{2DC}é"),
        (Data([0xFE, 0xFF, 0x1E, 0xD1, 0x00]), "ố"), (Data([0xEF, 0xBB, 0xBF]) + Data("Số".utf8), "Số"),
        (Data([0xFE, 0xFF, 0, 0x1B, 0, 0x76, 0, 0x69, 0, 0x1B, 0, 0x41]), "A"),
        (Data([0xEF, 0xBB, 0xBF]) + Data("a\u{1B}viVN\u{1B}b".utf8), "ab"),
        (Data([0xFE, 0xFF, 0, 0x41, 0, 0x1B, 0, 0x42]), "A\u{1B}B"), (Data([0x41, 0x1B, 0x42]), "A\u{2D9}B"),
    ])
    func `a text string says the same in every encoding, its languages left out`(bytes: Data, text: String) {
        #expect(PDFObject.string(bytes).text.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }

    @Test func `every object reads back as it was written`() throws {
        let object = PDFObject.dictionary([
            "Tên": .text("Nguyễn Văn Đức"), "A b#(c)": .array([.real(-0.125), .integer(-9), .boolean(false), .null]),
            "S": .string(Data(0...255)), "T": .text("a(b)\\c"), "R": .reference(PDFReference(4, 2)),
        ])
        #expect(try parse(String(decoding: object.encoded, as: UTF8.self)) == object)
        #expect(try parse(String(decoding: object.encoded, as: UTF8.self)).dictionary?["Tên"]?.text == "Nguyễn Văn Đức")
    }

    @Test(arguments: [
        (1e-9, "0.000000001"), (0.1, "0.1"), (-12.345678, "-12.345678"), (100, "100"), (.infinity, "0"), (-0.0, "0"),
        (595.303937007874, "595.303937007874"), (1.5e17, "150000000000000000"), (-2.5e-5, "-0.000025"), (1e-60, "0"),
    ])
    func `numbers are written without exponents`(value: Double, text: String) {
        #expect(ObjectWriter.decimal(value) == text)
    }

    /// A box that an update carries over must not differ from the one that was signed: LibreOffice writes twelve decimals.
    @Test(arguments: 1...200)
    func `numbers read back the same, however many digits they have`(seed: Int) throws {
        // The fraction digits of some multiple of a root: no pattern in them, the same at every run.
        let digits = "\((Double(seed) * 2.0.squareRoot()).truncatingRemainder(dividingBy: 1))".dropFirst(2)
        let text = "\(seed * 37 % 9999).\(digits.prefix(1 + seed % 17))\(seed % 3 == 0 ? "52171" : "")1"
        let read = try parse(text)
        #expect(read == .real(try #require(Double(text))))
        #expect(try parse(String(decoding: read.encoded, as: UTF8.self)) == read)
    }

    /// Letters that look alike, that Swift takes for one, or that are none: other readers see two names.
    @Test(arguments: [
        ("/Kids", "/\u{212A}ids"), ("/Kids", "/#E2#84#AAids"), ("/\u{E9}", "/e\u{301}"),
        ("/a\u{323}\u{302}", "/a\u{302}\u{323}"),
        ("/#80", "/\u{F780}"), ("/#80", "/#EF#9E#80"), ("/#80", "/#81"), ("/#C3", "/#C3#A9"), ("/K", "/k"),
    ])
    func `names of different bytes are different names`(one: String, other: String) throws {
        #expect(try parse(one) != parse(other))
        let both = try #require(try parse("<<\(one) 1\(other) 2>>").dictionary)
        #expect(both.count == 2)
        #expect(Set(both.values) == [.integer(1), .integer(2)])
        #expect(try parse("<<\(one) 1>>") != parse("<<\(other) 1>>"))
    }

    @Test(arguments: ["/A#42", "/#41B"])
    func `a name is the same however its bytes are written`(text: String) throws {
        #expect(try parse(text) == .name("AB"))
        #expect(try parse("<<\(text) 1>>").dictionary?["AB"] == .integer(1))
    }

    @Test(arguments: [
        [0x80], [0xEF, 0x9E, 0x80], [0xE2, 0x84, 0xAA], [0x4B], [0xC3], [0x41, 0xFF, 0xEF, 0x9E, 0x80],
    ])
    func `every name is written as the bytes it was read from`(bytes: [UInt8]) throws {
        let text = "/" + bytes.map { String(format: "#%02x", $0) }.joined()
        let name = try #require(try parse(text).name)
        #expect(name.bytes == bytes)
        #expect(try parse(String(decoding: PDFObject.name(name).encoded, as: UTF8.self)).name == name)
    }
}
