// A timestamp authority for practice: RFC 3161 over HTTP, on the machine itself.
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Platform
internal import SignatureCore

struct PracticeTimestamps: Sendable {
    let responder: TimestampResponder
    let clock: Clock
    private static let limitBytes = 16 << 10

    func application(port: Int) -> some ApplicationProtocol {
        let router = Router()
        router.post("/tsa") { request, _ -> Response in
            let body = try await request.body.collect(upTo: Self.limitBytes)
            let answer = try responder.respond(to: Data(body.readableBytesView), at: clock.now())
            return Response(
                status: .ok, headers: [.contentType: TimestampAuthority.replyContentType],
                body: .init(byteBuffer: ByteBuffer(bytes: answer)))
        }
        return Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: Log.logger("tsa")
        )
    }
}
