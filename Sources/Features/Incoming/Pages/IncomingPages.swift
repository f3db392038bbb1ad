// Routes of incoming documents: who, what, do, show.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import Signing
internal import WebUI

struct IncomingPages: Sendable {
    let desk: IncomingDesk
    let ground: Groundwork
    let shell: Shell
    /// Where signatures are told in full; nil where a test needs none.
    let verification: VerificationDesk?

    private static let clerks: Audience = .roles([.recordsClerk])

    var routes: [Route] {
        [
            .get("/van-ban-den", .signedIn, all), .get("/van-ban-den/hop/{box}", .signedIn, box),
            .get("/van-ban-den/moi", Self.clerks, newEntry), .post("/van-ban-den/moi", Self.clerks, enter),
            .get("/van-ban-den/tim/noi-nhan", .signedIn, findHolders),
            .get("/van-ban-den/so", Self.clerks, register), .get("/van-ban-den/so/pdf", Self.clerks, registerPDF),
            .get("/van-ban-den/{id}", .signedIn, show), .get("/van-ban-den/{id}/phieu", .signedIn, slip),
            .get("/van-ban-den/{id}/tep/{file}", .signedIn, file),
            .get("/van-ban-den/{id}/tep/{file}/trang/{page}", .signedIn, pageImage),
            batchRoute,
        ] + clerkActs + deskActs + changeRoutes + signatures
    }

    private var clerkActs: [Route] {
        [
            .post("/van-ban-den/{id}/register", Self.clerks, registerDocument),
            .post("/van-ban-den/{id}/copy", Self.clerks, copy),
            act("refuse", Self.clerks, "Đã từ chối tiếp nhận; lý do được báo cho nơi gửi.") { id, actor, form in
                try await desk.refuse(id, by: actor, reason: form["reason"] ?? "")
            },
            act("submit", Self.clerks, "Đã trình lãnh đạo.") { id, actor, form in
                try await desk.submit(
                    id, by: actor, to: try form.requiredID("leader", "Lãnh đạo", of: PersonSubject.self),
                    note: form["note"] ?? "", dueOn: try form.day("due", "Hạn xử lý"))
            },
        ]
    }

    private var deskActs: [Route] {
        [
            .post("/van-ban-den/{id}/direct", .signedIn, direct),
            act("conclude", .signedIn, "Đã lưu tham khảo.") { id, actor, form in
                try await desk.conclude(id, by: actor, text: form["conclusion"] ?? "", branch: try form.branch)
            },
            act("assign", .signedIn, "Đã phân công.") { id, actor, form in
                try await desk.assign(
                    id, by: actor, try AssignmentForm(form).assignments, note: form["note"] ?? "",
                    branch: try form.branch)
            },
            act("take-up", .signedIn, "Đã nhận xử lý.") { try await desk.takeUp($0, by: $1, branch: try $2.branch) },
            act("report", .signedIn, "Đã ghi tiến độ.") { id, actor, form in
                try await desk.report(id, by: actor, text: form["progress"] ?? "", branch: try form.branch)
            },
            act("complete", .signedIn, "Đã hoàn thành.") { id, actor, form in
                try await desk.complete(id, by: actor, outcome: form["outcome"] ?? "", branch: try form.branch)
            },
            act("forward", .signedIn, "Đã chuyển tiếp.") { id, actor, form in
                guard let holder = form["to"].flatMap(Holder.init(formValue:)) else {
                    throw CommonRefusal.invalid("Hãy chọn nơi chuyển đến.")
                }
                try await desk.forward(
                    id, by: actor, to: holder, note: form["forward-note"] ?? "", branch: try form.branch)
            },
            act("return", .signedIn, "Đã trả lại.") { id, actor, form in
                try await desk.giveBack(id, by: actor, reason: form["reason"] ?? "", branch: try form.branch)
            },
            act("recall", .signedIn, "Đã thu hồi.") { id, actor, form in
                try await desk.recall(id, by: actor, branches: try form.ids("branches", "Nơi thu hồi"))
            },
        ]
    }

    /// Every act ends on the page of its document; one by which it left this person's hands, on his list.
    private func act(
        _ name: String, _ audience: Audience, _ done: String,
        _ run: @escaping @Sendable (IncomingID, Actor, Form) async throws -> Void
    ) -> Route {
        .post("/van-ban-den/{id}/\(name)", audience) { _, context in
            let (id, actor) = (try context.incomingID(), try context.requireActor())
            try await run(id, actor, try context.form())
            let isKept = try await !desk.documents([id], for: actor).isEmpty
            return context.redirect(to: isKept ? "/van-ban-den/\(id)" : "/van-ban-den", saying: done)
        }
    }

    /// Ends on the page of the document, or where one waits for the key holder.
    @Sendable private func direct(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, form) = (try context.incomingID(), try context.form())
        let directive = IncomingDesk.Directive(
            text: form["text"] ?? "", assignments: try AssignmentForm(form).assignments, branch: try form.branch)
        let outcome = try await desk.direct(
            id, by: try context.requireActor(), directive, with: try KeyAnswer(form))
        return context.redirect(
            after: outcome, to: "/van-ban-den/\(id)",
            saying: "Đã bút phê và ký số; văn bản đã chuyển đến nơi xử lý.")
    }

    @Sendable private func copy(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, form) = (try context.incomingID(), try context.form())
        let outcome = try await desk.copy(id, by: try context.requireActor(), with: try KeyAnswer(form))
        return context.redirect(after: outcome, to: "/van-ban-den/\(id)", saying: "Đã ký sao y.")
    }

    @Sendable private func registerDocument(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, form) = (try context.incomingID(), try context.form())
        let number = try await desk.register(
            id, by: try context.requireActor(), receivedOn: try form.day("received", "Ngày đến"),
            dueOn: try form.day("due", "Hạn xử lý"),
            isConfirmed: form.has("confirmed"))
        return context.redirect(to: "/van-ban-den/\(id)", saying: "Đã vào sổ, số đến \(DocumentCode.printed(number)).")
    }
}

