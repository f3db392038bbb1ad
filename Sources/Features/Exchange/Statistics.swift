// Statistics of the exchange on screen, as a workbook and on paper; for clerks and leaders.
internal import Directory
internal import Foundation
internal import Hummingbird
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records
internal import WebUI

/// Which days; both ends are within.
struct StatisticsPeriod: Sendable, Hashable {
    let from: Day
    let to: Day

    /// From the address; this month unless told otherwise, and never turned round.
    init(_ query: Form, today: Day) {
        let first = Day(year: today.year, month: today.month, day: 1) ?? today
        let (from, to) = (query["tu"].flatMap { Day($0) } ?? first, query["den"].flatMap { Day($0) } ?? today)
        self.init(from: min(from, to), to: max(from, to))
    }

    init(from: Day, to: Day) {
        self.from = from
        self.to = to
    }

    var start: Date { from.start }
    var end: Date { to.adding(days: 1).start }
    /// `Từ ngày 01/11/2026 đến ngày 30/11/2026.`
    var words: String { "từ ngày \(from.printed) đến ngày \(to.printed)" }
    var sentence: String { "T\(words.dropFirst())." }

    func address(_ path: String, _ more: KeyValuePairs<String, String?> = [:]) -> String {
        WebUI.address(WebUI.address(path, ["tu": from.description, "den": to.description]), more)
    }

    /// This month, this quarter, this year, until today.
    static func usual(_ today: Day) -> [(label: String, period: StatisticsPeriod)] {
        let quarter = (today.month - 1) / 3 * 3 + 1
        return [("Tháng này", today.month), ("Quý này", quarter), ("Năm nay", 1)].compactMap { label, month in
            Day(year: today.year, month: month, day: 1).map { (label, StatisticsPeriod(from: $0, to: today)) }
        }
    }
}

/// Figures of one period.
struct ExchangeFigures: Sendable {
    let period: StatisticsPeriod
    let agency: Agency
    let sent: [SentFigures]
    let received: [ReceivedFigures]
}

extension ExchangeDesk {
    func figures(_ period: StatisticsPeriod) async throws -> ExchangeFigures {
        try await ground.database.read { tx in
            let directory = DirectoryStore(tx)
            return ExchangeFigures(
                period: period, agency: try directory.ownAgency(),
                sent: try directory.named(SentStatistics(tx).lines(from: period.start, until: period.end)),
                received: try directory.named(ReceivedStatistics(tx).lines(from: period.start, until: period.end)))
        }
    }
}

extension DirectoryStore {
    /// The lines under the names of the directory; what it does not know keeps the name its documents have.
    fileprivate func named<Count, Time>(_ lines: [AgencyFigures<Count, Time>]) throws -> [AgencyFigures<Count, Time>] {
        let known = try agencies(lines.compactMap(\.agency))
        return lines.map { line in
            var line = line
            line.name = line.agency.flatMap { known[$0]?.name } ?? line.name
            return line
        }
    }
}

extension ExchangePages {
    static let readers = Audience.roles([.recordsClerk, .leader])

    var statisticsRoutes: [Route] {
        [
            .get(StatisticsView.path, Self.readers, statistics),
            .get("\(StatisticsView.path)/xlsx", Self.readers, workbook),
            .get("\(StatisticsView.path)/pdf", Self.readers, print),
        ]
    }

    private func figures(_ request: Request, _ context: OfficeContext) async throws -> ExchangeFigures {
        try await desk.figures(StatisticsPeriod(request.query, today: Day(at: context.now)))
    }

    @Sendable private func statistics(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let view = StatisticsView(figures: try await figures(request, context), today: Day(at: context.now))
        return try await shell.page("Thống kê liên thông", request, context, isWide: true, content: view.html)
    }

    @Sendable private func workbook(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let figures = try await figures(request, context)
        return FileAnswer.download(
            figures.workbook.data, name: "thong-ke-lien-thong-\(figures.period.from)-\(figures.period.to).xlsx",
            mediaType: Spreadsheet.mediaType, isInline: false)
    }

    @Sendable private func print(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let figures = try await figures(request, context)
        let sheet = request.query["bang"] == "den" ? figures.receivedSheet : figures.sentSheet
        return FileAnswer.pdf(try await sheet.pdf(in: ground.sandbox), name: "thong-ke-lien-thong.pdf")
    }
}

// The tables: the same columns on screen, in the workbook and on paper.
extension ExchangeFigures {
    static let sentColumns = ["Cơ quan nhận"] + SentFigures.columns
    static let receivedColumns = ["Cơ quan gửi"] + ReceivedFigures.columns

