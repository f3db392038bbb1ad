// How the terminal asks the servers that certificates name.
import Foundation
import Platform
import SignatureCore

extension RevocationClient {
    /// Asks over the network until `patience` is over for all servers together. Certificates choose whom: addresses
    /// inside private networks are asked only where the person at the terminal says so. Who failed once is not asked
    /// again by this process.
    static func overNetwork(privateHosts: Bool, patienceSeconds: Double = 60) -> RevocationClient {
        var limits = FetchLimits()
        limits.fetchesIssuers = true
        limits.allowsPrivateHosts = privateHosts
        let deadline = Date(timeIntervalSinceNow: patienceSeconds)
        let fetch = HTTPFetch { request in
            let rest = deadline.timeIntervalSinceNow
            let isOutOfBounds = privateHosts ? false : await request.leadsInside
            guard rest > 0, !isOutOfBounds else { throw HTTPFetch.Offline() }
            let transport = HTTPTransport.live(answerLimitBytes: request.maximumByteCount)
            let answer = try await transport.send(
                HTTPCall(request, timeoutSeconds: min(rest, request.timeoutSeconds)))
            guard answer.status == 200 else { throw HTTPFetch.Offline() }
            return answer.body
        }
        return RevocationClient(transport: fetch, cache: .memory(), limits: limits)
    }
}

extension FetchRequest {
    /// A public name may still lead into a private network.
    fileprivate var leadsInside: Bool {
        get async {
            guard let host = url.host() else { return true }
            return await NetworkAddress.isPrivate(host: host)
        }
    }
}

extension HTTPCall {
    fileprivate init(_ request: FetchRequest, timeoutSeconds: Double) {
        self.init(
            method: request.body == nil ? "GET" : "POST", url: request.url,
            headers: request.contentType.map { [("Content-Type", $0)] } ?? [], body: request.body ?? Data(),
            timeoutSeconds: timeoutSeconds)
        // Where a redirect leads, nobody has looked.
        followsRedirects = false
    }
}
