// The settings of one office, read once at start.
package import Foundation
package import Platform
package import WebUI

/// What an office needs to know about itself; every key is described in docs/operating.md.
package struct OfficeSettings: Sendable {
    package let settings: Settings
    /// Holds the database (when embedded), the blobs and temporary files.
    package let dataFolder: URL
    /// A file path or a `postgres://` URL.
    package let database: String
    package let connections: Int
    package let host: String
    package let port: Int
    package let limits: ServerLimits
    /// Own styles and scripts, and those that set-up fetched.
    package let assetFolders: [URL]
    package let isPractice: Bool
    /// Cookies are marked Secure: the office is reached over https.
    package let isSecure: Bool
    /// Asked in this order.
    package let timestampURLs: [URL]
    package let runsWorker: Bool
    /// What this process is called among those of the office, each time it runs.
    package let node: String

    package init(_ settings: Settings) throws {
        self.settings = settings
        dataFolder = URL(filePath: settings.text("data") ?? "data", directoryHint: .isDirectory)
        database = settings.text("database") ?? dataFolder.appending(path: "office.sqlite").path
        connections = try settings.integer("database.connections", default: 8)
        host = settings.text("host") ?? "127.0.0.1"
        port = try settings.integer("port", default: 8080)
        limits = try ServerLimits(settings)
        assetFolders = (settings.text("assets") ?? "Assets,.assets").split(separator: ",").map {
            URL(filePath: String($0), directoryHint: .isDirectory)
        }
        isPractice = try settings.flag("practice", default: false)
        isSecure = try settings.flag("secure", default: !isPractice)
        timestampURLs = try settings.urls("tsa.url")
        runsWorker = try settings.flag("worker", default: true)
        node = settings.text("node") ?? "\(ProcessInfo.processInfo.hostName):\(port)"
    }
}
