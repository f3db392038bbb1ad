// Refusals and faults as people see them.

enum ProblemViews {
    /// - Parameter form: where a form that was sent can be filled in again; nil for the first page.
    static func page(_ problem: Problem, site: Site, frame: Frame?, form: String? = nil) -> HTML {
        let content: HTML = """
            <article class="problem">
            <h1>\(problem.title)</h1>
            <p>\(problem.message)</p>
            \(code(problem))
            <p class="buttons"><a class="button primary" href="\(href: form ?? "/")">\(form == nil ? "Về trang đầu" : "Làm lại")</a> \
            <button type="button" class="button" data-back hidden>Quay lại trang trước</button></p>
            </article>
            """
        guard let frame else { return Layout.signedOut(title: problem.title, site: site, content: content) }
        return Layout.page(title: problem.title, frame: frame, content: content)
    }

    /// For the region of notices of a page that stays as it is.
    static func fragment(_ problem: Problem) -> HTML {
        """
        <div class="flash \(problem.code == nil ? "warn" : "bad")" role="alert">\(Icon.warning.html)\
        <p><strong>\(problem.title).</strong> \(problem.message)\(problem.code.map { " <span>Mã: <code>\($0)</code></span>" as HTML })</p></div>
        """
    }

    private static func code(_ problem: Problem) -> HTML? {
        problem.code.map { #"<p class="quiet">Mã lỗi: <code>\#($0)</code></p>"# }
    }
}
