// A stored packet on its way out, piece by piece, so that memory does not follow its size.
internal import Digests
internal import Foundation
internal import Hummingbird

struct PacketAnswer {
    let file: URL
    /// As `getEdoc` answers, in a JSON text; otherwise the bare file, as `downloadEdoc` does.
    let isBase64: Bool

    /// A multiple of 3, so that pieces of base64 join without padding.
    private static let pieceBytes = 192 * 1024
    private static let (head, tail) = (#"{"ErrorCode":"0","ErrorDesc":"Thành công","data":""#, #"","status":"OK"}"#)

    var response: Response {
        get throws {
            let source = try ByteSource(contentsOf: file)
            let length =
                isBase64 ? Self.head.utf8.count + (source.count + 2) / 3 * 4 + Self.tail.utf8.count : source.count
            return Response(
                status: .ok,
                headers: [
                    .contentType: isBase64 ? "application/json; charset=utf-8" : "application/octet-stream",
                    .cacheControl: "no-store",
                ],
                body: .init(contentLength: length) { writer in
                    if isBase64 { try await writer.write(ByteBuffer(string: Self.head)) }
                    for start in stride(from: 0, to: source.count, by: Self.pieceBytes) {
                        let piece = source.bytes(in: start..<min(start + Self.pieceBytes, source.count))
                        try await writer.write(
                            isBase64 ? ByteBuffer(string: piece.base64EncodedString()) : ByteBuffer(bytes: piece))
                        source.touched(start)
                    }
                    if isBase64 { try await writer.write(ByteBuffer(string: Self.tail)) }
                    try await writer.finish(nil)
                })
        }
    }
}
