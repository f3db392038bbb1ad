import CZlib
import Foundation

/// Raw deflate (RFC 1951) through zlib, never producing more than it was allowed to.
enum Deflate {
    enum Problem: Error { case damaged, tooLarge }

    static func inflate(_ data: Data, limit: Int) throws(Problem) -> Data {
        var stream = z_stream()
        guard zlib_inflate_init(&stream, -MAX_WBITS) == Z_OK else { throw .damaged }
        defer { inflateEnd(&stream) }
        var input = [UInt8](data)
        var out = Data()
        let status = input.withUnsafeMutableBufferPointer { buffer in
            stream.next_in = buffer.baseAddress
            stream.avail_in = UInt32(clamping: buffer.count)
            return run(&stream, into: &out, limit: limit) { CZlib.inflate($0, Z_NO_FLUSH) }
        }
        guard out.count <= limit else { throw .tooLarge }
        guard status == Z_STREAM_END else { throw .damaged }
        return out
    }

    static func deflate(_ data: Data) -> Data? {
        var stream = z_stream()
        guard zlib_deflate_init(&stream, 6, -MAX_WBITS) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var input = [UInt8](data)
        var out = Data()
        let status = input.withUnsafeMutableBufferPointer { buffer in
            stream.next_in = buffer.baseAddress
            stream.avail_in = UInt32(clamping: buffer.count)
            return run(&stream, into: &out, limit: .max) { CZlib.deflate($0, Z_FINISH) }
        }
        return status == Z_STREAM_END ? out : nil
    }

    /// Turns the crank until the stream ends, fails, stalls or has said more than `limit`.
    private static func run(
        _ stream: inout z_stream, into out: inout Data, limit: Int,
        step: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> Int32 {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let status = chunk.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                return step(&stream)
            }
            let produced = chunk.count - Int(stream.avail_out)
            out.append(contentsOf: chunk[..<produced])
            if status != Z_OK || out.count > limit || (produced == 0 && stream.avail_in == 0) { return status }
        }
    }

    static func crc32(_ data: Data) -> UInt32 {
        data.withUnsafeBytes { buffer in
            let bytes = buffer.bindMemory(to: UInt8.self)
            return UInt32(truncatingIfNeeded: CZlib.crc32(0, bytes.baseAddress, UInt32(clamping: bytes.count)))
        }
    }
}
