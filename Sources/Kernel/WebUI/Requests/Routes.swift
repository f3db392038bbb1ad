// Routes as data: the router is filled from them, and the access matrix is generated from them.
package import Hummingbird
package import Records

/// Who may call a route at all; what he may see there is decided by the record's own predicate.
package enum Audience: Sendable, Hashable {
    case anyone
    case signedIn
    /// At least one of these roles; others get 403.
    case roles(Set<Role>)

    package func admits(_ actor: Actor?) -> Bool {
        switch self {
        case .anyone: true
        case .signedIn: actor != nil
        case .roles(let roles): actor.map { !$0.roles.isDisjoint(with: roles) } ?? false
        }
    }
}

/// One method and path, its audience and its handler.
package struct Route: Sendable {
    package let method: HTTPRequest.Method
    package let path: String
    package let audience: Audience
    package let handler: @Sendable (Request, OfficeContext) async throws -> Response
    /// Set where somebody without a session may send files.
    package private(set) var publicUpload: PublicUpload?

    package init(
        _ method: HTTPRequest.Method, _ path: String, _ audience: Audience,
        _ handler: @escaping @Sendable (Request, OfficeContext) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.audience = audience
        self.handler = handler
    }

    package func taking(_ upload: PublicUpload) -> Route {
        var route = self
        route.publicUpload = upload
        return route
    }

    /// Whether calling it changes nothing.
    package var isSafe: Bool { method == .get || method == .head }

    /// A page: GET, answered with HTML.
    package static func get(
        _ path: String, _ audience: Audience,
        _ handler: @escaping @Sendable (Request, OfficeContext) async throws -> Response
    ) -> Route { Route(.get, path, audience, handler) }

    /// An act: POST, answered with a redirect or a fragment.
    package static func post(
        _ path: String, _ audience: Audience,
        _ handler: @escaping @Sendable (Request, OfficeContext) async throws -> Response
    ) -> Route { Route(.post, path, audience, handler) }
}

extension Router where Context == OfficeContext {
    /// Adds routes; the audience is checked before the handler sees the request.
    package func add(_ routes: [Route]) {
        for route in routes {
            on(RouterPath(route.path), method: route.method) { request, context in
                if route.audience != .anyone {
                    let actor = try context.requireActor()
                    guard route.audience.admits(actor) else {
                        throw CommonRefusal.forbidden(
                            "Bạn không có quyền dùng chức năng này. Hãy liên hệ quản trị hệ thống.")
                    }
                }
                return try await route.handler(request, context)
            }
        }
    }
}
