// Pages and fragments as HTTP answers.
package import Hummingbird

extension HTML: ResponseGenerator {
    /// A handler may return HTML: status 200, never cached, since every page is somebody's own.
    package func response(from request: Request, context: some RequestContext) -> Response { response(status: .ok) }

    package func response(status: HTTPResponse.Status, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: utf8)))
    }
}
