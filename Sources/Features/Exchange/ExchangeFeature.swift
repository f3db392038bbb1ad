// The feature as the office takes it: tables, routes, jobs, polling, boxes.
internal import Directory
internal import Foundation
package import Platform
package import Records
package import WebUI

package struct ExchangeFeature: Sendable {
    package static let schema: [SchemaStep] = exchangeSchema

    package let desk: ExchangeDesk
    private let ground: Groundwork
    private let shell: Shell
    private let pollSeconds: Int
    private let directorySeconds: Int

    /// Settings: `hub.url`, `hub.system.id`, `hub.secret`, `hub.poll.seconds` (30), `hub.directory.seconds` (3600).
    package init(ground: Groundwork, shell: Shell, checkpoints: Checkpoints? = nil) throws(SettingsError) {
        let points = if let checkpoints { checkpoints } else { try Checkpoints.live(ground.settings) }
        self.ground = ground
        self.shell = shell
        pollSeconds = max(1, try ground.settings.integer("hub.poll.seconds", default: 30))
        directorySeconds = max(10, try ground.settings.integer("hub.directory.seconds", default: 3600))
        desk = try ExchangeDesk(ground: ground, checkpoints: points)
    }

    package var routes: [Route] { ExchangePages(desk: desk, ground: ground, shell: shell).routes }
    package var jobs: [JobHandler] { desk.jobs }

    /// None where no platform is configured.
    package var periodic: [PeriodicTask] {
        guard desk.isConnected else { return [] }
        let desk = desk
        return [
            PeriodicTask("exchange.poll", every: .seconds(pollSeconds)) { try await desk.poll() },
            PeriodicTask("exchange.arrivals", every: .seconds(600)) { try await desk.askForArrivals() },
            PeriodicTask("exchange.directory", every: .seconds(directorySeconds)) { try await desk.refreshAgencies() },
        ]
    }

    /// The clerk's two boxes of troubles, and the administrator's.
    package static func boxes(for actor: Actor) -> [BoxQuery] {
        (actor.has(.recordsClerk) ? packetBoxes : []) + (actor.has(.administrator) ? [missingAgencies] : [])
    }

    private static let missingAgencies = BoxQuery(
        name: "exchange.missing", title: "Cơ quan vắng trong danh sách của trục", href: MissingAgencies.path,
        whenEmpty: "Danh bạ khớp với danh sách của trục.", ids: [DirectoryStore.missingIDs])

    private static var packetBoxes: [BoxQuery] {
        [
            BoxQuery(
                name: "exchange.failed", title: "Gói gửi lỗi", href: OutboxList.failedPath,
                whenEmpty: "Mọi gói đều đã gửi hoặc đang tự gửi.", ids: [OutboxStore.ids(.failed)]),
            BoxQuery(
                name: "exchange.open", title: "Gói nhận lỗi", href: InboxList.openPath,
                whenEmpty: "Mọi gói đến đều đã vào sổ hoặc khớp văn bản.", ids: [InboxStore.openIDs]),
        ]
    }

    /// Where the clerk finds it.
    package static func places(for actor: Actor) -> [NavBox] {
        let packets = actor.has(.recordsClerk) ? [NavBox(title: "Liên thông", href: OutboxList.path)] : []
        let figures =
            actor.has(.recordsClerk) || actor.has(.leader)
            ? [NavBox(title: "Thống kê liên thông", href: StatisticsView.path)] : []
        return packets + figures
    }
}

extension ExchangeDesk {
    package var isConnected: Bool { client != nil }
}
