// A person's keys on screen, and the ways to add one.
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

struct KeysView {
    struct Section {
        let isSeal: Bool
        let keys: [CredentialState]
        let tokens: [TokenChoice]
    }
    let sections: [Section]
    let services: [RemoteChoice]
    let accounts: AccountsView
    let agentAddress: String
    let csrf: String

    var html: HTML { "\(Lists.heading("Chứng thư số của tôi"))\(sections.map(section))\(accounts.html)" }

    private func section(_ section: Section) -> HTML {
        """
        <section class="key-section">\(HTML.when(section.isSeal, "<h2>Con dấu của cơ quan</h2>"))\
        \(section.keys.isEmpty ? absent(section) : #"<ul class="key-list">\#(section.keys.map { card($0, section) })</ul>"#)\
        \(adding(section))</section>
        """
    }

    private func absent(_ section: Section) -> HTML {
        Marks.message(
            .warn,
            section.isSeal
                ? "Cơ quan chưa có chứng thư số của con dấu. Hãy thêm ở dưới hoặc liên hệ quản trị."
                : "Bạn chưa có chứng thư số trong hệ thống. Hãy thêm ở dưới hoặc liên hệ quản trị để được cấp.")
    }

    private func card(_ key: CredentialState, _ section: Section) -> HTML {
        let facts: [(label: String, value: HTML?)] = [
            ("Người được cấp", .text(key.subject)), ("Cơ quan cấp", .text(key.issuer)),
            ("Có giá trị đến", Marks.time(key.validUntil)),
        ]
        let image = section.isSeal ? "/ky-so/anh-dau" : "/ky-so/anh"
        return """
            <li><h3>\(key.title) \(HTML.when(key.isDefault, Tag("Mặc định", .active).html))</h3>\
            \(Marks.message(key.problem == nil ? .neutral : .bad, .text(key.problem ?? "Chứng thư số còn hạn, dùng để ký được.")))\
            \(Marks.facts(facts))\
            \(HTML.when(key.isDefault && key.image != nil, #"<p><img class="signature-image" src="\#(image)" alt="\#(section.isSeal ? "Ảnh con dấu" : "Ảnh chữ ký của bạn")" width="240"></p>"#))\
            <div class="buttons">\(HTML.when(!key.isDefault, act(key, "mac-dinh", "Đặt làm mặc định", section)))\
            \(removal(key, section))</div></li>
            """
    }

    private func act(_ key: CredentialState, _ act: String, _ label: String, _ section: Section) -> HTML {
        Fields.form(
            "\(KeyPages.base)/\(key.id)/\(act)", csrf: csrf, "\(whose(section))\(Fields.submit(label, level: .neutral))"
        )
    }

    /// Asked once more: the file is not kept.
    private func removal(_ key: CredentialState, _ section: Section) -> HTML {
        let lost =
            key.kind == .pkcs12
            ? "Tệp chứng thư số bị xóa khỏi hệ thống; muốn ký lại bằng nó phải thêm lại tệp."
            : "Muốn ký lại bằng chứng thư số này phải thêm lại."
        let form = Fields.form(
            "\(KeyPages.base)/\(key.id)/go", csrf: csrf,
            "\(whose(section))<p>\(lost) Văn bản đã ký không thay đổi.</p>\(Fields.buttons(Fields.submit("Gỡ hẳn", level: .bad)))"
        )
        return
            #"<details class="deed"><summary class="button danger">Gỡ</summary><div class="sheet">\#(form)</div></details>"#
    }

    private func whose(_ section: Section) -> HTML { section.isSeal ? Fields.hidden("cho", "seal") : .empty }

    // MARK: Adding

    private func adding(_ section: Section) -> HTML {
        """
        <div class="adding"><h3>Thêm chứng thư số</h3>\(file(section))\(token(section))\(remote(section))\(program(section))</div>
        """
    }

    private func way(_ title: String, _ content: HTML) -> HTML {
        #"<details class="way"><summary>\#(title)</summary><div class="inside">\#(content)</div></details>"#
    }

