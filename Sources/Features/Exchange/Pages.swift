// The clerk's pages of the exchange.
internal import Digests
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

struct ExchangePages: Sendable {
    let desk: ExchangeDesk
    let ground: Groundwork
    let shell: Shell

    private static let clerks = Audience.roles([.recordsClerk])

    var routes: [Route] {
        [
            .get("/lien-thong", Self.clerks, outbox),
            .get("/lien-thong/goi-den", Self.clerks, inbox),
            .get("/lien-thong/goi-di/{id}/tai", Self.clerks, sentPacket),
            .get("/lien-thong/goi-den/{id}/tai", Self.clerks, receivedPacket),
            .post("/lien-thong/goi-di/{id}/gui-lai", Self.clerks, resend),
            .post("/lien-thong/goi-den/{id}/doc-lai", Self.clerks, readAgain),
            .post("/lien-thong/goi-den/{id}/da-xem", Self.clerks, settle),
        ] + statisticsRoutes + directoryRoutes
    }

    @Sendable private func outbox(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (query, session) = (request.query, try context.requireSession())
        let (state, key): (Transmission.State?, PageKey?) = (query.choice("loc"), query["sau"].flatMap { PageKey($0) })
        let list = OutboxList(
            overview: try await desk.overview(), page: try await desk.outbox(state, after: key), state: state,
            isFirst: key == nil, csrf: session.csrfToken, today: Day(at: context.now))
        return try await shell.page("Liên thông: gói gửi đi", request, context, content: list.html)
    }

    @Sendable private func inbox(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (query, session) = (request.query, try context.requireSession())
        let (openOnly, key) = (query["loc"] == "can-xem", query["sau"].flatMap { PageKey($0) })
        let list = InboxList(
            overview: try await desk.overview(), page: try await desk.inbox(openOnly: openOnly, after: key),
            openOnly: openOnly, isFirst: key == nil, csrf: session.csrfToken, today: Day(at: context.now))
        return try await shell.page("Liên thông: gói nhận về", request, context, content: list.html)
    }

    @Sendable private func sentPacket(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let id: TransmissionID = try context.parameters.id("id")
        return Self.download(try await desk.packet(sent: id), name: "goi-di-\(id).edxml")
    }

    @Sendable private func receivedPacket(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let id: ArrivalID = try context.parameters.id("id")
        return Self.download(try await desk.packet(received: id), name: "goi-den-\(id).edxml")
    }

    @Sendable private func resend(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await desk.resend(try context.parameters.id("id"), by: try context.requireActor())
        return context.redirect(to: OutboxList.path, saying: "Đang gửi lại.")
    }

    @Sendable private func readAgain(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await desk.readAgain(try context.parameters.id("id"), by: try context.requireActor())
        return context.redirect(to: InboxList.path, saying: "Đã đọc lại gói tin; xem kết quả trong danh sách.")
    }

    @Sendable private func settle(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await desk.settle(try context.parameters.id("id"), by: try context.requireActor())
        return context.redirect(to: InboxList.openPath, saying: "Đã ghi nhận là đã xem.")
    }

    /// Foreign bytes: saved, never shown by the browser; read while they go out.
    private static func download(_ file: ByteSource, name: String) -> Response {
        FileAnswer.download(file, name: name, mediaType: "application/octet-stream")
    }
}
