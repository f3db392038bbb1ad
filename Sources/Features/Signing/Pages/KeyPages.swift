// "Chứng thư số của tôi": a person's keys, and the seal's for those who operate it.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

struct KeyPages: Sendable {
    let ground: Groundwork
    let desk: SigningDesk
    let shell: Shell

    static let base = "/ky-so/chung-thu"
    private static let limitBytes = 4 << 20

    var routes: [Route] {
        [
            .get(Self.base, .signedIn, show), .get("/ky-so/anh", .signedIn, ownImage),
            .get("/ky-so/anh-dau", .roles([.recordsClerk]), sealImage),
            .post("\(Self.base)/tep", .signedIn, addFile), .post("\(Self.base)/thiet-bi", .signedIn, addToken),
            .post("\(Self.base)/tu-xa", .signedIn, addRemote), .post("\(Self.base)/may-nay", .signedIn, addAgent),
            .post("\(Self.base)/{key}/mac-dinh", .signedIn, makeDefault),
            .post("\(Self.base)/{key}/go", .signedIn, retire), .post("\(Self.base)/{key}/otp", .signedIn, sendOTP),
        ]
    }

    @Sendable private func show(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let actor = session.actor
        var sections = [try await section(.person(actor.person), actor)]
        if actor.has(.recordsClerk) { sections.append(try await section(.seal, actor)) }
        let accounts = try await desk.remote.accounts.all(of: actor.person)
        let view = KeysView(
            sections: sections, services: desk.remote.names.map { RemoteChoice(desk.remote, $0, accounts) },
            accounts: AccountsView(
                accounts: accounts, title: { desk.remote.title($0) }, isClerk: actor.has(.recordsClerk),
                csrf: session.csrfToken), agentAddress: ground.settings.agentAddress,
            csrf: session.csrfToken)
        var response = try await shell.page(
            "Chứng thư số của tôi", request, context, scripts: [.agent], content: view.html)
        response.allowConnections(to: [ground.settings.agentAddress])
        return response
    }

    private func section(_ holder: KeyHolder, _ actor: Actor) async throws -> KeysView.Section {
        var tokens: [TokenChoice] = []
        // A device that does not answer must not hide the other keys.
        do { tokens = try await desk.enrolment.tokens(for: actor, of: holder) } catch is KeyHolderError {}
        return KeysView.Section(isSeal: holder == .seal, keys: try await keys(of: holder, actor), tokens: tokens)
    }

    private func keys(of holder: KeyHolder, _ actor: Actor) async throws -> [CredentialState] {
        try await desk.credentials(of: holder, personName: holder == .seal ? nil : actor.name)
    }

    // MARK: Images

    @Sendable private func ownImage(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await image(try await desk.credential(of: try context.requireActor()))
    }

    @Sendable private func sealImage(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await image(try await desk.sealCredential())
    }

    private func image(_ credential: CredentialState?) async throws -> Response {
        guard let image = credential?.image else { throw CommonRefusal.notFound }
        return Response(
            status: .ok, headers: [.contentType: "image/png", .cacheControl: "private, max-age=300"],
            body: .init(byteBuffer: ByteBuffer(bytes: try ground.blobs.get(image))))
    }

    // MARK: Adding

    /// Whose key the form is about: the seal's only for clerks.
    private func holder(_ form: Form, _ actor: Actor) throws -> KeyHolder {
        guard form["cho"] == "seal" else { return .person(actor.person) }
        guard actor.has(.recordsClerk) else {
            throw CommonRefusal.forbidden("Chỉ văn thư giữ chứng thư số của con dấu.")
        }
        return .seal
    }

    private func added(_ context: OfficeContext, _ words: String) -> Response {
        context.redirect(to: Self.base, saying: words)
    }

    @Sendable private func addFile(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form) = (try context.requireActor(), try context.form())
        let file = try form.requiredFile("tep", "Tệp chứng thư số")
        let image = form.file("anh")
        guard file.byteCount <= Self.limitBytes, (image?.byteCount ?? 0) <= Self.limitBytes else {
            throw SigningRefusal.badKeyFile
        }
        let holder = try holder(form, actor)
        try await desk.enrol(
            holder, archive: try Data(contentsOf: file.url), pin: try form.required("pin", "mã PIN của tệp"),
            image: try image.map { try Data(contentsOf: $0.url) }, personName: holder == .seal ? nil : actor.name,
            replacing: form["thay"] != nil)
        return added(context, "Đã thêm chứng thư số.")
    }

    @Sendable private func addToken(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form) = (try context.requireActor(), try context.form())
        try await desk.enrolment.addToken(
            try form.required("thiet-bi", "Thiết bị"), pin: try form.required("pin", "mã PIN của thiết bị"), by: actor,
            of: try holder(form, actor))
        return added(context, "Đã thêm chứng thư số trong thiết bị.")
    }

    @Sendable private func addRemote(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form) = (try context.requireActor(), try context.form())
        try await desk.enrolment.addRemote(
            service: try form.required("dich-vu", "Dịch vụ"), id: try form.required("ma", "mã chứng thư ở dịch vụ"),
            by: actor, of: try holder(form, actor))
        return added(context, "Đã liên kết chứng thư số ký từ xa.")
    }

    /// The certificate that the program on the computer named; base64 of DER, or PEM.
    @Sendable private func addAgent(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (actor, form) = (try context.requireActor(), try context.form())
        guard let certificate = Certificate(base64: try form.required("chung-thu", "chứng thư số")) else {
            throw CommonRefusal.invalid("Phần mềm ký trả về chứng thư số không đọc được.")
        }
        try await desk.enrolment.addAgent(certificate, by: actor, of: try holder(form, actor))
        return added(context, "Đã thêm chứng thư số trên máy của bạn.")
    }

    // MARK: Choosing

    private func key(_ context: OfficeContext) async throws -> (id: Int64, holder: KeyHolder) {
        let (actor, form) = (try context.requireActor(), try context.form())
        let holder = try holder(form, actor)
        let id = context.coreContext.parameters["key"].flatMap { Int64($0) }
        let keys = try await desk.credentials(of: holder)
        guard let id, keys.contains(where: { $0.id == id }) else { throw CommonRefusal.notFound }
        return (id, holder)
    }

    @Sendable private func makeDefault(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, holder) = try await key(context)
        try await desk.enrolment.makeDefault(id, of: holder)
        return added(context, "Đã chọn chứng thư số mặc định.")
    }

    @Sendable private func retire(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (id, holder) = try await key(context)
        try await desk.enrolment.retire(id, of: holder)
        return added(context, "Đã gỡ chứng thư số; khóa bí mật trong tệp đã xóa, các văn bản đã ký không thay đổi.")
    }

    @Sendable private func sendOTP(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let actor = try context.requireActor()
        guard let id = context.coreContext.parameters["key"].flatMap({ Int64($0) }) else {
            throw CommonRefusal.notFound
        }
        try await desk.sendOTP(id, of: actor)
        return Marks.message(.neutral, "Đã gửi mã OTP. Hãy nhập mã rồi bấm ký.").response(status: .ok)
    }
}
