// Home: this person's boxes, what waits first.
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

struct HomePages: Sendable {
    let ground: Groundwork
    let shell: Shell

    var routes: [Route] {
        [
            .get("/", .signedIn, home),
            .get("/song", .anyone, alive),
        ]
    }

    @Sendable private func home(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let actor = try context.requireActor()
        let today = Day(at: ground.clock.now())
        let boxes = try await ground.database.read { try PersonalBoxes(for: actor, on: today, in: $0) }
        return try await shell.page("Trang chủ", request, context, content: homePage(actor, boxes))
    }

    /// For load balancers: answers only when the database does.
    @Sendable private func alive(_ request: Request, _ context: OfficeContext) async throws -> Response {
        _ = try await ground.database.read { try $0.value("SELECT 1", as: Int.self) }
        return Response(status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: ByteBuffer(string: "ok\n")))
    }
}

private func homePage(_ actor: Actor, _ boxes: PersonalBoxes) -> HTML {
    """
    \(Lists.heading("Xin chào, \(actor.name)"))
    <p class="quiet">\(actor.position) · \(actor.unitName)</p>
    \(section("Văn bản đến", boxes.incoming))
    \(section("Văn bản đi", boxes.outgoing))
    \(section("Liên thông", boxes.exchange))
    """
}

private func section(_ title: String, _ boxes: [BoxCount]) -> HTML {
    boxes.isEmpty ? .empty : "<section><h2>\(title)</h2>\(Lists.tiles(boxes))</section>"
}
