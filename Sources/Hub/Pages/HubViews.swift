internal import Foundation
internal import WebUI

/// Pages of the person in charge.
struct HubViews {
    let site: Site

    private func page(_ title: String, _ tab: String, _ content: HTML) -> HTML {
        let tabs = [("Tình trạng", "/"), ("Đơn vị", "/don-vi"), ("Sổ an toàn", "/su-kien")].map {
            Chip($0.0, href: $0.1, isOn: $0.1 == tab)
        }
        return Layout.signedOut(
            title: title, site: site, width: .tables,
            content: "\(Lists.heading(title))\(Lists.tabs(tabs, label: "Mục của trục"))\(content)")
    }

    /// Asked again every five seconds; without scripts the page can be loaded again.
    func overview(_ board: HTML) -> HTML {
        page("Trục liên thông", "/", #"<div hx-get="/bang" hx-trigger="every 5s" hx-swap="innerHTML">\#(board)</div>"#)
    }

    // MARK: Agencies

    func agencies(_ agencies: [AgencyOverview], next: String?, _ ticket: String) -> HTML {
        let rows = agencies.map { agency -> [HTML] in
            [
                "\(agency.code)\(agency.shortCode.map { " (\($0))" })", "\(agency.name)", "\(agency.systemId)",
                agency.isLocked ? Tag("Đã khóa", .bad).html : Tag("Hoạt động", .ok).html,
                "\(Format.count(agency.open))", "\(limits(agency))",
                """
                \(button(agency.isLocked ? "/don-vi/mo-khoa" : "/don-vi/khoa", agency.isLocked ? "Mở khóa" : "Khóa", agency.code, ticket)) \
                \(button("/don-vi/doi-khoa", "Đổi khóa bí mật", agency.code, ticket))
                """,
            ]
        }
        let more: HTML? = next.map {
            #"<nav class="pager"><a class="button" href="\#(href: address("/don-vi", ["sau": $0]))">Tiếp theo</a></nav>"#
        }
        return page(
            "Đơn vị kết nối", "/don-vi",
            """
            \(Lists.table(
                caption: "Đơn vị kết nối",
                columns: ["Mã", "Tên", "Hệ thống", "Trạng thái", "Chờ nhận", "Giới hạn riêng", "Việc"], rows: rows))\
            \(more)\(addition(ticket))
            """)
    }

    private func limits(_ agency: AgencyOverview) -> String {
        let words = [
            agency.packetsPerMinute.map { "\($0) gói/phút" }, agency.bytesPerDay.map { "\(Format.fileSize($0))/ngày" },
            agency.uploads.map { "\($0) lượt gửi cùng lúc" },
        ].compactMap { $0 }
        return words.isEmpty ? "như thường" : words.joined(separator: ", ")
    }

    private func button(_ action: String, _ label: String, _ code: String, _ ticket: String) -> HTML {
        """
        <form method="post" action="\(href: action)">\(Fields.hidden("_csrf", ticket))\(Fields.hidden("code", code))\
        <button class="button" type="submit">\(label)<span class="sr"> \(code)</span></button></form>
        """
    }

    private func addition(_ ticket: String) -> HTML {
        """
        <form class="form" method="post" action="/don-vi/them">\(Fields.hidden("_csrf", ticket))\
        \(Fields.group("Kết nối thêm đơn vị", """
            \(Fields.text("code", "Mã định danh", isRequired: true, hint: "Ví dụ 000.00.91.G31", maxLength: 35))\
            \(Fields.text("short", "Mã theo QĐ 20/2020", hint: "Ví dụ G31.91", maxLength: 35))\
            \(Fields.text("name", "Tên đơn vị", isRequired: true, maxLength: 200))\
            \(Fields.text("parent", "Mã đơn vị cấp trên", maxLength: 35))\
            \(Fields.text("system", "Hệ thống phục vụ", isRequired: true, hint: "Hệ thống mới sẽ được cấp khóa bí mật, hiện một lần.", maxLength: 60))
            """))\
        \(Fields.buttons(Fields.submit("Kết nối")))</form>
        """
    }

    /// Shown once; nobody can read it again.
    func secret(_ secret: String, systemId: String) -> HTML {
        page(
            "Khóa bí mật mới", "/don-vi",
            """
            \(Marks.message(.warn, "Khóa chỉ hiện một lần. Hãy chuyển cho người quản trị của hệ thống \(systemId) bằng đường kín. Khóa cũ, nếu có, còn dùng được 24 giờ."))
            \(Marks.facts([("Mã hệ thống", "\(systemId)"), ("Khóa bí mật", "<code>\(secret)</code>")]))
            <p><a class="button" href="/don-vi">Đã chép xong</a></p>
            """)
    }

    // MARK: Events

    func events(_ events: [HubEvent], next: Int64?) -> HTML {
        let rows = events.map { event -> [HTML] in
            [
                "\(event.id)", Marks.time(event.at), "\(event.kind.label)", "\(event.subject)", "\(event.detail)",
                "\(event.node)", "<code>\(String(event.hash.prefix(12)))</code>",
            ]
        }
        let more: HTML? = next.map {
            #"<nav class="pager"><a class="button" href="/su-kien?truoc=\#($0)">Cũ hơn</a></nav>"#
        }
        let content: HTML =
            events.isEmpty
            ? Lists.empty("Chưa có sự kiện nào", "Khóa, mở khóa, đổi khóa và lời gọi bị từ chối sẽ được ghi ở đây.")
            : Lists.table(
                caption: "Sổ an toàn thông tin, mới nhất trước",
                columns: ["Số", "Lúc", "Sự kiện", "Đối tượng", "Chi tiết", "Máy", "Mã"], rows: rows)
        return page("Sổ an toàn thông tin", "/su-kien", "\(content)\(more)")
    }
}
