import Foundation

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
    private let data: Data

    init(_ data: Data) throws(ArchiveProblem) {
        let bytes = LittleEndian(Data(data))
        guard let end = SingleEntryArchive.endRecord(in: bytes) else { throw .noDirectory }
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
        guard start + packedSize <= data.count else { throw .damaged }
        self.data = bytes.data
        self.method = method
        self.crc = UInt32(crc)
        self.size = size
        compressed = start..<(start + packedSize)
        entryName = String(decoding: name, as: UTF8.self)
    }

    func unpacked(limit: Int) throws(ArchiveProblem) -> Data {
        guard size <= limit else { throw .tooLarge }
        let content: Data
        switch method {
        case 0: content = Data(data[compressed])
        case 8: content = try inflated(limit: limit)
        default: throw .unknownMethod
        }
        guard content.count == size, Deflate.crc32(content) == crc else { throw .checksum }
        return content
    }

    private func inflated(limit: Int) throws(ArchiveProblem) -> Data {
        do {
            return try Deflate.inflate(Data(data[compressed]), limit: min(limit, size))
        } catch {
            throw error == .tooLarge ? .tooLarge : .damaged
        }
    }

    /// The record stands in the last 22 bytes plus a comment of at most 65,535.
    private static func endRecord(in bytes: LittleEndian) -> Int? {
        var position = bytes.data.count - 22
        let stop = max(0, position - 65_535)
        while position >= stop, position >= 0 {
            if bytes.u32(position) == 0x0605_4B50 { return position }
            position -= 1
        }
        return nil
    }

    /// `content` as the one entry of a new archive; nil when zlib fails or it is beyond 4 GB.
    static func pack(_ content: Data, named name: String) -> Data? {
        guard let packed = Deflate.deflate(content), content.count < 0xFFFF_FFFF else { return nil }
        let nameBytes = Array(name.utf8.prefix(255))
        // Version 2.0, UTF-8 name flag, deflate, 1 January 1980: two packings of one file are equal.
        var common = LittleEndianWriter()
        common.u16(20, 0x0800, 8, 0, 0x21)
        common.u32(Int(Deflate.crc32(content)), packed.count, content.count)
        common.u16(nameBytes.count, 0)
        var out = LittleEndianWriter()
        out.u32(0x0403_4B50)
        out.append(common.bytes)
        out.append(nameBytes)
        out.append(packed)
        let directory = out.bytes.count
        out.u32(0x0201_4B50)
        out.u16(20)
        out.append(common.bytes)
        out.u16(0, 0, 0)
        out.u32(0, 0)
        out.append(nameBytes)
        let directorySize = out.bytes.count - directory
        out.u32(0x0605_4B50)
        out.u16(0, 0, 1, 1)
        out.u32(directorySize, directory)
        out.u16(0)
        return out.bytes
    }
}

private struct LittleEndian {
    let data: Data

    init(_ data: Data) { self.data = data }

    func u16(_ offset: Int) -> Int? { number(offset, 2) }
    func u32(_ offset: Int) -> Int? { number(offset, 4) }

    func slice(_ offset: Int, _ count: Int) -> Data? {
        guard offset >= 0, count >= 0, offset <= data.count, count <= data.count - offset else { return nil }
        return data[(data.startIndex + offset)..<(data.startIndex + offset + count)]
    }

    private func number(_ offset: Int, _ count: Int) -> Int? {
        slice(offset, count)?.reversed().reduce(0) { $0 << 8 | Int($1) }
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
