// Routes of outgoing documents: who, what, do, show.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import Signing
internal import WebUI

struct OutgoingPages: Sendable {
    let desk: OutgoingDesk
    let ground: Groundwork
    let shell: Shell
    /// Where signatures are told in full; nil where a test needs none.
    let verification: VerificationDesk?

    static let clerks: Audience = .roles([.recordsClerk])

    var routes: [Route] {
        [
            .get("/van-ban-di", .signedIn, all), .get("/van-ban-di/hop/{box}", .signedIn, box),
            .get("/van-ban-di/moi", .signedIn, newDraft), .post("/van-ban-di/moi", .signedIn, create),
            .get("/van-ban-di/tim/co-quan", .signedIn, findAgencies),
            .get("/van-ban-di/tim/don-vi", .signedIn, findUnits),
            .get("/van-ban-di/tim/nguoi-ky", .signedIn, findSigners),
            .get("/van-ban-di/so", Self.clerks, register), .get("/van-ban-di/so/pdf", Self.clerks, registerPDF),
            .get("/van-ban-di/{id}", .signedIn, show), .get("/van-ban-di/{id}/sua", .signedIn, editDraft),
            .post("/van-ban-di/{id}/sua", .signedIn, edit), .get("/van-ban-di/{id}/chuan-bi", .signedIn, preparation),
            .get("/van-ban-di/{id}/vi-tri", .signedIn, places), .post("/van-ban-di/{id}/vi-tri", .signedIn, place),
            .get("/van-ban-di/{id}/tep/{file}", .signedIn, file),
            .get("/van-ban-di/{id}/tep/{file}/trang/{page}", .signedIn, pageImage),
            batchRoute,
        ] + acts + recipientRoutes + signatures
    }

    private var acts: [Route] {
        [
            act("submit", .signedIn, "Đã trình.") { try await desk.submit($0, by: $1) },
            act("withdraw", .signedIn, "Đã rút lại dự thảo.") { try await desk.withdraw($0, by: $1) },
            signing("initial", .signedIn, "Đã ký nháy.") { try await desk.initial($0, by: $1, with: $2, seen: $3) },
            signing("sign", .signedIn, "Đã ký số. Văn bản đã chuyển văn thư cấp số.") {
                try await desk.sign($0, by: $1, with: $2, seen: $3)
            },
            act("return", .signedIn, "Đã trả lại người soạn.") { id, actor, form in
                try await desk.returnDraft(id, by: actor, reason: form["reason"] ?? "")
            },
            act("cancel", .signedIn, "Đã hủy văn bản.") { id, actor, form in
                try await desk.cancel(id, by: actor, reason: form["reason"] ?? "")
            },
            act("complete", .signedIn, "Đã ghi kết quả xử lý.") { id, actor, form in
                let outcome = try TextLimit.words.checked(form["outcome"] ?? "", "Kết quả xử lý")
                try await desk.complete(id, by: actor, outcome: outcome)
            },
            act("number", Self.clerks, "Đã cấp số và ngày.") { try await desk.number($0, by: $1) },
            signing("seal", Self.clerks, "Đã đóng dấu.") { try await desk.seal($0, by: $1, with: $2, seen: $3) },
            act("issue", Self.clerks, "Đã ban hành.") { try await desk.issue($0, by: $1) },
            act("resend", Self.clerks, "Đang gửi lại.") { id, actor, form in
                guard let recipient = form["recipient"].flatMap({ Int64($0) }) else { throw OutgoingRefusal.notFound }
                try await desk.resend(id, to: recipient, by: actor)
            },
            act("recall", .signedIn, "Đã gửi yêu cầu thu hồi; xem trả lời của từng nơi nhận.") { id, actor, form in
                try await desk.recall(id, by: actor, reason: form["reason"] ?? "", isFormal: form["way"] == "packet")
            },
            act("amend", Self.clerks, "Đã gửi bản cập nhật.") { id, actor, form in
                try await desk.amend(
                    id, by: actor, subject: form["subject"] ?? "",
                    urgency: try form.choice("urgency", "Độ khẩn") ?? .normal, reason: form["reason"] ?? "")
            },
            act("void", Self.clerks, "Đã hủy số; số này không dùng lại.") { id, actor, form in
                try await desk.voidNumber(id, by: actor, reason: form["reason"] ?? "")
            },
        ]
    }

    private func act(
        _ name: String, _ audience: Audience, _ done: String,
        _ run: @escaping @Sendable (OutgoingID, Actor) async throws -> Void
    ) -> Route {
        act(name, audience, done) { id, actor, _ in try await run(id, actor) }
    }

    /// Ends on the page of the document, or where one waits for the key holder.
    private func signing(
        _ name: String, _ audience: Audience, _ done: String,
        _ run: @escaping @Sendable (OutgoingID, Actor, KeyAnswer, _ seen: String?) async throws -> SigningOutcome
    ) -> Route {
        .post("/van-ban-di/{id}/\(name)", audience) { _, context in
            let (id, form) = (try context.outgoingID(), try context.form())
            let outcome = try await run(id, try context.requireActor(), try KeyAnswer(form), form["seen"])
            return context.redirect(after: outcome, to: "/van-ban-di/\(id)", saying: done)
        }
    }

    /// Every act ends on the page of its document.
    private func act(
        _ name: String, _ audience: Audience, _ done: String,
        _ run: @escaping @Sendable (OutgoingID, Actor, Form) async throws -> Void
    ) -> Route {
        .post("/van-ban-di/{id}/\(name)", audience) { _, context in
            let id = try context.outgoingID()
            try await run(id, try context.requireActor(), try context.form())
            return context.redirect(to: "/van-ban-di/\(id)", saying: done)
        }
    }
}

