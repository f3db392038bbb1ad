// The bytes of a document, wherever they lie, without holding them in memory.
package import Foundation
import Synchronization

/// A call of the operating system that failed on a file.
package struct FileFault: Error, Hashable, CustomStringConvertible {
    package var operation: String
    package var code: Int32

    package init(_ operation: String, _ code: Int32 = errno) {
        self.operation = operation
        self.code = code
    }

    package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}

/// Bytes in memory, or in a file that is mapped to be read at any place and read in pieces for digests and copies, so
/// that memory does not follow the file's size.
///
/// The file must not be shortened while it is open.
package struct ByteSource: Sendable {
    /// All bytes. Those of a file come into memory as they are touched.
    package let data: Data
    private let file: OpenFile?

    /// A file of so few bytes may lie in memory whole: reading it where it is mapped saves copying it.
    private static let maximumResidentBytes = 4 << 20

    package init(_ data: Data) {
        self.data = data
        file = nil
    }

    /// Opens a regular file of at most `limit` bytes.
    package init(contentsOf url: URL, limit: Int = .max) throws {
        let file = try OpenFile(url)
        guard file.count <= limit else { throw FileFault("open", EFBIG) }
        data = try file.mapped()
        self.file = file
    }

    package var count: Int { data.count }

    /// Gives back the pages of the file that were touched; they are read again when needed.
    package func releasePages() { file?.releasePages() }

    /// To be told where mapped bytes were read: when they lie in many places, their pages are given back. One touch may
    /// bring in two megabytes, whatever was asked for.
    package func touched(_ offset: Int) { file?.touched(offset) }

    /// The first bytes at `offset`, at most `count`, read without bringing the file's pages into memory.
    package func peek<Value>(at offset: Int, count wanted: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        let start = min(max(offset, 0), count)
        let end = min(start + wanted, count)
        if let file { return file.peek(start..<end, body) }
        return data.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    }

    /// Copies bytes from `offset` on into `buffer`; how many: fewer than it takes only at the end.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let wanted = min(buffer.count, max(0, count - offset))
        guard wanted > 0 else { return 0 }
        if let file { return try file.read(offset..<offset + wanted, into: buffer) }
        data.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + wanted])) }
        return wanted
    }

    /// Hands over the bytes of `range` in pieces that are small enough to stay in the processor's cache.
    package func forEachPiece(
        of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let range = range.clamped(to: 0..<count)
        if let file, count > Self.maximumResidentBytes { return try file.forEachPiece(of: range, body) }
        try data.withUnsafeBytes { bytes in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: OpenFile.pieceBytes) {
                let end = min(start + OpenFile.pieceBytes, range.upperBound)
                try body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            }
        }
    }

    /// The bytes of `range` as a value of its own.
    package func bytes(in range: Range<Int>) -> Data {
        let range = range.clamped(to: 0..<count)
        return Data(data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound])
    }
}

/// An open file and where it is mapped. A class because the descriptor is closed with its last owner.
private final class OpenFile: Sendable {
    static let pieceBytes = 256 << 10

    private let descriptor: Int32
    let count: Int
    /// The address of the mapping, which the mapped data owns; 0 for an empty file.
    private let address: UInt
    private let regions = Mutex<[Int]>([])

    init(_ url: URL) throws {
        let descriptor = open(url.path(percentEncoded: false), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFault("open") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileFault("open", EINVAL)
        }
        let count = Int(status.st_size)
        let place = count > 0 ? mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0) : nil
        guard count == 0 || place != MAP_FAILED else {
            let code = errno
            close(descriptor)
            throw FileFault("mmap", code)
        }
        self.descriptor = descriptor
        self.count = count
        address = UInt(bitPattern: place)
    }

    deinit { close(descriptor) }

    /// The mapping as data, which unmaps it at its end; to be called once.
    func mapped() throws -> Data {
        guard let place = UnsafeMutableRawPointer(bitPattern: address) else { return Data() }
        return Data(bytesNoCopy: place, count: count, deallocator: .custom { munmap($0, $1) })
    }

    func releasePages() {
        guard let place = UnsafeMutableRawPointer(bitPattern: address) else { return }
        madvise(place, count, MADV_DONTNEED)
    }

    func touched(_ offset: Int) {
        let isTooMany = regions.withLock { regions in
            let region = offset >> 21
            if regions.contains(region) { return false }
            regions.append(region)
            if regions.count <= Self.maximumRegions { return false }
            regions.removeAll(keepingCapacity: true)
            return true
        }
        if isTooMany { releasePages() }
    }

    private static let maximumRegions = 4

    func peek<Value>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withUnsafeTemporaryAllocation(byteCount: max(range.count, 1), alignment: 16) { buffer in
            let got = pread(descriptor, buffer.baseAddress, range.count, off_t(range.lowerBound))
            return body(UnsafeRawBufferPointer(rebasing: buffer[..<max(got, 0)]))
        }
    }

    func read(_ range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < range.count {
            let got = pread(
                descriptor, buffer.baseAddress?.advanced(by: done), range.count - done, off_t(range.lowerBound + done))
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw FileFault("read", got < 0 ? errno : EIO) }
            done += got
        }
        return done
    }

    func forEachPiece(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(Self.pieceBytes, max(range.count, 1)), alignment: 4096)
        defer { buffer.deallocate() }
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = min(buffer.count, range.upperBound - offset)
            let got = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw FileFault("read", got < 0 ? errno : EIO) }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            offset += got
        }
    }
}
