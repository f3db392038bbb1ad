// Laying out the places of number, date, signature and seal on a page, in millimetres from its top left corner.
package import Records

/// A rectangle on a page.
package struct PlacedField: Sendable, Hashable {
    /// Prefix of the form's fields: `name.page`, `name.x`, `name.y`, `name.width`, `name.height`.
    package let name: String
    package let label: String
    /// Counted from 1.
    package var page: Int
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(name: String, label: String, page: Int, x: Double, y: Double, width: Double, height: Double) {
        self.name = name
        self.label = label
        self.page = page
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// From a posted form; refuses what is no number, no area, or not on a page.
    package init(_ form: Form, name: String, label: String, pages: [PageSize]) throws(CommonRefusal) {
        self.name = name
        self.label = label
        guard let page = form["\(name).page"].flatMap({ Int($0) }), page >= 1, page <= pages.count else {
            throw .invalid("Trang của ô “\(label)” không có trong văn bản.")
        }
        let numbers = ["x", "y", "width", "height"].compactMap { part in
            form["\(name).\(part)"].flatMap { Double($0.replacing(",", with: ".")) }
        }
        guard numbers.count == 4, numbers.allSatisfy({ $0.isFinite && $0 >= 0 }), numbers[2] >= 5, numbers[3] >= 3,
            numbers[0] + numbers[2] <= Self.millimetres(pages[page - 1].width) + 0.5,
            numbers[1] + numbers[3] <= Self.millimetres(pages[page - 1].height) + 0.5
        else { throw .invalid("Vị trí ô “\(label)” nằm ngoài trang hoặc quá nhỏ. Hãy chỉnh lại.") }
        self.page = page
        (x, y, width, height) = (numbers[0], numbers[1], numbers[2], numbers[3])
    }

    static func millimetres(_ points: Double) -> Double { points / 72 * 25.4 }
}

/// The editor: pages with rectangles to drag, and numbers to type for those who cannot.
package struct PlacementEditor: Sendable {
    package var fields: [PlacedField]
    package var pages: [PageSize]
    package var imageHref: @Sendable (Int) -> String

    package init(fields: [PlacedField], pages: [PageSize], imageHref: @escaping @Sendable (Int) -> String) {
        self.fields = fields
        self.pages = pages
        self.imageHref = imageHref
    }

    /// Goes inside a `Fields.form`; the page must ask for the script `.placement`.
    package var html: HTML {
        """
        <div class="placement" data-placement><div class="placement-pages">\(shownPages.map(page))</div>\
        <div class="placement-numbers"><p class="hint">Kéo khung trên trang, hoặc chọn khung rồi dùng phím mũi tên (1 mm; giữ Shift để đổi cỡ), hoặc gõ số bằng mi-li-mét.</p>\
        \(fields.map(numbers))</div></div>
        """
    }

    private var shownPages: [Int] { Array(1...max(1, pages.count)).filter { $0 <= pages.count } }

    private func page(_ number: Int) -> HTML {
        let width = PlacedField.millimetres(pages[number - 1].width)
        let height = PlacedField.millimetres(pages[number - 1].height)
        return """
            <figure class="page" data-page="\(number)"><img src="\(href: imageHref(number))" width="\(Int(width * 4))" height="\(Int(height * 4))" \
            alt="Trang \(number)" \(number < 3 ? "" : "loading=\"lazy\"" as HTML)>\
            <svg class="overlay" viewBox="0 0 \(decimal(width)) \(decimal(height))" preserveAspectRatio="none">\
            \(fields.filter { $0.page == number }.map(rectangle))</svg><figcaption>\(number) / \(pages.count)</figcaption></figure>
            """
    }

    private func rectangle(_ field: PlacedField) -> HTML {
        """
        <g data-field="\(field.name)" tabindex="0" role="group" aria-label="\(field.label)"><rect x="\(decimal(field.x))" y="\(decimal(field.y))" \
        width="\(decimal(field.width))" height="\(decimal(field.height))"/><text x="\(decimal(field.x + 1))" y="\(decimal(field.y + 4))">\(field.label)</text>\
        <rect class="grip" data-grip x="\(decimal(field.x + field.width - 3))" y="\(decimal(field.y + field.height - 3))" width="3" height="3"/></g>
        """
    }

    private func numbers(_ field: PlacedField) -> HTML {
        """
        <fieldset data-numbers="\(field.name)"><legend>\(field.label)</legend><div class="five">\
        \(number(field, "page", "Trang", Double(field.page), step: "1"))\(number(field, "x", "Trái", field.x))\
        \(number(field, "y", "Trên", field.y))\(number(field, "width", "Rộng", field.width))\(number(field, "height", "Cao", field.height))</div></fieldset>
        """
    }

    private func number(
        _ field: PlacedField, _ part: String, _ label: String, _ value: Double, step: String = "0.1"
    ) -> HTML {
        """
        <label><span>\(label)</span><input type="number" name="\(field.name).\(part)" value="\(decimal(value))" step="\(step)" min="0" \
        max="2000" data-part="\(part)" aria-label="\(field.label): \(label)\(part == "page" ? "" : ", mm")"></label>
        """
    }

    /// At most one decimal, with a point.
    private func decimal(_ value: Double) -> String {
        let tenths = Int((min(max(value, -100_000), 100_000) * 10).rounded())
        let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
        return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
    }
}
