// What the web server puts up with from whoever is connected.
internal import Foundation
internal import NIOCore
package import Platform

package struct ServerLimits: Sendable {
    /// For the whole head of a connection's first request.
    var head: TimeAmount = .seconds(20)
    /// Without a byte of a body that is waited for, or of an answer being taken.
    var body: TimeAmount = .seconds(60)
    /// Between an answer and the next request. Longer than callers keep a connection for (a minute in our own client), so
    /// that it is they who close and no call meets a closed connection.
    var idle: TimeAmount = .seconds(120)
    /// All together; others wait to be let in. 0 is no limit.
    var connections = Self.usualConnections
    /// From one address; more are closed at once. 0 is no limit.
    var connectionsPerAddress = 128
    /// Addresses of proxies: whom they speak for is not known here.
    var proxies: Set<String> = ["127.0.0.1", "::1"]

    package init() {}

    package init(_ settings: Settings) throws {
        self.init()
        head = try settings.seconds("server.head.seconds") ?? head
        body = try settings.seconds("server.body.seconds") ?? body
        idle = try settings.seconds("server.idle.seconds") ?? idle
        connections = try settings.integer("server.connections", default: connections)
        let isBehindProxy = try settings.flag("proxy", default: false)
        connectionsPerAddress = try settings.integer(
            "server.connections.address", default: isBehindProxy ? 0 : connectionsPerAddress)
        if let listed = settings.text("server.proxies") {
            proxies = Set(listed.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        }
    }

    /// Half of the descriptors: the other half is for files, the database and programs.
    private static var usualConnections: Int { min(4096, max(16, sysconf(Int32(_SC_OPEN_MAX)) / 2)) }

    /// Under which name connections from `address` are counted; nil when they are not.
    func counted(_ address: SocketAddress?) -> String? {
        guard connectionsPerAddress > 0, let address = address?.ipAddress else { return nil }
        // An IPv4 caller of a server that listens on both.
        let plain = address.hasPrefix("::ffff:") ? String(address.dropFirst(7)) : address
        return proxies.contains(plain) ? nil : NetworkAddress.neighbourhood(plain)
    }
}

extension Settings {
    fileprivate func seconds(_ key: String) throws -> TimeAmount? {
        guard text(key) != nil else { return nil }
        let seconds = try integer(key, default: 0)
        guard seconds > 0 else { throw SettingsError.value(key: key, reason: "must be at least 1") }
        return .seconds(Int64(seconds))
    }
}
