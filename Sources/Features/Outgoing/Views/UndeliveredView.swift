// Everybody who has not got what was issued to them: why, and the way to what can be done.
internal import Platform
internal import Records
internal import WebUI

struct UndeliveredView {
    let page: ListPage<Undelivered>
    let isFirst: Bool

    static let path = "/van-ban-di/chua-gui-duoc"
    static let title = "Chưa đến nơi nhận"

    var html: HTML {
        """
        \(Lists.heading(Self.title, actions: download))
        <p class="quiet">Từng nơi chưa nhận được văn bản đã ban hành. Mở một dòng để gửi lại, giữ lại hoặc thôi giữ. \
        Văn bản đã gửi mà nơi nhận quá một ngày làm việc chưa lấy về cũng hiện ở đây.</p>
        \(page.items.isEmpty ? Lists.empty("Không có nơi nào", "Không văn bản nào gửi lỗi, bị từ chối hay quá hạn mà chưa đến.", isGood: true) : rows)
        \(Lists.pager(next: page.next, path: Self.path, isFirst: isFirst))
        """
    }

    private var download: HTML {
        HTML.when(
            !page.items.isEmpty,
            #"<a class="button" href="\#(Self.path)/xlsx">\#(Icon.download.html)<span>Tải Excel</span></a>"#)
    }

    private var rows: HTML {
        let rows = page.items.map { item -> HTML in
            let (standing, problem) = (item.standing, item.problem)
            let href = address("/van-ban-di/\(item.document.id)/noi-nhan", ["loc": standing.rawValue])
            return """
                <li class="row" data-row><div class="lead"><span class="number">\(item.document.code?.description ?? "")</span>\
                <span class="date">\(item.document.numbering?.day.printed ?? "")</span></div>\
                <div class="body"><a class="open" href="\(href: href)"><span class="subject">\(item.name)</span></a>\
                <span class="issuer">\(item.document.content.subject)</span>\
                \(HTML.when(!problem.isEmpty, "<p class=\"quiet\">\(problem)</p>"))</div>\
                <div class="side">\(standing.tag.html)</div></li>
                """
        }
        return #"<ul class="rows" data-rows aria-label="\#(Self.title)">\#(rows)</ul>"#
    }
}

/// The same as a workbook, to be worked through by telephone.
struct UndeliveredBook {
    let items: [Undelivered]
    let today: Day

    static let mostRows = 5000
    static let columns = ["Số, ký hiệu", "Ngày văn bản", "Trích yếu", "Nơi nhận", "Mã định danh", "Tình hình", "Lý do"]

    var workbook: Spreadsheet {
        Spreadsheet([
            .init(
                name: UndeliveredView.title, title: [UndeliveredView.title.uppercased(), "Lập ngày \(today.printed)."],
                columns: Self.columns, rows: items.map(Self.cells))
        ])
    }

    private static func cells(_ item: Undelivered) -> [Spreadsheet.Cell] {
        [
            item.document.code?.description ?? "", item.document.numbering?.day.printed ?? "",
            item.document.content.subject, item.name, "\(item.agency)", item.standing.label, item.problem,
        ].map { .text($0) }
    }
}
