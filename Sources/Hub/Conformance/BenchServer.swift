// The bench hub on a port, for an office on another machine.
internal import Foundation
package import Hummingbird
internal import Logging
internal import Platform
internal import VXP
internal import WebUI

package enum BenchServer {
    /// Packets of 50 MB with what a form puts around them.
    private static let bodyLimit = 52 << 20

    /// - Parameter announcing: told the port in use once it listens.
    package static func application(
        _ gateway: BenchGateway, host: String, port: Int, announcing: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let router = Router()
        for operation in VXPOperation.allCases {
            for method in [HTTPRequest.Method.get, .post] {
                router.on(RouterPath(operation.path), method: method) { request, _ in
                    let body = try await request.body.collect(upTo: bodyLimit)
                    let answer = await gateway.answer(
                        VXPRequest(
                            method: request.method.rawValue, path: request.uri.path,
                            headers: request.headers.map { (name: $0.name.rawName, value: $0.value) },
                            body: Data(body.readableBytesView)))
                    // A lost answer looks to the caller like a gateway that gave up.
                    guard let answer else { return Response(status: .gatewayTimeout) }
                    return Response(
                        status: HTTPResponse.Status(code: answer.status),
                        headers: [.contentType: "application/json; charset=utf-8"],
                        body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
                }
            }
        }
        return WebServer.application(
            router, host: host, port: port, limits: ServerLimits(), handlers: { [ContinueHandler()] },
            logger: Log.logger("bench"), announcing: announcing)
    }
}
