// The use cases of the exchange: send, report, receive, keep the directory of agencies, resend.
internal import Foundation
internal import Logging
package import Platform
package import Records
internal import VXP

/// Moments at which a process may die; a test, or a drill of the practice office, does so on purpose.
package enum Checkpoint: String, Sendable, CaseIterable {
    /// A packet was fetched and nothing of it is stored yet.
    case fetched = "exchange.fetched"
    /// It is stored and not filed.
    case stored = "exchange.stored"
    /// It is filed and the platform was not told.
    case filed = "exchange.filed"
    /// The platform has taken our packet and we have not written that down.
    case accepted = "exchange.accepted"
}

package struct Checkpoints: Sendable {
    package var reached: @Sendable (Checkpoint) throws -> Void
    package init(reached: @escaping @Sendable (Checkpoint) throws -> Void) { self.reached = reached }

    /// Goes on, except in a practice office whose setting `crash.point` names the moment: there the process is killed.
    package static func live(_ settings: Settings) throws(SettingsError) -> Checkpoints {
        guard try settings.flag("practice", default: false), let name = settings.text("crash.point") else {
            return Checkpoints { _ in }
        }
        return Checkpoints { point in
            if point.rawValue == name { kill(getpid(), SIGKILL) }
        }
    }
}

package struct ExchangeDesk: Sendable {
    let ground: Groundwork
    /// nil where no platform is configured.
    let client: ExchangePlatform?
    /// nil where packets go unsigned.
    let signer: PacketSigner?
    let checkpoints: Checkpoints
    /// In one transaction: others write in between, and what is taken stays taken when the rest fails.
    let agenciesAtOnce: Int
    /// `packet.type.default`, for kinds of documents that the standard does not number.
    let usualTypeNumber: Int

    static let log = Log.logger("exchange")

    package init(
        ground: Groundwork, checkpoints: Checkpoints, agenciesAtOnce: Int = 5_000
    ) throws(SettingsError) {
        self.ground = ground
        self.checkpoints = checkpoints
        self.agenciesAtOnce = agenciesAtOnce
        usualTypeNumber = try ground.settings.integer("packet.type.default", default: 18)
        signer = try PacketSigner(ground)
        client = try PlatformConnection(ground)?.platform
    }

    func requireClient() throws -> ExchangePlatform {
        guard let client else { throw JobRefused("no exchange platform is configured (hub.url)") }
        return client
    }
}

// How the connection stands.
extension ExchangeDesk {
    func noteSuccess() async throws {
        let now = ground.clock.now()
        let before = try await ground.database.read { try LinkStore($0).link() }
        guard Link.afterSuccess(before, at: now) != nil else { return }
        let wasDown = try await ground.database.write { tx in
            try tx.lock("exchange.link", 1)
            let before = try LinkStore(tx).link()
            guard let after = Link.afterSuccess(before, at: now) else { return false }
            try LinkStore(tx).save(after)
            guard let before, !before.isUp else { return false }
            try Self.resume(tx, since: before.since, now: now)
            return true
        }
        if wasDown { Self.log.notice("connected to the exchange again") }
    }

    func noteFailure(_ failure: VXPFailure) async throws {
        guard failure.concernsLink else { return }
        let (now, problem) = (ground.clock.now(), failure.sentence)
        let level: Logger.Level = try await ground.database.write { tx in
            try tx.lock("exchange.link", 1)
            let before = try LinkStore(tx).link()
            guard let after = Link.afterFailure(before, problem, at: now) else { return .debug }
            try LinkStore(tx).save(after)
            // Once an outage: the rest is the same again. A platform that was never there may still be starting.
            return before.map { $0.isUp ? .error : .debug } ?? .notice
        }
        Self.log.log(level: level, "no connection to the exchange: \(failure)")
    }
}
