// The practice signing service over HTTP: its methods for offices, and a page that stands for the telephone.
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Platform
internal import WebUI

extension PracticeRemoteSigning {
    private static let limitBytes = 1 << 20

    nonisolated func application(port: Int) -> some ApplicationProtocol {
        Application(
            router: router(), configuration: .init(address: .hostname("127.0.0.1", port: port)),
            logger: Log.logger("remote"))
    }

    nonisolated func router() -> Router<BasicRequestContext> {
        let router = Router()
        for method in ["info", "oauth2/token", "credentials/list", "credentials/info", "credentials/authorize"]
            + ["credentials/authorizeCheck", "signatures/signHash"]
        {
            router.post("/csc/v2/\(method)") { request, _ in try await self.answer(method, request) }
        }
        router.get("/dien-thoai/{name}") { _, context in try await self.telephone(context) }
        router.post("/dien-thoai/{name}/{handle}/{word}") { _, context in try await self.speak(context) }
        return router
    }

    private nonisolated func answer(_ method: String, _ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.limitBytes)
        do throws(PracticeRefusal) {
            return try await called(method, Data(body.readableBytesView), request.headers[.authorization])
        } catch {
            return Self.json(error.status, ["error": .text(error.error), "error_description": .text(error.words)])
        }
    }

    private nonisolated func called(
        _ method: String, _ body: Data, _ authorization: String?
    ) async throws(PracticeRefusal) -> Response {
        if method == "info" {
            return Self.json(200, ["specs": "2.0.0.2", "name": "Dịch vụ ký số thực hành", "region": "VN"])
        }
        if method == "oauth2/token" {
            let form = Form(urlEncoded: String(decoding: body, as: UTF8.self)) ?? Form()
            return Self.json(200, try await token(form))
        }
        try await requireToken(authorization)
        guard let question = try? JSONDecoder().decode(PracticeQuestion.self, from: body) else {
            throw PracticeRefusal(400, "invalid_request")
        }
        switch method {
        case "credentials/list": return Self.json(200, ["credentialIDs": .list(names.map { .text($0) })])
        case "credentials/info": return Self.json(200, try await credentialInfo(question))
        case "credentials/authorize": return Self.json(202, try await authorize(question))
        case "credentials/authorizeCheck":
            guard let activation = try await check(question) else {
                return Self.json(202, ["handle": .text(question.handle ?? "")])
            }
            return Self.json(200, ["SAD": .text(activation)])
        default: return Self.json(200, try await sign(question))
        }
    }

    private static nonisolated func json(_ status: Int, _ value: [String: JSONValue]) -> Response {
        let data = (try? JSONEncoder().encode(JSONValue.object(value))) ?? Data()
        return Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    // MARK: The telephone

    private nonisolated func telephone(_ context: BasicRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        guard names.contains(name) else { throw HTTPError(.notFound) }
        return Self.page(name, await waiting(for: name)).response(status: .ok)
    }

    private nonisolated func speak(_ context: BasicRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        let handle = try context.parameters.require("handle")
        await say(try context.parameters.require("word") == "dong-y" ? .agreed : .refused, to: handle)
        return .redirect(to: "/dien-thoai/\(name)")
    }

    private static nonisolated func page(_ name: String, _ consents: [PracticeConsent]) -> HTML {
        let asked = consents.map { consent -> HTML in
            """
            <section><p>\(consent.description)</p><p>\(consent.hashes.count) chữ ký</p>\
            <form method="post" action="\(href: "/dien-thoai/\(name)/\(consent.handle)/dong-y")"><button>Đồng ý ký</button></form>\
            <form method="post" action="\(href: "/dien-thoai/\(name)/\(consent.handle)/tu-choi")"><button>Từ chối</button></form></section>
            """
        }
        return """
            <!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\
            <meta http-equiv="refresh" content="3"><title>Điện thoại thực hành – \(name)</title>\
            <style>body{font:18px system-ui;max-width:380px;margin:40px auto;padding:0 16px}section{border:1px solid #ccc;\
            border-radius:12px;padding:16px;margin:16px 0}button{font:inherit;width:100%;padding:12px;margin-top:8px}</style></head>\
            <body><h1>Điện thoại thực hành</h1><p>Tài khoản \(name)</p>\
            \(asked)\(HTML.when(asked.isEmpty, "<p>Không có yêu cầu ký nào.</p>"))</body></html>
            """
    }
}
