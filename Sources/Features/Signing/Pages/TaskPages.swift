// Ký số: the four tabs, one signing and its waiting, batches, notices.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

struct TaskPages: Sendable {
    let ground: Groundwork
    let tasks: SigningTasks
    let batches: SigningBatches
    let errands: [SigningErrand]
    let shell: Shell

    var routes: [Route] {
        [
            .get("/ky-so", .signedIn) { _, _ in .redirect(to: TaskTab.toSign.href) },
            .get("/ky-so/\(TaskTab.toSign.rawValue)", .signedIn, toSign),
            .get("/ky-so/\(TaskTab.processing.rawValue)", .signedIn) { try await list(.processing, $0, $1) },
            .get("/ky-so/\(TaskTab.signed.rawValue)", .signedIn) { try await list(.signed, $0, $1) },
            .get("/ky-so/\(TaskTab.failed.rawValue)", .signedIn) { try await list(.failed, $0, $1) },
            .get("/ky-so/viec/{task}", .signedIn, show), .get("/ky-so/viec/{task}/tinh-trang", .signedIn, progress),
            .post("/ky-so/viec/{task}/ky-lai", .signedIn, again), .post("/ky-so/viec/{task}/huy", .signedIn, cancel),
            .post("/ky-so/viec/{task}/bo", .signedIn, drop), .post("/ky-so/viec/{task}/khong-ky", .signedIn, gaveUp),
            .post("/ky-so/viec/{task}/chu-ky/{part}", .signedIn, answered),
            .post("/ky-so/lo", .signedIn, gather), .get("/ky-so/lo/{batch}", .signedIn, batch),
            .get("/ky-so/lo/{batch}/tinh-trang", .signedIn, batchProgress),
            .post("/ky-so/lo/{batch}/ky", .signedIn, signBatch),
            .post("/ky-so/lo/{batch}/lam-lai", .signedIn, retryBatch),
            .post("/ky-so/lo/{batch}/may-ky", .signedIn, agentTurn),
            .post("/ky-so/lo/{batch}/dung", .signedIn, stopBatch), .get("/thong-bao", .signedIn, notices),
        ]
    }
}

// Lists.
extension TaskPages {
    private func counts(_ actor: Actor) async throws -> [TaskTab: Int] {
        let (now, errands) = (ground.clock.now(), errands)
        return try await ground.database.read { tx in
            let store = TaskStore(tx: tx, now: now)
            var counts: [TaskTab: Int] = [:]
            for tab in TaskTab.allCases where tab != .toSign {
                counts[tab] = try store.count(tab, of: actor.person)
            }
            counts[.toSign] = try ToSignStore(tx: tx, errands: errands, now: now).count(for: actor)
            return counts
        }
    }

    @Sendable private func toSign(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let (actor, errands, now) = (session.actor, errands, ground.clock.now())
        let key = request.query["sau"].flatMap { PageKey($0) }
        let kind = request.query["viec"].flatMap { kind in errands.first { $0.kind == kind }?.kind }
        let rows = try await ground.database.read {
            try ToSignStore(tx: $0, errands: errands, now: now).list(
                for: actor, only: kind, after: key, most: ListPage<DocumentToSign>.size + 1)
        }
        let page = ListPage(oneMoreThanAPage: rows) {
            PageKey(key: Int64(($0.at.timeIntervalSince1970 * 1000).rounded()), id: $0.subject)
        }
        let view = ToSignView(
            page: page, counts: try await counts(actor), errands: errands.filter { !$0.waiting(actor).isEmpty },
            kind: kind, isFirst: key == nil, csrf: session.csrfToken, today: Day(at: context.now))
        return try await shell.page(TaskTab.toSign.title, request, context, content: view.html)
    }

    private func list(_ tab: TaskTab, _ request: Request, _ context: OfficeContext) async throws -> Response {
        let actor = try context.requireActor()
        let (now, key) = (ground.clock.now(), request.query["sau"].flatMap { PageKey($0) })
        let page = try await ground.database.read {
            try TaskStore(tx: $0, now: now).list(tab, of: actor.person, after: key)
        }
        let unfinished = tab == .processing && key == nil ? try await batches.unfinished(of: actor) : []
        let view = TaskListView(
            tab: tab, page: page, batches: unfinished, counts: try await counts(actor), errands: errands,
            isFirst: key == nil, now: now)
        return try await shell.page(tab.title, request, context, content: view.html)
    }

