import EdXML
import Foundation
import Hummingbird
import Platform
import Synchronization
import VXP

/// A provincial platform on a port of this machine: the REST protocol, packets in memory. It knows two systems.
final class ProvincialServer: Sendable {
    struct Packet: Sendable {
        let id: String
        let receiver: String
        let type: String
        let bytes: Data
        var status = "initial"
    }

    struct Account: Sendable {
        let systemId, secret, user, password, agency: String
    }

    static let accounts = [
        Account(systemId: "academy", secret: "k1", user: "vhl", password: "p1", agency: "000.00.00.G31"),
        Account(systemId: "institute", secret: "k2", user: "vien", password: "p2", agency: "000.00.97.G31"),
    ]

    private struct State {
        var packets: [Packet] = []
        var tokens: [String: String] = [:]
        var signIns = 0
    }

    private let state = Mutex(State())
    private let task = Mutex<Task<Void, any Error>?>(nil)

    deinit { task.withLock { $0 }?.cancel() }

    var packets: [Packet] { state.withLock { $0.packets } }
    var signIns: Int { state.withLock { $0.signIns } }
    func forgetTokens() { state.withLock { $0.tokens = [:] } }

    func start() async throws -> URL {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) })
        let running = Task { try await application.runService() }
        task.withLock { $0 = running }
        let number = await ports.first { _ in true } ?? 0
        guard let url = URL(string: "http://127.0.0.1:\(number)") else { throw HTTPTransportError.unreachable("port") }
        return url
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.post("v1/auth/login") { request, _ in try await self.signIn(request) }
        router.post("v1/sendEdoc") { request, _ in try await self.take(request) }
        router.get("v1/syncReceivedEdocList") { request, _ in try self.list(request) }
        router.get("v1/getEdoc") { request, _ in try self.give(request) }
        router.post("v1/updateStatus") { request, _ in try await self.note(request) }
        router.get("v1/getAgenciesList") { request, _ in
            _ = try self.account(of: request)
            return Self.json(#"{"status":"OK","ErrorCode":"0","data":[{"id":"9","code":"H37.DN","name":"Sở mới"}]}"#)
        }
        return router
    }

    private static func json(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func body(_ request: Request) async throws -> Data {
        Data(try await request.body.collect(upTo: 64 << 20).readableBytesView)
    }

    private struct SignIn: Decodable {
        let username, password, applicationCode: String
        let typeObjs: [Int]
    }

    private func signIn(_ request: Request) async throws -> Response {
        let form = try JSONDecoder().decode(SignIn.self, from: try await body(request))
        guard request.uri.queryParameters.get("allow_anonymous") == "true", form.typeObjs == [0, 1],
            let account = Self.accounts.first(where: { $0.user == form.username && $0.password == form.password })
        else { throw HTTPError(.unauthorized) }
        let token = UUID().uuidString
        state.withLock {
            $0.tokens[token] = account.systemId
            $0.signIns += 1
        }
        return Self.json("{\"data\":{\"token\":\"\(token)\"}}")
    }

    private func account(of request: Request) throws -> Account {
        let token = (request.headers[.authorization] ?? "").replacing("Bearer ", with: "")
        guard let systemId = state.withLock({ $0.tokens[token] }),
            let account = Self.accounts.first(where: { $0.systemId == systemId }),
            header("X-SystemId", request) == systemId, header("X-SecretKey", request) == account.secret
        else { throw HTTPError(.unauthorized) }
        return account
    }

    private func header(_ name: String, _ request: Request) -> String? {
        request.headers.first { $0.name.canonicalName == name.lowercased() }?.value
    }

    private func take(_ request: Request) async throws -> Response {
        _ = try account(of: request)
        let type = request.headers[.contentType] ?? ""
        let parts = Self.parts(try await body(request), boundary: type.components(separatedBy: "boundary=").last ?? "")
        guard type.hasPrefix("multipart/form-data"), let file = parts["edocFile"], let kind = parts["messageType"],
            let packet = PacketReader().read(file).packet
        else { return Self.json(#"{"status":"FAIL","ErrorCode":"22","ErrorDesc":"sai"}"#) }
        guard let receiver = packet.recipientCodes.first, Self.accounts.contains(where: { $0.agency == receiver })
        else { return Self.json(#"{"status":"FAIL","ErrorCode":"18","ErrorDesc":"không có"}"#) }
        let id = UUID().uuidString
        state.withLock {
            $0.packets.append(
                Packet(id: id, receiver: receiver, type: String(decoding: kind, as: UTF8.self), bytes: file))
        }
        return Self.json("{\"status\":\"OK\",\"ErrorCode\":\"0\",\"docId\":\"\(id)\"}")
    }

    /// The parts of a form by name.
    private static func parts(_ body: Data, boundary: String) -> [String: Data] {
        var (found, position) = ([String: Data](), body.startIndex)
        let (mark, blank) = (Data("--\(boundary)".utf8), Data("\r\n\r\n".utf8))
        while let start = body.range(of: mark, in: position..<body.endIndex),
            let head = body.range(of: blank, in: start.upperBound..<body.endIndex),
            let end = body.range(of: Data("\r\n".utf8) + mark, in: head.upperBound..<body.endIndex)
        {
            let text = String(decoding: body[start.upperBound..<head.lowerBound], as: UTF8.self)
            let name = text.components(separatedBy: " name=\"").last?.prefix { $0 != "\"" } ?? ""
            found[String(name)] = Data(body[head.upperBound..<end.lowerBound])
            position = end.lowerBound + 2
        }
        return found
    }

    private func list(_ request: Request) throws -> Response {
        let (account, type) = (try account(of: request), request.uri.queryParameters.get("messageType") ?? "")
        guard request.uri.queryParameters.get("fromDate")?.count == 10 else { throw HTTPError(.badRequest) }
        let rows = packets.filter { $0.receiver == account.agency && $0.type == type && $0.status != "done" }
            .map { "{\"docId\":\"\($0.id)\",\"status\":\"\($0.status)\"}" }
        return Self.json("{\"status\":\"OK\",\"ErrorCode\":\"0\",\"data\":[\(rows.joined(separator: ","))]}")
    }

    private func give(_ request: Request) throws -> Response {
        let account = try account(of: request)
        guard let id = request.uri.queryParameters.get("docId"),
            let packet = packets.first(where: { $0.id == id && $0.receiver == account.agency })
        else { return Self.json(#"{"status":"FAIL","ErrorCode":"10","ErrorDesc":"không có"}"#) }
        return Self.json("{\"status\":\"OK\",\"ErrorCode\":\"0\",\"data\":\"\(packet.bytes.base64EncodedString())\"}")
    }

    private struct Note: Decodable { let docId, status: String }

    private func note(_ request: Request) async throws -> Response {
        _ = try account(of: request)
        let note = try JSONDecoder().decode(Note.self, from: try await body(request))
        state.withLock { state in
            guard let index = state.packets.firstIndex(where: { $0.id == note.docId }) else { return }
            state.packets[index].status = note.status
        }
        return Self.json(#"{"status":"OK","ErrorCode":"0"}"#)
    }
}
