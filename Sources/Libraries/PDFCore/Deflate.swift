import CZlib
package import Foundation

/// zlib streams (RFC 1950), as FlateDecode and PNG carry them.
package enum Deflate {
    /// At most `limit` bytes come out; a stream that ends early gives what could be read when `toleratesEnd` is set.
    package static func inflate(
        _ data: Data, limit: Int = PDFLimits.decodedBytes, toleratesEnd: Bool = true
    ) throws(PDFError) -> Data {
        var stream = z_stream()
        guard zlib_inflate_init(&stream, 15) == Z_OK else { throw PDFError(.corruptStream) }
        defer { inflateEnd(&stream) }
        var out: [UInt8] = []
        out.reserveCapacity(min(limit, max(1024, data.count.multipliedReportingOverflow(by: 4).partialValue)))
        let status = data.withUnsafeBytes { input in inflate(&stream, input, into: &out, limit) }
        switch status {
        case Z_STREAM_END: return Data(out)
        case Z_MEM_ERROR: throw PDFError(.limit(.decodedBytes))
        case Z_BUF_ERROR where toleratesEnd && !out.isEmpty: return Data(out)
        default: throw PDFError(.corruptStream)
        }
    }

    private static func inflate(
        _ stream: inout z_stream, _ input: UnsafeRawBufferPointer, into out: inout [UInt8], _ limit: Int
    ) -> Int32 {
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(clamping: input.count)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let (status, count) = chunk.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                return (status, buffer.count - Int(stream.avail_out))
            }
            if out.count + count > limit { return Z_MEM_ERROR }
            out += chunk[..<count]
            if status != Z_OK { return status }
        }
    }

    /// A zlib stream of `data` at the given level.
    package static func deflate(_ data: Data, level: Int32 = 6) -> Data {
        var count = compressBound(UInt(data.count))
        var out = [UInt8](repeating: 0, count: Int(count))
        let status = data.withUnsafeBytes { input in
            compress2(&out, &count, input.bindMemory(to: UInt8.self).baseAddress, UInt(input.count), level)
        }
        // The buffer has the size zlib itself asks for, so nothing but success can come back.
        return status == Z_OK ? Data(out[..<Int(count)]) : Data()
    }
}
