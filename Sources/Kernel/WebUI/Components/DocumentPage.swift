// The document: its pages on the left, what to do and what to know on the right.
package import Records

package enum DocumentPage {
    /// - Parameters:
    ///   - header: code, subject, facts; - pages: the viewer; - panel: sections in order: actions, signatures, circulation.
    package static func layout(header: HTML, pages: HTML, panel: [HTML]) -> HTML {
        """
        <article class="document"><header class="document-head">\(header)</header>\
        <div class="columns"><div class="sheet-of-pages">\(pages)</div>\
        <aside class="panel" aria-label="Xử lý và thông tin">\(handle)\(panel)</aside></div></article>
        """
    }

    /// On a phone the panel is a sheet over the page; this draws it up and down without scripts.
    private static let handle: HTML = """
        <label class="handle"><input type="checkbox" class="sr" data-sheet><span>Xử lý và thông tin</span>\(Icon.down.html)</label>
        """

    /// The head of a document: where from, what, how urgent.
    package static func head(
        kicker: String, subject: String, urgency: Urgency = .normal, security: SecurityLevel = .open, tags: [Tag] = []
    ) -> HTML {
        """
        <p class="kicker"><span>\(kicker)</span>\(Marks.stamp(urgency))\(Marks.stamp(security)) \(tags.map(\.html))</p>
        <h1>\(subject)</h1>
        """
    }

    package static func section(_ title: String, icon: Icon? = nil, isOpen: Bool = true, _ content: HTML) -> HTML {
        """
        <details class="section"\(.flag("open", when: isOpen))><summary><h2>\(icon?.html)\(title)</h2>\(Icon.down.html)</summary>\
        <div class="inside">\(content)</div></details>
        """
    }

    /// Pages as pictures: the first at once, the others as they come near; the space stands before they do.
    /// - Parameters:
    ///   - label, anchor: tell two viewers of one page apart; - imageHref: address of the picture of a page, counted from 1.
    package static func viewer(
        pages: [PageSize], title: String, label: String = "Các trang", anchor: String = "trang",
        imageHref: (Int) -> String
    ) -> HTML {
        let images = pages.enumerated().map { index, size -> HTML in
            """
            <figure class="page" id="\(anchor)-\(index + 1)"><img src="\(href: imageHref(index + 1))" \
            width="\(pixels(size.width))" height="\(pixels(size.height))" alt="\(title), trang \(index + 1)" \
            \(index < 2 ? "" : "loading=\"lazy\"" as HTML) decoding="async"><figcaption>\(index + 1) / \(pages.count)</figcaption></figure>
            """
        }
        return #"<div class="pages" data-pages tabindex="0" role="region" aria-label="\#(label)">\#(images)</div>"#
    }

    /// CSS pixels of a length in points: 96 to the inch, at 110 dpi drawn a little larger than life.
    private static func pixels(_ points: Double) -> Int { Int((points / 72 * 110).rounded()) }

    /// Files to open or keep.
    package static func files(_ files: [(name: String, href: String, byteCount: Int, tag: Tag?)]) -> HTML {
        let items = files.map { file -> HTML in
            """
            <li><a href="\(href: file.href)">\(Icon.file.html)<span>\(file.name)</span></a> \
            <span class="quiet">\(Format.fileSize(file.byteCount))</span> \(file.tag?.html)</li>
            """
        }
        return #"<ul class="files">\#(items)</ul>"#
    }
}
