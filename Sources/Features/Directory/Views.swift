// The directory as pages.
internal import Records
internal import WebUI

/// What the page of people shows.
struct PeopleList {
    let text: String
    let unit: UnitID?
    let units: [Unit]
    let page: ListPage<Person>
    let isFirst: Bool

    func path(unit: UnitID?) -> String {
        address("/danh-ba", ["q": text.isEmpty ? nil : text, "don-vi": unit?.description])
    }
}

let agencyLimit = 100

func peoplePage(_ list: PeopleList) -> HTML {
    """
    \(Lists.heading("Danh bạ"))
    \(directoryTabs(isPeople: true))
    \(searchForm("/danh-ba", "Tìm theo tên, chức vụ, đơn vị", text: list.text, unit: list.unit))
    \(Lists.chips(unitChips(list), label: "Đơn vị"))
    \(peopleRows(list.page.items))
    \(Lists.pager(next: list.page.next, path: list.path(unit: list.unit), isFirst: list.isFirst))
    """
}

func agenciesPage(_ agencies: [Agency], text: String) -> HTML {
    """
    \(Lists.heading("Danh bạ"))
    \(directoryTabs(isPeople: false))
    \(searchForm("/danh-ba/co-quan", "Tìm theo tên hoặc mã định danh", text: text, unit: nil))
    \(agencyTable(Array(agencies.prefix(agencyLimit))))
    \(agencies.count > agencyLimit ? #"<p class="quiet">Chỉ hiện \#(agencyLimit) cơ quan đầu tiên. Hãy gõ thêm để thu hẹp.</p>"# : nil as HTML?)
    """
}

private func directoryTabs(isPeople: Bool) -> HTML {
    Lists.tabs(
        [
            Chip("Người và đơn vị", href: "/danh-ba", isOn: isPeople),
            Chip("Cơ quan liên thông", href: "/danh-ba/co-quan", isOn: !isPeople),
        ], label: "Danh bạ")
}

private func searchForm(_ action: String, _ label: String, text: String, unit: UnitID?) -> HTML {
    """
    <form class="form find" method="get" action="\(href: action)" role="search">
    \(unit.map { Fields.hidden("don-vi", $0.description) })
    <div class="field"><label for="f-tim">\(label)</label><input type="search" id="f-tim" name="q" value="\(text)" \
    maxlength="200" autocomplete="off" placeholder="Không cần gõ dấu"></div>
    <p class="buttons"><button type="submit" class="button">Tìm</button></p>
    </form>
    """
}

private func unitChips(_ list: PeopleList) -> [Chip] {
    [Chip("Tất cả", href: list.path(unit: nil), isOn: list.unit == nil)]
        + list.units.map { Chip($0.name, href: list.path(unit: $0.id), isOn: list.unit == $0.id) }
}

/// Rows rather than a table: they stand on a phone too.
private func peopleRows(_ people: [Person]) -> HTML {
    guard !people.isEmpty else {
        return Lists.empty("Không tìm thấy ai", "Thử gõ ít chữ hơn hoặc chọn “Tất cả” đơn vị.")
    }
    let rows = people.map { person -> HTML in
        """
        <li class="row"><div class="lead"><span class="date">\(telephone(person.phone))</span></div>\
        <div class="body"><strong class="subject">\(person.name)</strong>\
        <span class="issuer">\(person.position) · \(person.unitName)</span></div>\
        <div class="side"><span class="role">\(mail(person.email))</span></div></li>
        """
    }
    return #"<ul class="rows" aria-label="Người trong cơ quan">\#(rows)</ul>"#
}

private func agencyTable(_ agencies: [Agency]) -> HTML {
    guard !agencies.isEmpty else {
        return Lists.empty("Không tìm thấy cơ quan nào", "Thử gõ ít chữ hơn hoặc gõ mã định danh.")
    }
    return Lists.table(
        caption: "Cơ quan có thể gửi qua trục liên thông",
        columns: ["Tên", "Mã định danh", "Mã theo QCVN 102", "Thư điện tử"],
        rows: agencies.map { agency in
            [
                "<strong>\(agency.name)</strong>", "\(agency.shortCode?.rawValue)", "\(agency.code.rawValue)",
                mail(agency.email),
            ]
        })
}

private func telephone(_ number: String) -> HTML {
    number.isEmpty ? .empty : #"<a href="\#(href: "tel:" + number.filter { !$0.isWhitespace })">\#(number)</a>"#
}

private func mail(_ address: String) -> HTML {
    address.isEmpty ? .empty : #"<a href="\#(href: "mailto:" + address)">\#(address)</a>"#
}
