// The order of the middleware, in one place: an answer passes them from the last to the first.
package import Foundation
package import Hummingbird

/// What the web layer needs to know of the installation and of sessions.
package struct WebSetup: Sendable {
    package var site: Site
    /// Whether browsers reach the office over TLS, itself or through a proxy.
    package var isSecure: Bool
    package var formLimits: FormLimits
    /// Paths to which strangers may send files.
    package var publicUploads: [String: PublicUpload]
    /// Where uploads wait while a request lasts.
    package var temporaryFolder: URL
    package var loadSession: @Sendable (_ token: String) async throws -> Session?
    package var loadFrame: (@Sendable (Request, OfficeContext) async throws -> Frame)?

    package init(
        site: Site, isSecure: Bool, formLimits: FormLimits = .standard,
        publicUploads: [String: PublicUpload] = [:], temporaryFolder: URL,
        loadSession: @escaping @Sendable (_ token: String) async throws -> Session?,
        loadFrame: (@Sendable (Request, OfficeContext) async throws -> Frame)? = nil
    ) {
        self.site = site
        self.isSecure = isSecure
        self.formLimits = formLimits
        self.publicUploads = publicUploads
        self.temporaryFolder = temporaryFolder
        self.loadSession = loadSession
        self.loadFrame = loadFrame
    }

    /// A router with the whole stack; routes are added to it afterwards. Machine interfaces (the exchange) belong on
    /// a router of their own: they have no session and no forms.
    /// - Parameter programs: routes that a person's own programs call with a ticket: they have neither session nor form
    ///   secret, and stand before the middleware that asks for them.
    package func router(programs: [Route] = []) -> Router<OfficeContext> {
        let router = Router(context: OfficeContext.self)
        router.addMiddleware {
            SecurityHeadersMiddleware(isSecure: isSecure)
            RefusalMiddleware(site: site)
        }
        router.add(programs)
        router.addMiddleware {
            SessionMiddleware(load: loadSession)
            RefusalMiddleware(site: site, frame: loadFrame)
            FormMiddleware(limits: formLimits, temporaryFolder: temporaryFolder, publicUploads: publicUploads)
        }
        return router
    }
}
