// Files by their content: written once, never rewritten, named by their SHA-256.
internal import Digests
package import Foundation

/// Names a stored file.
package struct BlobRef: Hashable, Sendable, Codable {
    /// Lower-case hexadecimal SHA-256, 64 characters.
    package let sha256: String
    /// Length in bytes.
    package let byteCount: Int

    package init(sha256: String, byteCount: Int) {
        self.sha256 = sha256
        self.byteCount = byteCount
    }
}

package enum BlobError: Error, Sendable {
    case missing(String)
    case damaged(String)
    /// The disk is full; nothing was stored.
    case full
    case unwritable(String)
}

/// A folder of files by content. A received or signed original is stored before anything else is done with it.
package struct BlobStore: Sendable {
    private let folder: URL

    package init(folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(
            at: folder.appending(path: "incoming"), withIntermediateDirectories: true)
    }

    /// Stores bytes: temporary file, fsync, rename. Storing the same content again changes nothing.
    package func put(_ data: Data) throws -> BlobRef {
        let ref = BlobRef(sha256: sha256Hex(data), byteCount: data.count)
        if FileManager.default.fileExists(atPath: path(ref).path) { return ref }
        let temporary = folder.appending(path: "incoming/\(UUID().uuidString)")
        do {
            try write(data, to: temporary)
            try FileManager.default.createDirectory(
                at: path(ref).deletingLastPathComponent(), withIntermediateDirectories: true)
            guard rename(temporary.path, path(ref).path) == 0 else { throw Self.error() }
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw error
        }
        return ref
    }

    /// The bytes, mapped rather than read where the file system can.
    package func get(_ ref: BlobRef) throws -> Data {
        do { return try Data(contentsOf: path(ref), options: .alwaysMapped) } catch {
            throw BlobError.missing(ref.sha256)
        }
    }

    /// Where the file lies, for a subprocess to read. Nobody writes there.
    package func path(_ ref: BlobRef) -> URL {
        folder.appending(path: "\(ref.sha256.prefix(2))/\(ref.sha256)")
    }

    /// Reads the file again and compares it with its name.
    package func verify(_ ref: BlobRef) throws {
        guard sha256Hex(try get(ref)) == ref.sha256 else { throw BlobError.damaged(ref.sha256) }
    }

    private func write(_ data: Data, to url: URL) throws {
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL, 0o640)
        guard descriptor >= 0 else { throw Self.error() }
        defer { close(descriptor) }
        try data.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                guard let base = bytes.baseAddress else { return }
                let count = Foundation.write(descriptor, base + written, bytes.count - written)
                guard count > 0 else { throw Self.error() }
                written += count
            }
        }
        guard fsync(descriptor) == 0 else { throw Self.error() }
    }

    private static func error() -> BlobError {
        errno == ENOSPC || errno == EDQUOT ? .full : .unwritable(String(cString: strerror(errno)))
    }
}
