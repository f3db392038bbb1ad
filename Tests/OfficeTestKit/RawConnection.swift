// A caller who does with his connection what he likes: stops in the middle, says nothing, reads nothing.
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A class because it is one end of a connection, which closes with its last owner.
package final class RawConnection: Sendable {
    private let channel: any Channel
    private let heard: Heard

    /// One for all, so that what was heard on several connections is noticed in the order in which it came.
    private static let loop = MultiThreadedEventLoopGroup.singleton.any()

    private init(_ channel: any Channel, _ heard: Heard) { (self.channel, self.heard) = (channel, heard) }

    deinit { channel.close(promise: nil) }

    /// - Parameter isReading: otherwise what the other side sends is left in its hands.
    package static func open(port: Int, isReading: Bool = true) async throws -> RawConnection {
        let heard = Heard()
        let channel = try await ClientBootstrap(group: loop)
            .channelOption(ChannelOptions.autoRead, value: isReading)
            .channelOption(ChannelOptions.socketOption(.so_rcvbuf), value: 16 << 10)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Ear(heard)) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawConnection(channel, heard)
    }

    package func say(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    /// Everything heard until `text` came, or until the other side closed.
    package func hear(_ text: String) async -> String {
        for await whole in heard.stream where whole.contains(text) { return whole }
        return heard.text.withLock { $0 }
    }

    /// Waits until the other side closes.
    package func close() async { try? await channel.closeFuture.get() }

    package var isOpen: Bool { channel.isActive }
}

private final class Heard: Sendable {
    let text = Mutex("")
    let stream: AsyncStream<String>
    private let more: AsyncStream<String>.Continuation

    init() { (stream, more) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func add(_ piece: String) {
        more.yield(
            text.withLock { text in
                text += piece
                return text
            })
    }

    func end() { more.finish() }
}

private final class Ear: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let heard: Heard

    init(_ heard: Heard) { self.heard = heard }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { heard.add(String(buffer: unwrapInboundIn(data))) }
    func channelInactive(context: ChannelHandlerContext) { heard.end() }
}
