// A person's accounts at remote signing services: to their pages and back, which keys are linked, and the end of it.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

struct RemotePages: Sendable {
    let ground: Groundwork
    let desk: SigningDesk
    let batches: SigningBatches
    let errands: [SigningErrand]
    let shell: Shell

    static let base = "\(KeyPages.base)/ket-noi"

    var routes: [Route] {
        [
            .get("\(KeyPages.base)/di", .signedIn, leave), .get(RemoteAccounts.redirectPath, .signedIn, comeBack),
            .get("\(Self.base)/{account}", .signedIn, choose), .post("\(Self.base)/{account}/them", .signedIn, add),
            .post("\(Self.base)/{account}/ngat", .signedIn, disconnect),
        ]
    }

    private func account(_ context: OfficeContext) async throws -> RemoteAccount {
        guard let id = context.coreContext.parameters["account"].flatMap({ Int64($0) }) else {
            throw CommonRefusal.notFound
        }
        return try await desk.remote.accounts.find(id, of: try context.requireActor().person)
    }

    private func isSeal(_ text: String?, _ actor: Actor) throws -> Bool {
        guard text == "seal" else { return false }
        guard actor.has(.recordsClerk) else {
            throw CommonRefusal.forbidden("Chỉ văn thư giữ chứng thư số của con dấu.")
        }
        return true
    }

    /// Says where one is going before one goes. Nothing is connected by it: that is done there, and by coming back.
    @Sendable private func leave(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, query) = (try context.requireActor(), request.query)
        guard let service = query["dich-vu"] else { return .redirect(to: KeyPages.base) }
        let page = try await desk.tasks.visits.connectionPage(
            service, isSeal: try isSeal(query["cho"], actor), person: actor.person)
        let view = LeaveView(title: desk.remote.title(service), page: page)
        return try await shell.page("Kết nối dịch vụ ký số", request, context, content: view.html)
    }

    @Sendable private func comeBack(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, query) = (try context.requireActor(), request.query)
        guard let state = query["state"] else { return .redirect(to: KeyPages.base) }
        let answer = VisitAnswer(
            state: state, code: query["code"] ?? "", error: query["error"] ?? "")
        switch try await desk.tasks.cameBack(answer, by: actor, batches: batches, errands: errands) {
        case .connected(let account, let isSeal):
            return context.redirect(
                to: "\(Self.base)/\(account)\(isSeal ? "?cho=seal" : "")", saying: "Đã kết nối với dịch vụ ký số.")
        case .signing(let task): return .redirect(to: "/ky-so/viec/\(task)")
        case .signingBatch(let batch): return .redirect(to: "/ky-so/lo/\(batch)")
        }
    }

    @Sendable private func choose(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (session, account) = (try context.requireSession(), try await account(context))
        let isSeal = try isSeal(request.query["cho"], session.actor)
        let offers = try await desk.enrolment.remoteOffers(
            account, for: session.actor, of: isSeal ? .seal : .person(session.actor.person))
        let view = OffersView(
            account: account, title: desk.remote.title(account.service), isSeal: isSeal, offers: offers,
            csrf: session.csrfToken)
        return try await shell.page("Chứng thư số ở dịch vụ", request, context, content: view.html)
    }

    @Sendable private func add(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form, account) = (
            try context.requireActor(), try context.form(), try await account(context)
        )
        let holder: KeyHolder = try isSeal(form["cho"], actor) ? .seal : .person(actor.person)
        let chosen = form.all("ma")
        guard !chosen.isEmpty else { throw CommonRefusal.invalid("Hãy chọn ít nhất một chứng thư số.") }
        for id in chosen.prefix(RemoteServices.mostOffers) {
            try await desk.enrolment.addRemote(
                service: account.service, id: id, account: account.id, by: actor, of: holder)
        }
        return context.redirect(to: KeyPages.base, saying: "Đã liên kết \(chosen.count) chứng thư số.")
    }

    @Sendable private func disconnect(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let account = try await account(context)
        try await desk.remote.disconnect(account)
        return context.redirect(
            to: KeyPages.base,
            saying: "Đã ngắt kết nối; các chứng thư số của kết nối này đã gỡ, văn bản đã ký không thay đổi.")
    }
}
