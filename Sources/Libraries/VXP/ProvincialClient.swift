package import Digests
package import Foundation
internal import Synchronization

/// The account an office has on a provincial platform.
package struct ProvincialAccount: Sendable {
    package var systemId: String
    package var secret: String
    package var user: String
    package var password: String
    package var applicationCode: String

    package init(systemId: String, secret: String, user: String, password: String, applicationCode: String) {
        self.systemId = systemId
        self.secret = secret
        self.user = user
        self.password = password
        self.applicationCode = applicationCode
    }
}

/// The REST protocol of provincial platforms (LGSP), as one of them documents it: a sign-in that gives a token for about
/// half an hour, the token and the system's id and key with every call, packets as multipart forms.
///
/// Knows no network: the transport answers a request, as for `VXPClient`.
package struct ProvincialClient: Sendable {
    private let account: ProvincialAccount
    private let now: @Sendable () -> Date
    private let transport: @Sendable (VXPRequest) async throws -> VXPResponse
    private let ticket: Ticket
    /// How far back the list of received packets reaches. What was acknowledged is not listed again.
    private static let listedDays = 30.0

    package init(
        _ account: ProvincialAccount, now: @escaping @Sendable () -> Date = { Date() },
        transport: @escaping @Sendable (VXPRequest) async throws -> VXPResponse
    ) {
        self.account = account
        self.now = now
        self.transport = transport
        ticket = Ticket()
    }

    /// The token of the last sign-in. A class because all calls of this client share it.
    private final class Ticket: Sendable {
        private let held = Mutex<(token: String, until: Date)?>(nil)

        func token(at now: Date) -> String? { held.withLock { $0.flatMap { now < $0.until ? $0.token : nil } } }
        func hold(_ token: String, until: Date) { held.withLock { $0 = (token, until) } }
        func drop() { held.withLock { $0 = nil } }
    }

    // MARK: Calls

    package func sendEdoc(file: ByteSource, messageType: MessageType) async throws(VXPFailure) -> String {
        let form = MultipartFile(
            file, field: "edocFile", name: "goi-tin.edxml", texts: [("messageType", messageType.rawValue)])
        let body: ByteSource
        do { body = try form.encoded() } catch { throw .unreachable("the packet cannot be read: \(error)") }
        let answer: Answer<SentPacket> = try await answer(
            method: "POST", "/v1/sendEdoc", type: "multipart/form-data; boundary=\(form.boundary)", upload: body)
        guard let content = answer.content else { throw .malformedAnswer("sendEdoc: no docId") }
        return content.docId
    }

    package func receivedList(messageType: MessageType) async throws(VXPFailure) -> [ReceivedRow] {
        let now = now()
        let query = [
            "messageType": messageType.rawValue,
            "fromDate": Self.day(now.addingTimeInterval(-Self.listedDays * 86_400)),
            "toDate": Self.day(now.addingTimeInterval(86_400)),
        ]
        let answer: Answer<[ReceivedRow]> = try await answer(method: "GET", "/v1/syncReceivedEdocList", query: query)
        return answer.content ?? []
    }

    package func getEdoc(docId: String, into take: @escaping AnswerTaker) async throws {
        let feed = AnswerFeed(AnswerStream(take: take))
        do {
            try await stream("/v1/getEdoc", query: ["docId": docId]) { try feed.take($0) }
            try feed.finish(.getEdoc)
        } catch is AnswerStream.Problem { throw VXPFailure.malformedAnswer("getEdoc") }
    }

    package func updateStatus(docId: String, to status: Acknowledgement) async throws(VXPFailure) {
        let body = Data("{\"docId\":\(JSONText.quoted(docId)),\"status\":\(JSONText.quoted(status.rawValue))}".utf8)
        let _: Answer<NoContent> = try await answer(
            method: "POST", "/v1/updateStatus", type: "application/json", upload: ByteSource(body))
    }

    package func agencyList(into take: @escaping AnswerTaker) async throws {
        try await stream("/v1/getAgenciesList", query: [:], into: take)
    }

    // MARK: One call

    private func answer<Content: Codable & Sendable>(
        method: String, _ path: String, query: [String: String] = [:], type: String? = nil, upload: ByteSource? = nil
    ) async throws(VXPFailure) -> Answer<Content> {
        let response = try await signedIn { (token) async throws(VXPFailure) in
            try await self.carry(self.request(method, path, query, token: token, type: type, upload: upload))
        }
        guard let answer = try? JSONDecoder().decode(Answer<Content>.self, from: response.body) else {
            throw .malformedAnswer("\(path): HTTP \(response.status)")
        }
        guard answer.isSuccess else {
            if answer.code == AnswerCode.unauthorised.rawValue { throw .unauthorised(answer.explanation) }
            throw .refused(code: answer.code, explanation: answer.explanation)
        }
        return answer
    }

    private func stream(_ path: String, query: [String: String], into take: @escaping AnswerTaker) async throws {
        let fault = TakerFault()
        let response = try await signedIn { (token) async throws(VXPFailure) in
            var request = self.request("GET", path, query, token: token, type: nil, upload: nil)
            request.download = { piece in
                do { try take(piece) } catch {
                    fault.note(error)
                    throw error
                }
            }
            return try await self.carry(request)
        }
        if let cause = fault.cause { throw cause }
        try response.body.withUnsafeBytes { if !$0.isEmpty { try take($0) } }
    }

    /// With a token; once more with a new one when the platform no longer takes it.
    private func signedIn(
        _ call: (String) async throws(VXPFailure) -> VXPResponse
    ) async throws(VXPFailure) -> VXPResponse {
        let known = ticket.token(at: now())
        let token = if let known { known } else { try await signIn() }
        let response = try await call(token)
        guard response.status == 401, known != nil else { return try Self.checked(response) }
        ticket.drop()
        return try Self.checked(try await call(try await signIn()))
    }

    private func request(
        _ method: String, _ path: String, _ query: [String: String], token: String?, type: String?, upload: ByteSource?
    ) -> VXPRequest {
        var parts = URLComponents()
        parts.path = path
        if !query.isEmpty {
            parts.queryItems = query.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0, value: $1) }
        }
        var headers = [(name: "X-SystemId", value: account.systemId), (name: "X-SecretKey", value: account.secret)]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        if let type { headers.append(("Content-Type", type)) }
        var request = VXPRequest(
            method: method, path: parts.string ?? path, headers: headers, body: upload?.data ?? Data())
        request.upload = upload
        return request
    }

    private func carry(_ request: VXPRequest) async throws(VXPFailure) -> VXPResponse {
        do { return try await transport(request) } catch { throw VXPFailure(onTheWay: error) }
    }

    private static func checked(_ response: VXPResponse) throws(VXPFailure) -> VXPResponse {
        if let failure = VXPFailure(httpStatus: response.status, of: "the platform") { throw failure }
        return response
    }

    // MARK: Signing in

    private struct SignIn: Encodable {
        let username, password, applicationCode: String

        private enum Keys: String, CodingKey {
            case username, password, applicationCode, otp, twoFactorProvider, typeObjs
        }

        /// The platform wants the members that do not apply as null, and these two kinds of account.
        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Keys.self)
            try fields.encode(username, forKey: .username)
            try fields.encode(password, forKey: .password)
            try fields.encode(applicationCode, forKey: .applicationCode)
            try fields.encodeNil(forKey: .otp)
            try fields.encodeNil(forKey: .twoFactorProvider)
            try fields.encode([0, 1], forKey: .typeObjs)
        }
    }

    private struct SignedIn: Decodable {
        struct Content: Decodable { let token: String }
        let data: Content
    }

    /// The token lasts about half an hour; it is renewed before.
    private static let tokenSeconds = 25.0 * 60

    private func signIn() async throws(VXPFailure) -> String {
        let form = SignIn(
            username: account.user, password: account.password, applicationCode: account.applicationCode)
        guard let body = try? JSONEncoder().encode(form) else { throw .malformedParameter("login") }
        let response = try Self.checked(
            try await carry(
                request(
                    "POST", "/v1/auth/login", ["allow_anonymous": "true"], token: nil, type: "application/json",
                    upload: ByteSource(body))))
        guard let answer = try? JSONDecoder().decode(SignedIn.self, from: response.body), !answer.data.token.isEmpty
        else { throw .unauthorised("login") }
        ticket.hold(answer.data.token, until: now().addingTimeInterval(Self.tokenSeconds))
        return answer.data.token
    }

    /// `yyyy/MM/dd` in Vietnamese time.
    private static func day(_ date: Date) -> String {
        let text = WireTime.text(date)
        return "\(text.dropFirst(4).prefix(4))/\(text.dropFirst(2).prefix(2))/\(text.prefix(2))"
    }
}

extension ProvincialClient {
    package var platform: ExchangePlatform {
        ExchangePlatform(
            listings: [.plain],
            calls: .init(
                send: { file, _, type async throws(VXPFailure) in
                    try await self.sendEdoc(file: file, messageType: type)
                },
                sent: nil,
                received: { type async throws(VXPFailure) in try await self.receivedList(messageType: type) },
                fetch: { try await self.getEdoc(docId: $0, into: $1) },
                acknowledge: { id, status async throws(VXPFailure) in
                    try await self.updateStatus(docId: id, to: status)
                },
                agencies: { try await self.agencyList(into: $1) }))
    }
}
