// The session cookie: one random token; what it stands for is the directory's to know.
package import Hummingbird

/// The cookie `vo_session`.
package enum SessionCookie {
    package static let name = "vo_session"

    /// - Parameter isSecure: whether browsers reach the office over TLS.
    package static func issue(_ token: String, isSecure: Bool, maxAgeSeconds: Int? = nil) -> Cookie {
        Cookie(
            name: name, value: token, maxAge: maxAgeSeconds, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax
        )
    }

    package static func cleared(isSecure: Bool) -> Cookie { issue("", isSecure: isSecure, maxAgeSeconds: 0) }

    /// The token the browser brought, when it can be one at all.
    package static func token(_ request: Request) -> String? {
        guard let token = request.cookies[name]?.value, (16...200).contains(token.utf8.count) else { return nil }
        return token
    }
}

/// Puts the session of the cookie, if any, into the context.
package struct SessionMiddleware: RouterMiddleware {
    package typealias Context = OfficeContext
    private let load: @Sendable (_ token: String) async throws -> Session?

    package init(load: @escaping @Sendable (_ token: String) async throws -> Session?) { self.load = load }

    package func handle(
        _ request: Request, context: OfficeContext, next: (Request, OfficeContext) async throws -> Response
    ) async throws -> Response {
        guard let token = SessionCookie.token(request) else { return try await next(request, context) }
        var context = context
        context.session = try await load(token)
        return try await next(request, context)
    }
}