    @Sendable private func notices(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, now) = (try context.requireActor(), ground.clock.now())
        let notices = try await ground.database.read { try NoticeStore(tx: $0).latest(of: actor.person) }
        // The page is drawn first: the bell still tells what was new when it was opened.
        let response = try await shell.page("Thông báo", request, context, content: NoticesView(notices: notices).html)
        if notices.contains(where: { !$0.isRead }) {
            try await ground.database.write { try NoticeStore(tx: $0).markRead(of: actor.person, at: now) }
        }
        return response
    }
}

// One signing.
extension TaskPages {
    private func task(_ context: OfficeContext) async throws -> (task: SigningTask, errand: SigningErrand) {
        let id = context.coreContext.parameters["task"].flatMap { Int64($0) }
        guard let id else { throw CommonRefusal.notFound }
        let task = try await tasks.find(id, of: try context.requireActor())
        guard let errand = errands.first(where: { $0.kind == task.errand }) else { throw CommonRefusal.notFound }
        return (task, errand)
    }

    @Sendable private func show(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (task, errand) = try await task(context)
        // What is open in a batch is signed, waited for and given up there.
        if let batch = task.batch, task.state.isOpen { return .redirect(to: "/ky-so/lo/\(batch)") }
        let session = try context.requireSession()
        let keys = task.state == .failed ? try await tasks.keys(of: errand.holder(session.actor.person)) : []
        let agent = try await tasks.agentRequests(task, errand)
        let view = TaskView(
            task: task, errand: errand, kind: try await tasks.credential(of: task).kind, keys: keys, agent: agent,
            program: AgentCard(tasks), csrf: session.csrfToken)
        return try await page(task.order.title, request, context, calling: !agent.isEmpty, view.html)
    }

    /// - Parameter calling: its script speaks with the signing program on the person's computer.
    private func page(
        _ title: String, _ request: Request, _ context: OfficeContext, calling: Bool, _ content: HTML
    ) async throws -> Response {
        var response = try await shell.page(
            title, request, context, scripts: calling ? [.agent] : [], content: content)
        if calling { response.allowConnections(to: [ground.settings.agentAddress]) }
        return response
    }

    /// Asked again and again; once something has happened the whole page comes anew.
    @Sendable private func progress(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (task, _) = try await task(context)
        guard !task.state.isOpen else {
            return TaskView.waiting(task, try await tasks.credential(of: task).kind).response(status: .ok)
        }
        var response = HTML.empty.response(status: .ok)
        response.headers.refreshPage()
        return response
    }

    @Sendable private func again(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (task, errand) = try await task(context)
        guard task.state == .failed else {
            throw CommonRefusal.conflict("Yêu cầu ký này không còn ở trạng thái thất bại.")
        }
        let outcome = try await tasks.begin(
            errand, task.order.subject.id, by: try context.requireActor(), try KeyAnswer(try context.form()),
            details: task.details)
        return context.redirect(after: outcome, to: task.order.href, saying: errand.done)
    }

    @Sendable private func cancel(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (task, _) = try await task(context)
        try await tasks.cancel(task.id, by: try context.requireActor())
        return context.redirect(to: "/ky-so/viec/\(task.id)", saying: "Đã hủy yêu cầu ký.")
    }

    @Sendable private func drop(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (task, _) = try await task(context)
        try await tasks.drop(task.id, by: try context.requireActor())
        return context.redirect(to: TaskTab.failed.href, saying: "Đã bỏ khỏi danh sách thất bại.")
    }

    /// The page tells what the signing program did in place of signing.
    @Sendable private func gaveUp(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let ((task, _), actor, form) = (try await task(context), try context.requireActor(), try context.form())
        let kind: AgentTrouble.Kind = form.choice("ly-do") ?? .said
        try await tasks.agentGaveUp(
            task.id, by: actor, AgentTrouble(kind, status: form["ma"] ?? "", words: form["loi"] ?? ""))
        if let batch = task.batch { try await batches.agentGaveUp(batch, by: actor) }
        return Response(status: .noContent)
    }

