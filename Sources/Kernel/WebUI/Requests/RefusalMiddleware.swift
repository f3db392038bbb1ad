// Everything thrown becomes an answer here, once: refusals by their kind, faults without their insides.
internal import Foundation
package import Hummingbird
internal import Logging
internal import NIOHTTP1
internal import Records

/// What an error is to the person who meets it.
struct Problem: Sendable, Hashable {
    let status: HTTPResponse.Status
    let title: String
    let message: String
    /// Shown to the user and written to the log, so that the two can be brought together; faults only.
    var code: String?

    static func of(_ refusal: any Refusal) -> Problem {
        switch refusal.kind {
        case .notFound: .init(status: .notFound, title: "Không tìm thấy", message: refusal.message)
        case .forbidden: .init(status: .forbidden, title: "Không được phép", message: refusal.message)
        case .conflict: .init(status: .conflict, title: "Chưa thực hiện được", message: refusal.message)
        case .invalid: .init(status: .unprocessableContent, title: "Cần sửa lại", message: refusal.message)
        }
    }

    static func of(status: HTTPResponse.Status) -> Problem {
        switch status.code {
        case 404, 405: .of(CommonRefusal.notFound)
        case 413: .init(status: status, title: "Cần sửa lại", message: FormProblem.tooLarge.message)
        default:
            .init(
                status: status, title: "Yêu cầu không hợp lệ",
                message: "Hệ thống không hiểu yêu cầu này. Hãy mở lại trang rồi thử lại.")
        }
    }

    static func of(_ fault: Fault, code: String) -> Problem {
        let status: HTTPResponse.Status = fault == .unknown ? .internalServerError : .serviceUnavailable
        return .init(status: status, title: fault.title, message: fault.sentence, code: code)
    }
}

/// Refusal → 404, 403, 409 or 422; anything else → 500 with a code that the log repeats.
///
/// Placed twice: outermost, for what fails before the session is known, and inside the session, where it can draw
/// the person's own frame.
package struct RefusalMiddleware: RouterMiddleware {
    package typealias Context = OfficeContext
    private let site: Site
    private let frame: (@Sendable (Request, OfficeContext) async throws -> Frame)?

    /// - Parameter frame: draws the person's frame around a problem; a bare page is shown where it is absent or fails.
    package init(site: Site, frame: (@Sendable (Request, OfficeContext) async throws -> Frame)? = nil) {
        self.site = site
        self.frame = frame
    }

    package func handle(
        _ request: Request, context: OfficeContext, next: (Request, OfficeContext) async throws -> Response
    ) async throws -> Response {
        do {
            return Self.redirectingPartials(try await next(request, context), to: request)
        } catch let error as CancellationError {
            throw error
        } catch is SignInRequired {
            return signIn(request)
        } catch {
            return await answer(problem(error, context), request, context)
        }
    }

    private func problem(_ error: any Error, _ context: OfficeContext) -> Problem {
        if let refusal = error as? any Refusal {
            context.logger.info(
                "refused", metadata: ["kind": .string(refusal.kind.rawValue), "refusal": .string("\(type(of: error))")])
            return .of(refusal)
        }
        if let error = error as? any HTTPResponseError, error.status.code < 500 { return .of(status: error.status) }
        // Whoever sent half a body has gone; nothing here is at fault.
        if case HTTPParserError.invalidEOFState = error {
            context.logger.info("the body broke off")
            return .of(status: .badRequest)
        }
        context.logger.error("fault", metadata: ["code": .string(context.faultCode), "error": .string("\(error)")])
        return .of(Fault(error), code: context.faultCode)
    }

    private func answer(_ problem: Problem, _ request: Request, _ context: OfficeContext) async -> Response {
        if request.wantsJSON { return json(problem) }
        if request.isPartial {
            // The region of notices takes it; what was typed stays where it is.
            return ProblemViews.fragment(problem).response(
                status: problem.status,
                headers: [headerName("HX-Retarget"): "#notice", headerName("HX-Reswap"): "innerHTML show:window:top"])
        }
        let frame = context.session == nil ? nil : try? await frame?(request, context)
        // Pages for strangers take their form at the address that shows it.
        let isOpenForm = context.session == nil && !request.isSafe && problem.status == .unprocessableContent
        return ProblemViews.page(problem, site: site, frame: frame, form: isOpenForm ? request.uri.path : nil)
            .response(status: problem.status)
    }

    private func json(_ problem: Problem) -> Response {
        struct Answer: Encodable {
            let error: String
            let message: String
            let code: String?
        }
        let body = Answer(error: problem.title, message: problem.message, code: problem.code)
        let data = (try? JSONEncoder().encode(body)) ?? Data()
        return Response(
            status: problem.status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    private func signIn(_ request: Request) -> Response {
        if request.wantsJSON {
            return json(.init(status: .unauthorized, title: "Chưa đăng nhập", message: "Hãy đăng nhập."))
        }
        let back = request.method == .get && request.uri.path != "/" ? request.uri.string : nil
        let target = address("/dang-nhap", ["tiep": back])
        if request.isPartial { return Response(status: .unauthorized, headers: [headerName("HX-Redirect"): target]) }
        return .redirect(to: target)
    }

    /// A form sent by htmx and answered by a redirect leads the whole window there, as it would without htmx.
    static func redirectingPartials(_ response: Response, to request: Request) -> Response {
        guard request.isPartial, !request.isSafe, response.status == .seeOther, let target = response.headers[.location]
        else { return response }
        var headers = response.headers
        headers[.location] = nil
        headers[.contentLength] = nil
        headers[headerName("HX-Redirect")] = target
        return Response(status: .ok, headers: headers)
    }
}
