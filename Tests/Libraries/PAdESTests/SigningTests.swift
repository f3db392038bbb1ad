import Foundation
import PAdES
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

/// Lãnh đạo ký, văn thư cấp số và ngày, đóng dấu: hai chữ ký đều còn nguyên vẹn (NĐ 30/2020 Điều 5, Điều 14).
@Suite struct SigningTests {
    @Test(
        .enabled(if: Tool.hasPython && Sample.fontPath != nil, "needs the Python tools and Tinos"),
        arguments: SamplePDF.Shape.allCases)
    func `pyHanko finds both signatures intact and trusted, and no more than form filling after the first`(
        shape: SamplePDF.Shape
    ) async throws {
        let image = try PNGImage(Sample.png(width: 60, height: 40, alpha: true))
        let file = try await Sample.issued(SamplePDF(shape: shape, pages: 3).data, image: image)
        try await withFolder { folder in
            let pdf = folder.appending(path: "signed.pdf")
            let root = folder.appending(path: "root.pem")
            try file.write(to: pdf)
            try Data(try Practice.shared.get().pki.root.pem.utf8).write(to: root)
            #expect(
                try Tool.pyHanko(pdf, root: root) == """
                    ChuKy INTACT TRUSTED ENTIRE_REVISION FORM_FILLING OK
                    ConDau INTACT TRUSTED ENTIRE_FILE NONE OK

                    """)
        }
    }

    @Test(
        .enabled(if: Tool.hasPython && Tool.isThere("qpdf"), "needs the Python tools and qpdf"),
        arguments: ["disable", "generate"])
    func `a linearised file is signed and its signature holds`(objectStreams: String) async throws {
        let practice = try Practice.shared.get()
        try await withFolder { folder in
            let plain = folder.appending(path: "plain.pdf")
            let linear = folder.appending(path: "linear.pdf")
            let root = folder.appending(path: "root.pem")
            try SamplePDF(pages: 4).data.write(to: plain)
            try Data(practice.pki.root.pem.utf8).write(to: root)
            _ = try Tool.run(
                "/usr/bin/qpdf", ["--linearize", "--object-streams=\(objectStreams)", plain.path, linear.path])
            let signed = try await PDFSigner.sign(
                try Data(contentsOf: linear), SignatureIntent(target: .newField(name: "A", rect: nil), signedAt: now),
                with: practice.leader)
            try signed.write(to: plain)
            #expect(try Tool.pyHanko(plain, root: root) == "A INTACT TRUSTED ENTIRE_FILE NONE OK\n")
            let later = try await PDFSigner.sign(
                signed, SignatureIntent(target: .newField(name: "B", rect: nil), signedAt: now), with: practice.seal)
            let report = SignatureVerifier.report(on: later, trust: practice.trust, at: now)
            #expect(report.verdict == .valid, "\(report.signatures.map(\.sentence))")
        }
    }

    @Test func `a signature prepared here may be finished elsewhere, from its written form`() async throws {
        let practice = try Practice.shared.get()
        let intent = SignatureIntent(target: .newField(name: "A", rect: nil), reason: "Ký ban hành", signedAt: now)
        let (prepared, file) = try PDFSigner.prepare(SamplePDF().data, intent)
        let restored = try JSONDecoder().decode(PreparedSignature.self, from: JSONEncoder().encode(prepared))
        let request = try restored.request(certificate: practice.leader.certificate, chain: practice.leader.chain)
        let cms = try await request.signed(by: practice.leader)
        let signed = try restored.finish(file, cms: cms)
        let report = SignatureVerifier.report(on: signed, trust: practice.trust, at: now)
        #expect(report.verdict == .valid)
        #expect(report.signatures.first?.reason == "Ký ban hành")
        #expect(report.signatures.first?.time?.date == now)
        #expect(report.signatures.first?.time?.source == .claim)
        #expect(throws: PAdESError.notThePreparedFile) { try restored.finish(signed, cms: cms) }
        #expect(throws: PAdESError.holeTooSmall(needed: 20_000)) { try restored.finish(file, cms: Data(count: 20_000)) }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        #expect(try decoder.decode(VerificationReport.self, from: report.json()) == report)
    }

    @Test func `a field that is missing, taken, of another kind or signed already is refused`() async throws {
        let practice = try Practice.shared.get()
        let laidOut = try Sample.layout.applied(to: SamplePDF().data)
        func intent(_ name: String) -> SignatureIntent { SignatureIntent(target: .field(name), signedAt: now) }
        #expect(throws: PAdESError.noSuchField("Khac")) { try PDFSigner.prepare(laidOut, intent("Khac")) }
        #expect(throws: PAdESError.notASignatureField("SoVanBan")) {
            try PDFSigner.prepare(laidOut, intent("SoVanBan"))
        }
        #expect(throws: PAdESError.fieldExists("ChuKy")) {
            try PDFSigner.prepare(laidOut, SignatureIntent(target: .newField(name: "ChuKy", rect: nil), signedAt: now))
        }
        #expect(throws: PAdESError.fieldExists("SoVanBan")) { try Sample.layout.applied(to: laidOut) }
        let signed = try await PDFSigner.sign(laidOut, intent("ChuKy"), with: practice.leader)
        #expect(throws: PAdESError.fieldAlreadySigned("ChuKy")) { try PDFSigner.prepare(signed, intent("ChuKy")) }
        #expect(throws: PAdESError.document(PDFError(.noSuchPage))) {
            try PDFSigner.prepare(
                laidOut,
                SignatureIntent(
                    target: .newField(name: "Z", rect: PageRect(page: 9, x: 0, y: 0, width: 1, height: 1)),
                    signedAt: now))
        }
    }

    /// With an empty signature field `Ky` in a group `Nhom`.
    private static func withGroup(_ file: Data) throws -> Data {
        try RevisionTests.updated(file) { update, document in
            let group = update.reserve()
            let kid = update.add(
                .dictionary([
                    "T": .string(Data("Ky".utf8)), "FT": .name("Sig"), "Parent": .reference(group),
                    "Type": .name("Annot"), "Subtype": .name("Widget"),
                    "Rect": .array(Array(repeating: .integer(0), count: 4)),
                ]))
            update.set(group, to: .dictionary(["T": .string(Data("Nhom".utf8)), "Kids": .array([.reference(kid)])]))
            try RevisionTests.list(group, in: document, &update)
        }
    }

    @Test(arguments: ["", " ", "a.b", "Nhom.Khac", "SoVanBan.Ky", "Ky\n", "."])
    func `a new field takes no name that readers could read as another field's`(name: String) async throws {
        let file = try Self.withGroup(try await TamperTests.signed.value)
        #expect(throws: PAdESError.fieldNameNotAllowed(name)) {
            try PDFSigner.prepare(file, SignatureIntent(target: .newField(name: name, rect: nil), signedAt: now))
        }
        #expect(throws: PAdESError.fieldNameNotAllowed(name)) {
            try FormLayout([FormField(name: name, kind: .signature, rect: nil)]).applied(to: file)
        }
    }

    @Test(arguments: [(-500.0, 10.0), (.nan, 10), (.infinity, 10), (10, 9000)])
    func `a signature that nobody could see on its page is refused`(x: Double, y: Double) throws {
        let place = PageRect(page: 1, x: x, y: y, width: 20, height: 20)
        #expect(throws: PAdESError.outsidePage) {
            try PDFSigner.prepare(
                SamplePDF().data, SignatureIntent(target: .newField(name: "A", rect: place), signedAt: now))
        }
    }

    @Test func `a new field takes no group's name; one below a group is signed under its whole name`() async throws {
        let file = try await PDFSigner.sign(
            Self.withGroup(try Sample.layout.applied(to: SamplePDF().data)),
            SignatureIntent(target: .field("ChuKy"), signedAt: now), with: try Practice.shared.get().leader)
        #expect(throws: PAdESError.fieldExists("Nhom")) {
            try PDFSigner.prepare(file, SignatureIntent(target: .newField(name: "Nhom", rect: nil), signedAt: now))
        }
        let twice = try await PDFSigner.sign(
            file, SignatureIntent(target: .field("Nhom.Ky"), signedAt: now), with: try Practice.shared.get().seal)
        let report = try RevisionTests.report(twice)
        #expect(report.verdict == .valid)
        #expect(report.signatures.map(\.field) == ["ChuKy", "Nhom.Ky"])
        let forged = try RevisionTests.updated(file) { update, document in
            let field = update.add(.dictionary(["T": .string(Data("Nhom".utf8)), "FT": .name("Sig")]))
            try RevisionTests.list(field, in: document, &update)
        }
        #expect(try RevisionTests.report(forged).verdict == .modifiedAfterSigning)
    }

    @Test func `signing appends and never touches an earlier byte`() async throws {
        let original = SamplePDF(shape: .stream, pages: 2).data
        let laidOut = try Sample.layout.applied(to: original)
        let practice = try Practice.shared.get()
        let signed = try await PDFSigner.sign(
            laidOut, SignatureIntent(target: .field("KyNhay"), signedAt: now), with: practice.leader)
        #expect(laidOut.prefix(original.count) == original)
        #expect(signed.prefix(laidOut.count) == laidOut)
    }

    @Test(arguments: [0, 10, 60]) func `a picture that is no sound PNG is refused`(cut: Int) throws {
        let png = Sample.png(width: 20, height: 20, alpha: true)
        #expect(throws: PAdESError.self) { try PNGImage(png.prefix(cut)) }
        var generator = SeededGenerator(seed: cut + 1)
        for _ in 0..<300 {
            var octets = [UInt8](png)
            octets[Int.random(in: 0..<octets.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            _ = try? PNGImage(Data(octets))
        }
    }

    @Test func `a file that is no font is refused`() throws {
        let text = TextBlock(["A"], font: try FontProgram(Data(repeating: 7, count: 5000)))
        #expect(throws: PAdESError.font("subset")) {
            try PDFSigner.prepare(
                SamplePDF().data,
                SignatureIntent(
                    target: .newField(name: "A", rect: PageRect(page: 1, x: 9, y: 9, width: 50, height: 9)),
                    appearance: SignatureAppearance(text: text), signedAt: now))
        }
    }
}
