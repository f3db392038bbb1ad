// The clerk's entry form, and the register.
internal import Directory
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

extension IncomingPages {
    @Sendable func newEntry(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let agencies = try await ground.database.read {
            try DirectoryStore($0).agencies(matching: "", limit: 200).map(\.name)
        }
        let view = EntryFormView(agencies: agencies, csrf: session.csrfToken, today: Day(at: context.now))
        return try await shell.page("Nhập văn bản đến", request, context, content: view.html)
    }

    @Sendable func enter(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let form = try context.form()
        let scan = try stored(try form.requiredFile("scan", "Bản quét"))
        guard scan.mediaType == "application/pdf" else {
            throw IncomingRefusal.unsuitableFile("Bản quét phải là tệp PDF (Nghị định 30/2020/NĐ-CP, Phụ lục I).")
        }
        let attachments = try form.allFiles("attachment").map(stored)
        let id = try await desk.enter(try content(form), files: [scan] + attachments, by: try context.requireActor())
        return context.redirect(to: "/van-ban-den/\(id)", saying: "Đã nhập. Hãy kiểm tra rồi vào sổ.")
    }

    private func content(_ form: Form) throws -> IncomingDocument.Content {
        IncomingDocument.Content(
            senderName: try form.required("sender", "Cơ quan ban hành"),
            code: DocumentCode(number: try form.required("number", "Số"), notation: form["notation"] ?? ""),
            day: try form.day("day", "Ngày văn bản"),
            typeLabel: try form.choice("type", "Loại văn bản", as: DocumentType.self)?.label ?? "",
            subject: try form.required("subject", "Trích yếu"), signerName: form["signer"] ?? "",
            signerPosition: form["position"] ?? "", urgency: try form.choice("urgency", "Độ khẩn") ?? .normal,
            secrecy: try form.choice("secrecy", "Độ mật") ?? .open,
            dueOn: try form.day("due", "Hạn xử lý ghi trên văn bản"))
    }

    /// What the bytes are is read from the bytes; the bytes are safe before anything is done with them.
    private func stored(_ file: UploadedFile) throws -> ReceivedFile {
        let blob = try ground.blobs.put(contentsOf: file.url)
        let isPDF = try ground.blobs.get(blob).prefix(1024).range(of: Data("%PDF-".utf8)) != nil
        return ReceivedFile(
            name: file.name, mediaType: isPDF ? "application/pdf" : "application/octet-stream",
            blob: blob)
    }
}

// The register.
extension IncomingPages {
    @Sendable func register(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (query, today) = (request.query, Day(at: context.now))
        let period = EntryPeriod(query, today: today)
        let key = query["sau"].flatMap { PageKey($0) }
        let (page, years) = try await ground.database.read { tx in
            (try IncomingStore(tx).registerPage(period, after: key), try IncomingStore(tx).registerYears())
        }
        let view = RegisterView(
            period: period, years: years.isEmpty ? [today.year] : years, page: page, isFirst: key == nil)
        return try await shell.page("Sổ đăng ký văn bản đến", request, context, isWide: true, content: view.html)
    }

    @Sendable func registerPDF(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let period = EntryPeriod(request.query, today: Day(at: context.now))
        let pdf = try await RegisterPrint(ground: ground).pdf(of: period)
        return FileAnswer.pdf(pdf, name: "so-van-ban-den-\(period.year).pdf")
    }

    /// Phiếu giải quyết văn bản đến.
    @Sendable func slip(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let view = try await desk.open(try context.incomingID(), for: try context.requireActor())
        let pdf = try await SlipPrint(ground: ground).pdf(of: view)
        return FileAnswer.pdf(pdf, name: "phieu-giai-quyet-\(view.document.entry?.number ?? 0).pdf")
    }
}

extension EntryPeriod {
    /// From the address: this year unless told otherwise.
    init(_ query: Form, today: Day) {
        self.init(
            year: query["nam"].flatMap { Int($0) } ?? today.year, from: query["tu"].flatMap { Day($0) },
            to: query["den"].flatMap { Day($0) })
    }

    var address: String { located("/van-ban-den/so") }
    var pdfAddress: String { located("/van-ban-den/so/pdf") }

    private func located(_ path: String) -> String {
        WebUI.address(path, ["nam": String(year), "tu": from?.description, "den": to?.description])
    }
}