extension OfficeContext {
    func incomingID() throws -> IncomingID { try coreContext.parameters.id("id", of: IncomingSubject.self) }
}

extension Form {
    /// The branch the page was drawn for.
    var branch: BranchID? { get throws(CommonRefusal) { try id("branch", "Nhánh xử lý") } }
}

// Lists.
extension IncomingPages {
    @Sendable private func all(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await list(.all, request, context)
    }

    @Sendable private func box(_ request: Request, _ context: OfficeContext) async throws -> Response {
        guard let box = context.incomingBox else { throw CommonRefusal.notFound }
        return try await list(box, request, context)
    }

    private func list(_ box: IncomingBox, _ request: Request, _ context: OfficeContext) async throws -> Response {
        let (session, query, today) = (try context.requireSession(), request.query, Day(at: context.now))
        let actor = session.actor
        let filter = IncomingFilter(query)
        let key = query["sau"].flatMap { PageKey($0) }
        let page = try await desk.list(box, for: actor, filter: filter, after: key)
        let view = IncomingListView(
            box: box, boxes: IncomingBox.boxes(of: actor, today: today), filter: filter, page: page,
            isFirst: key == nil, isClerk: actor.has(.recordsClerk), now: context.now, csrf: session.csrfToken,
            leaders: page.items.isEmpty ? [] : try await leaders(for: box))
        return try await shell.page(box.title, request, context, content: view.html)
    }
}

extension IncomingFilter {
    init(_ query: Form) {
        self.init()
        state = query.choice("trang-thai")
        urgentOnly = query["khan"] == "1"
        text = TextLimit.name.fitting(query["q"] ?? "")
    }
}

// The document and its files.
extension IncomingPages {
    @Sendable private func show(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let view = try await desk.open(try context.incomingID(), for: session.actor)
        let page = IncomingPageView(
            view: view, actor: session.actor, csrf: session.csrfToken,
            pages: try await ground.pages.readablePages(of: view.main),
            verdicts: try await verdicts(view), directives: try await directives(view),
            choices: try await choices(view, session.actor), keys: try await keys(view, session.actor),
            sealKeys: try await sealKeys(view, session.actor),
            now: context.now)
        return try await shell.page(page.title, request, context, isWide: true, content: page.html)
    }

    /// The keys a leader could sign a directive with.
    private func keys(_ view: IncomingView, _ actor: Actor) async throws -> [KeyChoice] {
        let directs = view.offers.contains { $0.name == IncomingDocument.Action.direct.rawValue && $0.isPossible }
        return directs ? try await desk.signing.keys(.person(actor.person)) : []
    }

    private func sealKeys(_ view: IncomingView, _ actor: Actor) async throws -> [KeyChoice]? {
        guard actor.has(.recordsClerk), IncomingDesk.obstacleToCopy(view.document, view.files, for: actor) == nil
        else { return nil }
        return try await desk.signing.keys(.seal)
    }

    /// The document's signatures and those of its PDF attachments.
    private func verdicts(_ view: IncomingView) async throws -> [(name: String, panel: SignaturePanel)] {
        let copies = view.files.filter { $0.role == .copy }
        let files = ([view.main].compactMap(\.self) + copies + view.attachments.prefix(20)).filter(\.isPDF)
        let known = try await desk.signing.known(files.map(\.blob))
        var verdicts: [(name: String, panel: SignaturePanel)] = []
        for file in files {
            let address = verification == nil ? nil : "/van-ban-den/\(view.document.id)/tep/\(file.id)"
            let panel = try await SignaturePanel.telling(at: address) {
                if let verdict = known[file.blob.sha256] { return verdict }
                return try await desk.signing.verification(file.blob)
            }
            verdicts.append((file.name, panel))
        }
        return verdicts
    }

    private func directives(_ view: IncomingView) async throws -> [DirectiveLine] {
        var lines: [DirectiveLine] = []
        for note in view.directives {
            lines.append(DirectiveLine(note: note, check: try await desk.check(note, files: view.files)))
        }
        return lines
    }

    @Sendable private func file(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try ground.answer(try await requestedFile(context), isForeign: true)
    }

    @Sendable private func pageImage(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await ground.pageAnswer(try await requestedFile(context), request, context)
    }

    /// The signatures of a file in full, their reports, and the file as each of them found it.
    private var signatures: [Route] {
        guard let verification else { return [] }
        return SignaturePages(
            base: "/van-ban-den/{id}/tep/{file}", desk: verification, ground: ground, shell: shell
        ) { context in
            let file = try await requestedFile(context)
            let home = "/van-ban-den/\(try context.incomingID())"
            return SignedFile(file: file, address: "\(home)/tep/\(file.id)", home: home)
        }.routes
    }

    private func requestedFile(_ context: OfficeContext) async throws -> RecordFile {
        try await desk.file(try context.fileID(), of: try context.incomingID(), for: try context.requireActor())
    }
}
