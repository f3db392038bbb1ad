// Who is let in: no address takes all places, and a full house is told.
internal import Foundation
internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// Stands at the listening socket. A class because channel handlers are.
final class Doorkeeper: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private let limits: ServerLimits
    private var open: [String: Int] = [:]
    private var crowding: SeldomTold
    private var faults: SeldomTold

    init(_ limits: ServerLimits, logger: Logger) {
        self.limits = limits
        (crowding, faults) = (SeldomTold(logger: logger), SeldomTold(logger: logger))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        guard let name = limits.counted(connection.remoteAddress) else { return context.fireChannelRead(data) }
        let count = open[name, default: 0]
        guard count < limits.connectionsPerAddress else {
            crowding.tell(.warning, "more than \(count) connections from \(name): closed")
            return connection.close(promise: nil)
        }
        open[name] = count + 1
        connection.closeFuture.hop(to: context.eventLoop).assumeIsolated().whenComplete { _ in self.left(name) }
        context.fireChannelRead(data)
    }

    private func left(_ name: String) {
        let count = open[name, default: 1] - 1
        open[name] = count > 0 ? count : nil
    }

    /// The library waits for a second and tries again; it does not say why nobody gets in.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) {
            faults.tell(.error, "no connection can be taken (see `server.connections` and `ulimit -n`): \(error)")
        }
        context.fireErrorCaught(error)
    }
}

/// How many are connected altogether; when the house is full others wait before the door.
struct House: AvailableConnectionsDelegate {
    let limit: Int
    private var count = 0
    private var fullness: SeldomTold

    init(limit: Int, logger: Logger) {
        self.limit = limit
        fullness = SeldomTold(logger: logger)
    }

    mutating func connectionOpened() {
        count += 1
        if count == limit { fullness.tell(.warning, "all \(limit) connections are taken: others wait") }
    }

    mutating func connectionClosed() { count -= 1 }

    func isAcceptingNewConnections() -> Bool { count < limit }
}

/// Says the same thing once a minute at most: what strangers cause fills no log.
private struct SeldomTold {
    let logger: Logger
    private var quietUntil = NIODeadline.distantPast

    init(logger: Logger) { self.logger = logger }

    mutating func tell(_ level: Logger.Level, _ sentence: @autoclosure () -> String) {
        let now = NIODeadline.now()
        guard now >= quietUntil else { return }
        quietUntil = now + .minutes(1)
        let told = sentence()
        logger.log(level: level, "\(told)")
    }
}
