// The features of an office and what they add up to: routes, jobs, periodic work.
internal import Directory
internal import Exchange
internal import Foundation
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
    /// For programs on people's computers, which have a ticket in place of a session.
    let programRoutes: [Route]

    /// Everything that is signed in an office, whatever kind of document it is.
    static func errands(ground: Groundwork, desk: SigningDesk) -> [SigningErrand] {
        OutgoingDesk(ground: ground, signing: SigningSteps(desk)).errands
            + IncomingDesk(ground: ground, signing: DirectiveSteps(desk)).errands
    }

    init(ground: Groundwork, desk: SigningDesk, frame: FrameMaker, settings: OfficeSettings) throws {
        // A wrong day in the calendar is told at the start, not when a limit is computed.
        _ = try WorkCalendar(ground.settings)
        let shell = Shell(frame: frame.frame)
        let directory = DirectoryFeature(ground: ground, shell: shell, site: frame.site, isSecure: settings.isSecure)
        let outgoing = OutgoingFeature(
            ground: ground, signing: desk, shell: shell, sees: IncomingFeature.sees)
        let incoming = IncomingFeature(ground: ground, signing: desk, shell: shell)
        let signing = SigningFeature(ground: ground, desk: desk, errands: frame.errands, shell: shell, site: frame.site)
        let exchange = try ExchangeFeature(ground: ground, shell: shell)
        routes =
            HomePages(ground: ground, frames: frame).routes + SearchPages(ground: ground, shell: shell).routes
            + directory.routes + signing.routes + outgoing.routes
            + incoming.routes + exchange.routes
        jobs = outgoing.jobs + incoming.jobs + exchange.jobs + signing.jobs
        periodic = exchange.periodic + signing.periodic
        programRoutes = signing.programRoutes(
            temporaryFolder: FileManager.default.temporaryDirectory)
    }
}
