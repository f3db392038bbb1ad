// The page of receivers: who may open the document may open it, a leader too.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

extension OutgoingPages {
    var recipientRoutes: [Route] {
        let base = "/van-ban-di/{id}/noi-nhan"
        return [
            .get(UndeliveredView.path, Self.clerks, undelivered), .get(base, .signedIn, board),
            .post(
                "\(base)/gui-lai", Self.clerks,
                onRecipient("Đang gửi lại.") { id, recipient, actor, _ in
                    try await desk.resend(id, to: recipient, by: actor)
                }),
            .post(
                "\(base)/giu-lai", Self.clerks,
                onRecipient("Đã giữ lại.") { id, recipient, actor, form in
                    try await desk.hold(id, recipient: recipient, by: actor, reason: form["reason"] ?? "")
                }),
            .post(
                "\(base)/thoi-giu", Self.clerks,
                onRecipient("Đang gửi.") { id, recipient, actor, _ in
                    try await desk.release(id, recipient: recipient, by: actor)
                }),
            .post(
                "\(base)/hoi-lai", Self.clerks,
                onRecipient("Đang gửi lại yêu cầu.") { id, request, actor, _ in
                    try await desk.askAgain(id, request: request, by: actor)
                }),
        ]
    }

    private func onRecipient(
        _ done: String, _ run: @escaping @Sendable (OutgoingID, Int64, Actor, Form) async throws -> Void
    ) -> @Sendable (Request, OfficeContext) async throws -> Response {
        { _, context in
            let (id, form) = (try context.outgoingID(), try context.form())
            guard let recipient = form["recipient"].flatMap({ Int64($0) }) else { throw OutgoingRefusal.notFound }
            try await run(id, recipient, try context.requireActor(), form)
            return context.redirect(to: "/van-ban-di/\(id)/noi-nhan", saying: done)
        }
    }

    @Sendable private func undelivered(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let key = request.query["sau"].flatMap { PageKey($0) }
        let view = UndeliveredView(page: try await desk.undelivered(after: key), isFirst: key == nil)
        return try await shell.page(UndeliveredView.title, request, context, content: view.html)
    }

    @Sendable private func board(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let (document, lines) = try await desk.recipientBoard(try context.outgoingID(), for: session.actor)
        let view = RecipientBoardView(
            document: document, lines: lines, filter: request.query.choice("loc"), actor: session.actor,
            csrf: session.csrfToken)
        return try await shell.page(view.title, request, context, isWide: true, content: view.html)
    }
}
