// Calls to other servers: the exchange, a timestamp authority. Never made inside a transaction.
package import Digests
package import Foundation

/// One outgoing call.
package struct HTTPCall: Sendable {
    package var method: String
    package var url: URL
    package var headers: [(String, String)]
    package var body: Data
    /// What is sent instead of `body`, read in pieces while it goes out.
    package var upload: ByteSource?
    /// The call is given up when nothing moves for this long, and altogether after `totalSeconds`.
    package var timeoutSeconds: Double
    /// As long as `timeoutSeconds` where not set.
    package var totalSeconds: Double?
    /// The call is given up once the answer grows beyond this.
    package var answerLimitBytes = 100 << 20
    /// Only to the same host, whatever the answer says; otherwise a redirect is the answer.
    package var followsRedirects = true
    /// Takes the body of a good answer (200–299) piece by piece; the answer then has none.
    package var download: (@Sendable (UnsafeRawBufferPointer) throws -> Void)?

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
    /// Nothing was asked: there was no connection to ask over.
    case unreachable(String)
    /// The call went out, in part at least, and no answer came: what it asked may have been done.
    case interrupted(String)
    case tooLarge(Int)
    /// The server is not the one it must be, or we cannot say who we are.
    case untrusted(String)
}

/// How to make a call; a value, so that a test can answer instead.
package struct HTTPTransport: Sendable {
    package var send: @Sendable (HTTPCall) async throws -> HTTPAnswer
    package init(send: @escaping @Sendable (HTTPCall) async throws -> HTTPAnswer) { self.send = send }

    /// Real calls, believing the system's authorities. No cookies, no cache are kept between calls.
    package static func live(answerLimitBytes: Int = 100 << 20) -> HTTPTransport {
        live(HTTPCarrier.shared, answerLimitBytes)
    }

    /// Real calls to one server that must prove itself in a way of its own. Throws `.untrusted` for certificates or a
    /// key that cannot be used.
    package static func live(trust: HTTPTrust, answerLimitBytes: Int = 100 << 20) throws -> HTTPTransport {
        live(try HTTPCarrier(trust), answerLimitBytes)
    }

    private static func live(_ carrier: HTTPCarrier, _ answerLimitBytes: Int) -> HTTPTransport {
        HTTPTransport { call in
            var call = call
            call.answerLimitBytes = min(call.answerLimitBytes, answerLimitBytes)
            return try await carrier.send(call)
        }
    }
}
