import Digests
import Foundation
import NIOSSL
import OfficeTestKit
import Synchronization
import Testing

@testable import Platform

/// Gọi máy chủ khác: chỉ tin đúng máy chủ đã thỏa thuận, không đi theo lời dẫn sang nơi khác, không giữ tệp lớn trong bộ nhớ.
@Suite struct HTTPTests {
    private func get(_ path: String, _ server: HTTPServer) -> HTTPCall {
        HTTPCall(method: "GET", url: server.address.appending(path: path), timeoutSeconds: 20)
    }

    /// The server heard nothing of the call.
    private static func isUnasked(_ error: any Error) -> Bool {
        if case HTTPTransportError.unreachable = error { true } else { false }
    }

    private func folder() throws -> URL { try TestOffice.temporaryFolder() }

    @Test func `a server with a certificate of its own is reached by that root only`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let party = try TLSParty.make("localhost", in: folder)
        let server = try await HTTPServer.start(try party.server())
        let trusting = try HTTPTransport.live(trust: HTTPTrust(roots: party.certificate))
        #expect(try await trusting.send(get("hello", server)).body == Data("xin chào".utf8))
        await #expect(performing: { try await HTTPTransport.live().send(get("hello", server)) }, throws: Self.isUnasked)
        let other = try TLSParty.make("other", in: folder)
        let mistaken = try HTTPTransport.live(trust: HTTPTrust(roots: other.certificate))
        await #expect(performing: { try await mistaken.send(get("hello", server)) }, throws: Self.isUnasked)
        #expect(server.asked == ["hello"])
    }

    @Test func `a pinned key is believed without any authority, another key hears nothing`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let party = try TLSParty.make("localhost", in: folder)
        let server = try await HTTPServer.start(try party.server())
        let pinned = try HTTPTransport.live(trust: HTTPTrust(pins: [party.pin]))
        #expect(try await pinned.send(get("hello", server)).status == 200)
        let wrong = try HTTPTransport.live(trust: HTTPTrust(pins: [String(repeating: "0", count: 64)]))
        await #expect(throws: HTTPTransportError.self) { try await wrong.send(get("hello", server)) }
        let both = try HTTPTransport.live(
            trust: HTTPTrust(roots: party.certificate, pins: [String(repeating: "0", count: 64)]))
        await #expect(throws: HTTPTransportError.self) { try await both.send(get("hello", server)) }
        #expect(server.asked == ["hello"])
    }

    @Test func `a server that asks who we are gets our certificate`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (party, office) = (try TLSParty.make("localhost", in: folder), try TLSParty.make("office", in: folder))
        var tls = try party.server()
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes([UInt8](office.certificate)))
        let server = try await HTTPServer.start(tls)
        let known = try HTTPTransport.live(
            trust: HTTPTrust(roots: party.certificate, certificate: office.certificate, privateKey: office.key))
        #expect(try await known.send(get("hello", server)).status == 200)
        let unknown = try HTTPTransport.live(trust: HTTPTrust(roots: party.certificate))
        await #expect(throws: HTTPTransportError.self) { try await unknown.send(get("hello", server)) }
    }

    @Test(arguments: ["AB:CD", "sha256//khong-phai", "", String(repeating: "z", count: 64)])
    func `what is no digest of a key is no pin`(text: String) { #expect(HTTPTrust.pin(text) == nil) }

    @Test func `a pin is read as hexadecimal, with colons, or as base64`() {
        let digest = Data(repeating: 0xA5, count: 32)
        let colons = digest.map { Data([$0]).hex.uppercased() }.joined(separator: ":")
        for text in [digest.hex, colons, "sha256//\(digest.base64EncodedString())"] {
            #expect(HTTPTrust.pin(text) == digest.hex)
        }
    }

    @Test func `certificates that are none are told at once`() {
        #expect(throws: HTTPTransportError.self) { try HTTPTransport.live(trust: HTTPTrust(roots: Data("x".utf8))) }
    }

    @Test func `a redirect is followed on the same server and nowhere else`() async throws {
        let (server, elsewhere) = (try await HTTPServer.start(), try await HTTPServer.start())
        let transport = HTTPTransport.live()
        #expect(try await transport.send(get("moved", server)).body == Data("xin chào".utf8))
        var call = get("moved", server)
        call.url.append(queryItems: [URLQueryItem(name: "to", value: "\(elsewhere.address)/hello")])
        #expect(try await transport.send(call).status == 302)
        #expect(elsewhere.asked.isEmpty)
        call = get("moved", server)
        call.followsRedirects = false
        #expect(try await transport.send(call).status == 302)
    }

    @Test func `a large answer comes in pieces, and not beyond its limit`() async throws {
        let server = try await HTTPServer.start()
        let taken = Tally()
        var call = get("big", server)
        call.download = { taken.add($0.count) }
        let answer = try await HTTPTransport.live().send(call)
        #expect(answer.body.isEmpty)
        #expect(taken.total == 1 << 20)
        call.answerLimitBytes = 100_000
        let bounded = call
        await #expect(throws: HTTPTransportError.self) { try await HTTPTransport.live().send(bounded) }
    }

    @Test func `what the taker of an answer throws comes out unchanged`() async throws {
        struct Full: Error {}
        let server = try await HTTPServer.start()
        var call = get("big", server)
        call.download = { _ in throw Full() }
        let failing = call
        await #expect(throws: Full.self) { try await HTTPTransport.live().send(failing) }
    }

    @Test func `a file goes out as it lies on the disk`() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "tep")
        let bytes = Data((0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try bytes.write(to: file)
        let server = try await HTTPServer.start()
        var call = HTTPCall(url: server.address.appending(path: "digest"))
        call.upload = try ByteSource(contentsOf: file)
        let answer = try await HTTPTransport.live().send(call)
        #expect(String(decoding: answer.body, as: UTF8.self) == "\(sha256Hex(bytes)) \(bytes.count)")
    }

    /// What the office must know of a call that came to nothing: whether it may have been heard.
    @Test(arguments: ["http://127.0.0.1:9/", "http://localhost:9/", "http://khong-co.invalid/"])
    func `a call that could not be made is told as unreachable`(address: String) async throws {
        let url = try #require(URL(string: address))
        await #expect(performing: { try await HTTPTransport.live().send(HTTPCall(url: url)) }, throws: Self.isUnasked)
    }

    @Test func `a call whose answer breaks off or does not come is told as interrupted`() async throws {
        let server = try await HTTPServer.start()
        for path in ["broken", "silent"] {
            var call = get(path, server)
            call.timeoutSeconds = 1
            let made = call
            await #expect(
                performing: { try await HTTPTransport.live().send(made) },
                throws: { if case HTTPTransportError.interrupted = $0 { true } else { false } })
        }
        #expect(server.asked == ["broken", "silent"])
    }
}

/// Counts what comes. A class because the transport's closure shares it.
private final class Tally: Sendable {
    private let count = Mutex(0)
    var total: Int { count.withLock { $0 } }
    func add(_ more: Int) { count.withLock { $0 += more } }
}
