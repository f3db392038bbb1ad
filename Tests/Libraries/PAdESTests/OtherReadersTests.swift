import Foundation
import PDFCore
import SamplePDFs
import Testing

@testable import PAdES

/// Tệp mà phần mềm khác đọc ra một văn bản khác thì không được coi là còn nguyên vẹn.
@Suite struct OtherReadersTests {
    @Test func `a key that only looks like Kids empties the document for others`() async throws {
        let file = try await TamperTests.update { update, document in
            var pages = try #require(try document.object(PDFReference(2)).dictionary)
            pages[PDFName("\u{212A}ids")] = pages.removeValue(forKey: "Kids")
            update.set(PDFReference(2), to: .dictionary(pages))
        }
        #expect(try TamperTests.verdict(file) != .valid)
    }

    /// A hybrid file whose font lies in an object stream that does not end: its place is beyond the file's end, where a
    /// later update puts what it likes.
    private static func openEnded() -> Data {
        var file = "%PDF-1.7\n"
        var offsets: [Int] = []
        let hello = "BT /F1 24 Tf 72 700 Td (Van ban) Tj ET"
        for (index, object) in [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[4 0 R]/MediaBox[0 0 595 842]>>", "",
            "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
            "<</Length \(hello.utf8.count)>>stream\n\(hello)\nendstream",
            "<</Type/XRef/W[1 1 1]/Index[3 1]/Size 8/Root 1 0 R/Length 3>>stream\n\u{2}\u{7}\u{0}\nendstream",
            "<</Type/ObjStm/N 1/First 7/Length 2000>>stream\n3 1500 ",
        ].enumerated() {
            offsets.append(file.utf8.count)
            if !object.isEmpty { file += "\(index + 1) 0 obj\n\(object)\nendobj\n" }
        }
        let start = file.utf8.count
        file += "xref\n0 8\n0000000000 65535 f \n"
        for (index, offset) in offsets.enumerated() {
            file += index == 2 ? "0000000000 00000 f \n" : String(format: "%010d 00000 n \n", offset)
        }
        file += "trailer\n<</Size 8/Root 1 0 R/XRefStm \(offsets[5])>>\nstartxref\n\(start)\n%%EOF\n"
        return Data(file.utf8)
    }

    @Test func `an object stream open at its end is not filled by a later update`() async throws {
        let practice = try Practice.shared.get()
        let signed = try await PDFSigner.sign(
            Self.openEnded(), SignatureIntent(target: .newField(name: "A", rect: nil), signedAt: now),
            with: practice.leader)
        let rect = PageRect(page: 1, x: 10, y: 10, width: 50, height: 20)
        let later = try await PDFSigner.sign(
            signed, SignatureIntent(target: .newField(name: "B", rect: rect), signedAt: now), with: practice.seal)
        let report = SignatureVerifier.report(on: later, trust: practice.trust, at: now)
        #expect(report.signatures.first { $0.field == "A" }?.verdict == .modifiedAfterSigning)
    }
}
