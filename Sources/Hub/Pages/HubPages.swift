internal import Digests
internal import Foundation
internal import Hummingbird
internal import Platform
internal import VXP
package import WebUI

/// The platform's calls, as routes.
package struct HubPages: Sendable {
    let desk: HubDesk
    let api: HubAPI

    package var routes: [Route] {
        let calls = VXPOperation.allCases.flatMap { operation in
            [Route.post(operation.path, .anyone, call), Route.get(operation.path, .anyone, call)]
        }
        return calls + [.get("/suc-khoe", .anyone, health)]
    }

    // MARK: Calls

    @Sendable private func call(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        let traceId = Self.traceId(request.headers) ?? HubAPI.newTraceId()
        let head = VXPRequest(method: request.method.rawValue, path: request.uri.path, headers: headers, body: Data())
        var response =
            switch await api.answer(head, request.body, traceId: traceId) {
            case .whole(let answer): Self.response(answer)
            case .packet(let blob, let isBase64):
                try PacketAnswer(file: desk.blobs.path(blob), isBase64: isBase64).response
            }
        response.headers[Self.requestId] = traceId
        return response
    }

    private static func response(_ answer: VXPResponse) -> Response {
        Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private static let requestId = HTTPFields.Element.Name("X-Request-Id") ?? .via

    /// The caller's own name for the call: the trace of `traceparent` (W3C Trace Context §3.2) or `X-Request-Id`.
    static func traceId(_ headers: HTTPFields) -> String? {
        if let parent = HTTPFields.Element.Name("traceparent").flatMap({ headers[$0] }) {
            let parts = parent.split(separator: "-")
            if parts.count >= 4, parts[1].count == 32, parts[1].allSatisfy(\.isHexDigit) { return String(parts[1]) }
        }
        guard let id = headers[requestId], (1...64).contains(id.utf8.count),
            id.utf8.allSatisfy({
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
            })
        else { return nil }
        return id
    }

    @Sendable private func health(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await desk.database.check()
        return Response(
            status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: ByteBuffer(string: "ok")))
    }

    /// Whether the header proves the person in charge (RFC 7617).
    static func isAdmitted(_ authorization: String?, password: String?) -> Bool {
        guard let password, let authorization, authorization.hasPrefix("Basic ") else { return false }
        let expected = Data("quantri:\(password)".utf8)
        return Data(base64Encoded: String(authorization.dropFirst(6))).map { constantTimeEqual($0, expected) } ?? false
    }
}
