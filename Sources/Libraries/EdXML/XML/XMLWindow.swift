internal import Digests
internal import Foundation

/// The part of a packet that is being read: a piece of the source that moves on, so that memory does not follow the
/// packet's size. UTF-16 (.NET's default) is turned into UTF-8 on the way, also without its byte order mark (XML 1.0 App. F). A class because it
/// owns its buffer.
final class XMLWindow {
    let source: ByteSource
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var sourceOffset = 0
    private var transcoder: UTF16Transcoder?
    /// Offset in the UTF-8 text of the first byte that is there.
    private(set) var offset = 0
    /// A reading error; the text then seems to end.
    private(set) var fault: (any Error)?
    private(set) var isBroken = false

    static let usualBytes = 256 << 10

    init(_ source: ByteSource, bytes: Int = usualBytes) {
        self.source = source
        // A small packet needs a small buffer; transcoded it may grow by half.
        buffer = .allocate(byteCount: min(bytes, source.count * 2 + 64), alignment: 16)
        let mark = source.peek(at: 0, count: 2) { [UInt8]($0) }
        if mark == [0xFF, 0xFE] { transcoder = UTF16Transcoder(isBigEndian: false) }
        if mark == [0xFE, 0xFF] { transcoder = UTF16Transcoder(isBigEndian: true) }
        if transcoder != nil { sourceOffset = 2 }
        if mark == [Byte.less, 0] { transcoder = UTF16Transcoder(isBigEndian: false) }
        if mark == [0, Byte.less] { transcoder = UTF16Transcoder(isBigEndian: true) }
    }

    deinit { buffer.deallocate() }

    var isTranscoded: Bool { transcoder != nil }

    /// What is there; more may come.
    var available: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[start..<end]) }

    /// The next byte; nil at the end.
    var current: UInt8? {
        if start == end, !refill() { return nil }
        return buffer[start]
    }

    func advance(_ count: Int = 1) {
        start += count
        offset += count
    }

    /// Whether `count` bytes are there, after reading on if need be. `count` is far smaller than the buffer.
    func has(_ count: Int) -> Bool {
        while end - start < count {
            guard refill() else { return false }
        }
        return true
    }

    func starts(with word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard has(count), let base = buffer.baseAddress?.advanced(by: start) else { return false }
        return memcmp(base, word.utf8Start, count) == 0
    }

    /// Through memchr: an attachment's text runs over many megabytes.
    func distance(to byte: UInt8) -> Int? {
        guard end > start, let base = buffer.baseAddress?.advanced(by: start) else { return nil }
        return memchr(base, Int32(byte), end - start).map { $0 - base }
    }

    /// Reads on behind what is there; false at the end.
    func refill() -> Bool {
        if start > 0 {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
            (start, end) = (0, end - start)
        }
        guard end < buffer.count, fault == nil, !isBroken else { return false }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
        let count = transcoder == nil ? readPlain(into: room) : readTranscoded(into: room)
        end += count
        return count > 0
    }

    private func readPlain(into room: UnsafeMutableRawBufferPointer) -> Int {
        do {
            let count = try source.read(at: sourceOffset, into: room)
            sourceOffset += count
            return count
        } catch {
            fault = error
            return 0
        }
    }

    private func readTranscoded(into room: UnsafeMutableRawBufferPointer) -> Int {
        // Two bytes become three at most; a surrogate waits for its other half.
        var produced = 0
        while produced == 0, sourceOffset < source.count || transcoder?.isWaiting == true {
            let wanted = max(2, room.count / 2 & ~1)
            let piece = source.peek(at: sourceOffset, count: min(wanted, 64 << 10)) { [UInt8]($0) }
            sourceOffset += piece.count
            guard let out = transcoder?.utf8(piece, isLast: sourceOffset >= source.count), out.count <= room.count
            else {
                isBroken = true
                return 0
            }
            room.copyBytes(from: out)
            produced = out.count
        }
        return produced
    }

    /// Whether all of it is UTF-8, read once more for it.
    static func isUTF8(_ source: ByteSource) -> Bool {
        var offset = 0
        while offset < source.count {
            let piece = source.peek(at: offset, count: 256 << 10) { [UInt8]($0) }
            let isLast = offset + piece.count >= source.count
            // A character cut by the piece's end is read with the next one.
            let begun = isLast ? piece.count : piece.lastIndex { $0 < 0x80 || $0 >= 0xC0 } ?? 0
            guard begun > 0, String(validating: piece[..<begun], as: UTF8.self) != nil else { return false }
            offset += begun
        }
        return true
    }

    /// Line from 1 of an offset, by reading the source once more.
    static func line(at offset: Int, of source: ByteSource) -> Int {
        let window = XMLWindow(source)
        var (line, left) = (1, max(0, offset))
        while left > 0, window.has(1) {
            let part = window.available.prefix(left)
            line += part.count { $0 == 10 }
            left -= part.count
            window.advance(part.count)
        }
        return line
    }
}

/// UTF-16 to UTF-8, piece by piece.
private struct UTF16Transcoder {
    let isBigEndian: Bool
    private var high: UInt32?
    private var half: UInt8?

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    var isWaiting: Bool { high != nil || half != nil }

    /// nil when it is no UTF-16: a surrogate alone, or half a unit at the end.
    mutating func utf8(_ bytes: [UInt8], isLast: Bool) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 3 / 2 + 4)
        for byte in bytes {
            guard let first = half else {
                half = byte
                continue
            }
            half = nil
            let unit = isBigEndian ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first)
            guard let scalar = scalar(unit) else {
                if high == nil { return nil }
                continue
            }
            out.append(contentsOf: UTF8.encode(scalar) ?? .init())
        }
        return isLast && isWaiting ? nil : out
    }

    /// nil while the other half is missing, and for a half alone.
    private mutating func scalar(_ unit: UInt32) -> Unicode.Scalar? {
        if let first = high {
            high = nil
            guard (0xDC00...0xDFFF).contains(unit) else { return nil }
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00))
        }
        if (0xD800...0xDBFF).contains(unit) {
            high = unit
            return nil
        }
        return Unicode.Scalar(unit)
    }
}
