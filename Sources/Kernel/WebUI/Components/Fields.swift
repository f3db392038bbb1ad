// Forms and their fields: a label for each, help beside it, working without scripts.
package import Platform
package import Records

/// One thing to choose.
package struct Option: Sendable, Hashable {
    package let value: String
    package let label: String
    /// Position, unit: told smaller.
    package let detail: String
    package init(_ value: String, _ label: String, detail: String = "") {
        self.value = value
        self.label = label
        self.detail = detail
    }
}

package enum Fields {
    /// A form that is posted. Its secret comes first, so that files behind it may be taken.
    ///
    /// With scripts a refusal appears above the form and nothing typed is lost; without, it is a page of its own.
    /// What it is sent to must answer by a redirect (or a refusal).
    /// - Parameter draftKey: keeps what is typed in this browser until it is sent.
    package static func form(
        _ action: String, csrf: String, id: String? = nil, hasFiles: Bool = false, draftKey: String? = nil,
        _ content: HTML
    ) -> HTML {
        """
        <form class="form" method="post" action="\(href: action)"\(.attribute("id", id))\
        \(.attribute("enctype", hasFiles ? "multipart/form-data" : nil))\(.attribute("data-draft", draftKey)) \
        hx-post="\(href: action)" hx-target="#notice" hx-swap="innerHTML show:window:top" hx-disabled-elt="find button[type=submit]" \
        hx-disinherit="*"\(.attribute("hx-encoding", hasFiles ? "multipart/form-data" : nil))>\
        <input type="hidden" name="_csrf" value="\(csrf)">\(content)</form>
        """
    }

    package static func submit(
        _ label: String, level: Level = .active, name: String? = nil, value: String? = nil
    ) -> HTML {
        """
        <button type="submit" class="button \(level == .active ? "primary" : level == .bad ? "danger" : "")"\
        \(.attribute("name", name))\(.attribute("value", value))>\(label)</button>
        """
    }

    /// The row of buttons that ends a form.
    package static func buttons(_ content: HTML) -> HTML { #"<p class="buttons">\#(content)</p>"# }

    package static func hidden(_ name: String, _ value: String) -> HTML {
        #"<input type="hidden" name="\#(name)" value="\#(value)">"#
    }

    package static func text(
        _ name: String, _ label: String, value: String? = nil, isRequired: Bool = false, hint: String? = nil,
        placeholder: String? = nil, autocomplete: String = "off", maxLength: Int = 500
    ) -> HTML {
        field(label, isRequired, hint) {
            """
            <input type="text" \(common(name, isRequired, hint)) value="\(value)" maxlength="\(maxLength)" \
            autocomplete="\(autocomplete)"\(.attribute("placeholder", placeholder))>
            """
        }
    }

    /// A PIN or password: never filled in again, never kept as a draft.
    package static func secret(
        _ name: String, _ label: String, hint: String? = nil, autocomplete: String = "off", isPIN: Bool = false,
        isRequired: Bool = true
    ) -> HTML {
        field(label, true, hint) {
            """
            <input type="password" \(common(name, isRequired, hint)) autocomplete="\(autocomplete)" maxlength="200" \
            spellcheck="false"\(.attribute("inputmode", isPIN ? "numeric" : nil))>
            """
        }
    }

    package static func area(
        _ name: String, _ label: String, value: String? = nil, isRequired: Bool = false, hint: String? = nil,
        rows: Int = 3, phrases: [String] = [], most: TextLimit = .words
    ) -> HTML {
        field(label, isRequired, hint, beside: phraseButtons(phrases)) {
            """
            <textarea \(common(name, isRequired, hint)) rows="\(rows)" maxlength="\(most.most)">\(value)</textarea>
            """
        }
    }

    /// Phrases put into the text by one tap; without scripts they are simply not there.
    private static func phraseButtons(_ phrases: [String]) -> HTML {
        guard !phrases.isEmpty else { return .empty }
        let buttons = phrases.map { phrase -> HTML in
            #"<button type="button" class="chip" data-phrase>\#(phrase)</button>"#
        }
        return #"<div class="chips js" role="group" aria-label="Câu mẫu" hidden>\#(buttons)</div>"#
    }

    package static func select(
        _ name: String, _ label: String, options: [Option], selected: String? = nil, isRequired: Bool = false,
        hint: String? = nil, empty: String? = nil
    ) -> HTML {
        field(label, isRequired, hint) {
            let blank: HTML? = empty.map { #"<option value="">\#($0)</option>"# }
            let all = options.map { option -> HTML in
                """
                <option value="\(option.value)"\(.flag("selected", when: option.value == selected))>\(option.label)\
                \(option.detail.isEmpty ? "" : " – \(option.detail)")</option>
                """
            }
            return "<select \(common(name, isRequired, hint))>\(blank)\(all)</select>"
        }
    }

    /// A few choices side by side, all visible.
    package static func choices(
        _ name: String, _ label: String, options: [Option], selected: String?, hint: String? = nil
    ) -> HTML {
        let all = options.map { option -> HTML in
            """
            <label class="choice"><input type="radio" name="\(name)" value="\(option.value)"\
            \(.flag("checked", when: option.value == selected))><span>\(option.label)</span></label>
            """
        }
        return """
            <fieldset class="field choices"><legend>\(label)</legend><div class="group">\(all)</div>\
            \(hint.map { #"<p class="hint">\#($0)</p>"# as HTML })</fieldset>
            """
    }

    package static func check(
        _ name: String, _ label: String, isOn: Bool = false, value: String = "1", isRequired: Bool = false
    ) -> HTML {
        """
        <label class="check"><input type="checkbox" name="\(name)" value="\(value)"\(.flag("checked", when: isOn))\
        \(.flag("required", when: isRequired))>\
        <span>\(label)</span></label>
        """
    }

    /// - Parameter today: gives the one-tap choices "Hôm nay, 3 ngày, 1 tuần".
    package static func date(
        _ name: String, _ label: String, value: Day? = nil, isRequired: Bool = false, hint: String? = nil,
        least: Day? = nil, today: Day? = nil
    ) -> HTML {
        field(label, isRequired, hint, beside: today.map(quickDates)) {
            """
            <input type="date" \(common(name, isRequired, hint)) value="\(value?.description)"\
            \(.attribute("min", least?.description))>
            """
        }
    }

    private static func quickDates(_ today: Day) -> HTML {
        let days = [("Hôm nay", 0), ("3 ngày", 3), ("1 tuần", 7), ("2 tuần", 14)].map { label, days -> HTML in
            #"<button type="button" class="chip" data-date="\#(today.adding(days: days).description)">\#(label)</button>"#
        }
        return #"<div class="chips js" role="group" aria-label="Chọn nhanh" hidden>\#(days)</div>"#
    }

    /// - Parameter accept: endings or media types, e.g. `.pdf,.docx`.
    package static func file(
        _ name: String, _ label: String, accept: String, isRequired: Bool = false, allowsMany: Bool = false,
        hint: String? = nil
    ) -> HTML {
        field(label, isRequired, hint) {
            """
            <span class="drop" data-drop-zone><input type="file" \(common(name, isRequired, hint)) accept="\(accept)"\
            \(.flag("multiple", when: allowsMany))><span class="js" hidden aria-hidden="true">\(Icon.attachment.html)\
            <span data-files>Chọn tệp hoặc kéo vào đây</span></span></span>
            """
        }
    }

    private static func common(_ name: String, _ isRequired: Bool, _ hint: String?) -> HTML {
        """
        id="f-\(name)" name="\(name)"\(.flag("required", when: isRequired))\
        \(.attribute("aria-description", hint))
        """
    }

    /// The label holds its input: several forms of one page may have fields of the same name.
    private static func field(
        _ label: String, _ isRequired: Bool, _ hint: String?, beside: HTML? = nil, _ input: () -> HTML
    ) -> HTML {
        """
        <div class="field"><label><span class="label">\(label)\(optional(isRequired))</span>\(input())</label>\
        \(beside)\(hint.map { #"<p class="hint">\#($0)</p>"# as HTML })</div>
        """
    }

    static func optional(_ isRequired: Bool) -> HTML {
        isRequired ? .empty : #" <span class="optional">(nếu có)</span>"#
    }

    /// Fields that belong together under one legend.
    package static func group(_ legend: String, _ content: HTML) -> HTML {
        #"<fieldset class="group-of-fields"><legend>\#(legend)</legend>\#(content)</fieldset>"#
    }

    /// Fields side by side where there is room.
    package static func pair(_ content: HTML) -> HTML { #"<div class="pair">\#(content)</div>"# }
}
