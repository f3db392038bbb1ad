import Hummingbird
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import WebUI

/// Máy chủ chờ người gọi có hạn, nhưng không bắt người gọi chịu hạn của chính mình. Đồng hồ của phép thử đứng yên.
@Suite struct PatienceTests {
    /// A connection on which time passes only when told.
    private struct Line {
        private let channel: EmbeddedChannel

        init() throws {
            var limits = ServerLimits()
            (limits.head, limits.body, limits.idle) = (.seconds(20), .seconds(60), .seconds(120))
            channel = EmbeddedChannel(handler: PatienceHandler(limits))
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        var isOpen: Bool { channel.isActive }

        func pass(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }
        func listen() { channel.read() }
        func hear(_ part: HTTPRequestPart) throws { try channel.writeInbound(part) }
        func answer() throws {
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
            try channel.writeOutbound(HTTPResponsePart.end(nil))
        }

        static let head = HTTPRequestPart.head(HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/"))
        static let piece = HTTPRequestPart.body(ByteBuffer(string: "a"))

        func hearWhole() throws {
            try hear(Self.head)
            try hear(.end(nil))
            listen()
        }
    }

    @Test func `the first head has its time and no more`() throws {
        let line = try Line()
        line.pass(19)
        #expect(line.isOpen)
        line.pass(1)
        #expect(!line.isOpen)
    }

    @Test func `a body that stops is given up`() throws {
        let line = try Line()
        try line.hear(Line.head)
        line.listen()
        line.pass(59)
        #expect(line.isOpen)
        line.pass(1)
        #expect(!line.isOpen)
    }

    @Test func `a body that moves may take as long as it likes`() throws {
        let line = try Line()
        try line.hear(Line.head)
        for _ in 0..<100 {
            line.listen()
            line.pass(50)
            try line.hear(Line.piece)
        }
        #expect(line.isOpen)
        line.listen()
        line.pass(60)
        #expect(!line.isOpen)
    }

    @Test func `while we do not read on nobody is blamed for silence`() throws {
        let line = try Line()
        try line.hear(Line.head)
        line.pass(3_600)
        #expect(line.isOpen)
        line.listen()
        line.pass(60)
        #expect(!line.isOpen)
    }

    @Test func `an answer takes as long as it takes, then the next request is waited for`() throws {
        let line = try Line()
        try line.hearWhole()
        line.pass(3_600)
        #expect(line.isOpen)
        try line.answer()
        line.pass(119)
        #expect(line.isOpen)
        try line.hearWhole()
        line.pass(3_600)
        try line.answer()
        line.pass(120)
        #expect(!line.isOpen)
    }

    @Test func `the second of two requests sent together has time for its answer, too`() throws {
        let line = try Line()
        try line.hearWhole()
        try line.hearWhole()
        try line.answer()
        line.pass(3_600)
        #expect(line.isOpen)
        try line.answer()
        line.pass(120)
        #expect(!line.isOpen)
    }

    @Test func `the rest of a body that was answered before its end must move, too`() throws {
        let line = try Line()
        try line.hear(Line.head)
        try line.answer()
        line.listen()
        line.pass(50)
        try line.hear(.end(nil))
        line.listen()
        line.pass(119)
        #expect(line.isOpen)
        try line.hear(Line.head)
        try line.answer()
        line.listen()
        line.pass(60)
        #expect(!line.isOpen)
    }

    @Test func `who is told that his request cannot be read is not waited for longer than others`() throws {
        let line = try Line()
        try line.answer()
        line.pass(20)
        #expect(!line.isOpen)
    }
}
