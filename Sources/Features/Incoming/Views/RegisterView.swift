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
        \(Lists.heading("Sổ đăng ký văn bản đến", actions: #"<a class="button" href="\#(href: period.pdfAddress)" target="_blank" data-progress="Đang lập sổ…">\#(Icon.print.html)<span>Bản in (PDF)</span></a>"#))
        \(choice)
        \(page.items.isEmpty ? Lists.empty("Chưa có văn bản nào", "Văn bản vào sổ trong kỳ này sẽ hiện ở đây.") : table)
        \(Lists.pager(next: page.next, path: period.address, isFirst: isFirst))
        """
    }

    private var choice: HTML {
        """
        <form class="filter" method="get" action="/van-ban-den/so">\
        \(Fields.select("nam", "Năm", options: years.map { Option(String($0), String($0)) }, selected: String(period.year), isRequired: true))\
        \(Fields.date("tu", "Từ ngày", value: period.from))\(Fields.date("den", "Đến ngày", value: period.to))\
        <button class="button" type="submit">Xem</button></form>
        """
    }

    private var table: HTML {
        Lists.table(
            caption: "Sổ đăng ký văn bản đến năm \(period.year)", columns: EntryColumns.headings,
            rows: page.items.map { line in
                EntryColumns.cells(line).enumerated().map { index, cell in
                    index == 1 ? #"<a href="/van-ban-den/\#(line.document.id)">\#(cell)</a>"# : .text(cell)
                }
            })
    }
}