    /// Millimetres; 267 in all.
    private static let sentWidths = [59] + Array(repeating: 16, count: 13)
    private static let receivedWidths = [58] + Array(repeating: 19, count: 11)

    private var sentLines: [SentFigures] { sent + [SentFigures(sumOf: sent)] }
    private var receivedLines: [ReceivedFigures] { received + [ReceivedFigures(sumOf: received)] }

    var sentCells: [[String]] { sentLines.map(\.printed) }
    var receivedCells: [[String]] { receivedLines.map(\.printed) }

    var workbook: Spreadsheet {
        Spreadsheet([
            .init(
                name: "Văn bản đi", title: ["THỐNG KÊ VĂN BẢN ĐI QUA LIÊN THÔNG", agency.name, period.sentence],
                columns: Self.sentColumns, rows: sentLines.map(\.cells)),
            .init(
                name: "Văn bản đến", title: ["THỐNG KÊ VĂN BẢN ĐẾN QUA LIÊN THÔNG", agency.name, period.sentence],
                columns: Self.receivedColumns, rows: receivedLines.map(\.cells)),
        ])
    }

    var sentSheet: PrintedTable {
        sheet("THỐNG KÊ VĂN BẢN ĐI QUA LIÊN THÔNG", Self.sentColumns, Self.sentWidths, sentCells)
    }

    var receivedSheet: PrintedTable {
        sheet("THỐNG KÊ VĂN BẢN ĐẾN QUA LIÊN THÔNG", Self.receivedColumns, Self.receivedWidths, receivedCells)
    }

    private func sheet(_ title: String, _ columns: [String], _ widths: [Int], _ rows: [[String]]) -> PrintedTable {
        PrintedTable(
            parentName: agency.parentName, agencyName: agency.name, title: title, subtitle: period.sentence,
            columns: zip(columns, widths).map { PrintedTable.Column($0, width: $1) }, rows: rows)
    }
}

extension AgencyFigures {
    fileprivate var printed: [String] { [name] + counts.map(String.init) + times.map(\.printedHours) }

    fileprivate var cells: [Spreadsheet.Cell] {
        [.text(name)] + counts.map { .count($0) } + times.map { .measured($0.hours) }
    }
}

struct StatisticsView {
    let figures: ExchangeFigures
    let today: Day

    static let path = "/lien-thong/thong-ke"

    private var period: StatisticsPeriod { figures.period }

    var html: HTML {
        """
        \(Lists.heading("Thống kê liên thông", actions: downloads))
        <p class="quiet">\(period.sentence) Theo QĐ 28/2018/QĐ-TTg, Điều 10 và 11. Thời gian là trung bình.</p>
        \(Lists.chips(chips, label: "Kỳ thống kê"))\(choice)
        \(section("Văn bản đi", ExchangeFigures.sentColumns, figures.sentCells, isEmpty: figures.sent.isEmpty, paper: "di"))
        \(section("Văn bản đến", ExchangeFigures.receivedColumns, figures.receivedCells, isEmpty: figures.received.isEmpty, paper: "den"))
        """
    }

    private var downloads: HTML {
        #"<a class="button" href="\#(href: period.address("\(Self.path)/xlsx"))">\#(Icon.download.html)<span>Tải Excel</span></a>"#
    }

    private var chips: [Chip] {
        StatisticsPeriod.usual(today).map {
            Chip($0.label, href: $0.period.address(Self.path), isOn: $0.period == period)
        }
    }

    private var choice: HTML {
        """
        <form class="filter" method="get" action="\(Self.path)">\(Fields.date("tu", "Từ ngày", value: period.from, isRequired: true))\
        \(Fields.date("den", "Đến ngày", value: period.to, isRequired: true))<button class="button" type="submit">Xem</button></form>
        """
    }

    private func section(
        _ title: String, _ columns: [String], _ cells: [[String]], isEmpty: Bool, paper: String
    ) -> HTML {
        let pdf = period.address("\(Self.path)/pdf", ["bang": paper])
        let table: HTML =
            isEmpty
            ? Lists.empty("Không có văn bản nào", "Trong kỳ này không có \(title.lowercased()) qua liên thông.")
            : Lists.table(
                caption: "\(title) \(period.words)", columns: columns,
                rows: cells.map { $0.map { .text($0) } })
        return """
            <section class="home-section figures">\(HTML.when(isEmpty, "<h2>\(title)</h2>"))\(table)\
            <p><a class="button" href="\(href: pdf)" target="_blank" data-progress="Đang lập bản in…">\(Icon.print.html)<span>Bản in \
            \(title.lowercased()) (PDF)</span></a></p></section>
            """
    }
}
