import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Văn bản lưu trữ PDF/A vẫn là PDF/A sau khi chừa chỗ, ký và đóng dấu (ISO 19005).
@Suite(.enabled(if: Sample.fontPath != nil, "needs Tinos")) struct ArchivalTests {
    /// A file that claims a part of PDF/A, with an output intent whose profile has so many components, or none.
    static func claiming(part: Int, components: Int?) throws -> Data {
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        let metadata = "<rdf:RDF><pdfaid:part>\(part)</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:RDF>"
        var catalog = try document.catalog()
        catalog["Metadata"] = .reference(
            update.add(.stream(PDFStream(["Type": .name("Metadata")], encoded: Data(metadata.utf8)))))
        if let components {
            let profile = update.add(.stream(PDFStream(["N": .integer(components)], encoded: Data("icc".utf8))))
            catalog["OutputIntents"] = .array([
                .dictionary(["S": .name("GTS_PDFA1"), "DestOutputProfile": .reference(profile)])
            ])
        }
        update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        return update.file()
    }

    /// Laid out, signed with picture and text, sealed with a picture.
    static func signed(part: Int, components: Int?) async throws -> PDFDocument {
        let practice = try Practice.shared.get()
        let image = try PNGImage(Sample.png(width: 30, height: 20, alpha: true))
        var file = try Sample.layout.applied(to: try claiming(part: part, components: components))
        for (field, key) in [("ChuKy", practice.leader), ("ConDau", practice.seal)] {
            let text = TextBlock(["Ký bởi: Nguyễn Văn Đức"], font: try Sample.font())
            file = try await PDFSigner.sign(
                file,
                SignatureIntent(
                    target: .field(field), appearance: SignatureAppearance(image: image, text: text), signedAt: now),
                with: key)
        }
        #expect(SignatureVerifier.report(on: file, trust: practice.trust, at: now).verdict == .valid)
        return try PDFDocument(data: file)
    }

    static func widgets(_ document: PDFDocument) throws -> [PDFDictionary] {
        try FieldTree(document).fields.flatMap(\.widgets).map { try #require(try document.object($0).dictionary) }
    }

    static func appearance(of name: String, _ document: PDFDocument) throws -> PDFDictionary {
        let field = try #require(try FieldTree(document).field(named: name))
        let states = try document.value("AP", of: field.dictionary).dictionary ?? [:]
        return try document.value("N", of: states).dictionary ?? [:]
    }

    static func image(of name: String, _ document: PDFDocument) throws -> PDFStream {
        let resources = try document.value("Resources", of: try appearance(of: name, document)).dictionary ?? [:]
        let objects = try document.value("XObject", of: resources).dictionary ?? [:]
        return try #require(try document.value("Im0", of: objects).stream)
    }

    @Test func `every widget is printed, hides nothing and shows what it has by an appearance`() async throws {
        let document = try await Self.signed(part: 2, components: 3)
        for widget in try Self.widgets(document) {
            let flags = widget["F"]?.integer ?? 0
            // Print set; Invisible, Hidden, NoView and ToggleNoView not (ISO 19005-2 §6.3.2).
            #expect(flags & 4 == 4 && flags & (1 | 2 | 32 | 256) == 0)
            let box = try #require(PDFRectangle(widget["Rect"]?.array ?? []))
            #expect(widget["AP"] != nil || (box.width == 0 && box.height == 0))
            #expect(widget["A"] == nil && widget["AA"] == nil)
        }
        let form = try document.value("AcroForm", of: try document.catalog()).dictionary
        #expect(form?["NeedAppearances"] == nil)
    }

    @Test func `the font of a signature is inside the file`() async throws {
        let document = try await Self.signed(part: 2, components: 3)
        let shown = try Self.appearance(of: "ChuKy", document)
        let resources = try document.value("Resources", of: shown).dictionary ?? [:]
        let fonts = try document.value("Font", of: resources).dictionary ?? [:]
        let font = try #require(try document.value("F0", of: fonts).dictionary)
        let below = try document.value("DescendantFonts", of: font).array
        let descendant = try #require(try document.resolve(below?.first).dictionary)
        let descriptor = try #require(try document.value("FontDescriptor", of: descendant).dictionary)
        #expect(try document.value("FontFile2", of: descriptor).stream != nil)
        #expect(font["ToUnicode"] != nil && descriptor["CIDSet"] == nil)
    }

    @Test(arguments: [(1, 3, false), (2, 3, true), (2, nil, false), (3, 4, true)] as [(Int, Int?, Bool)])
    func `a picture is transparent only where the claim permits`(part: Int, components: Int?, isKept: Bool) async throws
    {
        let document = try await Self.signed(part: part, components: components)
        let image = try Self.image(of: "ChuKy", document)
        #expect((image.dictionary["SMask"] != nil) == isKept)
    }

    @Test(arguments: [(2, 3, true), (2, 4, false), (2, nil, false)] as [(Int, Int?, Bool)])
    func `a picture names its colours by the device only beside a profile of that kind`(
        part: Int, components: Int?, isDevice: Bool
    ) async throws {
        let document = try await Self.signed(part: part, components: components)
        let space = try Self.image(of: "ConDau", document).dictionary["ColorSpace"]
        #expect((space == .name("DeviceRGB")) == isDevice)
        #expect(isDevice || space?.array?.first == .name("CalRGB"))
    }

    @Test func `part 1 gets the list of glyphs it asks for`() async throws {
        let document = try await Self.signed(part: 1, components: 3)
        let lists = try (1..<document.nextNumber).compactMap { number in
            try document.object(document.reference(number)).dictionary?["CIDSet"]
        }
        #expect(!lists.isEmpty)
    }

    @Test func `flattened on white, what is not seen is white and what is covers it`() async throws {
        let document = try await Self.signed(part: 1, components: 3)
        let samples = [UInt8](try document.decoded(try Self.image(of: "ChuKy", document)))
        #expect(Array(samples.prefix(3)) == [200, 0, 0])
    }
}
