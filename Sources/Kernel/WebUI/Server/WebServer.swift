// The one way in which our programs listen to others: with limits.
internal import Foundation
package import Hummingbird
internal import HummingbirdCore
package import Logging
package import NIOCore
package import ServiceLifecycle

package enum WebServer {
    /// - Parameters:
    ///   - handlers: of the caller's own, for each connection.
    ///   - announcing: told the port in use once it listens; useful with port 0.
    package static func application<Builder: HTTPResponderBuilder>(
        _ router: Builder, host: String, port: Int, limits: ServerLimits,
        handlers: @escaping @Sendable () -> [any RemovableChannelHandler] = { [] }, services: [any Service] = [],
        logger: Logger, announcing: @escaping @Sendable (Int) -> Void
    ) -> Application<Builder.Responder>
    where Builder.Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        Application(
            router: router,
            server: .http1(configuration: .init(additionalChannelHandlers: handlers() + [PatienceHandler(limits)])),
            configuration: .init(
                address: .hostname(host, port: port), serverName: nil, reuseAddress: true,
                availableConnectionsDelegate: limits.connections > 0
                    ? House(limit: limits.connections, logger: logger) : nil),
            services: services,
            onServerRunning: { listener in
                await guardDoor(listener, limits, logger)
                announcing(listener.localAddress?.port ?? 0)
            },
            logger: logger)
    }

    /// Done on the listening socket, which the library hands out no sooner.
    private static func guardDoor(_ listener: any Channel, _ limits: ServerLimits, _ logger: Logger) async {
        do {
            try await listener.eventLoop.submit {
                try listener.pipeline.syncOperations.addHandler(
                    Doorkeeper(limits, logger: logger), position: .first)
                for (option, value) in socketOptions(limits) {
                    try listener.syncOptions?.setOption(option, value: value)
                }
            }.get()
        } catch {
            logger.error("connections are not guarded: \(error)")
        }
    }

    /// Inherited by every connection taken (Linux). Whoever vanished without a word is found by keep-alive (RFC 9293 §3.8.4)
    /// while nothing is under way, and by the user timeout (RFC 5482) while an answer is; that one also ends a download
    /// of which nothing more is taken.
    private static func socketOptions(
        _ limits: ServerLimits
    ) -> [(ChannelOptions.Types.SocketOption, SocketOptionValue)] {
        func tcp(_ name: CInt) -> ChannelOptions.Types.SocketOption { .init(level: .tcp, name: .init(rawValue: name)) }
        return [
            (.init(level: .socket, name: .so_keepalive), 1),
            (tcp(TCP_KEEPIDLE), 60), (tcp(TCP_KEEPINTVL), 15), (tcp(TCP_KEEPCNT), 4),
            (tcp(TCP_USER_TIMEOUT), SocketOptionValue(limits.body.nanoseconds / 1_000_000)),
        ]
    }
}
