// Calls to other servers: the exchange, a timestamp authority. Never made inside a transaction.
package import Foundation
internal import FoundationNetworking

/// One outgoing call.
package struct HTTPCall: Sendable {
    package var method: String
    package var url: URL
    package var headers: [(String, String)]
    package var body: Data
    package var timeoutSeconds: Double
    /// The call is given up once the answer grows beyond this.
    package var answerLimitBytes = 100 << 20
    /// Otherwise a redirect is the answer.
    package var followsRedirects = true

    package init(
        method: String = "POST", url: URL, headers: [(String, String)] = [], body: Data = Data(),
        timeoutSeconds: Double = 30
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutSeconds = timeoutSeconds
    }
}

package struct HTTPAnswer: Sendable {
    package let status: Int
    package let body: Data
    package init(status: Int, body: Data) {
        self.status = status
        self.body = body
    }
}

package enum HTTPTransportError: Error, Sendable {
    case unreachable(String)
    case tooLarge(Int)
}

/// How to make a call; a value, so that a test can answer instead.
package struct HTTPTransport: Sendable {
    package var send: @Sendable (HTTPCall) async throws -> HTTPAnswer
    package init(send: @escaping @Sendable (HTTPCall) async throws -> HTTPAnswer) { self.send = send }

    /// Real calls. No cookies, no cache are kept between calls.
    package static func live(answerLimitBytes: Int = 100 << 20) -> HTTPTransport {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        let carrier = HTTPCarrier()
        let session = URLSession(configuration: configuration, delegate: carrier, delegateQueue: nil)
        return HTTPTransport { call in
            var call = call
            call.answerLimitBytes = min(call.answerLimitBytes, answerLimitBytes)
            return try await carrier.send(call, over: session)
        }
    }
}
