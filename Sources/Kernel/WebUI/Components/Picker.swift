// Choosing people, units or agencies: type, pick, see the chosen as chips.

/// A searching picker; the chosen values are sent as repeated fields of its name.
package struct Picker: Sendable {
    package var name: String
    package var label: String
    /// Answers `GET …?q=…&ten=name` with `Picker.results`.
    package var searchHref: String
    package var chosen: [Option]
    package var allowsMany: Bool
    package var isRequired: Bool
    package var hint: String?
    /// Shown before anything is typed: groups, favourites, those used last.
    package var suggestions: [Option]
    /// Everything, for browsers without scripts.
    package var all: [Option]

    package init(
        _ name: String, _ label: String, searchHref: String, chosen: [Option] = [], allowsMany: Bool = true,
        isRequired: Bool = false, hint: String? = nil, suggestions: [Option] = [], all: [Option] = []
    ) {
        self.name = name
        self.label = label
        self.searchHref = searchHref
        self.chosen = chosen
        self.allowsMany = allowsMany
        self.isRequired = isRequired
        self.hint = hint
        self.suggestions = suggestions
        self.all = all
    }

    package var html: HTML {
        """
        <div class="field picker" data-picker="\(name)"\(.flag("data-many", when: allowsMany))\(.flag("data-required", when: isRequired))>\
        <p class="label">\(label)\(Fields.optional(isRequired))</p>\
        <ul class="chosen" aria-label="Đã chọn" data-chosen>\(chosen.map { chip($0) })</ul>\
        <div class="js" hidden><input type="search" name="q" form="none" aria-label="\(label)" autocomplete="off" placeholder="Gõ tên để tìm" \
        hx-get="\(href: address(searchHref, ["ten": name]))" hx-trigger="input changed delay:150ms, search" hx-include="this" \
        hx-target="next .results" hx-params="q"\(.attribute("aria-description", hint))>\
        <div class="results" aria-live="polite">\(suggestions.isEmpty ? nil : Self.results(name: name, suggestions, isSearch: false))</div></div>\
        \(withoutScripts)\(hint.map { #"<p class="hint">\#($0)</p>"# as HTML })</div>
        """
    }

    private var withoutScripts: HTML {
        let options = all.map { option -> HTML in
            #"<option value="\#(option.value)"\#(.flag("selected", when: chosen.contains(option)))>\#(option.label) \#(option.detail)</option>"#
        }
        return
            #"<noscript><select name="\#(name)" aria-label="\#(label)"\#(.flag("multiple", when: allowsMany)) size="6">\#(options)</select></noscript>"#
    }

    private func chip(_ option: Option) -> HTML {
        """
        <li class="chip on"><input type="hidden" name="\(name)" value="\(option.value)"><span>\(option.label)</span>\
        <button type="button" data-drop aria-label="Bỏ \(option.label)">\(Icon.cross.html)</button></li>
        """
    }

    /// The answer to a search: buttons that the page turns into chips.
    package static func results(name: String, _ options: [Option], isSearch: Bool = true) -> HTML {
        guard !options.isEmpty else {
            return #"<p class="quiet">Không tìm thấy. Thử gõ ít chữ hơn, không cần dấu.</p>"#
        }
        let buttons = options.map { option -> HTML in
            """
            <li><button type="button" class="option" data-pick="\(option.value)" data-label="\(option.label)">\
            <span>\(option.label)</span>\(HTML.when(!option.detail.isEmpty, #"<span class="detail">\#(option.detail)</span>"#))</button></li>
            """
        }
        return """
            \(HTML.when(!isSearch, #"<p class="quiet">Hay dùng</p>"#))<ul class="options">\(buttons)</ul>
            """
    }
}
