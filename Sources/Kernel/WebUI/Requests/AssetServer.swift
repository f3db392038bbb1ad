// Styles, scripts and fonts: read once at start, then served from memory with the strongest caching.
internal import Digests
package import Foundation
package import Hummingbird
internal import Records

/// The files under `/assets/`, from the project's own folder and the one that set-up fills.
package struct AssetServer: Sendable {
    struct Asset: Sendable {
        let bytes: ByteBuffer
        let mediaType: String
        let tag: String
    }

    private let assets: [String: Asset]
    /// Changes whenever any own file changes; part of the addresses in pages, so that they may be cached for ever.
    package let version: String

    /// Largest file and total kept in memory: pdf.js with its maps is about 10 MB.
    static let fileLimitBytes = 16 << 20
    static let totalLimitBytes = 128 << 20

    /// - Parameter folders: earlier ones win; a folder that is missing counts as empty.
    package init(folders: [URL]) {
        var assets: [String: Asset] = [:]
        var total = 0
        for folder in folders {
            for (path, url) in Self.files(below: folder) where assets[path] == nil {
                guard let data = try? Data(contentsOf: url), data.count <= Self.fileLimitBytes,
                    total + data.count <= Self.totalLimitBytes
                else { continue }
                total += data.count
                assets[path] = Asset(
                    bytes: ByteBuffer(bytes: data), mediaType: Self.mediaType(path),
                    tag: String(sha256Hex(data).prefix(20)))
            }
        }
        self.assets = assets
        let all = assets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.tag)" }.joined(separator: "\n")
        version = String(sha256Hex(Data(all.utf8)).prefix(10))
    }

    package func has(_ path: String) -> Bool { assets[path] != nil }

    package func addRoutes(to router: some RouterMethods<OfficeContext>) {
        router.get("/assets/**") { request, context in
            try respond(to: request, path: context.parameters.getCatchAll().joined(separator: "/"))
        }
    }

    /// Only paths found at start are known: there is nothing to escape from.
    func respond(to request: Request, path: String) throws -> Response {
        guard let asset = assets[path] else { throw CommonRefusal.notFound }
        let isVersioned = request.uri.query?.hasPrefix("v=") == true
        let tag = "\"\(asset.tag)\""
        var headers: HTTPFields = [
            .contentType: asset.mediaType, .eTag: tag,
            .cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "public, no-cache",
        ]
        if request.headers[.ifNoneMatch]?.contains(tag) == true {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentLength] = String(asset.bytes.readableBytes)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.bytes))
    }

    private static func files(below folder: URL) -> [(path: String, url: URL)] {
        let root = folder.resolvingSymlinksInPath().path + "/"
        guard let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        else { return [] }
        return walk.compactMap { $0 as? URL }.compactMap { url in
            let file = url.resolvingSymlinksInPath()
            guard (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true,
                url.path.hasPrefix(folder.path), !url.lastPathComponent.hasPrefix("."), file.path.hasPrefix(root)
            else { return nil }
            return (String(file.path.dropFirst(root.count)), file)
        }
    }

    private static let mediaTypes = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "ico": "image/x-icon", "woff2": "font/woff2",
        "ttf": "font/ttf", "json": "application/json", "wasm": "application/wasm", "html": "text/html; charset=utf-8",
        "txt": "text/plain; charset=utf-8", "ftl": "text/plain; charset=utf-8",
        "webmanifest": "application/manifest+json",
    ]

    private static func mediaType(_ path: String) -> String {
        let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return mediaTypes[ending] ?? "application/octet-stream"
    }
}
