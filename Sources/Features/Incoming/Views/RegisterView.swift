// The register on screen: the ten columns of NĐ 30/2020 Annex IV.
internal import Platform
internal import Records
internal import WebUI

struct RegisterView {
    let period: EntryPeriod
    let years: [Int]
    let page: ListPage<EntryLine>
    let isFirst: Bool

    var html: HTML {
        """
        \(Lists.registerHeading("Sổ đăng ký văn bản đến", pdf: period.pdfAddress))
        \(choice)
        \(page.items.isEmpty ? Lists.empty("Chưa có văn bản nào", "Văn bản vào sổ trong kỳ này sẽ hiện ở đây.") : table)
        \(Lists.pager(next: page.next, path: period.address, isFirst: isFirst))
        """
    }

    private var choice: HTML {
        Lists.periodForm(
            "/van-ban-den/so", year: period.year, years: years, from: period.from, to: period.to)
    }

    private var table: HTML {
        Lists.table(
            caption: "Sổ đăng ký văn bản đến năm \(period.year)", columns: EntryColumns.headings,
            rows: page.items.map { line in
                EntryColumns.cells(line).enumerated().map { index, cell in
                    index == 1 ? #"<a href="/van-ban-den/\#(line.document.id)">\#(cell)</a>"# : .text(cell)
                }
            }, wide: [EntryColumns.subject])
    }
}
