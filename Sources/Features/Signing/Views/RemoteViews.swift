// Accounts at remote signing services on screen.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

/// Before one leaves for a service's page. A link, because a form may not send anybody elsewhere (`form-action`).
struct LeaveView {
    let title: String
    let page: URL

    var html: HTML {
        """
        \(Lists.heading("Kết nối dịch vụ ký số"))\
        <section class="countdown-card"><h2>Đến trang của “\(title)”</h2>\
        <p>Bạn sẽ đăng nhập ở đó và cho phép hệ thống này dùng chứng thư số của bạn. Hệ thống không biết mật khẩu của bạn; \
        mỗi lần ký bạn vẫn phải xác nhận.</p>\
        <p class="buttons"><a class="button primary" href="\(href: page.absoluteString)" rel="noreferrer">Tiếp tục</a>\
        <a class="button" href="\(href: KeyPages.base)">Thôi</a></p></section>
        """
    }
}

/// The connected accounts of a person.
struct AccountsView {
    let accounts: [RemoteAccount]
    let title: (String) -> String
    let isClerk: Bool
    let csrf: String

    var html: HTML {
        guard !accounts.isEmpty else { return .empty }
        return """
            <section class="key-section"><h2>Dịch vụ ký số đã kết nối</h2><ul class="key-list">\(accounts.map(card))</ul></section>
            """
    }

    private func card(_ account: RemoteAccount) -> HTML {
        let base = "\(RemotePages.base)/\(account.id)"
        let isOver = account.endedAt != nil
        return """
            <li><h3>\(title(account.service))</h3>\
            \(isOver
                ? Marks.message(.bad, "Dịch vụ không còn chấp nhận kết nối này. Hãy kết nối lại để ký tiếp bằng các chứng thư số của nó.")
                : Marks.message(.neutral, "Đang kết nối; hệ thống tự gia hạn."))\
            \(Marks.facts([
                ("Kết nối lúc", Marks.time(account.connectedAt)), ("Hết hiệu lực lúc", account.endedAt.map { Marks.time($0) }),
            ]))\
            <div class="buttons">\(HTML.when(!isOver, link(base, "Thêm chứng thư số")))\
            \(HTML.when(!isOver && isClerk, link("\(base)?cho=seal", "Thêm chứng thư số con dấu")))\
            \(HTML.when(isOver, ConnectLink.html(account.service, "Kết nối lại")))\
            \(Fields.form("\(base)/ngat", csrf: csrf, Fields.submit("Ngắt kết nối", level: .neutral)))</div></li>
            """
    }

    private func link(_ href: String, _ label: String) -> HTML {
        #"<a class="button" href="\#(href: href)">\#(label)</a>"#
    }
}

enum ConnectLink {
    static func html(_ service: String, _ label: String, isSeal: Bool = false) -> HTML {
        let path = address("\(KeyPages.base)/di", ["dich-vu": service, "cho": isSeal ? "seal" : nil])
        return #"<a class="button" href="\#(href: path)">\#(label)</a>"#
    }
}

/// What an account offers.
struct OffersView {
    let account: RemoteAccount
    let title: String
    let isSeal: Bool
    let offers: [RemoteOffer]
    let csrf: String

    private var base: String { "\(RemotePages.base)/\(account.id)" }

    var html: HTML {
        """
        <p class="kicker"><a href="\(href: KeyPages.base)">\(Icon.left.html)Chứng thư số của tôi</a></p>\
        \(Lists.heading("Chứng thư số ở “\(title)”", count: offers.count))\(offers.isEmpty ? none : form)
        """
    }

    private var none: HTML {
        Lists.empty(
            "Tài khoản này chưa có chứng thư số", "Hãy liên hệ dịch vụ ký số để được cấp, rồi mở lại trang này.")
    }

    private var form: HTML {
        let canChoose = offers.contains { $0.obstacle == nil }
        return Fields.form(
            "\(base)/them", csrf: csrf,
            """
            \(HTML.when(isSeal, Fields.hidden("cho", "seal")))\
            <ul class="key-list">\(offers.map(line))</ul>\
            \(HTML.when(canChoose, Fields.buttons(Fields.submit(isSeal ? "Liên kết cho con dấu" : "Liên kết"))))
            """)
    }

    private func line(_ offer: RemoteOffer) -> HTML {
        let certificate = offer.credential.certificate
        return """
            <li><h3>\(offer.obstacle == nil
                ? Fields.check("ma", certificate.commonName, isOn: offers.count == 1, value: offer.credential.id)
                : .text(certificate.commonName))</h3>\
            \(offer.obstacle.map { Marks.message(.neutral, .text($0)) })\
            \(Marks.facts([
                ("Mã ở dịch vụ", .text(offer.credential.id)), ("Cơ quan cấp", .text(certificate.issuer.shortDisplay)),
                ("Có giá trị đến", Marks.time(certificate.notAfter)),
            ]))</li>
            """
    }
}

/// A remote signing service as the page of keys offers it.
struct RemoteChoice: Sendable {
    enum Way: Sendable { case byNumber, connect, connected }
    let name: String
    let title: String
    let way: Way

    init(_ remote: RemoteServices, _ name: String, _ accounts: [RemoteAccount]) {
        self.name = name
        title = remote.title(name)
        way =
            !remote.usesAccounts(name)
            ? .byNumber : accounts.contains { $0.service == name } ? .connected : .connect
    }
}