    /// A file that is signed with goes only when that was said.
    private func replacing(_ section: Section) -> HTML {
        guard let working = section.keys.first(where: { $0.kind == .pkcs12 && $0.problem == nil }) else {
            return .empty
        }
        return """
            \(Marks.message(.warn, .text("Tệp mới thay tệp đang dùng của “\(working.subject)” (dùng được đến \(Format.time(working.validUntil))); tệp cũ bị xóa khỏi hệ thống.")))\
            \(Fields.check("thay", "Thay tệp đang dùng", isRequired: true))
            """
    }

    private func file(_ section: Section) -> HTML {
        way(
            "Tệp PKCS#12 (.p12, .pfx)",
            Fields.form(
                "\(KeyPages.base)/tep", csrf: csrf, hasFiles: true,
                """
                \(whose(section))\(replacing(section))\(Fields.file("tep", "Tệp chứng thư số", accept: ".p12,.pfx", isRequired: true))\
                \(Fields.secret("pin", "Mã PIN của tệp", hint: "Chỉ dùng để kiểm tra; không được lưu.", isPIN: true))\
                \(Fields.file("anh", section.isSeal ? "Ảnh con dấu" : "Ảnh chữ ký", accept: ".png"))\
                \(Fields.buttons(Fields.submit("Thêm")))
                """))
    }

    private func token(_ section: Section) -> HTML {
        guard !section.tokens.isEmpty else { return .empty }
        let options = section.tokens.map {
            Option(
                $0.value, $0.certificate.commonName, detail: "\($0.token.label), \($0.certificate.issuer.shortDisplay)")
        }
        return way(
            "HSM, token tại máy chủ",
            Fields.form(
                "\(KeyPages.base)/thiet-bi", csrf: csrf,
                """
                \(whose(section))\(Fields.select("thiet-bi", "Chứng thư trong thiết bị", options: options, isRequired: true))\
                \(Fields.secret("pin", "Mã PIN của thiết bị", hint: "Chứng minh khóa này do bạn giữ; không được lưu.", isPIN: true))\
                \(Fields.buttons(Fields.submit("Thêm")))
                """))
    }

    private func remote(_ section: Section) -> HTML {
        let ways = services.filter { $0.way == .connect }.map { connect($0, section) }
        return "\(byNumber(section))\(ways)"
    }

    /// To the service's own page, where the person lets the office in.
    private func connect(_ service: RemoteChoice, _ section: Section) -> HTML {
        way(
            "Kết nối dịch vụ ký số – \(service.title)",
            """
            <p>Đăng nhập ở trang của dịch vụ và cho phép hệ thống dùng chứng thư số của bạn; rồi chọn chứng thư số để liên kết.</p>\
            <p class="buttons">\(ConnectLink.html(service.name, "Kết nối", isSeal: section.isSeal))</p>
            """)
    }

    private func byNumber(_ section: Section) -> HTML {
        let services = services.filter { $0.way == .byNumber }
        guard !services.isEmpty else { return .empty }
        return way(
            "Ký số từ xa (xác nhận trên điện thoại)",
            Fields.form(
                "\(KeyPages.base)/tu-xa", csrf: csrf,
                """
                \(whose(section))\(Fields.select("dich-vu", "Dịch vụ", options: services.map { Option($0.name, $0.title) }, isRequired: true))\
                \(Fields.text("ma", "Mã chứng thư ở dịch vụ", isRequired: true, hint: "Mã (credential ID) nơi cấp đã cho bạn."))\
                \(Fields.buttons(Fields.submit("Liên kết")))
                """))
    }

    private func program(_ section: Section) -> HTML {
        way(
            "Phần mềm ký số trên máy này (VGCASignService)",
            """
            <p>Cắm token và mở phần mềm ký số, rồi bấm nút dưới đây để lấy chứng thư số.</p>\
            <form class="form" method="post" action="\(href: "\(KeyPages.base)/may-nay")" data-agent-certificate="\(agentAddress)">\
            <input type="hidden" name="_csrf" value="\(csrf)">\(whose(section))<input type="hidden" name="chung-thu" value="">\
            <p data-agent-words role="status" aria-live="polite"></p>\
            <noscript><p>Cách này cần JavaScript.</p></noscript>\(Fields.buttons(Fields.submit("Lấy chứng thư số")))</form>
            """)
    }
}
