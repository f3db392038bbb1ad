// How a feature puts its content into the frame of the office.
package import Hummingbird

/// Wraps content in the layout with the person's boxes and counts; one for the whole office.
package struct Shell: Sendable {
    /// The surroundings of this person's page.
    package let frame: @Sendable (Request, OfficeContext) async throws -> Frame

    package init(frame: @escaping @Sendable (Request, OfficeContext) async throws -> Frame) { self.frame = frame }

    /// - Parameter isWide: for document pages; lists and forms keep a readable measure.
    package func page(
        _ title: String, _ request: Request, _ context: OfficeContext, isWide: Bool = false,
        scripts: [Layout.Script] = [], content: HTML
    ) async throws -> Response {
        let frame = try await frame(request, context)
        return Layout.page(title: title, frame: frame, isWide: isWide, scripts: scripts, content: content).response(
            status: .ok)
    }
}
