// The register on screen and on paper.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import WebUI

extension OutgoingPages {
    @Sendable func register(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let (query, today) = (request.query, Day(at: context.now))
        let period = RegisterPeriod(query, today: today)
        let key = query["sau"].flatMap { PageKey($0) }
        let page = try await desk.register(period, after: key)
        let years = try await ground.database.read { try OutgoingStore($0).registerYears() }
        let view = RegisterView(
            period: period, years: years.isEmpty ? [today.year] : years, page: page, isFirst: key == nil)
        return try await shell.page("Sổ đăng ký văn bản đi", request, context, isWide: true, content: view.html)
    }

    @Sendable func registerPDF(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let period = RegisterPeriod(request.query, today: Day(at: context.now))
        let pdf = try await RegisterPrint(ground: ground).pdf(of: period)
        return FileAnswer.pdf(pdf, name: "so-van-ban-di-\(period.year).pdf")
    }
}

extension RegisterPeriod {
    /// From the address: this year's administrative register unless told otherwise.
    init(_ query: Form, today: Day) {
        let year = query["nam"].flatMap { Int($0) } ?? today.year
        self.init(
            book: query["so"] == "mat" ? "outgoing:secret" : "outgoing:administrative", year: year,
            from: query["tu"].flatMap { Day($0) }, to: query["den"].flatMap { Day($0) })
    }

    var address: String { located("/van-ban-di/so") }
    var pdfAddress: String { located("/van-ban-di/so/pdf") }

    private func located(_ path: String) -> String {
        WebUI.address(
            path,
            [
                "so": isSecret ? "mat" : nil, "nam": String(year), "tu": from?.description, "den": to?.description,
            ])
    }
}
