// The page around the content: landmarks, rail, top line, phone bar.
internal import Records

package enum Layout {
    /// Own modules beyond `office.js` that a page may ask for.
    package enum Script: String, Sendable { case placement, verify, agent }

    /// A page for a signed-in person.
    /// - Parameter isWide: a document page uses the full width; lists and forms keep a readable measure.
    package static func page(
        title: String, frame: Frame, isWide: Bool = false, scripts: [Script] = [], content: HTML
    ) -> HTML {
        document(title: title, site: frame.site, scripts: scripts, csrf: frame.csrfToken) {
            """
            \(practiceBanner(frame.site))
            \(top(frame))
            <div class="frame">
            \(rail(frame))
            <main id="main" class="\(isWide ? "main wide" : "main")" tabindex="-1">
            \(notice(frame.flash))
            \(content)
            </main>
            </div>
            \(bar(frame))
            """
        }
    }

    /// A form; text to read; tables.
    package enum Width: String {
        case narrow, open, tables
    }

    /// A page for somebody who is not signed in: sign-in, problems, and what is open to everybody.
    package static func signedOut(
        title: String, site: Site, width: Width = .narrow, scripts: [Script] = [], content: HTML
    ) -> HTML {
        document(title: title, site: site, scripts: scripts, csrf: nil) {
            """
            \(practiceBanner(site))
            <header class="top plain"><a class="brand" href="/">\(Icon.seal.html)<span>\(site.agencyName)</span></a></header>
            <main id="main" class="main \(width.rawValue)" tabindex="-1">
            \(notice(nil))
            \(content)
            </main>
            """
        }
    }

    private static func document(
        title: String, site: Site, scripts: [Script], csrf: String?, body: () -> HTML
    ) -> HTML {
        let version = site.assetVersion
        let modules = (["office"] + scripts.map(\.rawValue)).map { name -> HTML in
            #"<script type="module" src="/assets/js/\#(name).js?v=\#(version)"></script>"#
        }
        return """
            <!doctype html>
            <html lang="vi">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
            <meta name="color-scheme" content="light dark">
            <meta name="htmx-config" content='\(htmxSettings)'>
            <title>\(title) – \(site.agencyName)</title>
            <link rel="icon" href="/assets/icons/favicon.svg?v=\(version)" type="image/svg+xml">
            <link rel="preload" href="/assets/fonts/be-vietnam-pro-400.woff2?v=1" as="font" type="font/woff2" crossorigin>
            <link rel="stylesheet" href="/assets/css/office.css?v=\(version)">
            <script src="/assets/vendor/htmx.min.js?v=\(version)" defer></script>
            \(modules)
            </head>
            <body\(headers(csrf))>
            <a class="skip" href="#main">Đến nội dung chính</a>
            \(body())
            <div id="offline" class="offline" role="alert" hidden>Mất kết nối. Điều bạn đã nhập vẫn còn trên trang này; hệ thống sẽ thử lại.</div>
            <p id="progress" class="progress" role="status" aria-live="polite"></p>
            </body>
            </html>
            """
    }

    /// Answers with an error are shown too; nothing is evaluated, no styles are injected: the policy forbids both.
    private static let htmxSettings: HTML = #"""
        {"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0,"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"[45]..","swap":true,"error":true}]}
        """#

    private static func headers(_ csrf: String?) -> HTML {
        guard let csrf else { return .empty }
        return #" hx-headers='{"X-CSRF-Token":"\#(csrf)"}'"#
    }

    private static func practiceBanner(_ site: Site) -> HTML {
        guard site.isPractice else { return .empty }
        return
            #"<aside class="practice" aria-label="Lưu ý">Chế độ thực hành – văn bản không có giá trị pháp lý</aside>"#
    }

    private static func notice(_ flash: String?) -> HTML {
        let told: HTML? = flash.map { #"<p class="flash ok" data-flash>\#(Icon.check.html)<span>\#($0)</span></p>"# }
        return #"<div id="notice" class="notice" role="status" aria-live="polite">\#(told)</div>"#
    }
}

// Top line, rail and phone bar.
extension Layout {
    private static func top(_ frame: Frame) -> HTML {
        """
        <header class="top">
        <a class="brand" href="/" title="Về trang đầu">\(Icon.seal.html)<span>\(frame.site.agencyName)</span></a>
        <form class="search" role="search" action="/tim-kiem" method="get">
        <label class="sr" for="search">Tìm văn bản</label>\(Icon.search.html)
        <input id="search" name="q" type="search" value="\(frame.searchText)" autocomplete="off" \
        placeholder="Tìm số, ký hiệu, trích yếu…" aria-keyshortcuts="/" data-key="/">
        <kbd aria-hidden="true">/</kbd>
        </form>
        \(frame.delegation.map { #"<p class="delegation">\#(Icon.people.html)<span>\#($0)</span></p>"# as HTML })
        \(creations(frame.creations))
        \(frame.notices.map(bell))
        \(person(frame))
        </header>
        """
    }

    private static func bell(_ box: NavBox) -> HTML {
        let count = box.count ?? 0
        let words = count == 0 ? box.title : "\(box.title): \(count) chưa đọc"
        return """
            <a class="bell" href="\(href: box.href)" aria-label="\(words)" title="\(words)">\(Icon.bell.html)\
            \(count > 0 ? badge(count) : .empty)</a>
            """
    }

    private static func creations(_ boxes: [NavBox]) -> HTML {
        guard let first = boxes.first else { return .empty }
        if boxes.count == 1 {
            return
                #"<a class="button primary new" href="\#(href: first.href)" data-key="n" aria-keyshortcuts="n">\#(Icon.plus.html)<span>\#(first.title)</span></a>"#
        }
        return """
            <details class="menu new">
            <summary class="button primary" data-key="n" aria-keyshortcuts="n">\(Icon.plus.html)<span>Tạo mới</span></summary>
            <ul class="popup">\(boxes.map { #"<li><a href="\#(href: $0.href)">\#($0.title)</a></li>"# as HTML })</ul>
            </details>
            """
    }

    private static func person(_ frame: Frame) -> HTML {
        """
        <details class="menu person">
        <summary aria-label="\(frame.actor.name), tài khoản của tôi"><span class="face" aria-hidden="true">\(initials(frame.actor.name))</span></summary>
        <div class="popup">
        <p class="who"><strong>\(frame.actor.name)</strong><span>\(frame.actor.position)</span><span>\(frame.actor.unitName)</span></p>
        <ul><li><a href="/ca-nhan">\(Icon.settings.html)Tài khoản của tôi</a></li></ul>
        <form method="post" action="/dang-xuat"><input type="hidden" name="_csrf" value="\(frame.csrfToken)">\
        <button class="plain" type="submit">\(Icon.signOut.html)Đăng xuất</button></form>
        </div>
        </details>
        """
    }

    /// Last word of the family-name-first Vietnamese name, and the first: `Nguyễn Văn An` → `NA`.
    private static func initials(_ name: String) -> String {
        let words = name.split(separator: " ")
        return [words.first, words.count > 1 ? words.last : nil].compactMap { $0?.first.map(String.init) }.joined()
    }

    private static func rail(_ frame: Frame) -> HTML {
        """
        <nav class="rail" id="menu" aria-label="Các hộp">
        <a class="close" href="#main">\(Icon.cross.html)Đóng</a>
        \(frame.sections.filter { !$0.boxes.isEmpty }.map(section))
        </nav>
        """
    }

    private static func section(_ section: NavSection) -> HTML {
        """
        <section><h2>\(section.icon.html)\(section.title)</h2>
        <ul>\(section.boxes.map(box))</ul></section>
        """
    }

    private static func box(_ box: NavBox) -> HTML {
        """
        <li><a href="\(href: box.href)"\(.attribute("aria-current", box.isCurrent ? "page" : nil))><span>\(box.title)</span>\
        \(box.count.map { $0 > 0 ? badge($0) : .empty })</a></li>
        """
    }

    private static func bar(_ frame: Frame) -> HTML {
        """
        <nav class="bar" aria-label="Thanh dưới">
        \(barItem(frame.waiting, "Chờ xử lý", .inbox))
        \(frame.signing.map { barItem($0, "Ký", .sign) })
        <a href="/tim-kiem">\(Icon.search.html)<span>Tìm</span></a>
        <a href="#menu">\(Icon.menu.html)<span>Thêm</span></a>
        </nav>
        """
    }

    private static func barItem(_ box: NavBox, _ title: String, _ icon: Icon) -> HTML {
        """
        <a href="\(href: box.href)"\(.attribute("aria-current", box.isCurrent ? "page" : nil))>\(icon.html)\
        <span>\(title)</span>\(box.count.map { $0 > 0 ? badge($0) : .empty })</a>
        """
    }

    /// A count beyond 99 is told as 99+; the list itself tells the rest.
    private static func badge(_ count: Int) -> HTML {
        #"<span class="count">\#(count > 99 ? "99+" : String(count))</span>"#
    }
}
