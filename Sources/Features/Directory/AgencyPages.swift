// Agencies to look into, favourites among them, and groups of them.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

struct AgencyPages: Sendable {
    let ground: Groundwork
    let shell: Shell

    var routes: [Route] {
        [
            .get("/danh-ba/co-quan", .signedIn, agencies),
            .post("/danh-ba/co-quan/danh-dau", .signedIn, mark),
            .get("/danh-ba/nhom", .signedIn, groups),
            .get("/danh-ba/nhom/{id}", .signedIn, group),
            .post("/danh-ba/nhom", .signedIn, create),
            .post("/danh-ba/nhom/{id}", .signedIn, change),
            .post("/danh-ba/nhom/{id}/xoa", .signedIn, delete),
            .get("/chon/co-quan", .signedIn, picker),
        ]
    }

    @Sendable private func agencies(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (text, key) = (request.query["q"] ?? "", request.query["sau"].flatMap { PageKey($0) })
        let session = try context.requireSession()
        let list = try await ground.database.read { tx in
            let page = try DirectoryStore(tx).agencies(matching: text, after: key)
            let favourites = try AgencyChoices(tx, for: session.actor).favourites(among: page.items.map(\.code))
            return AgencyList(
                text: text, page: page, favourites: favourites, isFirst: key == nil, csrf: session.csrfToken)
        }
        return try await shell.page("Cơ quan liên thông", request, context, content: agenciesPage(list))
    }

    @Sendable private func mark(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form) = (try context.requireActor(), try context.form())
        let code = AgencyCode(try form.required("ma", "Mã định danh"))
        let isFavourite = form["bat"] == "1"
        try await ground.database.write { try AgencyChoices($0, for: actor).setFavourite(code, to: isFavourite) }
        return context.redirect(
            to: address("/danh-ba/co-quan", ["q": form["q"].flatMap { $0.isEmpty ? nil : $0 }]),
            saying: isFavourite ? "Đã thêm vào nơi hay gửi." : "Đã bỏ khỏi nơi hay gửi.")
    }

    @Sendable private func groups(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let groups = try await ground.database.read { try AgencyChoices($0, for: session.actor).groups() }
        let view = GroupListView(groups: groups, actor: session.actor, csrf: session.csrfToken)
        return try await shell.page("Nhóm cơ quan", request, context, content: view.html)
    }

    @Sendable private func group(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (session, id) = (try context.requireSession(), try context.parameters.id("id", of: AgencyGroupSubject.self))
        let (group, members) = try await ground.database.read { tx in
            let choices = AgencyChoices(tx, for: session.actor)
            guard let group = try choices.group(id) else { throw CommonRefusal.notFound }
            return (group, try choices.members(of: id))
        }
        let view = GroupView(group: group, members: members, actor: session.actor, csrf: session.csrfToken)
        return try await shell.page(group.name, request, context, content: view.html)
    }

    @Sendable private func create(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await save(nil, context)
    }

    @Sendable private func change(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await save(try context.parameters.id("id", of: AgencyGroupSubject.self), context)
    }

    private func save(_ id: AgencyGroupID?, _ context: OfficeContext) async throws -> Response {
        let (actor, form, now) = (try context.requireActor(), try context.form(), context.now)
        let (name, values, isShared) = (form["ten"] ?? "", form.all("agency"), form["chung"] == "1")
        try await ground.database.write { tx in
            let choices = AgencyChoices(tx, for: actor)
            try choices.save(id, name: name, members: try choices.codes(of: values), isShared: isShared, at: now)
        }
        return context.redirect(to: GroupListView.path, saying: "Đã lưu nhóm.")
    }

    @Sendable private func delete(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, id) = (try context.requireActor(), try context.parameters.id("id", of: AgencyGroupSubject.self))
        try await ground.database.write { try AgencyChoices($0, for: actor).delete(id) }
        return context.redirect(to: GroupListView.path, saying: "Đã xóa nhóm.")
    }

    /// Fragment for `Picker`: `?q=…&ten=field`.
    @Sendable private func picker(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, text) = (try context.requireActor(), request.query["q"] ?? "")
        let options = try await ground.database.read { try AgencyChoices($0, for: actor).options(matching: text) }
        return Picker.results(name: request.query["ten"] ?? "", options).response(status: .ok)
    }
}
