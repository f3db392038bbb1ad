internal import Digests
internal import Foundation

/// Why a ZIP cannot be unpacked.
package enum ArchiveProblem: String, Error, Sendable, Hashable {
    case noDirectory, severalEntries, encrypted, unknownMethod, damaged, checksum, tooLarge

    package var sentence: String {
        switch self {
        case .noDirectory: "thiếu mục lục, có thể tệp bị cắt ngắn"
        case .severalEntries: "có nhiều tệp bên trong"
        case .encrypted: "được đặt mật khẩu"
        case .unknownMethod: "dùng cách nén lạ"
        case .damaged: "dữ liệu nén hỏng"
        case .checksum: "sai mã kiểm tra CRC-32"
        case .tooLarge: "giải nén ra quá lớn"
        }
    }
}

/// The ZIP with exactly one file in which one vendor's kit packs every attachment. Reads the central directory,
/// because that kit writes sizes behind the data; no ZIP64, no spanning.
struct SingleEntryArchive {
    let entryName: String
    private let method: Int
    private let crc: UInt32
    private let compressed: Range<Int>
    private let size: Int
    private let source: ByteSource

    init(_ source: ByteSource) throws(ArchiveProblem) {
        let bytes = LittleEndian(source)
        guard let end = bytes.endRecord() else { throw .noDirectory }
        guard let entries = bytes.u16(end + 10), let directory = bytes.u32(end + 16) else { throw .noDirectory }
        guard entries == 1 else { throw entries == 0 ? .noDirectory : .severalEntries }
        guard bytes.u32(directory) == 0x0201_4B50, let flags = bytes.u16(directory + 8),
            let method = bytes.u16(directory + 10), let crc = bytes.u32(directory + 16),
            let packedSize = bytes.u32(directory + 20), let size = bytes.u32(directory + 24),
            let nameLength = bytes.u16(directory + 28), let local = bytes.u32(directory + 42),
            let name = bytes.slice(directory + 46, nameLength)
        else { throw .damaged }
        guard flags & 1 == 0 else { throw .encrypted }
        guard bytes.u32(local) == 0x0403_4B50, let localName = bytes.u16(local + 26),
            let localExtra = bytes.u16(local + 28)
        else { throw .damaged }
        let start = local + 30 + localName + localExtra
        guard start + packedSize <= source.count else { throw .damaged }
        self.source = source
        self.method = method
        self.crc = UInt32(crc)
        self.size = size
        compressed = start..<(start + packedSize)
        entryName = String(decoding: name, as: UTF8.self)
    }

    /// Throws `ArchiveProblem`, or what the disk says.
    func unpack(limit: Int, into draft: AttachmentDraft) throws {
        guard size <= limit else { throw ArchiveProblem.tooLarge }
        var running: UInt32 = 0
        func take(_ piece: UnsafeRawBufferPointer) {
            running = Deflate.crc32(running, piece)
            draft.append(piece)
        }
        switch method {
        case 0: try source.forEachPiece(of: compressed, take)
        case 8: try inflate(limit: limit, take)
        default: throw ArchiveProblem.unknownMethod
        }
        if let fault = draft.fault { throw fault }
        guard draft.count == size, running == crc else { throw ArchiveProblem.checksum }
    }

    private func inflate(limit: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws {
        do {
            try Deflate.inflate(source, compressed, limit: min(limit, size), body)
        } catch let problem as Deflate.Problem {
            throw problem == .tooLarge ? ArchiveProblem.tooLarge : .damaged
        }
    }
}

/// A file as the one entry of a new archive. Sizes stand before the data, so that the file is packed twice: once to
/// know them, once to hand the bytes over; memory follows neither.
struct SingleEntryPacking {
    private let source: ByteSource
    private let head: Data
    private let tail: Data

    /// nil when zlib fails or the file is beyond 4 GB.
    init?(_ source: ByteSource, named name: String) throws {
        guard source.count < 0xFFFF_FFFF else { return nil }
        var (crc, packed): (UInt32, Int) = (0, 0)
        try source.forEachPiece(of: 0..<source.count) { crc = Deflate.crc32(crc, $0) }
        try Deflate.deflate(source) { packed += $0.count }
        let nameBytes = Array(name.utf8.prefix(255))
        // Version 2.0, UTF-8 name flag, deflate, 1 January 1980: two packings of one file are equal.
        var common = LittleEndianWriter()
        common.u16(20, 0x0800, 8, 0, 0x21)
        common.u32(Int(crc), packed, source.count)
        common.u16(nameBytes.count, 0)
        var out = LittleEndianWriter()
        out.u32(0x0403_4B50)
        out.append(common.bytes)
        out.append(nameBytes)
        head = out.bytes
        let directory = head.count + packed
        out = LittleEndianWriter()
        out.u32(0x0201_4B50)
        out.u16(20)
        out.append(common.bytes)
        out.u16(0, 0, 0)
        out.u32(0, 0)
        out.append(nameBytes)
        let directorySize = out.bytes.count
        out.u32(0x0605_4B50)
        out.u16(0, 0, 1, 1)
        out.u32(directorySize, directory)
        out.u16(0)
        tail = out.bytes
        self.source = source
    }

    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try head.withUnsafeBytes { try body($0) }
        try Deflate.deflate(source, body)
        try tail.withUnsafeBytes { try body($0) }
    }
}

private struct LittleEndian {
    let source: ByteSource

    init(_ source: ByteSource) { self.source = source }

    func u16(_ offset: Int) -> Int? { number(offset, 2) }
    func u32(_ offset: Int) -> Int? { number(offset, 4) }

    func slice(_ offset: Int, _ count: Int) -> Data? {
        guard offset >= 0, count >= 0, offset <= source.count, count <= source.count - offset else { return nil }
        return source.peek(at: offset, count: count) { Data($0) }
    }

    /// The record stands in the last 22 bytes plus a comment of at most 65,535.
    func endRecord() -> Int? {
        let start = max(0, source.count - 22 - 65_535)
        guard let tail = slice(start, source.count - start), tail.count >= 22 else { return nil }
        let mark = Data([0x50, 0x4B, 5, 6])
        return tail.range(of: mark, options: .backwards, in: 0..<(tail.count - 18)).map { start + $0.lowerBound }
    }

    private func number(_ offset: Int, _ count: Int) -> Int? {
        guard let bytes = slice(offset, count), bytes.count == count else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

private struct LittleEndianWriter {
    var bytes = Data()

    mutating func u16(_ values: Int...) { for value in values { number(value, 2) } }
    mutating func u32(_ values: Int...) { for value in values { number(value, 4) } }
    mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    private mutating func number(_ value: Int, _ count: Int) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}
