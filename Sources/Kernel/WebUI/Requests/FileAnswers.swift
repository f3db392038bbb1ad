// Bytes as answers: named for saving, never sniffed, never shared between people's caches.
package import Digests
package import Foundation
package import Hummingbird
internal import Platform
package import Records

package enum FileAnswer {
    package static func download(_ data: Data, name: String, mediaType: String, isInline: Bool) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = mediaType
        headers[.cacheControl] = "private, no-cache"
        // RFC 6266 §4.3: the name in UTF-8; RFC 8187 encoding.
        headers[.contentDisposition] = "\(isInline ? "inline" : "attachment"); filename*=UTF-8''\(percentEncoded(name))"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    /// A file of any size: read while it goes out.
    package static func download(
        _ file: ByteSource, name: String, mediaType: String, isInline: Bool = false
    ) -> Response {
        var answer = download(Data(), name: name, mediaType: mediaType, isInline: isInline)
        answer.body = ResponseBody(contentLength: file.count) { writer in
            for start in stride(from: 0, to: file.count, by: pieceBytes) {
                var piece = ByteBuffer()
                piece.reserveCapacity(pieceBytes)
                try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: pieceBytes) {
                    try file.read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(pieceBytes)))
                }
                try await writer.write(piece)
            }
            try await writer.finish(nil)
        }
        return answer
    }

    private static let pieceBytes = 64 << 10

    /// A PDF of our own making, shown in the browser.
    package static func pdf(_ data: Data, name: String) -> Response {
        download(data, name: name, mediaType: "application/pdf", isInline: true)
    }

    /// A drawn page: the file it shows never changes, so the browser may keep it while the person stays signed in
    /// (`SecurityHeadersMiddleware`).
    package static func image(_ png: Data) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "image/png"
        headers[.cacheControl] = "private, max-age=900"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: png)))
    }
}

/// The file of a record and its drawn pages. Whoever calls has found the file on behalf of the actor.
extension Groundwork {
    /// - Parameter isForeign: what a sender calls his file is not believed: anything but a PDF is only for saving.
    package func answer(_ file: RecordFile, isForeign: Bool) throws -> Response {
        FileAnswer.download(
            try blobs.source(file.blob), name: file.name,
            mediaType: isForeign && !file.isPDF ? "application/octet-stream" : file.mediaType, isInline: file.isPDF)
    }

    /// The page that the address names, as fine as its `dpi` asks for.
    package func pageAnswer(_ file: RecordFile, _ request: Request, _ context: OfficeContext) async throws -> Response {
        guard file.isPDF, let page = context.coreContext.parameters["page"].flatMap({ Int($0) }) else {
            throw CommonRefusal.notFound
        }
        let dpi = request.query["dpi"].flatMap { Int($0) } ?? 110
        return FileAnswer.image(try await pages.image(of: file.blob, page: page, dpi: dpi))
    }
}

extension OfficeContext {
    /// The file that the address names.
    package func fileID() throws -> Int64 {
        guard let file = coreContext.parameters["file"].flatMap({ Int64($0) }) else { throw CommonRefusal.notFound }
        return file
    }
}

extension HTTPFields {
    /// Tells htmx to load the whole page anew.
    package mutating func refreshPage() {
        guard let name = HTTPFields.Element.Name("HX-Refresh") else { return }
        self[name] = "true"
    }
}
