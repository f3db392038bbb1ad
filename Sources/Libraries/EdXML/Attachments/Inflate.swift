internal import CZlib
internal import Digests
internal import Foundation

/// Raw deflate (RFC 1951) through zlib, in pieces, never producing more than it was allowed to.
enum Deflate {
    enum Problem: Error { case damaged, tooLarge }

    /// Throws `Problem`, or what the disk says.
    static func inflate(
        _ source: ByteSource, _ range: Range<Int>, limit: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var stream = z_stream()
        guard zlib_inflate_init(&stream, -MAX_WBITS) == Z_OK else { throw Problem.damaged }
        defer { inflateEnd(&stream) }
        let crank = Crank(limit: limit)
        var status = Z_OK
        try source.forEachPiece(of: range) { piece in
            guard status == Z_OK || status == Z_BUF_ERROR else { return }
            status = try crank.turn(&stream, over: piece, body) { CZlib.inflate($0, Z_NO_FLUSH) }
        }
        guard status == Z_STREAM_END else { throw Problem.damaged }
    }

    static func deflate(_ source: ByteSource, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var stream = z_stream()
        guard zlib_deflate_init(&stream, 6, -MAX_WBITS) == Z_OK else { throw Problem.damaged }
        defer { deflateEnd(&stream) }
        let crank = Crank(limit: .max)
        try source.forEachPiece(of: 0..<source.count) { piece in
            _ = try crank.turn(&stream, over: piece, body) { CZlib.deflate($0, Z_NO_FLUSH) }
        }
        let end = UnsafeRawBufferPointer(start: nil, count: 0)
        guard try crank.turn(&stream, over: end, body, step: { CZlib.deflate($0, Z_FINISH) }) == Z_STREAM_END else {
            throw Problem.damaged
        }
    }

    /// Feeds zlib one piece after another. A class because closures share what it has counted.
    private final class Crank {
        private let limit: Int
        private var produced = 0
        private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

        init(limit: Int) { self.limit = limit }

        deinit { chunk.deallocate() }

        /// Until the piece is used up, or the stream ends, fails or has said more than it may.
        func turn(
            _ stream: inout z_stream, over piece: UnsafeRawBufferPointer,
            _ body: (UnsafeRawBufferPointer) throws -> Void, step: (UnsafeMutablePointer<z_stream>) -> Int32
        ) throws -> Int32 {
            stream.next_in = UnsafeMutablePointer(
                mutating: piece.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = UInt32(piece.count)
            while true {
                stream.next_out = chunk.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(chunk.count)
                let status = step(&stream)
                let count = chunk.count - Int(stream.avail_out)
                produced += count
                guard produced <= limit else { throw Problem.tooLarge }
                if count > 0 { try body(UnsafeRawBufferPointer(rebasing: chunk[..<count])) }
                if status != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0) { return status }
            }
        }
    }

    static func crc32(_ running: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return running }
        return UInt32(truncatingIfNeeded: CZlib.crc32(UInt(running), base, UInt32(clamping: bytes.count)))
    }
}
