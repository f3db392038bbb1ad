// Whose request it is, as far as an address tells.
package import Hummingbird
internal import Records

extension OfficeContext {
    /// Behind a proxy, what the nearest one says it saw; what stands before that may be made up.
    /// - Parameter isBehindProxy: the setting `proxy`.
    package func clientAddress(_ request: Request, isBehindProxy: Bool) -> String {
        let seen = peerAddress ?? "unknown"
        guard isBehindProxy, let last = request.headers[headerName("X-Forwarded-For")]?.split(separator: ",").last
        else { return seen }
        return String(last.trimmingSpaces.prefix(64))
    }
}