extension OfficeContext {
    func outgoingID() throws -> OutgoingID {
        try coreContext.parameters.id("id", of: OutgoingSubject.self)
    }
}

// Lists.
extension OutgoingPages {
    @Sendable private func all(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await list(.all, request, context)
    }

    @Sendable private func box(_ request: Request, _ context: OfficeContext) async throws -> Response {
        guard let box = context.outgoingBox else { throw CommonRefusal.notFound }
        return try await list(box, request, context)
    }

    private func list(_ box: OutgoingBox, _ request: Request, _ context: OfficeContext) async throws -> Response {
        let (session, query) = (try context.requireSession(), request.query)
        let actor = session.actor
        let filter = OutgoingFilter(query)
        let key = query["sau"].flatMap { PageKey($0) }
        let page = try await desk.list(box, for: actor, filter: filter, after: key)
        let view = OutgoingListView(
            box: box, boxes: OutgoingBox.boxes(of: actor), filter: filter, page: page, isFirst: key == nil,
            now: context.now, csrf: session.csrfToken)
        return try await shell.page(box.title, request, context, content: view.html)
    }
}

extension OutgoingFilter {
    init(_ query: Form) {
        self.init()
        type = query.choice("loai")
        urgentOnly = query["khan"] == "1"
        year = query["nam"].flatMap { Int($0) }
        text = TextLimit.name.fitting(query["q"] ?? "")
    }
}

// The document and its files.
extension OutgoingPages {
    @Sendable private func show(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let view = try await desk.open(try context.outgoingID(), for: session.actor)
        let page = OutgoingPageView(
            view: view, actor: session.actor, csrf: session.csrfToken,
            pages: try await ground.pages.readablePages(of: view.main),
            verdict: try await verdict(view), keys: try await keys(view, session.actor), now: context.now)
        return try await shell.page(page.title, request, context, isWide: true, content: page.html)
    }

    /// The keys this person could sign with now.
    private func keys(_ view: OutgoingView, _ actor: Actor) async throws -> [KeyChoice] {
        func offers(_ action: OutgoingDocument.Action) -> Bool {
            view.offers.contains { $0.name == action.rawValue && $0.isPossible }
        }
        if offers(.seal) { return try await desk.signing.keys(.seal) }
        return offers(.sign) || offers(.initial) ? try await desk.signing.keys(.person(actor.person)) : []
    }

    /// Before the first signature there is nothing to judge.
    private func verdict(_ view: OutgoingView) async throws -> SignaturePanel? {
        guard view.document.hasSignatures, let main = view.main else { return nil }
        let address = verification == nil ? nil : "/van-ban-di/\(view.document.id)/tep/\(main.id)"
        return try await SignaturePanel.telling(at: address) { try await desk.signing.verification(main.blob) }
    }

    /// Asked again every two seconds while a draft becomes a PDF; when it is done the whole page comes anew.
    @Sendable private func preparation(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let id = try context.outgoingID()
        let document = try await desk.load(id, for: try context.requireActor()).document
        guard document.preparation != .running else {
            return OutgoingPageView.preparing(id).response(status: .ok)
        }
        var response = HTML.empty.response(status: .ok)
        response.headers.refreshPage()
        return response
    }

    @Sendable private func file(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try ground.answer(try await requestedFile(context), isForeign: false)
    }

    @Sendable private func pageImage(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await ground.pageAnswer(try await requestedFile(context), request, context)
    }

    /// The signatures of a file in full, their reports, and the file as each of them found it.
    private var signatures: [Route] {
        guard let verification else { return [] }
        return SignaturePages(
            base: "/van-ban-di/{id}/tep/{file}", desk: verification, ground: ground, shell: shell
        ) { context in
            let file = try await requestedFile(context)
            let home = "/van-ban-di/\(try context.outgoingID())"
            return SignedFile(file: file, address: "\(home)/tep/\(file.id)", home: home)
        }.routes
    }

    private func requestedFile(_ context: OfficeContext) async throws -> RecordFile {
        try await desk.file(try context.fileID(), of: try context.outgoingID(), for: try context.requireActor())
    }
}

// Places on the page.
extension OutgoingPages {
    @Sendable private func places(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let found = try await editable(try context.outgoingID(), session.actor)
        let view = PlacesView(document: found.document, main: found.main, pages: found.pages, csrf: session.csrfToken)
        return try await shell.page(
            "Vị trí số, ngày, chữ ký, dấu", request, context, isWide: true, scripts: [.placement], content: view.html)
    }

    @Sendable private func place(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, actor) = (try context.outgoingID(), try context.requireActor())
        let found = try await editable(id, actor)
        let rects = try PlacesView.rects(try context.form(), pages: found.pages)
        try await desk.place(id, rects, by: actor)
        return context.redirect(to: "/van-ban-di/\(id)", saying: "Đã ghi vị trí.")
    }

    private func editable(
        _ id: OutgoingID, _ actor: Actor
    ) async throws -> (document: OutgoingDocument, main: RecordFile, pages: [PageSize]) {
        let found = try await desk.load(id, for: actor)
        _ = try found.document.applying(.edit, by: actor)
        guard found.document.preparation == .ready, let main = found.main else {
            throw OutgoingRefusal.incomplete(["tệp văn bản chưa sẵn sàng"])
        }
        return (found.document, main, try await ground.pages.pages(of: main.blob))
    }
}
