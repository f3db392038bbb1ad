internal import Foundation
package import Hummingbird
internal import Logging
package import Platform
internal import Records
package import WebUI

/// One exchange hub, put together: tables, desk, calls, pages, jobs.
package struct ExchangeHub: Sendable {
    package static let schema: [SchemaStep] = jobSchema + hubSchema

    package let desk: HubDesk
    package let api: HubAPI
    private let database: Database
    private let site: Site
    private let assets: AssetServer
    private let isSecure: Bool
    private let host: String
    private let port: Int
    private let limits: ServerLimits
    private let folder: URL
    private let transport: HTTPTransport

    /// Opens the database, brings it up to date and reads the directory file where one is named.
    /// - Parameter points: told of every write; for tests that let disks fill up and processes die.
    package init(
        _ settings: Settings, clock: Clock = .system, points: WritePoints? = nil, transport: HTTPTransport = .live()
    ) async throws {
        self.transport = transport
        let folder = URL(filePath: settings.text("data") ?? "hub-data", directoryHint: .isDirectory)
        try PrivateFiles.closedFolder(folder)
        self.folder = folder
        database = try await Database(
            settings.text("database") ?? folder.appending(path: "hub.sqlite").path,
            connections: try settings.integer("database.connections", default: 8), points: points)
        try await database.migrate(Self.schema)
        let own = try HubSettings(settings)
        desk = HubDesk(
            database: database, blobs: try BlobStore(folder: folder.appending(path: "packets"), points: points),
            clock: clock,
            gate: HubGate(
                sealing: try SecretSealing(settings, folder: folder), windowSeconds: own.windowSeconds,
                zones: own.zones),
            settings: own, meter: HubMeter())
        api = HubAPI(desk: desk)
        assets = AssetServer(
            folders: (settings.text("assets") ?? "Assets,.assets").split(separator: ",").map {
                URL(filePath: String($0), directoryHint: .isDirectory)
            })
        let isPractice = try settings.flag("practice", default: false)
        site = Site(agencyName: "Trục liên thông", isPractice: isPractice, assetVersion: assets.version)
        isSecure = try settings.flag("secure", default: !isPractice)
        host = settings.text("host") ?? "127.0.0.1"
        port = try settings.integer("port", default: 8082)
        limits = try ServerLimits(settings)
        try await desk.sealOldSecrets()
        if let path = settings.text("hub.directory") { try await readDirectory(path) }
    }

    private func readDirectory(_ path: String) async throws {
        guard let data = FileManager.default.contents(atPath: path),
            let file = try? JSONDecoder().decode(HubDirectoryFile.self, from: data)
        else { throw SettingsError.unreadable(path) }
        for entry in file.systems { try await desk.enrol(entry.system, agencies: entry.agencies) }
    }

    package func router() -> Router<OfficeContext> {
        let router = Router(context: OfficeContext.self)
        router.addMiddleware {
            SecurityHeadersMiddleware(isSecure: isSecure)
            RefusalMiddleware(site: site)
        }
        assets.addRoutes(to: router)
        router.add(HubPages(desk: desk, api: api).routes + OperatorPages(desk: desk, site: site).routes)
        return router
    }

    /// - Parameter announcing: told the port in use once it listens; useful with port 0.
    package func application(announcing: @escaping @Sendable (Int) -> Void = { _ in }) -> some ApplicationProtocol {
        WebServer.application(
            router(), host: host, port: port, limits: limits, handlers: { [ContinueHandler()] }, services: [worker],
            logger: Log.logger("hub"), announcing: announcing)
    }

    /// What the hub does beside answering; every node runs one.
    private var worker: Worker {
        Worker(
            database: database, clock: desk.clock, handlers: jobs,
            periodic: [
                PeriodicTask("hub.tally", every: .seconds(10)) { try await desk.tally() },
                PeriodicTask("hub.watch", every: .seconds(30)) { try await desk.watch() },
                PeriodicTask("hub.sweep", every: .seconds(600)) { try await desk.sweep() },
            ], node: "\(desk.settings.node):\(port)")
    }

    /// Alerts on their way out.
    var jobs: [JobHandler] {
        [
            AlertChannels(
                settings: desk.settings.alerts, node: desk.settings.node, folder: folder, transport: transport
            ).handler
        ]
    }

    package func close() async { await database.close() }

    /// Runs a hub until it is told to stop.
    package static func serve(_ settings: Settings) async throws {
        let hub = try await ExchangeHub(settings)
        let scratch = try ScratchFolder(below: hub.folder.appending(path: "tmp"))
        scratch.becomeTemporaryDirectory()
        defer { scratch.remove() }
        let address = "\(hub.host):\(hub.port)"
        try await hub.desk.note(.hubStarted, address, "")
        try await hub.application { _ in Log.logger("hub").notice("listening on \(address)") }.runService()
        await hub.close()
    }
}
