// Lists: dense but airy rows, chips that filter, pages by key, empty boxes that say what they mean.
package import Platform
package import Records

/// One document in a list.
package struct ListRow: Sendable {
    package var href: String
    /// Number or code, and the date below it.
    package var number: String
    package var date: String
    package var subject: String
    /// Issuer, drafter, or whoever it comes from.
    package var issuer: String
    /// Document type and number of the sender: told before the issuer.
    package var detail: String
    package var role: String?
    package var dueOn: Day?
    package var urgency: Urgency
    package var security: SecurityLevel
    package var state: Tag?
    package var isUnread: Bool
    package var attachmentCount: Int
    /// Value of the tick box for doing something with several rows at once; nil where nothing is offered.
    package var selection: String?

    package init(
        href: String, number: String, date: String, subject: String, issuer: String, detail: String = "",
        role: String? = nil, dueOn: Day? = nil, urgency: Urgency = .normal, security: SecurityLevel = .open,
        state: Tag? = nil, isUnread: Bool = false, attachmentCount: Int = 0, selection: String? = nil
    ) {
        self.href = href
        self.number = number
        self.date = date
        self.subject = subject
        self.issuer = issuer
        self.detail = detail
        self.role = role
        self.dueOn = dueOn
        self.urgency = urgency
        self.security = security
        self.state = state
        self.isUnread = isUnread
        self.attachmentCount = attachmentCount
        self.selection = selection
    }
}

/// A filter in the address.
package struct Chip: Sendable, Hashable {
    package var label: String
    package var href: String
    package var isOn: Bool
    package var count: Int?
    package init(_ label: String, href: String, isOn: Bool = false, count: Int? = nil) {
        self.label = label
        self.href = href
        self.isOn = isOn
        self.count = count
    }
}

