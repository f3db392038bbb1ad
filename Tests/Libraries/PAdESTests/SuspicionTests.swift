import Foundation
import PDFCore
import SamplePDFs
import Testing

@testable import PAdES

/// Những gì trong bản được ký có thể dùng để về sau hiện nội dung khác thì được nêu ra, mỗi thứ một câu; chữ ký vẫn hợp lệ.
@Suite struct SuspicionTests {
    struct Scene: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// A piece of the sentence that is told; nil where nothing is.
        var told: String?
        var change: @Sendable (inout IncrementalUpdate, PDFDocument) throws -> Void
    }

    private static func catalog(
        _ members: PDFDictionary
    ) -> @Sendable (inout IncrementalUpdate, PDFDocument) throws -> Void {
        { update, document in
            let catalog = try document.catalog().merging(members) { $1 }
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
    }

    /// Annotations put on the first page, whose text stands at 72, 700.
    private static func annotations(
        _ list: [PDFDictionary], drawing content: String = "q Q"
    ) -> @Sendable (inout IncrementalUpdate, PDFDocument) throws -> Void {
        { update, document in
            var page = try document.page(0)
            let look = update.add(.stream(PDFStream(["Subtype": .name("Form")], encoded: Data(content.utf8))))
            let common: PDFDictionary = ["Type": .name("Annot"), "AP": .dictionary(["N": .reference(look)])]
            page.dictionary["Annots"] = .array(
                list.map { .reference(update.add(.dictionary(common.merging($0) { $1 }))) })
            update.set(page.reference, to: .dictionary(page.dictionary))
        }
    }

    private static func layers(_ configuration: PDFDictionary) -> PDFDictionary {
        ["OCProperties": .dictionary(["OCGs": .array([]), "D": .dictionary(configuration)])]
    }

    private static let overText = PDFObject.numbers([60, 690, 200, 730])
    private static let aside = PDFObject.numbers([300, 300, 400, 340])
    private static let asideToo = PDFObject.numbers([310, 310, 390, 360])

    static let scenes: [Scene] = [
        Scene(testDescription: "a plain page") { _, _ in },
        Scene(
            testDescription: "a layer off", told: "lớp nội dung đang tắt",
            change: catalog(layers(["OFF": .array([.reference(PDFReference(3))])]))),
        Scene(
            testDescription: "all layers off", told: "lớp nội dung đang tắt",
            change: catalog(layers(["BaseState": .name("OFF")]))),
        Scene(
            testDescription: "layers that switch themselves", told: "lớp nội dung đang tắt",
            change: catalog(layers(["AS": .array([.dictionary(["Event": .name("Print")])])]))),
        Scene(testDescription: "layers all on", change: catalog(layers(["OFF": .array([])]))),
        Scene(
            testDescription: "a script at opening", told: "mã lệnh tự chạy",
            change: catalog(["OpenAction": .dictionary(["S": .name("JavaScript")])])),
        Scene(
            testDescription: "a place at opening",
            change: catalog(["OpenAction": .dictionary(["S": .name("GoTo")])])),
        Scene(
            testDescription: "a form for another program", told: "XFA",
            change: catalog(["AcroForm": .dictionary(["Fields": .array([]), "XFA": .string(Data("x".utf8))])])),
        Scene(
            testDescription: "fields drawn by each program", told: "tự vẽ các trường",
            change: catalog(["AcroForm": .dictionary(["Fields": .array([]), "NeedAppearances": .boolean(true)])])),
        Scene(
            testDescription: "a form of its own looks",
            change: catalog(["AcroForm": .dictionary(["Fields": .array([]), "NeedAppearances": .boolean(false)])])),
        Scene(
            testDescription: "a field over text", told: "trường biểu mẫu đặt đè lên chữ",
            change: annotations([["Subtype": .name("Widget"), "Rect": overText]])),
        Scene(
            testDescription: "a place for a signature over text",
            change: annotations([["Subtype": .name("Widget"), "FT": .name("Sig"), "Rect": overText]], drawing: " ")),
        Scene(
            testDescription: "a signature field that draws something over text", told: "trường biểu mẫu đặt đè lên chữ",
            change: annotations([["Subtype": .name("Widget"), "FT": .name("Sig"), "Rect": overText]])),
        Scene(
            testDescription: "a signature field with a ground of its own over text",
            told: "trường biểu mẫu đặt đè lên chữ",
            change: annotations(
                [
                    [
                        "Subtype": .name("Widget"), "FT": .name("Sig"), "Rect": overText,
                        "MK": .dictionary(["BG": .numbers([1, 1, 1])]),
                    ]
                ], drawing: " ")),
        Scene(
            testDescription: "a text field over text", told: "trường biểu mẫu đặt đè lên chữ",
            change: annotations([["Subtype": .name("Widget"), "FT": .name("Tx"), "Rect": overText]], drawing: " ")),
        Scene(
            testDescription: "a stamp over text", told: "chú thích đặt đè lên chữ",
            change: annotations([["Subtype": .name("Stamp"), "Rect": overText]])),
        Scene(
            testDescription: "a link over text",
            change: annotations([["Subtype": .name("Link"), "Rect": overText]])),
        Scene(
            testDescription: "a field beside the text",
            change: annotations([["Subtype": .name("Widget"), "Rect": aside]])),
        Scene(
            testDescription: "a field just below the line",
            change: annotations([["Subtype": .name("Widget"), "Rect": .numbers([60, 680, 200, 700])]])),
        Scene(
            testDescription: "two stamps on one another", told: "chồng lên nhau",
            change: annotations([
                ["Subtype": .name("Stamp"), "Rect": aside], ["Subtype": .name("Widget"), "Rect": asideToo],
            ])),
        Scene(
            testDescription: "two fields side by side",
            change: annotations([
                ["Subtype": .name("Widget"), "Rect": aside],
                ["Subtype": .name("Widget"), "Rect": .numbers([399, 300, 500, 340])],
            ])),
        Scene(
            testDescription: "a hidden stamp", told: "bị ẩn",
            change: annotations([["Subtype": .name("Stamp"), "Rect": overText, "F": .integer(2)]])),
        Scene(
            testDescription: "a stamp not shown on screen", told: "bị ẩn",
            change: annotations([["Subtype": .name("Stamp"), "Rect": aside, "F": .integer(32)]])),
        Scene(
            testDescription: "a hidden field without size",
            change: annotations([["Subtype": .name("Widget"), "Rect": .numbers([0, 0, 0, 0]), "F": .integer(2)]])),
        Scene(testDescription: "a page kept in reserve", told: "trang không thuộc tài liệu") { update, _ in
            _ = update.add(.dictionary(["Type": .name("Page"), "Contents": .reference(PDFReference(5))]))
        },
        Scene(testDescription: "a font kept in reserve", told: "phông chữ hoặc hình không dùng đến") { update, _ in
            _ = update.add(.dictionary(["Type": .name("Font"), "Subtype": .name("Type1")]))
        },
        Scene(testDescription: "a number nobody uses") { update, _ in _ = update.add(.integer(7)) },
        Scene(testDescription: "a font of two names", told: "mục ghi hai lần") { update, _ in
            update.set(
                PDFReference(3),
                toRaw: Data("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/BaseFont/Times-Roman>>".utf8))
        },
        Scene(testDescription: "a font of one name written twice") { update, _ in
            update.set(
                PDFReference(3),
                toRaw: Data("<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/BaseFont/Times-Roman>>".utf8))
        },
        Scene(testDescription: "content in another file", told: "tệp ở ngoài") { update, _ in
            update.set(
                PDFReference(5), to: .stream(PDFStream(["F": .text("khac.bin")], encoded: Data("BT ET".utf8))))
        },
    ]

    @Test(arguments: scenes)
    func `what is suspicious is told and the signature stays valid`(scene: Scene) async throws {
        let practice = try Practice.shared.get()
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        try scene.change(&update, document)
        let signed = try await PDFSigner.sign(
            update.isEmpty ? document.data : update.file(),
            SignatureIntent(target: .newField(name: "A", rect: nil), signedAt: now), with: practice.leader)
        let report = SignatureVerifier.report(on: signed, trust: practice.trust, at: now)
        #expect(report.verdict == .valid)
        let told = report.warnings.filter { !$0.contains("thu hồi") }
        #expect(told.count == (scene.told == nil ? 0 : 1), "\(told)")
        #expect(scene.told.map { told.first?.contains($0) == true } ?? true, "\(told)")
    }

    // MARK: words under pictures and in forms

    private static let words = "BT /F1 24 Tf 72 700 Td (Van ban) Tj ET"
    private static let pictureOverWords = "q 200 0 0 50 60 690 cm /Im Do Q"
    private static let picture = PDFStream(
        ["Subtype": .name("Image"), "Width": .integer(1), "Height": .integer(1)], encoded: Data([0]))

    private static func form(_ content: String, box: [Double] = [-500, -500, 1000, 1000]) -> PDFStream {
        PDFStream(["Subtype": .name("Form"), "BBox": .numbers(box)], encoded: Data(content.utf8))
    }

    /// A page that draws `content`, with these objects to draw.
    private static func drawing(
        _ content: String, _ objects: [PDFName: PDFStream] = ["Im": picture]
    ) -> @Sendable (inout IncrementalUpdate, PDFDocument) throws -> Void {
        { update, document in
            var page = try document.page(0)
            let drawn = objects.mapValues { PDFObject.reference(update.add(.stream($0))) }
            let states: PDFDictionary = ["Half": .dictionary(["ca": .real(0.5)])]
            page.dictionary["Resources"] = .dictionary([
                "Font": .dictionary(["F1": .reference(PDFReference(3))]), "XObject": .dictionary(drawn),
                "ExtGState": .dictionary(states),
            ])
            update.set(page.reference, to: .dictionary(page.dictionary))
            update.set(PDFReference(5), to: .stream(PDFStream([:], encoded: Data(content.utf8))))
        }
    }

    private static let under = "chữ nằm dưới hình"

    static let drawings: [Scene] = [
        Scene(
            testDescription: "a picture over words", told: under, change: drawing("\(words) \(pictureOverWords)")),
        Scene(testDescription: "words over a picture", change: drawing("\(pictureOverWords) \(words)")),
        Scene(
            testDescription: "a picture beside the words",
            change: drawing("\(words) q 200 0 0 50 60 600 cm /Im Do Q")),
        Scene(
            testDescription: "a picture turned, with the words beside it",
            change: drawing("\(words) q 100 100 -100 100 150 560 cm /Im Do Q")),
        Scene(
            testDescription: "a large picture of which a part is shown",
            change: drawing("\(words) q 300 300 50 50 re W n 595 0 0 842 0 0 cm /Im Do Q")),
        Scene(
            testDescription: "a large picture of which the part over the words is shown", told: under,
            change: drawing("\(words) q 60 690 200 50 re W* n 595 0 0 842 0 0 cm /Im Do Q")),
        Scene(
            testDescription: "a picture that may be seen through",
            change: drawing(
                "\(words) \(pictureOverWords)",
                ["Im": PDFStream(["Subtype": .name("Image"), "SMask": .reference(PDFReference(3))], encoded: Data())])),
        Scene(
            testDescription: "a picture half seen through",
            change: drawing("\(words) q /Half gs 200 0 0 50 60 690 cm /Im Do Q")),
        Scene(
            testDescription: "words to be searched only, under a scan",
            change: drawing("BT 3 Tr /F1 24 Tf 72 700 Td (Van ban) Tj ET \(pictureOverWords)")),
        Scene(
            testDescription: "a picture written into the page over words", told: under,
            change: drawing("\(words) q 200 0 0 50 60 690 cm BI /W 1/H 1/BPC 8/CS/G ID x EI Q")),
        Scene(
            testDescription: "a stencil written into the page over words",
            change: drawing("\(words) q 200 0 0 50 60 690 cm BI /W 1/H 1/IM true ID x EI Q")),
        Scene(
            testDescription: "a picture over words of a form", told: under,
            change: drawing(
                "q 1 0 0 1 0 -300 cm /Fm Do Q q 200 0 0 50 60 390 cm /Im Do Q", ["Im": picture, "Fm": form(words)])),
        Scene(
            testDescription: "a form with a picture over words", told: under,
            change: drawing(
                "\(words) q 1 0 0 1 60 690 cm /Fm Do Q", ["Im": picture, "Fm": form("200 0 0 50 0 0 cm /Im Do")])),
        Scene(
            testDescription: "a picture over what a form draws outside its box",
            change: drawing(
                "/Fm Do \(pictureOverWords)", ["Im": picture, "Fm": form(words, box: [0, 0, 50, 50])])),
        Scene(
            testDescription: "a form that draws itself",
            change: drawing("/Fm Do", ["Fm": form("q 1 0 0 1 1 1 cm /Fm Do Q")])),
    ]

    /// Chữ bị hình che chỉ có thể hiện ra khi tệp được ghi thêm, nên chỉ nêu khi có phần ghi thêm.
    @Test(arguments: drawings)
    func `words under a picture are told when something was added later`(scene: Scene) async throws {
        let practice = try Practice.shared.get()
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        try scene.change(&update, document)
        let signed = try await RevisionTests.signedAgain(update.file(), "A")
        let alone = SignatureVerifier.report(on: signed, trust: practice.trust, at: now)
        #expect(alone.warnings.allSatisfy { $0.contains("thu hồi") }, "\(alone.warnings)")
        let later = try await RevisionTests.signedAgain(signed, "B")
        let report = SignatureVerifier.report(on: later, trust: practice.trust, at: now)
        #expect(report.verdict == .valid)
        let told = report.warnings.filter { !$0.contains("thu hồi") }
        #expect(told.count == (scene.told == nil ? 0 : 1), "\(told)")
        #expect(scene.told.map { told.first?.contains($0) == true } ?? true, "\(told)")
    }

    @Test func `words of a form count wherever it is drawn, and only inside its box`() throws {
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        let inner = Self.form("BT 5 5 Td (a) Tj ET BT 90 90 Td (b) Tj ET", box: [0, 0, 50, 50])
        var outer = Self.form("/Fm Do q 1 0 0 1 10 0 cm /Fm Do Q")
        outer.dictionary["Matrix"] = .numbers([2, 0, 0, 2, 0, 100])
        outer.dictionary["Resources"] = .dictionary([
            "XObject": .dictionary(["Fm": .reference(update.add(.stream(inner)))])
        ])
        try Self.drawing("/Out Do q 1 0 0 1 300 0 cm /Out Do Q", ["Out": outer])(&update, document)
        let changed = try PDFDocument(data: update.file())
        let places = TextPlaces(of: try changed.page(0), in: changed)
        #expect(
            places.points == [10, 30, 310, 330].map { TextPlaces.Point(x: $0 + 0.5, y: 111) })
        #expect(!places.liesUnderPicture)
    }

    @Test func `a page that asks for more drawing than any page needs is read as far as it goes`() throws {
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        let many = String(repeating: "/Fm Do ", count: 1000)
        var form = Self.form(many)
        for _ in 0..<6 {
            form.dictionary["Resources"] = .dictionary([
                "XObject": .dictionary(["Fm": .reference(update.add(.stream(form)))])
            ])
        }
        try Self.drawing(many, ["Fm": form])(&update, document)
        let changed = try PDFDocument(data: update.file())
        let began = ContinuousClock.now
        #expect(TextPlaces(of: try changed.page(0), in: changed).points.isEmpty)
        #expect(ContinuousClock.now - began < .seconds(10))
    }

    @Test func `the office's own layout arouses no suspicion`() async throws {
        let practice = try Practice.shared.get()
        let file = try await Sample.issued(SamplePDF(pages: 2).data)
        let report = SignatureVerifier.report(on: file, trust: practice.trust, at: now)
        #expect(report.warnings.allSatisfy { $0.contains("thu hồi") }, "\(report.warnings)")
    }

    /// The text of the sample stands at 72, 700 points: under the signature as under the seal.
    private static let overWords = FormLayout([
        FormField(name: "ChuKy", kind: .signature, rect: .init(page: 1, x: 22, y: 38, width: 60, height: 20)),
        FormField(name: "ConDau", kind: .signature, rect: .init(page: 1, x: 10, y: 35, width: 36, height: 36)),
    ])

    @Test func `a seal laid out over words arouses no suspicion, before and after it is applied`() async throws {
        let practice = try Practice.shared.get()
        var file = try Self.overWords.applied(to: SamplePDF().data)
        for (field, key) in [("ChuKy", practice.leader), ("ConDau", practice.seal)] {
            let intent = SignatureIntent(target: .field(field), appearance: SignatureAppearance(), signedAt: now)
            file = try await PDFSigner.sign(file, intent, with: key)
            let report = SignatureVerifier.report(on: file, trust: practice.trust, at: now)
            #expect(report.verdict == .valid)
            #expect(report.warnings.allSatisfy { $0.contains("thu hồi") }, "\(report.warnings)")
        }
    }

    @Test func `a field laid over the words after the signature is told`() async throws {
        let practice = try Practice.shared.get()
        let signed = try await RevisionTests.signedAgain(SamplePDF().data, "A")
        let later = try Self.overWords.applied(to: signed)
        let report = SignatureVerifier.report(on: later, trust: practice.trust, at: now)
        #expect(report.warnings.contains { $0.contains("được đặt thêm lên trang sau khi") }, "\(report.warnings)")
    }

    @Test func `a page turned, scaled and shown in part has its text where it is drawn`() throws {
        let content =
            "q 2 0 0 2 10 20 cm BT 1 0 0 1 5 5 Tm 10 0 Td [(a) -20 (b)] TJ T* ( ) Tj ET Q BI /W 1 ID abc EI BT (z) ' ET"
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        update.set(PDFReference(5), to: .stream(PDFStream([:], encoded: Data(content.utf8))))
        let changed = try PDFDocument(data: update.file())
        let places = TextPlaces(of: try changed.page(0), in: changed)
        #expect(places.points == [.init(x: 40.5, y: 31), .init(x: 0.5, y: 1)])
        #expect(places.isAny(in: PDFRectangle(minX: 40, minY: 30, maxX: 50, maxY: 40)))
        #expect(!places.isAny(in: PDFRectangle(minX: 100, minY: 30, maxX: 150, maxY: 40)))
    }
}
