// The composition root: settings → ground → features → schema, routes, jobs, home.
internal import Directory
internal import Exchange
internal import Foundation
package import Hummingbird
internal import Incoming
internal import Logging
internal import Outgoing
package import Platform
package import Records
package import ServiceLifecycle
internal import SignatureCore
package import Signing
internal import UnixSignals
package import WebUI

/// One office, put together and ready to serve.
package struct Office: Sendable {
    package let settings: OfficeSettings
    package let ground: Groundwork
    package let signing: SigningDesk
    package let routes: [Route]
    package let worker: Worker
    private let programRoutes: [Route]
    private let web: WebSetup
    private let assets: AssetServer

    /// All steps of all features, in the order of their floors.
    package static let schema: [SchemaStep] = jobSchema + recordsSchema + DirectoryFeature.schema + featureSchema

    /// What stands on the kernel and the directory.
    static let featureSchema: [SchemaStep] =
        SigningDesk.schema + OutgoingFeature.schema + IncomingFeature.schema + ExchangeFeature.schema

    /// Opens the database, brings it up to date and puts the features together.
    package init(_ settings: OfficeSettings, clock: Clock = .system, transport: HTTPTransport = .live()) async throws {
        let ground = try await Self.ground(settings, clock: clock, transport: transport)
        try await self.init(settings, ground: ground)
    }

    package init(_ settings: OfficeSettings, ground: Groundwork) async throws {
        self.settings = settings
        self.ground = ground
        let signing = SigningDesk(ground: ground, timestamps: Self.timestamps(settings, ground.transport, ground.clock))
        self.signing = signing
        assets = AssetServer(folders: settings.assetFolders)
        let agency = try await ground.database.read { try DirectoryStore($0).ownAgency() }
        let site = Site(agencyName: agency.name, isPractice: settings.isPractice, assetVersion: assets.version)
        let frame = FrameMaker(
            ground: ground, site: site, errands: Features.errands(ground: ground, desk: signing))
        let features = try Features(ground: ground, desk: signing, frame: frame, settings: settings)
        routes = features.routes
        programRoutes = features.programRoutes
        worker = Worker(
            database: ground.database, clock: ground.clock, handlers: features.jobs, periodic: features.periodic,
            node: settings.node)
        let sessions = SessionLoader(ground: ground)
        web = WebSetup(
            site: site, isSecure: settings.isSecure, publicUploads: routes.publicUploads,
            temporaryFolder: FileManager.default.temporaryDirectory,
            loadSession: { try await sessions.load($0) }, loadFrame: frame.frame)
    }

    /// The ground an office stands on, with its database up to date.
    package static func ground(
        _ settings: OfficeSettings, clock: Clock, transport: HTTPTransport
    ) async throws -> Groundwork {
        try PrivateFiles.closedFolder(settings.dataFolder)
        let database = try await Database(settings.database, connections: settings.connections)
        try await database.migrate(schema)
        return Groundwork(
            database: database, blobs: try BlobStore(folder: settings.dataFolder.appending(path: "blobs")),
            clock: clock,
            sandbox: await Sandbox.detect(), transport: transport,
            settings: settings.settings.overlaid(with: ["data": settings.dataFolder.path]))
    }

    package func router() -> Router<OfficeContext> {
        let router = web.router(programs: programRoutes)
        assets.addRoutes(to: router)
        router.add(routes)
        return router
    }

    /// The HTTP server and the worker of this node.
    package func services(announcing: @escaping @Sendable (Int) -> Void = { _ in }) -> [any Service] {
        let application = WebServer.application(
            router(), host: settings.host, port: settings.port, limits: settings.limits, logger: Log.logger("http"),
            announcing: announcing)
        return settings.runsWorker ? [application, worker] : [application]
    }

    /// Runs one node until it is told to stop.
    package static func serve(_ settings: Settings) async throws {
        let settings = try OfficeSettings(settings)
        let scratch = try ScratchFolder(below: settings.dataFolder.appending(path: "tmp"))
        scratch.becomeTemporaryDirectory()
        defer { scratch.remove() }
        let office = try await Office(settings)
        try await office.signing.trusted.writeFile()
        let address = "\(office.settings.host):\(office.settings.port)"
        let group = ServiceGroup(
            configuration: .init(
                services: office.services { _ in Log.logger("office").notice("listening on \(address)") }.map {
                    .init(service: $0)
                }, gracefulShutdownSignals: [.sigterm, .sigint], logger: Log.logger("office")))
        try await group.run()
        await office.ground.database.close()
    }

    private static func timestamps(
        _ settings: OfficeSettings, _ transport: HTTPTransport, _ clock: Clock
    ) -> TimestampAuthority? {
        let authorities = settings.timestampURLs.map { url in
            let authority = TimestampAuthority.http(url: url) { url, body, contentType in
                let answer = try await transport.send(
                    HTTPCall(url: url, headers: [("Content-Type", contentType)], body: body, timeoutSeconds: 10))
                guard answer.status == 200 else { throw HTTPTransportError.unreachable("HTTP \(answer.status)") }
                return answer.body
            }
            return (name: url.absoluteString, authority: authority)
        }
        return TimestampList(authorities, now: clock.now).authority
    }
}
