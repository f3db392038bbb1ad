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
        var out = GrowingBytes(
            capacity: min(limit, max(1024, data.count.multipliedReportingOverflow(by: 4).partialValue)))
        let status = data.withUnsafeBytes { input in inflate(&stream, input, into: &out, limit) }
        let content = out.taken()
        switch status {
        case Z_STREAM_END: return content
        case Z_MEM_ERROR: throw PDFError(.limit(.decodedBytes))
        case Z_BUF_ERROR where toleratesEnd && !content.isEmpty: return content
        // Readers show what comes before a fault; a checksum that is wrong or missing is the least of them.
        case Z_DATA_ERROR where toleratesEnd && !content.isEmpty: return content
        default: throw PDFError(.corruptStream)
        }
    }

    private static func inflate(
        _ stream: inout z_stream, _ input: UnsafeRawBufferPointer, into out: inout GrowingBytes, _ limit: Int
    ) -> Int32 {
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(clamping: input.count)
        while true {
            let room = out.room()
            guard let place = room.baseAddress else { return Z_MEM_ERROR }
            stream.next_out = place.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(clamping: room.count)
            let status = CZlib.inflate(&stream, Z_NO_FLUSH)
            out.count += min(room.count, Int(UInt32.max)) - Int(stream.avail_out)
            if out.count > limit { return Z_MEM_ERROR }
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

/// Bytes that grow in place and become data without being copied.
private struct GrowingBytes: ~Copyable {
    private var base: UnsafeMutableRawPointer?
    private var capacity: Int
    var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = malloc(capacity)
    }

    deinit { free(base) }

    /// Room for at least one more byte; none when memory has run out.
    mutating func room() -> UnsafeMutableRawBufferPointer {
        if count == capacity {
            guard let grown = realloc(base, capacity * 2) else {
                return UnsafeMutableRawBufferPointer(start: nil, count: 0)
            }
            base = grown
            capacity *= 2
        }
        return UnsafeMutableRawBufferPointer(start: base.map { $0 + count }, count: base == nil ? 0 : capacity - count)
    }

    mutating func taken() -> Data {
        guard let place = base, count > 0 else { return Data() }
        base = nil
        return Data(bytesNoCopy: realloc(place, count) ?? place, count: count, deallocator: .free)
    }
}
