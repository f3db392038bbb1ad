// The signatures of one file of a record: all details, reports, and the file as each signature found it. The feature
// that owns the record says who may see the file.
internal import Foundation
internal import Hummingbird
internal import Platform
package import Records
package import WebUI

/// A file found on behalf of the actor.
package struct SignedFile: Sendable {
    let file: RecordFile
    /// Of the file, below which its signatures are told.
    let address: String
    /// Of the record.
    let home: String

    package init(file: RecordFile, address: String, home: String) {
        self.file = file
        self.address = address
        self.home = home
    }
}

package struct SignaturePages: Sendable {
    private let base: String
    private let desk: VerificationDesk
    private let ground: Groundwork
    private let shell: Shell
    private let find: @Sendable (OfficeContext) async throws -> SignedFile

    /// - Parameters:
    ///   - base: path of a file, with its parameters; - find: the file, or a refusal to show it to this actor.
    package init(
        base: String, desk: VerificationDesk, ground: Groundwork, shell: Shell,
        find: @escaping @Sendable (OfficeContext) async throws -> SignedFile
    ) {
        self.base = base
        self.desk = desk
        self.ground = ground
        self.shell = shell
        self.find = find
    }

    package var routes: [Route] {
        [
            .get("\(base)/chu-ky", .signedIn, details), .get("\(base)/chu-ky/bao-cao/pdf", .signedIn, pdf),
            .get("\(base)/chu-ky/bao-cao/json", .signedIn, json), .get("\(base)/chu-ky/cho", .signedIn, awaiting),
            .get("\(base)/chu-ky/luu-tru", .signedIn, extended),
            .get("\(base)/chu-ky/{so}", .signedIn, compare),
            .get("\(base)/chu-ky/{so}/tep", .signedIn, signedFile),
            .get("\(base)/chu-ky/{so}/trang/{page}", .signedIn, signedPage),
        ]
    }

    @Sendable private func details(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (found, record) = try await checked(context)
        let keepsake = try await desk.keepsake(of: found.file.blob, record)
        let address = ground.settings.agentAddress
        let view = SignatureDetailsView(
            found: found, record: record, keepsake: keepsake,
            program: (address: address, file: try FileTicket.address(of: found.file, ground)))
        var response = try await shell.page(
            "Chữ ký số trên \(found.file.name)", request, context, scripts: [.agent], content: view.html)
        response.allowConnections(to: [address])
        return response
    }

    /// Asked again every two seconds while authorities are asked; then the whole page comes anew.
    @Sendable private func awaiting(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (found, record) = try await checked(context)
        guard record.isAwaitingStatus else {
            var response = HTML.empty.response(status: .ok)
            response.headers.refreshPage()
            return response
        }
        return Waiting.poll(
            "Đang hỏi tổ chức chứng thực về tình trạng thu hồi…", href: "\(found.address)/chu-ky/cho"
        ).response(status: .ok)
    }

    @Sendable private func pdf(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (_, record) = try await checked(context)
        let frame = try await shell.frame(request, context)
        let printer = ReportPrinter(sandbox: ground.sandbox, agencyName: frame.site.agencyName)
        return FileAnswer.pdf(try await printer.pdf(record), name: "\(record.reportName).pdf")
    }

    @Sendable private func json(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (_, record) = try await checked(context)
        return FileAnswer.download(
            try record.json(), name: "\(record.reportName).json", mediaType: "application/json", isInline: false)
    }

    @Sendable private func extended(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (found, record) = try await checked(context)
        guard let extended = try await desk.keepsake(of: found.file.blob, record).extended else {
            throw CommonRefusal.notFound
        }
        let stem = (found.file.name as NSString).deletingPathExtension
        return FileAnswer.download(
            try ground.blobs.get(extended.file), name: "\(stem) (\(extended.level)).pdf", mediaType: "application/pdf",
            isInline: false)
    }

    @Sendable private func compare(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (found, version) = try await version(context)
        let view = CompareView(
            found: found, version: version, signedPages: try await pages(version.blob),
            currentPages: try await pages(version.current))
        return try await shell.page("Văn bản như lúc ký", request, context, isWide: true, content: view.html)
    }

    @Sendable private func signedFile(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (found, version) = try await version(context)
        let stem = (found.file.name as NSString).deletingPathExtension
        return FileAnswer.download(
            try ground.blobs.get(version.blob), name: "\(stem) (như lúc ký \(version.number)).pdf",
            mediaType: "application/pdf", isInline: false)
    }

    @Sendable private func signedPage(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (_, version) = try await version(context)
        guard let page = context.coreContext.parameters["page"].flatMap({ Int($0) }) else {
            throw CommonRefusal.notFound
        }
        let dpi = request.query["dpi"].flatMap { Int($0) } ?? 110
        return FileAnswer.image(try await ground.pages.image(of: version.blob, page: page, dpi: dpi))
    }

    private func checked(_ context: OfficeContext) async throws -> (SignedFile, CheckRecord) {
        let found = try await find(context)
        guard found.file.isPDF else { throw CommonRefusal.notFound }
        return (found, try await desk.check(found.file.blob, name: found.file.name))
    }

    private func version(_ context: OfficeContext) async throws -> (SignedFile, SignedVersion) {
        let found = try await find(context)
        guard found.file.isPDF, let number = context.coreContext.parameters["so"].flatMap({ Int($0) }) else {
            throw CommonRefusal.notFound
        }
        return (found, try await desk.asSigned(found.file.blob, name: found.file.name, number: number))
    }

    /// nil where the file cannot be drawn: the page says so.
    private func pages(_ blob: BlobRef) async throws -> [PageSize]? {
        do { return try await ground.pages.pages(of: blob) } catch is PageImageRefusal {
            return nil
        } catch is SandboxError { return nil }
    }
}
