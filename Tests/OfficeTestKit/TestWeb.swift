// A feature's pages with the whole middleware before them and a bare frame around them.
internal import Directory
package import Hummingbird
package import Records
package import WebUI

extension TestOffice {
    /// A frame without boxes: enough to see a feature's own content.
    package static let shell = Shell { request, context in
        Frame(site: site, session: try context.requireSession(), flash: context.flash(request))
    }

    package static let site = Site(
        agencyName: "Viện Hàn lâm Khoa học và Công nghệ Việt Nam", isPractice: true, assetVersion: "0")

    package func router(_ routes: [Route]) -> Router<OfficeContext> {
        let sessions = SessionLoader(ground: ground)
        let router = WebSetup(
            site: Self.site, isSecure: false, publicUploads: routes.publicUploads, temporaryFolder: folder,
            loadSession: { try await sessions.load($0) },
            loadFrame: { Frame(site: Self.site, session: try $1.requireSession(), flash: $1.flash($0)) }
        ).router()
        router.add(routes)
        return router
    }

    /// A browser on these routes, signed in as `actor` or as nobody.
    package func browser(
        _ routes: [Route], as actor: Actor? = nil, address: String = "127.0.0.1"
    ) async throws -> Browser {
        let browser = Browser(router(routes), clock: clock, address: address)
        if let actor { try await browser.become(actor, in: self) }
        return browser
    }
}
