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
    \(Lists.search("/danh-ba", text: list.text, placeholder: "Tên, chức vụ, đơn vị", label: "Tìm người",
        kept: list.unit.map { Fields.hidden("don-vi", $0.description) } ?? .empty))
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
        <li class="row contact"><div class="body"><strong class="subject">\(person.name)</strong>\
        <span class="issuer">\(person.position) · \(person.unitName)</span></div>\
        <div class="side"><span class="role">\(telephone(person.phone))</span><span class="role">\(mail(person.email))</span></div></li>
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
