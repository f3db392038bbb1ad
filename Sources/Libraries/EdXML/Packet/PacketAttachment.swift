package import Digests
package import Foundation

/// One file of a packet, decoded, with what can be said about its condition.
package struct PacketAttachment: Sendable {
    /// Without the `cid:` that some senders write and others do not.
    package var contentId: String
    package var name: String
    package var explanation: String?
    /// As declared; never to be trusted, `content` says what the file is.
    package var declaredType: String?
    /// The file's bytes, wherever they lie; as much as could be decoded when it is corrupt.
    package private(set) var source: ByteSource
    /// The temporary file they lie in, when they do.
    package private(set) var file: DecodedFile?
    package var state: State
    package var encoding: Encoding
    private var knownDigest: String?
    private var knownCount: Int?
    private var knownHead: Data?

    package init(
        contentId: String, name: String, explanation: String? = nil, declaredType: String? = nil, content: Data,
        state: State = .intact, encoding: Encoding = .raw
    ) {
        self.init(
            contentId: contentId, name: name, explanation: explanation, declaredType: declaredType,
            source: ByteSource(content), state: state, encoding: encoding)
    }

    /// For a file that need not come into memory.
    package init(
        contentId: String, name: String, explanation: String? = nil, declaredType: String? = nil, source: ByteSource,
        state: State = .intact, encoding: Encoding = .raw
    ) {
        self.contentId = contentId
        self.name = name
        self.explanation = explanation
        self.declaredType = declaredType
        self.source = source
        self.state = state
        self.encoding = encoding
    }

    /// The bytes as one value: in memory, or a file mapped and not read before it is touched.
    package var content: Data { source.data }
    /// Also of an attachment whose bytes were not kept.
    package var byteCount: Int { knownCount ?? source.count }
    /// SHA-256 of the bytes, lower-case hexadecimal. Known from reading; otherwise the bytes are read for it.
    package var sha256: String { knownDigest ?? ((try? source.digest(.sha256))?.hex ?? "") }

    mutating func hold(_ decoded: DecodedBytes) {
        (source, file) = (decoded.source, decoded.file)
        (knownDigest, knownCount, knownHead) = (decoded.sha256, decoded.byteCount, decoded.head)
    }

    mutating func drop(_ corruption: Corruption) {
        (source, file) = (ByteSource(Data()), nil)
        (knownDigest, knownCount, knownHead) = (nil, nil, nil)
        state = .corrupt(corruption)
    }

    package enum State: Sendable, Hashable {
        case intact
        case corrupt(Corruption)
    }

    package enum Corruption: Sendable, Hashable {
        /// Named in the manifest, but no content came with the packet.
        case contentMissing
        case empty
        /// Not base64 at this byte of the content's text.
        case badBase64(at: Int)
        /// The file was decoded as text on its way: bytes EF BF BD stand where binary ones were lost.
        case destroyedAsText
        case badArchive(ArchiveProblem)
        case tooLarge

        package var sentence: String {
            switch self {
            case .contentMissing: "có trong danh mục nhưng không có nội dung"
            case .empty: "tệp rỗng"
            case .badBase64(let offset): "mã base64 sai tại ký tự thứ \(offset + 1)"
            case .destroyedAsText: "tệp nhị phân đã bị hỏng do xử lý như văn bản UTF-8 (EF BF BD)"
            case .badArchive(let problem): "gói ZIP hỏng: \(problem.sentence)"
            case .tooLarge: "vượt quá dung lượng cho phép"
            }
        }
    }

    /// How the content travelled.
    package enum Encoding: Sendable, Hashable {
        case raw
        /// In a ZIP with this one entry, as one vendor's kit packs every file.
        case zipped(entry: String)
    }

    package var isIntact: Bool { state == .intact }

    /// What the bytes are.
    package var fileKind: FileKind {
        knownHead.map(FileKind.init) ?? source.peek(at: 0, count: 1_024) { FileKind(Data($0)) }
    }
}

extension PacketAttachment: Hashable {
    /// Equal when they say the same and hold the same bytes, wherever these lie.
    package static func == (a: PacketAttachment, b: PacketAttachment) -> Bool {
        a.contentId == b.contentId && a.name == b.name && a.explanation == b.explanation
            && a.declaredType == b.declaredType && a.state == b.state && a.encoding == b.encoding
            && a.byteCount == b.byteCount && a.sha256 == b.sha256
    }

    package func hash(into hasher: inout Swift.Hasher) {
        hasher.combine(contentId)
        hasher.combine(name)
        hasher.combine(byteCount)
    }
}

/// Kinds of file that offices exchange, told by their first bytes.
package enum FileKind: String, Sendable, CaseIterable {
    case pdf, zip, png, jpeg, tiff, gif, compound, rar, xml, other

    package init(_ data: Data) {
        let head = [UInt8](data.prefix(1_024))
        self = FileKind.signatures.first { head.starts(with: $0.bytes) }?.kind ?? .other
        if self == .other, FileKind.hasPDFHeader(head) { self = .pdf }
    }

    private static let signatures: [(bytes: [UInt8], kind: FileKind)] = [
        (Array("%PDF-".utf8), .pdf), ([0x50, 0x4B, 3, 4], .zip), ([0x89, 0x50, 0x4E, 0x47], .png),
        ([0xFF, 0xD8, 0xFF], .jpeg), ([0x49, 0x49, 0x2A, 0], .tiff), ([0x4D, 0x4D, 0, 0x2A], .tiff),
        (Array("GIF8".utf8), .gif), ([0xD0, 0xCF, 0x11, 0xE0], .compound), (Array("Rar!".utf8), .rar),
        (Array("<?xml".utf8), .xml),
    ]

    /// ISO 32000 readers accept the header anywhere in the first 1024 bytes.
    private static func hasPDFHeader(_ head: [UInt8]) -> Bool {
        let mark = Array("%PDF-".utf8)
        return head.indices.contains { head[$0...].starts(with: mark) }
    }

    package var name: String {
        switch self {
        case .pdf: "PDF"
        case .zip: "ZIP"
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .tiff: "TIFF"
        case .gif: "GIF"
        case .compound: "Office 97–2003"
        case .rar: "RAR"
        case .xml: "XML"
        case .other: "dạng khác"
        }
    }

    /// Extensions under which this kind is no surprise; empty when nothing can be said.
    var extensions: Set<String> {
        switch self {
        case .pdf: ["pdf"]
        case .zip: FileKind.archiveExtensions
        case .png: ["png"]
        case .jpeg: ["jpg", "jpeg", "jpe"]
        case .tiff: ["tif", "tiff"]
        case .gif: ["gif"]
        case .compound: ["doc", "xls", "ppt", "msg", "dot", "vsd"]
        case .rar: ["rar"]
        case .xml, .other: []
        }
    }

    /// Extensions of files that are told by their first bytes.
    static let recognisedExtensions = allCases.reduce(into: Set<String>()) { $0.formUnion($1.extensions) }

    /// Formats that are ZIP archives by nature and must never be unpacked.
    static let archiveExtensions: Set<String> = [
        "zip", "docx", "docm", "dotx", "xlsx", "xlsm", "xltx", "pptx", "pptm", "ppsx", "odt", "ods", "odp", "odg",
        "epub", "jar", "vsdx", "xps", "asice", "asics", "kmz",
    ]
}
