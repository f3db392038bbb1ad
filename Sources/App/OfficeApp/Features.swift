// The features of an office and what they add up to: routes, jobs, periodic work.
internal import Directory
internal import Exchange
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records
internal import Signing
internal import WebUI

struct Features: Sendable {
    let routes: [Route]
    let jobs: [JobHandler]
    let periodic: [PeriodicTask]

    init(ground: Groundwork, desk: SigningDesk, frame: FrameMaker, settings: OfficeSettings) throws {
        let shell = Shell(frame: frame.frame)
        let directory = DirectoryFeature(ground: ground, shell: shell, site: frame.site, isSecure: settings.isSecure)
        let signing = SigningFeature(ground: ground, desk: desk, shell: shell, site: frame.site)
        let outgoing = OutgoingFeature(ground: ground, signing: desk, shell: shell)
        let incoming = IncomingFeature(ground: ground, signing: desk, shell: shell)
        let exchange = try ExchangeFeature(ground: ground, shell: shell)
        routes =
            HomePages(ground: ground, frames: frame).routes + SearchPages(ground: ground, shell: shell).routes
            + directory.routes + signing.routes + outgoing.routes
            + incoming.routes + exchange.routes
        jobs = outgoing.jobs + incoming.jobs + exchange.jobs
        periodic = exchange.periodic
    }
}
