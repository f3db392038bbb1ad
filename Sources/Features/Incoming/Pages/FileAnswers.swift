// Bytes as answers: named for saving, never sniffed, never shared between people's caches.
internal import Foundation
internal import Hummingbird
internal import WebUI

enum FileAnswer {
    static func download(_ data: Data, name: String, mediaType: String, isInline: Bool) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = mediaType
        headers[.cacheControl] = "private, no-cache"
        // RFC 6266 §4.3: the name in UTF-8; RFC 8187 encoding.
        headers[.contentDisposition] = "\(isInline ? "inline" : "attachment"); filename*=UTF-8''\(percentEncoded(name))"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    /// A drawn page: the file it shows never changes, so the browser may keep it while the person stays signed in.
    static func image(_ png: Data) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "image/png"
        headers[.cacheControl] = "private, max-age=900"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: png)))
    }
}
