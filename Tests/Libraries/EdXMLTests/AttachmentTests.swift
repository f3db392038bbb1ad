import Digests
import Foundation
import Testing

@testable import EdXML

/// Tệp đính kèm: giải mã đúng byte, chỉ mở gói ZIP do phần mềm trục đóng, nói rõ tệp nào hỏng và vì sao.
@Suite struct AttachmentTests {
    private func decode(_ base64: String, name: String, limits: PacketLimits = PacketLimits()) -> PacketAttachment {
        PacketAttachment.decoded(base64, name: name, limits: limits)
    }

    @Test func `genuine office files and archives are never unpacked`() {
        let docx = decode(Fixture.docx.base64EncodedString(), name: "ke-hoach.docx")
        #expect(docx.content == Fixture.docx && docx.isIntact && docx.encoding == .raw)
        let zip = decode(Fixture.plainZip.base64EncodedString(), name: "ke-hoach.zip")
        #expect(zip.content == Fixture.plainZip && zip.encoding == .raw)
    }

    @Test func `an office file packed under a UUID with its own extension is unpacked once`() throws {
        let id = "0D3C6F0E-5F7B-4A51-9C77-3C1B7B0B2B11"
        let packed = try #require(try SingleEntryPacking.bytes(of: Fixture.docx, named: "\(id).docx"))
        let attachment = decode(packed.base64EncodedString(), name: "ke-hoach.docx")
        #expect(attachment.content == Fixture.docx)
        #expect(attachment.encoding == .zipped(entry: "\(id).docx"))
    }

    @Test func `several files under the name of a PDF stay as they came`() {
        let attachment = decode(Fixture.docx.base64EncodedString(), name: "a.pdf")
        #expect(attachment.content == Fixture.docx && attachment.isIntact)
    }

    @Test func `a damaged archive is corrupt, with the reason`() {
        var bytes = Fixture.data(Fixture.zippedPDF)
        bytes[90] ^= 0xFF
        guard case .corrupt(.badArchive(let problem)) = decode(bytes.base64EncodedString(), name: "a.pdf").state else {
            Issue.record("the archive passed for intact")
            return
        }
        #expect([.damaged, .checksum].contains(problem))
        let cut = Fixture.data(Fixture.zippedPDF).dropLast(40).base64EncodedString()
        #expect(decode(cut, name: "a.pdf").state == .corrupt(.badArchive(.noDirectory)))
    }

    @Test func `an archive by nature must be whole, and so must one that only packs`() throws {
        for (file, name) in [(Fixture.docx, "ke-hoach.docx"), (Fixture.plainZip, "ke-hoach.zip")] {
            let cut = file.dropLast(30).base64EncodedString()
            #expect(decode(cut, name: name).state == .corrupt(.badArchive(.noDirectory)))
        }
        let id = "0D3C6F0E-5F7B-4A51-9C77-3C1B7B0B2B11"
        var packed = try #require(try SingleEntryPacking.bytes(of: Fixture.docx, named: "\(id).docx"))
        // The checksum in the directory.
        let directory = try #require(packed.range(of: Data([0x50, 0x4B, 1, 2])))
        packed[directory.lowerBound + 16] ^= 0xFF
        #expect(decode(packed.base64EncodedString(), name: "ke-hoach.docx").state == .corrupt(.badArchive(.checksum)))
    }

    @Test func `an archive under a password is corrupt, and says so`() throws {
        var packed = try #require(try SingleEntryPacking.bytes(of: Fixture.pdf, named: "a.pdf"))
        let directory = try #require(packed.range(of: Data([0x50, 0x4B, 1, 2]))).lowerBound
        packed[directory + 8] |= 1
        #expect(decode(packed.base64EncodedString(), name: "a.pdf").state == .corrupt(.badArchive(.encrypted)))
    }

    @Test(arguments: [(1, ArchiveProblem.checksum), (-1, .tooLarge)])
    func `an archive whose entry is longer or shorter than it says is corrupt`(
        change: Int, problem: ArchiveProblem
    )
        throws
    {
        let file = Fixture.pdf + Data(repeating: 0x20, count: 256 - Fixture.pdf.count % 256 + 100)
        var packed = try #require(try SingleEntryPacking.bytes(of: file, named: "a.pdf"))
        let directory = try #require(packed.range(of: Data([0x50, 0x4B, 1, 2]))).lowerBound
        packed[directory + 24] = UInt8(100 + change)
        #expect(decode(packed.base64EncodedString(), name: "a.pdf").state == .corrupt(.badArchive(problem)))
    }

