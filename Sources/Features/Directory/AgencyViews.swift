// Agencies and groups of them as pages.
internal import Records
package import WebUI

/// What the page of agencies shows.
struct AgencyList {
    let text: String
    let page: ListPage<Agency>
    let favourites: Set<AgencyCode>
    let isFirst: Bool
    let csrf: String

    var path: String { address("/danh-ba/co-quan", ["q": text.isEmpty ? nil : text]) }
}

func agenciesPage(_ list: AgencyList) -> HTML {
    """
    \(Lists.heading("Danh bạ"))
    \(directoryTabs(.agencies))
    \(Lists.search("/danh-ba/co-quan", text: list.text, placeholder: "Tên hoặc mã định danh", label: "Tìm cơ quan"))
    \(found(list))
    \(Lists.pager(next: list.page.next, path: list.path, isFirst: list.isFirst))
    """
}

private func found(_ list: AgencyList) -> HTML {
    guard !list.page.items.isEmpty else {
        return Lists.empty("Không tìm thấy cơ quan nào", "Thử gõ ít chữ hơn hoặc gõ mã định danh.")
    }
    return agencyRows(list.page.items, label: "Cơ quan có thể gửi qua trục liên thông") { favouriteButton($0, list) }
}

/// Agencies with both codes, as rows: they stand on a phone too.
/// - Parameter beside: what can be done with one.
package func agencyRows(
    _ agencies: [Agency], label: String, beside: (Agency) -> HTML = { _ in .empty }
) -> HTML {
    let rows = agencies.map { agency -> HTML in
        let codes = [agency.shortCode?.rawValue, agency.code.rawValue].compactMap(\.self).joined(separator: " · ")
        return """
            <li class="row contact"><div class="body"><strong class="subject">\(agency.name)</strong>\
            <span class="issuer">\(codes)\(agency.email.isEmpty ? .empty : " · \(mail(agency.email))")</span></div>\
            <div class="side">\(beside(agency))</div></li>
            """
    }
    return #"<ul class="rows" aria-label="\#(label)">\#(rows)</ul>"#
}

private func favouriteButton(_ agency: Agency, _ list: AgencyList) -> HTML {
    let isOn = list.favourites.contains(agency.code)
    let hidden =
        Fields.hidden("ma", agency.code.rawValue) + Fields.hidden("bat", isOn ? "0" : "1")
        + Fields.hidden("q", list.text)
    let label = isOn ? "Bỏ khỏi nơi hay gửi" : "Thêm vào nơi hay gửi"
    return Fields.form(
        "/danh-ba/co-quan/danh-dau", csrf: list.csrf,
        hidden + #"<button class="plain seldom" type="submit">\#(label)</button>"#)
}

/// The groups a person sees, and a form for a new one.
struct GroupListView {
    let groups: [AgencyGroup]
    let actor: Actor
    let csrf: String

    static let path = "/danh-ba/nhom"

    var html: HTML {
        """
        \(Lists.heading("Danh bạ"))
        \(directoryTabs(.groups))
        \(rows)
        <h2>Nhóm mới</h2>
        \(Fields.form(Self.path, csrf: csrf, Fields.text("ten", "Tên nhóm", isRequired: true, maxLength: 200)
            + groupPicker([]) + sharing + Fields.buttons(Fields.submit("Lưu nhóm"))))
        """
    }

    private var sharing: HTML {
        actor.has(.recordsClerk) ? Fields.check("chung", "Dùng chung cho cả cơ quan") : .empty
    }

    private var rows: HTML {
        guard !groups.isEmpty else {
            return Lists.empty("Chưa có nhóm nào", "Lập nhóm để gửi một văn bản cho nhiều cơ quan bằng một lần chọn.")
        }
        let rows = groups.map { group -> HTML in
            """
            <li class="row contact"><div class="body"><a class="open" href="\(href: "\(Self.path)/\(group.id)")">\
            <span class="subject">\(group.name)</span></a>\
            <span class="issuer">\(group.count) cơ quan · \(group.owner == nil ? "dùng chung" : "của tôi")</span></div></li>
            """
        }
        return #"<ul class="rows" aria-label="Nhóm cơ quan">\#(rows)</ul>"#
    }
}

struct GroupView {
    let group: AgencyGroup
    let members: [Agency]
    let actor: Actor
    let csrf: String

    var html: HTML {
        let path = "\(GroupListView.path)/\(group.id)"
        return """
            \(Lists.heading(group.name))
            \(directoryTabs(.groups))
            \(group.mayChange(actor) ? forms(path) : names)
            """
    }

    private func forms(_ path: String) -> HTML {
        Fields.form(
            path, csrf: csrf,
            Fields.text("ten", "Tên nhóm", value: group.name, isRequired: true, maxLength: 200)
                + groupPicker(members.map(\.option)) + Fields.buttons(Fields.submit("Lưu nhóm")))
            + deletion("\(path)/xoa")
    }

    /// Asked once more: there is no way back.
    private func deletion(_ path: String) -> HTML {
        let lost =
            group.owner == nil ? "Cả cơ quan không còn nhóm này để chọn" : "Bạn không còn nhóm này để chọn"
        let form = Fields.form(
            path, csrf: csrf,
            """
            <p>\(lost); văn bản đã soạn, đã gửi không đổi.</p>\
            \(Fields.buttons(Fields.submit("Xóa hẳn nhóm này", level: .bad)))
            """)
        return
            #"<details class="deed"><summary class="button danger">Xóa nhóm</summary><div class="sheet">\#(form)</div></details>"#
    }

    private var names: HTML {
        #"<ul class="rows" aria-label="Cơ quan trong nhóm">\#(members.map { #"<li class="row contact"><div class="body"><span class="subject">\#($0.name)</span></div></li>"# as HTML })</ul>"#
    }
}

private func groupPicker(_ chosen: [Option]) -> HTML {
    Picker(
        "agency", "Cơ quan trong nhóm", searchHref: "/chon/co-quan", chosen: chosen, isRequired: true,
        hint: "Chọn một nhóm khác sẽ lấy các cơ quan của nhóm ấy.", all: chosen
    ).html
}

extension AgencyGroup {
    var option: Option {
        Option(AgencyChoices.value(of: id), "Nhóm: \(name)", detail: "\(count) cơ quan")
    }
}
