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
            .get(UndeliveredView.path, Self.clerks, undelivered),
            .get("\(UndeliveredView.path)/xlsx", Self.clerks, undeliveredBook), .get(base, .signedIn, board),
            .get("\(base)/them", Self.clerks, more), .post("\(base)/them", Self.clerks, distribute),
            .post("\(base)/gui-lai", Self.clerks, resend),
            .post(
                "\(base)/thu-hoi", .signedIn,
                onRecipient("Đã yêu cầu trả lại văn bản.") { id, recipient, actor, form in
                    try await desk.takeBack(id, from: recipient, by: actor, reason: form["reason"] ?? "")
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

    /// To one receiver, or to several of which the same is told; those that have got it meanwhile are left alone.
    @Sendable private func resend(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, form, actor) = (try context.outgoingID(), try context.form(), try context.requireActor())
        let recipients = form.all("recipient").compactMap { Int64($0) }
        guard !recipients.isEmpty else { throw OutgoingRefusal.notFound }
        var (count, refusal): (Int, (any Refusal)?) = (0, nil)
        for recipient in recipients {
            do {
                try await desk.resend(id, to: recipient, by: actor)
                count += 1
            } catch let error as any Refusal { refusal = error }
        }
        if count == 0, let refusal { throw refusal }
        return context.redirect(
            to: "/van-ban-di/\(id)/noi-nhan",
            saying: recipients.count == 1 ? "Đang gửi lại." : "Đang gửi lại \(count) nơi.")
    }

    @Sendable private func more(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let document = try await desk.load(try context.outgoingID(), for: session.actor).document
        _ = try document.applying(.distribute, by: session.actor)
        let choices = try await ground.database.read { try Self.receiverChoices(for: session.actor, $0) }
        let view = MoreReceiversView(document: document, choices: choices, csrf: session.csrfToken)
        return try await shell.page(view.title, request, context, content: view.html)
    }

    @Sendable private func distribute(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, form, actor) = (try context.outgoingID(), try context.form(), try context.requireActor())
        try await desk.distribute(id, to: try await recipients(form, actor), by: actor)
        return context.redirect(to: "/van-ban-di/\(id)/noi-nhan", saying: "Đang gửi thêm nơi nhận.")
    }

    @Sendable private func undelivered(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let key = request.query["sau"].flatMap { PageKey($0) }
        let view = UndeliveredView(page: try await desk.undelivered(after: key), isFirst: key == nil)
        return try await shell.page(UndeliveredView.title, request, context, content: view.html)
    }

    @Sendable private func undeliveredBook(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let today = Day(at: context.now)
        let book = UndeliveredBook(items: try await desk.undelivered(limit: UndeliveredBook.mostRows), today: today)
        return FileAnswer.download(
            book.workbook.data, name: "chua-den-noi-nhan-\(today).xlsx", mediaType: Spreadsheet.mediaType,
            isInline: false)
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
