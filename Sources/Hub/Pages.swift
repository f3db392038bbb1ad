internal import Digests
internal import Foundation
internal import Hummingbird
internal import Platform
internal import VXP
package import WebUI

/// The hub's addresses: the platform's calls, and one page for the person in charge.
package struct HubPages: Sendable {
    private let desk: HubDesk
    private let api: HubAPI
    private let site: Site
    private let password: String?

    /// 50 MB packets and their base64 overhead.
    private static let bodyLimit = 72 << 20

    package init(desk: HubDesk, api: HubAPI, site: Site, password: String?) {
        self.desk = desk
        self.api = api
        self.site = site
        self.password = password
    }

    package var routes: [Route] {
        let calls = VXPOperation.allCases.flatMap { operation in
            [Route.post(operation.path, .anyone, call), Route.get(operation.path, .anyone, call)]
        }
        return calls + [.get("/", .anyone, overview), .get("/suc-khoe", .anyone, health)]
    }

    @Sendable private func call(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let body = try await request.body.collect(upTo: HubPages.bodyLimit)
        let headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        let answer = await api.answer(
            VXPRequest(
                method: request.method.rawValue, path: request.uri.path, headers: headers,
                body: Data(body.readableBytesView)))
        return Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    @Sendable private func health(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await desk.database.check()
        return Response(
            status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: ByteBuffer(string: "ok")))
    }

    @Sendable private func overview(_ request: Request, _ context: OfficeContext) async throws -> Response {
        // In practice everybody may look.
        guard site.isPractice || HubPages.isAdmitted(request.headers[.authorization], password: password) else {
            return Response(
                status: .unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"hub\", charset=\"UTF-8\""])
        }
        let now = desk.clock.now()
        let (systems, deliveries) = try await desk.database.read { tx in
            let store = HubStore(tx: tx, now: now)
            return (try store.systemOverview(), try store.recentDeliveries(limit: 50))
        }
        return HubViews.overview(systems: systems, deliveries: deliveries, site: site).response(status: .ok)
    }

    /// Whether the header proves the person in charge (RFC 7617).
    static func isAdmitted(_ authorization: String?, password: String?) -> Bool {
        guard let password, let authorization, authorization.hasPrefix("Basic ") else { return false }
        let expected = Data("quantri:\(password)".utf8)
        return Data(base64Encoded: String(authorization.dropFirst(6))).map { constantTimeEqual($0, expected) } ?? false
    }
}
