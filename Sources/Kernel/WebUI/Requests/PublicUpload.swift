// Files from strangers: only where a route says so, within its own limits, and only for those its gate lets in.
package import Hummingbird

/// Lets anybody send a form with files to one route. Everywhere else an upload needs a session.
package struct PublicUpload: Sendable {
    package let limits: FormLimits
    /// Asked before a byte of the body is read.
    package let enter: @Sendable (Request, OfficeContext) async throws -> Admission

    package init(
        limits: FormLimits, enter: @escaping @Sendable (Request, OfficeContext) async throws -> Admission
    ) {
        self.limits = limits
        self.enter = enter
    }

    package enum Admission: Sendable {
        /// To be told when the request has been answered, well or badly.
        case admitted(leave: @Sendable () async -> Void)
        case turnedAway(Response)
    }
}

extension Sequence where Element == Route {
    /// The uploads of strangers by path.
    package var publicUploads: [String: PublicUpload] {
        Dictionary(compactMap { route in route.publicUpload.map { (route.path, $0) } }) { first, _ in first }
    }
}
