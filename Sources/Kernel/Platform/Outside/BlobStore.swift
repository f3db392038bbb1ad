// Files by their content: written once, never rewritten, named by their SHA-256.
package import Digests
package import Foundation
internal import Synchronization

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
    private let points: WritePoints?

    package init(folder: URL, points: WritePoints? = nil) throws {
        self.folder = folder
        self.points = points
        try FileManager.default.createDirectory(at: workFolder, withIntermediateDirectories: true)
        sweep()
    }

    /// Removes what a process that died left half written. A day old: another node may be writing now.
    private func sweep() {
        let limit = Date().addingTimeInterval(-86_400)
        let files = try? FileManager.default.contentsOfDirectory(
            at: workFolder, includingPropertiesForKeys: [.contentModificationDateKey])
        for file in files ?? [] {
            let values = try? file.resourceValues(forKeys: [.contentModificationDateKey])
            if let date = values?.contentModificationDate, date < limit { unlink(file.path) }
        }
    }

    /// Stores bytes: temporary file, fsync, rename. Storing the same content again changes nothing.
    package func put(_ data: Data) throws -> BlobRef {
        try points?.reached(.beforeFile)
        let ref = BlobRef(sha256: sha256Hex(data), byteCount: data.count)
        if renewed(ref) { return ref }
        let draft = try BlobDraft(self)
        try draft.append(data)
        return try draft.commit()
    }

    /// The same of a file of any size: it is read in pieces.
    package func put(contentsOf file: URL) throws -> BlobRef {
        let draft = try draft()
        let source = try ByteSource(contentsOf: file)
        try source.forEachPiece(of: 0..<source.count) { try draft.append($0) }
        return try draft.commit()
    }

    /// For content that comes piece by piece; thrown away by letting go of it.
    package func draft() throws -> BlobDraft {
        try points?.reached(.beforeFile)
        return try BlobDraft(self)
    }

    /// Where work on files that are to be stored belongs: the same file system, so that they can be adopted.
    package var workFolder: URL { folder.appending(path: "incoming") }

    /// Takes over a file of `workFolder` that somebody else has written.
    package func adopt(_ file: URL) throws -> BlobRef {
        guard chmod(file.path, 0o640) == 0 else { throw Self.error() }
        let source = try ByteSource(contentsOf: file)
        return try adopt(file, sha256: try source.digest(.sha256).hex, byteCount: source.count)
    }

    /// The same of a file whose digest is known.
    package func adopt(_ file: URL, sha256: String, byteCount: Int) throws -> BlobRef {
        let ref = BlobRef(sha256: sha256, byteCount: byteCount)
        do {
            let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.error() }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw Self.error() }
            try place(file, as: ref)
        } catch {
            unlink(file.path)
            throw error
        }
        return ref
    }

    /// Gives a durable temporary file its name.
    fileprivate func place(_ file: URL, as ref: BlobRef) throws {
        if renewed(ref) {
            unlink(file.path)
        } else {
            try FileManager.default.createDirectory(
                at: path(ref).deletingLastPathComponent(), withIntermediateDirectories: true)
            guard rename(file.path, path(ref).path) == 0 else { throw Self.error() }
        }
        try points?.reached(.fileStored)
    }

    /// The bytes to be read piece by piece.
    package func source(_ ref: BlobRef) throws -> ByteSource {
        do { return try ByteSource(contentsOf: path(ref)) } catch { throw BlobError.missing(ref.sha256) }
    }

    package func contains(_ ref: BlobRef) -> Bool { FileManager.default.fileExists(atPath: path(ref).path) }

    /// Forgets content that no row names any more, unless it was stored, or stored again, since `then`: somebody may be
    /// about to name it. Whether the file is gone.
    @discardableResult
    package func remove(_ ref: BlobRef, ifOlderThan then: Date) throws -> Bool {
        var status = stat()
        guard stat(path(ref).path, &status) == 0 else { return true }
        guard Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec)) < then else { return false }
        guard unlink(path(ref).path) == 0 || errno == ENOENT else { throw Self.error() }
        return true
    }

    /// Whether the content is there already; its age begins anew.
    private func renewed(_ ref: BlobRef) -> Bool { utimes(path(ref).path, nil) == 0 }

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
        guard try source(ref).digest(.sha256).hex == ref.sha256 else { throw BlobError.damaged(ref.sha256) }
    }

    fileprivate static func error() -> BlobError {
        errno == ENOSPC || errno == EDQUOT ? .full : .unwritable(String(cString: strerror(errno)))
    }
}

/// A blob while it is written: hashed on the way, nameless until it is whole. A class because the file goes with it
/// unless it was committed, and because whoever carries an answer feeds it.
package final class BlobDraft: Sendable {
    private struct Progress: ~Copyable {
        var hasher = Hasher(.sha256)
        var byteCount = 0
        var isPlaced = false
    }

    private let store: BlobStore
    /// Where it lies until it is committed, for a subprocess to read.
    package let file: URL
    private let descriptor: Int32
    private let progress = Mutex(Progress())

    fileprivate init(_ store: BlobStore) throws {
        self.store = store
        file = store.workFolder.appending(path: randomIdentifier())
        descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw BlobStore.error() }
    }

    deinit {
        close(descriptor)
        if !progress.withLock({ $0.isPlaced }) { unlink(file.path) }
    }

    package var byteCount: Int { progress.withLock { $0.byteCount } }
    /// SHA-256 of what was written so far.
    package var sha256: Data { progress.withLock { $0.hasher.value() } }

    package func append(_ bytes: UnsafeRawBufferPointer) throws {
        try progress.withLock { progress in
            var written = 0
            while written < bytes.count {
                let count = write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw BlobStore.error() }
                written += count
            }
            progress.hasher.update(bytes)
            progress.byteCount += bytes.count
        }
    }

    package func append(_ data: Data) throws { try data.withUnsafeBytes { try append($0) } }

    /// What was written so far, to be read; nothing keeps it unless it is committed.
    package func source() throws -> ByteSource { try ByteSource(contentsOf: file) }

    /// fsync, then the name; nothing is to be appended afterwards.
    package func commit() throws -> BlobRef {
        try progress.withLock { progress in
            let ref = BlobRef(sha256: progress.hasher.value().hex, byteCount: progress.byteCount)
            guard fsync(descriptor) == 0 else { throw BlobStore.error() }
            try store.place(file, as: ref)
            progress.isPlaced = true
            return ref
        }
    }
}
