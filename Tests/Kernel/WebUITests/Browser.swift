// A browser without a socket: asks a router in the same process and reads the answer.
import Foundation
import Hummingbird
import Logging
import Records
import Synchronization

@testable import WebUI

/// Somebody's browser, with or without a session.
struct Browser {
    static let token = "practice-session-token-0001"
    static let session = Session(
        id: "1", csrfToken: "secret-of-the-forms",
        actor: Actor(
            person: PersonID(7), name: "Nguyễn Thị Hạnh", position: "Văn thư", unit: UnitID(2), unitName: "Văn phòng",
            roles: [.recordsClerk], heads: []))
    static let site = Site(agencyName: "Viện Khoa học <Thử>", isPractice: true, assetVersion: "abc123")

    let router: Router<OfficeContext>
    let uploads: URL

    init(limits: FormLimits = .standard, routes: (Router<OfficeContext>) -> Void = { _ in }) {
        uploads = FileManager.default.temporaryDirectory.appending(path: "webui-\(UUID().uuidString)")
        let setup = WebSetup(
            site: Self.site, isSecure: false, formLimits: limits, temporaryFolder: uploads,
            loadSession: { $0 == Self.token ? Self.session : nil },
            loadFrame: { request, context in
                Frame(site: Self.site, session: try context.requireSession(), flash: context.flash(request))
            })
        router = setup.router()
        routes(router)
    }

    func get(_ path: String, signedIn: Bool = true, headers: HTTPFields = [:]) async throws -> Answer {
        try await ask(.get, path, "", signedIn, headers)
    }

    func post(
        _ path: String, _ body: String, type: String = "application/x-www-form-urlencoded", signedIn: Bool = true,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        headers[.contentType] = type
        return try await ask(.post, path, body, signedIn, headers)
    }

    private func ask(
        _ method: HTTPRequest.Method, _ path: String, _ body: String, _ signedIn: Bool, _ headers: HTTPFields
    ) async throws -> Answer {
        var headers = headers
        if signedIn { headers[.cookie] = "\(SessionCookie.name)=\(Self.token)" }
        let head = HTTPRequest(
            method: method, scheme: "http", authority: "office.test", path: path, headerFields: headers)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let response = try await router.buildResponder().respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))),
            context: OfficeContext(logger: logger))
        let collected = CollectedBody()
        try await response.body.write(collected)
        return Answer(status: Int(response.status.code), headers: response.headers, text: collected.text)
    }
}

struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    func header(_ name: String) -> String? { HTTPFields.Element.Name(name).flatMap { headers[$0] } }
}

private final class CollectedBody: ResponseBodyWriter {
    private let bytes = Mutex(ByteBuffer())
    var text: String { bytes.withLock { String(buffer: $0) } }
    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { _ = $0.writeImmutableBuffer(buffer) } }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// A multipart body as browsers write it.
enum Multipart {
    static let type = "multipart/form-data; boundary=----bien"
    static func field(_ name: String, _ value: String) -> String {
        "------bien\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    static func file(_ name: String, fileName: String, _ content: String, type: String = "application/pdf") -> String {
        "------bien\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\"\r\nContent-Type: \(type)\r\n\r\n\(content)\r\n"
    }
    static let end = "------bien--\r\n"
    static let csrf = field("_csrf", Browser.session.csrfToken)
}

/// Repeatable randomness: the seed is the test's argument.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
