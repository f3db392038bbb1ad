// Home: this person's boxes, what waits first.
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

struct HomePages: Sendable {
    let ground: Groundwork
    let frames: FrameMaker

    var routes: [Route] {
        [
            .get("/", .signedIn, home),
            .get("/song", .anyone, alive),
        ]
    }

    @Sendable private func home(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let actor = try context.requireActor()
        let (frame, boxes) = try await frames.surroundings(request, context)
        return Layout.page(title: "Trang chủ", frame: frame, content: homePage(actor, boxes)).response(status: .ok)
    }

    /// For load balancers: answers only when the database does.
    @Sendable private func alive(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await ground.database.check()
        return Response(
            status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: ByteBuffer(string: "ok\n")))
    }
}

/// What waits comes first; boxes with nothing in them stay at hand, quietly.
private func homePage(_ actor: Actor, _ boxes: PersonalBoxes) -> HTML {
    let sections = [
        ("Văn bản đến", boxes.incoming), ("Văn bản đi", boxes.outgoing), ("Liên thông", boxes.exchange),
        ("Ký số", boxes.unfinishedSigning),
    ]
    let waiting = sections.map { title, boxes in section(title, boxes.filter { $0.count > 0 }) }
    let empty = sections.flatMap(\.1).filter { $0.count == 0 }
    return """
        <header class="greeting"><h1>Xin chào, \(actor.name)</h1>
        <p class="quiet">\(actor.position) · \(actor.unitName)</p></header>
        \(boxes.all.allSatisfy { $0.count == 0 } ? Lists.empty("Không có việc nào đang chờ bạn", "Việc mới sẽ hiện ở đây.", isGood: true) : waiting.joined())
        \(HTML.when(!empty.isEmpty, emptyBoxes(empty)))
        """
}

private func section(_ title: String, _ boxes: [BoxCount]) -> HTML {
    boxes.isEmpty ? .empty : "<section class=\"home-section\"><h2>\(title)</h2>\(Lists.tiles(boxes))</section>"
}

private func emptyBoxes(_ boxes: [BoxCount]) -> HTML {
    let links = boxes.map { "<li><a href=\"\(href: $0.href)\" title=\"\($0.whenEmpty)\">\($0.title)</a></li>" as HTML }
    return "<section class=\"home-section\"><h2>Hộp đang trống</h2><ul class=\"empty-boxes\">\(links)</ul></section>"
}
