import Digests
import EdXML
import Foundation
import OfficeTestKit
import Outgoing
import Platform
import Records
import Testing

@testable import Exchange

/// Chữ ký XML của gói tin: ký khi được cấu hình, kiểm tra khi có, chỉ để tham khảo.
@Suite struct PacketSignatureTests {
    /// A key and its certificate, made by OpenSSL, in a folder of their own.
    private struct KeyPair {
        let folder: URL
        var key: URL { folder.appending(path: "khoa.pem") }
        var certificate: URL { folder.appending(path: "chung-thu.pem") }

        init() async throws {
            folder = try TestOffice.temporaryFolder()
            _ = try await Sandbox.detect().run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Van phong",
                    "-keyout", key.path, "-out", certificate.path,
                ])
        }
    }

    private func signed(
        _ world: ExchangeWorld, _ pair: KeyPair, files: [(String, Data)] = [("van-ban.pdf", ExchangeWorld.pdf)]
    ) async throws -> Data {
        let office = world.academy.office
        let ground = Groundwork(
            database: office.database, blobs: office.ground.blobs, clock: office.ground.clock,
            sandbox: await .detect(), transport: office.ground.transport,
            settings: office.ground.settings.overlaid(with: [
                "packet.signature.key": pair.key.path, "packet.signature.certificate": pair.certificate.path,
            ]))
        let desk = try ExchangeDesk(ground: ground, checkpoints: Checkpoints { _ in })
        let id = try await world.issue(files: files)
        try await desk.send(SendDocumentJob(document: id.rawValue, agency: ExchangeWorld.instituteCode.rawValue))
        let sent = try #require(try await world.academy.transmissions().first)
        return try office.ground.blobs.get(sent.packet)
    }

    @Test func `a packet signed by configuration is verified by xmlsec1 itself`() async throws {
        let (world, pair) = (try await ExchangeWorld.make(), try await KeyPair())
        defer { try? FileManager.default.removeItem(at: pair.folder) }
        let bytes = try await signed(world, pair)
        let file = pair.folder.appending(path: "goi.edxml")
        try bytes.write(to: file)
        _ = try await Sandbox.detect().run(
            "xmlsec1", ["--verify", "--trusted-pem", pair.certificate.path, file.path])
        guard case .document(let packet) = PacketReader().read(bytes).packet else {
            Issue.record("refused")
            return
        }
        #expect(packet.signature == .present && packet.signatureClaim?.objection == nil)
        #expect(packet.signatureClaim?.method == SignatureClaim.rsaSHA256)
        #expect(packet.attachments.map(\.isIntact) == [true])
        let check = PacketSignatureCheck(sandbox: await .detect())
        #expect(await check.verdict(on: .document(packet), in: file) == .intact)
        try Data(String(decoding: bytes, as: UTF8.self).replacing("tổ giúp việc", with: "tổ khác").utf8).write(to: file)
        #expect(await check.verdict(on: .document(packet), in: file) == .altered)
    }

    @Test func `a packet with a large file is signed and verified like any other`() async throws {
        let (world, pair) = (try await ExchangeWorld.make(), try await KeyPair())
        defer { try? FileManager.default.removeItem(at: pair.folder) }
        let large = ExchangeWorld.pdf + randomBytes(12 << 20)
        let file = pair.folder.appending(path: "goi.edxml")
        try await signed(world, pair, files: [("lon.pdf", large)]).write(to: file)
        let result = try PacketReader().read(try ByteSource(contentsOf: file), attachments: .nowhere)
        let check = PacketSignatureCheck(sandbox: await .detect())
        #expect(await check.verdict(on: result.packet, in: file) == .intact)
        let left = try FileManager.default.contentsOfDirectory(
            atPath: world.academy.office.ground.blobs.workFolder.path)
        #expect(left.isEmpty)
    }

    @Test func `an altered signature is told to the clerk and stops nothing`() async throws {
        let (world, pair) = (try await ExchangeWorld.make(), try await KeyPair())
        defer { try? FileManager.default.removeItem(at: pair.folder) }
        let bytes = try await signed(world, pair)
        let altered = String(decoding: bytes, as: UTF8.self).replacing("tổ giúp việc", with: "tổ khác")
        try await world.smuggle(Data(altered.replacing(",15/", with: ",16/").utf8))
        try await world.institute.desk.poll()
        let arrivals = try await world.institute.arrivals()
        #expect(arrivals.map(\.state) == [.filed, .filed])
    }

    @Test(arguments: [
        ("xmlns=\"http://www.w3.org/2000/09/xmldsig#\"", "xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\""),
        ("URI=\"\"", "URI=\"http://example.com/x\""), ("URI=\"\"", "URI=\"#a\""),
        ("rsa-sha256", "hmac-sha256"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        (
            "<Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
            "<Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>"
        ),
        ("<X509Data><X509Certificate/></X509Data>", "<KeyValue/>"),
    ])
    func `what could deceive a verifier is not given to it`(old: String, new: String) throws {
        let text = String(
            decoding: PacketWriter(leavesRoomForSignature: true).write(ExchangeWorld.packet()), as: UTF8.self
        ).replacing("<X509Certificate/>", with: "<X509Certificate>QUJD</X509Certificate>")
        let target = old.replacing("<X509Certificate/>", with: "<X509Certificate>QUJD</X509Certificate>")
        #expect(text.contains(target))
        func objection(_ text: String) -> SignatureClaim.Objection? {
            guard case .document(let packet) = PacketReader().read(Data(text.utf8)).packet else { return nil }
            return packet.signatureClaim?.objection
        }
        #expect(objection(text) == nil)
        #expect(objection(text.replacing(target, with: new)) != nil)
    }
}
