// The directive form: words or a phrase, who, until when, PIN; one hand, one thumb, no scripts needed.
internal import Platform
internal import Records
internal import Signing
internal import WebUI

struct DirectiveForm {
    let actions: IncomingActions
    let address: String

    static let phrases = [
        "Chủ trì giải quyết theo quy định.", "Tham mưu văn bản trả lời.",
        "Nghiên cứu, đề xuất trước khi trình.", "Tổ chức thực hiện và báo cáo kết quả.", "Cử cán bộ tham gia.",
    ]

    var html: HTML {
        Fields.form(
            address, csrf: actions.csrf, draftKey: "but-phe-\(actions.view.document.id)",
            """
            \(actions.branch)\(Fields.area("text", "Ý kiến chỉ đạo", rows: 3, phrases: Self.phrases))\
            \(AssignmentRows(rows: actions.choices.rows, today: actions.today, hasInformation: true).html)\(others)\
            \(Fields.date("due", "Hạn chung", value: actions.limit, hint: "Dùng cho nơi không đặt hạn riêng.", least: actions.today, today: actions.today))\
            \(KeyFields(actions.keys, hint: "Bút phê được ký số, gắn với đúng các tệp đang xem.").html)\
            \(Fields.buttons(Fields.submit("Ký và chuyển")))
            """)
    }

    private var others: HTML {
        let pickers = [BranchRole.lead, .support, .information].map { role in
            Picker(
                role.rawValue, role.label, searchHref: "/van-ban-den/tim/noi-nhan", all: actions.choices.all
            ).html
        }
        return """
            <details class="others"><summary>Đơn vị, cá nhân khác</summary>\(pickers)\
            \(Fields.date("due.support", "Hạn phối hợp", least: actions.today, today: actions.today))</details>
            """
    }
}

/// One row for each place: a role by one tap, a deadline of its own when wanted.
struct AssignmentRows {
    let rows: [IncomingChoices.Row]
    let today: Day
    let hasInformation: Bool

    /// As many as a thumb goes through; the others are one tap away.
    private static let shown = 8

    var html: HTML {
        let others = rows.dropFirst(Self.shown)
        return """
            \(HTML.when(!rows.isEmpty, #"<div class="assignments">\#(rows.prefix(Self.shown).map(row))</div>"#))\
            \(HTML.when(!others.isEmpty, #"<details class="others"><summary>Thêm \#(others.count) nơi</summary><div class="assignments">\#(others.map(row))</div></details>"#))
            """
    }

    private func row(_ row: IncomingChoices.Row) -> HTML {
        let key = row.holder.formValue
        let roles: [BranchRole] = hasInformation ? [.lead, .support, .information] : [.lead, .support]
        return """
            <div class="assignment">\
            \(Fields.choices("role.\(key)", row.detail.isEmpty ? row.name : "\(row.name), \(row.detail)", options: [Option("", "Không")] + roles.map { Option($0.rawValue, $0.label) }, selected: ""))\
            <details class="own-due"><summary>Hạn riêng</summary>\
            \(Fields.date("due.\(key)", "Hạn của \(row.name)", least: today, today: today))</details></div>
            """
    }
}
