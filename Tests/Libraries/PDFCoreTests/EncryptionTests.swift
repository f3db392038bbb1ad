import Digests
import Foundation
import SamplePDFs
import Testing

@testable import PDFCore

/// Tệp có mật khẩu: mở bằng mật khẩu, ghi tiếp theo đúng cách mã hóa của tệp (ISO 32000-2 §7.6).
@Suite(.enabled(if: Tool.hasQPDF, "needs qpdf"))
struct EncryptionTests {
    /// How qpdf is told to encrypt.
    struct Way: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var user = "người"
        var owner = "chủ"
        var options: [String]

        var arguments: [String] { ["--allow-weak-crypto", "--encrypt", user, owner] + options }
    }

    static let ways = [
        Way(testDescription: "R2, RC4 40", user: "user", owner: "owner", options: ["40"]),
        Way(testDescription: "R3, RC4 128", user: "user", owner: "owner", options: ["128", "--use-aes=n"]),
        Way(testDescription: "R4, RC4", user: "user", owner: "owner", options: ["128", "--force-V4", "--use-aes=n"]),
        Way(testDescription: "R4, AES 128", user: "user", owner: "owner", options: ["128", "--use-aes=y"]),
        Way(
            testDescription: "R4, clear metadata", user: "user", owner: "owner",
            options: ["128", "--use-aes=y", "--cleartext-metadata"]),
        Way(testDescription: "R5, AES 256", options: ["256", "--force-R5"]),
        Way(testDescription: "R6, AES 256", options: ["256"]),
        Way(testDescription: "R6, clear metadata", options: ["256", "--cleartext-metadata"]),
        Way(testDescription: "R6, empty user password", user: "", options: ["256"]),
        Way(testDescription: "R3, empty user password", user: "", owner: "owner", options: ["128", "--use-aes=n"]),
    ]

    /// A sample with a title, metadata and a page.
    private static func sample(_ shape: SamplePDF.Shape) throws -> Data {
        var update = try IncrementalUpdate(continuing: PDFDocument(data: SamplePDF(shape: shape).data))
        let metadata = update.add(.stream(PDFStream(["Type": .name("Metadata")], encoded: Data("<x/>".utf8))))
        var catalog = try update.document.catalog()
        catalog["Metadata"] = .reference(metadata)
        catalog["Lang"] = .text("tiếng Việt (vi)")
        update.set(PDFReference(1), to: .dictionary(catalog))
        return update.file()
    }

    private func check(_ document: PDFDocument) throws {
        // Cross reference streams are never encrypted (§7.5.8.2).
        for number in 1..<document.nextNumber {
            guard let stream = try document.object(document.reference(number)).stream,
                stream.dictionary["Type"] == .name("XRef")
            else { continue }
            #expect(try document.decoded(stream).isEmpty == false)
        }
        let catalog = try document.catalog()
        #expect(catalog["Lang"]?.text == "tiếng Việt (vi)")
        let metadata = try #require(try document.value("Metadata", of: catalog).stream)
        #expect(try document.decoded(metadata) == Data("<x/>".utf8))
        let content = try #require(try document.value("Contents", of: document.page(0).dictionary).stream)
        #expect(String(decoding: try document.decoded(content), as: UTF8.self).contains("(Van ban) Tj"))
    }

    @Test(arguments: ways, SamplePDF.Shape.allCases)
    func `either password opens it, a wrong one does not, and what is appended is encrypted alike`(
        way: Way, shape: SamplePDF.Shape
    ) throws {
        let streams = shape == .table ? "disable" : "generate"
        let file = try Tool.rewritten(
            Self.sample(shape), way.arguments + ["--", "--object-streams=\(streams)"])
        for password in [way.user, way.owner] {
            let document = try PDFDocument(data: file, password: password)
            #expect(document.isEncrypted && !document.isLocked)
            try check(document)
        }
        if way.user.isEmpty {
            try check(PDFDocument(data: file))
            try check(PDFDocument(data: file, password: "sai"))
        } else {
            #expect(throws: PDFError(.encrypted)) { try PDFDocument(data: file) }
            #expect(throws: PDFError(.wrongPassword)) { try PDFDocument(data: file, password: "sai") }
            #expect(try PDFDocument(data: file, toleratesLock: true).isLocked)
        }
        try append(to: file, way)
    }

    private func append(to file: Data, _ way: Way) throws {
        var update = try IncrementalUpdate(continuing: PDFDocument(data: file, password: way.user))
        let note = update.add(.dictionary(["Note": .text("Số 123"), "List": .array([.string(Data("ab".utf8))])]))
        let stream = update.add(.stream(PDFStream([:], encoded: Data("xin chào".utf8))))
        let signature = update.add(
            .dictionary([
                "Type": .name("Sig"), "ByteRange": .array([.integer(0)]), "Contents": .string(Data([1, 2, 3])),
                "Reason": .text("Duyệt"),
            ]))
        let clear = update.add(
            .stream(
                PDFStream(
                    [
                        "Filter": .array([.name("Crypt")]),
                        "DecodeParms": .array([.dictionary(["Name": .name("Identity")])]),
                    ], encoded: Data("ai cũng đọc".utf8))))
        let again = PDFReference(update.reserve().number, 1)
        update.set(again, to: .dictionary(["Note": .text("Số 123")]))
        let whole = update.file()
        let read = try PDFDocument(data: whole, password: way.user)
        #expect(read.trailer["Encrypt"] == update.document.trailer["Encrypt"])
        #expect(try read.object(note).dictionary?["Note"]?.text == "Số 123")
        #expect(try read.object(stream).stream.map { try read.decoded($0) } == Data("xin chào".utf8))
        #expect(try read.object(signature).dictionary?["Contents"]?.string == Data([1, 2, 3]))
        #expect(whole.dropFirst(file.count).range(of: Data("<010203>".utf8)) != nil)
        #expect(whole.dropFirst(file.count).range(of: Data("xin ch".utf8)) == nil)
        // A stream's own filter comes first (§7.6.6).
        #expect(whole.dropFirst(file.count).range(of: Data("ai cũng đọc".utf8)) != nil)
        #expect(try read.object(clear).stream.map { try read.decoded($0) } == Data("ai cũng đọc".utf8))
        try Tool.withFolder { folder in
            let path = folder.appending(path: "a.pdf")
            try whole.write(to: path)
            let password = "--password=\(way.user)"
            let judged = try Tool.qpdf([password, "--check", path.path])
            #expect(judged.status == 0, "\(judged.text)")
            for object in ["\(note.number)", "\(again.number),1"] {
                let shown = try Tool.qpdf([password, "--show-object=\(object)", path.path])
                #expect(shown.text.contains("feff00531ed10020003100320033"), "\(shown.text)")
            }
            let content = try Tool.qpdf([password, "--show-object=\(stream.number)", "--raw-stream-data", path.path])
            #expect(content.text == "xin chào", "\(content.text)")
        }
    }

    @Test(arguments: ways.filter { $0.options.contains("--cleartext-metadata") })
    func `metadata that is encrypted although the file says it is clear is read all the same`(way: Way) throws {
        let file = try Tool.rewritten(Self.sample(.table), way.arguments + ["--", "--object-streams=disable"])
        var update = try IncrementalUpdate(continuing: PDFDocument(data: file, password: way.user))
        let packet = Data("<?xpacket begin=''?><x/>".utf8)
        // Written as a stream of another type, and then called metadata.
        let stream = update.add(.stream(PDFStream(["Type": .name("Metadatx")], encoded: packet)))
        var whole = update.file()
        let type = try #require(whole.range(of: Data("/Metadatx".utf8), options: .backwards))
        whole.replaceSubrange(type, with: Data("/Metadata".utf8))
        let document = try PDFDocument(data: whole, password: way.user)
        try check(document)
        #expect(try document.object(stream).stream.map { try document.decoded($0) } == packet)
    }

    @Test func `attachments are in the clear where the file says so`() throws {
        let way = Self.ways[6]
        let text = try Tool.rewritten(Self.sample(.table), way.arguments + ["--", "--object-streams=disable"])
        let place = try #require(text.range(of: Data("/Length 256".utf8)))
        var file = text
        file.replaceSubrange(place, with: Data("/EFF/Khong ".utf8))
        var update = try IncrementalUpdate(continuing: PDFDocument(data: file, password: way.user))
        let attached = update.add(
            .stream(PDFStream(["Type": .name("EmbeddedFile")], encoded: Data("xin chào".utf8))))
        let whole = update.file()
        #expect(whole.dropFirst(file.count).range(of: Data("xin chào".utf8)) != nil)
        let read = try PDFDocument(data: whole, password: way.user)
        #expect(try read.object(attached).stream.map { try read.decoded($0) } == Data("xin chào".utf8))
    }

    private static func encrypted(_ more: String = "") -> Data {
        let encryption = "<</Filter/Standard/V 5/R 6\(more)/StmF/Identity/StrF/Identity>>"
        let text = String(decoding: SamplePDF().data, as: UTF8.self)
        return Data(text.replacing("/Root 1 0 R", with: "/Root 1 0 R/Encrypt\(encryption)").utf8)
    }

    private static func continued(_ file: Data) throws -> PDFDocument {
        var update = try IncrementalUpdate(continuing: PDFDocument(data: file))
        _ = update.add(.dictionary([:]))
        return try PDFDocument(data: update.file())
    }

    /// The identifier is part of the key of older files: none counts as an empty one.
    @Test func `an encrypted file without identifier gets none that would change its key`() throws {
        #expect(try Self.continued(Self.encrypted()).trailer["ID"]?.array?.first?.string == Data())
        #expect(try Self.continued(SamplePDF().data).trailer["ID"]?.array?.first?.string?.count == 16)
    }

    @Test func `a file whose revisions carry authentication codes is not continued without one`() throws {
        let document = try PDFDocument(data: Self.encrypted("/KDFSalt(0123)"))
        #expect(document.isIntegrityProtected && document.codeWrappingKey == nil)
        #expect(throws: PDFError(.integrityProtected)) { try IncrementalUpdate(continuing: document) }
        #expect(throws: PDFError(.integrityProtected)) {
            try IncrementalUpdate(continuing: document, codeByteCount: 100)
        }
    }

    /// A salt is put into a file under AES-256, as another program would have when it encrypted the file.
    private static func salted(_ shape: SamplePDF.Shape) throws -> PDFDocument {
        let streams = shape == .table ? "disable" : "generate"
        let options = ["--encrypt", "mật khẩu", "chủ", "256", "--", "--object-streams=\(streams)"]
        let file = try Tool.rewritten(Self.sample(shape), options)
        var update = try IncrementalUpdate(continuing: PDFDocument(data: file, password: "chủ"))
        let reference = try #require(update.document.trailer["Encrypt"]?.reference)
        var encryption = try #require(try update.object(reference).dictionary)
        encryption["KDFSalt"] = .string(Data(repeating: 7, count: 32))
        update.set(reference, to: .dictionary(encryption))
        return try PDFDocument(data: update.file(), password: "mật khẩu")
    }

    @Test(arguments: SamplePDF.Shape.allCases)
    func `what is appended to it has room for a code in its trailer`(shape: SamplePDF.Shape) throws {
        var update = try IncrementalUpdate(continuing: Self.salted(shape), codeByteCount: 100)
        _ = update.add(.text("Số 123"))
        let (written, whole) = (update.written(), update.file())
        let code = try #require(written.code)
        let hole = code.offset + code.dictionary.hole.lowerBound..<code.offset + code.dictionary.hole.upperBound
        let read = try PDFDocument(data: whole, password: "chủ")
        #expect(read.hexadecimal(in: hole) == Data(count: 100))
        #expect(read.trailer["AuthCode"]?.dictionary != nil && read.problems.isEmpty)
        #expect(whole.suffix(from: hole.upperBound).starts(with: Data("/MACLocation /Standalone>>".utf8)))
    }

    @Test(arguments: SamplePDF.Shape.allCases)
    func `the code may be carried by a signature instead`(shape: SamplePDF.Shape) throws {
        var update = try IncrementalUpdate(continuing: Self.salted(shape), codeByteCount: 100)
        let signature = update.add(.dictionary([:]))
        update.carryCode(in: signature)
        #expect(update.written().code == nil)
        #expect(
            try PDFDocument(data: update.file(), password: "chủ").trailer["AuthCode"]
                == .dictionary(["MACLocation": .name("AttachedToSig"), "SigObjRef": .reference(signature)]))
    }

    @Test(arguments: SamplePDF.Shape.allCases)
    func `no code is written where the file asks for none`(shape: SamplePDF.Shape) throws {
        let file = try Tool.rewritten(Self.sample(shape), ["--encrypt", "", "chủ", "256", "--"])
        for data in [file, SamplePDF(shape: shape).data] {
            var update = try IncrementalUpdate(continuing: PDFDocument(data: data), codeByteCount: 100)
            update.carryCode(in: update.add(.dictionary([:])))
            #expect(update.written().code == nil)
            #expect(try PDFDocument(data: update.file()).trailer["AuthCode"] == nil)
        }
    }

    @Test func `a file encrypted for certificates stays locked`() throws {
        let encryption =
            "<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4/CF<</A<</CFM/AESV2>>>>/StmF/A/StrF/A>>"
        let text = String(decoding: SamplePDF().data, as: UTF8.self).replacingOccurrences(
            of: "/Root 1 0 R", with: "/Root 1 0 R/Encrypt\(encryption)")
        #expect(throws: PDFError(.unsupportedEncryption("Adobe.PubSec"))) { try PDFDocument(data: Data(text.utf8)) }
        let document = try PDFDocument(data: Data(text.utf8), toleratesLock: true)
        #expect(try document.isLocked && document.pageCount() == 1)
        #expect(throws: PDFError(.encrypted)) { try IncrementalUpdate(continuing: document) }
        let content = try #require(try document.value("Contents", of: document.page(0).dictionary).stream)
        #expect(throws: PDFError(.encrypted)) { try document.decoded(content) }
    }

    @Test(arguments: ["Standard", "Adobe.PubSec"])
    func `a file of which only attachments are encrypted is open to all`(filter: String) throws {
        let encryption =
            "<</Filter/\(filter)/V 4/R 4/CF<</A<</CFM/AESV2/AuthEvent/EFOpen>>>>/StmF/Identity/StrF/Identity/EFF/A>>"
        let text = String(decoding: SamplePDF().data, as: UTF8.self).replacingOccurrences(
            of: "/Root 1 0 R", with: "/Root 1 0 R/Encrypt\(encryption)")
        let document = try PDFDocument(data: Data(text.utf8))
        let content = try #require(try document.value("Contents", of: document.page(0).dictionary).stream)
        #expect(String(decoding: try document.decoded(content), as: UTF8.self).contains("(Van ban) Tj"))
    }

    @Test func `RC4 gives the values everybody knows`() {
        #expect(RC4.process(Data("Plaintext".utf8), key: Array("Key".utf8)).hex == "bbf316e8d940af0ad3")
        #expect(RC4.process(Data("pedia".utf8), key: Array("Wiki".utf8)).hex == "1021bf0420")
    }

    @Test(arguments: [0, 1, 15, 16, 17, 31, 33])
    func `AES reads back what it wrote, and cut-off blocks are no crash`(count: Int) {
        let key = [UInt8](0..<16)
        let sealed = AES.sealed(Data(count: count), key: key)
        #expect(AES.opened(sealed, key: key) == Data(count: count))
        for cut in 0..<sealed.count { _ = AES.opened(sealed.prefix(cut), key: key) }
    }
}
