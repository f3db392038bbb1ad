package import Foundation

/// One call to a signing service.
package struct RemoteCall: Sendable {
    package let url: URL
    package let headers: [(String, String)]
    package let body: Data
    /// Services hold a call while they think; a phone is asked by polling, not by waiting here.
    package static let timeoutSeconds = 20.0
    /// An answer with more bytes than this is not read: certificates and signatures are small.
    package static let answerLimitBytes = 4 << 20
}

package struct RemoteAnswer: Sendable {
    package let status: Int
    package let body: Data

    package init(status: Int, body: Data) {
        self.status = status
        self.body = body
    }
}

/// How to make a call (POST); throws only where no answer came.
package struct RemoteTransport: Sendable {
    package var send: @Sendable (RemoteCall) async throws -> RemoteAnswer
    package init(send: @escaping @Sendable (RemoteCall) async throws -> RemoteAnswer) { self.send = send }
}