package enum Lists {
    /// Title of a list page with what can be begun there.
    package static func heading(_ title: String, count: Int? = nil, actions: HTML = .empty) -> HTML {
        """
        <header class="heading"><h1>\(title)\(count.map { #" <span class="total">\#(Format.count($0))</span>"# as HTML })</h1>\
        <div class="actions">\(actions)</div></header>
        """
    }

    package static func rows(_ rows: [ListRow], today: Day?, label: String) -> HTML {
        #"<ul class="rows" data-rows aria-label="\#(label)">\#(rows.map { row($0, today) })</ul>"#
    }

    /// Rows that can be ticked, with a bar that appears once one is; the ticked values are sent as fields `chon` and
    /// answered by `Batch.results`.
    /// - Parameter buttons: `Fields.submit` with name and value telling what to do.
    package static func batch(_ action: String, csrf: String, buttons: HTML, rows: HTML) -> HTML {
        """
        <form class="batch" method="post" action="\(href: action)"><input type="hidden" name="_csrf" value="\(csrf)">\
        <label class="tick-all" hidden><input type="checkbox" data-tick-all><span>Chọn cả trang</span></label>\(rows)\
        <div class="batch-bar" role="group" aria-label="Với các dòng đã chọn"><span data-chosen-count>Đã chọn</span>\(buttons)</div></form>
        """
    }

    private static func row(_ row: ListRow, _ today: Day?) -> HTML {
        """
        <li class="row\(HTML.when(row.isUnread, " unread"))\(HTML.when(row.selection != nil, " selectable"))" data-row>\
        \(tick(row))\
        <div class="lead"><span class="number">\(row.number)</span><span class="date">\(row.date)</span></div>\
        <div class="body"><a class="open" href="\(href: row.href)">\(HTML.when(row.isUnread, #"<span class="sr">Chưa đọc: </span>"#))\
        \(Marks.stamp(row.urgency))\(Marks.stamp(row.security))<span class="subject">\(row.subject)</span></a>\
        \(below(row))</div>\
        <div class="side">\(row.role.map { #"<span class="role">\#($0)</span>"# as HTML })\
        \(today.map { Marks.deadline(row.dueOn, today: $0) })\(row.state?.html)</div></li>
        """
    }

    private static func tick(_ row: ListRow) -> HTML {
        guard let value = row.selection else { return .empty }
        return
            #"<label class="tick"><input type="checkbox" name="chon" value="\#(value)"><span class="sr">Chọn \#(row.number)</span></label>"#
    }

    private static func below(_ row: ListRow) -> HTML {
        let words = [row.detail, row.issuer].filter { !$0.isEmpty }.joined(separator: " · ")
        let files: HTML =
            row.attachmentCount == 0
            ? .empty
            : #"<span class="files" title="\#(row.attachmentCount) tệp kèm">\#(Icon.attachment.html)<span class="sr">Tệp kèm: </span>\#(row.attachmentCount)</span>"#
        return #"<span class="issuer">\#(words)\#(files)</span>"#
    }

    /// - Parameters:
    ///   - next: key of the next page, from `ListPage`; - path: address of the list with its filters, without `sau`.
    ///   - isFirst: whether the first page is shown.
    package static func pager(next: PageKey?, path: String, isFirst: Bool) -> HTML {
        let start: HTML =
            isFirst ? .empty : #"<a class="button" href="\#(href: path)" rel="first">\#(Icon.left.html)Mới nhất</a>"#
        let older: HTML? = next.map {
            #"<a class="button" href="\#(href: address(path, ["sau": $0.description]))" rel="next">Cũ hơn\#(Icon.right.html)</a>"#
        }
        guard next != nil || !isFirst else { return .empty }
        return #"<nav class="pager" aria-label="Trang">\#(start)\#(older)</nav>"#
    }

    /// - Parameter isGood: an empty box that means the work is done.
    package static func empty(_ title: String, _ text: String, isGood: Bool = false) -> HTML {
        """
        <div class="empty">\(isGood ? Icon.check.html : Icon.inbox.html)<p class="title">\(title)</p><p>\(text)</p></div>
        """
    }

    /// What a filter leaves nothing of.
    package static let nothingMatches = empty(
        "Không có văn bản nào khớp", "Hãy bỏ bớt điều kiện lọc hoặc gõ ít chữ hơn, không cần dấu.")

    /// Words to look for within one box.
    /// - Parameters:
    ///   - label: what is searched, for those who do not see the page around it.
    ///   - kept: hidden fields of the filters that stay on.
    package static func search(
        _ action: String, text: String, placeholder: String, label: String = "Tìm trong hộp này", kept: HTML = .empty
    ) -> HTML {
        """
        <form class="filter" method="get" action="\(href: action)" role="search"><label class="sr" for="loc">\(label)</label>\
        <input id="loc" type="search" name="q" value="\(text)" placeholder="\(placeholder)">\(kept)\
        <button class="button" type="submit">Tìm</button></form>
        """
    }

    package static func chips(_ chips: [Chip], label: String = "Lọc") -> HTML {
        guard !chips.isEmpty else { return .empty }
        return #"<nav class="chips" aria-label="\#(label)">\#(chips.map(chip))</nav>"#
    }

    private static func chip(_ chip: Chip) -> HTML {
        """
        <a class="chip" href="\(href: chip.href)"\(.attribute("aria-current", chip.isOn ? "true" : nil))>\(chip.label)\
        \(chip.count.map { #" <span class="count">\#($0)</span>"# as HTML })</a>
        """
    }

    /// Views of one thing; the current one is told to screen readers too.
    /// - Parameter repeatsRail: whether the rail has the same ones, so that they are needed only where it is not seen.
    package static func tabs(_ tabs: [Chip], label: String, repeatsRail: Bool = false) -> HTML {
        let links = tabs.map { tab -> HTML in
            """
            <li><a href="\(href: tab.href)"\(.attribute("aria-current", tab.isOn ? "page" : nil))>\(tab.label)\
            \(tab.count.map { #" <span class="count">\#($0)</span>"# as HTML })</a></li>
            """
        }
        let name: HTML = repeatsRail ? "tabs in-rail" : "tabs"
        return #"<nav class="\#(name)" aria-label="\#(label)"><ul>\#(links)</ul></nav>"#
    }

    /// Home: the boxes of this person as tiles, those with work first in their own order.
    package static func tiles(_ boxes: [BoxCount]) -> HTML {
        #"<ul class="tiles">\#(boxes.map(tile))</ul>"#
    }

    private static func tile(_ box: BoxCount) -> HTML {
        """
        <li class="tile\(HTML.when(box.count == 0, " none"))"><a href="\(href: box.href)"><span class="figure">\(figure(box))</span>\
        <span class="title">\(box.title)</span></a>\(HTML.when(box.count == 0, #"<p>\#(box.whenEmpty)</p>"#))</li>
        """
    }

    private static func figure(_ box: BoxCount) -> String {
        box.isMore ? "\(Format.count(BoxCount.most))+" : Format.count(box.count)
    }

    /// Title of a register with the way to its printed form.
    package static func registerHeading(_ title: String, pdf: String) -> HTML {
        heading(
            title,
            actions:
                #"<a class="button" href="\#(href: pdf)" target="_blank" data-progress="Đang lập sổ…">\#(Icon.print.html)<span>Bản in (PDF)</span></a>"#
        )
    }

    /// Which year, and which days of it, a register shows.
    package static func periodForm(
        _ action: String, year: Int, years: [Int], from: Day?, to: Day?, kept: HTML = .empty
    ) -> HTML {
        """
        <form class="filter" method="get" action="\(href: action)">\(kept)\
        \(Fields.select("nam", "Năm", options: years.map { Option(String($0), String($0)) }, selected: String(year), isRequired: true))\
        \(Fields.date("tu", "Từ ngày", value: from))\(Fields.date("den", "Đến ngày", value: to))\
        <button class="button" type="submit">Xem</button></form>
        """
    }

    /// A register or report: headed columns, the print form of the decree's annex.
    /// - Parameter wide: columns of sentences, which no long neighbour may squeeze.
    package static func table(caption: String, columns: [String], rows: [[HTML]], wide: Set<Int> = []) -> HTML {
        let head = columns.enumerated().map { index, name in
            #"<th scope="col"\#(HTML.when(wide.contains(index), #" class="wide""#))>\#(name)</th>"# as HTML
        }
        let body = rows.map { "<tr>\($0.map { "<td>\($0)</td>" as HTML })</tr>" as HTML }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table class="register"><caption>\(caption)</caption>\
            <thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table></div>
            """
    }
}
