// What can be done with a document: one thing in plain sight, the rest in a menu, the impossible with its reason.
package import Records

/// An offered action together with what it asks for.
package struct ActionItem: Sendable {
    package enum Way: Sendable {
        /// Leads to a page.
        case link(String)
        /// Done at once.
        case post(String)
        /// Asks first: content is a whole `Fields.form`.
        case form(HTML)
    }
    package let offer: ActionOffer
    package let way: Way
    package let level: Level
    /// Withdraws, returns or undoes: at hand in the menu, never the thing to do next.
    package let isStepBack: Bool
    /// What it reaches, said before it is done at once.
    package let note: String

    package init(
        _ offer: ActionOffer, _ way: Way, level: Level = .active, isStepBack: Bool = false, note: String = ""
    ) {
        self.note = note
        self.offer = offer
        self.way = way
        self.level = level
        self.isStepBack = isStepBack
    }
}

package struct ActionBar: Sendable {
    package var items: [ActionItem]
    package var csrf: String

    /// - Parameter items: in order of importance; the first that is possible and leads on becomes the main action.
    package init(_ items: [ActionItem], csrf: String) {
        self.items = items
        self.csrf = csrf
    }

    package var html: HTML {
        let possible = items.filter(\.offer.isPossible)
        let first = possible.first { !$0.isStepBack }
        let rest = possible.filter { $0.offer.name != first?.offer.name }
        let impossible = items.filter { !$0.offer.isPossible }
        guard !items.isEmpty else { return .empty }
        return """
            <section class="deeds" aria-label="Việc có thể làm">\(first.map { main($0) })\
            \(others(rest))\(refused(impossible))</section>
            """
    }

    /// The main action stands open: its form needs no click.
    private func main(_ item: ActionItem) -> HTML {
        switch item.way {
        case .form(let form):
            """
            <details class="deed first" open name="deed" id="deed-\(item.offer.name)"><summary class="button primary" data-key="e">\
            \(item.offer.label)</summary><div class="sheet">\(form)</div></details>
            """
        case .link(let href):
            #"<a class="button primary large" data-key="e" href="\#(href: href)">\#(item.offer.label)</a>"#
        case .post(let action):
            """
            \(button(action, item, "button primary large", isMain: true))\
            \(HTML.when(!item.note.isEmpty, "<p class=\"quiet\">\(item.note)</p>"))
            """
        }
    }

    private func others(_ items: [ActionItem]) -> HTML {
        guard !items.isEmpty else { return .empty }
        return """
            <details class="more"><summary class="button" data-key="m">\(Icon.more.html)<span>Việc khác</span></summary>\
            <ul>\(items.map { "<li>\(other($0))</li>" as HTML })</ul></details>
            """
    }

    private func other(_ item: ActionItem) -> HTML {
        switch item.way {
        case .form(let form):
            """
            <details class="deed" name="deed" id="deed-\(item.offer.name)"><summary>\(item.offer.label)</summary>\
            <div class="sheet">\(form)</div></details>
            """
        case .link(let href): #"<a href="\#(href: href)">\#(item.offer.label)</a>"#
        case .post(let action): button(action, item, "plain", isMain: false)
        }
    }

    private func button(_ action: String, _ item: ActionItem, _ style: String, isMain: Bool) -> HTML {
        Fields.form(
            action, csrf: csrf,
            """
            <button type="submit" class="\(style)\(HTML.when(item.level == .bad, " danger"))"\(.attribute("data-key", isMain ? "e" : nil))>\
            \(item.offer.label)</button>
            """)
    }

    private func refused(_ items: [ActionItem]) -> HTML {
        guard !items.isEmpty else { return .empty }
        let lines = items.map { item -> HTML in
            #"<li><button type="button" disabled>\#(item.offer.label)</button><span>\#(item.offer.obstacle)</span></li>"#
        }
        return """
            <details class="refused"><summary>Chưa làm được (\(items.count))</summary><ul>\(lines)</ul></details>
            """
    }
}
