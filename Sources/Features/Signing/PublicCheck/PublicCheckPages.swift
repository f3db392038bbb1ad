// The page anybody may use: a PDF in, its verdict out, nothing kept.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

struct PublicCheckPages: Sendable {
    private let ground: Groundwork
    private let desk: VerificationDesk
    private let shell: Shell
    private let site: Site
    private let gate = VisitorGate()
    /// Judging takes a core: strangers get one, so that the office keeps the others.
    private let turnstile = Turnstile(places: 2)

    static let path = "/xac-minh"
    static let reportPath = "/xac-minh/bao-cao"

    init(ground: Groundwork, desk: VerificationDesk, shell: Shell, site: Site) {
        self.ground = ground
        self.desk = desk
        self.shell = shell
        self.site = site
    }

    /// Whether the office offers the page at all.
    static func isOffered(_ settings: Settings) -> Bool { (try? settings.flag("check.public", default: true)) ?? false }

    static func limitBytes(_ settings: Settings) -> Int {
        ((try? settings.integer("check.megabytes", default: 25)) ?? 25) << 20
    }

    var routes: [Route] {
        guard Self.isOffered(ground.settings) else { return [] }
        let bytes = Self.limitBytes(ground.settings)
        let file = FormLimits(
            fieldBytes: 4096, parts: 6, fileBytes: bytes, totalBytes: bytes + (1 << 20), seconds: 180)
        let report = FormLimits(fieldBytes: 4 << 20, parts: 6, fileBytes: 0, totalBytes: 4 << 20, seconds: 60)
        return [
            .get(Self.path, .anyone, form),
            Route.post(Self.path, .anyone, check).taking(PublicUpload(limits: file, enter: enter)),
            Route.post(Self.reportPath, .anyone, self.report).taking(PublicUpload(limits: report, enter: enter)),
        ]
    }

    // MARK: Who may come in

    @Sendable private func enter(
        _ request: Request, _ context: OfficeContext
    ) async throws -> PublicUpload.Admission {
        let isBehindProxy = try ground.settings.flag("proxy", default: false)
        let address = context.clientAddress(request, isBehindProxy: isBehindProxy)
        switch await gate.enter(address, now: context.now) {
        case .welcome: return .admitted(leave: { [gate] in await gate.leave(address) })
        case .later(let seconds):
            let busy = PublicCheckView.busy(seconds: seconds)
            var response = try await page("Xác minh chữ ký số", busy, request, context, status: .tooManyRequests)
            response.headers[.retryAfter] = "\(seconds)"
            return .turnedAway(response)
        }
    }

    // MARK: Pages

    @Sendable private func form(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await page("Xác minh chữ ký số", try await view(context).empty, request, context)
    }

    @Sendable private func check(_ request: Request, _ context: OfficeContext) async throws -> Response {
        do {
            let form = try context.form()
            let record = try await turnstile.pass { try await judged(form) }
            if request.wantsJSON { return try json(record) }
            let (json, seal) = try await sealed(record)
            let content = try await view(context).result(record, json: json, seal: seal)
            return try await page("Kết quả xác minh", content, request, context)
        } catch let refusal as any Refusal {
            if request.wantsJSON { throw refusal }
            let content = try await view(context).refused(refusal.message)
            return try await page("Xác minh chữ ký số", content, request, context, status: .unprocessableContent)
        }
    }

    private func judged(_ form: Form) async throws -> CheckRecord {
        let file = try form.requiredFile("file", "Tệp PDF")
        guard try Self.looksLikePDF(file.url) else { throw VerificationRefusal.notPDF }
        return try await desk.checkPassing(
            PassingFile(url: file.url, name: file.name, byteCount: file.byteCount, sha256: file.sha256),
            password: form["password"])
    }

    /// Readers look for the mark within the first kibibyte (ISO 32000-2 annex J, note on headers).
    private static func looksLikePDF(_ file: URL) throws -> Bool {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        return (try handle.read(upToCount: 1024) ?? Data()).range(of: Data("%PDF-".utf8)) != nil
    }

    private func sealed(_ record: CheckRecord) async throws -> (json: String, seal: String) {
        let json = try record.json()
        return (String(decoding: json, as: UTF8.self), try await ReportSeal(ground: ground).seal(json))
    }

    /// The report comes back from the page it was sent to: only what we sealed is printed.
    @Sendable private func report(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let form = try context.form()
        let json = Data((form["report"] ?? "").replacing("\r\n", with: "\n").utf8)
        let record = try await ReportSeal(ground: ground).opened(json, seal: form["seal"] ?? "")
        guard form["dang"] == "pdf" else { return try self.json(record) }
        let printer = ReportPrinter(sandbox: ground.sandbox, agencyName: site.agencyName)
        let pdf = try await turnstile.pass { try await printer.pdf(record) }
        return FileAnswer.download(
            pdf, name: "\(record.reportName).pdf", mediaType: "application/pdf", isInline: false)
    }

    private func json(_ record: CheckRecord) throws -> Response {
        FileAnswer.download(
            try record.json(), name: "\(record.reportName).json", mediaType: "application/json", isInline: false)
    }

    private func view(_ context: OfficeContext) async throws -> PublicCheckView {
        let trusted = try await TrustDesk(ground: ground).current().list.entries.filter(\.isAnchor)
        return PublicCheckView(
            agencyName: site.agencyName, anchors: trusted.map(\.certificate.commonName),
            limitBytes: Self.limitBytes(ground.settings), csrf: context.session?.csrfToken, isPractice: site.isPractice)
    }

    /// Whoever is signed in keeps his frame.
    private func page(
        _ title: String, _ content: HTML, _ request: Request, _ context: OfficeContext,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        var response: Response
        if context.session != nil {
            response = try await shell.page(title, request, context, scripts: [.verify], content: content)
        } else {
            response = Layout.signedOut(title: title, site: site, width: .open, scripts: [.verify], content: content)
                .response(status: .ok)
        }
        response.status = status
        return response
    }
}

extension CheckRecord {
    /// "Xác minh quyet-dinh"
    var reportName: String {
        let stem = (fileName as NSString).deletingPathExtension
        return "Xác minh \(stem.isEmpty ? String(sha256.prefix(12)) : String(stem.prefix(100)))"
    }
}
