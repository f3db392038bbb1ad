import Foundation
import PDFCore
import SamplePDFs
import SignatureCore
import Testing

@testable import PAdES

/// Tệp nhỏ đòi hỏi nhiều: kho dữ liệu kiểm tra, tên ô nhập, đều có giới hạn.
@Suite struct LimitTests {
    /// A file whose store lists these streams.
    private static func store(_ streams: [Data], certificates: [Int] = [], lists: [Int] = []) throws -> SecurityStore {
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        let references = streams.map { content in
            PDFObject.reference(
                update.add(.stream(PDFStream(["Filter": .name("FlateDecode")], encoded: Deflate.deflate(content)))))
        }
        var catalog = try document.catalog()
        catalog["DSS"] = .dictionary([
            "Certs": .array(certificates.map { references[$0] }), "CRLs": .array(lists.map { references[$0] }),
        ])
        update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        return try #require(try SecurityStore(try PDFDocument(data: update.file())))
    }

    @Test func `a stream named again and again is read once`() throws {
        let certificate = try Practice.shared.get().leader.certificate
        let store = try Self.store([certificate.der, Data("x".utf8)], certificates: [0, 0, 1, 0, 1])
        #expect(store.material.certificates == [certificate] && store.unreadableCount == 1)
    }

    @Test func `a stream too big to be a certificate costs no list beside it`() throws {
        let list = try Practice.shared.get().revocationList()
        let store = try Self.store([Data(count: 2 << 20), list], certificates: [0], lists: [1])
        #expect(store.material.crls == [list] && store.unreadableCount == 1)
    }

    @Test func `streams that blow up are paid for until nothing is left`() throws {
        let list = try Practice.shared.get().revocationList()
        let bomb = Data(count: 49 << 20)
        let one = try Self.store([bomb, list], lists: [0, 1])
        #expect(one.material.crls == [list] && one.unreadableCount == 1)
        let two = try Self.store([bomb, bomb, list], lists: [0, 1, 2])
        #expect(two.material.crls.isEmpty && two.unreadableCount == 3)
    }

    /// Each signature costs a digest of the file and a comparison of its revisions.
    @Test(arguments: [(100, Verdict.invalid), (101, .malformed)])
    func `a file has a hundred signatures at the most`(count: Int, verdict: Verdict) throws {
        let file = try RevisionTests.updated(SamplePDF().data) { update, document in
            let fields = (0..<count).map { number in
                let value = update.add(.dictionary(["Type": .name("Sig"), "ByteRange": .array([])]))
                return update.add(
                    .dictionary(["FT": .name("Sig"), "T": .text("\(number)"), "V": .reference(value)]))
            }
            var catalog = try document.catalog()
            catalog["AcroForm"] = .dictionary(["Fields": .array(fields.map { .reference($0) })])
            update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        }
        #expect(try RevisionTests.report(file).verdict == verdict)
    }

    /// A file with a field of that many levels, each of these many letters.
    private static func file(levels: Int, letters: Int) throws -> Data {
        let document = try PDFDocument(data: SamplePDF().data)
        var update = try IncrementalUpdate(continuing: document)
        let name = PDFObject.text(String(repeating: "n", count: letters))
        var field = update.add(.dictionary(["T": name, "FT": .name("Tx")]))
        for _ in 1..<levels { field = update.add(.dictionary(["T": name, "Kids": .array([.reference(field)])])) }
        var catalog = try document.catalog()
        catalog["AcroForm"] = .dictionary(["Fields": .array([.reference(field)])])
        update.set(try #require(document.catalogReference), to: .dictionary(catalog))
        return update.file()
    }

    @Test func `a field's whole name is bounded, and with it all names of a file`() throws {
        let long = try Self.file(levels: 30, letters: 1000)
        #expect(try FieldTree(try PDFDocument(data: long)).fields.first?.name.count == 30 * 1001 - 1)
        let longer = try Self.file(levels: 40, letters: 1000)
        #expect(throws: PDFError(.limit(.stringBytes))) { try FieldTree(try PDFDocument(data: longer)) }
        #expect(SignatureVerifier.report(on: longer, trust: .init(), at: now).verdict == .malformed)
    }

    /// ISO 32000-2 §7.9.2.2: one name in three encodings, and one with the language it is in.
    @Test(arguments: [
        Data([0x53, 0xA0]), Data([0xFE, 0xFF, 0, 0x53, 0x20, 0xAC]), Data([0xEF, 0xBB, 0xBF]) + Data("S€".utf8),
        Data([0xFE, 0xFF, 0, 0x1B, 0x76, 0x69, 0, 0x1B, 0, 0x53, 0x20, 0xAC]),
    ])
    func `a lock closes the field of that name however it is written`(bytes: Data) throws {
        let document = try PDFDocument(data: SamplePDF().data)
        let name = try #require(PDFObject.string(bytes).text)
        let lock = try LockedFields(["Action": .name("Include"), "Fields": .array([.text("S€")])], in: document)
        #expect(lock?.covers(name) == true && lock?.covers("S") == false)
    }
}
