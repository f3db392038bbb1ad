// Files on their way in: written to a temporary folder and hashed while they arrive.
internal import Digests
internal import Foundation

/// The temporary files of one request; removed together once it is answered.
struct UploadFolder: Sendable {
    let url: URL

    init(below parent: URL) throws {
        url = parent.appending(path: "upload-\(randomIdentifier())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}

/// One file being written. Its own type because a running digest cannot be copied.
struct UploadSink: ~Copyable {
    private let header: MultipartParser.PartHeader
    private let url: URL
    private let handle: FileHandle
    private var hasher = Digests.Hasher(.sha256)
    private var byteCount = 0

    init(_ header: MultipartParser.PartHeader, in folder: UploadFolder) throws {
        self.header = header
        url = folder.url.appending(path: randomIdentifier())
        guard FileManager.default.createFile(atPath: url.path, contents: nil) else { throw FormProblem.noSpace }
        handle = try FileHandle(forWritingTo: url)
    }

    mutating func write(_ bytes: [UInt8], limit: Int) throws {
        byteCount += bytes.count
        guard byteCount <= limit else { throw FormProblem.fileTooLarge(header.fileName ?? "", limit: limit) }
        hasher.update(bytes)
        try handle.write(contentsOf: Data(bytes))
    }

    consuming func finish() throws -> UploadedFile {
        try handle.close()
        return UploadedFile(
            name: header.fileName ?? "", mediaType: header.mediaType, url: url, byteCount: byteCount,
            sha256: hasher.value().hex)
    }
}
