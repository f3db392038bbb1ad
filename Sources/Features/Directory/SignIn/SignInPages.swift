// Signing in and out and the own account: who, what, do, show.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

struct SignInPages: Sendable {
    let ground: Groundwork
    let desk: SignInDesk
    let shell: Shell
    let site: Site
    let isSecure: Bool

    var routes: [Route] {
        [
            .get("/dang-nhap", .anyone, form),
            .post("/dang-nhap", .anyone, signIn),
            .post("/dang-xuat", .signedIn, signOut),
            .get("/tai-khoan", .signedIn, account),
            .post("/tai-khoan/mat-khau", .signedIn, changePassword),
            .get("/ca-nhan", .signedIn) { _, _ in .redirect(to: "/tai-khoan") },
        ]
    }

    @Sendable private func form(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let next = Self.localPath(request.query["tiep"])
        if context.session != nil { return .redirect(to: next) }
        return try await page(account: request.query["tai-khoan"], next: next).response(status: .ok)
    }

    @Sendable private func signIn(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let form = try context.form()
        let (account, next) = (form["tai-khoan"] ?? "", Self.localPath(form["tiep"]))
        do {
            let signedIn = try await desk.signIn(
                account: account, password: form.fields.first { $0.name == "mat-khau" }?.value ?? "",
                from: try address(request, context), replacing: SessionCookie.token(request))
            return issue(signedIn.token, on: .redirect(to: next))
        } catch let refusal as SignInRefusal {
            return try await page(account: account, next: next, problem: refusal)
                .response(status: .unprocessableContent)
        }
    }

    @Sendable private func signOut(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await desk.signOut(try context.requireSession())
        var response = Response.redirect(to: "/dang-nhap")
        response.setCookie(SessionCookie.cleared(isSecure: isSecure))
        return response
    }

    @Sendable private func account(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let person = try await ground.database.read { try DirectoryStore($0).person(session.actor.person) }
        guard let person else { throw CommonRefusal.notFound }
        return try await shell.page(
            "Tài khoản của tôi", request, context, content: accountPage(person, csrf: session.csrfToken))
    }

    @Sendable private func changePassword(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form) = (try context.requireActor(), try context.form())
        func secret(_ name: String) -> String { form.fields.first { $0.name == name }?.value ?? "" }
        let signedIn = try await desk.changePassword(
            of: actor, from: secret("hien-tai"), to: secret("moi"), repeated: secret("nhac-lai"),
            address: try address(request, context))
        var fresh = context
        fresh.session = try await SessionLoader(ground: ground).load(signedIn.token)
        return issue(
            signedIn.token,
            on: fresh.redirect(to: "/tai-khoan", saying: "Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."))
    }

    private func page(account: String?, next: String, problem: SignInRefusal? = nil) async throws -> HTML {
        let practice = site.isPractice ? try await practicePeople() : []
        return signInPage(
            site: site, account: account, next: next, problem: problem, practice: practice,
            password: site.isPractice ? ground.settings.text("practice.password") : nil)
    }

    private func practicePeople() async throws -> [Person] {
        try await ground.database.read { try DirectoryStore($0).people(matching: "", limit: 200).filter(\.isPractice) }
    }

    private func issue(_ token: String, on response: Response) -> Response {
        var response = response
        response.setCookie(SessionCookie.issue(token, isSecure: isSecure))
        return response
    }

    private func address(_ request: Request, _ context: OfficeContext) throws -> String {
        context.clientAddress(request, isBehindProxy: try ground.settings.flag("proxy", default: false))
    }

    /// Where to go on after signing in: only a path of this site.
    static func localPath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }), !text.hasPrefix("/dang-")
        else { return "/" }
        return text
    }
}