    /// The page brings a value that the signing program answered.
    @Sendable private func answered(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let ((task, _), actor, form) = (try await task(context), try context.requireActor(), try context.form())
        guard let part = context.coreContext.parameters["part"].flatMap({ Int($0) }) else {
            throw CommonRefusal.notFound
        }
        let value = AgentValue(signature: form["chu-ky"] ?? "", certificate: form["chung-thu"] ?? "")
        do {
            try await tasks.answered(task.id, part: part, by: actor, value, errands: errands)
        } catch {
            if let batch = task.batch { try await batches.agentGaveUp(batch, by: actor) }
            throw error
        }
        return Response(status: .noContent)
    }
}

// Batches.
extension TaskPages {
    private func batchID(_ context: OfficeContext) throws -> Int64 {
        guard let id = context.coreContext.parameters["batch"].flatMap({ Int64($0) }) else {
            throw CommonRefusal.notFound
        }
        return id
    }

    @Sendable private func gather(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let id = try await batches.gather(try context.form().all("chon"), by: try context.requireActor())
        return .redirect(to: "/ky-so/lo/\(id)")
    }

    private func view(_ context: OfficeContext) async throws -> BatchView {
        let (id, session) = (try batchID(context), try context.requireSession())
        let state = try await batches.state(id, of: session.actor)
        let isRunning = state.isRunning(at: ground.clock.now())
        let isWalked = isRunning ? try await batches.isWalked(id, of: session.actor) : false
        return BatchView(
            state: state, isRunning: isRunning, program: isWalked ? AgentCard(tasks) : nil,
            page: isRunning ? try await batches.page(id) : nil,
            isSeal: try await batches.holder(id, of: session.actor) == .seal,
            keys: state.count(.waiting) > 0 && !isRunning ? try await batches.keys(id, of: session.actor) : [],
            failed: try await batches.tasks(id, [.failed], of: session.actor),
            dropped: try await batches.tasks(id, [.dropped], of: session.actor),
            others: try await batches.tasks(id, [.waiting, .processing, .signed], of: session.actor, most: 200),
            csrf: session.csrfToken)
    }

    @Sendable private func batch(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let view = try await view(context)
        return try await page("Ký theo lô", request, context, calling: view.program != nil, view.html)
    }

    @Sendable private func batchProgress(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let view = try await view(context)
        guard view.isMoving else {
            var response = HTML.empty.response(status: .ok)
            response.headers.refreshPage()
            return response
        }
        return view.progress.response(status: .ok)
    }

    @Sendable private func signBatch(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let id = try batchID(context)
        try await batches.sign(id, by: try context.requireActor(), try KeyAnswer(try context.form()))
        return .redirect(to: "/ky-so/lo/\(id)")
    }

    /// What the page of a batch puts to the signing program next.
    @Sendable private func agentTurn(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, walker) = (try batchID(context), try context.form()["nguoi-di"] ?? "")
        return try .json(
            try await batches.agentTurn(
                id, by: try context.requireActor(), walker: walker.isEmpty ? nil : walker))
    }

    @Sendable private func retryBatch(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let id = try batchID(context)
        try await batches.retryFailed(id, by: try context.requireActor())
        return .redirect(to: "/ky-so/lo/\(id)")
    }

    @Sendable private func stopBatch(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let id = try batchID(context)
        try await batches.stop(id, by: try context.requireActor())
        return context.redirect(to: "/ky-so/lo/\(id)", saying: "Đã dừng; các văn bản chưa ký vẫn ở mục “Cần ký”.")
    }
}

extension Settings {
    /// Where the signing program on a person's own computer listens.
    var agentAddress: String { text("agent.url") ?? "wss://127.0.0.1:8987" }
}

extension Response {
    /// Lets scripts of this page speak with a program on the person's computer.
    mutating func allowConnections(to addresses: [String]) {
        guard let name = HTTPFields.Element.Name("Content-Security-Policy") else { return }
        headers[name] = SecurityHeadersMiddleware.policy(connectingTo: addresses)
    }
}
