// A browser without a screen: requests go to the router in this process, through the whole middleware.
internal import Directory
package import Foundation
package import Hummingbird
internal import Logging
package import Records
internal import Synchronization
package import WebUI

/// What came back.
package struct Answer: Sendable {
    package let status: Int
    package let headers: HTTPFields
    package let body: Data
    package var text: String { String(decoding: body, as: UTF8.self) }
    package var location: String? { headers[.location] }
}

/// A file of a form.
package struct FormFile: Sendable {
    let field: String
    let name: String
    let mediaType: String
    let bytes: Data

    package init(_ field: String, name: String, mediaType: String = "application/pdf", bytes: Data) {
        self.field = field
        self.name = name
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

/// Keeps its cookie and its form secret; follows no redirects.
package actor Browser {
    private let respond: @Sendable (Request, OfficeContext) async throws -> Response
    private let clock: TestClock
    private var cookies: [String: String] = [:]
    private var secret: String?
    private let address: String

    /// - Parameter address: whom the requests come from.
    package init(_ router: Router<OfficeContext>, clock: TestClock, address: String = "127.0.0.1") {
        let responder = router.buildResponder()
        respond = { try await responder.respond(to: $0, context: $1) }
        self.clock = clock
        self.address = address
    }

    /// Signs in without a password.
    package func become(_ actor: Actor, in office: TestOffice) async throws {
        let token = try await SignInDesk(ground: office.ground).openSession(for: actor.person).token
        cookies[SessionCookie.name] = token
        secret = try await SessionLoader(ground: office.ground).load(token)?.csrfToken
    }

    package var sessionToken: String? { cookies[SessionCookie.name] }

    package func get(_ path: String, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, headers: headers, body: Data())
    }

    /// Posts a form with the secret of the session, or of the last page seen.
    package func post(
        _ path: String, _ fields: KeyValuePairs<String, String> = [:], headers: HTTPFields = [:]
    ) async throws -> Answer {
        let own: [(String, String)] = secret.map { [("_csrf", $0)] } ?? []
        let pairs = own + fields.map { ($0.key, $0.value) }
        let body = pairs.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return try await send(.post, path, headers: headers, body: Data(body.utf8))
    }

    /// Posts a form with files.
    package func post(
        _ path: String, _ fields: KeyValuePairs<String, String>, files: [FormFile]
    ) async throws -> Answer {
        let boundary = "vastoffice-\(UUID().uuidString)"
        var body = Data()
        func part(_ header: String, _ bytes: Data) {
            body +=
                Data("--\(boundary)\r\nContent-Disposition: form-data; \(header)\r\n\r\n".utf8) + bytes
                + Data("\r\n".utf8)
        }
        if let secret { part("name=\"_csrf\"", Data(secret.utf8)) }
        for (name, value) in fields { part("name=\"\(name)\"", Data(value.utf8)) }
        for file in files {
            part("name=\"\(file.field)\"; filename=\"\(file.name)\"\r\nContent-Type: \(file.mediaType)", file.bytes)
        }
        body += Data("--\(boundary)--\r\n".utf8)
        return try await send(
            .post, path, headers: [.contentType: "multipart/form-data; boundary=\(boundary)"], body: body)
    }

    /// Takes off the secret that forms are sent with, as a forged page would have to.
    package func forgetSecret() { secret = nil }

    package func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: Data
    ) async throws -> Answer {
        var headers = headers
        if !cookies.isEmpty {
            headers[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        }
        headers[.contentLength] = String(body.count)
        let head = HTTPRequest(
            method: method, scheme: "http", authority: "office.example", path: path, headerFields: headers)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger[metadataKey: "hb.request.id"] = .string(UUID().uuidString)
        let context = OfficeContext(logger: logger, peerAddress: address, now: clock.now)
        let response = try await respond(
            Request(head: head, body: .init(buffer: ByteBuffer(bytes: body))), context)
        return try await take(response)
    }

    private func take(_ response: Response) async throws -> Answer {
        for line in response.headers[values: .setCookie] { remember(line) }
        let collected = CollectedBody()
        try await response.body.write(CollectingWriter(body: collected))
        let answer = Answer(status: response.status.code, headers: response.headers, body: collected.data)
        if let found = Self.secret(in: answer.text) { secret = found }
        return answer
    }

    private func remember(_ line: String) {
        let pair = (line.split(separator: ";").first ?? "").split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { return }
        let (name, value) = (String(pair[0]), String(pair[1]))
        cookies[name] = value.isEmpty ? nil : value
    }

    private static func secret(in page: String) -> String? {
        guard let start = page.range(of: "name=\"_csrf\" value=\"") else { return nil }
        return String(page[start.upperBound...].prefix { $0 != "\"" })
    }
}

/// A reference type because the writer is consumed.
private final class CollectedBody: Sendable {
    private let bytes = Mutex(Data())
    var data: Data { bytes.withLock { $0 } }
    func append(_ buffer: ByteBuffer) { bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) } }
}

private struct CollectingWriter: ResponseBodyWriter {
    let body: CollectedBody
    mutating func write(_ buffer: ByteBuffer) async throws { body.append(buffer) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
