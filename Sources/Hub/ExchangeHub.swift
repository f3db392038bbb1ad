internal import Foundation
package import Hummingbird
internal import Logging
package import Platform
internal import Records
package import WebUI

/// One exchange hub, put together: tables, desk, calls, page.
package struct ExchangeHub: Sendable {
    package static let schema: [SchemaStep] = hubSchema

    package let desk: HubDesk
    package let api: HubAPI
    private let database: Database
    private let pages: HubPages
    private let site: Site
    private let assets: AssetServer
    private let isSecure: Bool
    private let host: String
    private let port: Int

    /// Opens the database, brings it up to date and reads the directory file where one is named.
    package init(_ settings: Settings, clock: Clock = .system) async throws {
        let folder = URL(filePath: settings.text("data") ?? "hub-data", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        database = try await Database(settings.text("database") ?? folder.appending(path: "hub.sqlite").path)
        try await database.migrate(hubSchema)
        let blobs = try BlobStore(folder: folder.appending(path: "packets"))
        desk = HubDesk(database: database, blobs: blobs, clock: clock)
        api = HubAPI(desk: desk, windowSeconds: Double(try settings.integer("hub.window.seconds", default: 300)))
        assets = AssetServer(
            folders: (settings.text("assets") ?? "Assets,.assets").split(separator: ",").map {
                URL(filePath: String($0), directoryHint: .isDirectory)
            })
        let isPractice = try settings.flag("practice", default: false)
        site = Site(agencyName: "Trục liên thông", isPractice: isPractice, assetVersion: assets.version)
        pages = HubPages(desk: desk, api: api, site: site, password: settings.text("hub.password"))
        isSecure = try settings.flag("secure", default: !isPractice)
        host = settings.text("host") ?? "127.0.0.1"
        port = try settings.integer("port", default: 8082)
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
        router.add(pages.routes)
        return router
    }

    /// - Parameter announcing: told the port in use once it listens; useful with port 0.
    package func application(announcing: @escaping @Sendable (Int) -> Void = { _ in }) -> some ApplicationProtocol {
        Application(
            router: router(),
            configuration: .init(address: .hostname(host, port: port), serverName: nil, reuseAddress: true),
            onServerRunning: { channel in announcing(channel.localAddress?.port ?? 0) },
            logger: Log.logger("hub"))
    }

    package func close() async { await database.close() }

    /// Runs a hub until it is told to stop.
    package static func serve(_ settings: Settings) async throws {
        let hub = try await ExchangeHub(settings)
        let address = "\(hub.host):\(hub.port)"
        try await hub.application { _ in Log.logger("hub").notice("listening on \(address)") }.runService()
        await hub.close()
    }
}