    @Test(arguments: [("docx", true), ("xlsx", false)])
    func `an archive by nature is unpacked only of an entry with its own extension`(
        kind: String, isUnpacked: Bool
    )
        throws
    {
        let entry = "0D3C6F0E-5F7B-4A51-9C77-3C1B7B0B2B11.\(kind)"
        let packed = try #require(try SingleEntryPacking.bytes(of: Fixture.docx, named: entry))
        let attachment = decode(packed.base64EncodedString(), name: "ke-hoach.docx")
        #expect((attachment.encoding == .zipped(entry: entry)) == isUnpacked)
        #expect(attachment.content == (isUnpacked ? Fixture.docx : packed))
    }

    @Test func `all attachments of a packet together are kept within the limit`() throws {
        var limits = PacketLimits()
        limits.decodedBytes = 3 * Fixture.pdf.count
        var decoder = AttachmentDecoder(limits: limits)
        var states: [PacketAttachment.State] = []
        for number in 1...4 {
            var attachment = PacketAttachment(contentId: "\(number)", name: "a.pdf", content: Data())
            let content = EncodedContent(.memory, limit: limits.decodedBytes)
            Data(Fixture.pdf.base64EncodedString().utf8).withUnsafeBytes { content.take($0) }
            content.close()
            try decoder.judge(content, into: &attachment)
            states.append(attachment.state)
        }
        #expect(states == [.intact, .intact, .intact, .corrupt(.tooLarge)])
    }

    private func notes(_ content: Data, name: String) -> [PacketNote] {
        let packet = Fixture.newDocument.replacing(Fixture.zippedPDF, with: content.base64EncodedString())
            .replacing("cong-van.doc", with: name)
        return PacketReader().read(Data(packet.utf8)).tolerated
    }

