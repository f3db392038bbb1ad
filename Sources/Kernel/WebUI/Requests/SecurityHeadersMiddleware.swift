// Headers that every answer carries, good or bad.
package import Hummingbird

/// Strict policy: only what this server itself sends may run, and nothing may frame it but itself.
package struct SecurityHeadersMiddleware: RouterMiddleware {
    package typealias Context = OfficeContext
    /// Whether browsers reach the office over TLS: then they are told to stay with it.
    private let isSecure: Bool

    package init(isSecure: Bool) { self.isSecure = isSecure }

    static let policy = policy(connectingTo: [])

    /// - Parameter addresses: where scripts of this one page may also connect to, e.g. a program on the same computer.
    package static func policy(connectingTo addresses: [String]) -> String {
        """
        default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
        connect-src \((["'self'"] + addresses).joined(separator: " ")); worker-src 'self' blob:; object-src 'none'; \
        base-uri 'none'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'
        """
    }

    package func handle(
        _ request: Request, context: OfficeContext, next: (Request, OfficeContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        // A handler may tighten the policy for a file it sends, never lose it.
        if response.headers[headerName("Content-Security-Policy")] == nil {
            response.headers[headerName("Content-Security-Policy")] = Self.policy
        }
        // What a browser keeps, it keeps for one session: the next person at the same computer brings another cookie.
        if response.headers[.cacheControl]?.hasPrefix("private") == true { response.headers[.vary] = "Cookie" }
        response.headers[headerName("X-Content-Type-Options")] = "nosniff"
        response.headers[headerName("X-Frame-Options")] = "SAMEORIGIN"
        response.headers[headerName("Referrer-Policy")] = "same-origin"
        response.headers[headerName("Permissions-Policy")] = "camera=(), microphone=(), geolocation=()"
        response.headers[headerName("Cross-Origin-Opener-Policy")] = "same-origin"
        response.headers[headerName("Cross-Origin-Resource-Policy")] = "same-origin"
        if isSecure { response.headers[headerName("Strict-Transport-Security")] = "max-age=31536000" }
        return response
    }
}
