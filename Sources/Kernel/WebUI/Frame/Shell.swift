// How a feature puts its content into the frame of the office.
package import Hummingbird

/// Wraps content in the layout with the person's boxes and counts; one for the whole office.
package struct Shell: Sendable {
    private let wrap: @Sendable (String, Request, OfficeContext, HTML) async throws -> HTML

    /// - Parameter wrap: title, request, context and content to a whole page.
    package init(wrap: @escaping @Sendable (String, Request, OfficeContext, HTML) async throws -> HTML) {
        self.wrap = wrap
    }

    package func page(
        _ title: String, _ request: Request, _ context: OfficeContext, content: HTML
    ) async throws -> Response {
        try await wrap(title, request, context, content).response(status: .ok)
    }
}
