// Searching all records a person may see.
internal import Hummingbird
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records
internal import WebUI

struct SearchPages: Sendable {
    let ground: Groundwork
    let shell: Shell

    var routes: [Route] { [.get("/tim-kiem", .signedIn, search)] }

    @Sendable private func search(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let actor = try context.requireActor()
        let query = request.query
        let text = String((query["q"] ?? "").prefix(200))
        let key = query["sau"].flatMap { PageKey($0) }
        let page = try await ground.database.read { tx in
            try Catalogue(tx).search(
                text, in: [IncomingFeature.searched(by: actor), OutgoingFeature.searched(by: actor)], after: key)
        }
        return try await shell.page("Tìm kiếm", request, context, content: searchPage(text, page, isFirst: key == nil))
    }
}

private func searchPage(_ text: String, _ page: ListPage<CatalogueEntry>, isFirst: Bool) -> HTML {
    let rows = page.items.map { entry -> HTML in
        let side = entry.subject.kind == "incoming" ? "Văn bản đến" : "Văn bản đi"
        let words = [side, entry.subtitle, Day(at: entry.at).printed].filter { !$0.isEmpty }.joined(separator: " · ")
        return """
            <li><a href="\(href: entry.href)"><strong>\(entry.title)</strong><span class="quiet">\(words)</span></a></li>
            """
    }
    let results: HTML =
        page.items.isEmpty
        ? Lists.empty(
            text.isEmpty ? "Gõ vài từ để tìm" : "Không tìm thấy văn bản nào",
            "Không cần gõ dấu: “quyet dinh” tìm được “Quyết định”, “123 qd vhl” tìm được 123/QĐ-VHL.")
        : "<ul class=\"results\">\(rows)</ul>"
    return """
        \(Lists.heading("Tìm kiếm"))
        \(Lists.search("/tim-kiem", text: text, placeholder: "Số, ký hiệu, trích yếu…", label: "Tìm văn bản"))
        \(results)
        \(Lists.pager(next: page.next, path: address("/tim-kiem", ["q": text]), isFirst: isFirst))
        """
}
