// The sign-in page and the own account.
internal import Records
internal import WebUI

func signInPage(
    site: Site, account: String?, next: String, problem: SignInRefusal?, practice: [Person], password: String?
) -> HTML {
    let content: HTML = """
        <section class="form">
        <h1>Đăng nhập</h1>
        \(problem.map { #"<div role="alert">\#(Marks.message(.bad, "\($0.message)"))</div>"# as HTML })
        <form class="form" method="post" action="/dang-nhap">
        \(next == "/" ? .empty : Fields.hidden("tiep", next))
        \(Fields.text("tai-khoan", "Tài khoản", value: account, isRequired: true, autocomplete: "username", maxLength: 100))
        \(passwordField(password))
        \(Fields.buttons(Fields.submit("Đăng nhập")))
        </form>
        <p class="quiet">Quên mật khẩu: liên hệ quản trị hệ thống của cơ quan.</p>
        \(practiceAccounts(practice, next: next))
        </section>
        """
    return Layout.signedOut(title: "Đăng nhập", site: site, content: content)
}

/// In a practice office the password is known to everybody and stands there already.
private func passwordField(_ known: String?) -> HTML {
    guard let known else { return Fields.secret("mat-khau", "Mật khẩu", autocomplete: "current-password") }
    return """
        <div class="field"><label for="f-mat-khau">Mật khẩu</label><input type="password" id="f-mat-khau" name="mat-khau" \
        required autocomplete="current-password" maxlength="200" value="\(known)" aria-describedby="h-mat-khau">\
        <p class="hint" id="h-mat-khau">Chế độ thực hành: mật khẩu chung đã được điền sẵn.</p></div>
        """
}

private func practiceAccounts(_ people: [Person], next: String) -> HTML {
    guard !people.isEmpty else { return .empty }
    let roles: [Role] = [.leader, .recordsClerk, .unitHead, .specialist, .administrator]
    let groups = roles.map { role in (role, people.filter { $0.has(role) }) }.filter { !$0.1.isEmpty }
    return """
        <section class="group-of-fields" aria-labelledby="practice-accounts">
        <h2 id="practice-accounts">Tài khoản thực hành</h2>
        <p class="quiet">Chọn một người để điền sẵn, rồi bấm Đăng nhập. Những người này không có thật.</p>
        \(groups.map { practiceGroup($0.0, $0.1, next: next) })
        </section>
        """
}

private func practiceGroup(_ role: Role, _ people: [Person], next: String) -> HTML {
    let rows = people.map { person -> HTML in
        let href = address("/dang-nhap", ["tai-khoan": person.account, "tiep": next == "/" ? nil : next])
        return """
            <li><a class="option" href="\(href: href)"><span>\(person.name)</span>\
            <span class="detail">\(person.position), \(person.unitName) · <code>\(person.account)</code></span></a></li>
            """
    }
    return """
        <details class="section" name="practice"\(.flag("open", when: role == .leader))>\
        <summary><span>\(role.label) (\(people.count))</span>\(Icon.down.html)</summary>\
        <div class="inside more"><ul class="options">\(rows)</ul></div></details>
        """
}

func accountPage(_ person: Person, csrf: String) -> HTML {
    """
    \(Lists.heading("Tài khoản của tôi"))
    <div class="form">
    \(Marks.facts(facts(of: person)))
    <section class="group-of-fields"><h2>Đổi mật khẩu</h2>
    \(Fields.form("/tai-khoan/mat-khau", csrf: csrf, passwordFields))
    </section>
    </div>
    """
}

private func facts(of person: Person) -> [(label: String, value: HTML?)] {
    [
        ("Họ tên", "\(person.name)"), ("Chức vụ", "\(person.position)"), ("Đơn vị", "\(person.unitName)"),
        ("Vai trò", "\(person.roles.sorted().map(\.label).joined(separator: ", "))"),
        ("Tài khoản", "\(person.account)"), ("Thư điện tử", "\(person.email)"), ("Chứng thư số", keysLink),
    ]
}

private var keysLink: HTML { #"<a href="/ky-so">Xem chứng thư số của tôi</a>"# }

private var passwordFields: HTML {
    """
    \(Fields.secret("hien-tai", "Mật khẩu hiện tại", autocomplete: "current-password"))
    \(Fields.secret("moi", "Mật khẩu mới", hint: "Ít nhất \(PasswordPolicy.shortest) ký tự; một câu ngắn dễ nhớ là tốt nhất.", autocomplete: "new-password"))
    \(Fields.secret("nhac-lai", "Nhập lại mật khẩu mới", autocomplete: "new-password"))
    \(Fields.buttons(Fields.submit("Đổi mật khẩu")))
    """
}
