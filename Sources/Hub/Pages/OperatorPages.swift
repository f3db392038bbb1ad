// What the person in charge sees and does: the live board, agencies, the log of security events, metrics.
internal import Digests
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

struct OperatorPages: Sendable {
    let desk: HubDesk
    let site: Site

    var routes: [Route] {
        [
            .get("/", .anyone, watched { _ in try await overview() }),
            .get("/bang", .anyone, watched { _ in try await board().response(status: .ok) }),
            .get("/don-vi", .anyone, watched { try await agencies($0) }),
            .get("/su-kien", .anyone, watched { try await events($0) }),
            .get("/metrics", .anyone, metrics),
            .post("/don-vi/them", .anyone, acted { try await add($0) }),
            .post("/don-vi/khoa", .anyone, acted { try await lock($0, true) }),
            .post("/don-vi/mo-khoa", .anyone, acted { try await lock($0, false) }),
            .post("/don-vi/doi-khoa", .anyone, acted { try await rotate($0) }),
        ]
    }

    // MARK: Who

    /// In practice everybody may look; nobody acts without the password.
    private func watched(
        _ page: @escaping @Sendable (Request) async throws -> Response
    ) -> @Sendable (Request, OfficeContext) async throws -> Response {
        { request, _ in
            guard site.isPractice || isAdmitted(request) else { return Self.askForPassword }
            return try await page(request)
        }
    }

    private func acted(
        _ act: @escaping @Sendable (Form) async throws -> Response
    ) -> @Sendable (Request, OfficeContext) async throws -> Response {
        { request, _ in
            guard isAdmitted(request) else { return Self.askForPassword }
            let body = try await request.body.collect(upTo: 65_536)
            guard let form = Form(urlEncoded: String(buffer: body)), isTicket(form["_csrf"]) else {
                throw CommonRefusal.forbidden(
                    "Trang đã mở quá lâu. Chưa có gì được ghi; hãy tải lại trang rồi thử lại.")
            }
            return try await act(form)
        }
    }

    private static let askForPassword = Response(
        status: .unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"hub\", charset=\"UTF-8\""])

    private func isAdmitted(_ request: Request) -> Bool {
        HubPages.isAdmitted(request.headers[.authorization], password: desk.settings.password)
    }

    /// Proves that a form comes from a page of ours, of today or yesterday.
    private func ticket(_ day: Day) -> String {
        hmacSHA256(key: desk.gate.sealing.formKey, message: Data(day.description.utf8)).hex
    }

    private var ticket: String { ticket(Day(at: desk.clock.now())) }

    private func isTicket(_ given: String?) -> Bool {
        let today = Day(at: desk.clock.now())
        return [today, today.adding(days: -1)].contains {
            constantTimeEqual(Data(ticket($0).utf8), Data((given ?? "").utf8))
        }
    }

    // MARK: Pages

    private func overview() async throws -> Response {
        HubViews(site: site).overview(try await board()).response(status: .ok)
    }

    private func board() async throws -> HTML {
        try await desk.tally()
        let (standing, alerts, now) = (try await desk.standing(), try await desk.openAlerts(), desk.clock.now())
        let recent = try await desk.database.read { try HubStore(tx: $0, now: now).recentDeliveries(limit: 30) }
        return BoardView(standing: standing, alerts: alerts, recent: recent).html
    }

    private func agencies(_ request: Request) async throws -> Response {
        let after = request.query["sau"] ?? ""
        let page = try await desk.agencies(after: after, limit: 51)
        return HubViews(site: site).agencies(
            Array(page.prefix(50)), next: page.count > 50 ? page[49].code : nil, ticket
        )
        .response(status: .ok)
    }

    private func events(_ request: Request) async throws -> Response {
        let before = request.query["truoc"].flatMap(Int64.init) ?? .max
        let page = try await desk.events(before: before, limit: 51)
        return HubViews(site: site).events(Array(page.prefix(50)), next: page.count > 50 ? page[49].id : nil)
            .response(status: .ok)
    }

    // MARK: Acts

    private func add(_ form: Form) async throws -> Response {
        func field(_ name: String) -> String { (form[name] ?? "").trimmingCharacters(in: .whitespaces) }
        guard !field("system").isEmpty, field("system").count <= 60 else {
            throw CommonRefusal.invalid("Hãy ghi tên hệ thống phục vụ đơn vị, không quá 60 ký tự.")
        }
        let agency = HubAgency(
            code: field("code"), shortCode: field("short").isEmpty ? nil : field("short"), name: field("name"),
            parentCode: field("parent").isEmpty ? nil : field("parent"))
        let secret = try await desk.add(agency, to: field("system"))
        return secret.map { HubViews(site: site).secret($0, systemId: field("system")).response(status: .ok) }
            ?? .redirect(to: "/don-vi", type: .normal)
    }

    private func lock(_ form: Form, _ isLocked: Bool) async throws -> Response {
        try await desk.setLocked(isLocked, agency: form["code"] ?? "")
        return .redirect(to: "/don-vi", type: .normal)
    }

    private func rotate(_ form: Form) async throws -> Response {
        let new = try await desk.rotate(form["code"] ?? "")
        return HubViews(site: site).secret(new.secret, systemId: new.systemId).response(status: .ok)
    }

    // MARK: Metrics

    /// For programs on the machine itself, and for whoever has the token; a proxy's visitors are neither.
    @Sendable private func metrics(_ request: Request, _ context: OfficeContext) async throws -> Response {
        guard Self.mayMeasure(request.headers, peer: context.peerAddress, token: desk.settings.metricsToken) else {
            return Response(status: .unauthorized, headers: [.wwwAuthenticate: "Bearer"])
        }
        let text = Metrics(desk.meter.totals, try await desk.standing()).body
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func mayMeasure(_ headers: HTTPFields, peer: String?, token: String?) -> Bool {
        if let token, let given = headers[.authorization], given.hasPrefix("Bearer ") {
            return constantTimeEqual(Data(given.dropFirst(7).utf8), Data(token.utf8))
        }
        let isForwarded = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"].contains { name in
            HTTPFields.Element.Name(name).map { headers.contains($0) } ?? false
        }
        return !isForwarded && (peer == "127.0.0.1" || peer == "::1")
    }
}
