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

func peoplePage(_ list: PeopleList) -> HTML {
    """
    \(Lists.heading("Danh bạ"))
    \(directoryTabs(.people))
    \(searchForm("/danh-ba", "Tìm theo tên, chức vụ, đơn vị", text: list.text, unit: list.unit))
    \(Lists.chips(unitChips(list), label: "Đơn vị"))
    \(peopleRows(list.page.items))
    \(Lists.pager(next: list.page.next, path: list.path(unit: list.unit), isFirst: list.isFirst))
    """
}

/// The three sides of the directory.
enum DirectoryTab: CaseIterable {
    case people, agencies, groups

    var chip: (label: String, href: String) {
        switch self {
        case .people: ("Người và đơn vị", "/danh-ba")
        case .agencies: ("Cơ quan liên thông", "/danh-ba/co-quan")
        case .groups: ("Nhóm cơ quan", "/danh-ba/nhom")
        }
    }
}

func directoryTabs(_ shown: DirectoryTab) -> HTML {
    Lists.tabs(
        DirectoryTab.allCases.map { Chip($0.chip.label, href: $0.chip.href, isOn: $0 == shown) }, label: "Danh bạ")
}

func searchForm(_ action: String, _ label: String, text: String, unit: UnitID?) -> HTML {
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

private func telephone(_ number: String) -> HTML {
    number.isEmpty ? .empty : #"<a href="\#(href: "tel:" + number.filter { !$0.isWhitespace })">\#(number)</a>"#
}

func mail(_ address: String) -> HTML {
    address.isEmpty ? .empty : #"<a href="\#(href: "mailto:" + address)">\#(address)</a>"#
}