    @Test(arguments: ["a.pdf", "a.docx", "a.png", "a.zip"])
    func `content that is not what its name says is told`(name: String) {
        #expect(
            notes(Data("<html>Lỗi 502</html>".utf8), name: name).contains(.contentDiffers(name: name, kind: .other)))
        #expect(PacketNote.contentDiffers(name: name, kind: .other).sentence.contains("không đúng với đuôi tệp"))
    }

    @Test func `a name that promises nothing is believed`() {
        #expect(
            !notes(Data("một hai ba".utf8), name: "a.txt").contains {
                if case .contentDiffers = $0 { true } else { false }
            })
    }

    @Test func `a PDF file without its end is told`() {
        let whole = notes(Fixture.pdf, name: "a.pdf")
        #expect(!whole.contains(.cutShort(name: "a.pdf")))
        #expect(notes(Fixture.pdf.dropLast(20), name: "a.pdf").contains(.cutShort(name: "a.pdf")))
    }

    @Test func `an archive that unpacks beyond the limit is refused`() throws {
        var limits = PacketLimits()
        limits.decodedBytes = 100_000
        let bomb = try #require(try SingleEntryPacking.bytes(of: Data(count: 4 << 20), named: "a.pdf"))
        let attachment = decode(bomb.base64EncodedString(), name: "a.pdf", limits: limits)
        #expect(attachment.state == .corrupt(.badArchive(.tooLarge)))
    }

    @Test(arguments: [
        ("QUJD", "ABC"), ("QUI=", "AB"), ("QUI", "AB"), ("QQ==", "A"), ("Q U\r\nJ\tD", "ABC"), ("QQ", "A"),
    ])
    func `base64 with line breaks or without padding is decoded`(text: String, expected: String) {
        let (content, problem) = Base64.decode(Array(text.utf8))
        #expect(content == Data(expected.utf8))
        #expect(problem == nil)
    }

    @Test(arguments: [("QUJ*", 3), ("Q", 1), ("=QUJ", 0), ("QUI=QUI=", 4), ("QQ=", 3), ("QUJDQ===", 5)])
    func `anything else in base64 is an error at its place`(text: String, offset: Int) {
        #expect(Base64.decode(Array(text.utf8)).problem == Base64.Problem(offset: offset))
    }

    /// Bytes that need every letter of the alphabet.
    private static let bytes = Data("%PDF-1.4".utf8) + Data((0...255).map { UInt8($0) }) + Data("%%EOF".utf8)
    private static let plain = bytes.base64EncodedString()

    private static func percent(_ text: String) -> String {
        text.replacing("+", with: "%2B").replacing("/", with: "%2f").replacing("=", with: "%3D")
    }

    @Test(arguments: [
        plain.replacing("+", with: "-").replacing("/", with: "_"), "data:application/pdf;base64,\(plain)",
        "\n data:;base64,\(plain)", "\u{FEFF}\(plain)", "\(plain.prefix(76))\u{A0}\(plain.dropFirst(76))",
        percent(plain), "\(plain.prefix(76))%0D%0a\(plain.dropFirst(76))", "\(plain)\u{200B}",
    ])
    func `base64 that lost nothing on its way is decoded, whole or in pieces`(text: String) throws {
        for piece in [1, 2, 3, 7, 4_096] {
            // The head of an address comes in one piece: it is short, and pieces are not.
            guard piece > 40 || !text.contains("data:") else { continue }
            let content = EncodedContent(.memory, limit: 1 << 20)
            for start in stride(from: 0, to: text.utf8.count, by: piece) {
                Data(text.utf8.dropFirst(start).prefix(piece)).withUnsafeBytes { content.take($0) }
            }
            content.close()
            #expect(try content.decoded().source.data == Self.bytes)
            #expect(content.problem == nil && content.isUnusual)
        }
    }

    @Test(arguments: [
        "-----BEGIN PKCS7-----\n\(plain)\n-----END PKCS7-----", "\(plain)%2", "QUJD%41", "QUI=-", "QUJD\u{E9}",
    ])
    func `what is another format or lost something stays corrupt`(text: String) {
        guard case .corrupt(.badBase64) = decode(text, name: "a.pdf").state else {
            Issue.record("\(text) passed for base64")
            return
        }
    }

    @Test func `base64 in an unusual way is told`() {
        let packet = Fixture.newDocument.replacing(Fixture.zippedPDF, with: "data:a/b;base64,\(Self.plain)")
        #expect(
            PacketReader().read(Data(packet.utf8)).tolerated.contains(.unusualBase64(name: "cong-van.doc")))
    }

    @Test func `a name that is too long keeps its end, which says what the file is`() {
        let name = AttachmentsReader.safeName(String(repeating: "ế", count: 260) + ".docx", position: 0)
        #expect(name.count == 200 && name.hasSuffix("ế.docx"))
        #expect(AttachmentsReader.safeName(String(repeating: "a", count: 260), position: 0).count == 200)
        let packet = Fixture.newDocument.replacing("cong-van.doc", with: String(repeating: "a", count: 260) + ".doc")
        #expect(
            PacketReader().read(Data(packet.utf8)).tolerated
                .contains(.tooLong(path: "Attachment/AttachmentName", limit: 200)))
    }

    @Test func `an empty attachment is corrupt`() {
        #expect(decode("  ", name: "a.pdf").state == .corrupt(.empty))
    }

    @Test func `names cannot lead out of a folder or hide their extension`() {
        #expect(AttachmentsReader.safeName("../../etc/passwd", position: 0) == "passwd")
        #expect(AttachmentsReader.safeName("C:\\a\\b.pdf", position: 0) == "b.pdf")
        for mark in ["\u{200F}", "\u{202E}", "\u{2067}", "\u{9F}"] {
            #expect(AttachmentsReader.safeName("a\(mark)fdp.exe", position: 0) == "afdp.exe")
        }
        #expect(AttachmentsReader.safeName("..", position: 1) == "tep-2")
        #expect(AttachmentsReader.safeName(nil, position: 0) == "tep-1")
    }

    @Test func `a file listed without content is reported as missing`() throws {
        let cut = Fixture.dotNet.replacingOccurrences(of: "AttachmentEncoded>", with: "Nothing>")
        guard case .document(let packet) = PacketReader().read(Data(cut.utf8)).packet else {
            Issue.record("refused")
            return
        }
        #expect(packet.attachments.map(\.state) == [.corrupt(.contentMissing)])
        #expect(packet.attachments.map(\.name) == ["xin-y-kien.pdf"])
    }
}

extension PacketAttachment {
    /// What the reader makes of this content.
    static func decoded(_ base64: String, name: String, limits: PacketLimits = PacketLimits()) -> PacketAttachment {
        var attachment = PacketAttachment(contentId: "1", name: name, content: Data())
        let content = EncodedContent(.memory, limit: limits.decodedBytes)
        Data(base64.utf8).withUnsafeBytes { content.take($0) }
        content.close()
        var decoder = AttachmentDecoder(limits: limits)
        do { try decoder.judge(content, into: &attachment) } catch { Issue.record(error) }
        return attachment
    }
}

extension SingleEntryPacking {
    static func bytes(of file: Data, named name: String) throws -> Data? {
        guard let packing = try SingleEntryPacking(ByteSource(file), named: name) else { return nil }
        var out = Data()
        try packing.forEachPiece { out.append(contentsOf: $0) }
        return out
    }
}
