import Foundation
import PAdES
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

/// Thể thức chữ ký, con dấu và số, ngày trên văn bản (NĐ 30/2020, Phụ lục I), đo bằng milimét.
@Suite(.enabled(if: Sample.fontPath != nil && Tool.isThere("pdftoppm"), "needs Tinos and poppler-utils"))
struct AppearanceTests {
    static let name = "Nguyễn Văn Đức – Ký bởi: Viện Hàn lâm; ăâđêôơư ĂÂĐÊÔƠƯ ẵặẫậễệỗộỡợữự"

    static func text(of file: Data, _ arguments: [String] = []) async throws -> String {
        try await withFolder { folder in
            let pdf = folder.appending(path: "a.pdf")
            try file.write(to: pdf)
            return try Tool.run("/usr/bin/pdftotext", arguments + [pdf.path, "-"]).text
        }
    }

    /// Box of the pixels of a colour on page 1, in millimetres.
    static func box(
        of file: Data, dpi: Double = 254, where isInk: (UInt8, UInt8, UInt8) -> Bool
    ) async throws -> [Double] {
        try await withFolder { folder in
            let pdf = folder.appending(path: "a.pdf")
            try file.write(to: pdf)
            _ = try Tool.run(
                "/usr/bin/pdftoppm", ["-r", "\(dpi)", "-f", "1", "-l", "1", pdf.path, folder.appending(path: "p").path])
            let image = try #require(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasSuffix(".ppm") })
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: image)))
            let header = String(decoding: bytes.prefix(20), as: UTF8.self).split(whereSeparator: \.isWhitespace)
            let (width, height) = (try #require(Int(header[1])), try #require(Int(header[2])))
            let start = bytes.count - width * height * 3
            var found = (minX: Int.max, minY: Int.max, maxX: -1, maxY: -1)
            for y in 0..<height {
                for x in 0..<width {
                    let place = start + (y * width + x) * 3
                    guard isInk(bytes[place], bytes[place + 1], bytes[place + 2]) else { continue }
                    found = (min(found.minX, x), min(found.minY, y), max(found.maxX, x), max(found.maxY, y))
                }
            }
            let scale = 25.4 / dpi
            return [found.minX, found.minY, found.maxX + 1, found.maxY + 1].map { Double($0) * scale }
        }
    }

    static func isRed(_ r: UInt8, _ g: UInt8, _ b: UInt8) -> Bool { r > 150 && g < 80 && b < 80 }

    @Test func `the text of a signature is read back letter by letter`() async throws {
        let practice = try Practice.shared.get()
        let rect = PageRect(page: 1, x: 20, y: 100, width: 170, height: 20)
        let text = TextBlock([Self.name, "Thời gian ký: 05/03/2026"], font: try Sample.font(), sizePoints: 11)
        let file = try await PDFSigner.sign(
            SamplePDF().data,
            SignatureIntent(
                target: .newField(name: "ChuKy", rect: rect), appearance: SignatureAppearance(text: text), signedAt: now
            ),
            with: practice.leader)
        let read = try await Self.text(of: file)
        #expect(read.contains(Self.name))
        #expect(read.contains("Thời gian ký: 05/03/2026"))
    }

    @Test func `number and day filled after signing are read back`() async throws {
        let read = try await Self.text(of: try await Sample.issued(SamplePDF().data))
        #expect(read.contains("123"))
        #expect(read.contains("05"))
    }

    @Test(arguments: [0, 90, 180, 270], ["[0 0 595 842]", "[100 50 695 892]"])
    func `an image stands where the millimetres say, upright on a turned page`(rotation: Int, box: String) async throws
    {
        let practice = try Practice.shared.get()
        let rect = PageRect(page: 1, x: 30, y: 50, width: 60, height: 40)
        let image = try PNGImage(Sample.png(width: 90, height: 60, alpha: true))
        let file = try await PDFSigner.sign(
            SamplePDF(mediaBox: box, rotation: rotation).data,
            SignatureIntent(
                target: .newField(name: "A", rect: rect), appearance: SignatureAppearance(image: image), signedAt: now),
            with: practice.leader)
        let found = try await Self.box(of: file, where: Self.isRed)
        for (measured, wanted) in zip(found, [30.0, 50, 90, 90]) { #expect(abs(measured - wanted) < 0.3, "\(found)") }
    }

    @Test func `an image keeps its proportions in the middle of its place`() async throws {
        let practice = try Practice.shared.get()
        let rect = PageRect(page: 1, x: 30, y: 50, width: 60, height: 20)
        let file = try await PDFSigner.sign(
            SamplePDF().data,
            SignatureIntent(
                target: .newField(name: "A", rect: rect),
                appearance: SignatureAppearance(image: try PNGImage(Sample.png(width: 40, height: 40, alpha: false))),
                signedAt: now), with: practice.leader)
        let found = try await Self.box(of: file, where: Self.isRed)
        for (measured, wanted) in zip(found, [50.0, 50, 70, 70]) { #expect(abs(measured - wanted) < 0.3, "\(found)") }
    }

    @Test func `the mark of an attachment stands at the top right of its first page in one revision`() async throws {
        let practice = try Practice.shared.get()
        let document = try PDFDocument(data: SamplePDF(pages: 2).data)
        let intent = try SignatureIntent.attachmentMark(
            code: "123/QĐ-VHL", signedAt: now, font: try Sample.font(), firstPage: try document.page(0))
        let file = try await PDFSigner.sign(
            document.data, intent, with: practice.seal, timestampedBy: practice.timestamps)
        #expect(try await Self.text(of: file, ["-l", "1"]).contains("123/QĐ-VHL; 05/03/2026 10:15:30+07:00"))
        #expect(try PDFDocument(data: file).revisions.count == 2)
        #expect(SignatureVerifier.report(on: file, trust: practice.trust, at: now).verdict == .valid)
        let found = try await Self.box(of: file) { r, g, b in r < 100 && g < 100 && b < 100 }
        #expect(found[1] > 5 && found[1] < 15 && abs(found[2] - (595 / 72 * 25.4 - 15)) < 1, "\(found)")
    }

    @Test(
        .enabled(if: Tool.isThere("qpdf") && Tool.isThere("pdfsig"), "needs qpdf and pdfsig"),
        arguments: SamplePDF.Shape.allCases)
    func `qpdf finds no fault and pdfsig finds every signature valid`(shape: SamplePDF.Shape) async throws {
        let image = try PNGImage(Sample.png(width: 30, height: 30, alpha: true))
        let file = try await Sample.issued(SamplePDF(shape: shape, pages: 2).data, image: image)
        try await withFolder { folder in
            let pdf = folder.appending(path: "a.pdf")
            try file.write(to: pdf)
            let check = try Tool.run("/usr/bin/qpdf", ["--check", pdf.path])
            #expect(check.status == 0, "\(check.text)")
            let signatures = try Tool.run("/usr/bin/pdfsig", ["-nocert", pdf.path]).text
            #expect(signatures.components(separatedBy: "Signature is Valid").count == 3, "\(signatures)")
            let fonts = try Tool.run("/usr/bin/pdffonts", [pdf.path]).text
            #expect(fonts.contains("Identity-H       yes yes yes"), "\(fonts)")
        }
    }
}
